"""The one formula behind every layer: center and scale slices of an array along chosen axes.

    y = (x - mean) / sqrt(variance + eps) * gamma + beta

Statistics are two-pass in float64 whatever the dtype of the data: the mean first, then the mean of the
squared deviations. The one-pass shortcut mean(x^2) - mean(x)^2 cancels: in float32 a constant 10000.0
gets a variance far from zero, often a negative one.

Work goes block by block, so that the float64 copy of a block stays in the processor's cache.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import product
from math import prod
from typing import Any

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Slices = tuple[slice, ...]

# Elements per block: its float64 copy of 4 MB fits the last cache level, and fewer calls of NumPy gain more
# than the second level would. Longer slices are cut into chunks and read three times.
_BLOCK = 1 << 19
_CHUNK = 1 << 17

# NumPy joins inner loops of up to half its buffer (8192 elements) by copying broadcast operands into it,
# which is three times slower than looping over the rows.
_BUFFER = 512

# Longer dot products would wake up the threads of the linear algebra library.
_LONGEST_DOT = 8192

_UNIT = float(np.finfo(np.float64).eps)


@dataclass(frozen=True, eq=False)
class Moments:
    """Mean and population variance of slices, float64, with length 1 in the averaged axes."""

    mean: Floats
    variance: Floats


def normalize(
    x: NDArray[np.floating],
    axes: tuple[int, ...],
    eps: float,
    *,
    gamma: NDArray[Any] | None = None,
    beta: NDArray[Any] | None = None,
    center: bool = True,
    moments: Moments | None = None,
) -> tuple[NDArray[np.floating], Moments]:
    """Center and scale every slice of `x` along `axes`, then apply gamma and beta.

        y = (x - mean) / sqrt(variance + eps) * gamma + beta

    The variance divides by the number of values (population variance) and eps stands inside the root.
    A constant slice becomes zeros (beta, if given), with eps = 0 too.

    Args:
        x: floating array of any shape, not empty.
        axes: rising axes averaged over; () makes every value its own slice.
        eps: added to the variance, >= 0.
        gamma: factor, broadcastable to `x`, or None.
        beta: offset, broadcastable to `x`, or None.
        center: subtract the mean; without it `mean` is 0 and `variance` the mean square (RMS norm).
        moments: use these instead of those of `x` (inference with running statistics).
    Returns: the result in the dtype of `x`, and the moments.
    Source: Ioffe and Szegedy 2015, arXiv:1502.03167, Algorithm 1 (there for the axes of a batch).

    >>> y, found = normalize(np.array([[1.0, 3.0], [2.0, 2.0]]), (1,), eps=0.0)
    >>> y
    array([[-1.,  1.],
           [ 0.,  0.]])
    >>> found.variance
    array([[1.],
           [0.]])
    """
    output = np.empty(x.shape, x.dtype)
    gamma, beta = (None if values is None else values.astype(np.float64) for values in (gamma, beta))
    if moments is None:
        kept = tuple(1 if a in axes else n for a, n in enumerate(x.shape))
        mean, variance, known = np.zeros(kept), np.empty(kept), False
    else:
        mean, variance, known = moments.mean, moments.variance, True
    # NaN and infinity in the data belong in the result of their slice; they are no reason to warn.
    with np.errstate(invalid="ignore", over="ignore"):  # leaving restores the buffer size as well
        np.setbufsize(_BUFFER)
        for chunks in _blocks(x.shape, axes):
            own = tuple(slice(None) if a in axes else s for a, s in enumerate(chunks[0]))
            centered = None
            if not known:
                centered = _measure(x, axes, chunks, Moments(mean[own], variance[own]), center=center)
            scale = inverse_root(variance[own], eps)
            for chunk in chunks:
                z = _deviations(x[chunk], mean[own] if center else None) if centered is None else centered
                _affine(z, scale, _part(gamma, chunk), _part(beta, chunk))
                output[chunk] = z
    return output, Moments(mean, variance)


def inverse_root(variance: Floats, eps: float) -> Floats:
    """Return 1 / sqrt(variance + eps), and 0 where that is 1 / 0: a constant slice stays zero.

    >>> inverse_root(np.array([4.0, 0.0]), eps=0.0)
    array([0.5, 0. ])
    """
    root = np.sqrt(variance + eps)
    if eps > 0:
        return np.asarray(1.0 / root)
    return np.divide(1.0, root, out=np.zeros_like(root), where=root != 0)


def _affine(z: Floats, scale: Floats, gamma: Floats | None, beta: Floats | None) -> None:
    """Replace `z` by z * scale * gamma + beta."""
    if gamma is not None and prod(np.broadcast_shapes(scale.shape, gamma.shape)) * 8 <= z.size:
        scale, gamma = scale * gamma, None  # one pass over z instead of two
    _in_place(np.multiply, z, scale)
    if gamma is not None:
        _in_place(np.multiply, z, gamma)
    if beta is not None:
        _in_place(np.add, z, beta)


def _part(values: Floats | None, chunk: Slices) -> Floats | None:
    """Return the part of `values`, broadcastable to an array, that belongs to a chunk of that array."""
    if values is None:
        return None
    return values[tuple(s if n != 1 else slice(None) for s, n in zip(chunk, values.shape, strict=True))]


def _measure(
    x: NDArray[np.floating],
    axes: tuple[int, ...],
    chunks: list[Slices],
    found: Moments,
    *,
    center: bool,
) -> Floats | None:
    """Write mean and variance of a block into `found`; return its deviations if it is a single chunk."""
    mean, variance = found.mean, found.variance
    count = prod(x.shape[a] for a in axes)
    deviations = None
    if center:
        mean[...] = 0.0
        for chunk in chunks:
            deviations = _deviations(x[chunk], None)
            mean += _sum(deviations, axes)
        mean /= count
    single = len(chunks) == 1
    if deviations is not None and single:
        _in_place(np.subtract, deviations, mean)
    variance[...] = 0.0
    for chunk in chunks:
        if deviations is None or not single:
            deviations = _deviations(x[chunk], mean if center else None)
        variance += _sum_of_squares(deviations, axes, spent=not single)
    variance /= count
    if center and (variance <= (count * _UNIT * mean) ** 2).any():
        # As small as that may be nothing but the rounding of the mean: keep a constant slice constant.
        highest = np.max([x[chunk].max(axis=axes, keepdims=True) for chunk in chunks], axis=0)
        lowest = np.min([x[chunk].min(axis=axes, keepdims=True) for chunk in chunks], axis=0)
        constant = highest == lowest
        mean[constant] = highest[constant]
        variance[constant] = 0.0
        return _deviations(x[chunks[0]], mean) if single else None
    return deviations if single else None


def _deviations(values: NDArray[np.floating], center: Floats | None) -> Floats:
    z = np.array(values, dtype=np.float64, order="C")
    if center is not None:
        _in_place(np.subtract, z, center)
    return z


def _in_place(ufunc: np.ufunc, z: Floats, values: NDArray[Any]) -> None:
    """Apply `ufunc` to contiguous `z` and broadcast `values`, in place and with long inner loops."""
    length, a = 1, z.ndim
    while a and length < 2 * _BUFFER:
        a -= 1
        length *= z.shape[a]
    tail = values.shape[a:]
    if tail != z.shape[a:] and any(n != 1 for n in tail):
        spread = values.shape[:a] + z.shape[a:]
        if prod(spread) * 8 <= z.size:
            values = np.ascontiguousarray(np.broadcast_to(values, spread))
    ufunc(z, values, out=z)


def _sum(z: Floats, axes: tuple[int, ...]) -> Floats:
    """Return the sum along `axes`, which keep length 1, adding whole rows before single numbers."""
    last_kept = max((a for a in range(z.ndim) if a not in axes), default=-1)
    for a in axes:
        if a < last_kept and z.shape[a] > 1:
            z = z.sum(axis=a, keepdims=True)
    rows = _rows(z, axes)
    if rows.shape[-1] > 1:
        z = np.vecdot(rows, np.ones(rows.shape[-1])).reshape(*rows.shape[:-1], *[1] * (z.ndim - rows.ndim + 1))
    return z.sum(axis=axes, keepdims=True) if z.size > 1 else z


def _sum_of_squares(z: Floats, axes: tuple[int, ...], *, spent: bool) -> Floats:
    """Return the sum of squares along `axes`, which keep length 1; overwrite `z` if it is spent."""
    rows = _rows(z, axes)
    if rows.shape[-1] < 32:
        return _sum(np.square(z, out=z if spent else None), axes)
    return _sum(np.vecdot(rows, rows).reshape(*rows.shape[:-1], *[1] * (z.ndim - rows.ndim + 1)), axes)


def _rows(z: Floats, axes: tuple[int, ...]) -> Floats:
    """Return `z` with the last averaged axes joined into one, of length 1 if the last axis is kept."""
    a, length = z.ndim, 1
    while a and a - 1 in axes and length * z.shape[a - 1] <= _LONGEST_DOT:
        a -= 1
        length *= z.shape[a]
    return z.reshape(*z.shape[:a], length)


def _blocks(shape: tuple[int, ...], axes: tuple[int, ...]) -> Iterator[list[Slices]]:
    """Yield blocks of whole slices, each as a list of chunks that fit the cache."""
    lengths = [n if a in axes else 1 for a, n in enumerate(shape)]
    if len(shape) - 1 not in axes and shape:
        lengths[-1] = shape[-1]  # parts of memory lines would be read again and again
    size = prod(lengths)
    for a in reversed(range(len(shape))):  # neighbours in memory first
        if lengths[a] < shape[a]:
            lengths[a] = min(shape[a], max(1, _BLOCK // size))
            size *= lengths[a]
    cut = next((a for a in axes if shape[a] > 1), None)
    step = 0
    if cut is not None:
        step = shape[cut] if size <= _BLOCK else max(1, _CHUNK * shape[cut] // size)
    starts = [range(0, n, length) for n, length in zip(shape, lengths, strict=True)]
    for corner in product(*starts):
        block = tuple(slice(i, min(i + k, n)) for i, k, n in zip(corner, lengths, shape, strict=True))
        if cut is None:
            yield [block]
        else:
            pieces = [slice(i, min(i + step, shape[cut])) for i in range(0, shape[cut], step)]
            yield [(*block[:cut], piece, *block[cut + 1 :]) for piece in pieces]
