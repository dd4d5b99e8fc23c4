// What was recorded inside the networks of one seed, asked for again and again while the run goes on.

import { unpack } from "../normlib.chart/payload.js";

const PAUSE = 1000; // ms between an answer and the next question, while the run goes on
const SHARE = 4; // at least so many times as long as the answer took
const RETRY = 2000;
const RETRIES = 5;

export class Loader {
  // `loaded` gets { name, seed, arms } whenever there is more of it.
  constructor(loaded) {
    this.loaded = loaded;
    this.failures = 0;
    this.next = 0;
  }

  // Of the latest state of a run; called at everything that is heard of it.
  want(watched, seed) {
    const { records, name, active } = watched;
    const state = `${name} ${seed} ${records.count} ${active}`;
    const other = `${name} ${seed}` !== this.about;
    if (!records.count || state === this.state) return;
    if (other) Object.assign(this, { about: `${name} ${seed}`, next: 0, failures: 0 });
    this.wanted = { watched, seed, state };
    clearTimeout(this.timer);
    const pause = active ? this.next - performance.now() : 0;
    if (!this.loading || other) this.timer = setTimeout(() => this.load(), Math.max(0, pause));
  }

  async load() {
    const { watched, seed, state } = this.wanted;
    const started = performance.now();
    this.state = state;
    this.loading = true;
    try {
      const bytes = await watched.follower.inside(seed);
      if (this.gone || this.wanted.watched !== watched || this.wanted.seed !== seed) return;
      this.failures = 0;
      if (bytes) this.loaded({ name: watched.name, ...unpack(bytes), seed });
    } catch {
      if (this.gone || ++this.failures > RETRIES) return;
      this.state = null;
      this.timer = setTimeout(() => !this.gone && this.load(), RETRY);
    } finally {
      const now = performance.now();
      this.next = now + Math.max(PAUSE, SHARE * (now - started));
      this.loading = false;
      // What came while the answer was on its way.
      if (!this.gone && this.failures === 0 && this.wanted.state !== this.state) this.want(this.wanted.watched, this.wanted.seed);
    }
  }

  dispose() {
    this.gone = true;
    clearTimeout(this.timer);
  }
}
