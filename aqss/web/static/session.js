// The screens of a sitting stay together: each asks every few seconds whether something changed, and fetches its
// page again when it did. What a person is typing is never replaced under their hands.
import { keepTime } from "./session-clock.js";
import { Answers } from "./session-answers.js";
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

  // `mine`: the person asked for it; focus then goes to what is told, to the vote just cast, or to the statement.
  const take = (page, { mine = false, isVote = false } = {}) => {
    const fresh = page.querySelector("[data-session]");
    if (!fresh) return false;
    const before = place();
    show(page, answers, { mine });
    root.dataset.mark = fresh.dataset.mark;
    document.title = page.title;
    clock.reset(Number(fresh.dataset.now));
    answers.watch();
    const vote = isVote ? document.querySelector("[data-vote] [name=value]:checked") : null;
    if (mine) (document.querySelector("[data-focus]") ?? vote ?? document.querySelector("#enonce"))?.focus({ preventScroll: vote !== null });
    else if (place() !== before) told.textContent = place() ? `L’écran passe à ${place()}.` : "L’écran a changé.";
    return true;
  };

  const link = new Link(root, { onNew: take, onTime: clock.reset, onEnd: () => answers.end() });
  answers.onDrop = () => link.fetchPage({ mine: true });

  // A gesture is its form, sent without leaving the page; when no reply comes, the form stays as it is.
  document.addEventListener("submit", async (event) => {
    const form = event.target.closest("form[data-gesture]");
    if (!form) return;
    event.preventDefault();
    if (link.isEnded) document.querySelector("[data-conflict-note] a")?.focus();
    if (link.isEnded || form.dataset.sending) return;
    form.dataset.sending = "1";
    const isAnswer = form.matches("[data-answer], [data-vote]");
    try {
      const page = await link.send(form, event.submitter);
      if (!page) return;
      if (isAnswer) answers.forget();
      if (!take(page, { mine: true, isVote: form.matches("[data-vote]") })) location.reload();
    } finally {
      delete form.dataset.sending;
    }
  });

  document.addEventListener("click", (event) => {
    if (event.target.closest("[data-take]")) {
      event.preventDefault();
      answers.forget();
      link.fetchPage({ mine: true });
    }
  });

  offerKeys();
  link.start();
}
