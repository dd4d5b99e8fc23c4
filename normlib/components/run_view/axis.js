// The range of the vertical axis: it holds the curves, and grows in few and calm steps.

const ROUND = [1, 1.5, 2, 3, 5, 7.5, 10];
const DECADES = 6; // at most, below the top of a logarithmic axis
const SHOOT = { linear: 3, log: 1e4 }; // a curve may rise by this factor over its start before it leaves the figure

// `curves` as in records.js; `before` is the range so far, or null. Logarithmic ranges are exponents, as Plotly has them.
export function rangeOf(curves, { percent, log }, before) {
  if (percent) return [-0.02, 1.02];
  const values = curves.flatMap(({ low, high }) => [...low, ...high]).filter(Number.isFinite);
  if (!values.length) return before ?? (log ? [-2, 1] : [0, 1]);
  const most = top(curves, log ? SHOOT.log : SHOOT.linear);
  if (log) {
    const positive = values.filter((value) => value > 0);
    const high = Math.ceil(Math.log10(Math.max(most, Number.MIN_VALUE)) + 0.02);
    const low = Math.max(Math.floor(Math.log10(Math.min(most, ...positive)) - 0.02), high - DECADES);
    const range = [Math.min(low, high - 1), high];
    return before ? [Math.min(range[0], before[0]), Math.max(range[1], before[1])] : range;
  }
  const high = ceiling(most * 1.02);
  const least = Math.min(0, ...values);
  const low = least < 0 ? -ceiling(-least) : 0;
  return before ? [Math.min(low, before[0]), Math.max(high, before[1])] : [low, high];
}

// Arms that diverge must not flatten the others: a curve may rise high over where the arms start, in the median, and
// what an arm that goes on has come to is always seen.
function top(curves, shoot) {
  const starts = curves.map(({ high }) => high[0]).filter((value) => value > 0 && Number.isFinite(value));
  starts.sort((a, b) => a - b);
  const most = Math.max(...curves.flatMap(({ high }) => high).filter(Number.isFinite));
  if (!starts.length) return most;
  const now = curves.filter(({ over }) => !over).map(({ median }) => median.at(-1)).filter(Number.isFinite);
  return Math.min(most, Math.max(shoot * starts[Math.floor((starts.length - 1) / 2)], 1.1 * Math.max(0, ...now)));
}

function ceiling(value) {
  if (!(value > 0)) return 1;
  const unit = 10 ** Math.floor(Math.log10(value));
  return ROUND.find((round) => round * unit >= value) * unit;
}

// Labels at wanted heights, in pixels from the top: none over another, all inside, in the same order.
export function apart(wanted, gap, height) {
  const order = wanted.map((_, index) => index).sort((a, b) => wanted[a] - wanted[b] || a - b);
  const room = Math.min(gap, height / Math.max(1, wanted.length - 1));
  const placed = [];
  order.forEach((index, rank) => {
    placed[index] = Math.max(wanted[index], rank ? placed[order[rank - 1]] + room : 0);
  });
  for (let rank = order.length - 1; rank >= 0; rank--) {
    const below = rank === order.length - 1 ? height : placed[order[rank + 1]] - room;
    placed[order[rank]] = Math.min(placed[order[rank]], below);
  }
  return placed;
}
