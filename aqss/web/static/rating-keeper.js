// Which answers of this page wait in the browser: what is chosen and not saved, as far as it is codes.
const saysTheSame = (record, codes) => Boolean(record && codes) && record.value === codes.value && record.number === codes.number;

export class Keeper {
  constructor(form, outbox) {
    this.outbox = outbox;
    this.place = { sheet: form.dataset.rating, shownAt: form.dataset.shownAt };
    this.unsent = new Map(); // criterion → its record, to be replaced by what is chosen next
    this.sent = new Map(); // criterion → its record, of which the server may know
    outbox.standFor();
  }

  // The whole of what is unsaved there is safe without this page.
  isKept(criterion) {
    return !criterion.needsPage && (this.unsent.has(criterion) || this.sent.has(criterion));
  }

  follow(criterion) {
    const sent = this.sent.get(criterion);
    const version = sent ? null : criterion.version; // null: the one that the reply will tell
    const codes = saysTheSame(sent, criterion.codes) ? null : criterion.codes;
    const old = this.unsent.get(criterion);
    if (saysTheSame(old, codes) && old.version === version) return;
    if (old) this.outbox.remove(old);
    this.unsent.delete(criterion);
    const record = codes && this.outbox.add({ ...this.place, criterion: criterion.code, ...codes, version });
    if (record) this.unsent.set(criterion, record);
  }

  // From now on it is sent again as it is, under the same name: the server may have saved it.
  startSending(criterion) {
    const record = this.unsent.get(criterion);
    this.unsent.delete(criterion);
    if (!record) return "";
    this.outbox.change(record, { isSent: true });
    this.sent.set(criterion, record);
    return record.write;
  }

  // The server has answered, one way or the other.
  endSending(criterion) {
    const record = this.sent.get(criterion);
    if (record) this.outbox.remove(record);
    this.sent.delete(criterion);
    this.follow(criterion);
  }

  // What a page of this sheet left when it was closed. A newer gesture here stands for an older one.
  async takeUp(criteria, saver) {
    await this.outbox.sending(async () => {
      const left = (await this.outbox.orphans()).filter((record) => record.sheet === this.place.sheet);
      for (const criterion of criteria) {
        const own = left.filter((record) => record.criterion === criterion.code);
        if (own.length > 0) this.takeUpOne(criterion, own, saver);
      }
    });
  }

  takeUpOne(criterion, records, saver) {
    const sent = records.find((record) => record.isSent);
    const last = records.at(-1);
    for (const record of records) if (record !== sent) this.outbox.remove(record);
    if (sent) {
      this.outbox.change(sent, { page: this.outbox.page, stopped: null });
      this.sent.set(criterion, sent);
      saver.replay(criterion, sent);
    }
    if (!criterion.isUnsaved) criterion.takeUp(last, last.version ?? records[0].version, Boolean(sent));
    this.follow(criterion);
    if (criterion.canBeSent) saver.plan(criterion, 0);
  }

  // Signing in again: what still waits in the page is kept again.
  resume(criteria) {
    if (this.outbox.isOpen) return;
    this.outbox.reopen();
    this.unsent.clear();
    for (const criterion of criteria) this.follow(criterion);
  }
}
