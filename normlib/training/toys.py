"""Points in the plane in two classes that no straight line tells apart."""

from __future__ import annotations

from functools import cache
from typing import Final

import numpy as np
from numpy.typing import NDArray

NAMES: Final = ("spirals", "circles", "moons")
ROWS: Final = 600
"""Rows of each set, half of them in each class."""
_NOISE: Final = 0.1


@cache
def points(name: str) -> tuple[NDArray[np.float64], NDArray[np.int64]]:
    """Return one of the toy sets; the same points at every call.

    Args:
        name: "spirals", "circles" or "moons".
    Returns: x (600, 2) with coordinates of a few units, and y (600,) of 0 and 1; read-only.
    Raises: ValueError listing the names there are.

    >>> x, y = points("moons")
    >>> x.shape, np.bincount(y).tolist()
    ((600, 2), [300, 300])
    """
    makers = {"spirals": _spirals, "circles": _circles, "moons": _moons}
    if name not in makers:
        raise ValueError(f"There is no toy set {name!r}: choose one of {', '.join(makers)}.")
    rng = np.random.default_rng(0)
    each = ROWS // 2
    x = np.concatenate([makers[name](np.linspace(0, 1, each), label) for label in (0, 1)])
    x += rng.normal(0, _NOISE, x.shape)
    y = np.repeat([0, 1], each)
    for values in (x, y):
        values.flags.writeable = False
    return x, y


def _around(angle: NDArray[np.float64], radius: NDArray[np.float64] | float) -> NDArray[np.float64]:
    return np.column_stack([radius * np.cos(angle), radius * np.sin(angle)])


def _spirals(along: NDArray[np.float64], label: int) -> NDArray[np.float64]:
    # The root spaces the points evenly along the arm.
    turns = np.sqrt(along) * 3 * np.pi
    return _around(turns + label * np.pi, 0.2 + turns / (1.5 * np.pi))


def _circles(along: NDArray[np.float64], label: int) -> NDArray[np.float64]:
    return _around(along * 2 * np.pi, 1.8 - label)


def _moons(along: NDArray[np.float64], label: int) -> NDArray[np.float64]:
    half = _around(along * np.pi, 1.0)
    return half - (0.5, 0.25) if label == 0 else (0.5, 0.25) - half
