// The block N x C x (H·W) in isometric projection, the region inside it, and the active value.

const NS = "http://www.w3.org/2000/svg";
const SIZE = [168, 176];
const RIGHT = Math.cos(Math.PI / 6);
const DOWN = Math.sin(Math.PI / 6);
const EDGE = { c: 78, n: 78, v: 72 }; // length of the block along C, N and H·W, in pixels
const ORIGIN = [22, 2 + EDGE.n * DOWN]; // of c = n = v = 0
const MOST_LINES = 24; // more divisions than that would be grey
const MOST_BOXES = 40;

// c runs to the right and down, n to the right and up, v down; each from 0 to 1.
function project(c, n, v) {
  return [
    ORIGIN[0] + RIGHT * (c * EDGE.c + n * EDGE.n),
    ORIGIN[1] + DOWN * (c * EDGE.c - n * EDGE.n) + v * EDGE.v,
  ];
}

const points = (corners) => corners.map((corner) => project(...corner).map((n) => n.toFixed(1)).join(",")).join(" ");

// The three faces that are seen: above, at the first sample, and at the last channel.
const faces = ([c0, c1], [n0, n1], [v0, v1]) => [
  [[c0, n0, v0], [c1, n0, v0], [c1, n1, v0], [c0, n1, v0]],
  [[c0, n0, v0], [c1, n0, v0], [c1, n0, v1], [c0, n0, v1]],
  [[c1, n0, v0], [c1, n1, v0], [c1, n1, v1], [c1, n0, v1]],
];

export class Cube {
  constructor(parent) {
    this.svg = add(parent, "svg", {
      class: "nl-tensor-cube", viewBox: `0 0 ${SIZE.join(" ")}`, width: SIZE[0], height: SIZE[1], "aria-hidden": "true",
    });
    this.frame = add(this.svg, "g", { class: "nl-tensor-frame" });
    this.region = add(this.svg, "g", { class: "nl-tensor-region" });
    this.dot = add(this.svg, "circle", { class: "nl-tensor-dot", r: 3.5 });
    this.boxes = [];
  }

  setShape(shape, samples) {
    const name = [...shape, samples].join();
    if (name === this.name) return;
    this.name = name;
    this.shape = shape;
    const [N, H, W, C] = shape;
    this.frame.replaceChildren();
    for (const face of faces([0, 1], [0, 1], [0, 1])) add(this.frame, "polygon", { points: points(face) });
    const line = (class_, ...ends) => add(this.frame, "polyline", { class: class_, points: points(ends) });
    if (C <= MOST_LINES) {
      for (let c = 1; c < C; c++) line("fine", [c / C, 1, 0], [c / C, 0, 0], [c / C, 0, 1]);
    }
    if (N <= MOST_LINES) {
      for (let n = 1; n < N; n++) line("fine", [0, n / N, 0], [1, n / N, 0], [1, n / N, 1]);
    }
    const label = (text, [x, y], anchor) => {
      add(this.frame, "text", { x, y, "text-anchor": anchor }).textContent = text;
    };
    const [cx, cy] = project(0.5, 0, 1);
    const [nx, ny] = project(1, 0.5, 1);
    const [vx, vy] = project(0, 0, 0.5);
    label("C", [cx - 9, cy + 15], "middle");
    label("N", [nx + 9, ny + 15], "middle");
    add(this.frame, "text", {
      transform: `translate(${vx - 6} ${vy}) rotate(-90)`, "text-anchor": "middle",
    }).textContent = H * W === 1 ? "H, W = 1" : "H, W";
  }

  // `box` is null where nothing is shared.
  show(box, place) {
    const [N, H, W, C] = this.shape;
    const runs = box ? positions(box, H, W) : [];
    runs.forEach((run, index) => {
      const group = (this.boxes[index] ??= add(this.region, "g"));
      if (!group.childNodes.length) for (let face = 0; face < 3; face++) add(group, "polygon");
      const span = ([first, end], length) => [first / length, end / length];
      faces(span(box[3], C), span(box[0], N), span(run, H * W)).forEach((face, number) => {
        group.childNodes[number].setAttribute("points", points(face));
      });
      group.removeAttribute("display");
    });
    for (const group of this.boxes.slice(runs.length)) group.setAttribute("display", "none");
    const [n, h, w, c] = place;
    const [x, y] = project((c + 0.5) / C, (n + 0.5) / N, (h * W + w + 0.5) / (H * W));
    this.dot.setAttribute("cx", x.toFixed(1));
    this.dot.setAttribute("cy", y.toFixed(1));
  }
}

// The positions of a box, row by row as they lie along H·W, in runs of neighbours; the last run is drawn first.
function positions([, [h0, h1], [w0, w1]], H, W) {
  if (w1 - w0 === W || h1 - h0 === 1) return [[h0 * W + w0, (h1 - 1) * W + w1]];
  const runs = [];
  for (let h = h1 - 1; h >= h0 && runs.length < MOST_BOXES; h--) runs.push([h * W + w0, h * W + w1]);
  return runs;
}

function add(parent, name, attributes = {}) {
  const node = document.createElementNS(NS, name);
  for (const [attribute, value] of Object.entries(attributes)) node.setAttribute(attribute, value);
  parent.append(node);
  return node;
}
