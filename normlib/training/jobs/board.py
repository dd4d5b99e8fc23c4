"""Who wants which run, in which order they start, and what became of them. How one is run, a backend says."""

from __future__ import annotations

import logging
import threading
import time
from abc import ABC, abstractmethod
from collections import OrderedDict
from collections.abc import Mapping, Sequence
from functools import partial
from typing import Final

from normlib.training.comparison import Comparison
from normlib.training.events import Event
from normlib.training.experiment import Experiment
from normlib.training.jobs.job import Job
from normlib.training.jobs.keys import ENGINES, job_key
from normlib.training.jobs.line import Line
from normlib.training.jobs.protocol import (
    NotDoneError,
    QueueFullError,
    State,
    Status,
    UnknownJobError,
    Update,
    Wanted,
)
from normlib.training.jobs.shipped import Shipped
from normlib.training.jobs.store import Store, differences
from normlib.training.result import Result

_LOGGER = logging.getLogger(__name__)
MOST_WAITING: Final = 64
MOST_KEPT_BYTES: Final = 32_000_000


class RunFailedError(Exception):
    """A run that cannot go on, for a reason that the message tells the learner."""


class Board(ABC):
    """The bookkeeping that all backends share. Every method may be called from any thread.

    Args:
        store: where finished runs are kept; None keeps them in memory alone.
        shipped: results that came with NormLab, for who does not ask for a run of their own.
        engines: what each engine's name stands for, as "module:function".
        most_waiting: runs that may wait.
        most_kept: bytes of results of ended runs to keep in memory; the oldest go first.
        patience: seconds without a question after which a learner who had asked has gone. A browser asks from a
            page in the background once a minute only.
    """

    def __init__(
        self,
        store: Store | None = None,
        *,
        shipped: Shipped | None = None,
        engines: Mapping[str, str] = ENGINES,
        most_waiting: int = MOST_WAITING,
        most_kept: int = MOST_KEPT_BYTES,
        patience: float = 90.0,
    ) -> None:
        self._store, self._shipped = store, shipped
        self._engines = dict(engines)
        self._most_waiting, self._most_kept, self._patience = most_waiting, most_kept, patience
        self._lock = threading.RLock()
        self._jobs: OrderedDict[str, Job] = OrderedDict()
        self._turns: dict[str, int] = {}
        self._lines = {name: Line(partial(self._slots, name)) for name in self._engines}
        self._wanted_by: dict[str, str] = {}
        self._closed = False

    @abstractmethod
    def _perform(self, job: Job) -> Sequence[Result] | None:
        """Train and return the results, or None when halted. Raises: RunFailedError."""

    @abstractmethod
    def _halt(self, job: Job) -> None:
        """Make `_perform` of this job return soon; it may not have begun, or have ended."""

    @abstractmethod
    def _slots(self, engine: str) -> int:
        """Return how many runs of an engine go on at once."""

    def submit(self, wanted: Wanted, *, engine: str = "numpy", learner: str, again: bool = False) -> str:
        """Ask for a run and return its key at once."""
        if engine not in self._engines:
            raise ValueError(f"There is no engine {engine!r} here, only {', '.join(self._engines)}.")
        experiments = _experiments(wanted)
        key = job_key(experiments, engine)
        with self._lock:
            if self._closed:
                raise RuntimeError("The jobs were closed.")
            earlier = self._jobs.get(key)
            if earlier is not None and earlier.state not in {"failed", "stopped"} and not (again and earlier.ended):
                self._join(earlier, learner)
                return key
            self._check_room(key, engine, learner, again)
            job = self._new(key, experiments, engine)
            self._join(job, learner)
        self._fill(job, earlier, again)
        return key

    def status(self, key: str) -> Status:
        """Return how the run is getting on."""
        with self._lock:
            return self._status(self._job(key))

    def events(self, key: str, cursor: int = 0, *, learner: str = "") -> Update:
        """Return what happened since a cursor."""
        with self._lock:
            job = self._job(key)
            if learner in job.learners:
                job.heard_of[learner] = time.monotonic()
            return Update(*job.buffer.since(cursor), self._status(job), job.experiments)

    def stop(self, key: str, learner: str) -> Status:
        """Let go of a run; it stops when no learner is left."""
        with self._lock:
            job = self._job(key)
            halted = self._leave(job, learner)
            status = self._status(job)
        if halted:
            self._halt(job)
        return status

    def result(self, key: str) -> tuple[Result, ...]:
        """Return a result per experiment; of a stopped run, what it recorded."""
        with self._lock:
            job = self._job(key)
            if job.state not in {"done", "stopped"}:
                reason = f"It failed: {job.message}" if job.ended else f"It is {job.state}, {job.share:.0%} done."
                raise NotDoneError(f"The run has no result. {reason}")
            return job.buffer.results()

    def close(self) -> None:
        """Stop every run."""
        with self._lock:
            self._closed = True
            active = [job for job in self._jobs.values() if not job.ended]
            for job in active:
                self._end(job, "stopped", "The server was closed.")
        for job in active:
            self._halt(job)

    # What follows is for the backends and this class; `_lock` is held where a name does not say otherwise.

    def _heard(self, job: Job, share: float, events: Sequence[Event]) -> None:
        """Take in what a running job reports. Takes the lock."""
        with self._lock:
            if job.ended:
                return
            if job.state == "queued":
                job.state, job.heard_first = "running", time.monotonic()
            job.message = ""
            job.share = max(job.share, share)
            job.buffer.add(events)
            gone = self._gone(job)
        if gone:
            self._halt_soon(job)

    def _say(self, job: Job, message: str = "", note: str = "") -> None:
        """Set what a job waits for, or add a note. Takes the lock."""
        with self._lock:
            if message and not job.ended:
                job.message = message
            if note and note not in job.notes:
                job.notes.append(note)

    def _job(self, key: str) -> Job:
        job = self._jobs.get(key)
        if job is not None:
            return job
        results, problem = (None, "") if self._store is None or not key.isalnum() else self._store.get(key)
        if results is None:
            tail = f" {problem}" if problem else ""
            raise UnknownJobError(f"There is no run {key[:12]} here: press Run again.{tail}")
        job = self._new(key, tuple(one.experiment for one in results), next(iter(self._engines)))
        self._done(job, results, stored=True)
        return job

    def _new(self, key: str, experiments: tuple[Experiment, ...], engine: str) -> Job:
        turn = self._turns.get(key, -1) + 1
        self._turns[key] = turn
        job = Job(key, experiments, engine, turn=turn)
        self._jobs[key] = job
        self._jobs.move_to_end(key)
        return job

    def _check_room(self, key: str, engine: str, learner: str, again: bool) -> None:
        line = self._lines[engine]
        if len(line) < self._most_waiting:
            return
        own = self._jobs.get(self._wanted_by.get(learner, ""))
        frees_one = own is not None and own in line and own.learners == {learner}
        stored = self._store is not None and not again and self._store.has(key)
        if not (frees_one or stored):
            raise QueueFullError(
                f"{len(line)} runs are waiting, and {self._most_waiting} may wait. They take about "
                f"{max(1, round(line.seconds()))} s together: try again in a moment."
            )

    def _join(self, job: Job, learner: str) -> None:
        other = self._jobs.get(self._wanted_by.get(learner, ""))
        if other is not None and other is not job and self._leave(other, learner):
            self._halt_soon(other)
        job.learners.add(learner)
        if not job.ended:
            self._wanted_by[learner] = job.key

    def _halt_soon(self, job: Job) -> None:
        # In a thread: telling a worker takes a moment, and the caller holds the lock or hears what workers say.
        threading.Thread(target=self._halt, args=(job,), daemon=True).start()

    def _leave(self, job: Job, learner: str) -> bool:
        """Take a learner off a job; return whether the job is running and must now be halted."""
        job.learners.discard(learner)
        job.heard_of.pop(learner, None)
        if self._wanted_by.get(learner) == job.key:
            del self._wanted_by[learner]
        if job.learners or job.ended:
            return False
        begun = self._lines[job.engine].drop(job)
        how_far = f"after {100 * job.share:.0f}\xa0% of its steps" if job.state == "running" else "before it began"
        self._end(job, "stopped", f"Ended by Stop {how_far}.")
        return begun

    def _gone(self, job: Job) -> bool:
        """Take learners off a job who closed the page; return whether the job is running and must now be halted."""
        silent = [one for one, when in job.heard_of.items() if time.monotonic() - when > self._patience]
        # Only who leaves last ends the job, and afterwards nobody is left to ask for.
        return [self._leave(job, learner) for learner in silent][-1:] == [True]

    def _end(self, job: Job, state: State, message: str = "") -> None:
        job.state, job.message = state, message
        job.halted = state == "stopped"
        for learner in job.learners:
            if self._wanted_by.get(learner) == job.key:
                del self._wanted_by[learner]
        self._forget_oldest()

    def _forget_oldest(self) -> None:
        ended = [job for job in self._jobs.values() if job.ended]
        total = sum(job.buffer.size for job in ended)
        for job in ended[:-1]:
            if total <= self._most_kept:
                break
            total -= job.buffer.size
            del self._jobs[job.key]

    def _done(self, job: Job, results: Sequence[Result], *, stored: bool = False) -> None:
        job.stored, job.share = stored, 1.0
        job.buffer.finish(results, complete=job.complete and not stored)
        self._end(job, "done")

    def _fill(self, job: Job, earlier: Job | None, again: bool) -> None:
        """Take the results from the store, or put the job in the queue. Takes the lock."""
        results, problem = (None, "") if self._store is None else self._store.get(job.key)
        if results is None and earlier is not None and earlier.state == "done" and not earlier.shipped:
            results = earlier.buffer.results()
        note = ""
        if results is None and not again:
            results, note = self._from_the_box(job)
        with self._lock:
            job.notes += [text for text in (problem, note) if text]
            if job.ended:
                return
            job.shipped = bool(note)
            if results is not None and not again:
                self._done(job, results, stored=True)
                return
            job.earlier = results
            self._lines[job.engine].add(job)
        self._dispatch()

    def _from_the_box(self, job: Job) -> tuple[tuple[Result, ...] | None, str]:
        """Return the results that came with NormLab, and what to say about them."""
        found = None if self._shipped is None else self._shipped.get(job.experiments, job.engine)
        if found is None:
            return None, ""
        state = "" if found.same_code else ", by an earlier state of its code"
        return found.results, f"This run came with NormLab; it was made on {found.made_on}{state}."

    def _dispatch(self) -> None:
        """Begin as many jobs as there is room for, in the order they came. Takes the lock."""
        with self._lock:
            for job in [one for one in self._jobs.values() if one.heard_of and one in self._lines[one.engine]]:
                self._gone(job)
            begin = [job for line in self._lines.values() for job in line.next() if not self._closed]
        for job in begin:
            self._begin(job)

    def _begin(self, job: Job) -> None:
        threading.Thread(target=self._run, args=(job,), name=f"run-{job.key[:8]}", daemon=True).start()

    def _run(self, job: Job) -> None:
        """See one job through. Takes the lock."""
        try:
            results, failure = self._perform(job), ""
        except RunFailedError as error:
            results, failure = None, str(error)
        except Exception as error:
            _LOGGER.exception("The run %s failed.", job.key)
            results, failure = None, f"The run failed with {type(error).__name__}: {error}"
        problem = ""
        if results is not None and self._store is not None:
            problem = self._store.put(job.key, results)
        with self._lock:
            self._lines[job.engine].ended(job)
            if problem:
                job.notes.append(problem)
            if not job.ended:
                self._conclude(job, results, failure)
        self._dispatch()

    def _conclude(self, job: Job, results: Sequence[Result] | None, failure: str) -> None:
        if results is None:
            self._end(job, "failed", failure or "The run ended without a result.")
            return
        if job.earlier is not None:
            differing = differences(job.earlier, results)
            job.agrees = not differing
            if differing:
                job.notes.append(
                    f"The second run differs from the one before in {len(differing)} places, first in {differing[0]}. "
                    "The same experiment should give the same numbers: please report this."
                )
        self._done(job, results)

    def _status(self, job: Job) -> Status:
        place, seconds = 0, job.seconds_left
        if job.state == "queued":
            line = self._lines[job.engine]
            place = line.place(job)
            seconds += line.seconds(before=job)
        return Status(
            job.key,
            job.state,
            place,
            job.share,
            seconds,
            job.message,
            tuple(job.notes),
            len(job.learners),
            job.stored,
            job.agrees,
        )


def _experiments(wanted: Wanted) -> tuple[Experiment, ...]:
    if isinstance(wanted, Comparison):
        return wanted.arms
    experiments = (wanted,) if isinstance(wanted, Experiment) else tuple(wanted)
    if not experiments:
        raise ValueError("There is no experiment to run.")
    return experiments
