// One chart: what the server sent, what the finger does, and the Plotly node between them.

import { Dial } from "./dial.js";
import { savePicture } from "./export.js";
import { Player, frameTexts, isShown, nearestIndex } from "./frames.js";
import { sameBytes, unpack } from "./payload.js";
import { loadPlotly } from "./plotly.js";
import { Releases } from "./releases.js";
import { copy, merge, reuse } from "./tree.js";
import { enlarge, magnification, readTheme, themeLayout } from "./theme.js";
import { View } from "./view.js";

const NARROW = 560;
const TALLEST = 0.6; // of the window, for a figure that is enlarged
const SETTLE = 400; // ms; usually the server's figure comes first, and Plotly draws that
const CONFIG = {
  displaylogo: false,
  showSendToCloud: false,
  displayModeBar: "hover",
  scrollZoom: false,
  modeBarButtonsToRemove: [
    "toImage", "sendDataToCloud", "sendChartToCloud", "select2d", "lasso2d", "zoomIn2d", "zoomOut2d",
    "autoScale2d", "hoverClosestCartesian", "hoverCompareCartesian", "toggleSpikelines", "toggleHover",
    "hoverClosest3d", "resetCameraLastSave3d", "orbitRotation",
  ],
};

export class Chart {
  constructor(parent) {
    this.view = new View(parent);
    this.releases = new Releases();
    this.view.addButton("PNG", "Download the figure as PNG", () => this.download("png"));
    this.view.addButton("SVG", "Download the figure as SVG", () => this.download("svg"));
    this.dial = new Dial(this.view.input, {
      start: () => clearTimeout(this.rest),
      move: (index) => this.move(index),
      release: (index) => this.release(index),
    });
    this.observer = new ResizeObserver(() => this.resized());
    this.observer.observe(this.view.figure);
  }

  // --- from the server

  update(message) {
    const theme = readTheme(this.view.root);
    const sameTheme = JSON.stringify(theme) === JSON.stringify(this.theme);
    if (sameTheme && sameBytes(message, this.message)) return;
    this.theme = theme;
    if (!sameBytes(message, this.message)) {
      this.message = message;
      // Arrays that did not change keep their identity, by which Plotly knows what to leave alone.
      this.next = reuse(this.next ?? this.payload, unpack(message));
    }
    if (!this.dial.moving) this.accept({ redraw: !sameTheme });
    else this.redraw ||= !sameTheme;
  }

  accept({ redraw = this.redraw } = {}) {
    const before = this.payload;
    this.payload = this.next ?? this.payload;
    this.next = null;
    this.redraw = false;
    if (!this.payload) return;
    const { payload, view } = this;
    const frames = payload.frames;
    const stale = this.releases.isStale(payload.answered);
    const kept = !redraw && !stale && this.player && this.shown !== null && isShown(before, payload, this.shown);
    this.shown = frames && stale ? Math.min(this.shown ?? 0, frames.values.length - 1) : null;
    view.range.hidden = !frames;
    if (frames) {
      view.label.textContent = frames.label;
      view.input.disabled = Boolean(frames.locked);
      view.input.max = frames.values.length - 1;
      view.range.style.setProperty("--nl-value-width", `${Math.max(...frames.texts.map((t) => t.length))}ch`);
    }
    this.texts();
    if (!stale) view.answer(payload.sentence || payload.title);
    view.reserve(frames?.titles ?? []);
    if (!kept) {
      this.draw();
      return;
    }
    // The picture is there already. Plotly's own drawing takes 25 ms that the rest of the page needs now.
    this.player.adopt(frames);
    this.answer();
    clearTimeout(this.rest);
    this.rest = setTimeout(() => this.draw(), SETTLE);
  }

  // Says, for those who measure, whose answer is on screen.
  answer() {
    this.view.plot.dataset.answered = this.payload.answered;
  }

  texts() {
    const { payload, shown, view } = this;
    const frames = payload.frames;
    view.texts({ ...payload, ...(frames && shown !== null ? frameTexts(frames, shown) : {}) });
    if (!frames) return;
    const index = shown ?? nearestIndex(frames.values, frames.value);
    view.position({ index, text: shown === null ? frames.text : frames.texts[index] });
  }

  // --- under the finger

  move(index) {
    if (this.gone || !this.payload?.frames || index === this.shown) return;
    this.shown = index;
    this.texts();
    this.player?.show(this.shown);
  }

  release(index) {
    if (this.gone || !this.payload?.frames) return;
    const value = this.payload.frames.values[index];
    this.releases.add(value);
    if (this.next) this.accept();
    this.releases.tell();
    this.view.answer(this.view.sentence.textContent || this.view.title.textContent);
    this.rest = setTimeout(() => this.settle(), SETTLE);
  }

  // Plotly learns about the frame only now: for hovering, zooming and pictures.
  settle() {
    if (!this.gone && !this.dial.moving && this.shown !== null) this.player?.settle(this.shown);
  }

  // --- drawing

  height() {
    const { height, narrow } = this.payload;
    const usual = (this.width() < NARROW && narrow.height) || height;
    // Larger type needs more room, as far as the screen has it.
    return Math.max(usual, Math.min(Math.round(usual * magnification()), TALLEST * window.innerHeight));
  }

  width() {
    return this.view.figure.clientWidth;
  }

  figure() {
    const { payload, theme } = this;
    const swap = (leaf) => (theme.dark && typeof leaf === "string" ? (payload.dark[leaf] ?? leaf) : leaf);
    const data = copy(payload.figure.data, swap);
    const layout = copy(payload.figure.layout, swap);
    if (this.width() < NARROW) merge(layout, payload.narrow);
    const template = layout.template ?? {};
    const times = magnification();
    layout.template = { ...template, layout: merge(template.layout ?? {}, themeLayout(theme, times)) };
    if (times > 1) [data, layout.annotations, layout.xaxis, layout.yaxis, layout.legend].forEach((one) => enlarge(one, times));
    layout.uirevision ??= payload.key;
    layout.dragmode ??= false;
    Object.assign(layout, { autosize: false, width: this.width(), height: this.height() });
    return { data, layout };
  }

  async draw() {
    const { payload, view } = this;
    clearTimeout(this.rest);
    view.figure.style.height = `${this.height()}px`;
    try {
      if (!this.Plotly) {
        this.Plotly = await loadPlotly(payload.plotly);
        if (this.gone || this.payload !== payload) return; // a newer call has drawn, or will
      }
      if (this.width() === 0) return;
      const { data, layout } = this.figure();
      view.figure.classList.toggle("nl-chart-still", layout.dragmode === false);
      this.player?.restore();
      this.drawn = this.width();
      this.times = magnification();
      const done = this.Plotly.react(view.plot, data, layout, CONFIG);
      this.player = payload.frames ? new Player(this.Plotly, view.plot, payload.frames) : null;
      if (this.shown !== null) this.player?.show(this.shown);
      this.answer();
      await done;
      view.drawn();
      view.fail("");
    } catch (problem) {
      view.fail(`The figure could not be drawn: ${problem.message}. Reload the page to try again.`);
    }
  }

  resized() {
    if (!this.payload || !this.width()) return;
    if (this.width() === this.drawn && this.times === magnification()) return;
    this.view.reserve(this.payload.frames?.titles ?? []);
    this.draw();
  }

  async download(format) {
    if (!this.drawn) return;
    // Plotly may not yet have heard of what the screen shows.
    clearTimeout(this.rest);
    if (this.shown === null) await this.draw();
    else await this.player.settle(this.shown);
    const { plot, title } = this.view;
    await savePicture(this.Plotly, plot, {
      format,
      title: title.textContent,
      background: this.theme.background,
      fileName: this.payload.fileName,
    });
  }

  dispose() {
    this.gone = true;
    this.observer.disconnect();
    this.dial.dispose();
    this.releases.dispose();
    clearTimeout(this.rest);
    if (this.drawn) this.Plotly.purge(this.view.plot);
    this.view.root.remove();
  }
}
