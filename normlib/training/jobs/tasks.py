"""Jobs as tasks of dask: sent to a worker, listened to, halted, and sent once more when the worker was lost."""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import CancelledError
from contextlib import suppress
from typing import Any, Final

from distributed import Future, KilledWorker
from distributed.protocol.serialize import deserialize_bytes

from normlib.training.events import Event
from normlib.training.jobs import worker
from normlib.training.jobs.board import RunFailedError
from normlib.training.jobs.connection import Connection
from normlib.training.jobs.job import Job
from normlib.training.jobs.keys import code_version
from normlib.training.jobs.worker import OtherVersionError
from normlib.training.result import Result

_LOGGER = logging.getLogger(__name__)
_ATTEMPTS: Final = 2
_LAST_MESSAGES: Final = 1.0
"""Seconds to wait for what a finished run sent; the results do not depend on it."""
_LOOK: Final = 1.0
"""Seconds between looks at which workers there are."""
_PATIENCE: Final = 10.0
"""Seconds for a halted run to end by itself; a worker of our own is started anew after that."""


class Tasks:
    """Sends jobs to workers.

    Args:
        hear: called with a job, its share of steps done and its new events.
        say: called with a job and what it waits for, or a note.
        engines: where each engine is, as "module:function".
        scheduler, workers, keras_idle: of `Connection`.
    """

    def __init__(
        self,
        hear: Callable[[Job, float, Sequence[Event]], None],
        say: Callable[..., None],
        engines: Mapping[str, str],
        *,
        scheduler: str | None,
        workers: int,
        keras_idle: float,
    ) -> None:
        self._hear, self._say, self._engines = hear, say, engines
        self._connection = Connection(scheduler, workers, keras_idle, self._message)
        self._tasks: dict[str, _Task] = {}

    def slots(self, engine: str) -> int:
        """Return how many runs of an engine go on at once, as far as is known."""
        return self._connection.slots(engine)

    def warm(self) -> None:
        """Connect, and let a worker load what the first run needs."""
        self._connection.warm()

    def close(self) -> None:
        """Wait a moment for runs to end, then end the workers, or the connection to them."""
        until = time.monotonic() + 2
        while self._tasks and time.monotonic() < until:
            time.sleep(0.02)
        self._connection.close()

    def perform(self, job: Job, connected: Callable[[], None]) -> Sequence[Result] | None:
        """Run a job and return its results, or None when halted.

        Args:
            job: to run.
            connected: called when it is known how many workers there are.

        Raises: RunFailedError.
        """
        self._say(job, message="Waiting for a worker process.")
        with self._connection.using(job.engine):
            connected()
            for attempt in range(_ATTEMPTS):
                try:
                    results = self._once(job, attempt, connected)
                except KilledWorker:
                    if job.halted:
                        return None
                    again = " It was started again." if attempt + 1 < _ATTEMPTS else ""
                    self._say(
                        job, note=f"The worker process ended with {100 * job.share:.0f}\xa0% of the steps done.{again}"
                    )
                    continue
                # None that we did not ask for: another web process stopped a run that it shared with this one.
                if results is not None or job.halted:
                    return results
        raise RunFailedError(
            f"The worker process ended {_ATTEMPTS} times while it trained this, which can mean that there is not "
            "enough memory: try a smaller width, fewer seeds or a smaller batch."
        )

    def _once(self, job: Job, attempt: int, connected: Callable[[], None]) -> Sequence[Result] | None:
        task = _Task(job, f"normlab-{job.key}-{job.turn}.{attempt}")
        self._tasks[task.name] = task
        try:
            task.future = self._connection.client.submit(
                worker.perform,
                task.name,
                job.engine,
                self._engines[job.engine],
                code_version(job.engine),
                [e.model_dump_json() for e in job.experiments],
                key=task.name,
                pure=False,
                retries=0,
                resources=self._connection.resources(job.engine),
            )
            task.future.add_done_callback(lambda _: task.ended.set())
            return self._wait(task, connected)
        finally:
            del self._tasks[task.name]
            if task.future is not None:
                task.future.release()

    def _wait(self, task: _Task, connected: Callable[[], None]) -> Sequence[Result] | None:
        if task.job.halted:
            self.halt(task.job)
        assert task.future is not None  # noqa: S101
        halted_at, looked_at = 0.0, time.monotonic()
        while not task.ended.wait(0.25):
            self._connection.check()
            if time.monotonic() - looked_at > _LOOK:
                looked_at = time.monotonic()
                if not self._connection.look_again():
                    self._say(task.job, message="All worker processes are gone; the run waits for one.")
                connected()
            if task.job.halted:
                halted_at = halted_at or time.monotonic()
                if time.monotonic() - halted_at > _PATIENCE:
                    task.future.cancel()
                    self._connection.restart(task.address)
                    return None
        try:
            results, sent = task.future.result(timeout=10)
        except CancelledError:
            if task.job.halted:
                return None
            self._connection.check()
            raise RunFailedError("The scheduler took the run back: press Run again.") from None
        except KilledWorker:
            raise
        except Exception as error:
            if task.job.halted:
                return None
            _LOGGER.info("The run %s failed in its worker.", task.name, exc_info=True)
            raise RunFailedError(_failure(error)) from None
        if results is not None:
            task.job.complete = task.all_arrived(sent, _LAST_MESSAGES)
        return results  # type: ignore[no-any-return]

    def halt(self, job: Job) -> None:
        """Make a job end at its next event, or not begin."""
        for task in list(self._tasks.values()):
            if task.job is not job or task.future is None:
                continue
            running = task.address is not None
            with suppress(Exception):
                if not running:
                    task.future.cancel()
                where = None if task.address is None else [task.address]
                self._connection.client.run(worker.halt, task.name, running, workers=where, on_error="ignore")

    def _message(self, message: dict[str, Any]) -> None:
        """Take in what a worker sent, in distributed's thread."""
        task = self._tasks.get(message.get("run", ""))
        if task is None:
            return
        if message["part"] > 0 and not task.parts and not task.asked_before:
            # The run was going on before this process asked for it.
            task.asked_before = True
            threading.Thread(target=self._catch_up, args=(task,), daemon=True).start()
        self._take(task, message)

    def _take(self, task: _Task, message: dict[str, Any]) -> None:
        task.address = message["address"]
        events = deserialize_bytes(message["events"]) if message["events"] else []
        self._hear(task.job, message["share"], events)
        task.heard(message["part"])

    def _catch_up(self, task: _Task) -> None:
        with suppress(Exception):
            for message in self._connection.earlier():
                if message.get("run") == task.name:
                    self._take(task, message)


class _Task:
    """One attempt at a job."""

    def __init__(self, job: Job, name: str) -> None:
        self.job, self.name = job, name
        self.future: Future[Any] | None = None
        self.ended = threading.Event()
        self.address: str | None = None
        self.parts: set[int] = set()
        self.asked_before = False
        self._changed = threading.Condition()

    def heard(self, part: int) -> None:
        with self._changed:
            self.parts.add(part)
            self._changed.notify_all()

    def all_arrived(self, sent: int, seconds: float) -> bool:
        with self._changed:
            return self._changed.wait_for(lambda: len(self.parts) >= sent, seconds)


def _failure(error: Exception) -> str:
    if isinstance(error, OtherVersionError):
        return str(error)
    if isinstance(error, ImportError):
        return f"The worker process cannot load what it needs: {error}. It needs NormLab and the engine's packages."
    return f"The run failed in its worker with {type(error).__name__}: {error}"
