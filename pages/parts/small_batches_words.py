"""What a run over methods and batch sizes measured, in words."""

from __future__ import annotations

from typing import Final

import numpy as np

from normlib.figures.look import METHODS
from normlib.intervals import Interval
from normlib.training.presets import COMMON, WU_HE
from normlib.words import count, listed, number
from pages.parts.measured import share
from pages.parts.small_batches import NAMES, Grid, interval

UNDECIDED: Final = "All the same"
MARGIN: Final = 0.01
"""A point, within which the expectation calls two methods alike."""
BEHIND: Final = 0.05
"""More errors than this at the largest batch are pointed out."""
LEARNED: Final = 0.8
"""A network whose error is above this share of a guess's has learned nothing to speak of."""
NOT_DETECTED: Final = "no difference is detected at this scale"


def points(value: float) -> str:
    """Write a difference of shares in percentage points.

    >>> points(0.0123), points(-0.2), points(0.0004)
    ('1.2', '−20', '0.04')
    """
    return number(100 * value, 2)


def span(found: Interval, sign: int = 1) -> str:
    """Write the ends of an interval in points."""
    low, high = sorted((sign * found.low, sign * found.high))
    return f"95 % interval {points(low)} to {points(high)}"


def title(g: Grid) -> str:
    """Say what to see in the errors."""
    if np.isnan(g.errors).all():
        return "What will a small batch cost?"
    if np.isnan(g.errors[:, 0]).any():
        return "The first results are coming in"
    if g.diverged:
        return "Every network stopped: its loss was no longer a number"
    guessing = 1 - 1 / g.crossed.base.size.classes
    if g.complete and g.errors.mean(axis=2).min() > LEARNED * guessing:
        return f"Nothing was learned: a guess is wrong in {share(guessing)}"
    one, other = (share(float(g.of(name)[0].mean())) for name in ("batch", "group"))
    found = interval(g.minus("batch", "group", 0))
    if g.complete and found is not None and found.low <= 0 <= found.high:
        return f"Batches of {g.sizes[0]}: batch norm and group norm are not told apart, {one} and {other} errors"
    text = f"batches of {g.sizes[0]}: {one} errors with batch norm, {other} with group norm"
    return text[:1].upper() + text[1:] if g.complete else f"So far ({100 * g.done:.0f}\xa0%), {text}"


def sentence(g: Grid, guess: str | None = None, *, brief: bool = False) -> str:
    """Answer the question of the page; `brief` without what can be seen in the figure."""
    if g.diverged:
        return "All seeds of every method stopped, so there is nothing to compare: choose a smaller learning rate."
    if np.isnan(g.errors).any() or not g.complete:
        return "Nothing is decided before the end: the points are the latest test errors of networks that still learn."
    if g.seeds == 1:
        return "One seed cannot say whether a difference is luck: choose more."
    first, common = (interval(g.minus("batch", "group", place)) for place in (0, g.common))
    more = interval(g.minus("batch", "group", 0) - g.minus("batch", "group", g.common))
    if first is None or common is None or more is None:
        return "There are too few numbers for an interval: choose more seeds."
    parts = [
        f"With batches of {g.sizes[0]}, batch norm {_against(first)}; with batches of {COMMON}, batch norm {_against(common)}.",
    ]
    if not brief:
        parts.append(f"Going from {COMMON} to {g.sizes[0]} rows {_changes(more)}.")
    if g.stopped.any():
        parts.append(
            f"{count(int(g.stopped.sum()), 'network')} of {g.stopped.size * g.seeds} stopped, and count as they were."
        )
    parts += [] if brief else few_updates(g)
    return " ".join([*([verdict(g, guess)] if guess else []), *parts])


def few_updates(g: Grid) -> list[str]:
    """Say where the largest batch leaves too few updates to learn in, if it does."""
    behind = {name: float((g.of(name)[-1] - g.of(name)[g.common]).mean()) for name in g.methods}
    if max(behind.values()) <= BEHIND:
        return []
    steps = g.crossed.experiments[-1].steps
    told = listed([f"{NAMES[name]} {share(float(g.of(name)[-1].mean()))}" for name in g.methods])
    return [f"Batches of {g.sizes[-1]} leave {count(steps, 'update')} in the same epochs: errors there are {told}."]


def _against(found: Interval) -> str:
    if found.low <= 0 <= found.high:
        return f"and group norm are not told apart ({points(found.mean)} points, {span(found)})"
    more = "more" if found.mean > 0 else "fewer"
    sign = 1 if found.mean > 0 else -1
    return f"makes {points(abs(found.mean))} points {more} errors than group norm ({span(found, sign)})"


def _changes(more: Interval) -> str:
    if more.low <= 0 <= more.high:
        return f"shows no cost of batch norm beyond that of group norm ({points(more.mean)} points, {span(more)}): {NOT_DETECTED}"
    sign = 1 if more.mean > 0 else -1
    who = "batch norm" if more.mean > 0 else "group norm"
    other = "group norm" if more.mean > 0 else "batch norm"
    return f"costs {who} {points(abs(more.mean))} points more than {other} ({span(more, sign)})"


def dearest(g: Grid) -> tuple[str, ...]:
    """Return the method whose error rises most towards the smallest batch, and those not told apart from it."""
    costs = {name: g.cost(name) for name in g.methods}
    worst = max(costs, key=lambda name: float(costs[name].mean()))
    alike = [worst]
    for name, values in costs.items():
        found = interval(costs[worst] - values)
        if name != worst and (found is None or found.low <= 0):
            alike.append(name)
    return tuple(alike)


def verdict(g: Grid, guess: str) -> str:
    """Say what became of a guess."""
    found = dearest(g)
    worst = NAMES[found[0]]
    loss = interval(g.cost(found[0]))
    if guess == UNDECIDED:
        less = listed([NAMES[name] for name in g.methods if name not in found])
        return (
            f"You expected no difference; {worst} loses more than {less}."
            if less
            else "You expected no difference, and none was found."
        )
    name = next(name for name, style in METHODS.items() if style.name == guess)
    if loss is None or loss.low <= 0:
        return f"You expected {NAMES[name]} to lose most; these seeds do not show that any method loses."
    if found == (name,):
        return f"You expected {NAMES[name]} to lose most, and it does."
    if name in found:
        return f"You expected {NAMES[name]} to lose most; these seeds do not tell it apart from {listed([NAMES[one] for one in found if one != name])}."
    return f"You expected {NAMES[name]} to lose most; {worst} loses more."


def gap_title(g: Grid) -> str:
    """Say what to see in the two modes."""
    first = float(g.gaps[0].mean())
    if not np.isfinite(first):
        return "What will the two modes say?"
    if abs(first) < MARGIN / 20:
        return f"Batches of {g.sizes[0]}: batch norm is equally accurate in both modes"
    less = "less" if first < 0 else "more"
    return f"Batches of {g.sizes[0]}: batch norm is {points(abs(first))} points {less} accurate in training mode"


def gap_sentence(g: Grid) -> str:
    """Say how far the two modes of batch norm are apart."""
    first, last = (interval(g.gaps[place]) for place in (0, -1))
    if first is None or last is None:
        return "The networks are training, or there is one seed alone: an interval needs two."
    power = gap_power(g)
    both = bool((g.gaps.mean(axis=1) > 0).any() and (g.gaps.mean(axis=1) < 0).any())
    fall = " Its sign changes on the way." if both else ""
    if power is not None:
        fall = f" The gap changes with the power {number(power, 2)} of the batch size."
    return (
        "The same networks of batch norm on the same test rows, once with the statistics of the test rows' own batch and once "
        f"with running ones: with batches of {g.sizes[0]} training mode minus inference mode is {points(first.mean)} points of "
        f"accuracy ({span(first)}), with {g.sizes[-1]} {points(last.mean)} ({span(last)}).{fall}"
    )


def gap_power(g: Grid) -> float | None:
    """Return the slope of the logarithm of the gap over that of the batch size, where all gaps have one sign."""
    means = g.gaps.mean(axis=1)
    if not np.isfinite(means).all() or not (np.all(means > 0) or np.all(means < 0)):
        return None
    return float(np.polyfit(np.log(g.sizes), np.log(np.abs(means)), 1)[0])


def published_title() -> str:
    """Say what they found."""
    batch, group = WU_HE.errors["batch"], WU_HE.errors["group"]
    return (
        f"On ImageNet, {WU_HE.batches[0]} images per worker cost batch norm {points(batch[0] - batch[-1])} points, "
        f"and group norm {points(group[0] - group[-1])}"
    )


def published_sentence(g: Grid) -> str:
    """Put their numbers and ours beside each other."""
    apart = WU_HE.errors["batch"][0] - WU_HE.errors["group"][0]
    ours = interval(g.minus("batch", "group", 0))
    told = (
        "Ours are not measured yet."
        if ours is None
        else f"Here it is {points(ours.mean)} points ({span(ours)}, {count(g.seeds, 'seed')})."
    )
    return (
        f"Not our numbers, in the first panel: {WU_HE.what} ({WU_HE.source}), without intervals. With {WU_HE.batches[0]} images batch norm's "
        f"error is {points(apart)} points above group norm's. {told} Network, images and task differ: the shapes can be compared, not the heights."
    )


def judged(g: Grid) -> str:
    """Hold the measurement against what would have refuted the expectation."""
    found = interval(g.minus("batch", "group", 0))
    if found is None or not g.complete:
        return "There is no interval yet."
    measured = (
        f"Batch norm minus group norm with batches of {g.sizes[0]} is {points(found.mean)} points ({span(found)})."
    )
    if found.high < MARGIN:
        return f"{measured} That refutes the expectation for this network: the whole interval is under {points(MARGIN)} point."
    if found.low > MARGIN:
        return f"{measured} That is as expected: the whole interval is above {points(MARGIN)} point."
    return f"{measured} That decides nothing: the interval has {points(MARGIN)} point inside."
