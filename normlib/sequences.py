"""Sequences of different length in one array: padding, a mask, and what both do to batch norm's statistics."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from normlib import data
from normlib.checks import numeric_array
from normlib.conventions import convention
from normlib.layers import batch_norm, layer_norm
from normlib.running import RunningStatistics

Floats = NDArray[np.float64]
STEPS = 8
"""Steps of the longest sequence: the rows of a digit's image."""


@dataclass(frozen=True, eq=False)
class Padded:
    """Sequences in one array.

    Attributes:
        x: (N, T, C) float64; beyond its length each sequence holds the padding value.
        mask: (N, T), true where a step is real.
    """

    x: Floats
    mask: NDArray[np.bool_]

    @property
    def share(self) -> float:
        """Share of the steps that are padding."""
        return float(1 - self.mask.mean())


@dataclass(frozen=True, eq=False)
class PaddingSweep:
    """One sequence of a batch that is padded to F different lengths T.

    Attributes:
        steps: T, (F,).
        share: share of padding among the N * T steps, (F,).
        mean: what batch norm subtracts, (F, C), over real steps and padding.
        std: root of the variance it divides by, (F, C), before epsilon.
        real_mean: the same over real steps alone, as a mask makes it, (C,).
        real_std: likewise, (C,).
        batch: the sequence's real steps under batch norm, (F, length, C).
        masked: under batch norm with a mask, (F, length, C).
        layer: under layer norm over the features of each step, (F, length, C).
        filler: a padding step's output under batch norm, (F, C), NaN where there is no padding.
    """

    steps: NDArray[np.int64]
    share: Floats
    mean: Floats
    std: Floats
    real_mean: Floats
    real_std: Floats
    batch: Floats
    masked: Floats
    layer: Floats
    filler: Floats


def digit_sequences(samples: int, shortest: int = STEPS, seed: int = 0) -> tuple[Floats, NDArray[np.int64]]:
    """Return handwritten digits as sequences: each row of an image is a step with 8 features, from 0 to 16.

    Args:
        samples: number of sequences N.
        shortest: lengths are drawn evenly from this to 8; 8 keeps every row.
        seed: of the draw.
    Returns: (N, 8, 8) float64, and the length of each sequence, (N,): steps beyond it are to be left out.
    Raises: ValueError for numbers that the data set cannot give.

    >>> x, lengths = digit_sequences(4, shortest=3)
    >>> x.shape, bool((lengths >= 3).all())
    ((4, 8, 8), True)
    """
    images = data.load("digits").x
    if not 1 <= samples <= len(images):
        raise ValueError(f"samples={samples}, but there are 1 to {len(images)} digits.")
    if not 1 <= shortest <= STEPS:
        raise ValueError(f"shortest={shortest}, but an image has 1 to {STEPS} rows.")
    lengths = np.random.default_rng(seed).integers(shortest, STEPS, samples, endpoint=True)
    return images[:samples].reshape(samples, STEPS, -1), lengths


def pad(x: ArrayLike, lengths: ArrayLike, steps: int, value: float = 0.0) -> Padded:
    """Put sequences into one array of `steps` steps, and fill up what is missing.

    Args:
        x: (N, T, C), of which sequence n uses the first `lengths[n]` steps.
        lengths: (N,), 1 to T each.
        steps: steps of the result, at least the largest length.
        value: the padding.
    Returns: a `Padded`.
    Raises: ValueError naming a length that does not fit.

    >>> made = pad([[[1.0], [2.0]], [[3.0], [4.0]]], lengths=[1, 2], steps=3)
    >>> made.x[..., 0]
    array([[1., 0., 0.],
           [3., 4., 0.]])
    >>> made.share
    0.5
    """
    array, used = numeric_array(x).astype(np.float64), np.asarray(lengths)
    if array.ndim != 3 or used.shape != array.shape[:1]:
        raise ValueError(f"x has shape {array.shape} and lengths {used.shape}: give (N, T, C) and (N,).")
    longest = int(used.max())
    if used.min() < 1 or longest > array.shape[1]:
        raise ValueError(
            f"lengths go from {used.min()} to {longest}, but x has {array.shape[1]} steps: use 1 to those."
        )
    if steps < longest:
        raise ValueError(f"steps={steps} cannot hold a sequence of {longest} steps: choose {longest} or more.")
    mask = np.arange(steps) < used[:, None]
    padded = np.full((len(array), steps, array.shape[2]), float(value))
    padded[mask] = array[np.arange(array.shape[1]) < used[:, None]]
    return Padded(padded, mask)


def masked_batch_norm(padded: Padded, *, eps: float = 1e-3) -> tuple[Floats, Floats, Floats]:
    """Return batch norm in training mode with statistics over the real steps alone.

        mean = sum of real steps / their number, and the variance likewise

    Every step is normalized with them, padding too.

    Args:
        padded: sequences and mask, with at least 2 real steps.
        eps: added to the variance.
    Returns: the output, (N, T, C), and mean and variance, (C,) each.
    Raises: ValueError for fewer real steps.
    Source: keras.layers.BatchNormalization with `mask`, Keras 3.15.

    >>> made = pad([[[1.0], [3.0]], [[3.0], [1.0]]], lengths=[2, 2], steps=4)
    >>> masked_batch_norm(made, eps=0.0)[0][0, :, 0]
    array([-1.,  1., -2., -2.])
    """
    real = batch_norm(padded.x[padded.mask], eps=eps)
    mean, variance = real.mean[0], real.variance[0]
    known = RunningStatistics(mean, variance, convention("keras"))
    output = batch_norm(padded.x, running=known, training=False, eps=eps).output
    return np.asarray(output, dtype=np.float64), mean, variance


def padding_sweep(
    x: ArrayLike,
    lengths: ArrayLike,
    steps: Sequence[int],
    *,
    sample: int = 0,
    value: float = 0.0,
    eps: float = 1e-3,
) -> PaddingSweep:
    """Pad a batch to different lengths, and follow the real steps of one sequence under three layers.

    Args:
        x: (N, T, C).
        lengths: (N,), of each sequence.
        steps: lengths T to pad to.
        sample: the sequence to follow.
        value: the padding.
        eps: of all three layers.
    Returns: a `PaddingSweep`.
    Raises: ValueError as `pad` does.

    >>> made = padding_sweep([[[2.0, 4.0], [4.0, 8.0]]], [2], [2, 4], eps=0.0)
    >>> made.mean[:, 0], made.share, made.layer[:, 0, 0]
    (array([3. , 1.5]), array([0. , 0.5]), array([-1., -1.]))
    """
    batches = [pad(x, lengths, count, value) for count in steps]
    plain = [batch_norm(one.x, eps=eps) for one in batches]
    masked = [masked_batch_norm(one, eps=eps) for one in batches]
    by_layer = [layer_norm(one.x, eps=eps).output for one in batches]
    length = int(np.asarray(lengths)[sample])
    filler = [
        result.output[~one.mask][0] if one.share else np.full(one.x.shape[2], np.nan)
        for one, result in zip(batches, plain, strict=True)
    ]
    return PaddingSweep(
        np.asarray(steps, dtype=np.int64),
        np.array([one.share for one in batches]),
        np.stack([result.mean.ravel() for result in plain]),
        np.sqrt(np.stack([result.variance.ravel() for result in plain])),
        masked[0][1],
        np.sqrt(masked[0][2]),
        np.stack([result.output[sample, :length] for result in plain]),
        np.stack([output[sample, :length] for output, _, _ in masked]),
        np.stack([output[sample, :length] for output in by_layer]),
        np.stack(filler),
    )
