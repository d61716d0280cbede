// What the page tells around its criteria: the state of saving, the progress and score, the index, where to resume.
const signs = new Map(
  [...document.querySelector("[data-signs]").content.children].map((node) => [node.dataset.name, node.firstElementChild]),
);
const BAND_SIGNS = { low: "arrow-down", mid: "half", high: "check" };
const NOT_YET = "Tout n’est pas encore enregistré\u00a0: voyez le haut de la page.";
const SLOW = 400; // milliseconds before « Enregistrement… » is worth telling

export const sign = (name) => signs.get(name).cloneNode(true);

export class Sheet {
  constructor(form, criteria) {
    this.form = form;
    this.criteria = criteria;
    this.state = form.querySelector("[data-state]");
    this.stop = form.querySelector("[data-stop]");
    this.mayStop = this.stop.textContent;
    this.told = "";
  }

  // The worst that stands; « Enregistré » only when nothing typed is left unsaved.
  tellState(saver) {
    clearTimeout(this.slow);
    const [kind, name, words, more] = this.stateOf(saver);
    if (kind === "busy") this.slow = setTimeout(() => this.say("plain", "clock", words), SLOW);
    else this.say(kind, name, words, more);
  }

  stateOf(saver) {
    const opposed = this.criteria.find((one) => one.versus);
    const refused = this.criteria.find((one) => one.isRefused);
    const incomplete = this.criteria.find((one) => one.isUnsaved && one.isWaitingForReason);
    if (saver.ended) return ["late", "warning", saver.ended];
    if (saver.pause?.isSignedOut) return ["late", "warning", "Pas enregistré\u00a0: votre session est terminée. ", signInLink(this.form)];
    if (saver.pause?.isOffline) return ["late", "warning", `Hors ligne\u00a0: ${this.waiting()}`];
    if (saver.pause) return ["late", "warning", `Pas enregistré\u00a0: ${saver.pause.why}. Nouvel essai dans ${saver.pause.seconds}\u00a0s. ${this.waiting()}`];
    if (refused) return ["late", "warning", `Pas enregistré\u00a0: voyez ${refused.code}`];
    if (opposed) return ["warn", "exchange", `Deux réponses pour ${opposed.code}`];
    if (!saver.isIdle) return ["busy", "clock", "Enregistrement…"];
    if (incomplete) return ["warn", "warning", `Écrivez le motif pour ${incomplete.code}`];
    return saver.latest ? ["saved", "check", `Enregistré à ${saver.latest}`] : ["", "", ""];
  }

  waiting() {
    const count = this.criteria.filter((one) => one.codes && !one.versus && !one.isRefused).length;
    const answers = count > 0 ? [`${count}\u00a0réponse${count > 1 ? "s" : ""} en attente`] : [];
    return [...answers, ...this.onlyHere()].join(". ");
  }

  // What no other page could send: its words are kept nowhere else.
  onlyHere() {
    const [first, ...others] = this.criteria.filter((one) => one.needsPage);
    if (!first) return [];
    const [words, verb] = others.length > 0 ? ["Des textes", "ne sont pas encore envoyés"] : [first.whatNeedsPage, "n’est pas encore envoyé"];
    return [`${words} ${verb}\u00a0: gardez cette page ouverte`];
  }

  // Said once: a live region that changes with each answer would talk without end.
  say(kind, name, words, more) {
    if (this.told === kind + words) return;
    this.told = kind + words;
    const tag = document.createElement("span");
    tag.className = kind === "late" || kind === "warn" ? `tag tag-box tag-${kind} text-wrap` : `tag tag-${kind}`;
    if (kind === "plain") tag.setAttribute("aria-hidden", "true");
    if (name) tag.append(sign(name));
    const text = document.createElement("span");
    text.append(words, ...(more ? [more] : []));
    tag.append(text);
    this.state.replaceChildren(...(words ? [tag] : []));
    this.stop.textContent = kind === "saved" || kind === "" ? this.mayStop : NOT_YET;
  }

  showSaved(criterion, told) {
    this.showProgress(told.progress);
    this.showInIndex(criterion, told);
    if (told.value !== "") this.moveResume(criterion);
  }

  // The team has answered; which answer it keeps is still to be decided.
  showOpposed(criterion, theirs) {
    this.showSaved(criterion, theirs);
    const entry = document.querySelector(`[data-index="${criterion.code}"]`);
    entry.querySelector("[data-sign]").replaceChildren(sign("exchange"));
    entry.querySelector("[data-words]").textContent = "À trancher";
  }

  showProgress(told) {
    const progress = told.is_scored ? told : { ...told, ...this.countAnswers() };
    const { form } = this;
    form.querySelector("[data-rated]").textContent = progress.rated;
    form.querySelector("[data-concerned]").textContent = progress.concerned;
    form.querySelector("[data-unknown]").textContent = progress.unknown ? `, ${progress.unknown}\u00a0«\u00a0ne sait pas\u00a0»` : "";
    form.querySelector("[data-bar-rated]").setAttribute("width", progress.rated_width);
    const unknown = form.querySelector("[data-bar-unknown]");
    unknown.setAttribute("x", progress.rated_width);
    unknown.setAttribute("width", progress.unknown_width);
    form.querySelector("[data-score]").replaceChildren(...scoreOf(progress));
    form.querySelector("[data-left]").textContent = this.leftWords(progress.blank);
  }

  leftWords(blank) {
    const carried = this.criteria.filter((one) => one.fieldset.querySelector("[data-carried]")).length;
    const left = blank ? [`Il reste ${blank}\u00a0critère${blank > 1 ? "s" : ""} sans réponse.`] : [];
    if (carried) left.push(`${carried}\u00a0réponse${carried > 1 ? "s" : ""} de la dernière fois à confirmer.`);
    return left.join(" ") || "Chaque critère a sa réponse.";
  }

  // A sheet that only follows figures enters no count of the server.
  countAnswers() {
    const blank = this.criteria.filter((one) => one.fieldset.classList.contains("is-open")).length;
    const concerned = this.criteria.length;
    const rated = concerned - blank;
    return { rated, concerned, blank, rated_width: (100 * rated) / concerned, unknown_width: 0 };
  }

  showInIndex(criterion, told) {
    const entry = document.querySelector(`[data-index="${criterion.code}"]`);
    const choice = told.value && criterion.fieldset.querySelector(`input[type=radio][value="${CSS.escape(told.value)}"]`);
    entry.querySelector("[data-sign]").replaceChildren(
      choice ? choice.parentElement.querySelector("svg").cloneNode(true) : sign("blank"),
    );
    entry.querySelector("[data-words]").textContent = criterion.choiceOf(told);
  }

  // « Commencer ici », then « Reprendre ici », moves on to the next criterion without an answer; after the last one, finishing comes first.
  moveResume(answered) {
    const mark = this.form.querySelector("[data-next]");
    if (!mark || !answered.fieldset.contains(mark)) return;
    const after = this.criteria.slice(this.criteria.indexOf(answered) + 1);
    const next = [...after, ...this.criteria].find((one) => one !== answered && !one.chosen);
    const link = document.querySelector("[data-resume]");
    if (!next) {
      mark.remove();
      link?.remove();
      this.form.querySelector("[data-finish]")?.classList.replace("btn-quiet", "btn-primary");
      return;
    }
    mark.lastChild.textContent = "Reprendre ici";
    next.fieldset.querySelector("legend").prepend(mark);
    link?.setAttribute("href", `#${next.code}`);
    link?.replaceChildren(`Reprendre à ${next.code} `, sign("arrow-down"));
  }
}

function scoreOf(progress) {
  if (!progress.score) return [];
  const band = document.createElement("span");
  band.className = `band band-${progress.rank}`;
  band.append(sign(BAND_SIGNS[progress.rank]), progress.band);
  return [`Score ${progress.score} `, band];
}

function signInLink(form) {
  const words = document.createElement("span");
  const link = document.createElement("a");
  link.href = form.dataset.signIn;
  link.target = "_blank";
  link.textContent = "Connectez-vous dans un autre onglet";
  words.append(link, ", puis revenez ici\u00a0: rien n’est perdu.");
  return words;
}
