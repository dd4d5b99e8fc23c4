// One run that is watched: what was heard of it, and whether it can still be heard.

import { Follower } from "./follow.js";
import { asLines } from "./lines.js";
import { Records } from "./records.js";

export class Watched {
  // `changed` is called after everything that is heard, `first` of the very first answer with its state.
  constructor({ runs, learner, turn, steps, seeds, arms }, run, { changed, first = () => {} }) {
    this.run = run;
    this.name = `${run}/${turn}`;
    this.records = new Records(steps, seeds, arms.length);
    this.problem = "";
    const { records } = this;
    this.follower = new Follower({ url: runs, run, learner }, {
      heard: (message) => {
        const isFirst = records.status === null;
        records.add(asLines(message, arms));
        this.problem = "";
        if (isFirst) first(message.status.state);
        changed(this);
      },
      lost: (failures) => {
        // One answer that does not come is no news.
        if (failures > 1) this.problem = "The connection to the server was lost. Trying again.";
        changed(this);
      },
      unknown: (sentence) => {
        this.problem = sentence;
        this.unknown = true;
        changed(this);
      },
    });
  }

  get active() {
    const state = this.records.status?.state;
    return !this.unknown && (state === undefined || state === "queued" || state === "running");
  }

  get ended() {
    return !this.unknown && this.records.status !== null && !this.active;
  }

  stop() {
    this.follower.stop();
  }
}
