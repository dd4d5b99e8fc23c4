"""What a run over methods and batch sizes measured, in arrays."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from typing import Final

import numpy as np
from numpy.typing import NDArray

from normlib.classes_in_batch import mean_classes
from normlib.data import load
from normlib.intervals import Interval, mean_interval
from normlib.training import Experiment, Result
from normlib.training.crossed import Crossed
from normlib.training.findings import findings
from normlib.training.kernels import positions
from normlib.training.ladder import Ladder
from normlib.training.presets import COMMON

Floats = NDArray[np.float64]

NAMES: Final = {"none": "no norm", "batch": "batch norm", "layer": "layer norm", "group": "group norm"}


@dataclass(frozen=True, eq=False)
class Grid:
    """What was measured up to now.

    Attributes:
        crossed: methods, and batch sizes, of the experiments.
        errors: (M, B, S) test error in inference mode at the latest record; NaN before the first. A seed that
            stopped counts with the last error before that.
        batch_errors: (B, S) of batch norm in training mode: test rows in batches, with their own statistics.
        stopped: (M, B) seeds that stopped.
        done: share of the updates after which the latest record was taken, of the slowest experiment.
        results: that this was read from, one per cell.
    """

    crossed: Crossed
    errors: Floats
    batch_errors: Floats
    stopped: NDArray[np.int64]
    done: float
    results: Sequence[Result] = ()

    @property
    def methods(self) -> tuple[str, ...]:
        """The methods."""
        return tuple(self.crossed.axes["method"])

    @property
    def sizes(self) -> tuple[int, ...]:
        """The batch sizes."""
        return tuple(self.crossed.axes["batch_size"])

    @property
    def seeds(self) -> int:
        """Seeds of each cell."""
        return self.errors.shape[2]

    @property
    def complete(self) -> bool:
        """Whether all cells were measured at their ends."""
        return self.done == 1

    @property
    def diverged(self) -> bool:
        """Whether every network stopped."""
        return bool((self.stopped == self.seeds).all())

    @property
    def common(self) -> int:
        """Place of the batch size whose learning rate was chosen."""
        return self.sizes.index(COMMON)

    def of(self, method: str) -> Floats:
        """Errors of a method, (B, S)."""
        return self.errors[self.methods.index(method)]

    def minus(self, first: str, second: str, size: int) -> Floats:
        """Differences of the errors of two methods at a batch size, seed by seed, (S,)."""
        return self.of(first)[size] - self.of(second)[size]

    def cost(self, method: str) -> Floats:
        """What the smallest batch costs a method: its error there minus that at the common size, (S,)."""
        return self.of(method)[0] - self.of(method)[self.common]

    @property
    def gaps(self) -> Floats:
        """Accuracy of batch norm in training mode minus that in inference mode, (B, S)."""
        return self.of("batch") - self.batch_errors


def grid(crossed: Crossed, results: Sequence[Result]) -> Grid:
    """Return what was measured up to now."""
    seeds = len(crossed.base.seeds)
    errors, in_batches, done = [], [], []
    for one in results:
        errors.append(1 - _counted(one, "test_accuracy", seeds))
        if one.experiment.method == "batch":
            in_batches.append(1 - _counted(one, "test_accuracy_batch", seeds))
        done.append(_done(one))
    return Grid(
        crossed,
        np.reshape(errors, (*crossed.shape, seeds)),
        np.array(in_batches),
        crossed.stopped(results),
        min(done),
        results,
    )


def _counted(result: Result, measure: str, seeds: int) -> Floats:
    """Return a measure at the last record there is, as findings count it; NaN before the first update."""
    try:
        arm = findings([result], measure).arms[0]
    except ValueError:
        return np.full(seeds, np.nan)
    return arm.counted if arm.step > 0 or len(arm.stopped) == seeds else np.full(seeds, np.nan)


def _done(result: Result) -> float:
    if len(result.stopped) == len(result.experiment.seeds):
        return 1.0
    measured = np.isfinite(result.values["loss"]).any(axis=0) if "loss" in result.values else np.zeros(0, bool)
    if not measured.any():
        return 0.0
    step = int(result.steps[np.flatnonzero(measured)[-1]])
    return step / result.experiment.steps


def interval(values: Floats) -> Interval | None:
    """Return the mean with its 95 % interval, or None where there are too few values."""
    return mean_interval(values) if values.size > 1 and bool(np.isfinite(values).all()) else None


def values_per_mean(e: Experiment) -> tuple[int, int]:
    """Return how many values batch norm averages over for one mean, in the first and the last hidden layer."""
    places = positions(e)
    return e.batch_size * places[0], e.batch_size * places[-1]


@cache
def classes(size: int) -> float:
    """Return how many of the ten digits a batch holds on average."""
    return mean_classes(load("digits").y, size)


def rung(crossed: Crossed | Ladder) -> Crossed:
    """Return the combinations, those at the middle rate of a ladder."""
    return crossed.rungs[len(crossed.rungs) // 2] if isinstance(crossed, Ladder) else crossed


def measured(crossed: Crossed | Ladder, results: Sequence[Result]) -> Grid:
    """Return what was measured up to now, of a ladder at the best rate of each combination."""
    if isinstance(crossed, Ladder):
        return grid(rung(crossed), crossed.chosen(results))
    return grid(crossed, results)


def nothing(crossed: Crossed) -> Grid:
    """Return the grid of a run of which nothing was heard."""
    seeds = len(crossed.base.seeds)
    errors = np.full((*crossed.shape, seeds), np.nan)
    return Grid(crossed, errors, errors[0], np.zeros(crossed.shape, np.int64), 0.0)
