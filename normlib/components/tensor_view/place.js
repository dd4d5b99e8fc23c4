// A place is [sample, row, column, channel], counted from 0; in the address and in words it counts from 1.

export const placeText = (place) => place.map((index) => index + 1).join(".");

export function parsePlace(text, shape) {
  const parts = (text ?? "").split(".");
  if (parts.length !== shape.length || !parts.every((part) => /^[1-9]\d{0,5}$/.test(part))) return null;
  const place = parts.map((part) => Number(part) - 1);
  return place.every((index, axis) => index < shape[axis]) ? place : null;
}

export const clamp = (place, shape) => place.map((index, axis) => Math.min(Math.max(index, 0), shape[axis] - 1));

export const samePlace = (a, b) => Boolean(a && b) && a.every((index, axis) => index === b[axis]);

export const flat = (place, shape) => place.reduce((index, part, axis) => index * shape[axis] + part, 0);

// Along an axis of length 1, which stands for all.
export const broadcast = ({ shape, values }, place) =>
  values[flat(place.map((index, axis) => (shape[axis] === 1 ? 0 : index)), shape)];

// One pixel on, over the edge of a map into its neighbour.
function step([n, h, w, c], [, H, W], down, right) {
  let row = n * H + h + down;
  let column = c * W + w + right;
  return [Math.floor(row / H), mod(row, H), mod(column, W), Math.floor(column / W)];
}

const mod = (number, length) => ((number % length) + length) % length;

const ARROWS = { ArrowUp: [-1, 0], ArrowDown: [1, 0], ArrowLeft: [0, -1], ArrowRight: [0, 1] };

// Where a key leads; null for a key that does not move.
export function keyTarget(place, shape, { key, shiftKey }) {
  const [n, h, w, c] = place;
  let next = null;
  if (key in ARROWS) {
    const [down, right] = ARROWS[key];
    next = shiftKey ? [n + down, h, w, c + right] : step(place, shape, down, right);
  } else if (key === "PageUp" || key === "PageDown") {
    next = [n + (key === "PageUp" ? -1 : 1), h, w, c];
  } else if (key === "Home" || key === "End") {
    next = [n, h, w, key === "Home" ? 0 : shape[3] - 1];
  }
  if (!next) return null;
  return next.every((index, axis) => index >= 0 && index < shape[axis]) ? next : place;
}
