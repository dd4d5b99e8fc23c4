"""Layer norm over few features: with one nothing is left, with two a sign, and a bound for every number."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from normlib.checks import numeric_array
from normlib.layers import layer_norm
from normlib.quiet import without_warnings

Floats = NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class FewFeatures:
    """Layer norm over the first d features of every sample, for d = 1 ... D.

    Attributes:
        outputs: (D, N, D), the outputs of the first d features in row d - 1, and NaN for the features beyond.
        largest: size of the largest output for each d, (D,).
        bounds: sqrt(d - 1), which no output can pass, (D,).
        warning: what the layer says when it has one feature.
    """

    outputs: Floats
    largest: Floats
    bounds: Floats
    warning: str


def bound(features: int) -> float:
    """Return sqrt(d - 1), the largest size that an output of layer norm over d features can have.

    One value that differs while all others are equal reaches it, with eps = 0.

    Args:
        features: d, at least 1.
    Raises: ValueError for fewer.
    Source: Samuelson 1968, "How deviant can you be?", doi:10.1080/01621459.1968.10480944.

    >>> bound(1), bound(2), bound(5)
    (0.0, 1.0, 2.0)
    >>> float(layer_norm([[0.0, 0.0, 0.0, 0.0, 7.0]], eps=0.0).output.max())
    2.0
    """
    if features < 1:
        raise ValueError(f"features={features}, but layer norm needs at least one.")
    return math.sqrt(features - 1)


def few_features(x: ArrayLike, *, eps: float = 1e-3) -> FewFeatures:
    """Normalize the first d features of every sample, for every d.

    Args:
        x: (N, D).
        eps: added to the variance.
    Returns: a `FewFeatures`.
    Raises: ValueError for another number of axes.

    >>> few_features([[3.0, 5.0, 5.0]], eps=0.0).outputs.round(3)
    array([[[ 0.   ,    nan,    nan]],
    <BLANKLINE>
           [[-1.   ,  1.   ,    nan]],
    <BLANKLINE>
           [[-1.414,  0.707,  0.707]]])
    """
    array = numeric_array(x).astype(np.float64)
    if array.ndim != 2:
        raise ValueError(f"x has shape {array.shape}, but one row per sample is needed: (N, D).")
    samples, most = array.shape
    outputs = np.full((most, samples, most), np.nan)
    with without_warnings():
        results = [layer_norm(array[:, :d], eps=eps) for d in range(1, most + 1)]
    for d, result in enumerate(results, start=1):
        outputs[d - 1, :, :d] = result.output
    return FewFeatures(
        outputs,
        np.nanmax(np.abs(outputs), axis=(1, 2)),
        np.array([bound(d) for d in range(1, most + 1)]),
        results[0].warning,
    )
