"""Processes that belong together: whom a process has started, and how to end them all."""

from __future__ import annotations

from collections.abc import Sequence

import psutil  # type: ignore[import-untyped]

GRACE = 10.0
"""Seconds to end by itself, before a process is killed."""


def family(pid: int) -> list[psutil.Process]:
    """Return a process and all that it has started, or nothing when it has ended."""
    try:
        process = psutil.Process(pid)
        return [process, *process.children(recursive=True)]
    except psutil.NoSuchProcess:
        return []


def marked(variable: str, value: str) -> list[psutil.Process]:
    """Return the processes that were started with a variable, also those whose parent has ended."""
    return [process for process in psutil.process_iter() if _variables(process).get(variable) == value]


def _variables(process: psutil.Process) -> dict[str, str]:
    try:
        return dict(process.environ())
    except (psutil.Error, OSError):  # it has just ended, or is somebody else's
        return {}


def end(processes: Sequence[psutil.Process]) -> None:
    """End processes: politely first."""
    for one in processes:
        _tell(one, "terminate")
    _, alive = psutil.wait_procs(processes, GRACE)
    for one in alive:
        _tell(one, "kill")
    psutil.wait_procs(alive, GRACE)


def _tell(process: psutil.Process, what: str) -> None:
    try:
        getattr(process, what)()
    except psutil.NoSuchProcess:
        return
