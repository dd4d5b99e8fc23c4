"""What a first visit and a reload cost, and a start of the server; beside it the smallest Streamlit page."""

# ruff: noqa: PLC0415
# What measures is loaded where it measures: the table is printed without it.

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from benchmarks.rows import Budget, Measured, Row, Section, Spread

if TYPE_CHECKING:
    from benchmarks.first_load import Visit

PAGE, LESSON = "min-max", "lesson-start-here"
CHART = ".main-svg"

Seen = tuple[dict[str, "Visit"], float]
"""The visits by name, and the seconds from the start command until a page was shown."""


def measure(repeats: int) -> dict[str, Measured]:
    """Visit a laboratory page, a lesson and the smallest page, each on servers that have just started."""
    from benchmarks import first_load
    from benchmarks.browser import browsing
    from benchmarks.learners import FLOOR
    from benchmarks.serving import ROOT

    ours: list[Seen] = []
    floor: list[Seen] = []
    lessons: list[Seen] = []
    app = ROOT / "app.py"
    with browsing() as browser:
        for _ in range(repeats):
            for seen, file, path, selector in (
                (ours, app, PAGE, CHART),
                (floor, FLOOR, "", CHART),
                (lessons, app, LESSON, "h1, h2"),
            ):
                visits, _, served = first_load.measure(browser, path, selector, file)
                seen.append(({visit.name: visit for visit in visits}, served))
    return {
        "cold bytes": Measured(megabytes(ours, "empty cache"), megabytes(floor, "empty cache")),
        "warm bytes": Measured(megabytes(ours, "reload"), megabytes(floor, "reload")),
        "cold seconds": Measured(seconds(ours, "empty cache"), seconds(floor, "empty cache")),
        "warm seconds": Measured(seconds(ours, "reload"), seconds(floor, "reload")),
        "warm lesson": Measured(seconds(lessons, "reload"), seconds(floor, "reload")),
        "start": Measured(Spread.of(served for _, served in ours), Spread.of(served for _, served in floor)),
    }


def megabytes(seen: Sequence[Seen], name: str) -> Spread:
    """Return what one kind of visit received."""
    return Spread.of(visits[name].wire_bytes / 1e6 for visits, _ in seen)


def seconds(seen: Sequence[Seen], name: str) -> Spread:
    """Return how long one kind of visit took until the page could be read."""
    return Spread.of(visits[name].seconds for visits, _ in seen)


SECTION = Section(
    name="loading",
    what=f"first visit and reload of /{PAGE} and of /{LESSON}, start of the server",
    rows=(
        Row("cold bytes", "first load over the wire", "MB", (Budget(2.6),)),
        Row("warm bytes", "reload over the wire", "MB"),
        Row("cold seconds", "first load until readable", "s"),
        Row("warm seconds", "reload until readable", "s", (Budget(1),)),
        Row("warm lesson", "reload of a lesson until readable", "s", (Budget(1),)),
        Row("start", "start command until a page is shown", "s", (Budget(5),)),
    ),
    measure=measure,
    repeats=3,
    takes=105,
    limit=900,
)
