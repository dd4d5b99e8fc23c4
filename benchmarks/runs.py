"""A class that presses Run: one link for all, then a run of his own for everybody.

    python -m benchmarks.runs --learners 30

First, every learner opens the same link to a run within three seconds: it must be one run. Then every learner opens
a link of his own, with other seeds: these runs wait in a queue and are served in the order in which they came, while a
second class of the same size moves controls on another page. Everybody follows his run as a browser does, asking
for what is new. Prints how long runs took, and how the other page answered meanwhile.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import os
import time
from dataclasses import dataclass, field
from itertools import pairwise
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any
from unittest.mock import patch

import numpy as np

from benchmarks.learner import Learner
from benchmarks.serving import ROOT, Server, serving
from normlib.server.runs import RUNS_PATH
from normlib.training import Comparison
from normlib.training.jobs import job_key
from pages.parts.experiment_wanted import wanted

PAGE, OTHER = "training-curves", "min-max"
ARRIVAL = 3.0
PAUSE, PAUSE_QUEUED = 0.15, 1.0
BUDGET = 0.150


@dataclass
class Watched:
    """What one learner saw of a run.

    Attributes:
        number: of the learner, in the order of their arrival.
        opened: seconds until the page was complete.
        first: seconds from then until the first point, and `ended` until the end.
        finished: when it ended, to tell the order.
        stored: whether it came from the store.
    """

    number: int
    opened: float = float("nan")
    first: float = float("nan")
    ended: float = float("nan")
    finished: float = float("nan")
    stored: bool = False
    state: str = ""


@dataclass
class Class:
    """What a class saw."""

    watched: list[Watched] = field(default_factory=list)
    moves: list[float] = field(default_factory=list)
    errors: list[str] = field(default_factory=list)


def comparison(first_seed: int) -> Comparison:
    """Return what the page compares by default, from other seeds."""
    found = wanted("method", ("None", "Batch", "Layer"), {"first": first_seed}).comparison
    assert found is not None  # noqa: S101 - the defaults of the page go together
    return found


async def ask(port: int, path: str) -> dict[str, Any]:
    """Send one GET request and return the JSON of its answer."""
    reader, writer = await asyncio.open_connection("localhost", port)
    try:
        writer.write(f"GET {path} HTTP/1.1\r\nHost: localhost:{port}\r\nConnection: close\r\n\r\n".encode())
        await writer.drain()
        answer = await reader.read()
    finally:
        writer.close()
    head, _, body = answer.partition(b"\r\n\r\n")
    if b"transfer-encoding: chunked" in head.lower():
        body = b"".join(body.split(b"\r\n")[1::2])
    found: dict[str, Any] = json.loads(body)
    return found


async def follow(server: Server, seed: int, wait: float, seen: Class) -> None:
    """Open a link to a run and follow it to its end."""
    await asyncio.sleep(wait)
    compared, watched = comparison(seed), Watched(seed)
    key = job_key(compared.arms, "numpy")
    query = f"tc_run={compared.key[:8]}" + (f"&tc_first={seed}" if seed else "")
    try:
        async with Learner(server.port, PAGE, query, seed) as learner:
            watched.opened = await learner.open()
            began, cursor, waits = time.perf_counter(), 0, PAUSE / 2
            while True:
                message = await ask(server.port, f"{RUNS_PATH}/{key}/events?cursor={cursor}")
                cursor, status = message["cursor"], message["status"]
                now = time.perf_counter()
                if message["points"] and np.isnan(watched.first):
                    watched.first = now - began
                if status["state"] in {"done", "failed", "stopped"}:
                    break
                waits = min(PAUSE_QUEUED, 2 * waits)
                await asyncio.sleep(waits if status["state"] == "queued" else PAUSE)
            watched.ended, watched.finished = now - began, now
            watched.state, watched.stored = status["state"], status["stored"]
            seen.watched.append(watched)
    except Exception as error:  # noqa: BLE001  every failure of a learner is a result here
        seen.errors.append(f"{type(error).__name__}: {error}")


async def move(server: Server, seed: int, until: asyncio.Event, seen: Class) -> None:
    """Move controls on another page until the runs have ended."""
    try:
        async with Learner(server.port, OTHER, seed=seed) as learner:
            await learner.open()
            while not until.is_set():
                await asyncio.sleep(learner.rng.uniform(1.0, 3.0))
                seen.moves.append(await learner.move())
    except Exception as error:  # noqa: BLE001  as above
        seen.errors.append(f"{type(error).__name__}: {error}")


async def one_link(server: Server, learners: int) -> Class:
    """Let everybody open the same link."""
    seen = Class()
    await asyncio.gather(*(follow(server, 0, ARRIVAL * n / learners, seen) for n in range(learners)))
    return seen


async def own_links(server: Server, learners: int) -> Class:
    """Let everybody open a link of his own, while others move controls."""
    seen, over = Class(), asyncio.Event()
    movers = [asyncio.create_task(move(server, seed, over, seen)) for seed in range(learners)]
    await asyncio.gather(*(follow(server, 100 * (n + 1), ARRIVAL * n / learners, seen) for n in range(learners)))
    over.set()
    await asyncio.gather(*movers)
    return seen


def spread(values: list[float]) -> str:
    """Return median and highest of some seconds as text."""
    return f"{np.median(values):.2f} s / {max(values):.2f} s" if values else "none"


def measure(learners: int) -> tuple[Class, Class, int, int]:
    """Return what both classes saw, and how many runs were stored after each."""
    with TemporaryDirectory() as folder, patch.dict(os.environ, {"NORMLAB_DATA": folder}):
        runs = Path(folder) / "runs"
        with serving(ROOT / "app.py") as server:
            server.wait_for_log("Warmed up")
            same = asyncio.run(one_link(server, learners))
            after_one = len(list(runs.glob("*.npz")))
            own = asyncio.run(own_links(server, learners))
            return same, own, after_one, len(list(runs.glob("*.npz"))) - after_one


def main() -> None:
    """Print what both classes saw."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--learners", type=int, default=30)
    learners = parser.parse_args().learners
    same, own, one, many = measure(learners)
    print(f"{learners} learners, one link: {one} run (budget 1)")
    print(f"  page complete until the first points, median / longest: {spread([w.first for w in same.watched])}")
    print(f"  until the end: {spread([w.ended for w in same.watched])}")
    print(f"{learners} learners, {learners} links: {many} runs")
    print(f"  until the end: {spread([w.ended for w in own.watched])}")
    in_turn = [w.number for w in sorted(own.watched, key=lambda one: one.finished)]
    late = sum(after < before for before, after in pairwise(in_turn))
    print(f"  served before one who came earlier: {late}")
    states = [w.state for w in (*same.watched, *own.watched)]
    print(f"  ended well: {states.count('done')} of {2 * learners}")
    p50, p95 = np.percentile(own.moves, [50, 95])
    print(f"  moves on /{OTHER} meanwhile, p50 / p95: {1e3 * p50:.0f} / {1e3 * p95:.0f} ms (budget p95 150 ms)")
    for error in sorted({*same.errors, *own.errors}):
        print(f"  {error}")


if __name__ == "__main__":
    main()
