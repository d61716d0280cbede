// On any page: sends the answers that a closed page left in this browser, in order, and tells how many wait, which
// somebody else's answer opposes, and which the server refuses. The page of a grid looks after its own.
import { Line } from "./asking.js";
import { Outbox, addressIn, countOfAnybody } from "./outbox.js";

const AGAIN = 20_000; // milliseconds, while something waits
const REFUSED = {
  403: "votre rôle ne permet plus de coter ici",
  404: "cette grille ne vous est plus ouverte",
  409: "les réponses de cette grille ne se changent plus à cette étape",
};
const NOT_TAKEN = "le site ne prend pas cette valeur";

export class WaitingAnswers {
  constructor({ person, token, signIn }) {
    this.outbox = new Outbox(person);
    this.line = new Line({ person, token });
    this.signIn = signIn;
    this.own = document.querySelector("form[data-rating]")?.dataset.rating ?? "";
    this.trouble = null; // why nothing could be sent
    this.saved = 0;
    this.told = "";
    for (const name of ["online", "offline", "focus", "storage"]) window.addEventListener(name, () => this.look());
    setInterval(() => this.look(), AGAIN);
    this.look();
  }

  async look() {
    if (navigator.onLine && this.elsewhere().length > 0) await this.outbox.sending(() => this.sendAll());
    this.outbox.watch(() => this.look());
    this.tell();
  }

  elsewhere() {
    return this.outbox.list().filter((record) => record.sheet !== this.own);
  }

  async sendAll() {
    this.trouble = null;
    for (;;) {
      const next = (await this.outbox.orphans()).find((record) => record.sheet !== this.own && !record.stopped);
      if (!next || !(await this.send(next))) return;
    }
  }

  // False when nothing more can be sent now.
  async send(record) {
    this.outbox.change(record, { isSent: true });
    const { sheet, criterion, value, number, version, write } = record;
    const body = new URLSearchParams({ value, number, version, write });
    const reply = await this.line.post(addressIn(sheet, criterion), body);
    if (reply.why || reply.ended) {
      this.trouble = reply;
      return false;
    }
    this.receive(record, reply);
    return true;
  }

  receive(record, { status, told }) {
    const after = this.outbox.list().find((one) => one.sheet === record.sheet && one.criterion === record.criterion && one.sequence > record.sequence);
    const isSaved = status === 200 || (status === 409 && told.value === record.value && told.number === record.number);
    if (after) this.outbox.change(after, { version: after.version ?? (isSaved ? told.version : record.version) });
    if (isSaved) this.saved += 1;
    if (isSaved || after) this.outbox.remove(record); // a later answer to the same criterion stands for it
    else this.outbox.change(record, { stopped: status === 409 && "version" in told ? "opposed" : status });
  }

  tell() {
    const records = this.elsewhere();
    const lines = records.filter((record) => record.stopped).map((record) => this.stoppedLine(record));
    const waiting = records.filter((record) => !record.stopped).length;
    if (waiting > 0 && (this.trouble || !navigator.onLine)) lines.unshift(this.waitingLine(waiting));
    if (waiting === 0 && this.saved > 0) lines.unshift(line(`${counted(this.saved, "qui attendait est enregistrée", "qui attendaient sont enregistrées")}.`));
    this.show(lines, records.length > 0);
  }

  waitingLine(count) {
    const waiting = counted(count, "en attente", "en attente");
    if (this.trouble?.ended) return line(this.trouble.ended);
    if (this.trouble?.isSignedOut) return line(`${waiting}\u00a0: votre session est terminée. `, link(this.signIn, "Connectez-vous pour les envoyer"));
    if (!navigator.onLine || this.trouble.isUnreachable) return line(`Hors ligne\u00a0: ${waiting}. Elles partiront au retour du réseau.`);
    return line(`${waiting}\u00a0: ${this.trouble.why}. Nouvel essai dans quelques secondes.`);
  }

  stoppedLine(record) {
    const { criterion, shownAt, stopped } = record;
    if (stopped === "opposed") {
      const choose = link(`${shownAt}#${criterion}`, "Choisir la réponse à garder");
      return line(`${criterion}\u00a0: une autre réponse a été enregistrée pendant que la vôtre attendait. `, choose);
    }
    const button = document.createElement("button");
    button.type = "button";
    button.className = "btn btn-text btn-sm";
    button.textContent = `Retirer la réponse à ${criterion}`;
    button.addEventListener("click", () => {
      this.outbox.remove(record);
      this.tell();
      document.querySelector("main").focus();
    });
    return line(`${criterion}\u00a0: votre réponse n’est pas enregistrée, ${REFUSED[stopped] ?? NOT_TAKEN}. `, button);
  }

  // Said once, whatever the number of looks.
  show(lines, isLate) {
    const words = lines.map((one) => one.textContent).join(" ");
    if (words === this.told) return;
    this.told = words;
    showNote(lines, isLate);
  }
}

// On the pages of visitors: whose they are is not told.
export function tellVisitors() {
  const count = countOfAnybody();
  if (count === 0) return;
  const waiting = counted(count, "attend sur cet appareil", "attendent sur cet appareil");
  showNote([line(`${waiting}. Si une autre personne que celle qui cotait ici se connecte, cela les efface.`)], true);
}

function showNote(lines, isLate) {
  document.querySelector("main > [data-told]")?.remove();
  if (lines.length === 0) return;
  const note = document.querySelector("[data-waiting-note]").content.firstElementChild.cloneNode(true);
  note.dataset.told = "";
  note.setAttribute("role", "status");
  note.classList.toggle("note-mid", isLate);
  note.querySelector("div").replaceChildren(...lines);
  document.querySelector("main").prepend(note);
}

const counted = (count, one, many) => `${count}\u00a0réponse${count > 1 ? `s ${many}` : ` ${one}`}`;

function line(...parts) {
  const paragraph = document.createElement("p");
  paragraph.append(...parts);
  return paragraph;
}

function link(href, words) {
  const anchor = document.createElement("a");
  anchor.href = href;
  anchor.textContent = words;
  return anchor;
}
