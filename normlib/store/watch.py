"""An end to waiting for a server that neither answers nor goes away."""

from __future__ import annotations

import os
import socket
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import Final, Protocol

_OFTEN: Final = 0.25  # s


class HasSocket(Protocol):
    """A connection of a driver, whose socket has a number."""

    def fileno(self) -> int:
        """Return the number."""


class Watch:
    """Breaks connections that have been waited for too long: whoever waits gets an error at once.

    A server can be stopped while its connections stand, and then its own time limits stop with it.

    Args:
        seconds: how long one transaction may take.
    """

    def __init__(self, seconds: float) -> None:
        self._seconds = seconds
        self._watched: dict[int, tuple[float, HasSocket]] = {}
        self._lock = threading.Lock()
        self._closed = threading.Event()
        self._thread: threading.Thread | None = None

    @contextmanager
    def over(self, connection: HasSocket) -> Iterator[None]:
        """Watch a connection until the block ends."""
        with self._lock:
            if self._thread is None:
                self._closed = threading.Event()
                self._thread = threading.Thread(
                    target=self._look, args=(self._closed,), name="store-watch", daemon=True
                )
                self._thread.start()
            self._watched[id(connection)] = time.monotonic() + self._seconds, connection
        try:
            yield
        finally:
            with self._lock:
                self._watched.pop(id(connection), None)

    def close(self) -> None:
        """End the thread that looks; the next connection starts another one."""
        with self._lock:
            self._closed.set()
            self._thread = None

    def _look(self, closed: threading.Event) -> None:
        while not closed.wait(_OFTEN):
            now = time.monotonic()
            # Under the lock: a connection that has been given back is somebody else's.
            with self._lock:
                for key, (end, connection) in list(self._watched.items()):
                    if now > end:
                        del self._watched[key]
                        with suppress(Exception):
                            _break(connection)


def _break(connection: HasSocket) -> None:
    # Of a copy of its number: the connection still closes its own.
    with socket.socket(fileno=os.dup(connection.fileno())) as theirs:
        theirs.shutdown(socket.SHUT_RDWR)
