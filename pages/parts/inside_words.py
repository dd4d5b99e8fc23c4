"""Covariate shift inside the network: the four arms at their learning rates, in words, figures and a table."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Final

import numpy as np
from numpy.typing import NDArray

from normlib.figures.drawn import Drawn
from normlib.figures.look import METHODS, SKY, VERMILION, Style
from normlib.figures.over_time import Band, over_time
from normlib.training import Result
from normlib.training.crossed import Crossed
from normlib.training.findings import findings
from normlib.training.inside_shift import (
    ARMS,
    BATCH,
    NOISY_BATCH,
    NOISY_NONE,
    NONE,
    WITHIN,
    Paired,
    best_rates,
    paired,
    per_seed,
    place,
)
from pages.parts.measured import Measured, measured, share
from pages.parts.words import count, listed, number, table

Floats = NDArray[np.float64]

STYLES: Final = (
    Style("No norm", METHODS["none"].color, "dot", "circle-open"),
    Style("Batch norm", METHODS["batch"].color, "solid", "circle"),
    Style("Batch norm, noise", SKY, "dash", "square"),
    Style("No norm, noise", VERMILION, "dashdot", "diamond"),
)
"""The arms, in the order of `ARMS`."""
LABELS: Final = tuple(style.name for style in STYLES)
NAMES: Final = ("no norm", "batch norm", "batch norm with noise", "no norm with noise")
AS_WELL, NO_BETTER, UNDECIDED = "As well as without noise", "No better than no norm", "I cannot say"
# Of one that always says the same: see `pages.parts.measured`.
_LEARNED: Final = 1.5


@dataclass(frozen=True, eq=False)
class Inside:
    """What was measured, each arm at one learning rate.

    Attributes:
        crossed: what was run.
        results: of all of its experiments.
        rates: number of the learning rate of each arm.
    """

    crossed: Crossed
    results: Sequence[Result]
    rates: tuple[int, ...]

    @cached_property
    def shown(self) -> tuple[Result, ...]:
        """The result of each arm."""
        return tuple(self.results[place(self.crossed, arm, rate)] for arm, rate in enumerate(self.rates))

    @cached_property
    def learned(self) -> Measured | None:
        """Test accuracies at the end; None where nothing was recorded."""
        return measured(self.shown, LABELS, NAMES)

    def of(self, arm: int, measure: str) -> Floats:
        """Return a measure's mean over records and layers, per seed."""
        return per_seed(self.shown[arm], measure)

    def accuracy(self, one: int, other: int) -> Paired:
        """Compare test accuracies at the end; a seed that stopped counts with its last one."""
        assert self.learned is not None  # noqa: S101 - looked at before
        arms = self.learned.found.arms
        return paired(arms[one].counted, arms[other].counted)

    def drift(self, one: int, other: int) -> Paired:
        """Compare drifts at the norm's input, as logarithms: what is compared are factors."""
        with np.errstate(divide="ignore"):  # nothing moves without an update
            return paired(*(np.log(self.of(arm, "input_drift")) for arm in (one, other)))

    def cosine(self, one: int, other: int) -> Paired:
        """Compare cosines."""
        return paired(self.of(one, "ics_cosine"), self.of(other, "ics_cosine"))

    def higher_in(self) -> tuple[int, int]:
        """Return in how many layers, of those after the first, the cosine is clearly higher under batch norm."""
        layers = range(1, self.crossed.base.depth + 1)
        sides = [
            [self.shown[arm].values["ics_cosine"][:, :, one].mean(axis=1) for one in layers] for arm in (BATCH, NONE)
        ]
        found = [paired(*both).interval for both in zip(*sides, strict=True)]
        return sum(one is not None and one.low > 0 for one in found), len(layers)

    @cached_property
    def seed(self) -> int:
        """The place of the first seed that went on to the end in every arm; 0 where none did."""
        ends = np.array([np.isfinite(one.values["test_nll"][:, -1]) for one in self.shown])
        return int(ends.all(axis=0).argmax())

    @property
    def apart(self) -> int:
        """Updates between two records."""
        steps = self.shown[0].steps
        return int(np.median(np.diff(steps))) if len(steps) > 1 else 0

    def stuck(self, arm: int) -> bool:
        """Say whether an arm never left the start: most seeds right hardly more often than by guessing."""
        ends = self.shown[arm].values["test_accuracy"][:, -1]
        return (
            bool(np.nanmedian(ends) < _LEARNED / self.crossed.base.size.classes) if np.isfinite(ends).any() else False
        )


def common(crossed: Crossed, rate: int) -> tuple[int, ...]:
    """Return the same learning rate for all arms.

    >>> from normlib.training.inside_shift import inside_shift
    >>> common(inside_shift(seeds=1), 2)
    (2, 2, 2, 2)
    """
    return (min(rate, crossed.shape[-1] - 1),) * len(ARMS)


def learning(m: Inside, guess: str | None = None) -> str:
    """Answer by accuracy: how good each arm is, whether noise hurts batch norm, and what was guessed."""
    parts = [_levels(m), *(_stuck(m, arm) for arm in range(len(ARMS)) if m.stuck(arm)), *_lost(m)]
    noisy, over = m.accuracy(NOISY_BATCH, BATCH), m.accuracy(NOISY_BATCH, NONE)
    if noisy.interval is None or over.interval is None:
        return " ".join([*parts, "One seed cannot say whether that is luck."])
    limit = number(100 * WITHIN)
    verdict = (
        f"equal within the {limit} point that was set beforehand"
        if noisy.equivalent
        else "worse"
        if noisy.interval.high < 0
        else "better"
        if noisy.interval.low > 0
        else f"not told apart, and not shown to be equal within {limit} point"
    )
    against = "not told apart" if not over.told_apart else "better" if over.interval.mean > 0 else "worse"
    parts.append(
        f"Batch norm with noise minus batch norm: {_points(noisy)}, {verdict}. Minus no norm: {_points(over)}, {against}."
    )
    if guess in {AS_WELL, NO_BETTER}:
        right = noisy.equivalent if guess == AS_WELL else not (over.told_apart and over.interval.mean > 0)
        parts.append(
            f"You expected “{guess[0].lower()}{guess[1:]}”: {'these runs show it' if right else 'these runs do not show it'}."
        )
    return " ".join(parts)


def _levels(m: Inside) -> str:
    assert m.learned is not None  # noqa: S101 - looked at before
    said = [f"{name} {share(arm.median)}" for name, arm in zip(NAMES, m.learned.found.arms, strict=True)]
    return f"After {m.crossed.base.steps:,} updates, rows right: {listed(said)}."


def _stuck(m: Inside, arm: int) -> str:
    guessing = share(1 / m.crossed.base.size.classes)
    return (
        f"{NAMES[arm][0].upper()}{NAMES[arm][1:]} never left the start: always the same answer would get about "
        f"{guessing}. A larger learning rate or more updates may free it."
    )


def _lost(m: Inside) -> list[str]:
    return [
        f"{count(len(one.stopped), 'seed')} of {name} stopped, the loss being no number any more, and counts with the last accuracy."
        if len(one.stopped) == 1
        else f"{len(one.stopped)} seeds of {name} stopped, the loss being no number any more, and count with their last accuracy."
        for name, one in zip(NAMES, m.shown, strict=True)
        if one.stopped
    ]


def drifting(m: Inside) -> str:
    """Say whether the input of batch norm drifts less than without a norm, and what noise makes of it."""
    found = m.drift(BATCH, NONE)
    if found.interval is None:
        return _too_few(found)
    every = f"From record to record ({count(m.apart, 'update')}) the values that enter the last batch norm move"
    less = int((found.values < 0).sum())
    text = (
        f"{every} {_times(found)} as far as without a norm, less far in {less} of {count(len(found.values), 'seed')}."
    )
    noisy = m.drift(NOISY_BATCH, NONE)
    return text if noisy.interval is None else f"{text} With noise behind batch norm it is {_times(noisy)} as far."


def drift_title(m: Inside) -> str:
    """Say what to see."""
    found = m.drift(BATCH, NONE)
    if not found.told_apart or found.interval is None:
        return "No clear difference in how far the inputs of the last layer move"
    return f"The inputs of the last layer move {'less' if found.interval.mean < 0 else 'more'} under batch norm"


def turning(m: Inside) -> str:
    """Say whether gradients agree more with what they are after the step of the layers before."""
    found = m.cosine(BATCH, NONE)
    if found.interval is None:
        return _too_few(found)
    sides = [m.of(arm, "ics_cosine") for arm in (BATCH, NONE)]
    both = np.isfinite(sides).all(axis=0)
    means = [float(side[both].mean()) for side in sides]
    verdict = "" if found.told_apart else ", so that these seeds show no difference"
    text = (
        f"Over all records and the layers from the second, the cosine is {number(means[0], 4)} under batch norm and "
        f"{number(means[1], 4)} without: {_signed(found)}{verdict}."
    )
    higher, layers = m.higher_in()
    text += f" It is clearly higher in {higher} of {layers} layers."
    if m.stuck(NONE) or means[1] > 0.999:
        text += " A gradient hardly turns in a network that hardly learns."
    return text


def turning_title(m: Inside) -> str:
    """Say what to see."""
    found = m.cosine(BATCH, NONE)
    if not found.told_apart or found.interval is None:
        return "No clear difference in how gradients turn"
    return (
        f"Gradients turn {'less' if found.interval.mean > 0 else 'more'} under batch norm when the layers before move"
    )


def quiet(m: Inside) -> str:
    """Say how wide the typical unit's middle 70 % wander at the input and the output of batch norm."""
    wander = [_wander(m.shown[BATCH].values[f"probe_{side}_percentiles"][m.seed]) for side in ("input", "output")]
    without = _wander(m.shown[NONE].values["probe_input_percentiles"][m.seed])
    return (
        f"The median of this unit wanders over {number(wander[0], 2)} times its spread at the start where it enters batch norm, "
        f"{number(wander[1], 2)} where it leaves, and {number(without, 2)} without a norm. Flat at the output is no evidence: batch norm subtracts the mean and "
        "divides by the spread, so there only gamma and beta move. Look at the input."
    )


def _against(drift: Paired) -> str:
    """Say what drift under noise beyond that of no norm means for the claim that noise restores the shift."""
    if not drift.told_apart or drift.interval is None:
        return "no clear difference"
    return (
        "more shift than batch norm could have removed" if drift.interval.mean > 0 else "less than the shift there was"
    )


def _wander(percentiles: Floats) -> float:
    there = percentiles[np.isfinite(percentiles).all(axis=1)]
    return float(np.ptp(there[:, 1]) / max(there[0, 2] - there[0, 0], 1e-12)) if len(there) else 0.0


def both_sides(m: Inside) -> str:
    """Return both readings of the same numbers; the verdict is the learner's."""
    drift, turn = m.drift(BATCH, NONE), m.cosine(BATCH, NONE)
    noisy, cost, over = m.drift(NOISY_BATCH, BATCH), m.accuracy(NOISY_BATCH, BATCH), m.accuracy(NOISY_BATCH, NONE)
    if any(one.interval is None for one in (drift, turn, noisy, cost, over)):
        return "One seed decides nothing: train more of them, then compare."
    calm = drift.told_apart and drift.interval.mean < 0
    calmer = turn.told_apart and turn.interval.mean > 0
    shaken = noisy.told_apart and noisy.interval.mean > 0
    unhurt = cost.equivalent or cost.interval.low > 0
    ahead = over.told_apart and over.interval.mean > 0
    for_it = [
        f"the input of the last batch norm {'drifts less' if calm else 'does not drift clearly less'} than without a norm",
        f"gradients {'turn less' if calmer else 'do not turn clearly less'} under it",
    ]
    against = [
        f"noise {'brings drift back' if shaken else 'does not bring drift back'}",
        "accuracy stays" if unhurt else "accuracy suffers, or is not shown to stay",
        f"shaken batch norm is {'still ahead of' if ahead else 'not clearly ahead of'} no norm",
    ]
    against_none, shaken_none = m.drift(NOISY_BATCH, NONE), m.accuracy(NOISY_NONE, NONE)
    control = ""
    if against_none.interval is not None:
        control += (
            f" Shaken batch norm drifts {_times(against_none)} as far as no norm, which is {_against(against_none)}."
        )
    if shaken_none.interval is not None:
        control += f" The same noise without a norm changes the rows right by {_points(shaken_none)}."
    return (
        "**Does calm explain it?** That is contested.\n\n"
        f"- *It does*, hold Ioffe and Szegedy 2015: batch norm keeps layers calm. Here {listed(for_it)}.\n"
        f"- *It does not*, hold Santurkar and others 2018: the loss becomes smoother. Here {listed(against)}.{control}\n\n"
        "Less drift beside faster learning need not be its cause, and four arms on small digits weigh little. Judge for "
        "yourself, at another rate and with the other activation, too."
    )


def percentile_chart(m: Inside) -> Drawn:
    """Draw the percentiles of a typical unit of one seed, at the norm's input and output."""
    rows = []
    for side, title in (("input", "Enters the norm"), ("output", "Leaves it")):
        panels = []
        for style, one in zip(STYLES, m.shown, strict=True):
            low, middle, high = one.values[f"probe_{side}_percentiles"][m.seed].T
            panels.append([Band(style, one.steps.astype(float), low, middle, high)])
        rows.append((title, panels))
    return over_time(rows, [label.replace(", ", ",<br>") for label in LABELS], height=400)


def drift_chart(m: Inside) -> Drawn:
    """Draw the drift per record at the norm's input and output, of every arm."""
    panels = [_over_seeds(m, f"{side}_drift", None) for side in ("input", "output")]
    return over_time(
        [("Drift per record, in spreads", panels)], ["Enters the norm", "Leaves it"], log=True, legend=True, height=380
    )


def cosine_chart(m: Inside) -> Drawn:
    """Draw the cosine of the layers from the second, of every arm."""
    e = m.crossed.base
    layers = range(1, e.depth + 1)
    names = [e.layer_name(layer + 1).capitalize() for layer in layers]
    return over_time(
        [("Cosine of G and G′", [_over_seeds(m, "ics_cosine", layer) for layer in layers])],
        names,
        legend=True,
        height=380,
    )


def _over_seeds(m: Inside, measure: str, layer: int | None) -> list[Band]:
    found = []
    for style, one in zip(STYLES, m.shown, strict=True):
        values = one.values[measure] if layer is None else one.values[measure][:, :, layer]
        there = np.isfinite(values).any(axis=0)
        if not there.any():
            continue
        kept = values[:, there]
        middle, low, high = np.nanmedian(kept, axis=0), np.nanmin(kept, axis=0), np.nanmax(kept, axis=0)
        found.append(Band(style, one.steps[there].astype(float), low, middle, high))
    return found


def numbers(crossed: Crossed, results: Sequence[Result]) -> str:
    """Return a table of every arm at every learning rate, its own best one marked."""
    best = best_rates(crossed, results)
    rows = []
    for arm, label in enumerate(LABELS):
        for rate, value in enumerate(crossed.axes["learning_rate"]):
            one = results[place(crossed, arm, rate)]
            (reached,) = findings([one]).arms
            inner = [per_seed(one, name) for name in ("input_drift", "output_drift", "ics_cosine", "ics_distance")]
            shown = [
                share(reached.median),
                _middle(one.values["test_nll"][:, -1]),
                *(_middle(values) for values in inner),
            ]
            stopped = f"{len(one.stopped)} of {len(crossed.base.seeds)}"
            rows.append([label, f"{value:g}{' (best)' if best[arm] == rate else ''}", *shown, stopped])
    head = ["", "rate", "rows right", "test loss", "drift in", "drift out", "cosine", "distance", "stopped"]
    return table(head, rows)


def _middle(values: Floats) -> str:
    return number(float(np.nanmedian(values))) if np.isfinite(values).any() else "–"


def data_rows(crossed: Crossed, results: Sequence[Result]) -> tuple[list[str], list[list[object]]]:
    """Return every seed of every experiment, one line each, for a file."""
    lines: list[list[object]] = []
    for arm, label in enumerate(LABELS):
        for rate, value in enumerate(crossed.axes["learning_rate"]):
            one = results[place(crossed, arm, rate)]
            inner = [per_seed(one, name) for name in ("input_drift", "output_drift", "ics_cosine", "ics_distance")]
            columns = [one.values["test_accuracy"][:, -1], one.values["test_nll"][:, -1], *inner]
            for seed, values in zip(crossed.base.seeds, np.stack(columns, axis=1), strict=True):
                lines.append([label, value, seed, *(f"{v:.6g}" if np.isfinite(v) else "" for v in values)])
    head = [
        "arm",
        "learning_rate",
        "seed",
        "test_accuracy",
        "test_nll",
        "input_drift",
        "output_drift",
        "cosine",
        "distance",
    ]
    return head, lines


def _points(found: Paired) -> str:
    assert found.interval is not None  # noqa: S101 - looked at before
    mean, low, high = (
        number(round(100 * end, 2), 2) for end in (found.interval.mean, found.interval.low, found.interval.high)
    )
    lost = f"; {count(found.left_out, 'seed')} left out" if found.left_out else ""
    return f"{mean} points (95 % interval {low} to {high}{lost})"


def _times(found: Paired) -> str:
    assert found.interval is not None  # noqa: S101 - looked at before
    mean, low, high = (
        number(float(np.exp(end)), 2) for end in (found.interval.mean, found.interval.low, found.interval.high)
    )
    lost = f"; {count(found.left_out, 'seed')} left out" if found.left_out else ""
    return f"{mean} times (95 % interval {low} to {high}{lost})"


def _signed(found: Paired) -> str:
    assert found.interval is not None  # noqa: S101 - looked at before
    mean, low, high = (
        number(round(end, 4), 2) for end in (found.interval.mean, found.interval.low, found.interval.high)
    )
    lost = f"; {count(found.left_out, 'seed')} left out" if found.left_out else ""
    return f"a difference of {mean} (95 % interval {low} to {high}{lost})"


def _too_few(found: Paired) -> str:
    why = f" {count(found.left_out, 'seed')} stopped in one of the arms." if found.left_out else ""
    return f"There are too few seeds to compare batch norm with no norm here.{why}"
