"""Which features decide how far apart two samples are."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike, NDArray

from normlib.samples import feature_table, power_of_two_scale

Floats = NDArray[np.float64]


def distance_share(x: ArrayLike) -> Floats:
    """Return the share of the mean squared distance between two samples that each feature owns.

        share_j = var_j / (var_1 + ... + var_C)

    Proof: a and b drawn independently with mean m have E(a - b)^2 = E(a - m)^2 + E(b - m)^2 = 2 var_j,
    because the mixed term has mean 0; the squared Euclidean distance is the sum over the features.

    After standardization every feature that varies has the same share (see `squared_differences` for
    two samples in particular, which never share equally).

    Args:
        x: (N, C) samples; NaN is left out, feature by feature.
    Returns: (C,) shares that sum to 1; all 0 when no feature varies, as there is no distance to share.
    Raises: ValueError for a shape that is not (N, C), or an infinite value.

    >>> distance_share([[1.0, 100.0], [3.0, 100.0], [5.0, 106.0]]).round(3)
    array([0.25, 0.75])
    >>> distance_share([[0.0, 1.0], [2.0, 1.0]])
    array([1., 0.])
    """
    table = feature_table(x, nan=True)
    table = table / power_of_two_scale(table)
    seen = ~np.isnan(table)
    count = np.maximum(seen.sum(axis=0), 1)
    # Measured from the first value seen, a constant feature has variance exactly 0 however it was rounded.
    offset = np.where(seen, table - table[seen.argmax(axis=0), np.arange(table.shape[1])], 0.0)
    deviation = np.where(seen, offset - offset.sum(axis=0) / count, 0.0)
    variance = np.square(deviation).sum(axis=0) / count
    total = variance.sum()
    share: Floats = variance / total if total > 0 else np.zeros_like(variance)
    return share


def squared_differences(a: ArrayLike, b: ArrayLike) -> Floats:
    """Return what each feature adds to the squared Euclidean distance between two samples.

        d(a, b)^2 = sum over j of (a_j - b_j)^2

    Args:
        a: (C,) one sample.
        b: (C,) another, with the same features.
    Returns: (C,) terms of the sum, in the squared unit of each feature; NaN where either value is missing.
    Raises: ValueError when the two have different shapes or are not one sample each, or hold an
        infinite value.

    >>> squared_differences([3.0, 1000.0], [1.0, 1030.0])
    array([  4., 900.])
    """
    first, second = (np.asarray(sample) for sample in (a, b))
    if first.shape != second.shape or first.ndim != 1:
        raise ValueError(
            f"a has shape {first.shape} and b has shape {second.shape}: give two samples with the same "
            f"features, (C,) each."
        )
    pair = feature_table(np.stack([first, second]), "the pair", nan=True)
    difference: Floats = np.square(pair[0] - pair[1])
    return difference
