"""Does a norm keep a network from overfitting? Few training rows, no norm, batch norm and layer norm, many seeds.

Batch norm measures a sample against other samples in every update, which is a kind of noise; layer norm has none.
Each is trained at a ladder of learning rates, so that each can be taken at its own best one.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import numpy as np
from numpy.typing import NDArray

from normlib.intervals import Interval, mean_interval
from normlib.training.crossed import Crossed
from normlib.training.experiment import Experiment
from normlib.training.result import Result

METHODS: Final = ("none", "batch", "layer")
RATES: Final = (0.03, 0.1, 0.3, 1.0)
FIRST_SEED: Final = 100
"""The settings were tried out with smaller seeds, and these had not been seen before."""


def few_rows(*, seeds: int = 30, steps: int = 600) -> Crossed:
    """Return every method at every learning rate, on a tenth of the digits.

    Args:
        seeds: how many, from `FIRST_SEED`.
        steps: updates of plain gradient descent, in batches of 32.
    Raises: CrossedError for more than can be waited for.

    >>> crossed = few_rows(seeds=1, steps=10)
    >>> crossed.shape, crossed.base.train_rows
    ((3, 4), 180)
    """
    base = Experiment(
        depth=2,
        width=128,
        test_share=0.9,
        steps=steps,
        # An epoch has 6 batches: running statistics have to forget their start quickly.
        keep=0.9,
        seeds=tuple(range(FIRST_SEED, FIRST_SEED + seeds)),
        points=3,
        record=(),
    )
    return Crossed(base, {"method": METHODS, "learning_rate": RATES})


def at_best(crossed: Crossed, results: Sequence[Result], measure: str) -> NDArray[np.float64]:
    """Return a measure of each method at its own best learning rate, (methods, S).

    The best rate has the lowest mean test loss. It is chosen on the rows that it is then judged by, which flatters
    every method a little, and all of them alike.

    Args:
        crossed: from `few_rows`.
        results: of its experiments.
        measure: "test_accuracy", "test_nll", "accuracy" or "loss".
    """
    best = np.nan_to_num(crossed.table(results, "test_nll").mean(axis=-1), nan=np.inf).argmin(axis=1)
    return np.asarray(crossed.table(results, measure)[np.arange(len(METHODS)), best])


def gain(crossed: Crossed, results: Sequence[Result], method: str, measure: str) -> Interval:
    """Return a method's measure minus that without a norm, each at its best rate, seed by seed."""
    found = at_best(crossed, results, measure)
    return mean_interval(found[METHODS.index(method)] - found[METHODS.index("none")])
