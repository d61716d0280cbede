// « Reprendre » puts a wording that the grid proposes in the title of an action, where it may be changed.
document.body.classList.add("has-script");
document.addEventListener("click", ({ target }) => {
  const button = target.closest("[data-proposal]");
  if (!button) return;
  const { title } = button.form.elements;
  title.value = button.dataset.proposal;
  title.dispatchEvent(new Event("input", { bubbles: true }));
  title.focus();
});
