"""Ordinary least squares, the model that does not care about the scale of its features."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from normlib.neighbours import Scaler
from normlib.samples import feature_table

Floats = NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class LinearFit:
    """A fitted line, plane or hyperplane.

    Attributes:
        weights: (C, K), in units of the target per unit of the feature.
        centre: (C,) feature means of the fitted data.
        level: (K,) target means; the prediction at `centre`.
        rank: number of directions in which the fitted data vary.
    """

    weights: Floats
    centre: Floats
    level: Floats
    rank: int

    def predict(self, x: ArrayLike) -> Floats:
        """Return (N, K) predictions, level + (x - centre) weights.

        >>> fit_line([[0.0], [1.0], [2.0]], [1.0, 3.0, 5.0]).predict([[10.0]])
        array([[21.]])
        """
        table = feature_table(x)
        if table.shape[1] != len(self.centre):
            raise ValueError(
                f"x has {table.shape[1]} features, but {len(self.centre)} were fitted: give the same columns."
            )
        prediction: Floats = self.level + (table - self.centre) @ self.weights
        return prediction


@dataclass(frozen=True, eq=False)
class PredictionChange:
    """How much scaling the features moved the predictions of least squares.

    Attributes:
        absolute: largest change of a prediction, in the target's unit.
        relative: the same over the range of the raw predictions (0 when both are 0).
        raw: (N, K) predictions from the features as they are.
        scaled: (N, K) predictions from the scaled features.
    """

    absolute: float
    relative: float
    raw: Floats
    scaled: Floats


def fit_line(x: ArrayLike, target: ArrayLike) -> LinearFit:
    """Fit the linear function with an intercept that has the least squared error.

        minimise sum over samples of |level + (x - centre) W - target|^2

    Centring takes the intercept out of the system. Each centred column is divided by its length, so
    that features of very different size do not cost the solver digits; this leaves the minimum where
    it is. Where features are exactly collinear the smallest weights (in those lengths) are taken.

    Args:
        x: (N, C) features.
        target: (N,) or (N, K) targets.
    Returns: a `LinearFit`.
    Raises: ValueError when there is not one target per sample, or a value is not finite.

    >>> fit_line([[0.0], [1.0], [2.0]], [1.0, 3.0, 5.0]).weights
    array([[2.]])
    """
    table = feature_table(x)
    targets = np.asarray(target)
    wanted = feature_table(targets.reshape(-1, 1) if targets.ndim < 2 else targets, "target")
    if len(wanted) != len(table):
        raise ValueError(f"There are {len(table)} samples and {len(wanted)} targets: give one target per sample.")
    centre, level = table.mean(axis=0), wanted.mean(axis=0)
    design = table - centre
    length = np.sqrt(np.square(design).sum(axis=0))
    length = np.where(length > 1e-14 * np.sqrt(len(table)) * np.abs(centre), length, np.inf)  # constant: weight 0
    solution, _, rank, _ = np.linalg.lstsq(design / length, wanted - level, rcond=None)
    return LinearFit(solution / length[:, None], centre, level, int(rank))


def prediction_change(x: ArrayLike, target: ArrayLike, scaler: Scaler) -> PredictionChange:
    """Fit raw and scaled features, and say how far apart the predictions for the same samples are.

    Any scaling of one feature is undone by its weight, so in exact arithmetic nothing changes; what is
    left is rounding. With a penalty on the weights (ridge, lasso) this would no longer hold.

    Args:
        x: (N, C) features.
        target: (N,) or (N, K) targets.
        scaler: anything with `fit(x)` that returns something with `transform(x)`.
    Returns: a `PredictionChange`.
    Raises: ValueError as `fit_line` does.

    >>> from normlib.scalers import StandardScaler
    >>> x = [[1.0, 100.0], [2.0, 300.0], [3.0, 900.0]]
    >>> prediction_change(x, [1.0, 0.0, 1.0], StandardScaler()).absolute < 1e-12
    True
    """
    table = feature_table(x)
    z = np.asarray(scaler.fit(table).transform(table))
    raw, scaled = fit_line(table, target).predict(table), fit_line(z, target).predict(z)
    absolute = float(np.abs(raw - scaled).max())
    span = float(np.ptp(raw))
    return PredictionChange(absolute, absolute / span if span else 0.0, raw, scaled)
