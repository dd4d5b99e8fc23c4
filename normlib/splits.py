"""Random splits of samples that keep the share of every class: folds, and training against test rows."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike, NDArray

from normlib.samples import class_indices

Indices = NDArray[np.int64]


def stratified_folds(y: ArrayLike, *, folds: int = 5, repeats: int = 10, seed: int = 0) -> Indices:
    """Deal the samples of every class evenly to `folds` folds, `repeats` times over.

        fold of the i-th card = i mod folds, the deck shuffled and then sorted by class

    Within a class, and altogether, folds differ by at most one sample. In each repeat every sample
    belongs to exactly one fold: it is tested once and trained on `folds - 1` times.

    Args:
        y: (N,) labels.
        folds: number of folds, from 2 to the size of the smallest class.
        repeats: number of independent shuffles, at least 1.
        seed: equal seeds give equal folds.
    Returns: (repeats, N) the fold of each sample, 0 .. folds - 1.
    Raises: ValueError naming the smallest class when it has fewer samples than folds.
    Source: Kohavi 1995, "A study of cross-validation and bootstrap for accuracy estimation".

    >>> stratified_folds([0, 0, 0, 0, 1, 1], folds=2, repeats=1)[0, 4:].tolist() in ([0, 1], [1, 0])
    True
    """
    labels, classes = class_indices(y, len(np.asarray(y)))
    counts = np.bincount(labels)
    smallest = int(counts.argmin())
    if repeats < 1:
        raise ValueError(f"repeats={repeats} leaves nothing to average: use at least 1.")
    if not 2 <= folds <= counts[smallest]:
        remedy = (
            f"use 2 to {counts[smallest]} folds" if counts[smallest] >= 2 else "leave this class out or add samples"
        )
        raise ValueError(
            f"folds={folds} does not fit: there must be at least 2, and the smallest class "
            f"({classes[smallest]!s}) has {counts[smallest]}: {remedy}."
        )
    rng = np.random.default_rng(seed)
    dealt = np.arange(len(labels)) % folds
    result = np.empty((repeats, len(labels)), dtype=np.int64)
    for fold in result:
        fold[_shuffled_by_class(labels, rng)] = dealt
    return result


def stratified_split(labels: Indices, train_rows: int, rng: np.random.Generator) -> tuple[Indices, Indices]:
    """Draw `train_rows` training samples at random so that every class keeps its share.

    Each class sends its share of `train_rows`, rounded up or down: systematic sampling from the deck
    shuffled and then sorted by class.

    Args:
        labels: (N,) class indices.
        train_rows: number of training samples, 1 .. N - 1.
        rng: NumPy generator, moved on.
    Returns: sorted row numbers of the training samples (train_rows,) and of the others (N - train_rows,).
    Raises: ValueError when no sample would be left to train on or to test.

    >>> train, test = stratified_split(np.array([0, 0, 0, 1, 1, 1]), 4, np.random.default_rng(0))
    >>> np.bincount(np.array([0, 0, 0, 1, 1, 1])[train]).tolist(), len(test)
    ([2, 2], 2)
    """
    samples = len(labels)
    if not 1 <= train_rows < samples:
        raise ValueError(
            f"train_rows={train_rows} of {samples} samples leaves none to "
            f"{'train on' if train_rows < 1 else 'test'}: use 1 to {samples - 1}."
        )
    # A random phase, so that rounding favours no class in the long run.
    marks = (np.arange(samples + 1) * train_rows + rng.integers(samples)) // samples
    taken = np.zeros(samples, dtype=bool)
    taken[_shuffled_by_class(labels, rng)] = np.diff(marks) == 1
    return np.flatnonzero(taken), np.flatnonzero(~taken)


def _shuffled_by_class(labels: Indices, rng: np.random.Generator) -> Indices:
    deck = rng.permutation(len(labels))
    return deck[np.argsort(labels[deck], kind="stable")]
