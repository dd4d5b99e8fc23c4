// What is said of the active value: where its region lies, what the region is, and the value's own arithmetic.

import { arithmetic, write } from "./arithmetic.js";
import { Cube } from "./cube.js";
import { make } from "./grid.js";
import { boxOf, regionIndex, regionWords } from "./regions.js";

const LINES = 5;
const FEW = { digits: 4 };

export class Readout {
  constructor(after) {
    this.root = make("div", "nl-tensor-readout");
    after.after(this.root);
    this.cube = new Cube(this.root);
    const shared = make("div", "nl-tensor-shared", this.root);
    this.sharedHead = make("p", "nl-tensor-head", shared);
    this.words = make("p", "nl-tensor-words", shared);
    const table = make("table", "", shared);
    const head = make("tr", "", make("thead", "", table));
    make("td", "", head);
    for (const text of ["before", "after"]) make("th", "", head, { scope: "col" }).textContent = text;
    const body = make("tbody", "", table);
    this.rows = ["mean", "sd", "variance"].map((name) => {
      const row = make("tr", "", body);
      const title = make("th", "", row, { scope: "row" });
      title.textContent = name;
      return [title, make("td", "", row), make("td", "", row)];
    });
    const number = make("div", "nl-tensor-number", this.root);
    this.numberHead = make("p", "nl-tensor-head", number);
    this.where = make("p", "nl-tensor-words", number);
    const list = make("table", "nl-tensor-lines", number);
    const lines = make("tbody", "", list);
    this.lines = Array.from({ length: LINES }, () => {
      const row = make("tr", "", lines);
      return [make("th", "", row, { scope: "row" }), make("td", "nl-tensor-work", row), make("td", "", row)];
    });
    this.numberHead.textContent = "One number";
  }

  show({ shape, samples, channels, x }, step, place, flatIndex) {
    const { regions } = step;
    const used = [step.samples, ...shape.slice(1)];
    const box = regions ? boxOf(place, regions.spans) : null;
    this.cube.setShape(shape);
    this.cube.show(box, place);
    const said = this.share(regions, box, used, place, samples, channels, step.problem);
    const where = placeWords(place, shape, samples, channels);
    const { lines, result } = step.problem
      ? { lines: [["x", "", write(x[flatIndex])]], result: null }
      : arithmetic(x[flatIndex], place, used, regions);
    put(this.where, where);
    this.lines.forEach((cells, index) => {
      cells.forEach((cell, column) => put(cell, lines[index]?.[column] ?? ""));
      cells[0].parentNode.classList.toggle("nl-tensor-result", result !== null && index === lastFilled(lines));
    });
    const becomes = result === null ? "" : ` becomes ${write(result)}`;
    return `${where}. ${write(x[flatIndex])}${becomes}. ${said}`;
  }

  share(regions, box, used, place, samples, channels, problem) {
    if (!regions) {
      const nothing = problem ? "No mean, as this cannot be normalized." : "Nothing: every value stays as it is.";
      put(this.sharedHead, "Shares a mean with");
      put(this.words, nothing);
      for (const [, ...cells] of this.rows) for (const cell of cells) put(cell, "");
      return nothing;
    }
    const at = regionIndex(place, regions.spans, used);
    const few = (values) => tidy(values[at]);
    const square = regions.center ? "variance" : "mean square";
    const head = regions.own
      ? `Shares a ${regions.center ? "mean" : square} with`
      : "Is normalized with the running mean of";
    put(this.sharedHead, head);
    put(this.rows[2][0], regions.own ? square : "running variance");
    put(this.rows[0][0], regions.own ? "mean" : "running mean");
    const words = regionWords(box, used, samples, channels);
    put(this.words, words);
    const [mean, sd] = [few(regions.beforeMean), few(regions.beforeSd)];
    put(this.rows[0][1], mean);
    put(this.rows[0][2], few(regions.afterMean));
    put(this.rows[1][1], sd);
    put(this.rows[1][2], few(regions.afterSd));
    put(this.rows[2][1], few(regions.variance));
    return `${head} ${words}. Mean ${mean}, ${square} ${few(regions.variance)}.`;
  }
}

// What is nothing but rounding, next to values around 1, reads 0.
function tidy(value) {
  return Math.abs(value) < 1e-9 ? "0" : write(value, FEW);
}

const lastFilled = (lines) => lines.findLastIndex(([name]) => name !== "");

export function placeWords([n, h, w, c], [, H, W], samples, channels) {
  const pixel = H * W === 1 ? "" : `, row ${h + 1}, column ${w + 1}`;
  return `${samples[n]}${pixel}, ${channels[c]}`;
}

export function put(node, text) {
  if (node.textContent !== text) node.textContent = text;
}
