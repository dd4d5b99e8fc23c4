"""Statistics of an array along chosen axes, as one frozen value."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from normlib.checks import axes_tuple, numeric_array

Floats = NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class AxisStatistics:
    """What `axis_statistics` found: every array has the shape of the axes that were kept.

    Attributes:
        axes: the axes averaged over, counted from the front.
        count: values per slice, NaN not counted.
        mean: in the units of the data, as are `std`, `min`, `max` and `percentiles`.
        variance: divided by n (population variance), in squared units.
        std: square root of the variance.
        min: smallest value.
        max: largest value.
        skewness: third standardized moment; NaN for a constant slice.
        kurtosis: fourth standardized moment minus 3 (0 for a Gaussian); NaN for a constant slice.
        levels: the percentile levels asked for.
        percentiles: one row per level, linearly interpolated.
    """

    axes: tuple[int, ...]
    count: NDArray[np.int64]
    mean: Floats
    variance: Floats
    std: Floats
    min: Floats
    max: Floats
    skewness: Floats
    kurtosis: Floats
    levels: tuple[float, ...]
    percentiles: Floats


def axis_statistics(
    x: ArrayLike,
    axes: int | Sequence[int],
    *,
    levels: Sequence[float] = (5, 25, 50, 75, 95),
    keepdims: bool = False,
) -> AxisStatistics:
    """Describe every slice of `x` along `axes`: moments, extremes and percentiles.

        mean = sum(x) / n    variance = sum((x - mean)^2) / n
        skewness = mean(((x - mean) / std)^3)    kurtosis = mean(((x - mean) / std)^4) - 3

    NaN is left out of every figure; a slice of nothing but NaN has count 0 and NaN everywhere.
    A slice as constant as float64 can tell has no shape: its skewness and kurtosis are NaN.

    Args:
        x: array of any shape, (N, features) or (N, H, W, C) for example.
        axes: one axis or several to average over.
        levels: percentile levels, each in 0 .. 100.
        keepdims: keep averaged axes with length 1, so that results broadcast against `x`.
    Returns: an `AxisStatistics`.
    Raises: ValueError for axes that do not fit, an empty slice, or a level outside 0 .. 100;
        TypeError for data that is not numeric.
    Source: the two-pass algorithm in Chan, Golub and LeVeque 1983, "Algorithms for computing the
        sample variance", doi:10.1080/00031305.1983.10483115.

    >>> found = axis_statistics([[1.0, 7.0], [3.0, 7.0]], axes=0)
    >>> found.mean, found.std
    (array([2., 7.]), array([1., 0.]))
    >>> found.skewness
    array([ 0., nan])
    """
    array = numeric_array(x)
    positive = axes_tuple(axes, array.ndim)
    chosen = tuple(float(level) for level in levels)
    for level in chosen:
        if not 0 <= level <= 100:
            raise ValueError(f"levels={chosen} holds {level:g}, but a percentile lies between 0 and 100.")
    slices, kept = slices_last(array, positive)
    if slices.shape[-1] == 0:
        raise ValueError(f"x of shape {array.shape} has no values along axes={positive}: give at least one.")

    with np.errstate(all="ignore"):  # infinite or absent values give inf or NaN below, not warnings
        count, mean, variance = nan_moments(slices)
        std = np.sqrt(variance)
        flat = indistinguishable_from_constant(count, mean, variance)
        z = (slices - mean[:, None]) / np.where(flat, np.nan, std)[:, None]
        skewness = np.nansum(z**3, axis=-1) / np.where(flat, np.nan, count)
        kurtosis = np.nansum(z**4, axis=-1) / np.where(flat, np.nan, count) - 3.0
        ordered = np.sort(slices, axis=-1)
        percentiles = quantiles_of_sorted(ordered, count, np.asarray(chosen) / 100.0)
        lowest, highest = np.fmin.reduce(slices, axis=-1), np.fmax.reduce(slices, axis=-1)

    shape = tuple(1 if a in positive else n for a, n in enumerate(array.shape)) if keepdims else kept
    return AxisStatistics(
        axes=positive,
        count=count.reshape(shape),
        mean=mean.reshape(shape),
        variance=variance.reshape(shape),
        std=std.reshape(shape),
        min=lowest.reshape(shape),
        max=highest.reshape(shape),
        skewness=skewness.reshape(shape),
        kurtosis=kurtosis.reshape(shape),
        levels=chosen,
        percentiles=percentiles.reshape(len(chosen), *shape),
    )


def slices_last(array: NDArray[np.floating], axes: tuple[int, ...]) -> tuple[Floats, tuple[int, ...]]:
    """Return the slices along `axes` as rows of a float64 matrix, and the shape of the kept axes.

    Contiguous rows let NumPy sum pairwise, which keeps rounding small, and sort fast.
    """
    kept_axes = tuple(a for a in range(array.ndim) if a not in axes)
    kept = tuple(array.shape[a] for a in kept_axes)
    rows = np.ascontiguousarray(array.transpose(kept_axes + axes), dtype=np.float64)
    length = int(np.prod([array.shape[a] for a in axes], dtype=np.int64))
    return rows.reshape(int(np.prod(kept, dtype=np.int64)), length), kept


def nan_moments(rows: Floats) -> tuple[NDArray[np.int64], Floats, Floats]:
    """Return count, mean and population variance of each row (K, n) of float64, leaving NaN out."""
    absent = np.isnan(rows)
    if not absent.any():
        count = np.full(rows.shape[0], rows.shape[1], dtype=np.int64)
        mean = rows.sum(axis=-1) / count
        deviation = rows - mean[:, None]
    else:
        count = rows.shape[1] - absent.sum(axis=-1)
        mean = np.where(absent, 0.0, rows).sum(axis=-1) / np.where(count, count, np.nan)
        deviation = np.where(absent, 0.0, rows - mean[:, None])
    n = np.where(count, count, np.nan)
    # The second term removes what rounding of the mean adds to the variance.
    variance = np.einsum("kn,kn->k", deviation, deviation) / n - (deviation.sum(axis=-1) / n) ** 2
    return count, mean, np.maximum(variance, 0.0)


def indistinguishable_from_constant(count: NDArray[np.int64], mean: Floats, variance: Floats) -> NDArray[np.bool_]:
    """Say where a variance is no larger than the rounding error of the two-pass algorithm.

        variance <= n * u * variance + (n * mean * u)^2    with u = 2.2e-16

    Source: scikit-learn's rule for constant features, after Chan, Golub and LeVeque 1983.

    >>> indistinguishable_from_constant(np.array([3]), np.array([1e8]), np.array([1e-16]))
    array([ True])
    """
    unit = np.finfo(np.float64).eps
    return np.asarray(variance <= count * unit * variance + (count * mean * unit) ** 2)


def quantiles_of_sorted(ordered: Floats, count: NDArray[np.int64], levels: Floats) -> Floats:
    """Return quantiles (levels, K) of rows (K, n) sorted with NaN last, interpolated linearly.

    >>> quantiles_of_sorted(np.array([[1.0, 2.0, 4.0, np.nan]]), np.array([3]), np.array([0.5, 0.75]))
    array([[2.],
           [3.]])
    """
    position = levels[:, None] * np.maximum(count - 1, 0)
    below = np.floor(position).astype(np.int64)
    above = np.minimum(below + 1, np.maximum(count - 1, 0))
    t = position - below
    row = np.arange(ordered.shape[0])
    low, high = ordered[row, below], ordered[row, above]
    # Interpolating from the nearer end keeps the result inside [low, high] and monotone in t.
    between = np.where(t < 0.5, low + (high - low) * t, high - (high - low) * (1 - t))
    return np.where(low == high, low, between)
