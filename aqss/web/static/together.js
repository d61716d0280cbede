// « Tout choisir » for a module's grids: one button for each group of checkboxes.
for (const group of document.querySelectorAll("[data-together]")) {
  const boxes = [...group.querySelectorAll("input[type=checkbox]")];
  const button = document.createElement("button");
  button.type = "button";
  button.className = "btn btn-text btn-sm";
  const tell = () => {
    button.textContent = boxes.every((box) => box.checked) ? "Ne rien choisir" : "Tout choisir";
  };
  button.addEventListener("click", () => {
    const checked = !boxes.every((box) => box.checked);
    for (const box of boxes) box.checked = checked;
    tell();
  });
  group.addEventListener("change", tell);
  group.querySelector("legend").after(button);
  tell();
}
