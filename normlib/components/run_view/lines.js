// Two lines of one arm: what is heard of a run, as if each line were an arm of its own.

// `arms` as the page sends them: `of` says which arm of the run a line shows, null its own; `values` names what
// stands in the place of a measure.
export function asLines(message, arms) {
  if (arms.every(({ of }) => of === null)) return message;
  const source = arms.map(({ of }, a) => of ?? a);
  const copies = (list, changed) => arms.flatMap((line, a) => (
    list.filter(({ arm }) => arm === source[a]).map((one) => ({ ...one, ...changed(one, line), arm: a }))));
  return {
    ...message,
    arms: source.map((arm, a) => ({ ...(message.arms[arm] ?? { seeds: [], steps: [] }), again: source.indexOf(arm) < a })),
    points: copies(message.points, (point, line) => ({ values: renamed(point.values, line.values) })),
    stopped: copies(message.stopped, () => ({})),
  };
}

const renamed = (values, names) => ({
  ...values, ...Object.fromEntries(Object.entries(names).map(([name, own]) => [name, values[own]]).filter(([, own]) => own)),
});
