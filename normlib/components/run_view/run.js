// The view of a run: what the page sent, what is heard of the run, and which step is looked at.

import { Dial } from "../normlib.chart/dial.js";
import { nearestIndex } from "../normlib.chart/frames.js";
import { sameBytes, unpack } from "../normlib.chart/payload.js";
import { readTheme } from "../normlib.chart/theme.js";
import { View } from "../normlib.chart/view.js";
import { drop, hold, read, release } from "../normlib.tensor_view/address.js";
import { Inside } from "./inside.js";
import { Plot } from "./plot.js";
import { Row } from "./row.js";
import { StatusLine } from "./status.js";
import { Records } from "./records.js";
import { Watched } from "./watched.js";
import { liveTitle, stateWords, stepWords, writeStep } from "./words.js";

const BACK = "normlab:back"; // the frame's word that the server knows the page again
const BUSY = 500; // ms between drawings of the curves while a step is looked for
const SHARE = 3; // otherwise so many times as long as a drawing takes
const HELD = 2000; // ms that the live title stays for the page's new one

const linesOf = ({ arms }) => JSON.stringify(arms.map((arm) => arm.of ?? null));

export class RunView {
  constructor(parent) {
    const view = (this.view = new View(parent));
    view.root.classList.add("nl-run");
    view.range.hidden = false;
    view.label.textContent = "Step";
    view.addButton("PNG", "Download the curves as PNG", () => this.plot.download("png", this.picture(), this.payload));
    view.addButton("SVG", "Download the curves as SVG", () => this.plot.download("svg", this.picture(), this.payload));
    this.plot = new Plot(view, (step) => this.go(nearestIndex(this.positions, step), false));
    this.status = new StatusLine(view.title, view.foot, () => this.stop());
    this.inside = new Inside(this.status.notes, {
      wanted: () => this.lookInside(), loaded: () => !this.gone && this.point(),
    });
    this.dial = new Dial(view.input, { move: (index) => this.show(index), release: (index) => this.rest(index) });
    this.row = new Row(view.range, view.input, {
      go: (index, more) => this.go(index, more), at: () => this.index, count: () => this.known + 1,
    });
    this.popped = () => this.fromAddress();
    window.addEventListener("popstate", this.popped);
    this.back = () => {
      this.sent = null;
      // The page has asked again for a run that went with the server.
      if (this.main?.unknown) this.startRun(this.payload);
      if (this.check?.unknown) this.startCheck();
      this.tell();
    };
    window.addEventListener(BACK, this.back);
    this.observer = new ResizeObserver(() => this.payload && this.plot.width !== view.figure.clientWidth && this.draw());
    this.observer.observe(view.figure);
  }

  // --- from the page

  update(message) {
    const theme = JSON.stringify(readTheme(this.view.root));
    if (theme === this.themed && sameBytes(message, this.message)) return;
    this.themed = theme;
    const before = this.payload;
    if (!sameBytes(message, this.message)) this.payload = unpack(message);
    this.message = message;
    const { payload } = this;
    if (!before) this.fromAddress();
    else if (before.forgotten !== payload.forgotten) this.unpin();
    const again = !before || before.turn !== payload.turn;
    // The same run may be drawn of other arms of it.
    if (again || before.run !== payload.run || linesOf(before) !== linesOf(payload)) this.startRun(before);
    if (again || before.check !== payload.check) this.startCheck();
    this.inside.setUp(payload);
    this.tell();
    this.draw();
  }

  startRun(before) {
    if (this.main?.records.count) this.before = { records: this.main.records, arms: before.arms };
    this.main?.stop();
    const { payload } = this;
    if (payload.run === null) this.before = null;
    this.main = payload.run === null ? null : new Watched(payload, payload.run, {
      changed: () => this.heard(),
      // A run that is new begins at its end; one that is there already opens where the learner looked.
      first: (state) => before && state !== "done" && this.unpin(),
    });
  }

  startCheck() {
    this.check?.stop();
    const { payload } = this;
    this.check = payload.check === null ? null : new Watched(payload, payload.check, { changed: () => this.heard() });
  }

  // --- from the run

  heard() {
    if (this.main?.records.count) this.before = null;
    this.tell();
    this.lookInside();
    // The hand on the range, and the rest of the page, need most of the time.
    const pause = this.dial.moving || this.row.playing ? BUSY : SHARE * (this.cost ?? 0);
    this.soon ??= setTimeout(() => {
      this.soon = null;
      const started = performance.now();
      this.draw();
      this.cost = performance.now() - started;
    }, pause);
  }

  // Each run that has ended is told once. What the page has not confirmed is told with it, since a later trigger
  // replaces an earlier one.
  tell() {
    if (!this.payload) return;
    const ended = [this.main, this.check].filter((one) => one?.ended).map(({ name }) => name);
    const open = ended.filter((name) => !this.payload.told.includes(name));
    const key = open.join(" ");
    if (!open.length || key === this.sent) return;
    this.sent = key;
    this.held = performance.now();
    this.send("ended", { runs: open });
    setTimeout(() => !this.gone && this.texts(), HELD);
  }

  stop() {
    const one = [this.main, this.check].find((watched) => watched?.active);
    if (one) this.send("stop", { run: one.run });
  }

  lookInside() {
    if (this.main) this.inside.fetch(this.main);
  }

  // --- the step that is looked at

  get positions() {
    return this.picture().records.positions;
  }

  // Index of the newest record there is; -1 before the first.
  get known() {
    const { records } = this.picture();
    return records.positions.findLastIndex((step) => step <= records.newest);
  }

  get step() {
    return this.positions[this.index];
  }

  fromAddress() {
    const { stepParameter } = this.payload ?? {};
    if (!stepParameter) return;
    const text = read(stepParameter) ?? "";
    this.wanted = /^\d{1,6}$/.test(text) ? Number(text) : null;
    if (this.wanted === null) drop(stepParameter);
    else hold(stepParameter, text);
    if (this.index !== undefined) this.draw();
  }

  unpin() {
    this.wanted = null;
    if (this.payload.stepParameter) drop(this.payload.stepParameter);
  }

  go(index, more) {
    this.show(index);
    if (!more) this.rest(this.index);
  }

  show(index) {
    if (this.gone || this.known < 0) return;
    this.index = Math.min(index, this.known);
    this.wanted = this.index < this.known ? this.step : null;
    this.point();
  }

  rest() {
    if (this.gone || this.known < 0) return;
    this.view.input.value = this.index;
    const { stepParameter } = this.payload;
    if (stepParameter && this.wanted !== null) hold(stepParameter, String(this.wanted));
    else if (stepParameter) drop(stepParameter);
    const { records } = this.picture();
    this.view.announce(stepWords(this.step, records.last, this.inside.words(records, this.step)));
  }

  // --- drawing

  picture() {
    const { payload, main, before, check } = this;
    const dim = Boolean(before && !main?.records.count);
    const records = dim ? before.records : (main?.records ?? new Records(payload.steps, payload.seeds, payload.arms.length));
    return { records, dim, arms: dim ? before.arms : payload.arms, show: payload.show, check: dim ? null : check?.records };
  }

  draw() {
    if (!this.payload || this.gone) return;
    clearTimeout(this.soon);
    this.soon = null;
    this.texts();
    const { payload, view, known } = this;
    const { records } = this.picture();
    if (!this.dial.moving) {
      const near = nearestIndex(records.positions.slice(0, known + 1), this.wanted ?? Infinity);
      this.index = (this.wanted ?? null) === null ? known : near;
    }
    this.row.enable(known >= 0);
    view.input.max = Math.max(1, records.positions.length - 1);
    view.range.style.setProperty("--nl-value-width", `${2 * writeStep(records.last).length + 9}ch`);
    this.plot.draw(this.picture(), payload, this.theme());
    this.point();
  }

  theme() {
    return { ...readTheme(this.view.root), accent: getComputedStyle(this.view.root).getPropertyValue("--st-primary-color").trim() };
  }

  texts() {
    const { payload, main, check, view } = this;
    const active = [main, check].find((one) => one?.active && one.records.status);
    const live = active ? liveTitle(active.records.status, active.records.networks) : "";
    // The page answers a run's end with a new title; until then the last one stays.
    const waits = !live && this.live && performance.now() - this.held < HELD && !payload.told.includes(main?.name);
    if (live) this.live = live;
    const title = live || (waits ? this.live : payload.title);
    view.texts({ title, sentence: payload.sentence, alt: payload.alt });
    this.speak(active, Boolean(live || waits));
    view.reserve([payload.title, title]);
    const spoken = [main, check].find((one) => one?.problem) ?? active ?? main;
    this.status.show((!spoken?.unknown && spoken?.records.status) || null, spoken?.problem ?? "");
    view.root.dataset.state = main ? (main.unknown ? "unknown" : (main.records.status?.state ?? "asked")) : "none";
  }

  // How a run goes on is read where it stands; that it began, that it cannot be heard and what came of it is said.
  speak(active, goesOn) {
    const { payload, main, check, view } = this;
    const state = active?.records.status.state ?? "";
    const { problem } = [main, check].find((one) => one?.problem) ?? { problem: "" };
    if (problem && problem !== this.troubled) view.announce(problem);
    else if (state && state !== this.spoken) view.announce(stateWords(state, active.records.networks));
    this.troubled = problem;
    this.spoken = state;
    if (goesOn) return;
    const said = this.titled === payload.title ? payload.sentence : `${payload.title}. ${payload.sentence}`;
    this.titled = payload.title;
    view.answer(said);
  }

  point() {
    const { view, index, known } = this;
    const { records } = this.picture();
    const text = known < 0 ? "" : `step ${writeStep(this.step)} of ${writeStep(records.last)}`;
    view.position({ index: known < 0 ? 0 : index, text });
    this.plot.point(known < 0 ? null : this.step, records.last);
    this.inside.show(this.picture(), known < 0 ? null : this.step, this.theme());
    view.root.dataset.step = known < 0 ? "" : this.step;
  }

  dispose() {
    this.gone = true;
    this.main?.stop();
    this.check?.stop();
    this.observer.disconnect();
    this.dial.dispose();
    this.row.pause(false);
    clearTimeout(this.soon);
    window.removeEventListener("popstate", this.popped);
    window.removeEventListener(BACK, this.back);
    if (this.payload?.stepParameter) release(this.payload.stepParameter);
    this.inside.dispose();
    this.plot.dispose();
    this.view.root.remove();
  }
}
