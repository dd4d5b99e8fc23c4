"""Arrays that the layers of a network use one after the other, each for a moment.

Shared, because the time of a small network goes into moving its values: what every layer writes anew stays in
the processor's cache, and twenty arrays in place of one push the weights out of it.
"""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

Array = NDArray[Any]


class Scratch(NamedTuple):
    """Arrays like what a hidden layer computes.

    Attributes:
        spare: for anything; nothing in it outlives a call.
        positive: the same, for yes and no.
        gradients: of two neighbouring layers, which take turns.
        zeros: only read.
    """

    spare: Array
    positive: NDArray[np.bool_]
    gradients: tuple[Array, Array]
    zeros: Array


def scratch(like: Array) -> Scratch:
    """Return arrays shaped and stored like one layer's.

    >>> scratch(np.ones((2, 3, 4), "float32")).spare.shape
    (2, 3, 4)
    """
    spare, first, second = (np.empty_like(like) for _ in range(3))
    return Scratch(spare, np.empty_like(like, dtype=bool), (first, second), np.zeros_like(like))
