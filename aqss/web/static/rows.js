// Rows that repeat in a form: added and taken away at once. Without this module the same buttons ask the server.

function number(row, position) {
  const swap = (text) => text.replace(/^(\D+-)\d+(?=-|$)/, `$1${position}`);
  for (const element of row.querySelectorAll("[id], [name], [for]")) {
    for (const attribute of ["id", "name", "for"]) {
      if (element.hasAttribute(attribute)) element.setAttribute(attribute, swap(element.getAttribute(attribute)));
    }
  }
  for (const label of row.querySelectorAll("label, button span")) {
    label.textContent = label.textContent.replace(/\d+$/, position + 1);
  }
  row.querySelector("button").value = position;
}

function cleared(row) {
  for (const mark of row.querySelectorAll(".is-wrong")) mark.classList.remove("is-wrong");
  for (const message of row.querySelectorAll(".field-error")) message.remove();
  for (const field of row.querySelectorAll("input")) {
    field.value = "";
    for (const attribute of ["value", "aria-invalid", "aria-describedby", "autofocus"]) field.removeAttribute(attribute);
  }
  return row;
}

for (const group of document.querySelectorAll("[data-rows]")) {
  const rows = () => [...group.querySelectorAll("[data-row]")];
  group.addEventListener("click", (event) => {
    const button = event.target.closest("button");
    const row = button?.closest("[data-row]");
    if (!button || (button.name === "ajouter" && rows().length >= Number(group.dataset.rows))) return;
    event.preventDefault();
    if (button.name === "ajouter") {
      const last = rows().at(-1);
      const added = cleared(last.cloneNode(true));
      number(added, rows().length);
      last.after(added);
      added.querySelector("input").focus();
    } else if (rows().length === 1) {
      cleared(row).querySelector("input").focus();
    } else {
      const next = row.nextElementSibling; // another row, or the button that adds one
      row.remove();
      rows().forEach(number);
      (next.querySelector("input") ?? next).focus();
    }
  });
}
