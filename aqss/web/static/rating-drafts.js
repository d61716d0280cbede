// What is typed and not saved, kept in this browser until it is saved or given up. A page closed without a warning
// takes it up again and sends it: the server then tells again what stood in its way.
const KEPT_FOR = 3 * 24 * 3600 * 1000; // milliseconds: a week-end, and no longer on a machine that others use
const OURS = "aqss-draft ";

export class Drafts {
  constructor(form) {
    this.sheet = `${OURS}${form.dataset.person} ${form.getAttribute("action")} `;
    this.written = new Set(); // codes: another tab may keep a draft of its own
    withStorage(dropOld);
  }

  // An answer given before this module has come is newer than the draft.
  takeUp(criterion) {
    const draft = withStorage((storage) => JSON.parse(storage.getItem(this.sheet + criterion.code)));
    if (!draft || criterion.isUnsaved) return;
    this.written.add(criterion.code);
    criterion.takeUp(draft);
  }

  follow(criterion) {
    if (!criterion.isUnsaved) return this.drop(criterion);
    this.written.add(criterion.code);
    const draft = JSON.stringify({ ...criterion.draft, at: Date.now() });
    withStorage((storage) => storage.setItem(this.sheet + criterion.code, draft));
  }

  drop(criterion) {
    if (this.written.delete(criterion.code)) withStorage((storage) => storage.removeItem(this.sheet + criterion.code));
  }
}

function dropOld(storage) {
  const kept = Object.keys(storage).filter((name) => name.startsWith(OURS));
  for (const name of kept) if (JSON.parse(storage.getItem(name)).at < Date.now() - KEPT_FOR) storage.removeItem(name);
}

// A browser may refuse to keep anything, or be full: the page goes on without.
function withStorage(act) {
  try {
    return act(localStorage);
  } catch {
    return null;
  }
}
