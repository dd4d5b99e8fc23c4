// A line of status that follows one run, and tells the page when there is something new to draw.

import { unpack } from "../normlib.chart/payload.js";
import { Follower } from "../normlib.run_view/follow.js";
import { StatusLine } from "../normlib.run_view/status.js";
import { make } from "../normlib.tensor_view/grid.js";

const PAUSE = 1000; // ms at least between two words to the page
const PATIENCE = 10_000; // ms for the page's answer, after which it is told again
const BACK = "normlab:back"; // the frame's word that the server knows the page again

export class Progress {
  constructor(parent) {
    this.root = make("div", "nl-run nl-run-progress", parent);
    const first = make("span", "nl-run-first", this.root);
    this.status = new StatusLine(first, first, () => this.payload.run && this.send("stop", { run: this.payload.run }));
    this.root.append(this.status.notes);
    this.back = () => {
      this.sent = null;
      // The page has asked again for a run that went with the server.
      if (this.unknown) this.start();
      this.tell();
    };
    window.addEventListener(BACK, this.back);
  }

  update(message) {
    const before = this.payload;
    this.payload = unpack(message);
    if (before?.name !== this.payload.name) this.start();
    this.tell();
  }

  start() {
    const { runs, run, learner, name } = this.payload;
    this.follower?.stop();
    Object.assign(this, { follower: null, heard: null, news: 0, problem: "", unknown: false, sent: null });
    this.draw();
    if (run === null) return;
    const mine = (then) => (given) => {
      if (this.gone || this.payload.name !== name) return;
      then(given);
      this.draw();
      this.tell();
    };
    this.follower = new Follower({ url: runs, run, learner }, {
      heard: mine((message) => {
        this.heard = message.status;
        this.problem = "";
        if (message.points.length || message.stopped.length) this.news = Math.max(this.news, message.cursor);
      }),
      // One answer that does not come is no news.
      lost: mine((failures) => failures > 1 && (this.problem = "The connection to the server was lost. Trying again.")),
      unknown: mine((sentence) => Object.assign(this, { problem: sentence, unknown: true })),
    });
  }

  get active() {
    return ["queued", "running"].includes(this.heard?.state);
  }

  // The page confirms what it was told; until then it is told nothing else, unless the run has ended.
  tell() {
    const { payload, heard } = this;
    clearTimeout(this.later);
    if (this.gone || !payload?.run || !heard || payload.ended) return;
    const ended = !this.active;
    if (!ended && this.news <= payload.news) return;
    const now = performance.now();
    const open = this.sent && (this.sent.news > payload.news || this.sent.ended);
    const due = open ? (ended && !this.sent.ended ? now : this.sent.at + PATIENCE) : (this.at ?? -PAUSE) + PAUSE;
    if (now < due && !(ended && !open)) {
      this.later = setTimeout(() => this.tell(), due - now);
      return;
    }
    this.at = now;
    this.sent = { news: this.news, ended, at: now };
    this.send("heard", { run: payload.name, news: this.news, ended });
    this.later = setTimeout(() => this.tell(), PATIENCE);
  }

  draw() {
    this.status.show(this.unknown ? null : this.heard, this.problem);
    this.root.dataset.state = this.payload.run ? (this.unknown ? "unknown" : (this.heard?.state ?? "asked")) : "none";
  }

  dispose() {
    this.gone = true;
    clearTimeout(this.later);
    this.follower?.stop();
    window.removeEventListener(BACK, this.back);
    this.root.remove();
  }
}
