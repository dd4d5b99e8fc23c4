"""Which learning rates work: how wide the range is, for each seed, and where each setting does best."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from normlib.intervals import Interval, mean_interval

Floats = NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class Workable:
    """What a ladder of learning rates gave for one setting.

    Attributes:
        medians: (R,) median over seeds of the accuracy at each rate; a seed that stopped counts as 0.
        works: (R,) whether the median reaches the level.
        decades: (S,) width of each seed's workable range.
        interval: of the mean width; None for one seed.
        best: number of the rate with the best median.
    """

    medians: Floats
    works: NDArray[np.bool_]
    decades: Floats
    interval: Interval | None
    best: int


def workable(accuracy: ArrayLike, rates: ArrayLike, level: float) -> Workable:
    """Return which learning rates of a ladder work.

        width = (number of rates whose accuracy is at least `level`) * step,   step = mean distance in log10

    Every rate stands for the piece of the logarithmic axis around it, so the width counts gaps in the range as
    what they are.

    Args:
        accuracy: (R, S) at the end, NaN for a seed that stopped.
        rates: (R,) learning rates, ascending, two or more.
        level: accuracy from which a rate counts as one that works, 0 to 1.
    Returns: widths in decades, factors of ten.
    Raises: ValueError naming the shapes, or the rates that do not ascend.

    >>> found = workable([[0.2, 0.1], [0.95, 0.96], [0.97, np.nan]], [0.01, 0.1, 1.0], 0.9)
    >>> found.works.tolist(), found.decades.tolist(), found.best
    ([False, True, False], [2.0, 1.0], 1)
    """
    right, ladder = np.asarray(accuracy, np.float64), np.asarray(rates, np.float64)
    if right.ndim != 2 or ladder.shape != right.shape[:1] or len(ladder) < 2:
        raise ValueError(
            f"accuracy has the shape {right.shape} and rates {ladder.shape}: give (R, S) and (R,) with R of 2 or more."
        )
    if not (ladder[0] > 0 and (np.diff(ladder) > 0).all()):
        raise ValueError(f"The learning rates {ladder.tolist()} must be positive and ascend.")
    counted = np.nan_to_num(right)
    step = float(np.log10(ladder[-1] / ladder[0])) / (len(ladder) - 1)
    decades = (counted >= level).sum(axis=0) * step
    medians = np.median(counted, axis=1)
    interval = mean_interval(decades) if len(decades) > 1 else None
    return Workable(medians, medians >= level, decades, interval, int(medians.argmax()))
