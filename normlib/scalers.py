"""Scalers of features: each learns one shift and one scale per feature, then maps data with them.

    z = (x - shift) / scale + low

The four differ only in what they call shift and scale: minimum and range, mean and standard deviation,
median and interquartile range, zero and the largest absolute value.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from normlib.checks import numeric_array
from normlib.statistics import indistinguishable_from_constant, nan_moments, quantiles_of_sorted

Floats = NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class FittedScaler:
    """A scaler that has seen data and never changes again.

    Attributes:
        shift: subtracted from each feature, (D,), in the feature's units.
        scale: divided by, (D,), in the feature's units; 1 or the span of the target for a constant feature.
        low: added at the end; 0 except for min-max scaling to another range.
        constant: which features did not vary in the fitted data, (D,).
        count: values seen per feature, NaN not counted, (D,).
        clip: limits (low, high) that transformed values are cut to, or None.
    """

    shift: Floats
    scale: Floats
    low: float
    constant: NDArray[np.bool_]
    count: NDArray[np.int64]
    clip: tuple[float, float] | None

    def transform(self, x: ArrayLike) -> NDArray[np.floating]:
        """Return (x - shift) / scale + low; NaN stays NaN, values outside the fitted range stay finite.

        Args:
            x: (N, D) with the D of the fit, or (N,) when D is 1.
        Returns: array shaped like `x`, in its floating dtype (float64 for integers).
        Raises: ValueError for another number of features, or an infinite value (row and column named).

        >>> StandardScaler().fit([[1.0], [3.0]]).transform([[5.0]])
        array([[3.]])
        """
        array, columns = self._same_features(x, "x")
        z = (columns - self.shift) / self.scale + self.low
        if self.clip is not None:
            z = np.clip(z, *self.clip)
        return _like(array, z)

    def inverse_transform(self, z: ArrayLike) -> NDArray[np.floating]:
        """Return (z - low) * scale + shift, the data that `transform` would map to `z`.

        What clipping cut off does not come back.

        >>> StandardScaler().fit([[1.0], [3.0]]).inverse_transform([[3.0]])
        array([[5.]])
        """
        array, columns = self._same_features(z, "z")
        return _like(array, (columns - self.low) * self.scale + self.shift)

    def _same_features(self, x: ArrayLike, name: str) -> tuple[NDArray[np.floating], Floats]:
        array, columns = _table(x, name)
        fitted = self.shift.size
        if columns.shape[1] != fitted:
            hint = f"; one sample is written {name}.reshape(1, -1)" if array.ndim == 1 else ""
            raise ValueError(
                f"{name} of shape {array.shape} has {columns.shape[1]} feature"
                f"{'' if columns.shape[1] == 1 else 's'}, but the scaler was fitted on {fitted}: "
                f"give the same columns in the same order{hint}."
            )
        return array, columns


@dataclass(frozen=True, eq=False)
class FittedMinMaxScaler(FittedScaler):
    """Min-max scaling with what it learned: `data_min`, `data_max` and `data_range`, each (D,)."""

    data_min: Floats
    data_max: Floats
    data_range: Floats
    feature_range: tuple[float, float]


@dataclass(frozen=True, eq=False)
class FittedStandardScaler(FittedScaler):
    """Standardization with what it learned: `mean`, `variance` (divided by n) and `std`, each (D,)."""

    mean: Floats
    variance: Floats
    std: Floats


@dataclass(frozen=True, eq=False)
class FittedRobustScaler(FittedScaler):
    """Robust scaling with what it learned: `median`, `lower` and `upper` quantile and `iqr`, each (D,)."""

    median: Floats
    lower: Floats
    upper: Floats
    iqr: Floats
    quantile_range: tuple[float, float]


@dataclass(frozen=True, eq=False)
class FittedMaxAbsScaler(FittedScaler):
    """Max-abs scaling with what it learned: `max_abs`, (D,)."""

    max_abs: Floats


@dataclass(frozen=True)
class MinMaxScaler:
    """Map each feature's smallest and largest fitted value to the ends of a range.

        z = (x - min) / (max - min) * (high - low) + low

    A constant feature maps to `low`. Unseen values may leave the range unless `clip` is set.

    Args:
        feature_range: (low, high) with low < high.
        clip: cut transformed values to the range.
    Source: scikit-learn's MinMaxScaler, with which it agrees.

    >>> MinMaxScaler().fit([[0.0], [5.0]]).transform([[4.0], [10.0]])
    array([[0.8],
           [2. ]])
    """

    feature_range: tuple[float, float] = (0.0, 1.0)
    clip: bool = False

    def __post_init__(self) -> None:
        low, high = self.feature_range
        if not (np.isfinite(low) and np.isfinite(high) and low < high):
            raise ValueError(f"feature_range={self.feature_range} is no range: give (low, high) with low below high.")

    def fit(self, x: ArrayLike) -> FittedMinMaxScaler:
        """Learn minimum and maximum of each feature from `x` of shape (N, D) or (N,), leaving NaN out.

        Raises: ValueError for no samples, an infinite value, or a feature without any value;
            TypeError for data that is not numeric.
        """
        columns, count = _fit_columns(x)
        low, high = (float(end) for end in self.feature_range)
        data_min, data_max = np.fmin.reduce(columns, axis=-1), np.fmax.reduce(columns, axis=-1)
        with np.errstate(over="ignore"):
            data_range = data_max - data_min
        constant = _tiny(data_range)
        return FittedMinMaxScaler(
            shift=data_min,
            scale=_finite(np.where(constant, 1.0, data_range) / (high - low)),
            low=low,
            constant=constant,
            count=count,
            clip=(low, high) if self.clip else None,
            data_min=data_min,
            data_max=data_max,
            data_range=data_range,
            feature_range=(low, high),
        )


@dataclass(frozen=True)
class StandardScaler:
    """Give each feature mean 0 and standard deviation 1; the shape of its distribution stays as it is.

        z = (x - mean) / std    with std = sqrt(sum((x - mean)^2) / n)

    A feature as constant as rounding can tell keeps scale 1, so it maps to 0.

    Source: scikit-learn's StandardScaler, with which it agrees; pandas' `.std()` divides by n - 1.

    >>> fitted = StandardScaler().fit([[1.0, 4.0], [3.0, 4.0]])
    >>> fitted.mean, fitted.std, fitted.constant
    (array([2., 4.]), array([1., 0.]), array([False,  True]))
    """

    def fit(self, x: ArrayLike) -> FittedStandardScaler:
        """Learn mean and standard deviation of each feature from `x`, (N, D) or (N,), leaving NaN out.

        Raises: ValueError for no samples, an infinite value, or a feature without any value;
            TypeError for data that is not numeric.
        """
        columns, count = _fit_columns(x)
        with np.errstate(over="ignore", invalid="ignore"):
            count, mean, variance = nan_moments(columns)
            constant = indistinguishable_from_constant(count, mean, variance)
        std = np.sqrt(variance)
        return FittedStandardScaler(
            shift=mean,
            scale=_finite(np.where(constant & np.isfinite(std), 1.0, std)),
            low=0.0,
            constant=constant,
            count=count,
            clip=None,
            mean=mean,
            variance=variance,
            std=std,
        )


@dataclass(frozen=True)
class RobustScaler:
    """Center each feature on its median and divide by the distance between two quantiles.

        z = (x - median) / (q_upper - q_lower)

    A few outliers move neither. A feature whose quantiles coincide keeps scale 1.

    Args:
        quantile_range: (lower, upper) in percent; (25, 75) is the interquartile range.
    Source: scikit-learn's RobustScaler, with which it agrees.

    >>> RobustScaler().fit([[1.0], [2.0], [3.0], [4.0], [1000.0]]).iqr
    array([2.])
    """

    quantile_range: tuple[float, float] = (25.0, 75.0)

    def __post_init__(self) -> None:
        lower, upper = self.quantile_range
        if not 0 <= lower < upper <= 100:
            raise ValueError(
                f"quantile_range={self.quantile_range} is no range of percentages: "
                "give (lower, upper) with 0 <= lower < upper <= 100."
            )

    def fit(self, x: ArrayLike) -> FittedRobustScaler:
        """Learn median and quantiles of each feature from `x` of shape (N, D) or (N,), leaving NaN out.

        Raises: ValueError for no samples, an infinite value, or a feature without any value;
            TypeError for data that is not numeric.
        """
        columns, count = _fit_columns(x)
        lower_level, upper_level = (float(end) for end in self.quantile_range)
        with np.errstate(over="ignore", invalid="ignore"):
            lower, median, upper = quantiles_of_sorted(
                np.sort(columns, axis=-1), count, np.array([lower_level, 50.0, upper_level]) / 100.0
            )
            iqr = upper - lower
        constant = _tiny(iqr)
        return FittedRobustScaler(
            shift=median,
            scale=_finite(np.where(constant, 1.0, iqr)),
            low=0.0,
            constant=constant,
            count=count,
            clip=None,
            median=median,
            lower=lower,
            upper=upper,
            iqr=iqr,
            quantile_range=(lower_level, upper_level),
        )


@dataclass(frozen=True)
class MaxAbsScaler:
    """Divide each feature by its largest absolute value; zero stays zero.

        z = x / max(|x|)

    Source: scikit-learn's MaxAbsScaler, with which it agrees; only an all-zero feature counts as constant
    here, since a feature that is 3 everywhere maps to 1.

    >>> MaxAbsScaler().fit([[-4.0], [2.0]]).transform([[2.0]])
    array([[0.5]])
    """

    def fit(self, x: ArrayLike) -> FittedMaxAbsScaler:
        """Learn the largest absolute value of each feature from `x` of shape (N, D) or (N,), leaving NaN out.

        Raises: ValueError for no samples, an infinite value, or a feature without any value;
            TypeError for data that is not numeric.
        """
        columns, count = _fit_columns(x)
        max_abs = np.fmax.reduce(np.abs(columns), axis=-1)
        constant = _tiny(max_abs)
        return FittedMaxAbsScaler(
            shift=np.zeros_like(max_abs),
            scale=np.where(constant, 1.0, max_abs),
            low=0.0,
            constant=constant,
            count=count,
            clip=None,
            max_abs=max_abs,
        )


def _table(x: ArrayLike, name: str) -> tuple[NDArray[np.floating], Floats]:
    """Return `x` as given and as (N, D) float64; a vector is one feature."""
    array = numeric_array(x, name)
    if array.ndim not in (1, 2):
        raise ValueError(
            f"{name} has shape {array.shape}, but a scaler takes (samples, features): "
            f"reshape it, for example with {name}.reshape(len({name}), -1)."
        )
    columns = array.reshape(array.shape[0], -1 if array.size else 1) if array.ndim == 1 else array
    infinite = np.isinf(columns)
    if infinite.any():
        row, column = (int(i) for i in np.argwhere(infinite)[0])
        raise ValueError(
            f"{name} is {columns[row, column]} in row {row}, column {column} (counted from 0): "
            "put a number in its place, or NaN if the value is missing."
        )
    return array, columns.astype(np.float64, copy=False)


def _fit_columns(x: ArrayLike) -> tuple[Floats, NDArray[np.int64]]:
    """Return the features of `x` as contiguous rows (D, N), and how many values each has."""
    array, table = _table(x, "x")
    if 0 in array.shape:
        raise ValueError(f"x of shape {array.shape} holds no values: give at least one sample and one feature.")
    columns = np.ascontiguousarray(table.T)
    count = columns.shape[1] - np.isnan(columns).sum(axis=-1)
    if not count.all():
        empty = [int(i) for i in np.flatnonzero(count == 0)]
        raise ValueError(
            f"x has no value but NaN in column {', '.join(map(str, empty))} (counted from 0): "
            "leave such columns out before fitting."
        )
    return columns, count


def _tiny(spread: Floats) -> NDArray[np.bool_]:
    """Say which spreads are too small to divide by (scikit-learn's rule: under ten rounding units)."""
    return np.asarray(spread < 10 * np.finfo(np.float64).eps)


def _finite(scale: Floats) -> Floats:
    if not np.isfinite(scale).all():
        column = int(np.flatnonzero(~np.isfinite(scale))[0])
        raise ValueError(
            f"The spread of column {column} exceeds what float64 can hold (1.8e308): change the unit of that feature."
        )
    return scale


def _like(array: NDArray[np.floating], result: Floats) -> NDArray[np.floating]:
    with np.errstate(over="ignore"):  # a value beyond float16 becomes inf, as in any cast
        return result.reshape(array.shape).astype(array.dtype, copy=False)


@dataclass(frozen=True)
class Unscaled:
    """Leave every feature as it is; stands for "no scaling" wherever a scaler is asked for.

        z = x

    >>> Unscaled().fit([[1.0], [3.0]]).transform([[5.0]])
    array([[5.]])
    """

    def fit(self, x: ArrayLike) -> FittedScaler:
        """Learn nothing but how many values there are; the checks are those of the other scalers."""
        columns, count = _fit_columns(x)
        features = columns.shape[0]
        constant = _tiny(np.fmax.reduce(columns, axis=-1) - np.fmin.reduce(columns, axis=-1))
        return FittedScaler(np.zeros(features), np.ones(features), 0.0, constant, count, None)
