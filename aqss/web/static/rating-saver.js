// Sends answers one at a time, in the order they were given. What got no reply is sent again unchanged, so that the
// server recognises it; what it refuses waits for the person. Nothing typed is ever dropped.
const RETRY = [2, 5, 10, 20, 30]; // seconds
const KEPT_ALIVE = 60_000; // bytes a browser lets a request finish with after its page is gone
const PERSON_CHANGED = "Quelqu’un d’autre s’est connecté dans ce navigateur. Rechargez la page pour continuer.";

export class Saver {
  constructor(form, { onChange, onSaved, onOpposed, onReply }) {
    this.form = form;
    this.onChange = onChange;
    this.onSaved = onSaved;
    this.onOpposed = onOpposed;
    this.onReply = onReply;
    this.planned = new Map(); // criterion → timer
    this.waiting = []; // criteria, or attempts that got no reply
    this.isSending = false;
    this.failures = 0;
    this.pause = null; // {timer, why, seconds}: until it ends nothing is sent
    this.isSignedOut = false;
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
      if (next.attempt || next.criterion.canBeSent) await this.send(next.criterion, next.attempt ?? next.criterion.attempt);
    }
    this.isSending = false;
    this.onChange();
  }

  async send(criterion, attempt) {
    const reply = await this.post(criterion, attempt.body);
    if (reply.why) {
      this.waiting.push({ criterion, attempt });
      this.hold(reply.why);
      return;
    }
    if (this.ended) return;
    this.failures = 0;
    this.isSignedOut = false;
    this.receive(criterion, attempt, reply);
    if (criterion.canBeSent && !this.planned.has(criterion)) this.push(criterion); // changed meanwhile
  }

  receive(criterion, attempt, { status, told }) {
    if (status === 200) {
      this.latest = told.saved_at;
      criterion.accept(told, attempt.text);
      this.onSaved(criterion, told);
    } else if (status === 409 && "version" in told) {
      criterion.oppose(told);
      this.onOpposed(criterion, told);
    } else {
      const { title = "La page n’est plus à jour", remedy = "Rechargez-la." } = told.error ?? {};
      criterion.refuse(told.problems ?? [`Pas enregistré\u00a0: ${title}. ${remedy}`], attempt.text, told.problems ?? []);
    }
    this.onReply(criterion);
  }

  // {status, told}, or {why}: to be sent again later.
  async post(criterion, body, isSecondTry = false) {
    const url = this.form.dataset.rating.replace("CODE", encodeURIComponent(criterion.code));
    const token = this.form.querySelector("[name=csrf_token]").value;
    const reply = await ask(url, {
      method: "POST",
      body,
      headers: { Accept: "application/json", "X-CSRFToken": token },
      keepalive: body.toString().length < KEPT_ALIVE,
    });
    if (reply.status === 400 && !isSecondTry) return (await this.renewToken()) ?? this.post(criterion, body, true);
    if (reply.status === 401) return this.signedOut();
    return reply;
  }

  // Signing in again, in another tab, makes the token of this page void. Null once it has the new one.
  async renewToken() {
    const reply = await ask(this.form.dataset.token, { headers: { Accept: "application/json" } });
    if (reply.status === 401) return this.signedOut();
    if (reply.status !== 200) return { why: reply.why ?? "le serveur est occupé" };
    if (String(reply.told.person) !== this.form.dataset.person) {
      this.ended = PERSON_CHANGED;
      return reply;
    }
    for (const field of document.querySelectorAll("[name=csrf_token]")) field.value = reply.told.token;
    return null;
  }

  signedOut() {
    this.isSignedOut = true;
    return { why: "votre session est terminée" };
  }

  hold(why) {
    const seconds = RETRY[Math.min(this.failures, RETRY.length - 1)];
    this.failures += 1;
    this.pause = { why, seconds, timer: setTimeout(() => this.retryNow(), seconds * 1000) };
    this.onChange();
  }
}

async function ask(url, options) {
  try {
    const response = await fetch(url, { ...options, redirect: "error" });
    if (response.status >= 500 || response.status === 429) return { why: "le serveur est occupé" };
    return { status: response.status, told: await response.json() }; // anything else comes from a network's own page
  } catch {
    return { why: "le serveur ne répond pas" };
  }
}
