"""Dragging and letting go on a laboratory page, in a real browser."""

# ruff: noqa: PLC0415
# What measures is loaded where it measures: the table is printed without it.

from __future__ import annotations

from benchmarks.rows import Budget, Measured, Row, Section, Spread

PAGE = "min-max"
RELEASES = 30


def measure(repeats: int) -> dict[str, Measured]:
    """Drag from end to end, and let go in many places."""
    import numpy as np

    from benchmarks import drag

    _, drags, releases = drag.measure(None, PAGE, drags=repeats, releases=RELEASES * repeats)
    rounds = np.reshape(releases, (repeats, RELEASES))
    p50, p95 = np.percentile(rounds, [50, 95], axis=1)
    return {
        "drag frames": Measured(Spread.of(one.per_second for one in drags)),
        "drag messages": Measured(Spread.of(one.messages for one in drags)),
        "release p50": Measured(Spread.of(p50)),
        "release p95": Measured(Spread.of(p95)),
    }


SECTION = Section(
    name="moving",
    what=f"dragging and letting go on /{PAGE}",
    rows=(
        Row("drag frames", "frames while dragging", "fps", (Budget(50, at_least=True),)),
        Row("drag messages", "network messages while dragging", "", (Budget(0),)),
        Row("release p50", "release until the new figure is painted, p50", "ms", (Budget(80),)),
        Row("release p95", "release until the new figure is painted, p95", "ms", (Budget(150),)),
    ),
    measure=measure,
    repeats=3,
    takes=45,
    limit=600,
)
