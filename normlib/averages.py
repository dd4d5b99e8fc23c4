"""Means and standard deviations along every combination of axes: which became 0 and 1, and which did not."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import combinations
from math import prod

import numpy as np
from numpy.typing import ArrayLike, NDArray

from normlib.checks import axes_tuple, numeric_array

Floats = NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class Averages:
    """Mean and population standard deviation of every slice along some axes.

    Attributes:
        axes: the axes averaged over.
        count: values per mean.
        mean: float64, with length 1 in the averaged axes.
        std: shaped like `mean`.
    """

    axes: tuple[int, ...]
    count: int
    mean: Floats
    std: Floats

    @property
    def farthest_mean(self) -> float:
        """Distance of the mean that is farthest from 0."""
        return float(np.abs(self.mean).max())

    @property
    def means_are_zero(self) -> bool:
        """Whether no mean differs from 0 by more than a hundredth of the typical value."""
        scale = float(np.sqrt(np.mean(self.mean**2 + self.std**2)))
        return self.farthest_mean <= 0.01 * scale

    @property
    def stds_are_one(self) -> bool:
        """Whether no standard deviation differs from 1 by more than 0.01."""
        return bool(np.abs(self.std - 1.0).max() <= 0.01)


def averages(x: ArrayLike, axes: Sequence[int]) -> Averages:
    """Return mean and standard deviation of every slice of `x` along `axes`.

        mean = sum(x) / n    std = sqrt(sum((x - mean)^2) / n)

    Args:
        x: array of any shape.
        axes: axes to average over.
    Returns: an `Averages`.
    Raises: ValueError for axes that do not fit; TypeError for data that is not numeric.

    >>> found = averages([[1.0, 3.0], [5.0, 7.0]], (0,))
    >>> found.mean.tolist(), found.std.tolist(), found.count
    ([[3.0, 5.0]], [[2.0, 2.0]], 2)
    """
    array = numeric_array(x)
    chosen = axes_tuple(axes, array.ndim)
    mean = array.mean(axis=chosen, dtype=np.float64, keepdims=True)
    variance = np.square(array - mean).mean(axis=chosen, keepdims=True)
    return Averages(chosen, prod(array.shape[a] for a in chosen), mean, np.sqrt(variance))


def combinations_of_axes(shape: Sequence[int]) -> Iterator[tuple[int, ...]]:
    """Yield every combination of the axes that are longer than 1: single ones first, all of them last.

    An average along an axis of length 1 changes nothing, so such an axis is left out.

    >>> list(combinations_of_axes((6, 1, 1, 12)))
    [(0,), (3,), (0, 3)]
    """
    long = [axis for axis, length in enumerate(shape) if length > 1]
    for size in range(1, len(long) + 1):
        yield from combinations(long, size)


def all_averages(x: ArrayLike) -> list[Averages]:
    """Return the averages along every combination of axes, in the order of `combinations_of_axes`.

    >>> [found.axes for found in all_averages(np.zeros((2, 3)))]
    [(0,), (1,), (0, 1)]
    """
    array = numeric_array(x)
    return [averages(array, axes) for axes in combinations_of_axes(array.shape)]
