// Downloads the PDF as soon as it is made: the address answers 202 until then. Asks less and less often, and
// says so when it takes too long: the jobs that make it may be stopped.
import { isOurs } from "./asking.js";

const FIRST = 700; // milliseconds
const SLOWER = 1.5;
const LONGEST = 5000; // milliseconds
const TOO_LONG = 60_000; // milliseconds
const LATE =
  "Le PDF n’est pas encore fait. Les travaux de fond sont peut-être arrêtés\u00a0: prévenez la personne qui " +
  "administre aqss. Vous pouvez quitter cette page et la rouvrir plus tard.";

const link = document.querySelector("[data-made]");
const state = document.querySelector("[data-waiting]");
const late = setTimeout(() => (state.textContent = LATE), TOO_LONG);
let wait = FIRST;

async function look() {
  try {
    const response = await fetch(link.href, { method: "HEAD" });
    if (response.headers.get("Content-Type") === "application/pdf") {
      clearTimeout(late);
      state.textContent = "Le PDF est prêt.";
      link.textContent = "Télécharger le PDF";
      location.assign(link.href); // a download: the page stays
      return;
    }
    if (isOurs(response) && response.status !== 202) {
      location.replace(link.href);
      return;
    }
  } catch {
    // the network may come back
  }
  wait = Math.min(wait * SLOWER, LONGEST);
  setTimeout(look, wait);
}

setTimeout(look, wait);
