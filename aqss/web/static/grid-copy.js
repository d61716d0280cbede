// The page of a grid as it stands on the server, kept so that it opens without the network: its questions and codes.
// No text of a person is in it, nor the form token. Served by offline-worker.js, which keeps nothing by itself.
import { Line } from "./asking.js";
import { sign } from "./rating-sheet.js";

const SOON = 500; // milliseconds: answers often come one after the other
const PROBE = 15_000; // milliseconds
const FILES = new URL(".", import.meta.url); // of this release
const FIGURES = "[data-rated], [data-concerned], [data-unknown], [data-score], [data-left], .index";
const POLICY = "Content-Security-Policy";

export class Copy {
  constructor(form, criteria, outbox) {
    this.form = form;
    this.criteria = criteria;
    this.outbox = outbox;
    this.name = `aqss ${form.dataset.person} ${FILES.pathname}`;
    this.page = document.documentElement.cloneNode(true);
    for (const told of this.page.querySelectorAll("[data-told], [data-versus], .field-error")) told.remove();
    for (const field of this.page.querySelectorAll("textarea")) field.textContent = "";
    for (const token of this.page.querySelectorAll("[name=csrf_token]")) token.setAttribute("value", "");
    for (const menu of this.page.querySelectorAll("details[open]")) menu.open = false;
  }

  keepSoon() {
    if (!this.outbox.isOpen || !("serviceWorker" in navigator) || this.waiting) return;
    this.waiting = setTimeout(() => {
      this.waiting = null;
      this.keep().catch(() => {}); // a browser that keeps nothing, or has no room
    }, SOON);
  }

  async keep() {
    this.ready ??= this.prepare();
    const headers = await this.ready;
    if (!this.outbox.isOpen) return;
    const cache = await caches.open(this.name);
    await cache.put(this.form.dataset.shownAt, new Response(this.html(), { headers: {
      "Content-Type": "text/html; charset=utf-8", [POLICY]: headers.get(POLICY), "X-Kept-At": Date.now() } }));
    await keepFiles(cache);
  }

  // The headers of every answer, from a file of this release.
  async prepare() {
    const scope = `/${this.form.dataset.shownAt.split("/")[1]}/`;
    await navigator.serviceWorker.register(new URL("./offline-worker.js", FILES), { scope });
    return (await fetch(import.meta.url)).headers;
  }

  html() {
    for (const criterion of this.criteria) this.follow(criterion);
    const form = this.page.querySelector("form[data-rating]");
    const now = new Date();
    const minutes = String(now.getMinutes()).padStart(2, "0");
    form.dataset.keptAt = `${now.toLocaleDateString("fr-FR", { dateStyle: "long" })} à ${now.getHours()}\u00a0h\u00a0${minutes}`;
    const twins = this.page.querySelectorAll(FIGURES);
    document.querySelectorAll(FIGURES).forEach((shown, rank) => (twins[rank].innerHTML = shown.innerHTML));
    return `<!doctype html>\n${this.page.outerHTML}`;
  }

  // What the server is known to hold, not what is chosen: that waits in the outbox.
  follow({ code, saved, savedVersion, savedMark, fieldset }) {
    const twin = this.page.querySelector(`[data-criterion="${CSS.escape(code)}"]`);
    if (!saved) return;
    twin.removeAttribute("data-refused");
    for (const choice of twin.querySelectorAll("input[type=radio]")) choice.toggleAttribute("checked", choice.value === saved.value);
    twin.querySelector(`[name="${code}-number"]`)?.setAttribute("value", saved.number);
    twin.querySelector(`[name="${code}-version"]`).setAttribute("value", savedVersion);
    twin.querySelector("[data-saved]").replaceChildren(...savedMark.map((part) => part.cloneNode?.(true) ?? part));
    for (const look of ["is-rated", "is-open"]) twin.classList.toggle(look, fieldset.classList.contains(look));
  }
}

// Whatever this page loaded of this release.
async function keepFiles(cache) {
  const loaded = performance.getEntriesByType("resource").map((entry) => entry.name);
  const named = [...document.querySelectorAll("link[href], script[src]")].map((node) => node.href ?? node.src);
  const files = new Set([...loaded, ...named].filter((url) => url.startsWith(FILES.href)));
  for (const url of files) if (!(await cache.match(url))) await cache.add(url);
}

// A page opened from its copy: codes may be chosen; words wait for the page itself, which replaces it as soon as the
// server answers and nothing waits here.
export class KeptCopy {
  constructor(form, criteria, saver) {
    this.criteria = criteria;
    this.saver = saver;
    this.line = new Line(form.dataset);
    for (const field of form.querySelectorAll("textarea, [data-finish], input[value=na], input[value='=text']")) field.disabled = true;
    form.prepend(noteOf(form.dataset.keptAt));
    for (const name of ["online", "focus"]) window.addEventListener(name, () => this.probe());
    setInterval(() => this.probe(), PROBE);
    this.probe();
  }

  get isFree() {
    return this.saver.isIdle && !this.criteria.some((criterion) => criterion.isUnsaved);
  }

  async probe() {
    const reply = await this.line.renewToken();
    if (reply?.ended) return this.saver.end(reply.ended);
    if (reply) return this.isFree && this.saver.hold(reply);
    if (this.isFree) location.reload();
    else this.saver.retryNow();
  }
}

function noteOf(keptAt) {
  const note = document.createElement("div");
  note.className = "note note-mid";
  const words = document.createElement("div");
  const first = document.createElement("h2");
  first.textContent = "Sans réseau\u00a0: la copie de cette page";
  const told = document.createElement("p");
  told.textContent =
    `Gardée sur cet appareil le ${keptAt}, sans les textes. Les réponses choisies ici attendent, puis partent au retour ` +
    "du réseau. Les commentaires, et «\u00a0Non concerné\u00a0» qui demande un motif, s’écrivent une fois le réseau revenu.";
  words.append(first, told);
  note.append(sign("warning"), words);
  return note;
}
