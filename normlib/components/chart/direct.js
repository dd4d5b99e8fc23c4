// Writes the positions of a frame straight into the SVG that Plotly has drawn.
//
// Milliseconds of script per step (median and 95th percentile, headless Chromium, software drawing, 2 cores):
//
//                                                 this file   restyle     react       animate(redraw: false)
//   2 histograms, 200 markers, 200 linking lines  0.8  0.9    14.7  18.5  15.9  19.8  16.3  17.5
//   5 panels of 13 features, 20 traces            0.4  0.5    16.9  19.7  18.1  26.2  16.3  19.1
//   contour 60 x 60, moving path of 100 points    0.3  0.4    13.4  15.1  13.6  18.3  16.5  16.9
//
// relayout of one shape and one annotation takes 14 to 19. With 15 ms of script every second or third frame
// is late; what costs is not the data but defaults, ticks and legend, which a frame does not change. So only
// the marks are moved, and Plotly draws the same frame itself once the hand rests: `restore` gives it back the
// nodes as it left them. Anything not understood here (stacked bars, text, heatmaps, axis ranges, ...) makes
// `plan` return null, and frames.js lets Plotly do every step.

export function plan(node, frames) {
  const saved = new Map();
  const set = (element, attribute, value) => {
    if (!saved.has(element)) saved.set(element, {});
    if (!(attribute in saved.get(element))) saved.get(element)[attribute] = read(element, attribute);
    write(element, attribute, value);
  };
  const writers = [...traceWriters(node, frames, set), ...layoutWriters(node, frames, set)];
  if (writers.includes(null)) return null;
  return {
    show: (index) => writers.forEach((writer) => writer(index)),
    restore() {
      for (const [element, attributes] of saved) {
        for (const [attribute, value] of Object.entries(attributes)) write(element, attribute, value);
      }
      saved.clear();
    },
  };
}

const read = (element, name) => (name === "text" ? element.textContent : element.getAttribute(name));

function write(element, name, value) {
  if (name === "text") element.textContent = value;
  else if (value === null) element.removeAttribute(name);
  else element.setAttribute(name, value);
}

// --- traces

function traceWriters(node, frames, set) {
  const moved = new Map();
  for (const [trace, path, rows] of frames.data) {
    if (path !== "x" && path !== "y") return [null];
    moved.set(trace, { ...moved.get(trace), [path]: rows });
  }
  const groups = new Map();
  for (const group of node.querySelectorAll("g.trace")) {
    const index = group.__data__?.[0]?.trace?.index;
    if (index !== undefined) groups.set(index, group);
  }
  return [...moved].map(([index, rows]) => {
    const trace = node._fullData[index];
    if (!trace) return null;
    if (trace.visible !== true) return () => {};
    const group = groups.get(index);
    const points = node.calcdata[index];
    const x = coordinate(node, trace.xaxis, rows.x, points, "x");
    const y = coordinate(node, trace.yaxis, rows.y, points, "y");
    if (!group || !x || !y) return null;
    if (trace.type === "scatter") return scatterWriter(trace, group, points, x, y, set);
    if (trace.type === "bar") return barWriter(trace, group, points, x, y, set, node._fullLayout);
    return null;
  });
}

// From a value to pixels inside its panel; only for axes on which that is a multiplication.
function scale(node, id) {
  const axis = id && node._fullLayout[id[0] + "axis" + id.slice(1)];
  const { _m: slope, _b: start } = axis ?? {};
  if (!Number.isFinite(slope) || !Number.isFinite(start) || axis.rangebreaks?.length) return null;
  const linear = (v) => slope * v + start;
  const log = (v) => linear(Math.log10(v));
  // `known` takes what Plotly has put into its calcdata: numbers also for categories and dates.
  return { axis, known: axis.type === "log" ? log : linear, pixel: { linear, log }[axis.type], ofLogarithm: linear };
}

// Pixels of all points in one direction: of the rows that move, or of what stays.
function coordinate(node, id, rows, points, letter) {
  const scaled = scale(node, id);
  if (!scaled || (rows && !scaled.pixel)) return null;
  if (rows) return { ...scaled, rows, at: (frame) => Array.from(rows[frame], (v) => round(scaled.pixel(v))) };
  // Where the other coordinate has a gap Plotly forgets this one, but the trace may still have it.
  const given = scaled.pixel && points[0]?.trace[letter];
  const still = given?.length
    ? Array.from(given, (v) => round(scaled.pixel(v)))
    : points.map((point) => round(scaled.known(point[letter])));
  return given?.length || still.every(Number.isFinite) ? { ...scaled, at: () => still } : null;
}

const round = (pixel) => Math.round(pixel * 100) / 100;

const STEPS = {
  linear: (x, y) => `L${x},${y}`,
  hv: (x, y) => `H${x}V${y}`,
  vh: (x, y) => `V${y}H${x}`,
  hvh: (x, y, before) => `H${round((before + x) / 2)}V${y}H${x}`,
};

function scatterWriter(trace, group, points, x, y, set) {
  const mode = trace.mode ?? "";
  const shape = trace.line?.shape ?? "linear";
  const fill = trace.fill ?? "none";
  if (mode.includes("text") || trace.error_x?.visible || trace.error_y?.visible || trace.stackgroup) return null;
  if (!(shape in STEPS) || trace.connectgaps || !["none", "tozeroy"].includes(fill)) return null;
  const writers = [];
  if (mode.includes("lines")) {
    const paths = [...group.querySelectorAll(".js-line")];
    const area = fill === "tozeroy" && group.querySelector(".js-fill");
    const gaps = [x, y].some(({ rows }) => rows?.some((row) => !row.every(Number.isFinite)));
    if (!paths.length || (fill !== "none" && (!area || gaps))) return null;
    writers.push((xs, ys) => {
      // Plotly has one path per piece between gaps; they look the same, so the first can hold them all.
      const line = linePath(xs, ys, STEPS[shape]);
      set(paths[0], "d", line || "M0,0");
      for (const path of paths.slice(1)) set(path, "d", "M0,0");
      if (area) {
        const zero = y.axis.type === "log" ? y.axis._length : round(y.known(0));
        set(area, "d", `M${xs.at(-1)},${zero}L${xs[0]},${zero}L${line.slice(1)}`);
      }
    });
  }
  if (mode.includes("markers")) {
    const marks = [...group.querySelectorAll(".points > .point")];
    // Plotly leaves out what it cannot place, and then marks and values do not pair up.
    if (marks.length !== points.length || trace.marker.maxdisplayed) return null;
    writers.push((xs, ys) => {
      marks.forEach((mark, place) => {
        const visible = Number.isFinite(xs[place]) && Number.isFinite(ys[place]);
        set(mark, "visibility", visible ? null : "hidden");
        if (visible) set(mark, "transform", `translate(${xs[place]},${ys[place]})`);
      });
    });
  }
  return (frame) => {
    const [xs, ys] = [x.at(frame), y.at(frame)];
    for (const writer of writers) writer(xs, ys);
  };
}

function linePath(xs, ys, step) {
  const pieces = [];
  let before = NaN;
  const count = Math.min(xs.length, ys.length);
  for (let place = 0; place < count; place++) {
    const [x, y] = [xs[place], ys[place]];
    if (!Number.isFinite(x) || !Number.isFinite(y)) {
      before = NaN;
      continue;
    }
    pieces.push(Number.isNaN(before) ? `M${x},${y}` : step(x, y, before));
    before = x;
  }
  return pieces.join("");
}

function barWriter(trace, group, bars, x, y, set, layout) {
  const paths = [...group.querySelectorAll(".point > path")];
  const upright = trace.orientation !== "h";
  const [along, across] = upright ? [x, y] : [y, x];
  const sideBySide = ["overlay", "group"].includes(layout.barmode);
  const plain = !trace.marker?.cornerradius && !layout.barcornerradius && !trace.text && !trace.texttemplate;
  if (!sideBySide || !plain || layout.barnorm || trace.error_x?.visible || trace.error_y?.visible) return null;
  if (along.rows || across.axis.type !== "linear") return null;
  if (paths.length !== bars.length || bars.some((bar) => bar.b)) return null;
  const edges = bars.map((bar) => [round(along.known(bar.p0)), round(along.known(bar.p1))]);
  return (frame) => {
    const ends = across.at(frame);
    const zero = round(across.known(0));
    paths.forEach((path, place) => {
      const end = ends[place];
      const [from, to] = edges[place];
      if (!Number.isFinite(end)) set(path, "d", "M0,0Z");
      else if (upright) set(path, "d", `M${from},${zero}V${end}H${to}V${zero}Z`);
      else set(path, "d", `M${zero},${from}V${to}H${end}V${from}Z`);
    });
  };
}

// --- shapes and annotations

function layoutWriters(node, frames, set) {
  const moved = new Map();
  for (const [path, entries] of frames.layout) {
    const [, kind, index, name] = path.match(/^(shapes|annotations)\[(\d+)\]\.(\w+)$/) ?? [];
    if (!kind) return [null];
    const id = `${kind}[${index}]`;
    if (!moved.has(id)) moved.set(id, { kind, index: Number(index), entries: {} });
    moved.get(id).entries[name] = entries;
  }
  return [...moved.values()].map(({ kind, index, entries }) =>
    kind === "shapes" ? shapeWriter(node, index, entries, set) : annotationWriter(node, index, entries, set));
}

// From a value to pixels in the whole figure, for a reference such as "x2", "x2 domain" or "paper".
function place(node, reference, letter, logarithms = false) {
  const size = node._fullLayout._size;
  const [start, length] = letter === "x" ? [size.l, size.w] : [size.t, size.h];
  if (reference === "paper") return (v) => start + length * (letter === "x" ? v : 1 - v);
  const [id, domain] = reference.split(" ");
  const { axis, pixel: ofValue, ofLogarithm } = scale(node, id) ?? {};
  const pixel = logarithms && axis?.type === "log" ? ofLogarithm : ofValue;
  if (!axis || (!domain && !pixel)) return null;
  if (domain) return (v) => axis._offset + axis._length * (letter === "x" ? v : 1 - v);
  return (v) => axis._offset + pixel(v);
}

function shapeWriter(node, index, entries, set) {
  const shape = node._fullLayout.shapes[index];
  const path = node.querySelector(`.shapelayer path[data-index="${index}"]`);
  if (!shape || !path || !["line", "rect"].includes(shape.type) || shape.label?.text) return null;
  if (Object.keys(entries).some((name) => !["x0", "x1", "y0", "y1"].includes(name))) return null;
  if ([shape.xref, shape.yref].some(Array.isArray)) return null;
  if (shape.xsizemode === "pixel" || shape.ysizemode === "pixel") return null;
  const toX = place(node, shape.xref, "x");
  const toY = place(node, shape.yref, "y");
  if (!toX || !toY) return null;
  return (frame) => {
    const at = (name) => (entries[name] ? entries[name][frame] : shape[name]);
    const [x0, x1] = [round(toX(at("x0"))), round(toX(at("x1")))];
    const [y0, y1] = [round(toY(at("y0"))), round(toY(at("y1")))];
    set(path, "d", shape.type === "line" ? `M${x0},${y0}L${x1},${y1}` : `M${x0},${y0}H${x1}V${y1}H${x0}Z`);
  };
}

function annotationWriter(node, index, entries, set) {
  const note = node._fullLayout.annotations[index];
  const group = node.querySelector(`.annotation[data-index="${index}"]`);
  const text = group?.querySelector("text.annotation-text");
  if (!note || !text || text.children.length) return null;
  if (Object.keys(entries).some((name) => !["x", "y", "text"].includes(name))) return null;
  if (note.showarrow && (note.axref !== "pixel" || note.ayref !== "pixel")) return null;
  // Markup and a box around the text need Plotly's own measuring.
  if (entries.text && (entries.text.some((entry) => /[<&]/.test(entry)) || note.borderwidth * note.opacity > 1)) {
    return null;
  }
  // Unlike shapes, notes are placed on a logarithmic axis by the logarithm.
  const toX = place(node, note.xref, "x", true);
  const toY = place(node, note.yref, "y", true);
  if (!toX || !toY) return null;
  const start = [toX(note.x), toY(note.y)];
  return (frame) => {
    if (entries.text) set(text, "text", String(entries.text[frame]));
    if (!entries.x && !entries.y) return;
    const [x, y] = [toX(entries.x ? entries.x[frame] : note.x), toY(entries.y ? entries.y[frame] : note.y)];
    // Plotly puts text on whole pixels, where it is sharp.
    set(group, "transform", `translate(${Math.round(x - start[0])},${Math.round(y - start[1])})`);
    set(group, "visibility", inside(node, note.xref, x) && inside(node, note.yref, y) ? null : "hidden");
  };
}

// As Plotly does: a note on a value that is off its axis is not shown.
function inside(node, reference, pixel) {
  if (reference === "paper" || reference.includes(" ")) return true;
  const { _offset, _length } = scale(node, reference).axis;
  return pixel >= _offset - 1 && pixel <= _offset + _length + 1;
}
