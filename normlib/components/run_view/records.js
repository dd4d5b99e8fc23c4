// Everything that was heard of one run, and what the curves want to know of it.
//
// A seed that has stopped still counts, as normlib.training.findings counts it: with its last accuracy, which is how
// far it came, and with an infinite loss. Without it an arm that often stops would look like its best seeds.

const LOSSES = new Set(["loss", "loss_mean", "test_nll"]);
const ACCURACIES = new Set(["accuracy", "test_accuracy", "test_accuracy_batch"]);

export class Records {
  constructor(steps, seeds, arms) {
    this.status = null;
    this.start(Array.from({ length: arms }, () => ({ seeds, steps })));
  }

  start(arms) {
    // A line that shows an arm once more is no network of its own.
    this.arms = arms.map(({ seeds, steps, again = false }) => (
      { seeds: [...seeds], steps: [...steps], again, heard: 0, points: new Map(), stopped: [], curves: new Map(), spreads: new Map() }));
    this.count = 0; // points so far
    this.newest = -1; // step that any arm has
    this.positions = union(this.arms.map(({ steps }) => steps));
  }

  add(message) {
    this.status = message.status;
    const known = this.arms.length === message.arms.length
      && message.arms.every(({ seeds, steps, again = false }, a) => (
        again === this.arms[a].again && alike(seeds, this.arms[a].seeds) && alike(steps, this.arms[a].steps)));
    if (message.reset || !known) this.start(message.arms);
    for (const { arm, step, seeds, values } of message.points) {
      const own = this.arms[arm];
      const places = seeds.map((seed) => own.seeds.indexOf(seed));
      const point = own.points.get(step) ?? {};
      for (const [name, numbers] of Object.entries(values)) {
        point[name] ??= new Array(own.seeds.length).fill(NaN);
        numbers.forEach((number, index) => (point[name][places[index]] = number ?? NaN));
        // The seeds of a step may come in several parts.
        own.spreads.delete(`${step} ${name}`);
      }
      own.heard += 1;
      if (!own.points.has(step)) this.count += 1;
      own.points.set(step, point);
      this.newest = Math.max(this.newest, step);
    }
    for (const one of message.stopped) this.arms[one.arm].stopped.push({ ...one });
  }

  get last() {
    return this.positions.at(-1) ?? 0;
  }

  get networks() {
    return this.arms.reduce((sum, { seeds, again }) => sum + (again ? 0 : seeds.length), 0);
  }

  // The last step of an arm that is not after `step`, or -1.
  stepAt(arm, step) {
    let found = -1;
    for (const own of this.arms[arm]?.points.keys() ?? []) if (own <= step && own > found) found = own;
    return found;
  }

  // Of all seeds at a step: { own: of one seed, median, low, high, count }, or null.
  at(arm, step, name, seed) {
    const own = this.arms[arm];
    const found = own?.points.get(step) && spreadAt(own, step, name);
    return found ? { ...found, own: own.points.get(step)[name][own.seeds.indexOf(seed)] } : null;
  }

  // The median over the seeds and their band, along the steps; `over` when no seed goes on. The same object as long as
  // nothing was heard.
  curve(arm, name) {
    const own = this.arms[arm];
    const state = `${own.heard} ${own.stopped.length}`;
    if (own.curves.get(name)?.state === state) return own.curves.get(name);
    const curve = { state, steps: [], median: [], low: [], high: [], count: [], over: own.stopped.length === own.seeds.length };
    for (const step of [...own.points.keys()].sort((a, b) => a - b)) {
      const found = spreadAt(own, step, name);
      if (!found) continue;
      curve.steps.push(step);
      for (const part of ["median", "low", "high", "count"]) curve[part].push(found[part]);
    }
    own.curves.set(name, curve);
    return curve;
  }

  // Where the seeds ended that could not go on: { step, value, seed, message }.
  ends(arm, name) {
    const own = this.arms[arm];
    return own.stopped.map((one) => ({ ...one, value: lastOf(own, one, name) }));
  }
}

// The numbers of all seeds at a step, NaN for those that do not count.
function counted(own, step, name) {
  const numbers = [...own.points.get(step)[name]];
  for (const one of own.stopped) {
    if (one.step > step) continue;
    const last = ACCURACIES.has(name) ? lastOf(own, one, name) : NaN;
    numbers[own.seeds.indexOf(one.seed)] = LOSSES.has(name) ? Infinity : ACCURACIES.has(name) ? last || 0 : NaN;
  }
  return numbers;
}

// What a seed was measured at last before it stopped; NaN if it never was.
function lastOf({ points, seeds }, one, name) {
  one.last ??= {};
  if (one.last[name] === undefined) {
    const place = seeds.indexOf(one.seed);
    let latest = -1;
    for (const [step, values] of points) {
      if (step > latest && step < one.step && Number.isFinite(values[name]?.[place])) latest = step;
    }
    one.last[name] = latest < 0 ? NaN : points.get(latest)[name][place];
  }
  return one.last[name];
}

// Kept until another seed stops, which may count at earlier steps too.
function spreadAt(own, step, name) {
  if (own.spreads.stopped !== own.stopped.length) own.spreads.clear();
  own.spreads.stopped = own.stopped.length;
  const key = `${step} ${name}`;
  if (!own.spreads.has(key)) own.spreads.set(key, own.points.get(step)[name] ? spread(counted(own, step, name)) : null);
  return own.spreads.get(key);
}

function spread(numbers) {
  const sorted = numbers.filter((number) => !Number.isNaN(number)).sort((a, b) => a - b);
  if (!sorted.length) return null;
  const middle = (sorted.length - 1) / 2;
  const median = (sorted[Math.floor(middle)] + sorted[Math.ceil(middle)]) / 2;
  return { median, low: sorted[0], high: sorted.at(-1), count: sorted.length };
}

const union = (lists) => [...new Set(lists.flat())].sort((a, b) => a - b);
const alike = (a, b) => a.length === b.length && a.every((item, index) => item === b[index]);
