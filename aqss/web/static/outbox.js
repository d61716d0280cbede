// Answers that the server does not have yet, kept in this browser: codes only, never a text of a person. Each is
// written under a key of its own, so that two tabs never write over one another. Only where the browser offers locks,
// hence over HTTPS: they tell whether the page that gave an answer still stands.
const OURS = "aqss-answer ";
const PAGE = "aqss-page ";
const SENDING = "aqss-sending";
const LEAVING = "aqss-leaving";

const canKeep = isSecureContext && "locks" in navigator;

// Where the answer to a criterion is saved. A sheet, the team's or one's own, goes by that address with CODE for the criterion.
export const addressIn = (sheet, criterion) => sheet.replace("CODE", encodeURIComponent(criterion));

export const newName = () => crypto.randomUUID?.() ?? ""; // without a name, the server goes by versions

export class Outbox {
  constructor(person) {
    this.mine = `${OURS}${person} `;
    this.page = "";
    this.watched = new Set();
    this.isOpen = canKeep && Boolean(person) && !hasMark();
  }

  // {write, sequence, sheet, shownAt, criterion, value, number, version, page, isSent, stopped}, in the order they were
  // given; shownAt: the address of the page where the sheet is rated.
  list() {
    return withStorage((storage) => recordsOf(storage, this.mine)) ?? [];
  }

  add(codes) {
    if (!this.isOpen) return null;
    const last = this.list().at(-1)?.sequence ?? 0;
    const record = { write: newName(), sequence: Math.max(Date.now(), last + 1), page: this.page, ...codes };
    return withStorage((storage) => (storage.setItem(this.keyOf(record), JSON.stringify(record)), record));
  }

  // Of one that is still there: another tab may have settled it.
  change(record, facts) {
    const key = this.keyOf(record);
    Object.assign(record, facts);
    withStorage((storage) => storage.getItem(key) && storage.setItem(key, JSON.stringify(record)));
  }

  remove(record) {
    withStorage((storage) => storage.removeItem(this.keyOf(record)));
  }

  keyOf({ sequence, write }) {
    return `${this.mine}${String(sequence).padStart(15, "0")} ${write}`;
  }

  // From now on this page answers for what it adds, until it is closed.
  standFor() {
    if (!this.isOpen) return;
    this.page = newName();
    navigator.locks.request(PAGE + this.page, () => new Promise(() => {}));
  }

  // Those whose page is closed: whoever sends them asks within `sending`.
  async orphans() {
    const { held } = await navigator.locks.query();
    const standing = new Set(held.map((lock) => lock.name));
    return this.list().filter((record) => !standing.has(PAGE + record.page));
  }

  // Told once a page that answers for some of them is closed.
  watch(act) {
    const pages = new Set(this.list().map((record) => record.page));
    for (const page of pages) {
      if (page === this.page || this.watched.has(page)) continue;
      this.watched.add(page);
      navigator.locks.request(PAGE + page, () => {}).then(act);
    }
  }

  // One tab at a time.
  async sending(act) {
    if (canKeep) await navigator.locks.request(SENDING, act);
  }

  // After signing out somewhere in this browser, nothing more is kept; what a page shows waits in that page.
  close() {
    this.isOpen = false;
    for (const record of this.list()) this.remove(record);
  }

  reopen() {
    this.isOpen = canKeep && !hasMark();
  }
}

export function countOfAnybody() {
  return (withStorage((storage) => recordsOf(storage, OURS)) ?? []).length;
}

// What is kept for anybody but `person` goes; all of it without one.
export function wipe(person) {
  const mine = person ? `${OURS}${person} ` : null;
  withStorage((storage) => {
    for (const key of keysOf(storage, OURS)) if (mine === null || !key.startsWith(mine)) storage.removeItem(key);
  });
}

// Somebody is signing out, and the server has not said yet that their session is closed. Nothing of them is in it.
export const mark = () => withStorage((storage) => storage.setItem(LEAVING, "1"));
export const unmark = () => withStorage((storage) => storage.removeItem(LEAVING));
export const hasMark = () => withStorage((storage) => storage.getItem(LEAVING)) !== null;

// Those of an older release did not tell where they are saved: they are left alone.
function recordsOf(storage, prefix) {
  const texts = keysOf(storage, prefix).map((key) => storage.getItem(key));
  return texts.filter((text) => text !== null).map((text) => JSON.parse(text)).filter((record) => record.shownAt);
}

const keysOf = (storage, prefix) => Object.keys(storage).filter((key) => key.startsWith(prefix)).sort();

// A browser may refuse to keep anything, or be full: the page goes on without.
function withStorage(act) {
  try {
    return act(localStorage);
  } catch {
    return null;
  }
}
