// The page of a grid: each answer is saved as it is given, in order, one request at a time for each criterion.
// Without this module the form saves the whole page; nothing here is needed to answer.

const WAIT_AFTER_TYPING = 900;
const WAIT_AFTER_CHOOSING = 150;
const RETRY = [2, 5, 10, 20, 30]; // seconds
const FIELDS = ["value", "number", "words", "reason", "comment"];

const form = document.querySelector("form[data-rating]");
const token = form.querySelector("[name=csrf_token]").value;
const state = form.querySelector("[data-state]");
const signs = new Map(
  [...document.querySelector("[data-signs]").content.children].map((node) => [node.dataset.name, node.firstElementChild]),
);
const sign = (name) => signs.get(name).cloneNode(true);

class Criterion {
  constructor(fieldset) {
    this.fieldset = fieldset;
    this.code = fieldset.dataset.criterion;
    this.url = form.dataset.rating.replace("CODE", encodeURIComponent(this.code));
    this.saved = JSON.stringify(this.read());
    this.busy = false;
    this.failures = 0;
    this.timer = 0;
    this.conflict = null;
  }

  field(name) {
    return this.fieldset.querySelector(`[name="${this.code}-${name}"]`);
  }

  read() {
    const chosen = this.fieldset.querySelector("input[type=radio]:checked");
    return Object.fromEntries(
      FIELDS.map((name) => [name, name === "value" ? (chosen ? chosen.value : "") : (this.field(name)?.value ?? "")]),
    );
  }

  get isPending() {
    return this.busy || this.failures > 0 || this.timer > 0 || this.conflict !== null;
  }

  // A « non concerné » waits for its reason: asking for it at once would answer a gesture with a reproach.
  get isWaitingForReason() {
    const now = this.read();
    return now.value === "na" && now.reason.trim() === "";
  }

  plan(delay) {
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.save(), delay);
  }

  async save() {
    clearTimeout(this.timer);
    this.timer = 0;
    const sent = this.read();
    if (this.busy || this.conflict || JSON.stringify(sent) === this.saved) return;
    if (this.isWaitingForReason) {
      this.field("reason").focus();
      return;
    }
    this.busy = true;
    say("clock", "Enregistrement…", "");
    try {
      const body = new URLSearchParams({ ...sent, version: this.field("version").value });
      const response = await fetch(this.url, {
        method: "POST",
        body,
        headers: { Accept: "application/json", "X-CSRFToken": token },
      });
      this.busy = false;
      await this.receive(response, sent);
    } catch {
      this.busy = false;
      this.retry("le serveur ne répond pas");
    }
    if (!this.timer && !this.failures && JSON.stringify(this.read()) !== this.saved) this.save();
  }

  async receive(response, sent) {
    const told = response.headers.get("Content-Type")?.includes("json") ? await response.json() : {};
    this.complain(told.problems ?? []);
    if (response.ok) {
      this.failures = 0;
      this.accept(told, sent);
    } else if (response.status === 409 && "version" in told) {
      this.failures = 0;
      this.showConflict(told, sent);
    } else if (response.status === 422) {
      this.failures = 0;
      this.saved = JSON.stringify(sent); // not sent again until it changes
      say("warning", `Pas enregistré : voyez ${this.code}`, "late");
    } else if (response.status === 401) {
      this.failures = 1;
      say("warning", "Votre session est terminée. Connectez-vous dans un autre onglet, puis revenez ici\u00a0: rien n’est perdu.", "late");
    } else if (response.status >= 500 || response.status === 429) {
      this.retry("le serveur est occupé");
    } else {
      this.saved = JSON.stringify(sent);
      say("warning", told.title ? `Pas enregistré\u00a0: ${told.title}` : "Pas enregistré. Rechargez la page.", "late");
    }
  }

  retry(why) {
    const seconds = RETRY[Math.min(this.failures, RETRY.length - 1)];
    this.failures += 1;
    say("warning", `Pas enregistré\u00a0: ${why}. Nouvel essai dans ${seconds}\u00a0s`, "late");
    this.plan(seconds * 1000);
  }

  accept(told, sent) {
    this.saved = JSON.stringify(sent);
    this.field("version").value = told.version;
    this.fieldset.classList.toggle("is-rated", told.value !== "");
    this.fieldset.classList.toggle("is-open", told.value === "");
    const mark = this.fieldset.querySelector("[data-saved]");
    mark.replaceChildren(sign("check"), told.saved_at);
    say("check", `Enregistré à ${told.saved_at}`, "saved");
    this.updateIndex(sent);
    showProgress(told.progress);
    if (told.value !== "") moveMark(this);
  }

  complain(problems) {
    this.fieldset.querySelectorAll(".field-error").forEach((node) => node.remove());
    this.fieldset.classList.toggle("is-wrong", problems.length > 0);
    for (const problem of problems) {
      const line = document.createElement("p");
      line.className = "field-error";
      line.setAttribute("role", "alert");
      line.append(sign("warning"), ` ${problem}`);
      this.fieldset.querySelector(".rating").before(line);
    }
  }

  // The words of an answer, from the labels of the page itself.
  wordsOf(fields) {
    const input = this.fieldset.querySelector(`input[type=radio][value="${CSS.escape(fields.value)}"]`);
    const typed = fields.number || fields.words;
    const label = typed && fields.value.startsWith("=") ? typed : input ? input.parentElement.textContent.trim() : "sans réponse";
    return fields.reason && fields.value === "na" ? `${label}\u00a0: ${fields.reason}` : label;
  }

  updateIndex(fields) {
    const entry = document.querySelector(`[data-index="${this.code}"]`);
    const input = this.fieldset.querySelector("input[type=radio]:checked");
    entry.querySelector("[data-sign]").replaceChildren(
      input ? input.parentElement.querySelector("svg").cloneNode(true) : sign("blank"),
    );
    entry.querySelector("[data-words]").textContent = this.wordsOf({ ...fields, reason: "" });
  }

  showConflict(theirs, mine) {
    const panel = document.querySelector("[data-conflict]").content.firstElementChild.cloneNode(true);
    const withComment = (fields) => this.wordsOf(fields) + (fields.comment ? ` — «\u00a0${fields.comment}\u00a0»` : "");
    panel.querySelector("[data-mine]").textContent = withComment(mine);
    panel.querySelector("[data-theirs]").textContent = withComment(theirs);
    panel.querySelector("[data-at]").textContent = theirs.saved_at;
    panel.querySelector("[data-keep-mine]").addEventListener("click", () => this.settle(panel, theirs, false));
    panel.querySelector("[data-take-theirs]").addEventListener("click", () => this.settle(panel, theirs, true));
    this.conflict = panel;
    this.fieldset.querySelector(".criterion-foot").before(panel);
    this.fieldset.querySelector("[data-saved]").replaceChildren(sign("clock"), "à trancher");
    say("warning", `Deux réponses différentes pour ${this.code}`, "warn");
  }

  settle(panel, theirs, takeTheirs) {
    panel.remove();
    this.conflict = null;
    this.field("version").value = theirs.version;
    if (takeTheirs) {
      this.write(theirs);
      this.accept(theirs, this.read());
    } else {
      this.saved = "";
      this.save();
    }
    this.fieldset.querySelector("input[type=radio]:checked, input, textarea")?.focus();
  }

  write(fields) {
    for (const input of this.fieldset.querySelectorAll("input[type=radio]")) input.checked = input.value === fields.value;
    for (const name of FIELDS.slice(1)) {
      const field = this.field(name);
      if (field) field.value = fields[name];
    }
  }
}

const criteria = [...form.querySelectorAll("[data-criterion]")].map((fieldset) => new Criterion(fieldset));
const byFieldset = new Map(criteria.map((criterion) => [criterion.fieldset, criterion]));
const criterionOf = (node) => byFieldset.get(node.closest?.("[data-criterion]"));

function say(name, words, kind) {
  const tag = document.createElement("span");
  tag.className = kind === "late" || kind === "warn" ? `tag tag-box tag-${kind} text-wrap` : `tag tag-${kind || "plain"}`;
  tag.append(sign(name), words);
  state.replaceChildren(tag);
}

function showProgress(progress) {
  form.querySelector("[data-rated]").textContent = progress.rated;
  form.querySelector("[data-concerned]").textContent = progress.concerned;
  form.querySelector("[data-bar-rated]").setAttribute("width", progress.rated_width);
  const unknown = form.querySelector("[data-bar-unknown]");
  unknown.setAttribute("x", progress.rated_width);
  unknown.setAttribute("width", progress.unknown_width);
  const score = form.querySelector("[data-score]");
  score.replaceChildren();
  if (progress.score) {
    const band = document.createElement("span");
    band.className = `band band-${progress.rank}`;
    band.append(sign({ low: "arrow-down", mid: "half", high: "check" }[progress.rank]), progress.band);
    score.append(`Score ${progress.score} `, band);
  }
  const left = form.querySelector("[data-left]");
  left.textContent =
    progress.blank === 0
      ? "Chaque critère a sa réponse."
      : `Il reste ${progress.blank}\u00a0critère${progress.blank > 1 ? "s" : ""} sans réponse.`;
}

// « Reprendre ici » moves on to the next criterion without an answer.
function moveMark(answered) {
  const mark = form.querySelector("[data-next]");
  const link = document.querySelector("[data-resume]");
  if (!mark || !answered.fieldset.contains(mark)) return;
  const rest = [...criteria.slice(criteria.indexOf(answered) + 1), ...criteria];
  const next = rest.find((criterion) => criterion.read().value === "" && criterion !== answered);
  if (!next) {
    mark.remove();
    link?.remove();
    return;
  }
  next.fieldset.querySelector("legend").prepend(mark);
  if (link) {
    link.setAttribute("href", `#${next.code}`);
    link.replaceChildren(`Reprendre à ${next.code} `, sign("arrow-down"));
  }
}

form.addEventListener("change", (event) => {
  const criterion = criterionOf(event.target);
  if (!criterion) return;
  if (event.target.type === "radio") {
    if (criterion.isWaitingForReason) criterion.field("reason").focus();
    if (event.target.value.startsWith("=")) criterion.fieldset.querySelector(".typed-answer .form-control").focus();
  }
  criterion.plan(WAIT_AFTER_CHOOSING);
});

form.addEventListener("input", (event) => {
  const criterion = criterionOf(event.target);
  if (!criterion || event.target.type === "radio") return;
  if (event.target.closest(".typed-answer")) {
    const typed = criterion.fieldset.querySelector("input[type=radio][value^='=']");
    typed.checked = event.target.value.trim() !== "";
  }
  criterion.plan(WAIT_AFTER_TYPING);
});

form.addEventListener("submit", () => {
  leaving = true;
});

let leaving = false;
window.addEventListener("beforeunload", (event) => {
  const unsaved = criteria.some((one) => one.isPending || JSON.stringify(one.read()) !== one.saved);
  if (!leaving && unsaved) event.preventDefault();
});

window.addEventListener("focus", () => criteria.filter((one) => one.failures > 0).forEach((one) => one.save()));
window.addEventListener("online", () => criteria.filter((one) => one.failures > 0).forEach((one) => one.save()));

// Keys 1 to 5, when asked for: they would get in the way of other tools otherwise.
const digits = document.querySelector("[data-digits]");
digits?.addEventListener("click", () => {
  const on = digits.getAttribute("aria-pressed") !== "true";
  digits.setAttribute("aria-pressed", String(on));
  digits.textContent = on ? "Désactiver les touches 1 à 5" : "Activer les touches 1 à 5";
});
document.addEventListener("keydown", (event) => {
  if (digits?.getAttribute("aria-pressed") !== "true" || event.ctrlKey || event.altKey || event.metaKey) return;
  if (event.target.matches?.("textarea, input:not([type=radio])")) return;
  const criterion = criterionOf(document.activeElement) ?? criteria.find((one) => one.read().value === "");
  const choice = criterion?.fieldset.querySelectorAll("input[type=radio]")[Number(event.key) - 1];
  if (!/^[1-9]$/.test(event.key) || !choice) return;
  event.preventDefault();
  choice.checked = true;
  choice.dispatchEvent(new Event("change", { bubbles: true }));
  const next = criteria[criteria.indexOf(criterion) + 1];
  if (next && !criterion.isWaitingForReason) {
    next.fieldset.querySelector("input[type=radio]:checked, input[type=radio], .form-control").focus();
    next.fieldset.scrollIntoView({ block: "nearest" });
  }
});

document.body.classList.add("has-script");
