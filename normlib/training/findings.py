"""What a comparison measured: each arm by itself, arms against each other seed by seed, and which did best.

The same seed means the same split, batches and initial weights in every arm, so arms are compared by their
differences per seed: what the seeds have in common drops out. Intervals are about the mean over all seeds on this
data set; they say nothing about other data.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from normlib.intervals import Interval, mean_interval
from normlib.training.events import Stopped
from normlib.training.result import Result

Floats = NDArray[np.float64]

LOSSES: Final = frozenset({"loss", "loss_mean", "test_nll"})
"""Measures that are better when lower."""
MEASURES: Final = LOSSES | {"accuracy", "test_accuracy", "test_accuracy_batch"}
CONFIDENCE: Final = 0.95


@dataclass(frozen=True, eq=False)
class Arm:
    """A measure of one arm at one record.

    Attributes:
        step: updates before the record.
        values: (S,) of each seed as recorded; NaN where it had stopped.
        counted: (S,) what the numbers below are made of. A seed that had stopped counts with its last accuracy
            before that (0 if there is none), which is how far it came, and with an infinite loss.
        median, lowest, highest: of `counted`; infinite for the loss of seeds that stopped.
        interval: of the mean of `counted`; None for one seed, or when a loss is infinite.
        stopped: the seeds that had stopped, the earliest first.
        best_step, best_value: the record with the best median over seeds, and that median. It was chosen because
            it is best, so for test measures it is too good by a little.
    """

    step: int
    values: Floats
    counted: Floats
    median: float
    lowest: float
    highest: float
    interval: Interval | None
    stopped: tuple[Stopped, ...]
    best_step: int
    best_value: float

    @property
    def works(self) -> bool:
        """Whether more than half of the seeds had not stopped."""
        return 2 * len(self.stopped) < len(self.values)


@dataclass(frozen=True, eq=False)
class Difference:
    """An arm minus another, seed by seed.

    Attributes:
        arm, reference: numbers of the arms.
        values: (pairs,) differences of the seeds both have; without those whose loss is infinite in one of them,
            so that what is left may flatter an arm that often stops.
        left_out: how many were.
        interval: of the mean difference, about this pair alone; None for fewer than two pairs.
    """

    arm: int
    reference: int
    values: Floats
    left_out: int
    interval: Interval | None

    @property
    def pairs(self) -> int:
        """Seeds compared."""
        return len(self.values)

    @property
    def mean(self) -> float:
        """Mean difference; NaN without pairs."""
        return float(self.values.mean()) if self.pairs else float("nan")

    @property
    def told_apart(self) -> bool:
        """Whether the interval excludes 0. If not, the arms may still differ: these seeds do not show it."""
        return self.interval is not None and not self.interval.low <= 0 <= self.interval.high


@dataclass(frozen=True, eq=False)
class Findings:
    """What `findings` returns.

    Attributes:
        measure: its name.
        lower_is_better: whether it is a loss.
        arms: one for each result.
        reference: number of the arm that the others are compared with.
        differences: each arm minus the reference; None in the reference's own place.
        best: the arm with the best median among those that work; None when in no arm more than half of the seeds
            went on.
        winners: `best` and all working arms that are not told apart from it, in order.
        caution: how far the intervals go, in a sentence: each is about its pair alone, they are not joint.
    """

    measure: str
    lower_is_better: bool
    arms: tuple[Arm, ...]
    reference: int
    differences: tuple[Difference | None, ...]
    best: int | None
    winners: tuple[int, ...]
    caution: str


def findings(
    results: Sequence[Result], measure: str = "test_accuracy", reference: int = 0, step: int | None = None
) -> Findings:
    """Return what a comparison measured.

        d_s = arm_s - reference_s for each seed s,   mean(d) +- t * sd(d) / sqrt(seeds)

    With k arms besides the reference there are k such intervals, each of which covers its true mean difference in
    95 % of repetitions. The chance that at least one of them misses is larger, up to k times 5 %: `caution` says so.

    Args:
        results: one for each arm.
        measure: one of `MEASURES`.
        reference: number of the arm to compare with.
        step: each arm is read at its last record up to this step; None for the last record of each, or the last
            one measured while a run goes on.

    Raises: ValueError for a measure, arm or step that is not there.
    Source: `normlib.intervals` for Student's t.

    >>> from normlib.training import Comparison, Experiment, collect, train
    >>> base = Experiment(data="wine", steps=20, points=3, seeds=4, record=[])
    >>> arms = Comparison(base=base, factor="learning_rate", values=[0.001, 0.1]).arms
    >>> found = findings(collect(arms, train(arms)), "test_nll")
    >>> found.best, found.winners, found.differences[1].told_apart, found.differences[1].mean < 0
    (1, (1,), True, True)
    """
    if measure not in MEASURES:
        raise ValueError(f"There is no comparison by {measure!r}: choose one of {', '.join(sorted(MEASURES))}.")
    if not 0 <= reference < len(results):
        raise ValueError(f"reference={reference} is no arm: there are {len(results)}, counted from 0.")
    lower = measure in LOSSES
    arms = tuple(_arm(number, result, measure, step) for number, result in enumerate(results))

    def minus(arm: int, other: int) -> Difference:
        seeds = [results[place].experiment.seeds for place in (arm, other)]
        both = [seed for seed in seeds[0] if seed in seeds[1]]
        places = [[own.index(seed) for seed in both] for own in seeds]
        one, two = arms[arm].counted[places[0]], arms[other].counted[places[1]]
        finite = np.isfinite(one) & np.isfinite(two)
        values = one[finite] - two[finite]
        return Difference(arm, other, values, int((~finite).sum()), _interval(values))

    working = [place for place, arm in enumerate(arms) if arm.works]
    ranked = sorted(working, key=lambda place: arms[place].median if lower else -arms[place].median)
    best = ranked[0] if ranked else None
    winners = tuple(place for place in working if place == ranked[0] or not minus(place, ranked[0]).told_apart)
    others = [minus(place, reference) if place != reference else None for place in range(len(arms))]
    return Findings(measure, lower, arms, reference, tuple(others), best, winners, _caution(others))


def recorded(result: Result, measure: str) -> Floats:
    """Return a measure as recorded, (S, R); all NaN when nothing has been measured yet.

    Raises: ValueError for a measure that this result does not have.
    """
    if measure in result.values:
        return np.asarray(result.values[measure], np.float64)
    if result.values or measure not in MEASURES:
        there = ", ".join(sorted(MEASURES & result.values.keys())) or "nothing"
        raise ValueError(f"This run of {result.experiment.method!r} has no {measure}: it recorded {there}.")
    return np.full((len(result.experiment.seeds), len(result.steps)), np.nan)


def by_step(stopped: Iterable[Stopped]) -> tuple[Stopped, ...]:
    """Return what seeds reported when they stopped, the earliest first."""
    return tuple(sorted(stopped, key=lambda one: (one.step, one.seed)))


def _arm(number: int, result: Result, measure: str, step: int | None) -> Arm:
    values, lower = recorded(result, measure), measure in LOSSES
    stopped = {one.seed: one.step for one in result.stopped}
    # A seed that stops at a recorded step has no record there.
    gone = np.array([[stopped.get(seed, np.inf) <= at for at in result.steps] for seed in result.experiment.seeds])
    # Whoever goes on has a finite loss; the loss on the test rows may be infinite all the same.
    measured = np.flatnonzero((np.isfinite(recorded(result, "loss")) | gone).all(axis=0))
    allowed = measured if step is None else measured[result.steps[measured] <= step]
    if not len(allowed):
        when = "anything yet" if step is None else f"anything up to step {step}"
        raise ValueError(f"Arm {number} has not recorded {when}: wait, or ask for a later step.")
    counted = _counted(values, gone, lower=lower)
    medians = np.median(counted[:, allowed], axis=0)
    best = int(medians.argmin() if lower else medians.argmax())
    last = int(allowed[-1])
    now = counted[:, last]
    return Arm(
        int(result.steps[last]),
        np.where(gone[:, last], np.nan, values[:, last]),
        now,
        float(np.median(now)),
        float(now.min()),
        float(now.max()),
        _interval(now),
        by_step(one for one in result.stopped if one.step <= result.steps[last]),
        int(result.steps[allowed[best]]),
        float(medians[best]),
    )


def _counted(values: Floats, gone: NDArray[np.bool_], *, lower: bool) -> Floats:
    """Return what counts of each seed and record: see `Arm.counted`."""
    if lower:
        return np.where(np.isfinite(values), values, np.inf)
    counted = np.where(gone, 0.0, values)
    for record in range(1, counted.shape[1]):
        counted[:, record] = np.where(gone[:, record], counted[:, record - 1], counted[:, record])
    return counted


def _interval(values: Floats) -> Interval | None:
    enough = len(values) > 1 and bool(np.isfinite(values).all())
    return mean_interval(values, confidence=CONFIDENCE) if enough else None


def _caution(differences: Sequence[Difference | None]) -> str:
    intervals = sum(one is not None and one.interval is not None for one in differences)
    if not any(one is not None for one in differences):
        return "There is one arm: nothing to compare it with."
    if not intervals:
        return "No two arms have two seeds in common that went on: there is no interval, and nothing is told apart."
    if intervals == 1:
        return f"The interval misses the true mean difference in {1 - CONFIDENCE:.0%} of repetitions."
    miss = min(1.0, intervals * (1 - CONFIDENCE))
    return (
        f"Each of the {intervals} intervals is about its own pair of arms, and misses in {1 - CONFIDENCE:.0%} of "
        f"repetitions: that at least one of them does has a chance of up to {miss:.0%}."
    )
