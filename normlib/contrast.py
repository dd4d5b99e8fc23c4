"""One of two pictures with its contrast and brightness changed, under instance norm and under batch norm."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from normlib.checks import numeric_array
from normlib.layers import batch_norm, instance_norm
from normlib.normalized import Normalized
from normlib.quiet import without_warnings

Floats = NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class Affine:
    """What a layer does to every map of a batch: output = gain * x + offset, with the x of the unchanged batch.

    Attributes:
        gain: (F, N).
        offset: (F, N).
        change: largest difference to the output for the unchanged batch, (F, N).
    """

    gain: Floats
    offset: Floats
    change: Floats


@dataclass(frozen=True, eq=False)
class ContrastSweep:
    """A batch of maps, of which one is changed to contrast * x + brightness, at F contrasts.

    Attributes:
        contrasts: (F,).
        brightness: what is added.
        seen: what the layers are given: contrast and brightness of each map, as `Affine` with change 0.
        instance: instance norm of it.
        batch: batch norm in training mode.
        kept: standard deviation of the changed map after instance norm, (F,): below 1, epsilon has a say.
        ends: smallest and largest output of instance norm for the unchanged map.
        warning: what instance norm says when a map has one position, or "".
    """

    contrasts: Floats
    brightness: float
    seen: Affine
    instance: Affine
    batch: Affine
    kept: Floats
    ends: tuple[float, float]
    warning: str


def contrast_sweep(
    x: ArrayLike, which: int, contrasts: Sequence[float], brightness: float = 0.0, *, eps: float = 1e-5
) -> ContrastSweep:
    """Change one map of a batch to a * x + b, for each contrast a, and normalize the batch in two ways.

        instance norm(a x + b) = sign(a) * instance norm(x)    with eps = 0 and a other than 0

    With epsilon the outputs shrink by sqrt(v / (v + eps)), where v is the variance of a * x + b.

    Args:
        x: (N, H, W, 1), at least two values per channel.
        which: the map to change.
        contrasts: factors a.
        brightness: what is added, b.
        eps: of both layers.
    Returns: a `ContrastSweep`.
    Raises: ValueError for another number of channels.
    Source: Ulyanov, Vedaldi and Lempitsky 2016, arXiv:1607.08022, which removes contrast on purpose.

    >>> x = np.array([[[[1.0], [3.0]]], [[[0.0], [8.0]]]])
    >>> made = contrast_sweep(x, 0, [1.0, 0.5], brightness=7.0, eps=0.0)
    >>> made.instance.change.tolist(), bool(made.batch.change.min() > 0.1)
    ([[0.0, 0.0], [0.0, 0.0]], True)
    """
    array = numeric_array(x).astype(np.float64)
    if array.ndim != 4 or array.shape[-1] != 1:
        raise ValueError(f"x has shape {array.shape}, but maps of one channel are needed: (N, H, W, 1).")
    factors = np.asarray(contrasts, dtype=np.float64)
    gain = np.ones((factors.size, len(array)))
    offset = np.zeros_like(gain)
    gain[:, which], offset[:, which] = factors, brightness
    across = (slice(None), None, None, None)
    batches = [a[across] * array + b[across] for a, b in zip(gain, offset, strict=True)]
    with without_warnings():
        by_instance = [instance_norm(batch, eps=eps) for batch in batches]
        still = instance_norm(array, eps=eps)
    by_batch = [batch_norm(batch, eps=eps) for batch in batches]
    return ContrastSweep(
        factors,
        float(brightness),
        Affine(gain, offset, np.zeros_like(gain)),
        _affine(by_instance, still.output, gain, offset),
        _affine(by_batch, batch_norm(array, eps=eps).output, gain, offset),
        np.array([one.output[which].std() for one in by_instance]),
        (float(still.output[which].min()), float(still.output[which].max())),
        still.warning,
    )


def _affine(results: Sequence[Normalized], still: NDArray[np.floating], gain: Floats, offset: Floats) -> Affine:
    """Return what the layers did in terms of the unchanged maps."""
    maps = gain.shape[1]
    mean = np.stack([np.broadcast_to(one.mean.ravel(), maps) for one in results])
    variance = np.stack([np.broadcast_to(one.variance.ravel(), maps) for one in results])
    root = np.sqrt(variance + results[0].eps)
    scale = np.divide(1.0, root, out=np.zeros_like(root), where=root > 0)
    change = np.stack([np.abs(one.output - still).max(axis=(1, 2, 3)) for one in results])
    return Affine(gain * scale, (offset - mean) * scale, change)
