// One criterion: what its fields hold, what of it is saved, what was refused, and the choice between two answers.
import { sign } from "./rating-sheet.js";

const TYPED = ["number", "words", "reason", "comment"];
const TEXTS = ["words", "reason", "comment"];
const NUMBER = /^[\d\s.,+-]*$/;

const fieldsOf = ({ value, number, words, reason, comment }) => ({ value, number, words, reason, comment });

export class Criterion {
  constructor(fieldset) {
    this.fieldset = fieldset;
    this.code = fieldset.dataset.criterion;
    const isRefused = "refused" in fieldset.dataset;
    this.saved = isRefused ? null : this.fieldsAsServed; // what the server is known to hold
    this.refusedText = isRefused ? this.text : ""; // not sent again until it changes
    this.savedVersion = this.version;
    this.versus = fieldset.querySelector("[data-versus]");
    this.theirs = null;
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
  get fieldsAsServed() {
    const chosen = [...this.fieldset.querySelectorAll("input[type=radio]")].find((choice) => choice.defaultChecked);
    const typed = TYPED.map((name) => [name, this.field(name)?.defaultValue ?? ""]);
    return { value: chosen?.value ?? "", ...Object.fromEntries(typed) };
  }

  get version() {
    return this.field("version").value;
  }

  get isUnsaved() {
    return this.text !== JSON.stringify(this.saved);
  }

  // What is chosen and not saved, as far as it says nothing in words: a level, « ne sait pas », a number, or no answer
  // any more. Null when there is nothing to keep, or nothing that may be kept.
  get codes() {
    const { value, number } = this.fields;
    const isSaved = this.saved && value === this.saved.value && number === this.saved.number;
    if (isSaved || value === "na" || value === "=text" || !NUMBER.test(number)) return null;
    return { value, number: value === "=number" ? number : "" };
  }

  // Whether something unsaved is in words: it waits in the open page, and nowhere else.
  get needsPage() {
    return this.isUnsaved && (!this.codes || TEXTS.some((name) => this.fields[name] !== (this.saved?.[name] ?? "")));
  }

  get whatNeedsPage() {
    if (this.fields.comment !== (this.saved?.comment ?? "")) return "Un commentaire";
    return this.chosen?.value === "na" ? "Un «\u00a0non concerné\u00a0»" : "Un texte";
  }

  get isRefused() {
    return this.refusedText !== "" && this.refusedText === this.text;
  }

  // A « non concerné » waits for its reason: refusing it at once would answer a gesture with a reproach.
  get isWaitingForReason() {
    return this.chosen?.value === "na" && this.field("reason").value.trim() === "";
  }

  get canBeSent() {
    return this.isUnsaved && !this.versus && !this.isWaitingForReason && this.text !== this.refusedText;
  }

  // What is sent, as often as it takes. A comment that did not change is not sent: it stays as it is.
  attempt(write) {
    const { comment, ...rest } = this.fields;
    const body = new URLSearchParams({ ...rest, version: this.version, write });
    if (!this.saved || comment !== this.saved.comment) body.set("comment", comment);
    return { fields: this.fields, body };
  }

  // The same once more, of an answer that a closed page had sent.
  replay({ value, number, version, write }) {
    return { fields: { ...this.fields, value, number }, body: new URLSearchParams({ value, number, version, write }) };
  }

  // What waited in this browser, with the version it was given on: what somebody answered meanwhile is opposed to it,
  // not overwritten.
  takeUp({ value, number }, version, isReplayed) {
    this.choose(value);
    if (this.field("number")) this.field("number").value = number;
    if (this.isUnsaved || isReplayed) this.field("version").value = version;
    this.showMark();
  }

  accept(told, fields) {
    this.saved = fields;
    this.savedVersion = told.version;
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

  refuse(words, fields) {
    this.refusedText = JSON.stringify(fields);
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

  says(told) {
    return this.text === JSON.stringify(fieldsOf(told));
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
    this.saved = fieldsOf(theirs);
    this.savedVersion = theirs.version;
    if (button.name === "prendre") {
      this.write(theirs);
      this.accept(theirs, this.fields);
    }
    (this.chosen ?? this.fieldset.querySelector("input[type=radio]")).focus();
    return { button: button.name, theirs };
  }

  choose(value) {
    for (const choice of this.fieldset.querySelectorAll("input[type=radio]")) choice.checked = choice.value === value;
  }

  write(fields) {
    this.choose(fields.value);
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
