"""Everything random about a run, as pure functions of the seed: split, initial weights and batch order.

Any engine that asks here trains on the same rows, in the same order, from the same weights. Each purpose
(and each layer, and each epoch) has a stream of its own, so that one more layer, another method or more
steps change nothing that was there before.
"""

from __future__ import annotations

from functools import lru_cache
from math import sqrt
from typing import Final

import numpy as np
from numpy.typing import NDArray

from normlib.splits import stratified_split

Floats = NDArray[np.float64]
Floats32 = NDArray[np.float32]
Indices = NDArray[np.int64]

_SPLIT, _WEIGHTS, _ORDER, _NOISE, _PROBE = 1, 2, 3, 4, 5
NORMAL_SD: Final = 0.1
"""Standard deviation of the "normal" initialization at scale 1, whatever the number of inputs."""
PROBE_ROWS: Final = 256
"""Training rows that are looked at again and again, at most."""
_SHIFT, _STRETCH, _JITTER = 0.5, 0.25, 0.1


def split(seed: int, labels: Indices, test_share: float) -> tuple[Indices, Indices]:
    """Return the rows to train on and to test on, each class by its share.

    Args:
        seed: equal seeds give equal splits.
        labels: (N,) class of each row.
        test_share: share of the rows to test on, 0 to 1.
    Returns: sorted row numbers of the training rows, `train_rows(N, test_share)` of them, and of the others.

    >>> train, test = split(0, np.repeat([0, 1], 10), 0.3)
    >>> len(train), len(test)
    (14, 6)
    """
    return stratified_split(labels, train_rows(len(labels), test_share), _generator(seed, _SPLIT))


def train_rows(rows: int, test_share: float) -> int:
    """Return how many of the rows are trained on.

    >>> train_rows(1797, 0.3)
    1258
    """
    return rows - round(rows * test_share)


def standard_weights(seed: int, layer: int, shape: tuple[int, ...], part: int = 0) -> Floats:
    """Return standard normal draws for an array of weights; every initialization scales the same draws.

    Args:
        seed: equal seeds give equal draws.
        layer: number of the layer, from 0.
        shape: of the array, such as (inputs, outputs).
        part: which array of the layer, where it has several.
    Returns: `shape`, float64.

    >>> bool((standard_weights(3, 0, (4, 2)) == standard_weights(3, 0, (4, 2))).all())
    True
    """
    # A part 0 changes nothing: SeedSequence fills short sequences up with zeros.
    return _generator(seed, _WEIGHTS, layer, part).standard_normal(shape)


def weight_sd(init: str, inputs: int, outputs: int) -> float:
    """Return the standard deviation of a layer's initial weights at scale 1.

        he: sqrt(2 / inputs)    xavier: sqrt(2 / (inputs + outputs))    normal: 0.1

    Args:
        init: "he", "xavier" or "normal".
        inputs: number of inputs of the layer.
        outputs: number of its units.
    Raises: ValueError for another name.
    Source: He et al. 2015, arXiv:1502.01852; Glorot and Bengio 2010.

    >>> weight_sd("he", 50, 10), weight_sd("normal", 50, 10)
    (0.2, 0.1)
    """
    if init == "he":
        return sqrt(2 / inputs)
    if init == "xavier":
        return sqrt(2 / (inputs + outputs))
    if init == "normal":
        return NORMAL_SD
    raise ValueError(f"There is no initialization {init!r}: choose he, xavier or normal.")


@lru_cache(maxsize=256)
def batch_order(seed: int, epoch: int, rows: int) -> Indices:
    """Return the order in which an epoch goes through the training rows: a permutation of 0 .. rows - 1.

    Args:
        seed: equal seeds give equal orders.
        epoch: number of the epoch, from 0.
        rows: number of training rows.
    Returns: (rows,), read-only.

    >>> sorted(batch_order(0, 5, 4).tolist())
    [0, 1, 2, 3]
    """
    order = _generator(seed, _ORDER, epoch).permutation(rows)
    order.flags.writeable = False
    return order


def noise(seed: int, layer: int, step: int, rows: int, units: int) -> tuple[Floats32, Floats32]:
    """Return the noise behind a norm at a training step: a factor per unit, and an offset per row and unit.

        y = s x + m + e,   s ~ U(1, 1.25) and m ~ U(-0.5, 0.5) of each unit,   e ~ N(0, 0.1^2) of each row and unit

    `Experiment.noise` shrinks it: y = x + noise * ((s - 1) x + m + e). Units move and stretch anew at every step,
    whatever normalizes them: the shift that batch norm was to remove is put back behind it. Equal arguments give
    equal draws, so that all methods meet the same noise, and m and s do not depend on `rows`.

    Args:
        seed: of the run.
        layer: hidden layer from 0.
        step: updates so far.
        rows: of the batch.
        units: of the layer.
    Returns: s, (units,), and m + e, (rows, units), float32.
    Source: Santurkar et al. 2018, arXiv:1805.11604, section 2.2, where the noise has a mean other than 0 and a
        variance other than 1, which change at every step. The paper's text gives no numbers: those of m and s are
        the ones usually quoted for its appendix, and that of e is chosen here, as is a normal e, where the
        appendix may draw it otherwise.

    >>> factor, offset = noise(0, 1, 7, 5, 3)
    >>> factor.shape, offset.shape, bool((factor == noise(0, 1, 7, 9, 3)[0]).all())
    ((3,), (5, 3), True)
    """
    generator = _generator(seed, _NOISE, layer, step)
    moved, stretched = generator.random((2, units), dtype=np.float32)
    offset = generator.standard_normal((rows, units), dtype=np.float32)
    offset *= np.float32(_JITTER)
    offset += np.float32(_SHIFT) * (2 * moved - 1)
    return 1 + np.float32(_STRETCH) * stretched, offset


def probe_rows(seed: int, rows: int) -> Indices:
    """Return which training rows of a seed are looked at at every record: `PROBE_ROWS` of them, or all.

    Args:
        seed: equal seeds give equal rows.
        rows: number of training rows.
    Returns: sorted places among the training rows.

    >>> len(probe_rows(0, 1258)), len(probe_rows(0, 125))
    (256, 125)
    """
    return np.sort(_generator(seed, _PROBE).permutation(rows)[:PROBE_ROWS])


def _generator(seed: int, *purpose: int) -> np.random.Generator:
    return np.random.Generator(np.random.PCG64(np.random.SeedSequence((seed, *purpose))))
