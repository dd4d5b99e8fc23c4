"""The loss surfaces of two features, and walks down them: computed once per process for each choice."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import Final

import numpy as np
from numpy.typing import NDArray

from normlib.descent import Descent, Quadratic, condition_number, descend, quadratic, steps_to
from pages.parts.kinds import SCALER_KINDS
from pages.parts.source import built_in

STEPS: Final = 100
SHARES: Final = np.round(np.arange(1, 23) * 0.05, 2)  # of the largest stable rate; the last two are beyond it
TOLERANCE: Final = 0.01


@dataclass(frozen=True, eq=False)
class Landscape:
    """The surface under one scaler, and the walks down it for all step sizes.

    Attributes:
        kind: the scaler.
        problem: the surface.
        walk: the walks, from weights of zero.
        needed: steps until `TOLERANCE` of the excess loss is left, (F,), infinite when it never comes to that.
    """

    kind: str
    problem: Quadratic
    walk: Descent
    needed: NDArray[np.float64]


@lru_cache(maxsize=64)
def surface(title: str, columns: tuple[int, ...], kind: str) -> Quadratic:
    """Return the loss surface of two features of a built-in data set; the target is its first class."""
    source = built_in(title)
    assert source.y is not None  # noqa: S101 - the built-in data sets have classes
    features = source.x[:, list(columns)]
    return quadratic(SCALER_KINDS[kind].fit(features).transform(features), (source.y == 0).astype(float))


@lru_cache(maxsize=64)
def landscape(title: str, columns: tuple[int, ...], kind: str) -> Landscape:
    """Return the surface with the walks down it."""
    problem = surface(title, columns, kind)
    # A flat surface has no largest stable rate; any rate stays where it is.
    largest = problem.largest_stable_rate if np.isfinite(problem.largest_stable_rate) else 1.0
    rates = SHARES * largest
    walk = descend(problem, start=(0.0, 0.0), rate=rates, steps=STEPS)
    return Landscape(kind, problem, walk, steps_to(problem, start=(0.0, 0.0), rate=rates, tolerance=TOLERANCE))


@lru_cache(maxsize=64)
def fewest_steps(title: str, columns: tuple[int, ...], kind: str) -> float:
    """Return the fewest steps over 2,000 constant step sizes below the largest stable one, infinite if none gets there."""
    problem = surface(title, columns, kind)
    if not np.isfinite(problem.largest_stable_rate):
        return float("inf")
    rates = problem.largest_stable_rate * np.linspace(0.0005, 0.9995, 2000)
    return float(steps_to(problem, start=(0.0, 0.0), rate=rates, tolerance=TOLERANCE).min())


@lru_cache(maxsize=16)
def condition_of_all(title: str, kind: str) -> float:
    """Return the condition number of all features of a built-in data set under a scaler."""
    x = built_in(title).x
    return condition_number(SCALER_KINDS[kind].fit(x).transform(x))
