"""What the database could not be told yet, in the memory of the process: a page that is opened anew goes on with it."""

from __future__ import annotations

import threading
from collections.abc import Sequence
from typing import Final

from normlib.store.events import Event

MOST: Final = 500
"""Events that wait for one learner; older ones are dropped."""
MOST_IN_ALL: Final = 20_000
"""Events that wait for all learners, at most 2 kB each; those of whoever waits longest are dropped."""


class Waiting:
    """Events by learner, until they are written or the process ends.

    >>> from normlib.store.events import Visited
    >>> waiting = Waiting()
    >>> waiting.put("ada", [Visited("min-max", "limits", at=1)])
    >>> waiting.take("ada"), waiting.of("ada")
    ([Visited(lesson='min-max', step='limits', at=1)], [])
    """

    def __init__(self, most_in_all: int = MOST_IN_ALL) -> None:
        self._most = most_in_all
        self._events: dict[str, list[Event]] = {}
        self._many = 0
        self._lock = threading.Lock()

    def of(self, learner: str) -> list[Event]:
        """Return what waits for a learner."""
        with self._lock:
            return list(self._events.get(learner, ()))

    def take(self, learner: str) -> list[Event]:
        """Return what waits for a learner and keep it no longer, so that two tabs do not write it twice."""
        with self._lock:
            return self._pop(learner)

    def put(self, learner: str, events: Sequence[Event]) -> None:
        """Keep what could not be written, after what another tab has put here meanwhile."""
        with self._lock:
            kept = [*self._pop(learner), *events][-MOST:]
            self._events[learner] = kept
            self._many += len(kept)
            while self._many > self._most:
                self._pop(next(iter(self._events)))

    def _pop(self, learner: str) -> list[Event]:
        found = self._events.pop(learner, [])
        self._many -= len(found)
        return found


WAITING: Final = Waiting()
"""Of this process."""
