"""Norm before or after, once trained: the runs that ask it, and what they measured, seed by seed.

Each placement is trained at a ladder of learning rates, so that each can be taken at its own best one. Networks
begin from several panels: scales of the first weights of a dense network, or numbers of blocks of a transformer.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from normlib.intervals import Interval, mean_interval
from normlib.training.crossed import Crossed
from normlib.training.experiment import Experiment
from normlib.training.result import Result
from normlib.training.workable import Workable, workable

Floats = NDArray[np.float64]

PLACES: Final = ("none", "before", "after")
NONE, BEFORE, AFTER = range(3)
SCALES: Final = (0.1, 1.0, 10.0)
BLOCKS: Final = (1, 4)
RATES: Final = MappingProxyType(
    {
        "dense": (0.001, 0.003, 0.01, 0.03, 0.1, 0.3, 1.0, 3.0, 10.0, 30.0),
        "transformer": (0.0003, 0.001, 0.003, 0.01, 0.03),
    }
)
COMMON: Final = MappingProxyType({"dense": 0.1, "transformer": 0.003})
"""One learning rate for all placements, beside each one's own best."""
LEVELS: Final = MappingProxyType({"dense": 0.9, "transformer": 0.8})
"""Share of test rows right from which a learning rate counts as one that works."""
WITHIN: Final = 0.01
"""Placements count as equal when the whole interval of their difference is within this; set before measuring."""
LEARNED: Final = 1.5
"""A network that is right this much more often than one that always says the same has learned something."""
_INITS: Final = {"relu": "he", "sigmoid": "xavier", "tanh": "xavier"}


def dense_placements(activation: str = "relu", *, depth: int = 5, steps: int = 300, seeds: int = 20) -> Crossed:
    """Return batch norm in every place, with every scale of the first weights and every learning rate.

    Args:
        activation: "relu", with He's first weights, "sigmoid" or "tanh", with Xavier's.
        depth: hidden layers of 64 units.
        steps: updates of plain gradient descent, in batches of 32.
        seeds: how many.
    Raises: CrossedError for more than can be waited for.

    >>> dense_placements(seeds=2, steps=10).shape
    (3, 3, 10)
    """
    base = Experiment(
        method="batch",
        activation=activation,
        init=_INITS[activation],
        depth=depth,
        steps=steps,
        seeds=tuple(range(seeds)),
        points=3,
        record=(),
    )
    return Crossed(base, {"placement": PLACES, "scale": SCALES, "learning_rate": RATES["dense"]})


def transformer_placements(*, steps: int = 200, seeds: int = 5) -> Crossed:
    """Return layer norm in every place of a transformer, with few and more blocks and every learning rate.

    Before: x + f(norm(x)), pre-LN, with one more norm behind the last block. After: norm(x + f(x)), post-LN. Adam
    from the first update on, without a warm-up of the learning rate.

    Args:
        steps: updates, in batches of 32.
        seeds: how many.
    Raises: CrossedError for more than can be waited for.
    Source: Xiong et al. 2020, arXiv:2002.04745.

    >>> transformer_placements(seeds=1, steps=10).shape
    (3, 2, 5)
    """
    base = Experiment(
        kind="transformer",
        method="layer",
        init="xavier",
        depth=BLOCKS[-1],
        width=32,
        optimizer="adam",
        steps=steps,
        seeds=tuple(range(seeds)),
        points=3,
        record=("gradients",),
    )
    return Crossed(base, {"placement": PLACES, "depth": BLOCKS, "learning_rate": RATES["transformer"]})


@dataclass(frozen=True, eq=False)
class Placements:
    """What a run measured, perhaps so far.

    Attributes:
        crossed: the experiments.
        right: (placements, panels, rates, S) share of test rows right; 0 for a seed that stopped, NaN where
            nothing is known yet.
        stopped: (placements, panels, rates) seeds that stopped.
        ended: whether all have come to their end.
        results: that this was read from.
    """

    crossed: Crossed
    right: Floats
    stopped: NDArray[np.int64]
    ended: bool
    results: Sequence[Result] = ()

    @property
    def kind(self) -> str:
        """Of network: "dense" or "transformer"."""
        return str(self.crossed.base.kind)

    @property
    def seeds(self) -> int:
        """How many."""
        return int(self.right.shape[-1])

    @property
    def panels(self) -> tuple[Any, ...]:
        """Scales of the first weights, or numbers of blocks."""
        return tuple(self.crossed.axes["depth" if self.kind == "transformer" else "scale"])

    @property
    def rates(self) -> tuple[float, ...]:
        """The learning rates."""
        return tuple(self.crossed.axes["learning_rate"])

    @property
    def common(self) -> int:
        """Place of the rate that is looked at for all."""
        return self.rates.index(COMMON[self.kind])

    @property
    def known(self) -> NDArray[np.bool_]:
        """Which cells have a number for each seed, (placements, panels, rates)."""
        return np.asarray(np.isfinite(self.right).all(axis=-1))

    @property
    def best(self) -> NDArray[np.int64]:
        """Place of the rate with the highest mean of each placement and panel, (placements, panels); the lowest of
        equals. It is chosen on the test rows that it is then judged by, which flatters it a little."""
        return np.asarray(np.nan_to_num(self.right.mean(axis=-1), nan=-1.0).argmax(axis=-1), np.int64)

    def at_best(self, place: int, panel: int) -> Floats:
        """Return what a placement gets right at its own best rate, (S,)."""
        return np.asarray(self.right[place, panel, self.best[place, panel]], np.float64)

    def at_common(self, place: int, panel: int) -> Floats:
        """Return what it gets right at the common rate, (S,)."""
        return np.asarray(self.right[place, panel, self.common], np.float64)

    def learned(self, place: int, panel: int) -> bool:
        """Say whether a placement is clearly better than guessing at its best rate."""
        level = LEARNED / self.crossed.base.size.classes
        return bool(self.at_best(place, panel).mean() > level)

    def all_stopped(self, place: int, panel: int) -> bool:
        """Say whether every network of a placement and panel stopped."""
        return bool((self.stopped[place, panel] == self.seeds).all())

    def after_minus_before(self, panel: int, *, common: bool = False) -> Interval | None:
        """Return the mean difference with its 95 % interval, seed by seed; None for one seed or an open end."""
        of = self.at_common if common else self.at_best
        values = of(AFTER, panel) - of(BEFORE, panel)
        return mean_interval(values) if values.size > 1 and bool(np.isfinite(values).all()) else None

    def works(self, place: int, panel: int) -> Workable:
        """Return which learning rates work."""
        return workable(self.right[place, panel], self.rates, LEVELS[self.kind])

    def wider(self, panel: int) -> Interval | None:
        """Return by how many decades more rates work before than after, seed by seed; None for one seed."""
        apart = self.works(BEFORE, panel).decades - self.works(AFTER, panel).decades
        return mean_interval(apart) if self.seeds > 1 else None

    def first_gradients(self, place: int, panel: int) -> Floats | None:
        """Return the gradient norm of the last block's MLP before the first update, (S,); None if not recorded."""
        each = len(self.rates)
        at = (place * len(self.panels) + panel) * each
        one = self.results[at] if len(self.results) > at else None
        if one is None or "gradient_norm" not in one.values:
            return None
        norms = np.asarray(one.values["gradient_norm"][:, 0, one.experiment.hidden - 1], np.float64)
        return norms if bool(np.isfinite(norms).all()) else None


def placed(crossed: Crossed, results: Sequence[Result]) -> Placements:
    """Return what the results of a run say."""
    right, stopped = crossed.table(results, "test_accuracy"), crossed.stopped(results)
    for at, one in zip(np.ndindex(*crossed.shape), results, strict=True):
        lost = {stop.seed for stop in one.stopped}
        right[at][[seed in lost for seed in one.experiment.seeds]] = 0.0
        # The record before the first update is not what training gives.
        if "loss" not in one.values or not np.isfinite(one.values["loss"][:, 1:]).any():
            right[at][[seed not in lost for seed in one.experiment.seeds]] = np.nan
    return Placements(crossed, right, stopped, crossed.ended(results), results)
