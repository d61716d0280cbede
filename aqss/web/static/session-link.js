// The link with the site: a light question every few seconds, slower in a hidden tab, again and again while the
// network is away or something before the site answers in its place. It says when it is lost and when it is back.
import { isOurs } from "./asking.js";

const SEEN = 2500;
const HIDDEN = 15000;
const LOST = 4000;
const PATIENCE = 10000;
const OFFLINE = "Hors ligne\u00a0: l’écran ne suit plus. Nouvel essai dans quelques secondes.";
const NO_ANSWER = "Le serveur ne répond pas pour l’instant\u00a0: l’écran ne suit plus. Nouvel essai dans quelques secondes.";
const BUSY = "Le site est très occupé. Nouvel essai dans quelques secondes.";
// Of a form that got no reply. Sending it again is safe: what was saved already is not saved twice.
const NOT_SENT = "Pas envoyé\u00a0: ce que vous avez choisi ou écrit est resté en place.";
const NOT_KNOWN = "Votre dernier geste n’est peut-être pas enregistré\u00a0: ce que vous avez choisi ou écrit est resté en place.";
const NOT_SAVED = "Votre dernier geste n’est pas enregistré\u00a0: ce que vous avez choisi ou écrit est resté en place.";

export class Link {
  constructor(root, { onNew, onTime, onEnd, onClosed }) {
    this.root = root;
    this.onNew = onNew;
    this.onTime = onTime;
    this.onEnd = onEnd;
    this.onClosed = onClosed;
    this.words = document.querySelector("[data-link]");
    this.isLost = false;
    this.isOver = false;
    this.isEnded = false;
    this.isClosed = false;
    this.unsent = null; // {form, button, words}: the last gesture, when nothing of ours answered it
    this.told = document.createElement("span");
    this.again = document.createElement("button");
    Object.assign(this.again, { type: "button", className: "btn btn-quiet btn-sm", textContent: "Envoyer de nouveau" });
    this.again.addEventListener("click", () => {
      const { form, button } = this.unsent;
      form.requestSubmit(button?.isConnected ? button : undefined);
    });
  }

  start() {
    this.plan();
    document.addEventListener("visibilitychange", () => {
      if (!document.hidden) this.ask();
    });
    addEventListener("online", () => this.ask());
  }

  plan() {
    clearTimeout(this.timer);
    if (this.isOver) return;
    this.timer = setTimeout(() => this.ask(), document.hidden ? HIDDEN : this.isLost ? LOST : SEEN);
  }

  async ask() {
    clearTimeout(this.timer);
    if (this.isAsking || this.isOver) return;
    this.isAsking = true;
    try {
      const response = await this.get(this.root.dataset.state, "application/json");
      if (!isOurs(response) || !response.ok) return this.refuse(response);
      const state = await response.json();
      this.onTime(state.now);
      if (state.mark !== this.root.dataset.mark) await this.fetchPage();
      else this.back();
    } catch {
      this.lose(nobody());
    } finally {
      this.isAsking = false;
      this.plan();
    }
  }

  async fetchPage(how = {}) {
    try {
      const response = await this.get(this.root.dataset.page, "text/html");
      if (!isOurs(response) || !response.ok) return this.refuse(response);
      if (!this.onNew(this.parse(await response.text()), how)) this.end();
      this.back();
    } catch {
      this.lose(nobody());
    }
  }

  // The sitting has ended: the page that follows it is shown, unless somebody is typing.
  end() {
    this.unsent = null;
    this.isOver = this.isEnded = this.onEnd();
    if (!this.isOver) location.reload();
  }

  // The page that answers a form; null when none came: nothing is lost, the form is still there.
  async send(form, button) {
    const data = new FormData(form, button);
    if (this.unsent) this.say("Nouvel envoi.", "");
    try {
      const response = await fetch(form.action, { method: "POST", body: new URLSearchParams(data), headers: { Accept: "text/html" }, signal: AbortSignal.timeout(PATIENCE) });
      const page = this.parse(await response.text());
      if (!isOurs(response)) this.keep(form, button, NOT_KNOWN, NO_ANSWER);
      else if (response.status >= 500) this.keep(form, button, NOT_SAVED, BUSY);
      else return this.receive(page, response, form, button);
    } catch {
      this.keep(form, button, navigator.onLine ? NOT_KNOWN : NOT_SENT, nobody());
    }
    return null;
  }

  receive(page, response, form, button) {
    this.unsent = null;
    this.back();
    if (page.querySelector("[data-session]")) return page;
    this.leave(response, form, button);
    return null;
  }

  keep(form, button, words, why) {
    this.unsent = { form, button, words };
    this.lose(why);
    this.words.scrollIntoView({ block: "nearest" }); // whoever sent it may be far down
  }

  // Another page of ours answers: it is where the person goes, or why the form was refused.
  leave(response, form, button) {
    this.isOver = true;
    if (response.ok) {
      location.assign(response.url);
    } else {
      form.removeAttribute("data-gesture");
      form.requestSubmit(button ?? undefined);
    }
  }

  get(address, type) {
    return fetch(address, { headers: { Accept: type }, cache: "no-store", signal: AbortSignal.timeout(PATIENCE) });
  }

  parse(text) {
    return new DOMParser().parseFromString(text, "text/html");
  }

  lose(words) {
    this.isLost = true;
    this.say(words);
  }

  back() {
    this.isLost = false;
    if (this.told.isConnected && !this.isClosed) this.say("De nouveau en ligne.");
  }

  refuse(response) {
    if (!isOurs(response)) {
      this.lose(NO_ANSWER);
    } else if (response.status === 401) {
      this.close("Votre session est terminée. ");
      const link = document.createElement("a");
      link.href = `${this.root.dataset.signIn}?next=${encodeURIComponent(location.pathname)}`;
      link.textContent = "Se connecter de nouveau";
      this.words.append(link);
    } else if (response.status >= 500) {
      this.lose(BUSY);
    } else {
      this.close("Cette séance ne vous est plus ouverte. Revenez à l’accueil. ");
    }
  }

  // Whoever holds the device may be somebody else by now: only what was being typed is left to read.
  close(words) {
    this.isOver = this.isClosed = true;
    this.unsent = null;
    this.say(this.onClosed() ? `${words}Ce que vous écriviez n’est pas envoyé : recopiez-le si vous y tenez. ` : words);
  }

  // The same words are not said again to who listens to a screen that asks again and again.
  say(words, ofUnsent = this.unsent?.words ?? "") {
    const isUnsent = Boolean(this.unsent?.form.isConnected);
    const told = isUnsent ? `${words} ${ofUnsent} ` : words;
    if (told !== this.told.textContent) this.told.textContent = told;
    this.again.hidden = !isUnsent;
    if (!this.told.isConnected) this.words.replaceChildren(this.told, this.again);
  }
}

const nobody = () => (navigator.onLine ? NO_ANSWER : OFFLINE);
