"""The way to the workers: made when the first run needs it, and made again when it is lost."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from tempfile import TemporaryDirectory
from typing import Any, Final

from distributed import Client, SpecCluster

from normlib.training.jobs import cluster, worker
from normlib.training.jobs.board import RunFailedError
from normlib.training.jobs.keys import NEED_KERAS
from normlib.training.jobs.settings import SCHEDULER

_CONNECT: Final = 4.0
_WORKERS: Final = 5.0
"""Seconds to wait for an answer of the scheduler, and for the first of its workers."""


class Connection:
    """A client of a scheduler, which runs in this process unless an address is given.

    Args:
        address: of a scheduler that somebody else started, or None.
        workers: how many processes of our own for dense networks.
        keras_idle: seconds until our own process for Keras gives way to a fresh one when nobody uses it.
        hear: called with every message of a worker.
    """

    def __init__(
        self, address: str | None, workers: int, keras_idle: float, hear: Callable[[dict[str, Any]], None]
    ) -> None:
        self._address, self._workers, self._keras_idle, self._hear = address, workers, keras_idle, hear
        self._lock = threading.Lock()
        self._client: Client | None = None
        self._cluster: SpecCluster | None = None
        self._folder: TemporaryDirectory[str] | None = None
        self._warmed: dict[str, Any] = {}
        self._threads = {"numpy": workers if address is None else 1, "keras": 1}
        self._labelled: set[str] = set()
        self._keras_users = 0
        self._timer: threading.Timer | None = None
        self._closed = False

    @property
    def client(self) -> Client:
        """The client, inside `using`."""
        if self._client is None:
            raise RunFailedError("There is no connection to the workers.")
        return self._client

    def slots(self, engine: str) -> int:
        """Return how many runs of an engine the workers take at once, as far as is known."""
        return self._threads[_label(engine)]

    def resources(self, engine: str) -> dict[str, int] | None:
        """Return what to ask of a worker: the engine's label, where workers carry it."""
        label = _label(engine)
        return {label: 1} if label in self._labelled else None

    @contextmanager
    def using(self, engine: str) -> Iterator[None]:
        """Hold a connection with a worker for this engine.

        Raises: RunFailedError, with the address.
        """
        keras = _label(engine) == "keras"
        with self._lock:
            self._connect()
            if keras:
                self._need_keras()
        try:
            yield
        finally:
            if keras:
                with self._lock:
                    self._keras_users -= 1
                    self._end_keras_later()

    def warm(self) -> None:
        """Connect, and let a worker load what dense networks need, then one of our own what Keras needs."""
        with self.using("numpy"):
            self._warmed["numpy"] = self.client.submit(worker.warm, pure=False, resources=self.resources("numpy"))
        with self._lock:
            self._make_ready()

    def check(self) -> None:
        """Raise RunFailedError when the scheduler is gone."""
        if self._client is None or self._client.status != "running":
            raise RunFailedError(f"The connection to {self._where} was lost: press Run again.")

    def restart(self, address: str | None) -> None:
        """Start a worker of our own anew, which does not end what it was told to end."""
        if self._cluster is not None and address is not None:
            with suppress(Exception):
                self.client.restart_workers([address], timeout=10, raise_for_error=False)

    def earlier(self) -> Iterator[dict[str, Any]]:
        """Yield the latest messages that were sent before this process listened."""
        for _, message in self.client.get_events(worker.TOPIC):
            yield message

    def close(self) -> None:
        """End the connection, and the workers if they are our own."""
        with self._lock:
            self._closed = True
            if self._timer is not None:
                self._timer.cancel()
            self._disconnect()

    @property
    def _where(self) -> str:
        return "the worker processes" if self._address is None else f"the scheduler at {self._address}"

    def _connect(self) -> None:
        if self._closed:
            raise RunFailedError("The server was closed.")
        if self._client is not None and self._client.status == "running":
            self._look()
            return
        self._disconnect()
        try:
            if self._address is None:
                self._client = Client(self._own_cluster(), set_as_default=False)
            else:
                self._client = Client(self._address, timeout=_CONNECT, set_as_default=False)
            self._client.subscribe_topic(worker.TOPIC, lambda event: self._hear(event[1]))
            self._look()
        except (OSError, RuntimeError, ValueError) as error:
            self._disconnect()
            if self._address is None:
                raise RunFailedError(f"The worker processes could not be started: {error}") from None
            raise RunFailedError(
                f"The scheduler at {self._address} ({SCHEDULER}) does not answer. Runs need it; everything else "
                f"goes on without. The reason: {error}"
            ) from None

    def _own_cluster(self) -> SpecCluster:
        self._folder = TemporaryDirectory(prefix="normlab-")
        self._cluster = cluster.start(self._workers, self._folder.name)
        return self._cluster

    def _look(self) -> None:
        """See what workers there are."""
        if self._cluster is not None:
            self._labelled = {"numpy", "keras"}
            return
        assert self._client is not None  # noqa: S101
        try:
            self._client.wait_for_workers(1, timeout=_WORKERS)
        except TimeoutError:
            raise RunFailedError(
                f"The scheduler at {self._address} ({SCHEDULER}) answers, but no worker is connected to it: "
                f"start one with `dask worker {self._address}`."
            ) from None
        self._count()

    def look_again(self) -> bool:
        """See which workers of somebody else's came or went, and return whether there is any."""
        if self._cluster is not None or self._client is None:
            return True
        with suppress(OSError, RuntimeError):
            return self._count()
        return False

    def _count(self) -> bool:
        assert self._client is not None  # noqa: S101
        workers = self._client.scheduler_info()["workers"].values()
        self._labelled = {label for one in workers for label in one["resources"]} & {"numpy", "keras"}
        for engine in self._threads:
            fit = [one for one in workers if engine not in self._labelled or engine in one["resources"]]
            self._threads[engine] = max(1, sum(one["nthreads"] for one in fit))
        return bool(workers)

    def _need_keras(self) -> None:
        if self._timer is not None:
            self._timer.cancel()
        if self._cluster is not None and self._folder is not None:
            cluster.add_keras(self._cluster, self._folder.name)
        self._keras_users += 1

    def _make_ready(self) -> None:
        """Have our own process for Keras come to where it would load TensorFlow; a first run waits for that alone."""
        if self._cluster is None or self._folder is None or self._client is None:
            return
        cluster.add_keras(self._cluster, self._folder.name)
        resources = self.resources("keras")
        self._warmed["keras"] = self._client.submit(worker.warm, keras=True, pure=False, resources=resources)

    def _end_keras_later(self) -> None:
        if self._cluster is not None and self._keras_users == 0 and not self._closed:
            self._timer = threading.Timer(self._keras_idle, self._end_keras)
            self._timer.daemon = True
            self._timer.start()

    def _end_keras(self) -> None:
        with self._lock:
            if self._cluster is not None and self._keras_users == 0:
                cluster.remove_keras(self._cluster)
                self._make_ready()

    def _disconnect(self) -> None:
        self._warmed.clear()
        if self._client is not None:
            with suppress(Exception):
                self._client.close(timeout=2)
            self._client = None
        if self._cluster is not None:
            with suppress(Exception):
                self._cluster.close(timeout=5)
            self._cluster = None
        if self._folder is not None:
            with suppress(OSError):
                self._folder.cleanup()
            self._folder = None


def _label(engine: str) -> str:
    """Return the kind of worker that an engine needs."""
    return "keras" if engine in NEED_KERAS else "numpy"
