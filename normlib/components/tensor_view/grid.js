// One grid of N x C maps: a canvas with the values, which changes seldom, and one above it with what is pointed at.

import { boxOf, isCoarse } from "./regions.js";
import { corner, start } from "./layout.js";
import { write } from "./arithmetic.js";

const DIM = 0.62; // how much of the ground lies over what is not in the active region
const OUT = 0.86; // over samples that are not in the batch

export class Grid {
  constructor(parent, title, withNames) {
    this.withNames = withNames;
    this.side = make("div", "nl-tensor-side", parent);
    make("p", "nl-tensor-head", this.side).textContent = title;
    this.board = make("div", "nl-tensor-board", this.side);
    this.base = make("canvas", "", this.board);
    this.over = make("canvas", "nl-tensor-over", this.board);
    this.problem = make("p", "nl-tensor-problem", this.side);
    this.picture = document.createElement("canvas");
  }

  // Greys are 0 (black) to 255 (white), in the order of the values.
  draw(model, greys, samples, ends) {
    const { layout, theme, shape } = model;
    this.width = start(layout, this.withNames) + layout.maps[0] + layout.right;
    for (const canvas of [this.base, this.over]) fit(canvas, this.width, layout.height, model.ratio);
    this.board.style.width = `${this.width}px`;
    this.board.style.height = `${layout.height}px`;
    const pen = this.base.getContext("2d");
    pen.clearRect(0, 0, this.width, layout.height);
    this.labels(pen, model);
    this.legend(pen, model, ends);
    if (!greys) return;
    this.paint(greys, samples, shape);
    const [, H, W, C] = shape;
    pen.imageSmoothingEnabled = false;
    const snap = (length) => Math.round(length * model.ratio) / model.ratio;
    for (let n = 0; n < samples; n++) {
      for (let c = 0; c < C; c++) {
        const [x, y] = corner(layout, n, c, this.withNames);
        const [x0, y0] = [snap(x), snap(y)];
        const [w, h] = [snap(x + layout.size[0]) - x0, snap(y + layout.size[1]) - y0];
        pen.drawImage(this.picture, c * W, n * H, W, H, x0, y0, w, h);
        pen.strokeStyle = theme.line;
        pen.lineWidth = 1;
        pen.strokeRect(x0 - 0.5, y0 - 0.5, w + 1, h + 1);
      }
    }
  }

  paint(greys, samples, [, H, W, C]) {
    const rows = samples * H;
    const columns = C * W;
    this.picture.width = columns;
    this.picture.height = rows;
    const pen = this.picture.getContext("2d");
    const image = pen.createImageData(columns, rows);
    const pixels = new Uint32Array(image.data.buffer);
    for (let row = 0, index = 0; row < rows; row++) {
      for (let w = 0; w < W; w++) {
        for (let c = 0; c < C; c++, index++) {
          pixels[row * columns + c * W + w] = (0xff000000 | (greys[index] * 0x010101)) >>> 0;
        }
      }
    }
    pen.putImageData(image, 0, 0);
  }

  labels(pen, { layout, theme, samples }) {
    pen.font = layout.font;
    pen.fillStyle = theme.text;
    pen.textBaseline = "middle";
    if (this.withNames) {
      pen.textAlign = "right";
      samples.forEach((name, n) => {
        const [, y] = corner(layout, n, 0, true);
        pen.fillText(name, layout.left - 8, y + layout.size[1] / 2, layout.left - 8);
      });
    }
    pen.textBaseline = "alphabetic";
    layout.labels.lines.forEach((lines, c) => {
      const [x] = corner(layout, 0, c, this.withNames);
      const middle = x + layout.size[0] / 2;
      if (layout.labels.slanted) {
        pen.save();
        pen.translate(middle + 2, layout.top - 6);
        pen.rotate(-0.22 * Math.PI);
        pen.textAlign = "left";
        pen.fillText(lines[0], 0, 0);
        pen.restore();
        return;
      }
      pen.textAlign = "center";
      lines.forEach((line, number) => {
        pen.fillText(line, middle, layout.top - 8 - (lines.length - 1 - number) * 14);
      });
    });
  }

  legend(pen, { layout, theme }, [low, high, more]) {
    const x = start(layout, this.withNames);
    const y = layout.legend;
    const length = Math.min(96, layout.maps[0] / 3);
    const texts = [low, high].map((end) => write(end, { digits: 3, short: true }));
    pen.font = layout.font;
    pen.fillStyle = theme.text;
    pen.textBaseline = "middle";
    pen.textAlign = "left";
    const first = `${texts[0]}${more ? " or less" : ""}`;
    pen.fillText(first, x, y + 5);
    const bar = x + pen.measureText(first).width + 8;
    const ramp = pen.createLinearGradient(bar, 0, bar + length, 0);
    ramp.addColorStop(0, "#000");
    ramp.addColorStop(1, "#fff");
    pen.fillStyle = ramp;
    pen.fillRect(bar, y, length, 9);
    pen.strokeStyle = theme.line;
    pen.lineWidth = 1;
    pen.strokeRect(bar - 0.5, y - 0.5, length + 1, 10);
    pen.fillStyle = theme.text;
    pen.fillText(`${texts[1]}${more ? " or more" : ""}`, bar + length + 8, y + 5);
  }

  // What is pointed at: the region stays clear, all else is dimmed.
  point(model, place, spans, samples) {
    const { layout, theme, shape } = model;
    const pen = this.over.getContext("2d");
    pen.clearRect(0, 0, this.width, layout.height);
    const x0 = start(layout, this.withNames);
    if (samples < shape[0]) {
      pen.globalAlpha = OUT;
      pen.fillStyle = theme.ground;
      const [, y] = corner(layout, samples, 0, this.withNames);
      pen.fillRect(x0 - 1, y - 1, layout.maps[0] + 2, layout.top + layout.maps[1] - y + 2);
      pen.globalAlpha = 1;
    }
    if (spans) this.region(pen, model, place, spans, samples, x0);
    const [x, y, w, h] = this.pixelRect(layout, place);
    const grown = Math.max(0, (7 - w) / 2);
    const rect = [x - grown, y - grown, w + 2 * grown, h + 2 * grown];
    outline(pen, theme.ground, 5, rect, 1);
    outline(pen, theme.accent, 2.5, rect, 1);
  }

  region(pen, model, place, spans, samples, x0) {
    const { layout, theme, shape } = model;
    const rects = this.rects(layout, boxOf(place, spans), shape);
    pen.globalAlpha = DIM;
    pen.fillStyle = theme.ground;
    const height = samples * layout.step[1] - layout.gap;
    pen.fillRect(x0 - 1, layout.top - 1, layout.maps[0] + 2, height + 2);
    pen.globalAlpha = 1;
    for (const [x, y, w, h] of rects) pen.clearRect(x, y, w, h);
    if (isCoarse(spans, shape)) {
      for (let n = 0; n < samples; n += spans[0]) {
        for (let c = 0; c < shape[3]; c += spans[3]) {
          const [rect] = this.rects(layout, boxOf([n, 0, 0, c], spans), shape);
          outline(pen, theme.method, 1, rect, 0);
        }
      }
    }
    const wide = isCoarse(spans, shape) ? 3 : 1.5;
    for (const rect of rects) {
      if (wide > 2) outline(pen, theme.ground, wide + 2, rect, 0);
      outline(pen, theme.method, wide, rect, 0);
    }
  }

  // A region as rectangles: one around whole maps, else one in each map.
  rects(layout, [n, h, w, c], [, H, W]) {
    if (h[1] - h[0] === H && w[1] - w[0] === W) {
      const [x, y] = corner(layout, n[0], c[0], this.withNames);
      const edge = layout.gap / 2;
      return [[x - edge, y - edge, (c[1] - c[0]) * layout.step[0], (n[1] - n[0]) * layout.step[1]]];
    }
    const rects = [];
    for (let sample = n[0]; sample < n[1]; sample++) {
      for (let channel = c[0]; channel < c[1]; channel++) {
        const [x, y] = corner(layout, sample, channel, this.withNames);
        const size = layout.pixel;
        rects.push([x + w[0] * size, y + h[0] * size, (w[1] - w[0]) * size, (h[1] - h[0]) * size]);
      }
    }
    return rects;
  }

  pixelRect(layout, [n, h, w, c]) {
    const [x, y] = corner(layout, n, c, this.withNames);
    return [x + w * layout.pixel, y + h * layout.pixel, layout.pixel, layout.pixel];
  }
}

// Around a rectangle, `out` pixels outside of its edge.
function outline(pen, colour, width, [x, y, w, h], out) {
  pen.strokeStyle = colour;
  pen.lineWidth = width;
  pen.strokeRect(x - out, y - out, w + 2 * out, h + 2 * out);
}

function fit(canvas, width, height, ratio) {
  const [w, h] = [Math.round(width * ratio), Math.round(height * ratio)];
  if (canvas.width !== w || canvas.height !== h) {
    canvas.width = w;
    canvas.height = h;
    canvas.style.width = `${width}px`;
    canvas.style.height = `${height}px`;
  }
  canvas.getContext("2d").setTransform(ratio, 0, 0, ratio, 0, 0);
}

export function make(tag, name, parent, attributes = {}) {
  const node = document.createElement(tag);
  if (name) node.className = name;
  for (const [attribute, value] of Object.entries(attributes)) node.setAttribute(attribute, value);
  parent?.append(node);
  return node;
}
