// The row under the curves: play, one record back and forward, beside the range.

import { make } from "../normlib.tensor_view/grid.js";

const WHOLE = 6000; // ms from the first record to the last
const CALM = 800; // ms per record for those who asked for less motion
const ICONS = {
  play: "M5 3 L14 8.5 L5 14 Z",
  pause: "M4 3 H7 V14 H4 Z M10 3 H13 V14 H10 Z",
  back: "M12 3 L6 8.5 L12 14 Z M3.5 3 H5.5 V14 H3.5 Z",
  forward: "M5 3 L11 8.5 L5 14 Z M11.5 3 H13.5 V14 H11.5 Z",
};

export class Row {
  // `go` gets the index of a record, and whether more will follow at once; `at` gives the present one, `count` how many.
  constructor(range, input, { go, at, count }) {
    Object.assign(this, { input, go, at, count });
    this.root = make("div", "nl-run-buttons");
    range.prepend(this.root);
    this.back = button(this.root, "One record back", "back", () => this.step(-1));
    this.toggle = button(this.root, "Play", "play", () => (this.playing ? this.pause() : this.play()));
    this.forward = button(this.root, "One record forward", "forward", () => this.step(1));
    this.calm = matchMedia("(prefers-reduced-motion: reduce)");
    input.addEventListener("keydown", (event) => {
      if (event.key !== " " || event.ctrlKey || event.metaKey || event.altKey) return;
      event.preventDefault();
      if (!event.repeat) this.toggle.click();
    });
    for (const type of ["pointerdown", "input"]) input.addEventListener(type, () => this.pause(false));
  }

  enable(able) {
    for (const one of [this.back, this.toggle, this.forward, this.input]) one.disabled = !able;
    if (!able) this.pause(false);
  }

  step(by) {
    this.pause(false);
    this.go(Math.min(this.count() - 1, Math.max(0, this.at() + by)), false);
  }

  play() {
    const from = this.at() >= this.count() - 1 ? 0 : this.at();
    this.playing = true;
    face(this.toggle, "Pause", "pause");
    if (this.calm.matches) this.jump(from);
    else this.run(from);
  }

  run(from) {
    const pace = WHOLE / Math.max(1, this.count() - 1);
    let start;
    const frame = (time) => {
      start ??= time - from * pace;
      const index = Math.min(this.count() - 1, Math.floor((time - start) / pace));
      if (index !== this.at()) this.go(index, true);
      if (index >= this.count() - 1) this.pause();
      else this.tick = requestAnimationFrame(frame);
    };
    this.go(from, true);
    this.tick = requestAnimationFrame(frame);
  }

  jump(index) {
    this.go(index, true);
    if (index >= this.count() - 1) this.pause();
    else this.timer = setTimeout(() => this.jump(this.at() + 1), CALM);
  }

  pause(rest = true) {
    if (!this.playing) return;
    this.playing = false;
    cancelAnimationFrame(this.tick);
    clearTimeout(this.timer);
    face(this.toggle, "Play", "play");
    if (rest) this.go(this.at(), false);
  }
}

function button(parent, name, icon, press) {
  const node = make("button", "", parent, { type: "button" });
  // The tooltip belongs to the picture, which is not read: on the button it would be read after the name, once more.
  make("span", "", node, { "aria-hidden": "true" }).innerHTML =
    '<svg viewBox="0 0 17 17" width="17" height="17"><path fill="currentColor"></path></svg>';
  node.addEventListener("click", press);
  face(node, name, icon);
  return node;
}

function face(node, name, icon) {
  node.setAttribute("aria-label", name);
  node.firstChild.title = name;
  node.querySelector("path").setAttribute("d", ICONS[icon]);
}
