// Every form: sent once, however often one clicks; and what is typed in it is not lost by going elsewhere unasked.
const SENT_FOR = 10_000; // milliseconds; then it may be sent again: the answer was a file, or it never came
const TEXTS = "textarea, input:not([type]), input:is([type=text], [type=email], [type=url], [type=tel])";
const KEPT_ELSEWHERE = "[data-rating], [data-gesture]"; // their own scripts keep what is typed, or ask

const sent = new Set();

// After the listeners of the form and of the page: what they prevented is not under way.
export function sendOnce() {
  window.addEventListener("submit", (event) => {
    const form = event.target;
    if (event.defaultPrevented || form.method !== "post") return;
    if (sent.has(form)) return event.preventDefault();
    sent.add(form);
    setTimeout(() => sent.delete(form), SENT_FOR);
  });
  window.addEventListener("pageshow", () => sent.clear());
}

export function askBeforeLosing() {
  if (document.querySelector("[data-session]")) return;
  window.addEventListener("beforeunload", (event) => {
    if (![...document.querySelectorAll(TEXTS)].some(isUnsaved)) return;
    event.preventDefault();
    sent.clear(); // whoever stays may send
  });
}

function isUnsaved(field) {
  const { form, value } = field;
  if (form?.method !== "post" || form.matches(KEPT_ELSEWHERE) || sent.has(form) || !value.trim()) return false;
  return value !== field.defaultValue || form.querySelector("[aria-invalid=true]") !== null;
}
