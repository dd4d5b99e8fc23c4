// The node of the curves: Plotly's drawing, the line at the open step, the words before there is a run, and pictures.

import { savePicture } from "../normlib.chart/export.js";
import { loadPlotly } from "../normlib.chart/plotly.js";
import { make } from "../normlib.tensor_view/grid.js";
import { put } from "../normlib.tensor_view/readout.js";
import { rangeOf } from "./axis.js";
import { MARGIN, figure, nameRoom } from "./curves.js";

const NARROW = 560;
const NARROW_HEIGHT = 250;
const WIDER = [16, 32]; // pixels, left and right, in a picture
const CONFIG = { displayModeBar: false, scrollZoom: false, doubleClick: false };

export class Plot {
  // `chosen` gets the step at which the learner has clicked.
  constructor(view, chosen) {
    this.view = view;
    view.figure.classList.add("nl-chart-still");
    this.line = make("div", "nl-run-line", view.figure, { hidden: "" });
    this.waiting = make("p", "nl-run-waiting", view.figure);
    view.plot.addEventListener("click", ({ clientX }) => {
      const { left, width } = this.area();
      const part = (clientX - view.figure.getBoundingClientRect().left - left) / width;
      if (part >= -0.02 && part <= 1.02 && !this.line.hidden) chosen(part * (this.last || 1));
    });
  }

  area() {
    return { left: MARGIN.l, width: this.width - MARGIN.l - this.right };
  }

  async draw(picture, payload, theme) {
    const { view } = this;
    const width = view.figure.clientWidth;
    const room = nameRoom(picture.arms, width, theme);
    const height = (width < NARROW ? Math.min(payload.height, NARROW_HEIGHT) : payload.height) + (room.above ?? 0);
    view.figure.style.height = `${height}px`;
    put(this.waiting, payload.run === null ? payload.waiting : "");
    if (!width) return;
    Object.assign(this, { width, right: room.beside || 16, top: MARGIN.t + (room.above ?? 0) });
    const made = this.figure(picture, { width, height, theme });
    this.wanted = made;
    try {
      this.Plotly ??= await loadPlotly(payload.plotly);
      if (this.gone || this.wanted !== made) return;
      this.theme = theme;
      await this.Plotly.react(view.plot, made.data, made.layout, CONFIG);
      view.drawn();
      view.fail("");
    } catch (problem) {
      view.fail(`The curves could not be drawn: ${problem.message}. Reload the page to try again.`);
    }
  }

  figure(picture, size) {
    const { records, show, check } = picture;
    const curves = [records, check].flatMap((one) => one?.arms.map((_, a) => one.curve(a, show.name)) ?? []);
    const same = this.ranged?.records === records && this.ranged.name === show.name && this.ranged.log === show.log;
    const range = rangeOf(curves, show, same ? this.ranged.range : null);
    this.ranged = { records, name: show.name, log: show.log, range };
    return figure({ ...picture, ...size, range, last: records.last });
  }

  // The line moves without Plotly: it does so sixty times a second.
  point(step, last) {
    this.last = last;
    this.step = step;
    this.line.hidden = step === null;
    if (step === null || !this.width) return;
    const { left, width } = this.area();
    this.line.style.transform = `translateX(${left + (step / (last || 1)) * width - 1}px)`;
    this.line.style.top = `${this.top}px`;
  }

  async download(format, picture, { fileName }) {
    if (!this.Plotly || !this.wanted) return;
    const { data, layout } = this.wanted;
    const accent = { color: this.theme.accent, width: 2 };
    const open = { type: "line", xref: "x", yref: "paper", x0: this.step, x1: this.step, y0: 0, y1: 1, line: accent };
    const { plot, title } = this.view;
    // A picture is drawn in the fonts that every computer has, and they are wider.
    const margin = { ...layout.margin, l: layout.margin.l + WIDER[0], r: layout.margin.r + WIDER[1] };
    const shapes = [...layout.shapes, ...(this.step === null ? [] : [open])];
    const yaxis = { ...layout.yaxis, title: { ...layout.yaxis.title, standoff: WIDER[0] } };
    const node = {
      data, layout: { ...layout, shapes, margin, yaxis }, _fullLayout: { margin },
      clientWidth: plot.clientWidth + WIDER[0] + WIDER[1], clientHeight: plot.clientHeight,
    };
    await savePicture(this.Plotly, node, { format, title: title.textContent, background: this.theme.background, fileName });
  }

  dispose() {
    this.gone = true;
    if (this.Plotly) this.Plotly.purge(this.view.plot);
  }
}
