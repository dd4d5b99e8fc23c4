"""A class that presses Run, and another that moves controls elsewhere meanwhile."""

# ruff: noqa: PLC0415
# What measures is loaded where it measures: the table is printed without it.

from __future__ import annotations

from benchmarks.rows import Budget, Measured, Row, Section, Spread

LEARNERS = 30


def measure(repeats: int) -> dict[str, Measured]:
    """Let everybody open one link to a run, then everybody a link of his own."""
    import numpy as np

    from benchmarks import runs

    seen = [runs.measure(LEARNERS) for _ in range(repeats)]
    return {
        "one link runs": Measured(Spread.of(stored for _, _, stored, _ in seen)),
        "one link points": Measured(Spread.of(max(one.first for one in same.watched) for same, _, _, _ in seen)),
        "moves beside runs": Measured(Spread.of(1000 * float(np.percentile(own.moves, 95)) for _, own, _, _ in seen)),
        "errors beside runs": Measured(Spread.of(len(same.errors) + len(own.errors) for same, own, _, _ in seen)),
    }


SECTION = Section(
    name="together",
    what=f"{LEARNERS} learners who press Run on /training-curves, and as many who move controls on /min-max",
    rows=(
        Row("one link runs", f"{LEARNERS} learners press Run on one link: runs", "", (Budget(1),)),
        Row("one link points", "the same: page complete until first points, longest wait", "s", (Budget(0.5),)),
        Row(
            "moves beside runs",
            f"{LEARNERS} runs: a move on another page meanwhile, p95",
            "ms",
            (Budget(150),),
            "A worker trains on one of the two cores all the time, so the server and both simulated classes share the "
            "other.",
        ),
        Row("errors beside runs", "errors of these and of those who moved", "", (Budget(0),)),
    ),
    measure=measure,
    repeats=1,
    takes=90,
    limit=900,
)
