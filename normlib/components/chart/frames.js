// Positions of the range input: which rows of the stacked arrays belong to one, and how they get on screen.

import { plan } from "./direct.js";
import { copy, put, same } from "./tree.js";

export function nearestIndex(values, value) {
  let best = 0;
  values.forEach((candidate, index) => {
    if (Math.abs(candidate - value) < Math.abs(values[best] - value)) best = index;
  });
  return best;
}

export function frameTexts(frames, index) {
  const texts = {};
  if (frames.titles.length) texts.title = frames.titles[index];
  if (frames.sentences.length) texts.sentence = frames.sentences[index];
  return texts;
}

// Whether the figure that the server has sent is the frame that is on screen.
export function isShown(before, after, index) {
  if (!before.frames || after.frames?.values[index] !== after.frames?.value) return false;
  const { data, layout } = copy(before.figure);
  for (const [trace, path, rows] of before.frames.data) put(data[trace], path, rows[index]);
  for (const [path, entries] of before.frames.layout) put(layout, path, entries[index]);
  return ["height", "narrow", "dark"].every((name) => same(before[name], after[name]))
    && same({ data, layout }, after.figure);
}

// Shows frames on one Plotly node: at once while they are moved, by Plotly itself when they rest.
export class Player {
  constructor(Plotly, node, frames) {
    Object.assign(this, { Plotly, node, frames });
  }

  // New frames, while the old ones' marks may still be where they were moved.
  adopt(frames) {
    this.frames = frames;
    this.outdated = true;
  }

  show(index) {
    if (this.outdated) this.restore();
    if (this.plan === undefined) this.plan = plan(this.node, this.frames);
    if (this.plan) this.plan.show(index);
    else this.settle(index);
  }

  settle(index) {
    this.restore();
    const layout = Object.fromEntries(this.frames.layout.map(([path, entries]) => [path, entries[index]]));
    const moved = new Map();
    for (const [trace, path, rows] of this.frames.data) {
      if (!moved.has(path)) moved.set(path, new Map());
      moved.get(path).set(trace, rows[index]);
    }
    const traces = [...new Set(this.frames.data.map(([trace]) => trace))];
    const data = {};
    for (const [path, rows] of moved) {
      // undefined leaves the attribute of a trace as it is.
      data[path] = traces.map((trace) => rows.get(trace));
    }
    return this.Plotly.update(this.node, data, layout, traces);
  }

  // Gives Plotly its nodes back, before it draws anything.
  restore() {
    this.plan?.restore();
    this.plan = undefined;
    this.outdated = false;
  }
}
