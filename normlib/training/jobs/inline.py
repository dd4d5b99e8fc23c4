"""Jobs in this process, for tests and for runs too short to be worth another process."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import partial
from typing import Any, Final

from normlib.training.jobs.board import Board, RunFailedError
from normlib.training.jobs.drive import drive
from normlib.training.jobs.job import Job
from normlib.training.jobs.keys import ENGINES, load_engine
from normlib.training.jobs.store import Store
from normlib.training.result import Result

_HERE: Final = {"numpy": ENGINES["numpy"]}


class InlineJobs(Board):
    """Runs one job at a time, in a thread or, with `threaded=False`, before `submit` returns.

    TensorFlow does not belong into this process, so there is no Keras engine here.

    >>> from normlib.training import Experiment
    >>> jobs = InlineJobs(threaded=False)
    >>> key = jobs.submit(Experiment(data="wine", steps=20, points=3, seeds=2), learner="ada")
    >>> jobs.status(key).state, jobs.result(key)[0].values["loss"].shape
    ('done', (2, 3))
    """

    def __init__(
        self,
        store: Store | None = None,
        *,
        threaded: bool = True,
        engines: Mapping[str, str] = _HERE,
        **limits: Any,
    ) -> None:
        super().__init__(store, engines=engines, **limits)
        self._threaded = threaded

    def _slots(self, engine: str) -> int:
        return 1

    def _begin(self, job: Job) -> None:
        if self._threaded:
            super()._begin(job)
        else:
            self._run(job)

    def _perform(self, job: Job) -> Sequence[Result] | None:
        path = self._engines[job.engine]
        try:
            engine, made_by = load_engine(path)
        except (ImportError, AttributeError) as error:
            raise RunFailedError(f"The engine {job.engine!r} cannot be loaded from {path}: {error}") from None
        return drive(job.experiments, engine, partial(self._heard, job), lambda: job.halted, made_by)

    def _halt(self, job: Job) -> None:
        """Nothing to do: the loop looks at the job after every event."""
