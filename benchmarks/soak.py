"""A few learners for a long time: does the web process grow? python -m benchmarks.soak --minutes 10

They tour all pages and all steps of all lessons, three at a time: they change controls, lose their connection and
come back to their session, and leave for good. One trains meanwhile, always what is not stored yet. A tour is the same
each time, so after the first round whatever is remembered by settings is there; by then as many sessions have left as
Streamlit keeps for those who may come back, and as many runs have ended as are kept. Growth counts from there, minute 2
at the earliest: what the web process holds goes up and down with each page, so the medians of the first and of the
last minute are compared. Each 30 s a line says what it holds. At the end the server is stopped, and who still runs is
counted.
"""

from __future__ import annotations

import argparse
import asyncio
import math
import os
import statistics
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import count, cycle
from tempfile import TemporaryDirectory
from typing import Final
from unittest.mock import patch

import psutil  # type: ignore[import-untyped]

from benchmarks.learner import Learner
from benchmarks.learners import megabytes
from benchmarks.processes import end, marked
from benchmarks.runs import Class, follow
from benchmarks.serving import ROOT, Server, serving
from pages.catalogue import PAGES
from pages.course import shelf
from pages.parts.lesson.steps import STEP

LEARNERS: Final = 5
TOUR: Final = 3
"""Pages that a learner sees before he leaves for good."""
SESSIONS, RUNS = 130, 8
"""Sessions that have left and runs that have ended before growth counts: Streamlit keeps 128, our jobs 32 MB."""
SETTLED: Final = 120.0
LOOK, TELL = 5.0, 30.0
"""Seconds between two looks at the web process, and between two lines about it."""
MINUTE: Final = 60.0

Place = tuple[str, str]
"""A page and its settings, as in an address."""


@dataclass(frozen=True)
class Sample:
    """What the web process held at a moment.

    Attributes:
        seconds: since the first learner came.
        memory: in MB.
        threads: and open `files`, sockets included.
        workers: processes that it has started.
    """

    seconds: float
    memory: float
    threads: int
    files: int
    workers: int


@dataclass
class Soaked:
    """What happened.

    Attributes:
        samples: one each 5 s.
        settled: seconds after which growth counts.
        left: names of processes that still ran after the server had stopped.
    """

    samples: list[Sample] = field(default_factory=list)
    settled: float = math.inf
    visits: int = 0
    moves: int = 0
    runs: int = 0
    errors: list[str] = field(default_factory=list)
    left: list[str] = field(default_factory=list)

    def growth(self, what: str) -> float:
        """Return by how much something has grown, from the first minute that counts to the last.

        >>> seen = Soaked([Sample(20.0 * turn, 90 + 0.1 * turn, 9, 9, 1) for turn in range(30)], settled=120)
        >>> round(seen.growth("memory"), 6)
        2.0
        """
        end = self.samples[-1].seconds
        first = [getattr(one, what) for one in self.samples if self.settled <= one.seconds <= self.settled + MINUTE]
        last = [getattr(one, what) for one in self.samples if one.seconds >= end - MINUTE]
        return float(statistics.median(last) - statistics.median(first))


def tours() -> list[list[Place]]:
    """Return all pages and all steps of all lessons, some at a time."""
    places = [(page.slug, "") for page in PAGES] + [
        (f"lesson-{lesson.slug}", f"{STEP}={number}")
        for lesson in shelf.lessons()
        for number in range(1, len(lesson.steps) + 1)
    ]
    # Far apart, or one learner would see all the heavy pages.
    many = -(-len(places) // TOUR)
    return [places[start::many] for start in range(many)]


async def look_around(learner: Learner, place: Place, seen: Soaked) -> None:
    """Open a page and change some controls on it."""
    await learner.go(*place)
    for _ in range(3):
        try:
            await learner.move()
            seen.moves += 1
        except LookupError:  # nothing to move here
            return


async def visit(server: Server, number: int, tour: Sequence[Place], seen: Soaked) -> None:
    """Let a learner make a tour, lose the connection after the first page, and leave for good."""
    try:
        async with Learner(server.port, seed=number) as learner:
            for place in tour:
                await look_around(learner, place, seen)
                if place == tour[0]:
                    await learner.reconnect()
    except Exception as error:  # noqa: BLE001  every failure of a learner is a result here
        seen.errors.append(f"{type(error).__name__}: {error}")
    seen.visits += 1


async def busy(server: Server, enough: Callable[[], bool], again: Iterator[tuple[int, list[Place]]],
               seeds: Iterator[int], seen: Soaked) -> None:  # fmt: skip
    """Keep learners touring and one training until it is enough."""

    async def touring() -> None:
        while not enough():
            await visit(server, *next(again), seen)

    async def training() -> None:
        watched = Class()
        while not enough():
            await follow(server, next(seeds), 0.0, watched)
            seen.runs += 1
        seen.errors += watched.errors

    await asyncio.gather(training(), *(touring() for _ in range(LEARNERS)))


def sample(process: psutil.Process, began: float) -> Sample:
    """Look at the web process."""
    return Sample(
        time.monotonic() - began,
        megabytes(process),
        process.num_threads(),
        process.num_fds(),
        len(process.children(recursive=True)),
    )


async def soak(server: Server, minutes: float, *, tell: bool) -> Soaked:
    """Send the learners and watch the web process meanwhile."""
    process, began, seen = psutil.Process(server.pid), time.monotonic(), Soaked()
    # The same tour has the same number, and with it the same moves.
    again, seeds = cycle(enumerate(tours())), count(100, 8)
    rounds = max(SESSIONS, len(tours()))

    async def watching() -> None:
        for look in count():
            seen.samples.append(sample(process, began))
            if tell and look * LOOK % TELL == 0:
                print(line(seen.samples[-1]), flush=True)
            await asyncio.sleep(LOOK)

    def settled() -> bool:
        return time.monotonic() - began > SETTLED and seen.visits >= rounds and seen.runs >= RUNS

    watcher = asyncio.create_task(watching())
    try:
        await busy(server, settled, again, seeds, seen)
        seen.settled = time.monotonic() - began
        if tell:
            print("growth counts from here", flush=True)
        # Two minutes at least, wherever the machine was so slow that little time is left.
        until = max(began + 60 * minutes, time.monotonic() + 2 * MINUTE)
        await busy(server, lambda: time.monotonic() > until, again, seeds, seen)
    finally:
        watcher.cancel()
    return seen


def line(found: Sample) -> str:
    """Write a sample.

    >>> line(Sample(90.2, 131.44, 14, 40, 2))
    '   90 s   131.4 MB   14 threads   40 files   2 workers'
    """
    return (
        f"{found.seconds:5.0f} s {found.memory:7.1f} MB {found.threads:4} threads {found.files:4} files "
        f"{found.workers:3} workers"
    )


def still_running(folder: str, seconds: float = 20.0) -> Sequence[psutil.Process]:
    """Return the processes that were started with a data folder and do not end by themselves."""
    deadline = time.monotonic() + seconds
    while (found := marked("NORMLAB_DATA", folder)) and time.monotonic() < deadline:
        time.sleep(0.2)
    return found


def measure(minutes: float, *, tell: bool = False) -> Soaked:
    """Start the app, let learners wander, stop it, and look who is left.

    Args:
        minutes: how long; more than 2, from which growth counts.
        tell: print a line for each look at the web process.
    """
    with TemporaryDirectory() as folder:
        # Only the server and whom it starts get this folder, so they are known by it afterwards.
        with patch.dict(os.environ):
            os.environ.pop("NORMLAB_DATA", None)
            with serving(ROOT / "app.py", environment={"NORMLAB_DATA": folder}) as server:
                server.wait_for_log("Warmed up", timeout=120)
                seen = asyncio.run(soak(server, minutes, tell=tell))
        left = still_running(folder)
        seen.left = [process.name() for process in left]
        end(left)
    return seen


def main() -> None:
    """Soak and print."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--minutes", type=float, default=10.0)
    minutes = parser.parse_args().minutes
    if minutes <= SETTLED / 60:
        parser.error(f"Growth counts from minute {SETTLED / 60:.0f}: choose more minutes than that.")
    seen = measure(minutes, tell=True)
    print(f"{seen.visits} visits, {seen.moves} moves, {seen.runs} runs; errors: {len(seen.errors)}")
    for error in sorted(set(seen.errors)):
        print(f"  {seen.errors.count(error)} times: {error}")
    grown = ", ".join(f"{what} {seen.growth(what):.1f}" for what in ("memory", "threads", "files"))
    print(f"grown in {(seen.samples[-1].seconds - seen.settled) / 60:.1f} minutes, memory in MB: {grown}")
    print(f"still running after the server's end: {', '.join(seen.left) or 'none'}")


if __name__ == "__main__":
    main()
