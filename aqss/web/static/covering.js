// The cover of a page whose person has signed out in another tab: nothing of them is shown any more. What they were
// typing waits behind, until the same person is back.
import { hasMark } from "./outbox.js";

const AGAIN = 15_000; // milliseconds
const WORDS = [
  "Ce que cette page montrait est caché.",
  "Ce que vous y écriviez et qui n’est pas enregistré attend derrière\u00a0: reconnectez-vous, puis revenez ici. Sinon, fermez cet onglet.",
];

export function cover() {
  if (!document.body.dataset.person || document.querySelector("[data-cover]")) return;
  const shown = [...document.body.children].filter((one) => !one.hidden);
  const title = document.title;
  const box = sheet();
  for (const one of shown) one.hidden = true;
  document.title = "Session fermée – aqss";
  document.body.append(box);
  box.focus();
  onceBack(() => {
    box.remove();
    for (const one of shown) one.hidden = false;
    document.title = title;
  });
}

function sheet() {
  const box = node("main", "");
  box.dataset.cover = "";
  box.className = "page";
  box.tabIndex = -1;
  const heading = node("p", "Session fermée dans un autre onglet");
  heading.className = "h1 mb-3";
  heading.setAttribute("role", "heading");
  heading.ariaLevel = "1";
  const again = node("a", "Se reconnecter dans un nouvel onglet");
  Object.assign(again, { href: document.body.dataset.signIn, target: "_blank", rel: "noopener", className: "btn btn-primary" });
  box.append(heading, ...WORDS.map((words) => node("p", words)), again);
  return box;
}

function onceBack(act) {
  const over = new AbortController();
  const look = async () => {
    if (over.signal.aborted || !(await isBack()) || over.signal.aborted) return;
    over.abort();
    clearInterval(timer);
    act();
  };
  for (const name of ["focus", "online"]) window.addEventListener(name, look, { signal: over.signal });
  const timer = setInterval(look, AGAIN);
}

// Whether the same person is signed in again: not while the server has still to be told that they left.
async function isBack() {
  if (hasMark()) return false;
  try {
    const response = await fetch(location.href, { headers: { Accept: "text/html" } });
    const page = new DOMParser().parseFromString(await response.text(), "text/html");
    return page.body.dataset.person === document.body.dataset.person;
  } catch {
    return false;
  }
}

function node(tag, words) {
  const made = document.createElement(tag);
  made.textContent = words;
  return made;
}
