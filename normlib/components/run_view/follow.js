// Asks the server for what is new of one run, until it has ended.

const PAUSE = 150; // ms between an answer and the next question
const QUEUED = 1000; // ms between them in the end, for a run that waits: the pause doubles each time
const FIRST_RETRY = 500;
const LAST_RETRY = 5000;
const PATIENCE = 15_000; // ms for one answer

export class Follower {
  // `heard` gets every message, `lost` how often in a row there was no answer, `unknown` the server's sentence
  // about a run that it does not have.
  constructor({ url, run, learner }, { heard, lost, unknown }) {
    Object.assign(this, { url, run, learner, heard, lost, unknown, cursor: 0, failures: 0, waits: PAUSE / 2 });
    this.ask();
  }

  address(what, parameters) {
    return `${this.url}/${encodeURIComponent(this.run)}/${what}?${new URLSearchParams(parameters)}`;
  }

  async ask() {
    try {
      const answer = await this.fetch(this.address("events", { cursor: this.cursor, learner: this.learner }));
      const message = await answer.json();
      if (this.gone) return;
      if (answer.status === 404) {
        this.unknown(message.message);
        return;
      }
      if (!answer.ok) throw new Error(`The server answered ${answer.status}.`);
      this.failures = 0;
      this.cursor = message.cursor;
      this.heard(message);
      const { state } = message.status;
      if (state === "queued") this.waits = Math.min(QUEUED, 2 * this.waits);
      if (state === "queued" || state === "running") this.again(state === "queued" ? this.waits : PAUSE);
    } catch {
      if (this.gone) return;
      this.failures += 1;
      this.lost(this.failures);
      this.again(Math.min(LAST_RETRY, FIRST_RETRY * 2 ** (this.failures - 1)));
    }
  }

  // What was recorded inside the networks of one seed: bytes, or null if there is nothing to be had.
  async inside(seed) {
    const answer = await this.fetch(this.address("inside", { seed }));
    return answer.ok ? new Uint8Array(await answer.arrayBuffer()) : null;
  }

  async fetch(address) {
    const patience = new AbortController();
    const timer = setTimeout(() => patience.abort(), PATIENCE);
    try {
      return await fetch(address, { cache: "no-store", signal: patience.signal });
    } finally {
      clearTimeout(timer);
    }
  }

  again(pause) {
    this.timer = setTimeout(() => !this.gone && this.ask(), pause);
  }

  stop() {
    this.gone = true;
    clearTimeout(this.timer);
  }
}
