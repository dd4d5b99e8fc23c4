"""Numbers about models that care about scale, or not: gradient descent, and least squares."""

from __future__ import annotations

from functools import lru_cache

import numpy as np

from normlib import data as sets
from normlib.course.values.registry import Value, value
from normlib.course.values.scaling import SCALERS, DataName, ScalerName, column_of
from normlib.descent import Quadratic, descend, quadratic, steps_to
from normlib.descent import condition_number as condition_of
from normlib.least_squares import prediction_change as change_of
from normlib.words import number, percent


@value
def condition_number(data: DataName, scaler: ScalerName = "none") -> Value:
    """Condition number of the covariance of all features under a scaler."""
    x = sets.load(data).x
    found = condition_of(SCALERS[scaler].fit(x).transform(x))
    return Value(found, number(found))


@value
def pair_condition(data: DataName, first: str, second: str, scaler: ScalerName = "none") -> Value:
    """Condition number of the loss of two features under a scaler."""
    found = _surface(data, first, second, scaler).condition_number
    return Value(found, number(found))


@value
def steps_needed(data: DataName, first: str, second: str, scaler: ScalerName = "none") -> Value:
    """Fewest steps of gradient descent until 99 % of the avoidable loss is gone, over 2,000 constant step sizes.

    The model scores the first class by two features; the step sizes go up to the largest stable one.
    """
    problem = _surface(data, first, second, scaler)
    rates = problem.largest_stable_rate * np.linspace(0.0005, 0.9995, 2000)
    fewest = float(steps_to(problem, start=(0.0, 0.0), rate=rates, tolerance=0.01).min())
    return Value(fewest, number(fewest))


@value
def way_gone(data: DataName, first: str, second: str, scaler: ScalerName = "none", steps: int = 100) -> Value:
    """Share of its way to the minimum that the weight of the second feature has gone after some steps.

    The step size is 0.9 of the largest stable one.
    """
    problem = _surface(data, first, second, scaler)
    walk = descend(problem, start=(0.0, 0.0), rate=0.9 * problem.largest_stable_rate, steps=steps)
    share = float(walk.path[-1, 1] / problem.minimum[1])
    return Value(share, percent(share))


@value
def prediction_change(data: DataName, target: str, scaler: ScalerName) -> Value:
    """Largest change of a prediction of least squares when all other features are scaled, in the target's unit."""
    x, column = sets.load(data).x, column_of(data, target)
    found = change_of(np.delete(x, column, axis=1), x[:, column], SCALERS[scaler]).absolute
    return Value(found, number(found, 2))


@lru_cache(maxsize=32)
def _surface(data: str, first: str, second: str, scaler: str) -> Quadratic:
    table = sets.load(data)
    features = table.x[:, [column_of(data, first), column_of(data, second)]]
    return quadratic(SCALERS[scaler].fit(features).transform(features), (table.y == 0).astype(float))
