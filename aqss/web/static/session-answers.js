// What a person is typing in a sitting: kept while the screens move on, put beside what somebody else saved.
const FORMS = "form[data-answer], form[data-vote]";
const AWAY = ["moved", "ended"]; // what is said of a form whose criterion the screens show no more

export class Answers {
  constructor() {
    this.shown = new WeakMap();
    this.followings = new WeakMap();
    this.onDrop = () => {};
    document.addEventListener("change", (event) => {
      const form = event.target.form;
      if (form?.matches(FORMS)) this.follow(form);
      if (form?.matches(FORMS) && this.isSentAtOnce(form) && event.target.name === "value") form.requestSubmit();
    });
    document.addEventListener("click", (event) => this.settle(event));
  }

  // Notes what each form shows, to know later whether anybody changed it.
  watch() {
    document.querySelectorAll(FORMS).forEach((form) => {
      this.followMedians(form);  // first: what is not asked is not sent
      if (!this.shown.has(form)) this.shown.set(form, "refused" in form.dataset ? "" : written(form));
      this.followVote(form);
    });
    this.standAside();
  }

  follow(form) {
    this.followMedians(form);
    this.followVote(form);
  }

  // Nothing came back: the button that sends again is there.
  offer(form) {
    form.dataset.unsent = "1";
    this.followVote(form);
  }

  isHeld(part) {
    return this.held(part).length > 0;
  }

  held(part) {
    return [...part.querySelectorAll(FORMS)].filter((form) => written(form) !== this.shown.get(form));
  }

  // Whether something typed there waits for the screens to come back to it.
  isAside(part) {
    return part.querySelector("form[data-said=moved], form[data-said=voting]") !== null;
  }

  // Nothing may be sent any more: what is typed stays to be read, and says so. Whether there was any.
  end() {
    const forms = this.held(document);
    for (const form of forms) this.tell(form, document.querySelector("template[data-ended]"), "ended");
    return forms.length > 0;
  }

  // The part holds something typed: it stays, with what has changed around it.
  reconcile(old, fresh, page, replace) {
    const mine = old.querySelector(FORMS);
    const theirs = fresh.querySelector(FORMS);
    this.followings.set(mine, replace);
    if (theirs && theirs.dataset.place === mine.dataset.place) {
      if (mine.dataset.said !== "conflict") this.unsay(mine);
      this.takeMedians(mine, theirs);
      if (written(theirs) === written(mine)) return replace(); // saved, its reply lost on the way
      if (theirs.dataset.version === mine.dataset.version || mine.dataset.told === theirs.dataset.version) return;
      mine.dataset.told = theirs.dataset.version;
      this.tell(mine, page.querySelector("template[data-conflict]"), "conflict");
      const chosen = mine.querySelector("[data-mine]");
      if (chosen) chosen.textContent = chosenWords(mine);
      return;
    }
    const voting = page.querySelector("#critere").dataset.place === mine.dataset.place ? page.querySelector("template[data-voting]") : null;
    const kind = voting ? "voting" : "moved";
    if (mine.dataset.said !== kind) this.tell(mine, voting ?? page.querySelector("template[data-moved]"), kind);
  }

  tell(form, template, kind) {
    this.unsay(form);
    form.dataset.said = kind;
    if (template) form.prepend(document.importNode(template.content, true));
    const code = form.querySelector("[data-code]");
    if (code) code.textContent = form.dataset.place.split("/")[1];
    if (AWAY.includes(kind)) this.name(form, true);
    this.standAside();
  }

  unsay(form) {
    if (!form.dataset.said) return;
    if (AWAY.includes(form.dataset.said)) this.name(form, false);
    delete form.dataset.said;
    form.querySelectorAll("[data-conflict-note]").forEach((one) => one.remove());
    this.standAside();
  }

  // Its legend says which criterion it answers, once that is not the one on the screens.
  name(form, isNamed) {
    form.querySelectorAll("[data-about]").forEach((one) => {
      one.hidden = !isNamed;
    });
  }

  // What the screens propose for their criterion waits until what was typed for another is settled.
  standAside() {
    document.body.classList.toggle("has-moved", document.querySelector("form[data-said=moved]") !== null);
  }

  settle(event) {
    const button = event.target.closest("[data-keep], [data-drop], [data-send]");
    const form = button?.closest("form");
    if (!form) return;
    if (button.matches("[data-drop]")) {
      this.followings.get(form)?.();
      this.watch();
      this.onDrop();
      return;
    }
    if (button.matches("[data-keep]")) form.querySelector("[name=version]").value = form.dataset.told;
    form.querySelectorAll("[name=suivant]").forEach((one) => one.remove());
    form.requestSubmit();
  }

  // A level or « ne sait pas » leaves as it is chosen; « non concerné » waits for its reason.
  isSentAtOnce(form) {
    return form.dataset.vote === "levels" && form.querySelector("[value=na]:checked") === null;
  }

  // What leaves by itself needs no button, unless it did not leave; what waits is not said to have left.
  followVote(form) {
    if (form.dataset.vote !== "levels") return;
    const isGone = this.isSentAtOnce(form) && !("unsent" in form.dataset);
    form.querySelector("[data-vote-button]").hidden = isGone;
    form.querySelector("[data-vote-words]").hidden = !isGone && written(form) !== this.shown.get(form);
  }

  // A round closed meanwhile has other medians, or the first ones: what is asked follows them, what is typed stays.
  takeMedians(mine, theirs) {
    if ("inside" in theirs.dataset) mine.dataset.inside = theirs.dataset.inside;
    else delete mine.dataset.inside;
    const [old, fresh] = [mine, theirs].map((form) => form.querySelector("[data-why]"));
    if (fresh && !old) {
      const why = document.importNode(fresh, true);
      why.querySelector("textarea").value = "";
      mine.querySelector("[name=dissent]").closest("div").before(why);
    }
    if (old && !fresh) old.remove();
    this.followMedians(mine);
  }

  // The reason is asked outside the medians only; hidden, it is not sent.
  followMedians(form) {
    const why = form.querySelector("[data-why]");
    if (!why || !("inside" in form.dataset)) return;
    const chosen = form.querySelector("[name=value]:checked")?.value ?? "";
    const isAsked = chosen !== "" && chosen !== "na" && !form.dataset.inside.split(" ").includes(chosen);
    const field = why.querySelector("textarea");
    why.hidden = !isAsked;
    field.disabled = !isAsked;
    field.required = isAsked;
  }
}

// What it says; a field that is not asked says as much as an empty one.
export function written(form) {
  const data = new FormData(form);
  for (const name of ["csrf_token", "version", "theirs", "suivant"]) data.delete(name);
  return new URLSearchParams([...data].filter(([, value]) => value !== "")).toString();
}

function chosenWords(form) {
  const radio = form.querySelector("[name=value]:checked");
  const typed = form.querySelector("[name=number], [name=words]")?.value;
  return radio && !radio.value.startsWith("=") ? radio.closest("label").textContent.trim() : typed || "Sans réponse";
}
