// The link with the site: a light question every few seconds, slower in a hidden tab, again and again while the
// network is away. It says when it is lost and when it is back.
const SEEN = 2500;
const HIDDEN = 15000;
const LOST = 4000;
const PATIENCE = 10000;

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
      if (!response.ok) return this.refuse(response.status);
      const state = await response.json();
      this.onTime(state.now);
      if (state.mark !== this.root.dataset.mark) await this.fetchPage();
      else this.back();
    } catch {
      this.lose();
    } finally {
      this.isAsking = false;
      this.plan();
    }
  }

  async fetchPage(how = {}) {
    try {
      const response = await this.get(this.root.dataset.page, "text/html");
      if (!response.ok) return this.refuse(response.status);
      if (!this.onNew(this.parse(await response.text()), how)) this.end();
      this.back();
    } catch {
      this.lose();
    }
  }

  // The sitting has ended: the page that follows it is shown, unless somebody is typing.
  end() {
    this.isOver = this.isEnded = this.onEnd();
    if (!this.isOver) location.reload();
  }

  // The page that answers a form; null when none came: nothing is lost, the form is still there.
  async send(form, button) {
    const data = new FormData(form, button);
    try {
      const response = await fetch(form.action, { method: "POST", body: new URLSearchParams(data), headers: { Accept: "text/html" }, signal: AbortSignal.timeout(PATIENCE) });
      const page = this.parse(await response.text());
      this.back();
      if (page.querySelector("[data-session]")) return page;
      this.leave(response, form, button);
    } catch {
      this.lose("Pas envoyé : le réseau est coupé. Ce que vous avez choisi est resté en place, envoyez-le de nouveau.");
    }
    return null;
  }

  // Another page answers: it is where the person goes, or why the form was refused.
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

  lose(words = "Hors ligne : l’écran ne suit plus. Nouvel essai dans quelques secondes.") {
    this.isLost = true;
    this.say(words);
  }

  back() {
    if (this.isLost) this.say("De nouveau en ligne.");
    this.isLost = false;
  }

  refuse(status) {
    if (status === 401) {
      this.close("Votre session est terminée. ");
      const link = document.createElement("a");
      link.href = `${this.root.dataset.signIn}?next=${encodeURIComponent(location.pathname)}`;
      link.textContent = "Se connecter de nouveau";
      this.words.append(link);
    } else if (status >= 500) {
      this.lose("Le site ne répond pas. Nouvel essai dans quelques secondes.");
    } else {
      this.close("Cette séance ne vous est plus ouverte. Revenez à l’accueil. ");
    }
  }

  // Whoever holds the device may be somebody else by now: only what was being typed is left to read.
  close(words) {
    this.isOver = this.isClosed = true;
    this.say(this.onClosed() ? `${words}Ce que vous écriviez n’est pas envoyé : recopiez-le si vous y tenez. ` : words);
  }

  say(words) {
    this.words.textContent = words;
  }
}
