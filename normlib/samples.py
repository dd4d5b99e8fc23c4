"""What every experiment on samples asks of its input: a table of numbers (N, C) and one label per row."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike, NDArray

from normlib.checks import numeric_array

Floats = NDArray[np.float64]


def feature_table(x: ArrayLike, name: str = "x", *, nan: bool = False) -> Floats:
    """Return `x` as float64 samples by features, or say what does not fit.

    Args:
        x: (N, C) numbers, one row per sample and one column per feature.
        name: how the caller calls the argument, for the message.
        nan: whether NaN (a missing value) is welcome.
    Returns: (N, C) float64, N and C at least 1.
    Raises: ValueError naming the shape, or the first cell that is infinite or missing;
        TypeError for anything but numbers.

    >>> feature_table([[1, 2], [3, 4]]).shape
    (2, 2)
    >>> feature_table([[1.0, float("nan")]])
    Traceback (most recent call last):
    ValueError: x[0, 1] is nan (1 such cell): leave out the row, or fill it with the feature's mean.
    """
    table = np.asarray(numeric_array(x, name), dtype=np.float64)
    if table.ndim != 2 or 0 in table.shape:
        raise ValueError(
            f"{name} has shape {table.shape}, but samples by features (N, C) are needed, at least (1, 1): "
            f"give one row per sample and one column per feature."
        )
    bad = np.isinf(table) if nan else ~np.isfinite(table)
    if bad.any():
        row, column = (int(i) for i in np.argwhere(bad)[0])
        raise ValueError(
            f"{name}[{row}, {column}] is {table[row, column]} ({np.count_nonzero(bad)} such "
            f"cell{'s' if np.count_nonzero(bad) > 1 else ''}): leave out the row, "
            f"or fill it with the feature's mean."
        )
    return table


def class_indices(y: ArrayLike, samples: int, name: str = "y") -> tuple[NDArray[np.int64], NDArray[np.generic]]:
    """Return the class of each sample as an index, and the sorted classes themselves.

    Args:
        y: (N,) labels, numbers or text.
        samples: N, the number of labels there must be.
        name: how the caller calls the argument, for the message.
    Returns: (N,) indices in 0 .. K - 1, and the (K,) sorted classes.
    Raises: ValueError when there is not one label per sample, or fewer than two classes.

    >>> indices, classes = class_indices(["red", "blue", "red"], 3)
    >>> indices.tolist(), classes.tolist()
    ([1, 0, 1], ['blue', 'red'])
    """
    labels = np.asarray(y)
    if labels.shape != (samples,):
        raise ValueError(
            f"{name} has shape {labels.shape}, but there are {samples} samples: give one label per "
            f"sample, ({samples},)."
        )
    classes, indices = np.unique(labels, return_inverse=True)
    if len(classes) < 2:
        raise ValueError(f"{name} holds one class only ({classes[0]!s}): there is nothing to tell apart, add another.")
    return indices.astype(np.int64), classes


def power_of_two_scale(x: Floats) -> float:
    """Return the power of two just above the largest magnitude in `x`, or 1 where everything is 0.

    Dividing by it changes no digit, and keeps squares of very large or very small numbers within float64.

    >>> power_of_two_scale(np.array([[3.0, -5.0]]))
    8.0
    """
    largest = max(float(np.nanmax(x, initial=0.0)), -float(np.nanmin(x, initial=0.0)))
    if largest == 0:
        return 1.0
    return float(np.ldexp(1.0, min(int(np.frexp(largest)[1]), 1023)))
