"""The nearest-neighbour vote, and how often it is right with and without scaling."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Protocol

import numpy as np
from numpy.typing import ArrayLike, NDArray

from normlib.intervals import Interval, mean_interval
from normlib.samples import class_indices, feature_table, power_of_two_scale
from normlib.splits import stratified_folds

Floats = NDArray[np.float64]
Indices = NDArray[np.int64]


class Fitted(Protocol):
    """A scaler that has seen its data."""

    def transform(self, x: Any, /) -> Any:
        """Return `x` in the new scale."""


class Scaler(Protocol):
    """Anything with `fit(x)` that returns something with `transform(x)`."""

    def fit(self, x: Any, /) -> Fitted:
        """Take the statistics of `x`."""


@dataclass(frozen=True, eq=False)
class Accuracy:
    """Share of test samples that the neighbours' vote got right.

    Attributes:
        accuracies: (repeats, folds), one per test fold.
        interval: their mean and its corrected confidence interval, kept within 0 to 1.
        test_to_train: test samples over training samples in a fold.
    """

    accuracies: Floats
    interval: Interval
    test_to_train: float

    @property
    def mean(self) -> float:
        """Mean over all folds and repeats."""
        return self.interval.mean


def nearest_vote(train: ArrayLike, labels: ArrayLike, query: ArrayLike, *, neighbours: int = 5) -> Any:
    """Predict the class of each query by the vote of its nearest training samples.

        d(a, b)^2 = sum over features of (a - b)^2

    Ties are settled the same way every time: of training samples at exactly the same distance the one
    in the lower row counts as nearer; of classes with equally many votes the first in sorted order wins.

    Args:
        train: (N, C) training samples.
        labels: (N,) their classes.
        query: (Q, C) samples to classify.
        neighbours: how many vote, 1 .. N.
    Returns: (Q,) predicted classes, of the labels' dtype.
    Raises: ValueError when the shapes do not fit, a value is not finite, or there are fewer training
        samples than neighbours.
    Source: Cover and Hart 1967, "Nearest neighbor pattern classification".

    >>> nearest_vote([[0.0], [1.0], [9.0]], ["low", "low", "high"], [[8.0], [0.4]], neighbours=1).tolist()
    ['high', 'low']
    """
    known, asked = feature_table(train, "train"), feature_table(query, "query")
    if known.shape[1] != asked.shape[1]:
        raise ValueError(
            f"train has {known.shape[1]} features and query has {asked.shape[1]}: give both the same columns."
        )
    indices, classes = class_indices(labels, len(known), "labels")
    return classes[_vote(known, indices, asked, neighbours)]


def neighbour_accuracy(
    x: ArrayLike,
    y: ArrayLike,
    scaler: Scaler | None,
    *,
    neighbours: int = 5,
    folds: int = 5,
    repeats: int = 10,
    seed: int = 0,
) -> Accuracy:
    """Measure the vote by repeated stratified cross-validation; the scaler sees the training rows only.

    Equal `folds`, `repeats` and `seed` give equal folds whatever the scaler, so that two results can
    be compared pair by pair (`paired_difference`).

    Args:
        x: (N, C) samples.
        y: (N,) their classes.
        scaler: fitted anew on the training rows of every fold; None leaves the data raw.
        neighbours: how many vote.
        folds: from 2 to the size of the smallest class.
        repeats: independent shuffles.
        seed: decides the folds.
    Returns: an `Accuracy` with (repeats, folds) values and a 95 % interval.
    Raises: ValueError as `nearest_vote` and `stratified_folds` do.

    >>> from normlib import data, scalers
    >>> wine = data.load("wine")
    >>> for scaler in (None, scalers.StandardScaler()):
    ...     print(round(neighbour_accuracy(wine.x, wine.y, scaler).mean, 2))
    0.7
    0.96
    """
    samples = feature_table(x)
    labels, _ = class_indices(y, len(samples))
    assignment = stratified_folds(y, folds=folds, repeats=repeats, seed=seed)
    accuracies = np.empty((repeats, folds))
    for repeat, fold in enumerate(assignment):
        for k in range(folds):
            test = fold == k
            accuracies[repeat, k] = split_accuracy(
                samples,
                labels,
                scaler,
                train=np.flatnonzero(~test),
                test=np.flatnonzero(test),
                neighbours=neighbours,
            )
    ratio = 1 / (folds - 1)
    interval = mean_interval(accuracies, test_to_train=ratio)
    clipped = Interval(interval.mean, max(interval.low, 0.0), min(interval.high, 1.0), interval.confidence)
    accuracies.flags.writeable = False
    return Accuracy(accuracies, clipped, ratio)


def paired_difference(a: Accuracy, b: Accuracy) -> Interval:
    """Give the mean of `b - a`, fold by fold, with its corrected 95 % interval.

    Pairing removes what both share, the luck of the split, so the interval is much narrower than the
    two single ones suggest.

    Args:
        a: result of `neighbour_accuracy`.
        b: result with the same folds, repeats and seed.
    Returns: an `Interval`; above 0 means that `b` is better.
    Raises: ValueError when the two were not measured on equally many folds and repeats.

    >>> x, y = [[0.0], [0.1], [1.0], [1.1]], [0, 0, 1, 1]
    >>> result = neighbour_accuracy(x, y, None, neighbours=1, folds=2, repeats=1)
    >>> paired_difference(result, result).mean
    0.0
    """
    if a.accuracies.shape != b.accuracies.shape:
        raise ValueError(
            f"The results have {a.accuracies.shape} and {b.accuracies.shape} repeats and folds, so "
            f"they cannot be paired: measure both with the same folds, repeats and seed."
        )
    return mean_interval(b.accuracies - a.accuracies, test_to_train=a.test_to_train)


def split_accuracy(
    x: Floats,
    labels: Indices,
    scaler: Scaler | None,
    *,
    train: Indices,
    test: Indices,
    neighbours: int,
    fit_on: Indices | None = None,
) -> float:
    """Return the share of `test` rows that the `train` rows predict, for arrays checked before.

    The scaler is fitted on the training rows, or on the rows `fit_on` to show what that changes.
    """
    fitted = None if scaler is None else scaler.fit(x[train] if fit_on is None else x[fit_on])
    known, asked = (x[rows] if fitted is None else np.asarray(fitted.transform(x[rows])) for rows in (train, test))
    predicted = _vote(known, labels[train], asked, neighbours)
    return float(np.mean(predicted == labels[test]))


def _vote(train: Floats, labels: Indices, query: Floats, neighbours: int) -> Indices:
    if not 1 <= neighbours <= len(train):
        raise ValueError(
            f"neighbours={neighbours} cannot vote among {len(train)} training samples: use 1 to {len(train)}."
        )
    nearest = _nearest(train, query, neighbours)
    one_hot = np.eye(int(labels.max()) + 1, dtype=np.float32)[labels]
    predicted: Indices = (nearest.astype(np.float32) @ one_hot).argmax(axis=1)
    return predicted


def _nearest(train: Floats, query: Floats, neighbours: int) -> NDArray[np.bool_]:
    """Mark the nearest training samples of each query: (Q, N) with `neighbours` times True per row."""
    # |t|^2 - 2 t.q orders like |t - q|^2, and is one matrix product. It cancels when values are large
    # against their spread, so both are centred first: at a value that occurs, which keeps whole numbers
    # whole, and equal distances exactly equal.
    scale = max(power_of_two_scale(train), power_of_two_scale(query))
    known, asked = train / scale, query / scale
    centre = np.partition(known, len(known) // 2, axis=0)[len(known) // 2]
    known, asked = known - centre, asked - centre
    distance = asked @ (-2 * known.T)
    distance += np.einsum("nc,nc->n", known, known)
    farthest = np.partition(distance, neighbours - 1, axis=1)[:, neighbours - 1 : neighbours]
    nearest: NDArray[np.bool_] = distance <= farthest
    for row in np.flatnonzero(nearest.sum(axis=1) > neighbours):
        order = np.argsort(distance[row], kind="stable")
        nearest[row] = False
        nearest[row, order[:neighbours]] = True
    return nearest
