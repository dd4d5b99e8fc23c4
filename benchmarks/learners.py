"""A class of learners on one page: how long a move takes, what the server needs for it.

    python -m benchmarks.learners --learners 300 --seconds 60 --page min-max

Every learner is a session over Streamlit's own websocket protocol. They arrive evenly within 15 s, and each
changes a random control every 10 s. The same class then visits the smallest possible Streamlit page, in the
same run, on the same machine: what is above that floor is ours. Loading scripts and styles over HTTP is not
part of this; `benchmarks.first_load` measures that. The simulated class shares the processor with the
server, so its own work is in the times.
"""

import argparse
import asyncio
import random
import time
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

import numpy as np
import psutil  # type: ignore[import-untyped]

from benchmarks.learner import Learner
from benchmarks.serving import ROOT, Server, serving

FLOOR = ROOT / "benchmarks" / "floor" / "app.py"
ARRIVAL_SECONDS = 15.0
PAUSE_SECONDS = 10.0


@dataclass(frozen=True)
class Class:
    """Who comes where.

    Args:
        page: path of the page without the slash; empty for the start page.
        query: the address's part after the question mark.
        count: learners.
        seconds: how long they move after the last one arrived.
        control: label of the control to move; a random one each time when left out.
    """

    page: str = ""
    query: str = ""
    count: int = 300
    seconds: float = 60.0
    control: str | None = None


@dataclass
class Measured:
    """What one class did and what the server needed."""

    arrivals: list[float] = field(default_factory=list)
    moves: list[float] = field(default_factory=list)
    bytes_per_move: float = 0.0
    errors: list[str] = field(default_factory=list)
    memory_alone: float = float("nan")
    memory_full: float = float("nan")
    cpu_per_move: float = float("nan")


def megabytes(process: psutil.Process) -> float:
    """Return the memory that a process holds, in MB."""
    return float(process.memory_info().rss) / 1e6


def cpu_seconds(process: psutil.Process) -> float:
    """Return the processor time that a process has used."""
    used = process.cpu_times()
    return float(used.user + used.system)


async def learn(learner: Learner, arrive_at: float, until: float, measured: Measured, label: str | None) -> None:
    """Let one learner arrive, move until the end, and leave when everybody leaves."""
    await asyncio.sleep(max(0.0, arrive_at - time.monotonic()))
    try:
        started = time.perf_counter()
        async with learner:
            await learner.open()
            measured.arrivals.append(time.perf_counter() - started)
            # The first pause differs, or all who arrived together would move together.
            pause = learner.rng.uniform(0, PAUSE_SECONDS)
            while time.monotonic() + pause < until:
                await asyncio.sleep(pause)
                measured.moves.append(await learner.move(label))
                pause = PAUSE_SECONDS
            await asyncio.sleep(max(0.0, until - time.monotonic()))
            # Sessions that end now would not be in the memory that is read now.
            await asyncio.sleep(1.0)
    except Exception as error:  # noqa: BLE001  every failure of a learner is a result here
        measured.errors.append(f"{type(error).__name__}: {error}")


async def visit(server: Server, visitors: Class) -> Measured:
    """Send a class to a page.

    Returns: the times in seconds, memory in MB, errors as text.
    """
    measured, process = Measured(), psutil.Process(server.pid)
    # What the first visit ever loads belongs to the server alone.
    async with Learner(server.port, visitors.page, visitors.query) as first:
        await first.open()
    await asyncio.sleep(2.0)
    measured.memory_alone = megabytes(process)
    start = time.monotonic()
    until = start + ARRIVAL_SECONDS + visitors.seconds
    learners = [Learner(server.port, visitors.page, visitors.query, seed) for seed in range(visitors.count)]
    spread = random.Random(0)  # noqa: S311
    tasks = [
        asyncio.create_task(
            learn(learner, start + spread.uniform(0, ARRIVAL_SECONDS), until, measured, visitors.control)
        )
        for learner in learners
    ]
    await asyncio.sleep(ARRIVAL_SECONDS + 1)
    cpu, moves = cpu_seconds(process), len(measured.moves)
    received = sum(learner.received_bytes for learner in learners)
    await asyncio.sleep(max(0.0, until - time.monotonic()))
    done = max(1, len(measured.moves) - moves)
    measured.cpu_per_move = (cpu_seconds(process) - cpu) / done
    measured.bytes_per_move = (sum(learner.received_bytes for learner in learners) - received) / done
    measured.memory_full = megabytes(process)
    await asyncio.gather(*tasks)
    return measured


def percentiles(values: Sequence[float]) -> str:
    """Return p50, p95 and maximum in milliseconds as text."""
    if not values:
        return "none"
    p50, p95, top = 1000 * np.percentile(values, [50, 95, 100])
    return f"{p50:.1f} / {p95:.1f} / {top:.0f} ms"


def table(ours: Measured, floor: Measured | None, visitors: Class) -> str:
    """Return the results as a Markdown table with the budget and the floor beside them."""

    def column(one: Measured) -> list[str]:
        return [
            percentiles(one.arrivals),
            percentiles(one.moves),
            str(len(one.moves)),
            str(len(one.errors)),
            f"{1000 * one.cpu_per_move:.1f} ms",
            f"{one.bytes_per_move / 1000:.1f} kB",
            f"{one.memory_alone:.0f} MB",
            f"{1000 * (one.memory_full - one.memory_alone) / visitors.count:.0f} kB",
        ]

    names = [
        "arriving: connect until the page is complete, p50 / p95 / max",
        "a move: sent until the page is complete, p50 / p95 / max",
        "moves",
        "errors",
        "processor time of the server per move",
        "received per move",
        "memory of the server without learners",
        "memory per learner",
    ]
    floors = column(floor) if floor else ["not measured"] * len(names)
    rows = zip(names, column(ours), floors, strict=True)
    head = [f"| {visitors.count} learners | page /{visitors.page} | Streamlit's floor |", "|---|---|---|"]
    return "\n".join(head + [f"| {' | '.join(row)} |" for row in rows])


def measure(app: Path, visitors: Class, ready: str = "") -> Measured:
    """Start an app, send a class to one of its pages, stop the app.

    Args:
        app: the file with the `st.App`.
        visitors: who comes where.
        ready: text in the server's log to wait for before anybody arrives.
    """
    with serving(app) as server:
        if ready:
            server.wait_for_log(ready)
        return asyncio.run(visit(server, visitors))


def main() -> None:
    """Run both classes and print the table."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--learners", type=int, default=300)
    parser.add_argument("--seconds", type=float, default=60.0, help="moving time after the last arrival")
    parser.add_argument("--page", default="", help="path of a page, such as min-max; the start page if empty")
    parser.add_argument("--query", default="", help="settings in the address, such as data=wine")
    parser.add_argument("--control", help="label of the control to move; a random one each time if left out")
    parser.add_argument("--app", type=Path, default=ROOT / "app.py")
    parser.add_argument("--no-floor", action="store_true", help="leave out the smallest page")
    chosen = parser.parse_args()
    ready = "Warmed up" if chosen.app == ROOT / "app.py" else ""
    visitors = Class(chosen.page, chosen.query, chosen.learners, chosen.seconds, chosen.control)
    ours = measure(chosen.app, visitors, ready)
    floor = None if chosen.no_floor else measure(FLOOR, replace(visitors, page="", query="", control=None))
    print(table(ours, floor, visitors))
    for error in sorted(set(ours.errors)):
        print(f"{ours.errors.count(error)} times: {error}")


if __name__ == "__main__":
    main()
