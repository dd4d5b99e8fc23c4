"""Deployed rows that are not like the training rows: how they move, how far apart both are, and what that costs."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from normlib import shift
from normlib.fixed_network import FixedNetwork, Place, Statistics, train_network
from normlib.outlier import Scaler
from normlib.samples import class_indices, feature_table
from normlib.scalers import FittedScaler, StandardScaler
from normlib.splits import stratified_split

Floats = NDArray[np.float64]
Indices = NDArray[np.int64]


def drifted(
    x: ArrayLike,
    mean: ArrayLike,
    std: ArrayLike,
    *,
    by: ArrayLike = 0.0,
    spread: float = 1.0,
    features: Sequence[int] | None = None,
) -> Floats:
    """Return rows whose features were moved and spread as a sensor out of tune would do it.

        x' = mean + spread * (x - mean) + by * std    in the features that move, x' = x in the others

    Args:
        x: (N, D) rows.
        mean: (D,) mean of each feature over the training rows, in its unit.
        std: (D,) standard deviation likewise, 0 where it is constant.
        by: how far to move, in standard deviations, one number or (F,).
        spread: factor on the distances from the mean, above 0.
        features: columns that move; all when left out.
    Returns: (N, D), or (F, N, D) for several `by`.
    Raises: ValueError for a spread that is not positive, or a column that does not exist.

    >>> drifted([[4.0, 1.0], [6.0, 1.0]], [5.0, 1.0], [1.0, 0.0], by=2.0, spread=3.0)
    array([[ 4.,  1.],
           [10.,  1.]])
    """
    table, center, scale = feature_table(x), np.asarray(mean, np.float64), np.asarray(std, np.float64)
    columns = table.shape[1]
    if not 0 < spread < np.inf:
        raise ValueError(f"spread={spread} must be a positive number: 1 leaves the spread as it is.")
    moved = np.zeros(columns, dtype=bool)
    for column in range(columns) if features is None else features:
        if not 0 <= column < columns:
            raise ValueError(f"features names column {column}, but x has columns 0 to {columns - 1}.")
        moved[column] = True
    offset = np.asarray(by, np.float64)[..., None, None] * np.where(moved, scale, 0.0)
    # Told apart from the formula, so that rounding never changes a feature that stays.
    spread_out = table if spread == 1.0 else np.where(moved, center + spread * (table - center), table)
    return np.asarray(spread_out + offset, np.float64)


@dataclass(frozen=True)
class Gap:
    """How far deployed values of a feature are from the training values, by five measures.

    Attributes:
        means: standardized mean difference, in pooled standard deviations.
        wasserstein: average way between both, in standard deviations of the training values.
        ks: largest gap between the distribution functions, 0 to 1.
        variances: deployed variance over training variance.
        psi: population stability index.
    """

    means: float
    wasserstein: float
    ks: float
    variances: float
    psi: float


def gap(train: ArrayLike, deployed: ArrayLike) -> Gap:
    """Measure how far deployed values of one feature are from the training values.

    Args:
        train: (N,) values, at least two.
        deployed: (M,) values in the same unit, at least two.
    Returns: a `Gap`; for constant training values some of it is infinite or NaN.
    Raises: ValueError for samples too small or infinite.

    >>> found = gap([1.0, 2.0, 3.0], [3.0, 4.0, 5.0])
    >>> found.means, round(found.wasserstein, 3), round(found.ks, 3)
    (2.0, 2.449, 0.667)
    """
    std = float(np.std(np.asarray(train, np.float64)))
    way = shift.wasserstein_1(train, deployed)
    return Gap(
        shift.standardized_mean_difference(train, deployed),
        way / std if std > 0 else (0.0 if way == 0 else float("inf")),
        shift.kolmogorov_smirnov(train, deployed),
        shift.variance_ratio(train, deployed),
        shift.population_stability_index(train, deployed),
    )


def share_outside(values: ArrayLike, low: ArrayLike, high: ArrayLike) -> Floats:
    """Return the share of values that lie below `low` or above `high`.

    Args:
        values: (..., N, D) values.
        low: (D,) lower end for each feature, or one number.
        high: (D,) upper end, likewise.
    Returns: (...,) shares from 0 to 1.

    >>> float(share_outside([[0.5, 2.0], [-0.5, 1.0]], 0.0, 1.0))
    0.5
    """
    table, least, most = (np.asarray(one, np.float64) for one in (values, low, high))
    return np.asarray(((table < least) | (table > most)).mean(axis=(-2, -1)), np.float64)


def deal(y: ArrayLike, rows: int | None, *, one_class: bool = False, seed: int = 0) -> tuple[Indices, list[int]]:
    """Deal deployed rows into batches.

    Args:
        y: (N,) class of each row.
        rows: rows of a batch, at least 1; None for one batch of them all. The last batch takes what is left.
        one_class: whether each batch holds rows of one class only.
        seed: of the order.
    Returns: (N,) row numbers in the order in which they come, and the size of each batch.
    Raises: ValueError for a batch of no row.

    >>> order, sizes = deal([0, 1, 0, 1, 0], 2, one_class=True)
    >>> np.array([0, 1, 0, 1, 0])[order].tolist(), sizes
    ([0, 0, 0, 1, 1], [2, 1, 2])
    """
    labels, _ = class_indices(y, len(np.asarray(y)))
    if rows is not None and rows < 1:
        raise ValueError(f"rows={rows} makes no batch: use at least 1.")
    order = np.random.default_rng(seed).permutation(len(labels))
    groups = [len(labels)]
    if one_class:
        order = order[np.argsort(labels[order], kind="stable")]
        groups = np.bincount(labels).tolist()
    sizes = []
    for group in groups:
        size = group if rows is None else rows
        sizes += [size] * (group // size) + ([group % size] if group % size else [])
    return order, sizes


@dataclass(frozen=True, eq=False)
class Split:
    """One split of the data, with the scaler and the network that only ever saw its training rows.

    Attributes:
        train: (N, D) training rows, unscaled.
        test: (M, D) the other rows, which are deployed.
        y: (M,) their classes.
        scaler: fitted on the training rows.
        network: trained on the scaled training rows.
        mean: (D,) of the training rows.
        std: (D,) of the training rows, divided by N.
    """

    train: Floats
    test: Floats
    y: Indices
    scaler: FittedScaler
    network: FixedNetwork
    mean: Floats
    std: Floats


def train_on_splits(
    x: ArrayLike, y: ArrayLike, scaler: Scaler, *, place: Place = "none", splits: int = 10, share: float = 0.7
) -> tuple[Split, ...]:
    """Split the data at random several times, and fit a scaler and train a network on each.

    Args:
        x: (N, D) rows.
        y: (N,) classes.
        scaler: with `fit`, which returns something with `transform`.
        place: where batch norm stands in the network.
        splits: how many; split s is the same for every scaler and place.
        share: of the rows to train on.
    Returns: the splits.
    Raises: ValueError when a split would leave no row to train on or to deploy.

    >>> (only,) = train_on_splits([[0.0], [1.0], [2.0], [10.0], [11.0], [12.0]], [0, 0, 0, 1, 1, 1],
    ...                           StandardScaler(), splits=1)
    >>> only.train.shape, only.test.shape
    ((4, 1), (2, 1))
    """
    table = feature_table(x)
    labels, _ = class_indices(y, len(table))
    rows = round(share * len(table))
    cut = [stratified_split(labels, rows, np.random.default_rng(seed)) for seed in range(splits)]
    fitted = [scaler.fit(table[train]) for train, _ in cut]
    scaled = np.stack([np.asarray(f.transform(table[train])) for f, (train, _) in zip(fitted, cut, strict=True)])
    # It knows a constant feature from one whose deviation is rounding.
    measured = [StandardScaler().fit(table[train]) for train, _ in cut]
    networks = train_network(scaled, np.stack([labels[train] for train, _ in cut]), place=place)
    return tuple(
        Split(
            table[train],
            table[test],
            labels[test],
            fitted[s],
            networks.member(s),
            measured[s].mean,
            np.where(measured[s].constant, 0.0, measured[s].std),
        )
        for s, (train, test) in enumerate(cut)
    )


@dataclass(frozen=True, eq=False)
class Answers:
    """What networks answer when the rows have moved.

    Attributes:
        accuracy: (F, S) share of right answers per move and split.
        same: (F, S) share of answers that are those to the same batches before the move.
        usual: (S,) share of right answers before the move, with running statistics.
    """

    accuracy: Floats
    same: Floats
    usual: Floats

    @property
    def change(self) -> Floats:
        """Accuracy minus the usual one, split by split, (F, S)."""
        return self.accuracy - self.usual


def answers(
    splits: Sequence[Split],
    by: ArrayLike,
    *,
    statistics: Statistics = "running",
    spread: float = 1.0,
    features: Sequence[int] | None = None,
    rows: int | None = None,
    one_class: bool = False,
) -> Answers:
    """Let the networks classify their deployed rows, moved by each of several amounts.

    Args:
        splits: of `train_on_splits`.
        by: (F,) how far to move, in standard deviations of the training rows.
        statistics: "running" or "fresh", as in `FixedNetwork.classify`.
        spread: factor on the distances from the training mean.
        features: columns that move; all when left out.
        rows: rows of a deployed batch; None for all in one.
        one_class: whether each batch holds one class only.
    Returns: the `Answers`.
    """
    moves = np.asarray(by, np.float64).ravel()
    accuracy, same = np.empty((2, moves.size, len(splits)))
    usual = np.empty(len(splits))
    for s, split in enumerate(splits):
        order, sizes = deal(split.y, rows, one_class=one_class, seed=s)
        y, test = split.y[order], np.asarray(split.scaler.transform(split.test[order]))
        before = split.network.classify(test, statistics, sizes)
        usual[s] = (split.network.classify(test) == y).mean()
        # A scaler is linear, so what it makes of moved rows are its rows moved by the same number of deviations.
        center, std = split.scaler.transform(split.mean[None])[0], split.std / split.scaler.scale
        for f, move in enumerate(moves):
            z = drifted(test, center, std, by=move, spread=spread, features=features)
            found = split.network.classify(z, statistics, sizes)
            accuracy[f, s], same[f, s] = (found == y).mean(), (found == before).mean()
    return Answers(accuracy, same, usual)
