"""Pairs of layers that are the same under one exact condition, and how far apart they are otherwise."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final

import numpy as np
from numpy.typing import NDArray

from normlib.checks import divisors
from normlib.layers import batch_norm, group_norm, instance_norm, layer_norm, rms_norm
from normlib.normalized import Normalized

Images = NDArray[np.floating]


@dataclass(frozen=True)
class Pair:
    """Two layers, and the dial that brings them together.

    Attributes:
        name: which layers.
        first: method of the first layer, as in `normlib.methods.METHODS`.
        second: method of the second.
        condition: when both give the same output, in words.
        dial: what is turned.
        unit: what follows a position of the dial.
        positions: positions of the dial for an input (N, H, W, C), ascending.
        meets: the position at which both are the same.
        run: both layers at a position, from the input, the position and epsilon.
    """

    name: str
    first: str
    second: str
    condition: str
    dial: str
    unit: str
    positions: Callable[[Images], list[float]]
    meets: Callable[[Images], float]
    run: Callable[[Images, float, float], tuple[Normalized, Normalized]]


def without_means(x: Images, share: float) -> Images:
    """Return `x` with a share of each sample's mean taken away, in the dtype of `x`.

        x - share * mean(x)    the mean of each sample over all its values

    Args:
        x: (N, ..., C).
        share: 0 leaves `x` as it is, 1 gives every sample the mean 0.

    >>> without_means(np.array([[1.0, 3.0]]), 0.5)
    array([[0., 2.]])
    """
    axes = tuple(range(1, x.ndim))
    taken: Images = (x - share * x.mean(axis=axes, keepdims=True, dtype=np.float64)).astype(x.dtype)
    return taken


def _groups(x: Images) -> list[float]:
    return [float(groups) for groups in divisors(x.shape[-1])]


def _whole(x: Images) -> tuple[int, ...]:
    return tuple(range(1, x.ndim))


def _rms_and_layer(x: Images, share: float, eps: float) -> tuple[Normalized, Normalized]:
    moved = without_means(x, share)
    return rms_norm(moved, axes=_whole(x), eps=eps), layer_norm(moved, axes=_whole(x), eps=eps)


PAIRS: Final = MappingProxyType(
    {
        pair.name: pair
        for pair in (
            Pair(
                name="Group and layer",
                first="group",
                second="layer",
                condition="1 group, and layer norm over H, W and C",
                dial="Groups",
                unit="",
                positions=_groups,
                meets=lambda x: 1.0,
                run=lambda x, groups, eps: (
                    group_norm(x, int(groups), eps=eps),
                    layer_norm(x, axes=_whole(x), eps=eps),
                ),
            ),
            Pair(
                name="Group and instance",
                first="group",
                second="instance",
                condition="as many groups as channels",
                dial="Groups",
                unit="",
                positions=_groups,
                meets=lambda x: float(x.shape[-1]),
                run=lambda x, groups, eps: (group_norm(x, int(groups), eps=eps), instance_norm(x, eps=eps)),
            ),
            Pair(
                name="Batch and instance",
                first="batch",
                second="instance",
                condition="a batch of one sample, in training mode",
                dial="Samples in the batch",
                unit="",
                positions=lambda x: [float(samples) for samples in range(1, len(x) + 1)],
                meets=lambda x: 1.0,
                run=lambda x, samples, eps: (
                    batch_norm(x[: int(samples)], eps=eps),
                    instance_norm(x[: int(samples)], eps=eps),
                ),
            ),
            Pair(
                name="RMS and layer",
                first="rms",
                second="layer",
                condition="a mean of 0 in every sample, and the same epsilon in both",
                dial="Share of each sample's mean taken away",
                unit="%",
                positions=lambda x: [float(percent) for percent in range(0, 101, 5)],
                meets=lambda x: 100.0,
                run=lambda x, percent, eps: _rms_and_layer(x, percent / 100, eps),
            ),
        )
    }
)


def largest_difference(a: Normalized, b: Normalized) -> float:
    """Return the largest absolute difference between two outputs of the same shape.

    >>> x = np.array([[[1.0, 5.0], [3.0, 9.0]]])
    >>> largest_difference(batch_norm(x), instance_norm(x))
    0.0
    """
    return float(np.abs(a.output.astype(np.float64) - b.output).max())
