// « Tout choisir »: one button for each group of checkboxes, those that ask the centre nothing left out; where
// names are shown, those of the boxes ticked.
for (const group of document.querySelectorAll("[data-together]")) {
  const boxes = [...group.querySelectorAll("input[type=checkbox]:not([data-empty])")];
  const names = group.querySelector("[data-chosen]");
  if (boxes.length < 2) continue;
  const button = document.createElement("button");
  button.type = "button";
  button.className = "btn btn-text btn-sm";
  const [all, none] = (group.dataset.together || "Tout choisir,Ne rien choisir").split(",");
  const tell = () => {
    const chosen = boxes.filter((box) => box.checked);
    button.textContent = chosen.length === boxes.length ? none : all;
    if (names) names.textContent = chosen.map((box) => box.labels[0].firstElementChild.textContent).join(", ") || "Encore personne";
  };
  button.addEventListener("click", () => {
    const checked = !boxes.every((box) => box.checked);
    for (const box of boxes) box.checked = checked;
    tell();
  });
  group.addEventListener("change", tell);
  group.querySelector("legend, [data-together-after]").after(button);
  tell();
}
