// How the run is getting on: a bar, a few words, and Stop. Its room is there when there is nothing to say.

import { make } from "../normlib.tensor_view/grid.js";
import { put } from "../normlib.tensor_view/readout.js";
import { notesOf, statusWords } from "./words.js";

const ANSWER = 4000; // ms after which Stop may be pressed again

export class StatusLine {
  constructor(after, notesAfter, stop) {
    this.root = make("div", "nl-run-status");
    after.after(this.root);
    const range = { "aria-valuemin": 0, "aria-valuemax": 100 };
    this.bar = make("div", "nl-run-bar", this.root, { role: "progressbar", "aria-label": "Training", ...range });
    this.fill = make("div", "", this.bar);
    this.words = make("span", "nl-run-words", this.root, { tabindex: "-1" });
    this.stop = make("button", "", this.root, { type: "button" });
    this.stop.textContent = "Stop";
    this.stop.addEventListener("click", () => {
      // Switched off in earnest, it would drop the focus of whoever has just pressed it.
      if (this.stop.getAttribute("aria-disabled") === "true") return;
      this.stop.setAttribute("aria-disabled", "true");
      put(this.stop, "Stopping");
      this.asked = setTimeout(() => this.askable(), ANSWER);
      stop();
    });
    this.notes = make("div", "nl-run-notes");
    notesAfter.after(this.notes);
    this.show(null, "");
  }

  // `problem` is said in place of what was heard last.
  show(status, problem) {
    const active = status !== null && (status.state === "queued" || status.state === "running");
    this.root.classList.toggle("nl-run-active", active);
    const leaves = !active && document.activeElement === this.stop;
    this.stop.hidden = !active;
    this.bar.hidden = !active;
    if (!active) this.askable();
    const share = status?.share ?? 0;
    this.fill.style.width = `${100 * share}%`;
    this.bar.setAttribute("aria-valuenow", Math.round(100 * share));
    put(this.words, problem || (status ? statusWords(status) : ""));
    this.words.classList.toggle("nl-run-problem", Boolean(problem));
    this.say(status ? notesOf(status) : []);
    if (leaves) this.words.focus({ preventScroll: true });
  }

  askable() {
    clearTimeout(this.asked);
    this.stop.removeAttribute("aria-disabled");
    put(this.stop, "Stop");
  }

  say(notes) {
    if (notes.join("\n") === this.said) return;
    this.said = notes.join("\n");
    this.notes.replaceChildren(...notes.map((note) => {
      const line = make("p", "");
      line.textContent = note;
      return line;
    }));
  }
}
