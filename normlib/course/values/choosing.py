"""Numbers about choosing a norm and its place: after training, at every learning rate, and what moves its output."""

from __future__ import annotations

from functools import lru_cache
from typing import Final, Literal

import numpy as np
from numpy.typing import NDArray

from normlib import data
from normlib.course.values.registry import Value, value
from normlib.course.values.stored import stored
from normlib.intervals import Interval
from normlib.invariance import CHANGES, METHODS, UNCHANGED, invariance
from normlib.training.expectations import PLACEMENTS
from normlib.training.placement_trained import PLACES, Placements, placed
from normlib.training.presets import RATES, SCALES
from normlib.training.workable import Workable, workable
from normlib.words import number, percent

ActivationName = Literal["relu", "sigmoid", "tanh"]
Placement = Literal["none", "before", "after"]
LadderName = Literal["none", "batch", "layer"]
MethodName = Literal["none", "batch", "layer", "group", "rms", "weight norm", "weight standardization"]
ChangeName = Literal[
    "scale all weights", "shift all weights", "scale one neuron", "scale the data", "shift the data", "scale one sample"
]
LEVEL: Final = 0.9
"""Share of test rows right from which a learning rate counts as one that works, as in the laboratories."""
_NEURONS, _GROUPS, _BATCH = 16, 4, 64


# --- the stored runs of the laboratory placement-trained


@value
def trained_right(activation: ActivationName, placement: Placement, scale: float = 1.0) -> Value:
    """Share of test rows right after training, at the placement's own best learning rate, mean of the seeds."""
    found = _placed(activation)
    return _share(float(found.at_best(PLACES.index(placement), _panel(found, scale)).mean()))


@value
def trained_best_rate(activation: ActivationName, placement: Placement, scale: float = 1.0) -> Value:
    """The learning rate at which a placement gets most test rows right."""
    found = _placed(activation)
    rate = found.rates[found.best[PLACES.index(placement), _panel(found, scale)]]
    return Value(rate, f"{rate:g}")


@value
def placement_gap(activation: ActivationName, scale: float = 1.0, rates: Literal["best", "common"] = "best") -> Value:
    """Test accuracy with the norm after minus before, in points, with its 95 % interval."""
    found = _placed(activation)
    apart = found.after_minus_before(_panel(found, scale), common=rates == "common")
    assert apart is not None  # noqa: S101 - twenty seeds each
    return points(apart)


@value
def placement_seeds(activation: ActivationName = "relu") -> Value:
    """How many seeds were trained for each placement."""
    seeds = _placed(activation).seeds
    return Value(seeds, f"{seeds}")


@value
def published_placement(network: Literal["CaffeNet", "GoogLeNet"], placement: Placement) -> Value:
    """Test accuracy that Mishkin and others report on ImageNet, one run each; not measured here."""
    row = next(one for one in PLACEMENTS if one.network.startswith(network))
    share = {"none": row.none, "before": row.before, "after": row.after}[placement]
    return _share(share)


# --- the stored run of the laboratory learning-rate


@value
def rates_that_work(method: LadderName, scale: float = 1.0) -> Value:
    """The learning rates from which a method gets 90 % of the test rows right; as a number, the highest."""
    found = _ladder(method, scale)
    works = [rate for rate, ok in zip(RATES, found.works, strict=True) if ok]
    if not works:
        return Value(0.0, "none")
    return Value(works[-1], f"{works[0]:g}" if len(works) == 1 else f"{works[0]:g} to {works[-1]:g}")


@value
def rate_width(method: LadderName, scale: float = 1.0) -> Value:
    """Width of the working range of learning rates in decades, factors of 10, mean of the seeds."""
    width = float(_ladder(method, scale).decades.mean())
    return Value(width, number(width, 2))


@value
def right_at_rate(method: LadderName, rate: float, scale: float = 1.0) -> Value:
    """Share of test rows right at one learning rate, median of the seeds."""
    if rate not in RATES:
        raise ValueError(f"the learning rates are {', '.join(f'{one:g}' for one in RATES)}, and {rate:g} was asked for")
    return _share(float(_ladder(method, scale).medians[RATES.index(rate)]))


# --- what a layer does not notice


@value
def noticed(method: MethodName, change: ChangeName, factor: float = 3.0) -> Value:
    """How far the output of a normalized layer moves, relative to its size, when weights or data change."""
    moved = float(_invariance(factor)[METHODS.index(method), CHANGES.index(change)])
    return Value(moved, "nothing" if moved < UNCHANGED else percent(moved))


def points(apart: Interval) -> Value:
    """Write a mean difference of shares in percentage points, with its interval."""
    mean, low, high = (number(round(100 * one, 1), 3) for one in (apart.mean, apart.low, apart.high))
    return Value(100 * apart.mean, f"{mean} points (95\u00a0% interval {low} to {high})")


@lru_cache(maxsize=8)
def _placed(activation: str) -> Placements:
    return placed(*stored("placement-trained", activation=activation))


def _panel(found: Placements, scale: float) -> int:
    if scale not in found.panels:
        known = ", ".join(f"{one:g}" for one in found.panels)
        raise ValueError(f"the first weights were multiplied by {known}, and not by {scale:g}")
    return found.panels.index(scale)


@lru_cache(maxsize=32)
def _ladder(method: str, scale: float) -> Workable:
    crossed, results = stored("learning-rate")
    if scale not in SCALES:
        known = ", ".join(f"{one:g}" for one in SCALES)
        raise ValueError(f"the first weights were multiplied by {known}, and not by {scale:g}")
    accuracy = crossed.table(results, "test_accuracy")
    return workable(accuracy[crossed.axes["method"].index(method), SCALES.index(scale)], RATES, LEVEL)


@lru_cache(maxsize=8)
def _invariance(factor: float) -> NDArray[np.float64]:
    """Measure as the laboratory on invariance does with its own settings."""
    x = data.load("digits").x / 16
    rng = np.random.default_rng(0)
    rows = np.sort(rng.permutation(len(x))[:_BATCH])
    w = rng.normal(size=(x.shape[1], _NEURONS)) / np.sqrt(x.shape[1])
    return np.asarray(invariance(x[rows], w, [factor], groups=_GROUPS)[0])


def _share(share: float) -> Value:
    return Value(share, f"{100 * share:.1f}".removesuffix(".0") + "\u00a0%")
