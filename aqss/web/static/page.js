// Behaviours of every page; each finds its place by a data attribute and none is needed to use the site.
import { closeOnLeaving } from "./menu.js";
import { takeFocus } from "./focus.js";
import { askBeforeLosing, sendOnce } from "./forms.js";
import { offerToShow } from "./show-password.js";
import { cleanUp, leaveBy } from "./signing-out.js";
import { WaitingAnswers, tellVisitors } from "./waiting-answers.js";

document.querySelectorAll("[data-menu]").forEach(closeOnLeaving);
document.querySelectorAll("[data-focus]").forEach(takeFocus);
document.querySelectorAll("input[type=password]").forEach(offerToShow);

sendOnce();

const { person } = document.body.dataset;
cleanUp(document.body.dataset);
if (person) {
  askBeforeLosing();
  const waiting = new WaitingAnswers(document.body.dataset);
  document.querySelectorAll("[data-sign-out]").forEach((form) => leaveBy(form, waiting.outbox));
} else tellVisitors();
