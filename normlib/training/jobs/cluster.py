"""Workers of our own: a scheduler in this process, and processes that it starts and watches over.

Nothing listens except on the loopback interface, and there is no dashboard: it would be an open port without a
password, whose pages need packages that are not installed.
"""

from __future__ import annotations

import logging
import os
from contextlib import suppress
from multiprocessing import spawn
from typing import Any, Final

import dask
from distributed import Nanny, Scheduler, SpecCluster, Worker

KERAS: Final = "keras-0"
_HOST: Final = "127.0.0.1"
_MEMORY: Final = "4GiB"
_CONFIG: Final = {
    # Messages hold points with their histograms, and the board has them already.
    "distributed.admin.low-level-log-length": 1,
    "distributed.worker.profile.enabled": False,
    "distributed.admin.system-monitor.gil.enabled": False,
    "distributed.comm.timeouts.connect": "10s",
    # By default scheduler and nannies measure themselves 75 times a second: 2 % of the web process's processor.
    "distributed.admin.tick.interval": "1s",
    "distributed.admin.system-monitor.interval": "5s",
    "distributed.worker.memory.monitor-interval": "1s",
}
_ENVIRONMENT: Final = {"TF_NUM_INTRAOP_THREADS": 1, "TF_NUM_INTEROP_THREADS": 1, "TF_CPP_MIN_LOG_LEVEL": 3}


class _NoPages:
    """A server without its web pages."""

    def start_http_server(self, *_args: Any, **_kwargs: Any) -> None:
        """Open no port."""


class QuietScheduler(_NoPages, Scheduler):
    """A scheduler that talks to its workers alone."""


class QuietWorker(_NoPages, Worker):
    """A worker that lets the web process go first."""

    async def start_unsafe(self) -> QuietWorker:
        """Start, as the less urgent process."""
        with suppress(AttributeError, OSError):  # not on every system
            os.nice(5)
        await super().start_unsafe()  # type: ignore[no-untyped-call]
        return self


_PREPARE: Final = spawn.get_preparation_data


def _without_main(name: str) -> dict[str, Any]:
    """Tell a new process everything but the main script, which workers do not need.

    In the web process Streamlit puts the page's script in the place of `__main__`: a worker would run it.
    """
    return {key: value for key, value in _PREPARE(name).items() if not key.startswith("init_main")}


def start(workers: int, folder: str) -> SpecCluster:
    """Start a scheduler and workers for dense networks, each a process with one thread.

    Args:
        workers: how many.
        folder: for what workers write; nothing, unless memory runs out.
    """
    spawn.get_preparation_data = _without_main
    scheduler = {
        "cls": QuietScheduler,
        # A job that brings its worker down is given back at once; the board decides whether to try again.
        "options": {"host": _HOST, "port": 0, "protocol": "tcp://", "dashboard": False, "allowed_failures": 0},
    }
    specs = {f"numpy-{n}": _worker("numpy", folder) for n in range(workers)}
    with dask.config.set(_CONFIG):
        return SpecCluster(workers=specs, scheduler=scheduler, silence_logs=logging.CRITICAL, name="normlab")


def add_keras(cluster: SpecCluster, folder: str) -> None:
    """Start the worker for Keras, unless there is one. It loads TensorFlow when the first run asks for it."""
    if KERAS not in cluster.worker_spec:
        cluster.worker_spec[KERAS] = _worker("keras", folder)
        _apply(cluster)


def remove_keras(cluster: SpecCluster) -> None:
    """End the worker for Keras, which holds close to a gigabyte once it has loaded TensorFlow."""
    if cluster.worker_spec.pop(KERAS, None) is not None:
        _apply(cluster)


def _apply(cluster: SpecCluster) -> None:
    # What `scale` calls after it has changed the workers wanted; `scale` itself knows one kind of worker only.
    with dask.config.set(_CONFIG):
        cluster.sync(cluster._correct_state)


def _worker(engine: str, folder: str) -> dict[str, Any]:
    options = {
        "host": _HOST,
        "nthreads": 1,
        "resources": {engine: 1},
        "memory_limit": _MEMORY,
        "local_directory": folder,
        "worker_class": QuietWorker,
        "env": _ENVIRONMENT,
        "silence_logs": logging.CRITICAL,
    }
    return {"cls": Nanny, "options": options}
