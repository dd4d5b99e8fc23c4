"""Which steps are recorded."""

from __future__ import annotations

import numpy as np


def recorded_steps(steps: int, points: int, spacing: str = "early") -> tuple[int, ...]:
    """Return the steps to record: the first, the last, and others closer together at the start, or evenly spaced.

        early: step i = steps * (i / (points - 1))^2, rounded, and moved up where it would repeat the one before
        even:  step i = steps * i / (points - 1), rounded

    Args:
        steps: number of the last step, >= 0.
        points: how many steps, >= 1; all of them if there are not more.
        spacing: "early" or "even".
    Returns: rising step numbers, `min(points, steps + 1)` of them; the last step alone for one point.

    >>> recorded_steps(100, 6), recorded_steps(2, 40), recorded_steps(9, 1)
    ((0, 4, 16, 36, 64, 100), (0, 1, 2), (9,))
    >>> recorded_steps(100, 6, "even")
    (0, 20, 40, 60, 80, 100)
    """
    count = min(points, steps + 1)
    if count == 1:
        return (steps,)
    index = np.arange(count)
    wanted = np.rint(steps * (index / (count - 1)) ** (1 if spacing == "even" else 2)).astype(np.int64)
    # Rising by one at least: step i is no less than any step j before plus i - j. There is room for that.
    found = np.maximum.accumulate(wanted - index) + index
    return tuple(np.minimum(found, steps - index[::-1]).tolist())
