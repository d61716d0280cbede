// Sends answers one at a time, in the order they were given. What got no reply is sent again unchanged, so that the
// server recognises it; what it refuses waits for the person. Nothing typed is ever dropped.
import { Line } from "./asking.js";
import { addressIn, newName } from "./outbox.js";

const RETRY = [2, 5, 10, 20, 30]; // seconds

export class Saver {
  constructor(form, keeper, { onChange, onSaved, onOpposed, onReply }) {
    this.form = form;
    this.line = new Line(form.dataset);
    this.keeper = keeper;
    this.onChange = onChange;
    this.onSaved = onSaved;
    this.onOpposed = onOpposed;
    this.onReply = onReply; // told the criterion, or none when the server has only said that it answers
    this.planned = new Map(); // criterion → timer
    this.waiting = []; // criteria; first, the attempt that got no reply
    this.isSending = false;
    this.failures = 0;
    this.pause = null; // {timer, why, seconds}: until it ends nothing is sent
    this.ended = ""; // why nothing more can be sent from this page
    this.latest = "";
  }

  get isIdle() {
    return !this.isSending && this.waiting.length === 0 && this.planned.size === 0;
  }

  plan(criterion, delay) {
    clearTimeout(this.planned.get(criterion));
    this.planned.set(
      criterion,
      setTimeout(() => this.hurry(criterion), delay),
    );
  }

  // First in the queue: it was given before whatever is chosen on this page.
  replay(criterion, record) {
    this.waiting.unshift({ criterion, attempt: criterion.replay(record) });
    this.run();
    this.onChange();
  }

  hurry(criterion) {
    if (!this.planned.has(criterion)) return;
    clearTimeout(this.planned.get(criterion));
    this.planned.delete(criterion);
    this.push(criterion);
  }

  hurryAll() {
    for (const criterion of [...this.planned.keys()]) this.hurry(criterion);
  }

  push(criterion) {
    if (!this.waiting.some((one) => one.criterion === criterion)) this.waiting.push({ criterion, attempt: null });
    this.run();
    this.onChange();
  }

  retryNow() {
    if (!this.pause) return;
    clearTimeout(this.pause.timer);
    this.pause = null;
    this.run();
  }

  // Resolves when nothing is under way, when sending is held up, or when time is up; never before the event that
  // asks is over: a browser ignores a form sent while it tells that this form is sent.
  async settled(within) {
    const until = performance.now() + within;
    do {
      await new Promise((resolve) => setTimeout(resolve, 20));
    } while (!this.isIdle && !this.pause && !this.ended && performance.now() < until);
  }

  async run() {
    if (this.isSending || this.pause || this.ended) return;
    this.isSending = true;
    while (this.waiting.length > 0 && !this.pause && !this.ended) {
      const next = this.waiting.shift();
      const { criterion } = next;
      if (next.attempt) await this.send(criterion, next.attempt);
      else if (criterion.canBeSent) await this.send(criterion, criterion.attempt(this.keeper.startSending(criterion) || newName()));
    }
    this.isSending = false;
    this.onChange();
  }

  async send(criterion, attempt) {
    const reply = await this.line.post(addressIn(this.form.dataset.rating, criterion.code), attempt.body);
    if (reply.ended) return this.end(reply.ended);
    if (reply.why) {
      this.waiting.unshift({ criterion, attempt });
      this.hold(reply);
      return;
    }
    this.failures = 0;
    this.receive(criterion, attempt, reply);
    if (criterion.canBeSent && !this.planned.has(criterion)) this.push(criterion); // changed meanwhile
  }

  receive(criterion, attempt, { status, told }) {
    if (status === 200 || (status === 409 && criterion.says(told))) {
      this.latest = told.saved_at;
      criterion.accept(told, attempt.fields);
      this.onSaved(criterion, told);
    } else if (status === 409 && "version" in told) {
      criterion.oppose(told);
      this.onOpposed(criterion, told);
    } else {
      const { title = "La page n’est plus à jour", remedy = "Rechargez-la." } = told.error ?? {};
      criterion.refuse(told.problems ?? [`Pas enregistré\u00a0: ${title}. ${remedy}`], attempt.fields);
    }
    this.keeper.endSending(criterion);
    this.onReply();
  }

  end(words) {
    this.ended = words;
    this.keeper.outbox.close();
    this.onChange();
  }

  hold({ why, isSignedOut = false, isUnreachable = false }) {
    const seconds = RETRY[Math.min(this.failures, RETRY.length - 1)];
    this.failures += 1;
    const isOffline = isUnreachable && !navigator.onLine;
    this.pause = { why, isSignedOut, isOffline, seconds, timer: setTimeout(() => this.retryNow(), seconds * 1000) };
    this.onChange();
  }
}
