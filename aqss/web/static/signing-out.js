// Signing out leaves nothing in this browser. The server asks it to clear what it keeps; this does the same where
// browsers do not listen, and when somebody else signs in.
import { wipe } from "./outbox.js";

const LEAVING = "aqss-leaving";
const channel = "BroadcastChannel" in window ? new BroadcastChannel("aqss") : null;

export function onSigningOut(act) {
  channel?.addEventListener("message", act);
}

// Signing out while answers wait asks first; a browser without scripts keeps none.
export function askBefore(form, box) {
  form.addEventListener("submit", (event) => {
    const count = box.list().length;
    if (count === 0 || form.dataset.asked) return leave();
    event.preventDefault();
    form.dataset.asked = "1";
    tellWhatIsLost(form, count);
  });
}

function tellWhatIsLost(form, count) {
  const words = document.createElement("p");
  words.className = "field-error px-3 pt-2";
  words.setAttribute("role", "alert");
  words.textContent =
    count > 1
      ? `${count}\u00a0réponses attendent encore le réseau\u00a0: se déconnecter les efface de cet appareil.`
      : "Une réponse attend encore le réseau\u00a0: se déconnecter l’efface de cet appareil.";
  form.querySelector("button").textContent = "Se déconnecter quand même";
  form.prepend(words);
}

function leave() {
  channel?.postMessage("signing out");
  try {
    sessionStorage.setItem(LEAVING, "1");
  } catch {
    // nothing is kept there either
  }
}

// person: who is signed in; empty on the pages of visitors.
export async function cleanUp(person) {
  const isLeaving = !person && takeMark();
  if (!person && !isLeaving) return;
  wipe(person);
  for (const name of await (self.caches?.keys() ?? [])) if (!isOf(name, person)) await caches.delete(name);
  if (isLeaving) for (const worker of (await navigator.serviceWorker?.getRegistrations()) ?? []) await worker.unregister();
}

// Copies of another release go too: their scripts are no longer those of the server.
function isOf(name, person) {
  return Boolean(person) && name === `aqss ${person} ${new URL(".", import.meta.url).pathname}`;
}

function takeMark() {
  try {
    const mark = sessionStorage.getItem(LEAVING);
    sessionStorage.removeItem(LEAVING);
    return mark !== null;
  } catch {
    return false;
  }
}
