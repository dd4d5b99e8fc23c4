// The layers of one arm on a canvas: a histogram each, mean and standard deviation, idle units, the gradient.

import { textWidth, write, writeMoment, writePercent } from "./words.js";

const MOST = 8; // layers that are drawn
const FONT = 12;
const LINE = 16;
const GAP = 12;
const TICKS = 18; // below the last histogram
const END = 5; // the histograms reach from -END to END
const GRADIENTS = [-6, 2]; // decades that the gradient's bar spans

// Numbers, from 0, of the layers that are drawn: the first, the last, and some evenly between them.
export function chosenLayers(many) {
  const shown = Math.min(many, MOST);
  return Array.from({ length: shown }, (_, place) => Math.round((place * (many - 1)) / Math.max(1, shown - 1)));
}

// Where the rows stand, in pixels.
export function rowsOf(many) {
  const count = Math.min(many, MOST);
  const bars = [48, 48, 48, 44, 38, 32, 28, 25, 23][count];
  const step = bars + 4 + 2 * LINE + 3 + GAP;
  return { bars, step, height: count ? count * step + TICKS - GAP : 0 };
}

// `layer` holds: histogram, mean, sd, idle, gradient (each may be missing), normed.
export function drawLayers(canvas, size, layers, rows, { theme, colour, idle }) {
  const pen = fit(canvas, size, rows.height);
  pen.font = `${FONT}px ${theme.font}`;
  layers.forEach((layer, row) => {
    const top = row * rows.step;
    axes(pen, theme, size, top, rows.bars);
    if (!layer) return;
    if (layer.histogram) bars(pen, layer, colour, size, top, rows.bars);
    spread(pen, theme, layer, size, top + rows.bars + 2);
    words(pen, theme, colour, idle, layer, size, top + rows.bars + 5);
  });
  ticks(pen, theme, size, rows.height - 4);
}

function axes(pen, theme, width, top, height) {
  pen.fillStyle = theme.border;
  pen.fillRect(0, top + height, width, 1);
  pen.fillStyle = theme.grid;
  pen.fillRect(Math.round(width / 2), top, 1, height);
}

function bars(pen, { histogram, normed }, colour, width, top, height) {
  const step = width / histogram.length;
  const outline = new Path2D();
  outline.moveTo(0, top + height);
  histogram.forEach((share, bin) => {
    const y = top + height - (share / 255) * (height - 1);
    outline.lineTo(bin * step, y);
    outline.lineTo((bin + 1) * step, y);
  });
  outline.lineTo(width, top + height);
  pen.fillStyle = colour;
  pen.globalAlpha = normed ? 0.45 : 0.12;
  pen.fill(outline);
  pen.globalAlpha = 1;
  pen.strokeStyle = colour;
  pen.lineWidth = 1.25;
  pen.stroke(outline);
}

const clamp = (value, low, high) => Math.min(high, Math.max(low, value));

// Mean and standard deviation as a mark under the histogram.
function spread(pen, theme, { mean, sd }, width, y) {
  if (!Number.isFinite(mean)) return;
  const x = (value) => clamp(((value + END) / (2 * END)) * width, 0, width);
  pen.fillStyle = theme.text;
  if (Number.isFinite(sd)) pen.fillRect(x(mean - sd), y, Math.max(1, x(mean + sd) - x(mean - sd)), 1.5);
  if (Math.abs(mean) <= END) pen.fillRect(clamp(x(mean) - 1, 0, width - 2), y - 2, 2, 5);
}

function words(pen, theme, colour, idle, { mean, sd, idle: share, gradient }, width, y) {
  pen.fillStyle = theme.text;
  pen.textBaseline = "top";
  pen.textAlign = "left";
  if (Number.isFinite(mean)) pen.fillText(`mean ${writeMoment(mean)}, sd ${writeMoment(sd)}`, 0, y + 2, width);
  const left = idle && Number.isFinite(share) ? `${writePercent(share)} ${idle}` : "";
  const second = y + LINE + 1;
  const half = left ? (width - 10) / 2 : width;
  if (left) {
    pen.fillText(left, 0, second, width);
    bar(pen, theme, colour, 0, second + LINE - 1, half, share);
  }
  if (!Number.isFinite(gradient)) return;
  const number = write(gradient, 2);
  const room = width - (left ? textWidth(left, pen.font) + 8 : 0);
  const text = [`gradient ${number}`, `grad. ${number}`, number].find((one) => textWidth(one, pen.font) <= room) ?? number;
  pen.textAlign = "right";
  pen.fillText(text, width, second, room);
  const [low, high] = GRADIENTS;
  bar(pen, theme, colour, width - half, second + LINE - 1, half, (Math.log10(gradient) - low) / (high - low));
}

function bar(pen, theme, colour, x, y, width, share) {
  pen.fillStyle = theme.grid;
  pen.fillRect(x, y, width, 3);
  pen.fillStyle = colour;
  pen.fillRect(x, y, width * clamp(share, 0, 1), 3);
  pen.fillStyle = theme.text;
}

function ticks(pen, theme, width, y) {
  pen.fillStyle = theme.text;
  pen.textBaseline = "bottom";
  for (const [text, x, align] of [["−5", 0, "left"], ["0", width / 2, "center"], ["5", width, "right"]]) {
    pen.textAlign = align;
    pen.fillText(text, x, y + 4);
  }
}

// A cleared pen in CSS pixels.
export function fit(canvas, width, height) {
  const ratio = window.devicePixelRatio || 1;
  const [w, h] = [Math.round(width * ratio), Math.round(height * ratio)];
  if (canvas.width !== w || canvas.height !== h) {
    Object.assign(canvas, { width: w, height: h });
    Object.assign(canvas.style, { width: `${width}px`, height: `${height}px` });
  }
  const pen = canvas.getContext("2d");
  pen.setTransform(ratio, 0, 0, ratio, 0, 0);
  pen.clearRect(0, 0, width, height);
  return pen;
}
