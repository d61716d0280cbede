// Signing out leaves nothing in this browser: what it keeps goes at the gesture itself, whether the server answers or
// not. While it does not, a mark stays, of which nobody can tell whose it is: as long as the cookie that no script can
// remove may still open the session, whatever page of the site is loaded closes it first.
import { Line } from "./asking.js";
import { cover } from "./covering.js";
import { OtherTabs } from "./other-tabs.js";
import { hasMark, mark, unmark, wipe } from "./outbox.js";

const AGAIN = 15_000; // milliseconds
const parts = []; // of this page, that keep something or would lose it

// settle: gives what is being saved its time; lost: how many answers this page alone holds; close(isHere): nothing more is kept, nor sent when it is from here.
export function onSigningOut(part) {
  parts.push(part);
}

const tabs = new OtherTabs({
  lost,
  settle,
  onSignedOut: () => {
    for (const part of parts) part.close(false);
    cover();
  },
});

function lost() {
  return parts.reduce((sum, part) => sum + part.lost(), 0);
}

function settle() {
  return Promise.all(parts.map((part) => part.settle()));
}

// Signing out while answers wait asks first; a browser without scripts keeps none.
export function leaveBy(form, box) {
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    if (form.dataset.counting || form.dataset.leaving) return;
    form.dataset.counting = "1";
    const [elsewhere] = await Promise.all([tabs.count(), settle()]);
    delete form.dataset.counting;
    const here = box.list().length + lost();
    if (here + elsewhere > 0 && !form.dataset.asked) tellWhatIsLost(form, here, elsewhere);
    else leave(form);
  });
}

function tellWhatIsLost(form, here, elsewhere) {
  form.dataset.asked = "1";
  const told = [];
  if (here > 1) told.push(`${here}\u00a0réponses attendent encore le réseau\u00a0: se déconnecter les efface de cet appareil.`);
  if (here === 1) told.push("Une réponse attend encore le réseau\u00a0: se déconnecter l’efface de cet appareil.");
  if (elsewhere > 0) told.push("Un autre onglet garde ce que vous y avez écrit et qui n’est pas enregistré\u00a0: le fermer ensuite l’efface.");
  const words = node("p", told.join(" "));
  words.className = "field-error px-3 pt-2";
  words.setAttribute("role", "alert");
  form.querySelector("button").textContent = "Se déconnecter quand même";
  form.prepend(words);
}

async function leave(form) {
  form.dataset.leaving = "1";
  for (const part of parts) part.close(true);
  tabs.tellSignedOut();
  mark();
  hidePage("Fermeture de la session");
  await clear();
  await closeSession(form);
}

async function clear() {
  wipe();
  for (const name of await (self.caches?.keys() ?? [])) await caches.delete(name);
  for (const worker of (await navigator.serviceWorker?.getRegistrations()) ?? []) await worker.unregister();
}

// On the server; until it says so, the page tells what is left to do, and nothing of the person any more.
async function closeSession(form) {
  const { person, token, signIn } = document.body.dataset;
  const line = new Line({ person, token });
  const attempt = async () => {
    const reply = await line.post(form.action, new URLSearchParams());
    const isOver = reply.status === 200 || reply.isSignedOut || reply.ended;
    if (isOver) {
      unmark();
      location.replace(signIn);
    }
    return isOver;
  };
  if (!(await attempt())) tellItIsOpen(attempt);
}

function tellItIsOpen(attempt) {
  const note = document.querySelector("[data-waiting-note]").content.firstElementChild.cloneNode(true);
  note.classList.add("note-mid");
  const over = node("h2", "La session reste ouverte sur le serveur");
  note.querySelector("div").replaceChildren(over, node("p", "Le réseau ne répond pas\u00a0: le serveur ne sait pas encore que vous vous déconnectez."));
  const button = node("button", "Réessayer");
  Object.assign(button, { type: "button", className: "btn btn-primary" });
  const told = node("p", "");
  told.setAttribute("role", "status");
  told.className = "mt-3";
  hidePage("Plus rien n’est gardé sur cet appareil", note, ...leftToDo().map((words) => node("p", words)), button, told);
  document.querySelector("main").focus();
  button.addEventListener("click", async () => {
    told.textContent = "Nouvel essai.";
    if (!(await attempt())) told.textContent = "Le serveur ne répond toujours pas.";
  });
  for (const name of ["online", "focus"]) window.addEventListener(name, attempt);
  setInterval(attempt, AGAIN);
}

const leftToDo = () => [
  "Ce qui reste à faire\u00a0: laissez cette page ouverte, elle ferme la session dès que le réseau revient. Si elle est " +
    "fermée avant, la première page du site ouverte ensuite dans ce navigateur la ferme avant toute autre chose.",
  "Vous ne pouvez pas attendre\u00a0? Sur un appareil partagé, fermez toutes les fenêtres du navigateur. Sans rien " +
    `d’autre, la session se ferme ${document.body.dataset.idleLimit} après votre dernière page. Depuis un autre appareil, ` +
    "«\u00a0Mon compte\u00a0» permet de fermer les autres sessions.",
];

// Nothing of the person is left on the screen; the form stays, for its token.
function hidePage(title, ...shown) {
  document.title = "Déconnexion – aqss";
  for (const one of document.querySelectorAll(".app-nav, .menu > summary")) one.remove();
  for (const menu of document.querySelectorAll(".menu")) menu.hidden = true;
  const heading = node("h1", title);
  heading.className = "mb-3";
  document.querySelector("main").replaceChildren(heading, ...shown);
}

function node(tag, words) {
  const made = document.createElement(tag);
  made.textContent = words;
  return made;
}

// On every page, before anything else. person: who is signed in; nobody: the server says that nobody is.
export async function cleanUp({ person, nobody, signIn }) {
  if (person && hasMark()) {
    const form = document.querySelector("[data-sign-out]");
    hidePage("Fermeture de la session restée ouverte");
    await clear();
    return form ? closeSession(form) : location.replace(signIn); // which leads to a page that has one
  }
  if (nobody !== undefined && hasMark()) {
    unmark();
    return clear();
  }
  if (!person) return;
  wipe(person);
  for (const name of await (self.caches?.keys() ?? [])) if (!isOf(name, person)) await caches.delete(name);
}

// Copies of another release go too: their scripts are no longer those of the server.
function isOf(name, person) {
  return name === `aqss ${person} ${new URL(".", import.meta.url).pathname}`;
}
