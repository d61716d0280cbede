// One criterion: what its fields hold, what of it is saved, what was refused, and the choice between two answers.
import { sign } from "./rating-sheet.js";

const TYPED = ["number", "words", "reason", "comment"];

export class Criterion {
  constructor(fieldset) {
    this.fieldset = fieldset;
    this.code = fieldset.dataset.criterion;
    const isRefused = "refused" in fieldset.dataset;
    this.savedText = isRefused ? "" : this.textAsServed; // what the server is known to hold
    this.refusedText = isRefused ? this.text : ""; // not sent again until it changes
    this.problems = isRefused ? [fieldset.querySelector(".field-error")?.textContent.trim() ?? ""] : []; // of that text
    this.versus = fieldset.querySelector("[data-versus]");
    this.theirs = null;
    this.isTakenUp = false; // from a draft, and not touched since: leaving it loses nothing
    this.savedMark = [...fieldset.querySelector("[data-saved]").childNodes];
    this.showMark();
  }

  field(name) {
    return this.fieldset.querySelector(`[name="${this.code}-${name}"]`);
  }

  get chosen() {
    return this.fieldset.querySelector("input[type=radio]:checked");
  }

  get fields() {
    const typed = TYPED.map((name) => [name, this.field(name)?.value ?? ""]);
    return { value: this.chosen?.value ?? "", ...Object.fromEntries(typed) };
  }

  get text() {
    return JSON.stringify(this.fields);
  }

  // Whoever answers before this module has come is not overlooked.
  get textAsServed() {
    const chosen = [...this.fieldset.querySelectorAll("input[type=radio]")].find((choice) => choice.defaultChecked);
    const typed = TYPED.map((name) => [name, this.field(name)?.defaultValue ?? ""]);
    return JSON.stringify({ value: chosen?.value ?? "", ...Object.fromEntries(typed) });
  }

  get isUnsaved() {
    return this.text !== this.savedText;
  }

  // A « non concerné » waits for its reason: refusing it at once would answer a gesture with a reproach.
  get isWaitingForReason() {
    return this.chosen?.value === "na" && this.field("reason").value.trim() === "";
  }

  get canBeSent() {
    return this.isUnsaved && !this.versus && !this.isWaitingForReason && this.text !== this.refusedText;
  }

  // What is sent, as often as it takes: the version makes the server know it again.
  get attempt() {
    return { text: this.text, body: new URLSearchParams({ ...this.fields, version: this.field("version").value }) };
  }

  get draft() {
    const problems = this.text === this.refusedText ? this.problems : [];
    return { fields: this.fields, version: this.field("version").value, problems };
  }

  // With the version it was typed on: what somebody answered meanwhile is opposed to it, not overwritten. What was
  // refused is told again without being sent again.
  takeUp({ fields, version, problems }) {
    this.write(fields);
    this.isTakenUp = true;
    this.field("version").value = version;
    if (fields.comment) this.field("comment").closest("details").open = true;
    if (problems.length > 0) this.refuse(problems, this.text, problems);
    else this.showMark();
  }

  accept(told, text) {
    this.savedText = text;
    this.refusedText = "";
    this.complain([]);
    this.field("version").value = told.version;
    this.field("shown").value = told.shown;
    this.showRated(told);
    const said = document.createElement("span");
    said.className = "visually-hidden";
    said.textContent = "Enregistré\u00a0: ";
    this.savedMark = told.value === "" ? [] : [sign("check"), said, told.saved_at];
    this.showMark();
  }

  showRated(told) {
    this.fieldset.classList.toggle("is-rated", told.value !== "");
    this.fieldset.classList.toggle("is-open", told.value === "");
  }

  // problems: of the text itself, when that is what is refused.
  refuse(words, text, problems) {
    this.refusedText = text;
    this.problems = problems;
    this.complain(words);
    this.showMark();
  }

  // No tick until what is shown is what is saved.
  showMark() {
    const isOpposed = this.versus && this.theirs;
    const parts = isOpposed ? [sign("exchange"), "à trancher"] : this.isUnsaved ? [] : this.savedMark;
    this.fieldset.querySelector("[data-saved]").replaceChildren(...parts);
  }

  // « La vôtre » follows what one goes on choosing and typing. Back to what is saved, nothing is left to refuse.
  follow() {
    this.isTakenUp = false;
    if (this.versus && this.theirs) this.fillVersus();
    if (!this.isUnsaved && this.refusedText) {
      this.refusedText = "";
      this.complain([]);
    }
    this.showMark();
  }

  complain(problems) {
    const id = `erreur-${this.code}`;
    this.fieldset.querySelector(`#${CSS.escape(id)}`)?.remove();
    this.fieldset.classList.toggle("is-wrong", problems.length > 0);
    const described = (this.fieldset.getAttribute("aria-describedby") ?? "").split(" ").filter((one) => one && one !== id);
    if (problems.length > 0) {
      const line = document.createElement("p");
      line.id = id;
      line.className = "field-error";
      line.setAttribute("role", "alert");
      line.append(sign("warning"), ` ${problems.join(" ")}`);
      this.fieldset.querySelector(".rating").before(line);
      described.push(id);
    }
    this.fieldset.setAttribute("aria-describedby", described.join(" "));
  }

  // Typing a number or words chooses them; erasing them takes the answer back.
  chooseWhatIsTyped(field) {
    const own = this.fieldset.querySelector("input[type=radio][value^='=']");
    if (own && field.closest(".typed-answer")) own.checked = field.value.trim() !== "";
  }

  focusWhatToType(choice) {
    if (choice.value === "na" && this.isWaitingForReason) this.field("reason").focus();
    if (choice.value.startsWith("=")) this.fieldset.querySelector(".typed-answer .form-control").focus();
  }

  // Two answers, of which one is to be chosen.
  oppose(theirs) {
    this.theirs = theirs;
    this.complain([]);
    this.showRated(theirs);
    this.versus = document.querySelector("[data-conflict]").content.firstElementChild.cloneNode(true);
    this.versus.setAttribute("role", "alert");
    this.versus.querySelector("h3").textContent = `Deux réponses différentes pour ${this.code}`;
    this.versus.querySelector("[data-theirs]").replaceChildren(...this.inWords(theirs));
    if (theirs.saved_at) this.versus.querySelector("[data-at]").textContent = `, ${theirs.saved_at}`;
    this.fillVersus();
    this.fieldset.querySelector(".criterion-foot").before(this.versus);
    this.showMark();
  }

  fillVersus() {
    this.versus.querySelector("[data-mine]").replaceChildren(...this.inWords(this.fields));
  }

  // {button, theirs} once settled here; null otherwise: a choice shown by the server goes with the form.
  settle(button) {
    if (!button || !this.theirs || !this.versus?.contains(button)) return null;
    const { theirs } = this;
    this.versus.remove();
    this.versus = this.theirs = null;
    this.field("version").value = theirs.version;
    if (button.name === "prendre") {
      this.write(theirs);
      this.accept(theirs, this.text);
    }
    (this.chosen ?? this.fieldset.querySelector("input[type=radio]")).focus();
    return { button: button.name, theirs };
  }

  write(fields) {
    for (const choice of this.fieldset.querySelectorAll("input[type=radio]")) choice.checked = choice.value === fields.value;
    for (const name of TYPED) if (this.field(name)) this.field(name).value = fields[name];
  }

  // The words of a choice, from the labels of the page itself.
  choiceOf({ value, number, words }) {
    if (value.startsWith("=")) return number || words;
    const choice = value && this.fieldset.querySelector(`input[type=radio][value="${CSS.escape(value)}"]`);
    return choice ? choice.parentElement.textContent.trim() : "Sans réponse";
  }

  inWords(fields) {
    const lines = [this.choiceOf(fields)];
    if (fields.value === "na" && fields.reason) lines.push(`Motif\u00a0: ${fields.reason}`);
    if (fields.comment) lines.push(`Commentaire\u00a0: ${fields.comment}`);
    return lines.map((words, rank) => {
      const line = document.createElement("p");
      line.className = rank === 0 ? "fw-bold mb-1 typed" : "mb-1 typed";
      line.textContent = words;
      return line;
    });
  }
}
