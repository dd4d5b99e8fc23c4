"""A comparison of four methods through a worker."""

# ruff: noqa: PLC0415
# What measures is loaded where it measures: the table is printed without it.

from __future__ import annotations

from benchmarks.rows import Budget, Measured, Row, Section, Spread


def measure(repeats: int) -> dict[str, Measured]:
    """Ask the jobs for comparisons of other seeds each time."""
    from benchmarks import comparisons

    firsts, ends = comparisons.measure(repeats)
    return {"comparison first": Measured(Spread.of(firsts)), "comparison": Measured(Spread.of(ends))}


SECTION = Section(
    name="comparing",
    what="4 methods x 8 seeds x 500 steps, dense 4 x 64, batches of 32, asked of one worker that has run before",
    rows=(
        Row("comparison first", "4 methods x 8 seeds x 500 steps through a worker, first point", "s"),
        Row("comparison", "4 methods x 8 seeds x 500 steps through a worker", "s", (Budget(2.5),)),
    ),
    measure=measure,
    repeats=5,
    takes=20,
    limit=300,
)
