// Single keys to lead a sitting; off until asked for, for keys alone get in the way of other tools.
export function offerKeys() {
  const button = document.querySelector("[data-keys]");
  if (!button) return;
  let isOn = false;
  document.addEventListener("click", (event) => {
    const pressed = event.target.closest("[data-keys]");
    if (!pressed) return;
    isOn = !isOn;
    pressed.setAttribute("aria-pressed", String(isOn));
    pressed.textContent = isOn ? "Désactiver les touches" : "Activer les touches";
  });

  document.addEventListener("keydown", (event) => {
    if (!isOn || event.ctrlKey || event.altKey || event.metaKey || event.repeat) return;
    if (event.target.matches?.("textarea, select, input:not([type=radio]):not([type=checkbox])")) return;
    if (/^[1-9]$/.test(event.key)) return choose(event);
    const form = document.querySelector(`form[data-key="${CSS.escape(event.key.toLowerCase())}"]`);
    if (!form || form.getClientRects().length === 0) return;
    event.preventDefault();
    form.requestSubmit();
  });
}

function choose(event) {
  const choice = document.querySelectorAll("form[data-answer]:not([data-said=moved]) input[name=value]")[Number(event.key) - 1];
  if (!choice) return;
  event.preventDefault();
  choice.click();
  choice.focus();
}
