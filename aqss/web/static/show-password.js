// A button beside each password, to read what one types; hidden again as the form is sent.
export function offerToShow(field) {
  const button = document.createElement("button");
  button.type = "button";
  button.className = "btn btn-text btn-sm";
  const set = (shown) => {
    field.type = shown ? "text" : "password";
    button.textContent = shown ? "Masquer le mot de passe" : "Afficher le mot de passe";
  };
  set(false);
  button.addEventListener("click", () => set(field.type === "password"));
  field.form.addEventListener("submit", () => set(false));
  field.after(button);
}
