// Inside the networks at the open step: a column per arm, a row per layer.

import { make } from "../normlib.tensor_view/grid.js";
import { put } from "../normlib.tensor_view/readout.js";
import { chosenLayers, rowsOf } from "./cells.js";
import { Column, recordOf } from "./column.js";
import { Loader } from "./load.js";
import { dotsOf } from "./region.js";
import { textWidth } from "./words.js";

const NARROWEST = 164; // pixels of a column
const WIDEST = 380;
const LARGEST = 240; // of the picture of the plane
const GAP = 18;
const NARROW = 560; // below this width of the view two columns fill it, closer together
const NARROW_GAP = 10;
const SIDES = [["input", "Entering the norm"], ["output", "Leaving the norm"]];

const QUIET = 300; // ms without a new step before the pictures are described anew

let views = 0;

export class Inside {
  // `wanted` is called when the learner wants to see another seed, `loaded` when there is more to see.
  constructor(after, { wanted, loaded }) {
    Object.assign(this, { side: "input", seed: null, columns: [] });
    this.root = make("div", "nl-run-inside");
    after.after(this.root);
    this.tools = make("div", "nl-run-tools", this.root);
    this.title = make("h3", "", this.tools);
    this.title.textContent = "Inside the networks";
    this.switch();
    const label = make("label", "nl-run-seed", this.tools);
    label.append("Seed ");
    this.select = make("select", "", label);
    this.select.addEventListener("change", () => {
      this.seed = Number(this.select.value);
      wanted();
      this.again();
    });
    this.more = make("p", "nl-run-more", this.root, { hidden: "" });
    this.box = make("div", "nl-run-box", this.root, { role: "group", "aria-label": "One column for each arm" });
    this.grid = make("div", "nl-run-grid", this.box);
    this.caption = make("p", "nl-run-caption", this.root);
    this.loader = new Loader((data) => {
      this.data = data;
      loaded();
    });
    this.observer = new ResizeObserver(() => this.box.clientWidth !== this.wide && this.again());
    this.observer.observe(this.box);
  }

  switch() {
    const name = `nl-run-side-${++views}`;
    this.sides = make("fieldset", "nl-run-sides", this.tools);
    make("legend", "", this.sides).textContent = "Values";
    SIDES.forEach(([side, text], index) => {
      const label = make("label", "", this.sides);
      const input = make("input", "", label, { type: "radio", name, value: side });
      input.checked = index === 0;
      input.addEventListener("change", () => {
        this.side = side;
        this.again();
      });
      make("span", "", label).textContent = text;
    });
  }

  // --- from the page

  setUp({ arms, layers, toy, seeds }) {
    const parts = { plane: Boolean(toy), layers: layers.length > 0 };
    const key = JSON.stringify([arms, layers, parts.plane]);
    Object.assign(this, { names: layers, toy, chosen: chosenLayers(layers.length) });
    this.dots = null;
    this.root.hidden = !layers.length && !toy;
    this.sides.hidden = !layers.length || !arms.some(({ norms }) => norms.some(Boolean));
    this.setSeeds(seeds);
    if (key === this.key) return;
    this.key = key;
    this.grid.replaceChildren();
    this.placed = null;
    this.gutter(parts);
    this.columns = arms.map((arm) => new Column(this.grid, arm, parts));
    this.grid.style.gridTemplateRows = `repeat(${2 + parts.plane + parts.layers}, auto)`;
    put(this.caption, this.explained(arms, layers.length));
  }

  setSeeds(seeds) {
    if (this.seeds?.join() === seeds.join()) return;
    this.seeds = [...seeds];
    if (!seeds.includes(this.seed)) this.seed = seeds[0];
    this.select.replaceChildren(...seeds.map((seed) => {
      const option = make("option", "", null, { value: seed });
      option.textContent = seed;
      return option;
    }));
    this.select.value = this.seed;
    this.select.disabled = seeds.length < 2;
  }

  // The names of the rows, which stay where they are when the columns scroll.
  gutter({ plane, layers }) {
    const corners = Array.from({ length: 1 + plane }, () => make("div", "nl-run-gutter", this.grid));
    this.rowNames = layers ? make("div", "nl-run-gutter nl-run-rows", this.grid) : null;
    make("div", "nl-run-gutter", this.grid);
    if (layers) corners.at(-1).textContent = "Layer";
  }

  explained(arms, many) {
    if (!many) return "";
    const words = [
      "A histogram holds the values of one batch from −5 to 5, its outer bars all beyond; the mark below it is the mean, "
      + "one sd to each side.",
    ];
    words.push("The gradient's bar grows by a quarter for every factor of 100.");
    if (this.chosen.length < many) {
      words.push(`${this.chosen.length} of ${many} layers are shown: the first, the last, and others evenly between.`);
    }
    const mixed = arms.some(({ norms }) => norms.some(Boolean) && !norms.every(Boolean));
    if (mixed) words.push("Pale: a layer without a norm.");
    return words.join(" ");
  }

  // --- from the run

  fetch(watched) {
    if (this.root.hidden) return;
    this.setSeeds([...new Set(watched.records.arms.flatMap(({ seeds }) => seeds))]);
    this.name = watched.name;
    this.loader.want(watched, this.seed);
  }

  // --- drawing

  again() {
    if (this.last) this.show(...this.last);
  }

  measure(theme) {
    this.wide = this.box.clientWidth;
    const font = `12px ${theme.font}`;
    const names = this.chosen.map((layer) => textWidth(this.names[layer], font));
    const gutter = this.names.length ? Math.ceil(Math.max(textWidth("Layer", font), ...names)) + 4 : 0;
    const narrow = this.wide < NARROW;
    const gap = narrow ? NARROW_GAP : GAP;
    const many = narrow ? Math.min(2, this.columns.length) : this.columns.length;
    const room = (this.wide - gutter) / Math.max(1, many) - gap;
    const width = Math.floor(Math.min(WIDEST, narrow ? room : Math.max(NARROWEST, room)));
    const size = Math.min(width, LARGEST);
    const key = `${width} ${size} ${theme.dark} ${theme.text}`;
    if (this.toy && (!this.dots || key !== this.dotted)) this.dots = dotsOf(size, this.toy, theme);
    this.dotted = key;
    return { width, size, gutter, gap };
  }

  place({ width, gutter, gap }, rows) {
    const key = `${width} ${gutter} ${rows.height} ${this.columns.length}`;
    if (key === this.placed) return;
    this.placed = key;
    this.grid.style.columnGap = `${gap}px`;
    this.grid.style.gridTemplateColumns = `${gutter}px repeat(${this.columns.length}, ${width}px)`;
    this.rowNames?.replaceChildren(...this.chosen.map((layer, row) => {
      const name = make("span", "", null);
      name.textContent = this.names[layer];
      name.style.top = `${row * rows.step + rows.bars - 14}px`;
      return name;
    }));
    // Reckoned, not looked up: what is drawn in a column may reach beyond it for a moment.
    const scrolls = gutter + this.columns.length * (gap + width) > this.wide + 1;
    // Only what scrolls is worth a stop of the Tab key.
    if (scrolls) this.box.setAttribute("tabindex", "0");
    else this.box.removeAttribute("tabindex");
    this.more.hidden = !scrolls;
    put(this.more, `${this.columns.length} networks stand side by side: scroll sideways.`);
  }

  show(picture, step, theme) {
    this.last = [picture, step, theme];
    if (this.root.hidden || !this.box.clientWidth) return;
    const size = this.measure(theme);
    const rows = rowsOf(this.names.length);
    this.place(size, rows);
    const { records, dim } = picture;
    this.grid.classList.toggle("nl-run-dim", dim || this.data?.name !== this.name || this.data?.seed !== this.seed);
    const { chosen, side, toy, dots } = this;
    this.inside = this.columns.map((column, a) => {
      const inside = recordOf(this.data?.arms[column.arm.of ?? a], step);
      column.showNumbers(records, a, step, this.seed, this.names);
      column.draw(inside, { ...size, rows, chosen, side, theme, toy, dots });
      column.showNote(inside, this.names);
      return inside;
    });
    clearTimeout(this.describing);
    this.describing = setTimeout(() => this.describe(), QUIET);
  }

  // The pictures in words, once the step rests.
  describe() {
    return this.columns.map((column, a) => column.describe(this.inside?.[a], this.chosen, this.side, this.names));
  }

  // The open step in words, an entry per arm.
  words(records, step) {
    const described = this.describe();
    return this.columns.map((column, a) => {
      const parts = described[a];
      const ends = [parts[0], parts.length > 1 ? parts.at(-1) : ""].filter(Boolean);
      const accuracy = records.at(a, records.stepAt(a, step), "test_accuracy", this.seed);
      const share = accuracy ? `median test accuracy ${Math.round(1000 * accuracy.median) / 10} %` : "nothing measured";
      return `${column.arm.name}: ${[share, ...ends].join("; ")}.`;
    });
  }

  dispose() {
    this.loader.dispose();
    clearTimeout(this.describing);
    this.observer.disconnect();
  }
}
