"""The queue before one engine: who waits, who has begun, and how long it will take."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable

from normlib.training.jobs.job import Job


class Line:
    """First come, first served. Used under the board's lock.

    Args:
        slots: returns how many runs go on at once.
    """

    def __init__(self, slots: Callable[[], int]) -> None:
        self._slots = slots
        self._waiting: deque[Job] = deque()
        self._begun: list[Job] = []

    def __len__(self) -> int:
        return len(self._waiting)

    def __contains__(self, job: Job) -> bool:
        return job in self._waiting

    def add(self, job: Job) -> None:
        """Put a job at the end."""
        self._waiting.append(job)

    def drop(self, job: Job) -> bool:
        """Take a job out of the queue; return whether it had begun, and must be halted."""
        if job in self._waiting:
            self._waiting.remove(job)
        return job in self._begun

    def next(self) -> list[Job]:
        """Return the jobs there is room for; they have begun now."""
        started = []
        while self._waiting and len(self._begun) < self._slots():
            started.append(self._waiting.popleft())
            self._begun.append(started[-1])
        return started

    def ended(self, job: Job) -> None:
        """Give back the room of a job that had begun."""
        self._begun.remove(job)

    def place(self, job: Job) -> int:
        """Return which of those that have not reported anything yet a job is, from 1."""
        silent = self._silent()
        return silent.index(job) + 1 if job in silent else 1

    def seconds(self, before: Job | None = None) -> float:
        """Estimate how long until all runs have ended, or those before a job."""
        silent = self._silent()
        if before is not None:
            silent = silent[: self.place(before) - 1]
        running = [job for job in self._begun if job.state == "running"]
        return sum(job.seconds_left for job in (*running, *silent)) / self._slots()

    def _silent(self) -> list[Job]:
        return [job for job in self._begun if job.state == "queued"] + list(self._waiting)
