// The screens of a sitting stay together: each asks every few seconds whether something changed, and fetches its
// page again when it did. What a person is typing is never replaced under their hands.
import { keepTime } from "./session-clock.js";
import { Answers, written } from "./session-answers.js";
import { Link } from "./session-link.js";
import { offerKeys } from "./session-keys.js";
import { show, signatures } from "./session-parts.js";

const root = document.querySelector("[data-session]");

if (root) {
  document.body.classList.add("has-script");
  const clock = keepTime(root);
  const answers = new Answers();
  const told = document.querySelector("[data-told]");
  signatures(document);
  answers.watch();

  const place = () => document.querySelector("#critere")?.dataset.title ?? "";
  const whyClosed = () => document.querySelector("[data-abandoned]")?.textContent ?? "Le deuxième tour est clos.";
  const isVoting = () => document.querySelector("#deuxieme-tour, form[data-vote]") !== null;

  // `mine`: the person asked for it; focus then goes to what is told, to the vote just cast, or to the statement.
  // `sent`: the form they sent, if that was it.
  const take = (page, { mine = false, sent = null } = {}) => {
    const fresh = page.querySelector("[data-session]");
    if (!fresh) return false;
    const before = place();
    const wasVoting = isVoting();
    const isVote = sent?.matches("[data-vote]") ?? false;
    show(page, answers, { mine, sent });
    root.dataset.mark = fresh.dataset.mark;
    document.title = page.title;
    clock.reset(Number(fresh.dataset.now));
    answers.watch();
    const vote = isVote ? document.querySelector("[data-vote] [name=value]:checked") : null;
    if (mine) (document.querySelector("[data-focus]") ?? vote ?? document.querySelector("#enonce"))?.focus({ preventScroll: vote !== null });
    else if (place() !== before) told.textContent = place() ? `L’écran passe à ${place()}.` : "L’écran a changé.";
    else if (isVoting() !== wasVoting) told.textContent = isVoting() ? "Le deuxième tour est ouvert." : whyClosed();
    return true;
  };

  const link = new Link(root, { onNew: take, onTime: clock.reset, onEnd: () => answers.end(), onClosed: () => forgetOthers(answers) });
  answers.onDrop = () => link.fetchPage({ mine: true });

  // A gesture is its form, sent without leaving the page; when no reply comes, the form stays as it is.
  document.addEventListener("submit", async (event) => {
    const form = event.target.closest("form[data-gesture]");
    if (!form) return;
    event.preventDefault();
    if (link.isEnded) document.querySelector("[data-conflict-note] a")?.focus();
    if (link.isClosed) document.querySelector("[data-link] a")?.focus();
    if (link.isEnded || link.isClosed || form.dataset.sending) return;
    form.dataset.sending = "1";
    const before = written(form);
    const page = await link.send(form, event.submitter);
    delete form.dataset.sending;
    const isChanged = written(form) !== before;
    if (!page) answers.offer(form);
    else if (isChanged && answers.isSentAtOnce(form)) form.requestSubmit();  // the last choice is the vote
    else if (!take(page, { mine: true, sent: isChanged ? null : form })) location.reload();
  });

  document.addEventListener("click", (event) => {
    if (event.target.closest("[data-take]")) {
      event.preventDefault();
      link.fetchPage({ mine: true, sent: event.target.closest("form") });
    }
  });

  offerKeys();
  link.start();
}

// What the team answered and wrote leaves the page; whether something typed is left.
function forgetOthers(answers) {
  document.querySelectorAll("[data-private]").forEach((one) => one.replaceChildren());
  document.querySelectorAll("template").forEach((one) => one.remove());
  return answers.isHeld(document);
}
