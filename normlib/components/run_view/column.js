// One arm: its name, its numbers at the open step, how it divides the plane, and its layers.

import { make } from "../normlib.tensor_view/grid.js";
import { put } from "../normlib.tensor_view/readout.js";
import { drawLayers } from "./cells.js";
import { colourOf } from "./curves.js";
import { drawRegion } from "./region.js";
import { write, writeMoment, writeShare, writeStep } from "./words.js";

const DASHES = { solid: "", dot: "2 3", dash: "7 4", longdash: "11 4", dashdot: "7 3 2 3", longdashdot: "11 3 2 3" };
const NUMBERS = [["Test accuracy", "test_accuracy", writeShare], ["Loss", "loss", (value) => write(value, 2)]];

export class Column {
  constructor(parent, arm, { plane, layers }) {
    this.arm = arm;
    this.head = make("div", "nl-run-head", parent);
    const name = make("p", "nl-run-name", this.head);
    this.swatch = swatch(name, arm.dash);
    make("span", "", name).textContent = arm.name;
    const table = make("table", "", this.head);
    const titles = make("tr", "", make("thead", "", table));
    make("td", "", titles);
    this.seed = make("th", "", titles, { scope: "col" });
    make("th", "", titles, { scope: "col" }).textContent = "median";
    const body = make("tbody", "", table);
    this.cells = NUMBERS.map(([title]) => {
      const row = make("tr", "", body);
      make("th", "", row, { scope: "row" }).textContent = title;
      return [make("td", "", row), make("td", "", row)];
    });
    this.ended = make("p", "nl-run-ended", this.head);
    // Named before there is anything to tell.
    const picture = { role: "img", "aria-label": "No values yet" };
    this.region = plane ? make("canvas", "nl-run-region", parent, picture) : null;
    this.layers = layers ? make("canvas", "nl-run-layers", parent, picture) : null;
    this.note = make("p", "nl-run-note", parent);
  }

  // The numbers of the chosen seed and of the median over all.
  showNumbers(records, a, step, seed, names) {
    const at = step === null ? -1 : records.stepAt(a, step);
    put(this.seed, `seed ${seed}`);
    NUMBERS.forEach(([, name, written], row) => {
      const found = at < 0 ? null : records.at(a, at, name, seed);
      put(this.cells[row][0], Number.isFinite(found?.own) ? written(found.own) : "–");
      put(this.cells[row][1], found ? written(found.median) : "–");
    });
    const { stopped = [], seeds = [] } = records.arms[a] ?? {};
    const own = stopped.find((one) => one.seed === seed);
    const others = stopped.filter((one) => step !== null && one.step <= step).length;
    if (own && step !== null && own.step <= step) {
      put(this.ended, `Stopped at step ${writeStep(own.step)}, ${place(own.layer, names)}`);
    } else put(this.ended, others ? `${others} of ${seeds.length} seeds stopped` : "");
  }

  draw(inside, { width, rows, chosen, side, theme, toy, dots, size }) {
    const { arm } = this;
    const colour = colourOf(arm, theme);
    this.swatch.setAttribute("stroke", colour);
    if (this.region) drawRegion(this.region, size, inside?.regions, toy, theme, dots);
    if (!this.layers) return;
    const layers = chosen.map((layer) => inside && layerOf(inside, layer, side, arm.norms[layer]));
    drawLayers(this.layers, width, layers, rows, { theme, colour, idle: arm.idle });
  }

  // The sentence below: what batch norm's running statistics are worth, or that there is no norm.
  showNote(inside, names) {
    if (!this.arm.norms.some(Boolean)) {
      put(this.note, this.arm.norms.length ? "No norm: the values where one would stand." : "");
      return;
    }
    const gaps = [...(inside?.running_mean_gap ?? [])];
    const worst = gaps.reduce((most, gap, layer) => (gap > (gaps[most] ?? -1) ? layer : most), -1);
    put(this.note, worst < 0 ? "" : `Layer ${names[worst]}: running mean is ${write(gaps[worst], 2)}\u00a0sd from the batch mean, `
      + `spread ratio ${write(inside.running_sd_ratio[worst], 3)}.`);
  }

  describe(inside, chosen, side, names) {
    const parts = chosen.map((layer) => {
      const { mean, sd, idle } = (inside && layerOf(inside, layer, side, true)) ?? {};
      if (!Number.isFinite(mean)) return "";
      const share = this.arm.idle && Number.isFinite(idle) ? `, ${Math.round(100 * idle)} % ${this.arm.idle}` : "";
      return `layer ${names[layer]}: mean ${writeMoment(mean)}, sd ${writeMoment(sd)}${share}`;
    });
    this.layers?.setAttribute("aria-label", `${this.arm.name}: ${parts.filter(Boolean).join("; ") || "no values yet"}`);
    this.region?.setAttribute("aria-label", `${this.arm.name}: how the network divides the plane, with the training points`);
    return parts;
  }
}

// Layers are counted from 1; before the first of a transformer there is its embedding.
function place(layer, names) {
  if (layer > names.length) return "output layer";
  const name = names[layer - 1] ?? "embedding";
  return /^\d/.test(name) ? `layer ${name}` : name;
}

// One record of one arm: the row of every array.
export function recordOf(arm, step) {
  if (!arm || step === null) return null;
  const row = arm.steps.findLastIndex((own) => own <= step);
  if (row < 0) return null;
  return Object.fromEntries(Object.entries(arm.values).map(([name, rows]) => [name, rows[row]]));
}

function layerOf(inside, layer, side, normed) {
  const own = (name) => inside[name]?.[layer];
  if (own("input_mean") === undefined && own("input_histogram") === undefined) return null;
  return {
    normed, histogram: own(`${side}_histogram`), mean: own(`${side}_mean`), sd: own(`${side}_sd`),
    idle: own("idle"), gradient: own("gradient_norm"),
  };
}

function swatch(parent, dash) {
  const picture = document.createElementNS("http://www.w3.org/2000/svg", "svg");
  for (const [name, value] of Object.entries({ width: 28, height: 8, "aria-hidden": "true" })) picture.setAttribute(name, value);
  const line = document.createElementNS("http://www.w3.org/2000/svg", "line");
  const look = { x1: 0, x2: 28, y1: 4, y2: 4, "stroke-width": 2.5, "stroke-dasharray": DASHES[dash] ?? "" };
  for (const [name, value] of Object.entries(look)) line.setAttribute(name, value);
  picture.append(line);
  parent.append(picture);
  return line;
}
