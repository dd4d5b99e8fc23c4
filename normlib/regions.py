"""Which values share a mean: after any layer the array is cut into equal boxes, one per mean and variance.

batch norm      all samples and positions of one channel
layer norm      one sample, along the normalized axes
instance norm   one channel of one sample
group norm      neighbouring channels of one sample
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import prod
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from normlib.checks import numeric_array
from normlib.moments import Moments
from normlib.normalized import Normalized

Floats = NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class Regions:
    """The boxes of an array within which all values share a mean, and what each box is normalized with.

    Attributes:
        shape: shape of the array, without the split of the channels that group norm makes.
        spans: length of a box along every axis; it divides the axis.
        mean: mean of each box (0 for RMS norm), float64, of the shape of `counts`.
        variance: variance of each box (mean square for RMS norm), shaped like `mean`.
        gamma: factors, broadcastable to `shape`.
        beta: offsets, broadcastable to `shape`.
        eps: what was added to the variance.
        center: whether the mean was subtracted.
    """

    shape: tuple[int, ...]
    spans: tuple[int, ...]
    mean: Floats
    variance: Floats
    gamma: Floats
    beta: Floats
    eps: float
    center: bool

    @property
    def counts(self) -> tuple[int, ...]:
        """Number of boxes along every axis."""
        return tuple(n // span for n, span in zip(self.shape, self.spans, strict=True))

    @property
    def size(self) -> int:
        """Values in one box."""
        return prod(self.spans)

    def index(self, place: Sequence[int]) -> tuple[int, ...]:
        """Return which box a value is in, as an index into `mean` and `variance`.

        Args:
            place: index of the value, from 0 along every axis.
        Raises: ValueError for a place outside the array.

        >>> import normlib
        >>> regions(normlib.group_norm(np.ones((2, 3, 3, 6)), 2)).index((1, 0, 2, 4))
        (1, 0, 0, 1)
        """
        if len(place) != len(self.shape) or not all(0 <= i < n for i, n in zip(place, self.shape, strict=True)):
            raise ValueError(f"place={tuple(place)} is not inside an array of shape {self.shape}: count from 0.")
        return tuple(int(i) // span for i, span in zip(place, self.spans, strict=True))

    def box(self, place: Sequence[int]) -> tuple[slice, ...]:
        """Return the box around a value, as slices of the array.

        Args:
            place: index of the value, from 0 along every axis.
        Raises: ValueError for a place outside the array.

        >>> import normlib
        >>> x = np.arange(12.0).reshape(2, 1, 1, 6)
        >>> x[regions(normlib.group_norm(x, 2)).box((1, 0, 0, 4))]
        array([[[[ 9., 10., 11.]]]])
        """
        index = self.index(place)
        return tuple(slice(i * span, (i + 1) * span) for i, span in zip(index, self.spans, strict=True))


def regions(result: Normalized) -> Regions:
    """Return the boxes of the layer's input within which all values share a mean and a variance.

    A box spans the axes averaged over, and one place of every other axis; group norm averages over C / G
    neighbours of its C channels.

    Args:
        result: what a layer returned.
    Returns: a `Regions` for the shape of the layer's input.
    Source: Wu and He 2018, arXiv:1803.08494, figure 2.

    >>> import normlib
    >>> x = np.arange(2 * 4 * 4 * 6.0).reshape(2, 4, 4, 6)
    >>> regions(normlib.batch_norm(x)).spans, regions(normlib.group_norm(x, 3)).spans
    ((2, 4, 4, 1), (1, 4, 4, 2))
    >>> regions(normlib.layer_norm(x, axes=(2, 3))).counts
    (2, 4, 1, 1)
    """
    shape, view = result.output.shape, result.view_shape
    spans = tuple(n if axis in result.axes else 1 for axis, n in enumerate(view))
    split = _split_axis(shape, view, result.axes)
    if split is not None:
        spans = (*spans[:split], spans[split] * spans[split + 1], *spans[split + 2 :])
    counts = tuple(n // span for n, span in zip(shape, spans, strict=True))
    # Running statistics have length 1 along the axes of x as well, so both kinds of moments have this shape.
    return Regions(
        shape,
        spans,
        result.mean.reshape(counts),
        result.variance.reshape(counts),
        _parameter(result._gamma, 1.0, split, len(shape)),
        _parameter(result._beta, 0.0, split, len(shape)),
        result.eps,
        result._center,
    )


def moments_of(values: ArrayLike, spans: Sequence[int]) -> Moments:
    """Return mean and population variance of every box of an array, two-pass in float64.

    Args:
        values: array of any shape.
        spans: length of a box along every axis, each a divisor of that axis.
    Returns: moments of shape (n0 / span0, n1 / span1, ...).
    Raises: ValueError for spans that do not cut the array into equal boxes; TypeError for data that is not numeric.

    >>> moments_of([[1.0, 3.0, 5.0, 7.0]], (1, 2)).mean
    array([[2., 6.]])
    """
    array = numeric_array(values)
    fits = len(spans) == array.ndim and all(s > 0 and n % s == 0 for n, s in zip(array.shape, spans, strict=True))
    if not fits:
        raise ValueError(f"spans={tuple(spans)} do not cut an array of shape {array.shape} into equal boxes.")
    cut = tuple(length for n, span in zip(array.shape, spans, strict=True) for length in (n // span, span))
    boxes = array.reshape(cut).astype(np.float64)
    inside = tuple(range(1, len(cut), 2))
    mean = boxes.mean(axis=inside, keepdims=True)
    variance = np.square(boxes - mean).mean(axis=inside)
    return Moments(mean.reshape(variance.shape), variance)


def _split_axis(shape: tuple[int, ...], view: tuple[int, ...], axes: tuple[int, ...]) -> int | None:
    """Return the axis of `shape` that the grouped view splits in two, or None."""
    if len(view) == len(shape):
        return None
    # Of the two halves, the groups are kept and the channels in a group are averaged over.
    return next(
        axis
        for axis in range(len(shape))
        if axis not in axes
        and axis + 1 in axes
        and (*view[:axis], view[axis] * view[axis + 1], *view[axis + 2 :]) == shape
    )


def _parameter(values: NDArray[Any] | None, neutral: float, split: int | None, ndim: int) -> Floats:
    """Return gamma or beta with one axis per axis of the array."""
    if values is None:
        return np.full((1,) * ndim, neutral)
    shape = values.shape
    if split is not None:
        shape = (*shape[:split], shape[split] * shape[split + 1], *shape[split + 2 :])
    return np.asarray(values.reshape(shape), dtype=np.float64)
