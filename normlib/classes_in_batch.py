"""How many classes a batch holds: one too small for all of them never shows its statistics what the data are like."""

from __future__ import annotations

from math import comb

import numpy as np
from numpy.typing import ArrayLike


def mean_classes(labels: ArrayLike, batch: int) -> float:
    """Return how many different classes a random batch holds on average.

        E = sum over classes of 1 - C(N - n_c, B) / C(N, B)

    with n_c of the N rows in class c, and B of them drawn without putting back.

    Args:
        labels: (N,) class of every row.
        batch: B, 1 to N rows.
    Raises: ValueError for a batch that cannot be drawn.
    Source: the hypergeometric distribution; a class is missing when all rows come from the others.

    >>> round(mean_classes([0, 0, 1, 1], 2), 4), mean_classes([0, 0, 1, 1], 4)
    (1.6667, 2.0)
    """
    counts = np.unique(np.asarray(labels), return_counts=True)[1].tolist()
    rows = sum(counts)
    if not 1 <= batch <= rows:
        raise ValueError(f"A batch of {batch} cannot be drawn from {rows} rows: use 1 to {rows}.")
    return float(sum(1 - comb(rows - many, batch) / comb(rows, batch) for many in counts))
