"""Where the decision regions of toy sets are looked at: a grid of points over the plane.

A record "regions" holds, for each point, the probability of class 1 that the network gives it in inference mode.
"""

from __future__ import annotations

from functools import cache
from typing import Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

from normlib.training import toys

SIDE: Final = 32
"""Points along each side of the grid."""
_MARGIN: Final = 0.08


class Grid(NamedTuple):
    """SIDE x SIDE square cells that cover a toy set, each looked at in its middle.

    Attributes:
        extent: first coordinate from, to, second coordinate from, to; outer edges of the outer cells.
        points: (SIDE * SIDE, 2) the middles: rows from low to high second coordinate, in each row from low to high
            first coordinate; read-only.
    """

    extent: tuple[float, float, float, float]
    points: NDArray[np.float64]

    def cells(self, x: NDArray[np.float64]) -> NDArray[np.int64]:
        """Return the number of the cell that each of some points (N, 2) is in, or is nearest to.

        >>> grid("moons").cells(grid("moons").points[[0, 31, 1023]]).tolist()
        [0, 31, 1023]
        """
        left, right, bottom, top = self.extent
        share = (x - (left, bottom)) / (right - left, top - bottom)
        column, row = np.clip(np.floor(share * SIDE), 0, SIDE - 1).astype(np.int64).T
        found: NDArray[np.int64] = row * SIDE + column
        return found


@cache
def grid(data: str) -> Grid:
    """Return the grid of a toy set: a square around its points, with a margin of 8 % of its side.

    Args:
        data: one of `toys.NAMES`.
    Raises: ValueError listing the names there are.

    >>> found = grid("circles")
    >>> [round(edge, 2) for edge in found.extent], found.points.shape
    ([-2.39, 2.25, -2.35, 2.28], (1024, 2))
    """
    x, _ = toys.points(data)
    low, high = x.min(axis=0), x.max(axis=0)
    side = float((high - low).max()) * (1 + 2 * _MARGIN)
    left, bottom = ((low + high - side) / 2).tolist()
    middles = (np.arange(SIDE) + 0.5) * side / SIDE
    points = np.stack(np.meshgrid(left + middles, bottom + middles), axis=-1).reshape(-1, 2)
    points.flags.writeable = False
    return Grid((left, left + side, bottom, bottom + side), points)
