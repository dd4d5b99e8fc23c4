"""Numbers about one feature under a scaler: where its values land, its shape, and what an outlier leaves of it."""

from __future__ import annotations

from functools import lru_cache
from typing import Final, Literal

import numpy as np
from numpy.typing import NDArray

from normlib import data as sets
from normlib.course.values.registry import Value, value
from normlib.course.values.scaling import SCALERS, DataName, ScalerName, column_of
from normlib.outlier import OutlierSweep, outlier_sweep
from normlib.statistics import axis_statistics
from normlib.words import number, percent

Floats = NDArray[np.float64]
Measure = Literal["smallest", "largest", "mean", "median", "deviation", "skewness", "kurtosis"]
MOST: Final = 10.0
"""Standard deviations that the laboratories move an outlier by, at most."""


@value
def feature_measure(data: DataName, feature: str, of: Measure, scaler: ScalerName = "none") -> Value:
    """A measure of one feature, as measured or after a scaler; the deviation divides by n, kurtosis is in excess."""
    found = _measured(_scaled(data, feature, scaler), of)
    return Value(found, number(found))


@value
def log_skewness(data: DataName, feature: str) -> Value:
    """Skewness of the logarithm of one feature."""
    values = _column(data, feature)
    if values.min() <= 0:
        raise ValueError(f"{feature} of {data} goes down to {number(float(values.min()))}, which has no logarithm")
    found = _measured(np.log(values), "skewness")
    return Value(found, number(found))


@value
def lowest_tenth(data: DataName, feature: str) -> Value:
    """Share of the samples that min-max scaling puts below 0.1."""
    share = float(np.mean(_scaled(data, feature, "minmax") < 0.1))
    return Value(share, percent(share))


@value
def nonzero(data: DataName, feature: str) -> Value:
    """Number of samples in which a feature is not 0."""
    many = int(np.count_nonzero(_column(data, feature)))
    return Value(many, f"{many:,}")


@value
def constant_features(data: DataName, scaler: ScalerName = "standard") -> Value:
    """Number of features that a scaler finds without spread, so that it divides them by 1."""
    many = int(SCALERS[scaler].fit(sets.load(data).x).constant.sum())
    return Value(many, f"{many:,}")


@value
def spread_kept(data: DataName, feature: str, scaler: ScalerName, outlier: float) -> Value:
    """Share of its scaled spread that a feature keeps when one value moves `outlier` standard deviations up."""
    scale = _swept(data, feature, scaler, outlier).fitted.scale
    share = float(scale[0] / scale[1])
    return Value(share, percent(share))


@value
def outlier_lands(data: DataName, feature: str, scaler: ScalerName, outlier: float) -> Value:
    """Where a scaler puts the value that was moved `outlier` standard deviations above the mean."""
    landed = float(_swept(data, feature, scaler, outlier).moved_after()[1])
    return Value(landed, number(landed))


def _column(data: str, feature: str) -> Floats:
    return np.asarray(sets.load(data).x[:, column_of(data, feature)], dtype=np.float64)


def _scaled(data: str, feature: str, scaler: str) -> Floats:
    values = _column(data, feature)
    return np.asarray(SCALERS[scaler].fit(values).transform(values), dtype=np.float64)


@lru_cache(maxsize=64)
def _swept(data: str, feature: str, scaler: str, outlier: float) -> OutlierSweep:
    if not 0 <= outlier <= MOST:
        raise ValueError(f"outlier is {outlier:g}, but the laboratories go from 0 to {MOST:g} standard deviations")
    return outlier_sweep(_column(data, feature), SCALERS[scaler], [0.0, outlier])


def _measured(values: Floats, of: str) -> float:
    if of == "median":
        return float(np.median(values))
    found = axis_statistics(values, axes=(0,))
    measures = {
        "smallest": found.min,
        "largest": found.max,
        "mean": found.mean,
        "deviation": found.std,
        "skewness": found.skewness,
        "kurtosis": found.kurtosis,
    }
    return float(measures[of])
