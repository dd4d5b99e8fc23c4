"""How the values of the last hidden layer move from record to record, on rows that stay the same.

The last batch of training differs from the one before it; these rows do not, so that what moves is the network.
Source: the percentiles are those of Figure 1 of Ioffe and Szegedy 2015, arXiv:1502.03167.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from normlib.training.measures import percentiles
from normlib.training.state import State

Floats = NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class _Seen:
    """Sorted values of one member at the record before, (C, P) each, and the number of its typical unit."""

    inside: Floats
    outside: Floats
    typical: int


class Drift:
    """Remembers of each member the record before, and no more."""

    def __init__(self) -> None:
        self._seen: list[_Seen] = []

    def only(self, places: Sequence[int]) -> None:
        """Forget the members that stopped."""
        self._seen = [self._seen[place] for place in places] if self._seen else []

    def measure(self, state: State, step: int) -> dict[str, NDArray[Any]]:
        """Return what `normlib.training.measures` lists under "drift".

        The rows go forward in training mode, batch norm with their own statistics, and with the noise of the step.
        Running statistics are left alone.
        """
        rows = state.feed.probe()
        network = state.network(rows.shape[1], "probe")
        network.fill(state.feed.x, state.feed.y, rows)
        network.disturb(step)
        network.forward()
        tap = network.taps()[-1]
        found: dict[str, list[Any]] = {}
        seen = []
        for m in range(len(state.members)):
            inside, outside = (np.sort(side[m].T.astype(np.float64), axis=1) for side in (tap.inside, tap.outside))
            before = self._seen[m] if self._seen else None
            now = _Seen(inside, outside, typical_unit(inside) if before is None else before.typical)
            found.setdefault("probe_input_percentiles", []).append(percentiles(inside[now.typical]))
            found.setdefault("probe_output_percentiles", []).append(percentiles(outside[now.typical]))
            found.setdefault("input_drift", []).append(drift(before.inside, inside) if before else np.nan)
            found.setdefault("output_drift", []).append(drift(before.outside, outside) if before else np.nan)
            seen.append(now)
        self._seen = seen
        return {name: np.array(values) for name, values in found.items()}


def typical_unit(ranked: Floats) -> int:
    """Return the unit whose standard deviation is the median one; of two in the middle, the one that spreads less.

    Args:
        ranked: (C, P) values of each unit.

    >>> typical_unit(np.array([[0.0, 9.0], [0.0, 1.0], [0.0, 2.0]]))
    2
    """
    order = np.argsort(ranked.std(axis=1), kind="stable")
    return int(order[(len(order) - 1) // 2])


def drift(before: Floats, now: Floats) -> float:
    """Return how far units have moved: Wasserstein-1 in units of their spread before, averaged over the units.

        mean over units u of  W1(before_u, now_u) / sd(before_u),   W1 = mean |sorted before - sorted now|

    Units that did not vary before have no unit to measure in, and are left out.

    Args:
        before: (C, P) sorted values of each unit.
        now: the same, later.
    Returns: 0 when nothing moved; NaN when no unit varied before.

    >>> drift(np.array([[0.0, 2.0]]), np.array([[3.0, 5.0]]))
    3.0
    """
    spread = before.std(axis=1)
    varied = spread > 0
    if not varied.any():
        return float("nan")
    return float((np.abs(now - before).mean(axis=1)[varied] / spread[varied]).mean())
