// The view: what the server sent, where the pointer is, and the grids and the readout that show it.

import { Dial } from "../normlib.chart/dial.js";
import { nearestIndex } from "../normlib.chart/frames.js";
import { sameBytes, unpack } from "../normlib.chart/payload.js";
import { Releases } from "../normlib.chart/releases.js";
import { readTheme } from "../normlib.chart/theme.js";
import { View } from "../normlib.chart/view.js";
import { drop, hold, read, release } from "./address.js";
import { Grid, make } from "./grid.js";
import { layout, placeAt } from "./layout.js";
import { savePicture } from "./picture.js";
import { clamp, flat, keyTarget, parsePlace, placeText, samePlace } from "./place.js";
import { Readout, put } from "./readout.js";

const QUIET = 300; // ms without a key before the place is said and written into the address
const HOW = "Arrow keys move by one value, with Shift by a whole map. Page Up and Page Down change the sample, "
  + "Home and End go to the first and last channel. Enter pins the value, Escape lets it go.";

export class TensorView {
  constructor(parent) {
    this.view = new View(parent);
    this.view.root.classList.add("nl-tensor");
    this.view.wait.remove();
    this.view.addButton("PNG", "Download the figure as PNG", () => this.download());
    this.releases = new Releases();
    this.pair = make("div", "nl-tensor-pair", this.view.plot, {
      role: "application", tabindex: "0", "aria-describedby": `${this.view.title.id}-keys`,
    });
    make("div", "nl-chart-hidden", this.view.root, { id: `${this.view.title.id}-keys` }).textContent = HOW;
    this.before = new Grid(this.pair, "Before", true);
    this.after = new Grid(this.pair, "After", false);
    this.readout = new Readout(this.view.range);
    this.dial = new Dial(this.view.input, {
      move: (index) => this.showStep(index),
      release: (index) => this.released(index),
    });
    this.listen();
    this.observer = new ResizeObserver(() => this.resized());
    this.observer.observe(this.view.figure);
  }

  listen() {
    for (const grid of [this.before, this.after]) {
      grid.over.addEventListener("pointermove", (event) => event.pointerType !== "touch" && this.hover(this.at(grid, event)));
      grid.over.addEventListener("pointerleave", () => this.hover(null));
      grid.over.addEventListener("click", (event) => {
        const place = this.at(grid, event);
        if (place) this.pin(place);
      });
    }
    this.pair.addEventListener("keydown", (event) => this.key(event));
    this.popped = () => this.fromAddress();
    window.addEventListener("popstate", this.popped);
    this.forced = matchMedia("(forced-colors: active)");
    this.recolour = () => this.payload && this.draw();
    this.forced.addEventListener("change", this.recolour);
  }

  at(grid, { offsetX, offsetY }) {
    if (!this.model) return null;
    return placeAt(this.model.layout, this.payload.shape, this.step.samples, offsetX, offsetY, grid.withNames);
  }

  // --- from the server

  update(message) {
    const theme = JSON.stringify(readTheme(this.view.root));
    if (theme === this.themed && sameBytes(message, this.message)) return;
    this.themed = theme;
    this.message = message;
    this.next = unpack(message);
    if (!this.dial.moving) this.accept();
  }

  accept() {
    const { view } = this;
    const before = this.payload;
    const payload = (this.payload = this.next ?? this.payload);
    this.next = null;
    const values = payload.steps.map((step) => step.value);
    const stale = this.releases.isStale(payload.answered);
    const index = stale ? Math.min(this.index, values.length - 1) : nearestIndex(values, payload.value);
    view.range.hidden = values.length < 2;
    view.label.textContent = payload.label;
    view.input.disabled = Boolean(payload.locked);
    view.input.max = values.length - 1;
    view.range.style.setProperty("--nl-value-width", `${Math.max(...payload.steps.map(({ text }) => text.length))}ch`);
    this.pair.setAttribute("aria-label", payload.alt);
    this.settlePlace(before);
    this.index = null;
    this.setStep(index);
    if (!stale) view.answer(this.step.sentence);
    this.draw();
    this.pair.dataset.answered = payload.answered;
  }

  settlePlace(before) {
    const { payload } = this;
    if (!before) this.fromAddress();
    else if (before.forgotten !== payload.forgotten) this.unpin();
    this.hovered = this.hovered && clamp(this.hovered, payload.shape);
    this.home = this.pinned ? clamp(this.home, payload.shape) : payload.place;
    if (this.pinned) this.remember();
  }

  fromAddress() {
    const { payload } = this;
    const place = payload.placeKey ? parsePlace(read(payload.placeKey), payload.shape) : null;
    this.pinned = Boolean(place);
    this.home = place ?? payload.place;
    if (place) hold(payload.placeKey, placeText(place));
    else if (payload.placeKey) drop(payload.placeKey);
    if (this.model) this.point();
  }

  // --- steps

  get step() {
    return this.payload.steps[this.index];
  }

  setStep(index) {
    if (index === this.index) return false;
    this.index = index;
    const { step, view } = this;
    view.texts({ title: step.title, sentence: step.sentence, alt: "" });
    view.position({ index, text: step.text });
    return true;
  }

  showStep(index) {
    if (this.gone || !this.setStep(index)) return;
    this.drawAfter();
    this.point();
  }

  released(index) {
    if (this.gone) return;
    const { value } = this.payload.steps[index];
    this.releases.add(value);
    if (this.next) this.accept();
    this.releases.tell();
    this.view.answer(this.view.sentence.textContent);
  }

  // --- the active value

  get active() {
    const place = this.hovered ?? this.home;
    return clamp(place, [this.step.samples, ...this.payload.shape.slice(1)]);
  }

  hover(place) {
    if (samePlace(place, this.hovered) || place === this.hovered) return;
    this.hovered = place;
    this.tick ??= requestAnimationFrame(() => {
      this.tick = null;
      if (!this.gone) this.point();
    });
  }

  pin(place) {
    this.pinned = true;
    this.home = place;
    this.remember();
    this.point();
  }

  unpin() {
    this.pinned = false;
    this.hovered = null;
    this.home = this.payload.place;
    clearTimeout(this.writing);
    if (this.payload.placeKey) drop(this.payload.placeKey);
  }

  // Browsers count how often an address is written.
  remember() {
    clearTimeout(this.writing);
    const { placeKey } = this.payload;
    if (!placeKey) return;
    this.writing = setTimeout(() => !this.gone && this.pinned && hold(placeKey, placeText(this.home)), QUIET / 2);
  }

  key(event) {
    if (event.ctrlKey || event.metaKey || event.altKey || !this.model) return;
    const shape = [this.step.samples, ...this.payload.shape.slice(1)];
    const target = keyTarget(this.active, shape, event);
    if (target) this.pin(target);
    else if (event.key === "Enter" || event.key === " ") this.pin(this.active);
    else if (event.key === "Escape") this.unpin();
    else return;
    event.preventDefault();
    this.hovered = null;
    this.point();
    clearTimeout(this.saying);
    this.saying = setTimeout(() => this.view.announce(`${this.pinned ? "" : "Not pinned. "}${this.said}`), QUIET);
  }

  // --- drawing

  theme() {
    const theme = readTheme(this.view.root);
    const style = getComputedStyle(this.view.root);
    const { method } = this.payload;
    if (this.forced.matches) {
      return { ...theme, text: "CanvasText", ground: "Canvas", line: "CanvasText", method: "LinkText", accent: "Highlight" };
    }
    return {
      ...theme,
      ground: theme.background,
      line: theme.border,
      method: theme.dark ? method.dark : method.color,
      accent: style.getPropertyValue("--st-primary-color").trim() || "#4F46A5",
    };
  }

  draw() {
    const { payload, view } = this;
    const width = view.figure.clientWidth;
    if (!width) return;
    try {
      const theme = this.theme();
      const { shape, samples, channels } = payload;
      this.drawn = width;
      this.model = {
        theme, shape, samples, channels, x: payload.x,
        layout: layout(width, shape, samples, channels, theme.font),
        ratio: window.devicePixelRatio || 1,
      };
      const { beside } = this.model.layout;
      this.pair.classList.toggle("nl-tensor-beside", beside);
      this.after.withNames = !beside;
      view.root.style.setProperty("--nl-method", theme.method);
      view.root.style.setProperty("--nl-accent", theme.accent);
      this.before.draw(this.model, greys(payload.x, payload.ends), shape[0], payload.ends);
      this.drawAfter();
      this.point();
      view.fail("");
    } catch (problem) {
      view.fail(`The figure could not be drawn: ${problem.message}. Reload the page to try again.`);
    }
  }

  drawAfter() {
    const { step, payload, after } = this;
    put(after.problem, step.problem);
    after.board.classList.toggle("nl-tensor-hidden", Boolean(step.problem));
    after.draw(this.model, step.levels ?? null, step.samples, payload.afterEnds);
  }

  point() {
    const { model, step } = this;
    const place = this.active;
    const spans = step.regions?.spans;
    for (const grid of [this.before, this.after]) grid.point(model, place, spans, step.samples);
    this.said = this.readout.show(model, step, place, flat(place, model.shape));
    this.pair.dataset.place = placeText(place);
  }

  resized() {
    if (this.payload && this.view.figure.clientWidth !== this.drawn) this.draw();
  }

  download() {
    if (!this.model) return;
    savePicture([this.before, this.after], this.model, {
      title: this.view.title.textContent,
      note: this.step.problem,
      fileName: this.payload.fileName,
    });
  }

  dispose() {
    this.gone = true;
    this.observer.disconnect();
    this.dial.dispose();
    this.releases.dispose();
    for (const timer of [this.writing, this.saying]) clearTimeout(timer);
    if (this.tick) cancelAnimationFrame(this.tick);
    window.removeEventListener("popstate", this.popped);
    this.forced.removeEventListener("change", this.recolour);
    if (this.payload?.placeKey) release(this.payload.placeKey);
    this.view.root.remove();
  }
}

function greys(x, [low, high]) {
  const scale = high > low ? 255 / (high - low) : 0;
  return Uint8Array.from(x, (value) => (scale ? Math.round((value - low) * scale) : 128));
}
