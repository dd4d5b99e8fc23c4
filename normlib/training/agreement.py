"""How far two engines' records of one experiment are apart.

Rounding differs between engines, and training multiplies a difference from step to step: curves that start equal
to the last digits may be far apart later although both are right. The first steps tell whether two engines compute
the same thing; the end tells whether they learn the same.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from normlib.training.experiment import Experiment
from normlib.training.result import Result

APART: Final = 0.01
"""A larger relative deviation of the loss counts as apart."""
# What decides which records there are, and nothing else.
_RECORDING: Final = ("seeds", "points", "record", "spacing")


@dataclass(frozen=True, eq=False)
class Agreement:
    """How far apart two results are, over the records and seeds that both have.

    Attributes:
        steps: (R,) of the records compared.
        deviation: (R,) largest relative deviation of the loss of any seed up to each record. A seed that has
            stopped in one of the two only deviates by 1.
        apart: first step at which `deviation` is over 1 %; None if there is none.
        accuracy: largest difference of a seed's test accuracy at the last record at which it goes on in both; NaN
            if there is none.
        stopped_differently: seeds that stopped in one of the two only, or at another step.
    """

    steps: NDArray[np.int64]
    deviation: NDArray[np.float64]
    apart: int | None
    accuracy: float
    stopped_differently: tuple[int, ...]


def agreement(a: Result, b: Result) -> Agreement:
    """Return how far two records of the same experiment are apart.

        deviation = |loss_a - loss_b| / max(loss_a, loss_b)

    Args:
        a: of one engine.
        b: of another; seeds and recorded steps may be others.

    Raises: ValueError when the experiments differ, or have no seed or no record in common.

    >>> from normlib.training import Experiment, collect, train
    >>> one, other = (Experiment(data="wine", steps=20, points=points, seeds=2, record=[]) for points in (3, 21))
    >>> found = agreement(collect([one], train([one]))[0], collect([other], train([other]))[0])
    >>> found.steps.tolist(), found.deviation.tolist(), found.apart, found.accuracy
    ([0, 5, 20], [0.0, 0.0, 0.0], None, 0.0)
    """
    if _bare(a.experiment).key != _bare(b.experiment).key:
        raise ValueError("These are records of different experiments: only two runs of the same one can agree.")
    seeds = [seed for seed in a.experiment.seeds if seed in b.experiment.seeds]
    steps = np.intersect1d(a.steps, b.steps)
    losses = [_picked(one, "loss", seeds, steps) for one in (a, b)]
    alive = [np.isfinite(loss) for loss in losses]
    stops = [{one.seed: one.step for one in result.stopped} for result in (a, b)]
    gone = [np.array([[stop.get(seed, np.inf) <= step for step in steps] for seed in seeds]) for stop in stops]
    both = alive[0] & alive[1]
    # What is neither there nor stopped has not been measured yet.
    one_only = (alive[0] & gone[1]) | (alive[1] & gone[0]) if seeds and len(steps) else both
    compared = (both | one_only).any(axis=0)
    if not compared.any():
        raise ValueError("The two results have no record of the same seed and step in common: nothing to compare.")
    highest = np.maximum(*(np.abs(loss) for loss in losses))
    with np.errstate(invalid="ignore", divide="ignore"):
        relative = np.where(highest > 0, np.abs(losses[0] - losses[1]) / highest, 0.0)
    relative = np.where(both, relative, np.where(one_only, 1.0, 0.0))
    deviation = np.maximum.accumulate(relative.max(axis=0))[compared]
    over = np.flatnonzero(deviation > APART)
    return Agreement(
        steps[compared],
        deviation,
        int(steps[compared][over[0]]) if len(over) else None,
        _accuracy([_picked(one, "test_accuracy", seeds, steps) for one in (a, b)]),
        tuple(seed for seed in seeds if stops[0].get(seed) != stops[1].get(seed)),
    )


def _bare(experiment: Experiment) -> Experiment:
    fields = Experiment.model_fields
    return experiment.but(**{name: fields[name].get_default() for name in _RECORDING if name in fields})


def _picked(result: Result, measure: str, seeds: list[int], steps: NDArray[np.int64]) -> NDArray[np.float64]:
    values = result.values.get(measure)
    if values is None:
        return np.full((len(seeds), len(steps)), np.nan)
    rows = [result.experiment.seeds.index(seed) for seed in seeds]
    return np.asarray(values, np.float64)[rows][:, np.searchsorted(result.steps, steps)]


def _accuracy(values: list[NDArray[np.float64]]) -> float:
    differences = np.abs(values[0] - values[1])
    last = [row[np.isfinite(row)][-1] for row in differences if np.isfinite(row).any()]
    return float(max(last, default=np.nan))
