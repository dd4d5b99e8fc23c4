"""Jobs in worker processes, through dask: our own workers, or those of a scheduler somewhere else.

distributed is imported when the first run needs it, and not before. With a scheduler of somebody else's, several
web processes may share its workers, and the same run of two of them is one task there.
"""

from __future__ import annotations

import threading
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from normlib.training.jobs.board import Board
from normlib.training.jobs.job import Job
from normlib.training.jobs.keys import NEED_KERAS
from normlib.training.jobs.store import Store
from normlib.training.result import Result

if TYPE_CHECKING:
    from normlib.training.jobs.tasks import Tasks


class DaskJobs(Board):
    """Runs jobs on dask workers.

    Args:
        store: where finished runs are kept.
        scheduler: address of a dask scheduler; None starts workers of our own at the first run.
        workers: how many of our own, for dense networks.
        keras_idle: seconds after which our own worker for Keras is ended when nobody needs it.
        limits: of `Board`.
    """

    def __init__(
        self,
        store: Store | None = None,
        *,
        scheduler: str | None = None,
        workers: int = 1,
        keras_idle: float = 300.0,
        **limits: Any,
    ) -> None:
        super().__init__(store, **limits)
        self._scheduler, self._workers, self._keras_idle = scheduler, workers, keras_idle
        self._making = threading.Lock()
        self._made: Tasks | None = None

    def start(self) -> None:
        """Start the workers, or connect, before the first run asks for it, and let them load what it needs.

        Raises: RunFailedError when that fails; the next run tries again.
        """
        self._tasks().warm()
        self._dispatch()

    def close(self) -> None:
        """Stop every run and leave no process, thread or folder behind."""
        super().close()
        with self._making:
            if self._made is not None:
                self._made.close()

    def _tasks(self) -> Tasks:
        with self._making:
            if self._made is None:
                from normlib.training.jobs.tasks import Tasks  # noqa: PLC0415

                self._made = Tasks(
                    self._heard,
                    self._say,
                    self._engines,
                    scheduler=self._scheduler,
                    workers=self._workers,
                    keras_idle=self._keras_idle,
                )
            return self._made

    def _slots(self, engine: str) -> int:
        if self._made is not None:
            return self._made.slots(engine)
        return self._workers if self._scheduler is None and engine not in NEED_KERAS else 1

    def _perform(self, job: Job) -> Sequence[Result] | None:
        return self._tasks().perform(job, self._dispatch)

    def _halt(self, job: Job) -> None:
        if self._made is not None:
            self._made.halt(job)
