"""Runs that take no time: each is left in one of the states in which a learner may see it."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress
from itertools import islice
from random import Random
from typing import Any

from normlib.training import cost
from normlib.training.events import Event
from normlib.training.jobs import SHIPPED_RUNS, InlineJobs, Shipped
from normlib.training.jobs.board import RunFailedError
from normlib.training.jobs.job import Job
from normlib.training.jobs.keys import ENGINES, load_engine
from normlib.training.result import Result

SHORT = 0.05
"""Seconds of training that a run may take."""


class SomeRuns(InlineJobs):
    """Jobs that wait, have begun, are lost, or are trained where that is soon done; chance decides."""

    def __init__(self, rng: Random, **more: Any) -> None:
        names = dict.fromkeys(ENGINES, ENGINES["numpy"])
        super().__init__(threaded=False, engines=names, shipped=Shipped(SHIPPED_RUNS), **more)
        self._rng = rng
        self._lost: set[str] = set()

    def _slots(self, engine: str) -> int:
        return 1_000_000

    def _begin(self, job: Job) -> None:
        state = self._rng.choice(("waits", "begins", "ends", "ends", "lost"))
        if state == "waits":
            self._say(job, message="Waiting for a worker process.")
        elif state == "begins":
            self._heard(job, 0.1, first_events(job))
        else:
            if state == "lost":
                self._lost.add(job.key)
            super()._begin(job)

    def _perform(self, job: Job) -> Sequence[Result] | None:
        long = sum(cost.seconds(one) for one in job.experiments) > SHORT
        # NumPy's engine writes no program, so it has none to show.
        if job.key in self._lost or job.engine == "program" or long:
            raise RunFailedError("The worker process ended 2 times while it trained this: try fewer seeds.")
        return super()._perform(job)


def first_events(job: Job) -> list[Event]:
    """Return what an engine says at first; nothing where the engine of this process cannot train such networks."""
    engine, _ = load_engine(ENGINES["numpy"])
    found: list[Event] = []
    with suppress(ValueError, NotImplementedError):
        found += islice(engine(job.experiments), 3)
    return found
