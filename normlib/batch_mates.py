"""One sample in many batches: what its neighbours do to its outputs under batch norm, and under layer norm."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from normlib.conventions import convention
from normlib.layers import batch_norm, layer_norm
from normlib.running import RunningStatistics

Floats = NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class Mates:
    """The outputs of one sample in F batches, at one position of its C channels.

    Attributes:
        mates: (F, n - 1) the other samples of each batch.
        training: (F, C) batch norm with the statistics of the batch.
        inference: (F, C) batch norm with running statistics, taken here as those of all samples.
        layer: (F, C) layer norm over all values of the sample.
        shuffled: largest change of a training output when each batch is put into another order.
    """

    mates: NDArray[np.int64]
    training: Floats
    inference: Floats
    layer: Floats
    shuffled: float

    def ranges(self, kind: str) -> Floats:
        """Return how far apart the outputs of each channel lie over all batches, (C,).

        Args:
            kind: "training", "inference" or "layer".
        """
        return np.asarray(np.ptp(getattr(self, kind), axis=0))


def with_mates(
    x: NDArray[np.floating],
    mine: int,
    size: int,
    *,
    among: Sequence[int] | NDArray[np.int64] | None = None,
    position: int = 0,
    draws: int = 41,
    seed: int = 0,
    eps: float = 1e-3,
) -> Mates:
    """Put one sample into random batches and normalize each of them in three ways.

    Args:
        x: (N, P, C) all samples.
        mine: index of the sample.
        size: samples in a batch n, the one included.
        among: indices of the samples that may come along, or None for all.
        position: which of the P positions of the sample is looked at.
        draws: number of batches F.
        seed: of the draws.
        eps: added to the variance.
    Returns: a `Mates`.
    Raises: ValueError if too few samples may come along, or a batch would be the sample alone.
    Source: Ioffe and Szegedy 2015, arXiv:1502.03167, sections 3.1 (training) and algorithm 2 (inference).

    >>> x = np.array([[[1.0, 5.0]], [[3.0, 1.0]], [[2.0, 2.0]]])
    >>> found = with_mates(x, 0, 2, draws=4, eps=0.0)
    >>> found.training[0], found.ranges("inference")
    (array([-1.,  1.]), array([0., 0.]))
    """
    if size < 2:
        raise ValueError(f"size={size} leaves no room for a batch mate: use at least 2.")
    choice = np.arange(len(x)) if among is None else np.asarray(among, dtype=np.int64)
    choice = choice[choice != mine]
    if len(choice) < size - 1:
        raise ValueError(f"A batch of {size} needs {size - 1} mates, but only {len(choice)} samples may come along.")
    rng = np.random.default_rng(seed)
    flat = x.reshape(-1, x.shape[2]).astype(np.float64)
    running = RunningStatistics(flat.mean(axis=0), flat.var(axis=0), convention("keras"))
    mates = np.stack([rng.choice(choice, size - 1, replace=False) for _ in range(draws)])
    found: dict[str, list[Floats]] = {"training": [], "inference": [], "layer": []}
    shuffled = 0.0
    for others in mates:
        batch = x[[mine, *others]].astype(np.float64)
        found["training"].append(batch_norm(batch, eps=eps).output[0, position])
        found["inference"].append(batch_norm(batch, eps=eps, running=running, training=False).output[0, position])
        found["layer"].append(layer_norm(batch, axes=(1, 2), eps=eps).output[0, position])
        order = rng.permutation(size)
        again = batch_norm(batch[order], eps=eps).output[np.flatnonzero(order == 0)[0], position]
        shuffled = max(shuffled, float(np.abs(again - found["training"][-1]).max()))
    return Mates(mates=mates, shuffled=shuffled, **{kind: np.stack(rows) for kind, rows in found.items()})
