// Where everything stands in the two grids, in CSS pixels.

const SIDE_BY_SIDE = 520; // from this width on
const BETWEEN = 28; // between the two grids
const TALLEST = 360; // of the maps of one grid, side by side
const LINE = 14;
const EDGE = 3; // around the maps, for outlines
const FONT = 12;
const LEGEND = 30;
const MOST_NUMBERED = 200; // wide maps have names, slanted if need be
const CRISP = 4; // from this size on, every pixel of a map gets as many pixels of the screen

let pen;

function textWidth(text, font) {
  pen ??= document.createElement("canvas").getContext("2d");
  pen.font = font;
  return pen.measureText(text).width;
}

export const fontOf = (family) => `${FONT}px ${family}`;

export function layout(width, shape, samples, channels, family) {
  const [N, H, W, C] = shape;
  const font = fontOf(family);
  const beside = width >= SIDE_BY_SIDE;
  const names = Math.ceil(Math.max(...samples.map((name) => textWidth(name, font)))) + 8;
  const left = Math.min(names, Math.round(width * 0.24));
  const gap = H * W === 1 ? 2 : 4;
  let found = cells(EDGE);
  // Slanted names reach beyond the last map.
  if (found.overhang > EDGE) found = cells(found.overhang);
  const { pixel, size, step, labels, right } = found;
  const maps = [C * step[0] - gap, N * step[1] - gap];
  const top = labels.height + 5;
  return {
    beside, left, right, top, gap, pixel, size, step, maps, labels, font,
    edge: EDGE,
    legend: top + maps[1] + 12,
    height: top + maps[1] + LEGEND,
  };

  function cells(right) {
    const available = (beside ? (width - left - EDGE - BETWEEN) / 2 : width - left) - right - 1;
    let cell = (available + gap) / C - gap;
    if (beside) cell = Math.min(cell, ((TALLEST + gap) / N - gap) * (W / H));
    cell = Math.min(cell, H * W === 1 ? 34 : 120);
    let pixel = cell / W;
    if (pixel >= CRISP) pixel = Math.floor(pixel);
    const size = [pixel * W, pixel * H];
    const step = [size[0] + gap, size[1] + gap];
    const labels = columnLabels(channels, step[0], font);
    return { pixel, size, step, labels, right, overhang: labels.overhang - size[0] / 2 };
  }
}

// One line if the names fit, then two, then slanted, then numbers: never one over the other.
function columnLabels(channels, step, font) {
  const widest = (names) => Math.max(...names.map((name) => textWidth(name, font)));
  const room = step - 4;
  const one = channels.map((name) => [name]);
  if (widest(channels) <= room) return { lines: one, height: LINE, slanted: false, overhang: 0 };
  const two = channels.map((name) => {
    const words = name.split(" ");
    const half = Math.ceil(words.length / 2);
    return words.length > 1 ? [words.slice(0, half).join(" "), words.slice(half).join(" ")] : words;
  });
  if (widest(two.flat()) <= room) return { lines: two, height: 2 * LINE, slanted: false, overhang: 0 };
  if (step >= 1.6 * LINE && step * channels.length > MOST_NUMBERED) {
    const long = Math.ceil(widest(channels));
    return { lines: one, height: Math.ceil(long * 0.64) + 10, slanted: true, overhang: Math.ceil(long * 0.77) };
  }
  const numbers = channels.map((_, index) => [`c${index + 1}`]);
  return { lines: numbers, height: LINE, slanted: false, overhang: 0 };
}

// Where the maps of a grid begin.
export const start = ({ left, edge }, withNames) => (withNames ? left : edge);

// Left upper corner of a map, in the grid.
export const corner = (shown, n, c, withNames) => [start(shown, withNames) + c * shown.step[0], shown.top + n * shown.step[1]];

// Which value is under a point of a grid.
export function placeAt(shown, [, H, W], samples, x, y, withNames) {
  const { top, step, size, pixel, maps } = shown;
  const across = x - start(shown, withNames);
  const down = y - top;
  if (across < 0 || down < 0 || across >= maps[0] || down >= maps[1]) return null;
  const c = Math.floor(across / step[0]);
  const n = Math.floor(down / step[1]);
  if (n >= samples) return null;
  const inside = (distance, length, most) => Math.min(Math.floor(Math.min(distance, length - 0.01) / pixel), most - 1);
  return [n, inside(down - n * step[1], size[1], H), inside(across - c * step[0], size[0], W), c];
}
