// The page of a grid: each answer is saved as it is given. Without this module the form saves the whole page.
import { Copy, KeptCopy } from "./grid-copy.js";
import { Outbox } from "./outbox.js";
import { Criterion } from "./rating-criterion.js";
import { offerDigits } from "./rating-digits.js";
import { Keeper } from "./rating-keeper.js";
import { Saver } from "./rating-saver.js";
import { Sheet } from "./rating-sheet.js";
import { onSigningOut } from "./signing-out.js";

const AFTER_TYPING = 900; // milliseconds
const AFTER_ARROW = 600; // arrows pass through choices one does not mean
const SETTLE_WITHIN = 3000;

const form = document.querySelector("form[data-rating]");
const criteria = [...form.querySelectorAll("[data-criterion]")].map((fieldset) => new Criterion(fieldset));
const criterionOf = (node) => criteria.find((criterion) => criterion.fieldset === node.closest?.("[data-criterion]"));
const sheet = new Sheet(form, criteria);
const outbox = new Outbox(form.dataset.person);
const keeper = new Keeper(form, outbox);
const isKeptCopy = "keptAt" in form.dataset;
const copy = new Copy(form, criteria, outbox);
const saver = new Saver(form, keeper, {
  onChange: () => sheet.tellState(saver),
  onSaved: (criterion, told) => {
    criterion.fieldset.querySelector("[data-carried]")?.remove(); // it is an answer of this time now
    sheet.showSaved(criterion, told);
    if (!isKeptCopy) copy.keepSoon();
  },
  onOpposed: (criterion, theirs) => sheet.showOpposed(criterion, theirs),
  onReply: () => keeper.resume(criteria),
});

let withArrows = false;
let isLeaving = false;

function changed(criterion, delay) {
  criterion.follow();
  keeper.follow(criterion);
  saver.plan(criterion, delay);
  if (saver.pause) sheet.tellState(saver);
}

form.addEventListener("pointerdown", () => (withArrows = false), true);
form.addEventListener("keydown", () => (withArrows = true), true);

form.addEventListener("change", (event) => {
  const criterion = criterionOf(event.target);
  if (criterion && event.target.type === "radio") changed(criterion, withArrows ? AFTER_ARROW : 0);
});

form.addEventListener("input", (event) => {
  const criterion = criterionOf(event.target);
  if (!criterion || event.target.type === "radio") return;
  criterion.chooseWhatIsTyped(event.target);
  changed(criterion, AFTER_TYPING);
});

// Leaving a criterion ends what one was doing there.
form.addEventListener("focusout", (event) => {
  const criterion = criterionOf(event.target);
  if (criterion && criterionOf(event.relatedTarget ?? document.body) !== criterion) saver.hurry(criterion);
});

form.addEventListener("click", (event) => {
  const criterion = criterionOf(event.target);
  if (!criterion) return;
  const choice = event.target.closest("input[type=radio]");
  if (choice && event.detail > 0) criterion.focusWhatToType(choice); // a click of the pointer, not an arrow
  const settled = criterion.settle(event.target.closest("button"));
  if (!settled) return;
  event.preventDefault();
  sheet.showSaved(criterion, settled.theirs);
  changed(criterion, 0);
  sheet.tellState(saver);
});

form.addEventListener("submit", (event) => {
  const button = event.submitter;
  if (isLeaving || button?.name === "garder" || button?.name === "prendre") {
    isLeaving = true;
    return;
  }
  event.preventDefault();
  saver.hurryAll();
  if (button?.name !== "terminer" && button?.name !== "confirmer") return; // Enter in a field
  saver.settled(SETTLE_WITHIN).then(() => {
    const left = criteria.find((criterion) => criterion.isUnsaved);
    if (left) {
      sheet.tellState(saver);
      left.fieldset.focus();
      return;
    }
    isLeaving = true;
    form.requestSubmit(button);
  });
});

// A link waits for what is being saved, so that leaving right after answering asks nothing.
document.addEventListener("click", (event) => {
  const link = event.target.closest("a[href]");
  const isPlain = event.button === 0 && !event.ctrlKey && !event.metaKey && !event.shiftKey && !event.altKey;
  if (!link || !isPlain || link.target || link.getAttribute("href").startsWith("#") || event.defaultPrevented) return;
  saver.hurryAll();
  if (saver.isIdle) return;
  event.preventDefault();
  saver.settled(SETTLE_WITHIN).then(() => location.assign(link.href));
});

// Codes that wait in the browser lose nothing by leaving; words wait here only.
window.addEventListener("beforeunload", (event) => {
  if (!isLeaving && criteria.some((criterion) => criterion.isUnsaved && !keeper.isKept(criterion))) event.preventDefault();
});

document.addEventListener("visibilitychange", () => (document.hidden ? saver.hurryAll() : saver.retryNow()));
for (const name of ["focus", "online"]) window.addEventListener(name, () => saver.retryNow());
window.addEventListener("pagehide", () => saver.hurryAll());
window.addEventListener("pageshow", (event) => {
  isLeaving = false;
  if (event.persisted && !criteria.some((criterion) => criterion.isUnsaved)) location.reload();
});
onSigningOut({
  settle: () => {
    saver.hurryAll();
    return saver.settled(SETTLE_WITHIN);
  },
  lost: () => criteria.filter((criterion) => criterion.isUnsaved && !keeper.isKept(criterion)).length,
  close: (isHere) => {
    isLeaving ||= isHere;
    if (isHere) saver.end("déconnexion");
    else outbox.close();
  },
});

offerDigits(criteria, criterionOf, (criterion) => changed(criterion, 0));
for (const criterion of criteria) {
  keeper.follow(criterion);
  if (criterion.canBeSent) saver.plan(criterion, 0);
}
if (isKeptCopy) new KeptCopy(form, criteria, saver);
else copy.keepSoon();
sheet.tellState(saver);
keeper.takeUp(criteria, saver).finally(() => document.body.classList.add("has-script"));
