"""Training runs as jobs: asked for by key, shared, queued, watched while they go on, stopped, and kept.

Read `protocol` (what can be asked) and `board` (who wants what) first. `inline` runs jobs in this process and
`dask_jobs` in workers; `drive` is the loop both put around an engine, `worker` what a worker executes.
"""

from __future__ import annotations

import threading
from pathlib import Path
from typing import Final

from normlib.training.jobs.dask_jobs import DaskJobs
from normlib.training.jobs.inline import InlineJobs
from normlib.training.jobs.keys import job_key
from normlib.training.jobs.protocol import Jobs, NotDoneError, QueueFullError, Status, UnknownJobError, Update
from normlib.training.jobs.settings import JobSettings
from normlib.training.jobs.shipped import Shipped
from normlib.training.jobs.store import Store

__all__ = [
    "DaskJobs",
    "InlineJobs",
    "JobSettings",
    "Jobs",
    "NotDoneError",
    "QueueFullError",
    "Shipped",
    "Status",
    "Store",
    "UnknownJobError",
    "Update",
    "close_shared_jobs",
    "job_key",
    "shared_jobs",
]

SHIPPED_RUNS: Final = Path(__file__).resolve().parents[3] / "assets" / "runs"
"""Results that come with NormLab."""

_lock = threading.Lock()
_shared: list[DaskJobs] = []


def shared_jobs() -> DaskJobs:
    """Return the jobs of this process, made at the first call from the settings in the environment.

    No worker starts before the first run, or a call of `start`.
    """
    with _lock:
        if not _shared:
            settings = JobSettings.from_environment()
            store = Store(settings.data)
            shipped = Shipped(SHIPPED_RUNS)
            _shared.append(DaskJobs(store, shipped=shipped, scheduler=settings.scheduler, workers=settings.workers))
        return _shared[0]


def close_shared_jobs() -> None:
    """Close them, if they were ever made."""
    with _lock:
        made, _shared[:] = _shared[:], []
    for jobs in made:
        jobs.close()
