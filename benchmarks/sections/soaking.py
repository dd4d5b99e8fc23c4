"""Learners who wander for minutes: what the web process holds afterwards."""

# ruff: noqa: PLC0415
# What measures is loaded where it measures: the table is printed without it.

from __future__ import annotations

from benchmarks.rows import Budget, Measured, Row, Section, Spread

MINUTES = 5.0


def measure(_repeats: int) -> dict[str, Measured]:
    """Soak once, however many repetitions are asked for."""
    from benchmarks import soak

    seen = soak.measure(MINUTES)
    return {
        "growth": Measured(Spread.of([seen.growth("memory")])),
        "files": Measured(Spread.of([seen.growth("files")])),
        "threads": Measured(Spread.of([seen.growth("threads")])),
        "left over": Measured(Spread.of([len(seen.left)])),
        "soak errors": Measured(Spread.of([len(seen.errors)])),
    }


SECTION = Section(
    name="soak",
    what=f"learners who wander over all pages and lessons for {MINUTES:.0f} minutes, reconnect, leave, and train",
    rows=(
        # What Python and the C library move by themselves; a class of 300 may take six times as much.
        Row("growth", f"web process, {MINUTES:.0f} minutes of learners on all pages: growth", "MB", (Budget(5),)),
        Row("files", "the same: growth of open files", ""),
        Row("threads", "the same: growth of threads", ""),
        Row("left over", "processes that still run after the server has stopped", "", (Budget(0),)),
        Row("soak errors", "errors that these learners saw", "", (Budget(0),)),
    ),
    measure=measure,
    repeats=1,
    takes=310,
    limit=1800,
)
