"""One value dragged away from the others: what every position of it does to a scaler."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Protocol

import numpy as np
from numpy.typing import ArrayLike, NDArray

from normlib.scalers import FittedScaler

Floats = NDArray[np.float64]


class Scaler(Protocol):
    """Anything that learns a shift and a scale per feature."""

    def fit(self, x: ArrayLike, /) -> FittedScaler:
        """Return the fitted scaler."""
        ...


@dataclass(frozen=True, eq=False)
class OutlierSweep:
    """A feature, and the scaler fitted anew for each position of one value.

    Attributes:
        values: the feature as measured, (N,), NaN where a value is missing.
        row: which sample is moved.
        positions: standard deviations above the mean of the measured values, (F,).
        moved: the value at each position, (F,), in the feature's units.
        fitted: the scaler, with one column per position.
        trained: which samples the scaler was fitted on, (N,).
    """

    values: Floats
    row: int
    positions: Floats
    moved: Floats
    fitted: FittedScaler
    trained: NDArray[np.bool_]

    def after(self, values: ArrayLike) -> Floats:
        """Return the scaled values for every position, (F, M)."""
        column = np.asarray(values, dtype=np.float64).reshape(-1, 1)
        return np.asarray(self.fitted.transform(np.broadcast_to(column, (column.size, self.positions.size))).T)

    @cached_property
    def others(self) -> Floats:
        """The measured values of all samples but the moved one, (N - 1,), missing ones left out."""
        rest = np.delete(self.values, self.row)
        return rest[~np.isnan(rest)]

    def counts_after(self, edges: ArrayLike) -> Floats:
        """Count the scaled values of all samples but the moved one in bins, for every position, (F, B).

        A scaler keeps the order, so the edges are mapped back to the feature's units once per position and
        looked up among the sorted values: 100,000 rows take as long as 100.

        Args:
            edges: rising bin edges on the scaled axis, (B + 1,), wide enough for all values.
        """
        bins = np.asarray(edges, dtype=np.float64)
        if self.fitted.clip is not None:
            return histogram_rows(self.after(self.others), bins)
        back = self.fitted.inverse_transform(np.repeat(bins[:, None], self.positions.size, axis=1))
        place = np.searchsorted(np.sort(self.others), back.T)  # (F, B + 1)
        place[:, 0], place[:, -1] = 0, self.others.size
        return np.diff(place, axis=1).astype(np.float64)

    def moved_after(self) -> Floats:
        """Return where the moved value lands at every position, (F,)."""
        return np.asarray(self.fitted.transform(self.moved.reshape(1, -1))[0])


def outlier_sweep(
    values: ArrayLike, scaler: Scaler, positions: ArrayLike, trained: NDArray[np.bool_] | None = None
) -> OutlierSweep:
    """Fit a scaler once for every position of one value.

    Position 0 leaves the data as measured. At position k > 0 the sample nearest to the mean (among those
    the scaler is fitted on) is set to mean + k * std, with the mean and std of the measured values.

    Args:
        values: one feature, (N,); NaN is left out.
        scaler: an unfitted scaler.
        positions: standard deviations above the mean, (F,), each >= 0.
        trained: which samples the scaler may see, (N,); all when not given.
    Returns: an `OutlierSweep`.
    Raises: ValueError when the feature has no value to move, or positions below 0.

    >>> from normlib.scalers import MinMaxScaler
    >>> sweep = outlier_sweep([0.0, 1.0, 2.0], MinMaxScaler(), [0.0, 10.0])
    >>> sweep.moved.round(2)
    array([1.  , 9.16])
    >>> sweep.after([0.0, 2.0]).round(2)
    array([[0.  , 1.  ],
           [0.  , 0.22]])
    """
    feature = np.asarray(values, dtype=np.float64)
    where = np.asarray(positions, dtype=np.float64)
    if where.size and where.min() < 0:
        raise ValueError(f"positions start at 0 standard deviations, but the lowest is {where.min():g}.")
    seen = np.ones(feature.shape, dtype=bool) if trained is None else trained
    usable = seen & ~np.isnan(feature)
    if not usable.any():
        raise ValueError(
            f"none of the {feature.size} values is a number that the scaler may see: choose another feature."
        )
    measured = feature[~np.isnan(feature)]
    mean, std = float(measured.mean()), float(measured.std())
    row = int(np.argmin(np.where(usable, np.abs(feature - mean), np.inf)))
    moved = np.where(where > 0, mean + where * std, feature[row])
    columns = np.repeat(feature[:, None], where.size, axis=1)
    columns[row] = moved
    return OutlierSweep(feature, row, where, moved, scaler.fit(columns[seen]), seen)


def histogram_rows(rows: ArrayLike, edges: ArrayLike) -> Floats:
    """Count the values of every row in the same bins.

    Args:
        rows: (F, M); NaN is left out.
        edges: rising bin edges of equal width, (B + 1,). Values beyond the ends count in the outermost bins.
    Returns: counts, (F, B).

    >>> histogram_rows([[0.1, 0.2, 0.9], [0.6, 0.7, 5.0]], [0.0, 0.5, 1.0])
    array([[2., 1.],
           [0., 3.]])
    """
    table = np.asarray(rows, dtype=np.float64)
    bins = np.asarray(edges, dtype=np.float64)
    count = bins.size - 1
    width = (bins[-1] - bins[0]) / count
    known = ~np.isnan(table)
    index = np.floor((np.where(known, table, bins[0]) - bins[0]) / width).clip(0, count - 1).astype(np.intp)
    index += count * np.arange(table.shape[0])[:, None]
    return np.bincount(index[known], minlength=table.shape[0] * count).reshape(-1, count).astype(np.float64)
