"""When the seeds of an arm got to a level, and when they left the numbers."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from normlib.training.events import Stopped
from normlib.training.findings import LOSSES, by_step, recorded
from normlib.training.result import Result


@dataclass(frozen=True, eq=False)
class Reached:
    """When the seeds of an arm got to a level.

    Attributes:
        steps: (S,) first recorded step at which each seed was there; NaN for those that never were.
        median: of the steps, where "never" is later than any step; None when that is the median.
    """

    steps: NDArray[np.float64]
    median: float | None

    @property
    def count(self) -> int:
        """How many seeds got there."""
        return int(np.isfinite(self.steps).sum())


def reaches(result: Result, measure: str, level: float) -> Reached:
    """Return the first recorded steps at which a measure is as good as `level`: at most, for losses, or at least.

    Only recorded steps are looked at: a seed may have been there earlier, after the record before.

    Raises: ValueError for a measure that is not there.

    >>> from normlib.training import Experiment, collect, train
    >>> e = Experiment(data="wine", steps=20, points=21, seeds=3, record=[])
    >>> found = reaches(collect([e], train([e]))[0], "test_accuracy", 0.9)
    >>> found.count, found.median == float(np.median(found.steps))
    (3, True)
    """
    values = recorded(result, measure)
    there = values <= level if measure in LOSSES else values >= level
    steps = np.where(there.any(axis=1), result.steps[there.argmax(axis=1)], np.inf)
    median = float(np.median(steps))
    return Reached(np.where(np.isfinite(steps), steps, np.nan), median if np.isfinite(median) else None)


@dataclass(frozen=True)
class NonFinite:
    """The seeds of an arm that stopped because a value was no longer finite.

    Attributes:
        seeds: how many stopped, of how many.
        first: what the earliest reported.
        steps: the earliest and the latest step.
        places: (layer, where, seeds) of the first such value, the most frequent first.
    """

    seeds: tuple[int, int]
    first: Stopped
    steps: tuple[int, int]
    places: tuple[tuple[int, str, int], ...]


def first_non_finite(result: Result) -> NonFinite | None:
    """Return where and when the seeds of an arm left the numbers, or None when all of them went on.

    >>> from normlib.training import Experiment, collect, train
    >>> e = Experiment(data="wine", inputs="raw", depth=20, scale=1000, seeds=2, steps=5)
    >>> found = first_non_finite(collect([e], train([e]))[0])
    >>> found.seeds, found.steps, found.first.where
    ((2, 2), (0, 0), 'linear output')
    """
    stopped = by_step(result.stopped)
    if not stopped:
        return None
    places = Counter((one.layer, one.where) for one in stopped)
    return NonFinite(
        (len(stopped), len(result.experiment.seeds)),
        stopped[0],
        (stopped[0].step, stopped[-1].step),
        tuple((layer, where, count) for (layer, where), count in places.most_common()),
    )
