// The curves as a figure for Plotly: a line and a band per arm, crosses where seeds ended, a name at the end of each line.

import { wrap } from "../normlib.chart/export.js";
import { themeLayout } from "../normlib.chart/theme.js";
import { apart } from "./axis.js";
import { textWidth, writeMeasure, writeStep } from "./words.js";

const FONT = 13;
const FROM = 10; // pixels from the plot to the names
const NAME_GAP = 17; // between two names, from middle to middle
const SWATCH = 34; // with the gap behind it
const BAND = 0.16;
const DOTS = "1px,3px";
const DIM = 0.25; // of a run that another one is about to replace
const ENTRY = 44; // what Plotly's legend adds to the widest name
export const MARGIN = { l: 58, t: 24, b: 44 };

export const colourOf = (arm, theme) => arm.color[theme.dark ? 1 : 0];

// Names stand at the ends of the lines where that leaves the curves enough room, else above them.
export function nameRoom(arms, width, theme) {
  const widest = Math.max(...arms.map(({ name }) => textWidth(name, `${FONT}px ${theme.font}`)));
  const beside = Math.ceil(widest) + FROM + SWATCH + 4;
  if (beside <= Math.max(88, 0.24 * width)) return { beside };
  const columns = Math.max(1, Math.floor((width - 16) / (widest + ENTRY)));
  return { beside: 0, entry: Math.ceil(widest) + 4, above: 20 * Math.ceil(arms.length / columns) + 8 };
}

// `picture` holds: records, arms, show, range, last, dim, check (records or null), width, height, theme.
export function figure(picture) {
  const { arms, show, theme, records, check } = picture;
  const room = nameRoom(arms, picture.width, theme);
  const margin = { ...MARGIN, r: room.beside || 16, t: MARGIN.t + (room.above ?? 0) };
  const curves = arms.map((_, a) => records?.arms[a] ? records.curve(a, show.name) : empty());
  const data = [
    ...curves.flatMap((curve, a) => band(curve, arms[a], picture)),
    ...curves.map((curve, a) => line(curve, arms[a], picture)),
    ...curves.map((_, a) => crosses(a, picture)),
    ...(check ? arms.flatMap((arm, a) => checked(check.arms[a] ? check.curve(a, show.name) : empty(), arm, picture)) : []),
  ];
  const plot = { width: picture.width - margin.l - margin.r, height: picture.height - margin.t - margin.b };
  const names = room.beside ? endNames(curves, plot, picture) : { shapes: [], annotations: [] };
  if (check) addCheckName(names, plot, theme);
  const layout = {
    ...names, margin, autosize: false, width: picture.width, height: picture.height,
    template: { layout: themeLayout(theme) },
    dragmode: false,
    hovermode: "closest",
    showlegend: !room.beside,
    legend: {
      orientation: "h", x: 0, y: 1, yanchor: "bottom", xanchor: "left", entrywidth: room.entry,
      itemclick: false, itemdoubleclick: false, font: { size: FONT },
    },
    xaxis: axis({ title: { text: "Updates of the weights", standoff: 8 }, range: [0, picture.last || 1], tickformat: ",d" }),
    yaxis: axis({
      title: { text: show.label, standoff: 4 },
      range: picture.range,
      ...(show.percent ? { tickformat: ".0%", dtick: 0.25 } : { nticks: 6 }),
      // Plotly writes powers of ten a quarter larger than it is told.
      ...(show.log ? { type: "log", dtick: 1, exponentformat: "power", tickfont: { size: 10 } } : {}),
    }),
  };
  return { data, layout };
}

const empty = () => ({ steps: [], median: [], low: [], high: [], count: [], over: false });
const axis = (own) => ({ zeroline: false, ticks: "", fixedrange: true, automargin: false, ...own });
const opacity = ({ dim }) => (dim ? DIM : 1);

function band({ steps, low, high, count }, arm, picture) {
  if (!count.some((many) => many > 1)) return [];
  const { range: [, top], show } = picture;
  const beyond = show.log ? 10 ** (top + 1) : 2 * top; // what is infinite leaves the figure at its top
  const edges = [...high, ...low.toReversed()].map((value) => (Number.isFinite(value) ? value : beyond));
  return [{
    type: "scatter", mode: "lines", x: [...steps, ...steps.toReversed()], y: edges,
    fill: "toself", fillcolor: colourOf(arm, picture.theme), opacity: BAND * opacity(picture), line: { width: 0 },
    hoverinfo: "skip", showlegend: false,
  }];
}

function line(curve, arm, picture) {
  const { steps, median, low, high, count } = curve;
  const { show, theme } = picture;
  // What is drawn again and again is put into words once.
  curve.words ??= [];
  for (let index = curve.words.length; index < steps.length; index++) {
    const spread = count[index] > 1
      ? `<br>median of ${count[index]} seeds, ${writeMeasure(low[index], show)} to ${writeMeasure(high[index], show)}` : "";
    curve.words.push(`step ${writeStep(steps[index])}: ${writeMeasure(median[index], show)}${spread}`);
  }
  return {
    // A line of one point would not be seen.
    type: "scatter", mode: steps.length === 1 ? "markers" : "lines", x: steps, y: median, name: escape(arm.name),
    line: { color: colourOf(arm, theme), dash: arm.dash, width: 2.25 },
    marker: { color: colourOf(arm, theme), symbol: arm.symbol, size: 7 },
    opacity: opacity(picture), text: curve.words, hovertemplate: `${escape(arm.name)}<br>%{text}<extra></extra>`,
  };
}

function crosses(a, picture) {
  const { records, arms, show, range, theme } = picture;
  const ends = records?.arms[a] ? records.ends(a, show.name) : [];
  const edge = range[1] - 0.03 * (range[1] - range[0]);
  const top = show.log ? 10 ** edge : edge;
  return {
    type: "scatter", mode: "markers", showlegend: false, cliponaxis: false,
    x: ends.map(({ step }) => step),
    // What left the figure before it ended is marked at its edge, and so is what ended before anything was measured.
    y: ends.map(({ value }) => (Number.isFinite(value) ? Math.min(value, top) : show.percent ? 0 : top)),
    text: ends.map(({ seed, step, message }) => (
      `${escape(arms[a].name)}, seed ${seed}, stopped at step ${writeStep(step)}<br>`
      + wrap(message, 52).map(escape).join("<br>"))),
    hoverinfo: "text",
    marker: { symbol: "x-thin", size: 9, color: colourOf(arms[a], theme), line: { width: 2, color: colourOf(arms[a], theme) } },
    opacity: opacity(picture),
  };
}

// Dots on a clear line, so that they are seen where they lie on the curve that they check.
function checked({ steps, median }, arm, { theme }) {
  const line = (own) => (
    { type: "scatter", mode: "lines", x: steps, y: median, hoverinfo: "skip", showlegend: false, line: { width: 1.5, ...own } });
  return [line({ color: theme.background }), line({ color: colourOf(arm, theme), dash: DOTS })];
}

// Beside the plot, at the height where each line is now; before there are lines, from the top down.
function endNames(curves, plot, { arms, range, show, theme, dim }) {
  const height = (value) => {
    const place = show.log ? Math.log10(value) : value;
    return plot.height * Math.min(1, Math.max(0, (range[1] - place) / (range[1] - range[0])));
  };
  const wanted = curves.map(({ median }, a) => (median.length ? height(median.at(-1)) : NAME_GAP * (a + 0.5)));
  const placed = apart(wanted, NAME_GAP, plot.height);
  const shapes = [];
  const annotations = [];
  arms.forEach((arm, a) => {
    const y = 1 - placed[a] / plot.height;
    const shown = dim ? { opacity: 0.6 } : {};
    shapes.push(sample(y, FROM, colourOf(arm, theme), arm.dash, 2.25, plot, shown));
    annotations.push(label(escape(arm.name), y, FROM + SWATCH, plot, shown));
  });
  return { shapes, annotations };
}

function addCheckName(names, plot, theme) {
  const y = 1 + 12 / plot.height;
  const x = -(SWATCH + 44);
  names.shapes.push(sample(y, x, theme.text, DOTS, 1.5, plot));
  names.annotations.push(label("Keras", y, x + SWATCH, plot));
}

// A short piece of line in the margin; `from` in pixels from the right edge of the plot.
function sample(y, from, color, dash, width, plot, more = {}) {
  const x = (pixels) => 1 + pixels / plot.width;
  return {
    type: "line", xref: "paper", yref: "paper", x0: x(from), x1: x(from + SWATCH - 6), y0: y, y1: y,
    line: { color, dash, width }, ...more,
  };
}

const label = (text, y, from, plot, more = {}) => ({
  text, xref: "paper", yref: "paper", x: 1 + from / plot.width, y, xanchor: "left", yanchor: "middle",
  showarrow: false, font: { size: FONT }, ...more,
});

const escape = (text) => text.replace(/&/g, "&amp;").replace(/</g, "&lt;");
