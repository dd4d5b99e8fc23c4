// How a network divides the plane: its probability of class 1 as a smooth field, and the points it learns from.

import { fit } from "./cells.js";

const CELLS = 32;
const STRENGTH = 0.7; // of a class's colour where its probability is 1
const DOT = 1.9;

const field = document.createElement("canvas");
Object.assign(field, { width: CELLS, height: CELLS });

export function drawRegion(canvas, size, probabilities, toy, theme, dots) {
  const pen = fit(canvas, size, size);
  const colours = toy.colors.map((pair) => pair[theme.dark ? 1 : 0]);
  if (probabilities) {
    paint(probabilities, colours.map(channels), channels(theme.background));
    pen.imageSmoothingEnabled = true;
    pen.imageSmoothingQuality = "high";
    // Values stand in the middles of the cells.
    pen.drawImage(field, 0, 0, size, size);
  }
  pen.drawImage(dots, 0, 0, size, size);
  pen.strokeStyle = theme.border;
  pen.strokeRect(0.5, 0.5, size - 1, size - 1);
}

// Rows rise with the second coordinate, pixels fall.
function paint(probabilities, [none, all], ground) {
  const pen = field.getContext("2d");
  const image = pen.createImageData(CELLS, CELLS);
  for (let row = 0; row < CELLS; row++) {
    for (let column = 0; column < CELLS; column++) {
      const share = probabilities[(CELLS - 1 - row) * CELLS + column] / 255;
      const colour = share < 0.5 ? none : all;
      const weight = STRENGTH * Math.abs(2 * share - 1);
      const place = 4 * (row * CELLS + column);
      for (let part = 0; part < 3; part++) image.data[place + part] = weight * colour[part] + (1 - weight) * ground[part];
      image.data[place + 3] = 255;
    }
  }
  pen.putImageData(image, 0, 0);
}

// The points change with the size and the theme alone: circles for class 0, triangles for class 1.
export function dotsOf(size, toy, theme) {
  const canvas = document.createElement("canvas");
  const pen = fit(canvas, size, size);
  const [left, right, bottom, top] = toy.extent;
  const colours = toy.colors.map((pair) => pair[theme.dark ? 1 : 0]);
  pen.lineWidth = 0.75;
  pen.strokeStyle = theme.text;
  toy.x.forEach(([first, second], index) => {
    const kind = toy.y[index];
    const x = ((first - left) / (right - left)) * size;
    const y = (1 - (second - bottom) / (top - bottom)) * size;
    pen.fillStyle = colours[kind];
    pen.beginPath();
    if (kind === 0) pen.arc(x, y, DOT, 0, 2 * Math.PI);
    else {
      pen.moveTo(x, y - 1.4 * DOT);
      pen.lineTo(x + 1.3 * DOT, y + DOT);
      pen.lineTo(x - 1.3 * DOT, y + DOT);
      pen.closePath();
    }
    pen.fill();
    pen.stroke();
  });
  return canvas;
}

let pen;

function channels(colour) {
  pen ??= Object.assign(document.createElement("canvas"), { width: 1, height: 1 })
    .getContext("2d", { willReadFrequently: true });
  pen.fillStyle = colour;
  pen.fillRect(0, 0, 1, 1);
  return [...pen.getImageData(0, 0, 1, 1).data.subarray(0, 3)];
}
