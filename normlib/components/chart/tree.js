// Nested containers as Plotly has them: copies, patches, and paths such as "shapes[0].x0".

import { isTyped } from "./payload.js";

const isPlain = (node) => node !== null && typeof node === "object" && !Array.isArray(node) && !isTyped(node);

// New containers around the same numbers: Plotly writes into the containers it is given.
export function copy(node, leaf = (value) => value) {
  if (isTyped(node)) return node;
  if (Array.isArray(node)) return isTyped(node[0]) ? node : node.map((item) => copy(item, leaf));
  if (isPlain(node)) {
    return Object.fromEntries(Object.entries(node).map(([name, value]) => [name, copy(value, leaf)]));
  }
  return leaf(node);
}

export function merge(target, patch) {
  for (const [path, value] of Object.entries(patch)) {
    if (/[.[]/.test(path)) put(target, path, copy(value));
    else if (isPlain(value) && isPlain(target[path])) merge(target[path], value);
    else target[path] = copy(value);
  }
  return target;
}

const steps = (path) => path.match(/[^.[\]]+/g).map((step) => (/^\d+$/.test(step) ? Number(step) : step));

export function put(target, path, value) {
  const names = steps(path);
  const last = names.pop();
  let node = target;
  names.forEach((name, place) => {
    node[name] ??= typeof (names[place + 1] ?? last) === "number" ? [] : {};
    node = node[name];
  });
  node[last] = value;
}

// The new tree, with the old one's arrays wherever they hold the same numbers.
export function reuse(old, node) {
  if (isTyped(node)) return old?.constructor === node.constructor && sameNumbers(old, node) ? old : node;
  if (node === null || typeof node !== "object") return node;
  for (const name of Object.keys(node)) node[name] = reuse(old?.[name], node[name]);
  const kept = Array.isArray(node) && isTyped(node[0]) && old?.length === node.length;
  return kept && node.every((row, place) => row === old[place]) ? old : node;
}

function sameNumbers(a, b) {
  if (a.length !== b.length) return false;
  for (let place = 0; place < a.length; place++) if (!Object.is(a[place], b[place])) return false;
  return true;
}

export function same(a, b) {
  if (a === b) return true;
  if (isTyped(a) && isTyped(b)) return sameNumbers(a, b);
  if (!a || !b || typeof a !== "object" || a.constructor !== b.constructor) return false;
  const names = Object.keys(a);
  return names.length === Object.keys(b).length && names.every((name) => same(a[name], b[name]));
}
