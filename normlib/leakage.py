"""What leaks when preparation sees the test rows: a scaler next to nothing, a selection of features a lot."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from normlib.intervals import Interval, mean_interval
from normlib.neighbours import Scaler, split_accuracy
from normlib.samples import class_indices, feature_table
from normlib.scalers import StandardScaler
from normlib.splits import stratified_split

Floats = NDArray[np.float64]
Indices = NDArray[np.int64]


@dataclass(frozen=True, eq=False)
class Leak:
    """Test accuracies of the same splits, prepared honestly and with a look at the test rows.

    Attributes:
        honest: (splits,) accuracy when only training rows were seen.
        leaking: (splits,) accuracy when all rows were seen.
        interval: mean of `leaking - honest` with the 95 % t interval over the random splits of these
            very samples: how sure the figure is for this data set.
        cautious: the same mean with the interval corrected for splits that share samples (Nadeau and
            Bengio): how sure it is for new samples of the same kind. With few training and many test
            rows it is very wide.
        outside: share of test values outside the range of the training rows.
    """

    honest: Floats
    leaking: Floats
    interval: Interval
    cautious: Interval
    outside: float

    @property
    def difference(self) -> Floats:
        """Accuracy gained by leaking, (splits,); above 0 the test was made to look too good."""
        return self.leaking - self.honest


@dataclass(frozen=True, eq=False)
class SelectionLeak:
    """The leak of a selection, with the true labels and with labels that mean nothing.

    Attributes:
        real: the leak with the labels of the data.
        shuffled: the leak with labels in random order, where no honest method beats chance.
        chance: (sum of squared class shares) accuracy of guessing each class as often as it occurs.
    """

    real: Leak
    shuffled: Leak
    chance: float


@dataclass(frozen=True, eq=False)
class OutsideShare:
    """How many unseen values lie outside the range of the training rows.

    Attributes:
        train_rows: (T,) numbers of training rows.
        share: (T,) mean share of unseen values below the smallest or above the largest fitted one.
        low, high: (T,) the 2.5th and 97.5th percentile over the splits.
        expected: (T,) 2 / (train_rows + 1), the share for any continuous feature; ties make it smaller.
    """

    train_rows: Indices
    share: Floats
    low: Floats
    high: Floats
    expected: Floats


def scaler_leak(
    x: ArrayLike,
    y: ArrayLike,
    *,
    scaler: Scaler,
    train_rows: int,
    splits: int = 200,
    seed: int = 0,
    neighbours: int = 5,
) -> Leak:
    """Compare a scaler fitted on the training rows with one fitted on all rows, split by split.

    The neighbours that vote are training rows in both cases; only the scale they are measured in
    differs. A scaler never sees the labels, so there is little it could give away.

    Args:
        x: (N, C) samples.
        y: (N,) their classes.
        scaler: anything with `fit(x)` that returns something with `transform(x)`.
        train_rows: training samples per split, from `neighbours` to N - 1.
        splits: number of random stratified splits, at least 2.
        seed: decides the splits.
        neighbours: how many vote.
    Returns: a `Leak`.
    Raises: ValueError for a number of rows, neighbours or splits that does not fit.
    Source: Hastie, Tibshirani and Friedman 2009, "The Elements of Statistical Learning", 7.10.2, where
        scaling without the labels counts as harmless and selecting with them as wrong.

    >>> from normlib import data
    >>> wine = data.load("wine")
    >>> leak = scaler_leak(wine.x, wine.y, scaler=StandardScaler(), train_rows=120, splits=50)
    >>> abs(leak.interval.mean) < 0.01
    True
    """
    samples = feature_table(x)
    labels, _ = class_indices(y, len(samples))
    _check_splits(splits)
    rng = np.random.default_rng(seed)
    everything = np.arange(len(samples))
    accuracies, outside = np.empty((splits, 2)), np.empty(splits)
    for split in range(splits):
        train, test = stratified_split(labels, train_rows, rng)
        for arm, fit_on in enumerate((train, everything)):
            accuracies[split, arm] = split_accuracy(
                samples, labels, scaler, train=train, test=test, neighbours=neighbours, fit_on=fit_on
            )
        outside[split] = _outside(samples[train], samples[test])
    return _leak(accuracies, outside, len(samples), train_rows)


def selection_leak(
    x: ArrayLike,
    y: ArrayLike,
    *,
    noise_features: int = 500,
    keep: int = 10,
    train_rows: int,
    splits: int = 100,
    seed: int = 0,
    neighbours: int = 5,
) -> SelectionLeak:
    """Compare features selected on the training rows with features selected on all rows.

    To the real features `noise_features` columns of Gaussian noise are added, drawn anew for every
    split. The `keep` columns with the largest class separation (`anova_f`) are kept, standardized on
    the training rows, and the neighbours vote. The selection looks at labels, and a noise column that
    happens to agree with the labels of the test rows too is exactly what it picks.

    Args:
        x: (N, C) samples.
        y: (N,) their classes.
        noise_features: columns of noise to add, 0 or more.
        keep: columns to select, 1 .. C + noise_features.
        train_rows: training samples per split, from `neighbours` to N - 1.
        splits: number of random stratified splits, at least 2.
        seed: decides noise, shuffles and splits.
        neighbours: how many vote.
    Returns: a `SelectionLeak`.
    Raises: ValueError for a number of rows, columns, neighbours or splits that does not fit.
    Source: Ambroise and McLachlan 2002, "Selection bias in gene extraction", PNAS 99; Hastie, Tibshirani
        and Friedman 2009, 7.10.2.

    >>> from normlib import data
    >>> wine = data.load("wine")
    >>> leak = selection_leak(wine.x, wine.y, train_rows=60, splits=20)
    >>> leak.shuffled.interval.low > 0.05
    True
    """
    samples = feature_table(x)
    labels, _ = class_indices(y, len(samples))
    _check_splits(splits)
    if noise_features < 0:
        raise ValueError(f"noise_features={noise_features} is negative: use 0 or more.")
    columns = samples.shape[1] + noise_features
    if not 1 <= keep <= columns:
        raise ValueError(
            f"keep={keep} of {columns} columns ({samples.shape[1]} real and {noise_features} noise) cannot "
            f"be selected: use 1 to {columns}."
        )
    rng = np.random.default_rng(seed)
    kinds = (np.empty((splits, 2)), np.empty((splits, 2)))
    outside = np.empty((2, splits))
    scaler = StandardScaler()
    for split in range(splits):
        wide = np.hstack([samples, rng.standard_normal((len(samples), noise_features))])
        for kind, given in enumerate((labels, rng.permutation(labels))):
            train, test = stratified_split(given, train_rows, rng)
            scores = anova_f(wide[train], given[train]), anova_f(wide, given)
            for arm, score in enumerate(scores):
                kept = np.argsort(-score, kind="stable")[:keep]
                kinds[kind][split, arm] = split_accuracy(
                    wide[:, kept], given, scaler, train=train, test=test, neighbours=neighbours
                )
            outside[kind, split] = _outside(wide[train], wide[test])
    real, shuffled = (_leak(kinds[k], outside[k], len(samples), train_rows) for k in (0, 1))
    shares = np.bincount(labels) / len(labels)
    return SelectionLeak(real, shuffled, float(np.square(shares).sum()))


def outside_share(x: ArrayLike, train_rows: ArrayLike, *, splits: int = 200, seed: int = 0) -> OutsideShare:
    """Measure how many unseen values a min-max scaler will map outside its range, by training size.

        expected = 2 / (n + 1)

    Among n + 1 values in random order the last one is the smallest, or the largest, with probability
    1 / (n + 1) each, whatever their distribution is. No clipping, and no scaler, is to blame.

    Args:
        x: (N, C) samples; NaN counts neither as fitted nor as unseen.
        train_rows: one or more numbers of training rows, each 1 .. N - 1.
        splits: number of random splits, at least 2.
        seed: decides the splits.
    Returns: an `OutsideShare`.
    Raises: ValueError for a number of rows or splits that does not fit.

    >>> curve = outside_share([[1.0], [2.0], [3.0]], [2], splits=500)
    >>> curve.expected.round(3).tolist(), abs(float(curve.share[0]) - 2 / 3) < 0.1
    ([0.667], True)
    """
    samples = feature_table(x, nan=True)
    sizes = np.atleast_1d(np.asarray(train_rows))
    _check_splits(splits)
    if sizes.ndim > 1 or sizes.dtype.kind not in "iu" or not ((sizes >= 1) & (sizes < len(samples))).all():
        raise ValueError(
            f"train_rows={train_rows!r} must be whole numbers from 1 to {len(samples) - 1}, "
            f"as there are {len(samples)} rows."
        )
    rng = np.random.default_rng(seed)
    shares = np.empty((splits, len(sizes)))
    for row in shares:
        shuffled = samples[rng.permutation(len(samples))]
        row[:] = [_outside(shuffled[:size], shuffled[size:]) for size in sizes]
    low, high = np.percentile(shares, [2.5, 97.5], axis=0)
    return OutsideShare(sizes.astype(np.int64), shares.mean(axis=0), low, high, 2 / (sizes + 1))


def anova_f(x: Floats, labels: Indices) -> Floats:
    """Return how well each column separates the classes: the F statistic of a one-way analysis of variance.

        F = (between-class sum of squares / (K - 1)) / (within-class sum of squares / (N - K))

    Args:
        x: (N, C) samples.
        labels: (N,) class indices; K counts the classes that occur.
    Returns: (C,) F statistics; 0 for a constant column, infinite for one that separates perfectly.

    >>> anova_f(np.array([[1.0, 5.0], [3.0, 5.0], [5.0, 5.0], [7.0, 5.0]]), np.array([0, 0, 1, 1]))
    array([8., 0.])
    """
    count = np.bincount(labels)
    members = (labels == np.flatnonzero(count)[:, None]).astype(np.float64)  # (K, N)
    count = count[count > 0]
    centred = x - x.mean(axis=0)
    class_sums = members @ centred
    between = (np.square(class_sums) / count[:, None]).sum(axis=0)
    total = np.einsum("nc,nc->c", centred, centred)
    within = np.maximum(total - between, 0.0)
    noise = len(x) * np.square(np.finfo(np.float64).eps * np.abs(x).max(axis=0))
    freedom = max(len(x) - len(count), 1) / max(len(count) - 1, 1)
    with np.errstate(divide="ignore", invalid="ignore"):
        f = between / within * freedom
    return np.where(total <= noise, 0.0, f)


def _leak(accuracies: Floats, outside: Floats, samples: int, train_rows: int) -> Leak:
    accuracies.flags.writeable = False
    honest, leaking = accuracies.T
    ratio = (samples - train_rows) / train_rows
    return Leak(
        honest,
        leaking,
        mean_interval(leaking - honest),
        mean_interval(leaking - honest, test_to_train=ratio),
        float(outside.mean()),
    )


def _outside(train: Floats, test: Floats) -> float:
    low, high = np.fmin.reduce(train, axis=0), np.fmax.reduce(train, axis=0)
    seen = np.count_nonzero(~np.isnan(test))
    return float(np.count_nonzero((test < low) | (test > high)) / seen) if seen else 0.0


def _check_splits(splits: int) -> None:
    if splits < 2:
        raise ValueError(f"splits={splits} gives no interval: use at least 2.")
