"""A class of 300 on one page; beside it the same class on the smallest Streamlit page."""

# ruff: noqa: PLC0415
# What measures is loaded where it measures: the table is printed without it.

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from benchmarks.rows import Budget, Measured, Row, Section, Spread

if TYPE_CHECKING:
    from benchmarks.learners import Measured as Seen

PAGE, LEARNERS, SECONDS = "min-max", 300, 30.0


def measure(repeats: int) -> dict[str, Measured]:
    """Send the class to both, again and again, each time to a server that has just started."""
    import numpy as np

    from benchmarks.learners import FLOOR, Class, measure
    from benchmarks.serving import ROOT

    ours, floor = [], []
    for _ in range(repeats):
        ours.append(measure(ROOT / "app.py", Class(page=PAGE, count=LEARNERS, seconds=SECONDS), "Warmed up"))
        floor.append(measure(FLOOR, Class(count=LEARNERS, seconds=SECONDS)))

    def both(value: Callable[[Seen], float]) -> Measured:
        return Measured(spread(ours, value), spread(floor, value))

    return {
        "moves p50": both(lambda one: 1000 * float(np.percentile(one.moves, 50))),
        "moves p95": both(lambda one: 1000 * float(np.percentile(one.moves, 95))),
        "errors": both(lambda one: len(one.errors)),
        "processor per move": both(lambda one: 1000 * one.cpu_per_move),
        "memory alone": both(lambda one: one.memory_alone),
        "memory per learner": both(lambda one: 1000 * (one.memory_full - one.memory_alone) / LEARNERS),
    }


def spread(seen: Sequence[Seen], value: Callable[[Seen], float]) -> Spread:
    """Return the spread of a value over the repetitions."""
    return Spread.of(value(one) for one in seen)


SECTION = Section(
    name="crowd",
    what=f"{LEARNERS} learners on /{PAGE} who arrive within 15 s and move a control each 10 s",
    rows=(
        Row("moves p50", f"{LEARNERS} learners, a move each 10 s, p50", "ms"),
        Row("moves p95", f"{LEARNERS} learners, a move each 10 s, p95", "ms", (Budget(100),)),
        Row("errors", f"errors of these {LEARNERS}", "", (Budget(0),)),
        Row(
            "processor per move",
            "server CPU per move",
            "ms",
            (Budget(10),),
            "About half is Streamlit's own work for a rerun and its messages, and a third goes into the page's figure, "
            "the frames of the next drag and their words.",
        ),
        Row("memory alone", "web process without learners", "MB", (Budget(200),)),
        Row(
            "memory per learner",
            "memory per learner",
            "kB",
            (Budget(100),),
            "A session of Streamlit without anything in it takes half of the budget; one after the other, learners of "
            "this page take 83 to 108 kB, and the rest comes where many arrive at once.",
        ),
    ),
    measure=measure,
    repeats=2,
    takes=210,
    limit=1200,
)
