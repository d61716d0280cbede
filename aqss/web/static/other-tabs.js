// What the tabs of this browser say to one another when a person signs out in one of them: how much the others alone
// hold, then that it is done. Numbers only, never a word of what is typed.
const ANSWER_WITHIN = 300; // milliseconds: a tab that holds something says so at once
const SETTLE_WITHIN = 3500; // milliseconds: then it tries to save it

export class OtherTabs {
  // lost: how many answers this page alone holds; settle: gives what is being saved its time.
  constructor({ lost, settle, onSignedOut }) {
    this.channel = "BroadcastChannel" in window ? new BroadcastChannel("aqss") : null;
    this.counted = new Map(); // of the last question: tab → {count, isFinal}
    this.name = String(Math.random());
    this.channel?.addEventListener("message", ({ data }) => {
      const kind = data.kind ?? data; // a tab opened before an update may send the bare word
      if (kind === "signing out") onSignedOut();
      else if (kind === "count") this.answer(data.asking, lost, settle);
      else if (data.to === this.name) this.counted.set(data.from, data);
    });
  }

  tellSignedOut() {
    this.channel?.postMessage({ kind: "signing out" });
  }

  // How many answers the other tabs alone hold, once each has tried to save its own.
  async count() {
    if (!this.channel) return 0;
    this.counted.clear();
    this.channel.postMessage({ kind: "count", asking: this.name });
    await time(ANSWER_WITHIN);
    const until = performance.now() + SETTLE_WITHIN;
    while ([...this.counted.values()].some((one) => !one.isFinal) && performance.now() < until) await time(50);
    return [...this.counted.values()].reduce((sum, one) => sum + one.count, 0);
  }

  async answer(to, lost, settle) {
    const say = (isFinal) => this.channel.postMessage({ kind: "counted", to, from: this.name, count: lost(), isFinal });
    if (lost() === 0) return;
    say(false);
    await settle();
    say(true);
  }
}

const time = (length) => new Promise((resolve) => setTimeout(resolve, length));
