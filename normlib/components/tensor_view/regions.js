// Which values share a mean with one of them, as a box of [first, end) along N, H, W and C.

import { flat } from "./place.js";

export function boxOf(place, spans) {
  return place.map((index, axis) => {
    const first = Math.floor(index / spans[axis]) * spans[axis];
    return [first, first + spans[axis]];
  });
}

export function regionIndex(place, spans, shape) {
  return flat(place.map((index, axis) => Math.floor(index / spans[axis])),
    shape.map((length, axis) => length / spans[axis]));
}

// Whether a region is made of whole maps, and so has one outline.
export const isCoarse = (spans, [, H, W]) => spans[1] === H && spans[2] === W;

// In words, with how many values they are.
export function regionWords(box, shape, samples, channels) {
  const [n, h, w, c] = box;
  const pixels = [pick(h, shape[1], "row"), pick(w, shape[2], "column")].filter(Boolean).join(", ");
  const many = box.reduce((product, [first, end]) => product * (end - first), 1);
  const place = `${pixels && `${pixels} in `}${named(c, shape[3], "channel", channels)}`;
  const owner = n[1] - n[0] === 1 && shape[0] > 1
    ? `of sample ${quote(samples[n[0]])}`
    : `${named(n, shape[0], "sample", samples, "in ")}`;
  return `${place} ${owner}: ${many.toLocaleString("en")}\u00a0${many === 1 ? "value" : "values"}`;
}

// A name does not break at the end of a line.
const quote = (name) => `“${name.replaceAll(" ", "\u00a0")}”`;

function pick([first, end], length, name) {
  if (end - first === length) return "";
  return end - first === 1 ? `${name} ${first + 1}` : `${name}s ${first + 1} to ${end}`;
}

function named([first, end], length, name, names, before = "") {
  const many = end - first;
  if (many === 1) return `${before}${length === 1 ? "the only " : ""}${name} ${quote(names[first])}`;
  if (many === length) return `${before}all ${many} ${name}s`;
  return `${before}${name}s ${quote(names[first])} ${many === 2 ? "and" : "to"} ${quote(names[end - 1])}`;
}
