"""What a run has reported: the latest events one by one, everything as results."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Sequence
from dataclasses import replace
from itertools import islice

from normlib.training.events import Event, Point, Stopped, Text
from normlib.training.experiment import Experiment
from normlib.training.result import Collector, Result

Kept = Point | Stopped | Text


class Buffer:
    """Takes events in any order, as often as they come, and hands out what is new since a cursor.

    A run that starts again after its worker was lost reports the same points once more; they count once.

    >>> import numpy as np
    >>> point = Point(0, (0,), 0, {"loss": np.array([2.3])})
    >>> buffer = Buffer([Experiment(seeds=1, steps=10, points=2)])
    >>> buffer.add([point]), buffer.add([point])
    (1, 0)
    >>> cursor, results, events = buffer.since(0)
    >>> cursor, results[0].values["loss"].tolist(), events, buffer.since(cursor)
    (1, [[2.3, nan]], (), (1, None, ()))
    """

    def __init__(self, experiments: Sequence[Experiment], most: int = 512) -> None:
        self._collector = Collector(experiments)
        self._final: tuple[Result, ...] | None = None
        self._latest: deque[Kept] = deque(maxlen=most)
        self._seen: set[tuple[object, ...]] = set()
        self._count = 0

    def add(self, events: Iterable[Event]) -> int:
        """Take in events and return how many were new."""
        before = self._count
        for event in events:
            if isinstance(event, Point):
                name: tuple[object, ...] = (event.arm, event.step, event.seeds)
            elif isinstance(event, Stopped):
                name = (event.arm, event.seed)
            elif isinstance(event, Text):
                name = (event.arm, event.name, event.text)
            else:
                continue
            if name in self._seen or self._final is not None:
                continue
            self._seen.add(name)
            self._collector.add(event)
            self._latest.append(event)
            self._count += 1
        return self._count - before

    def since(self, cursor: int) -> tuple[int, tuple[Result, ...] | None, tuple[Kept, ...]]:
        """Return the next cursor with either all results so far or the events since `cursor`."""
        missing = self._count - cursor
        if missing == 0:
            return self._count, None, ()
        if cursor <= 0 or missing < 0 or missing > len(self._latest):
            return self._count, self.results(), ()
        return self._count, None, tuple(islice(self._latest, len(self._latest) - missing, None))

    def results(self) -> tuple[Result, ...]:
        """Return the results so far; later events do not change them."""
        if self._final is not None:
            return self._final
        return tuple(
            replace(one, values={name: values.copy() for name, values in one.values.items()})
            for one in self._collector.results()
        )

    def finish(self, results: Sequence[Result], *, complete: bool) -> None:
        """Put the final results in place of what was gathered.

        Args:
            results: of all experiments.
            complete: whether every event arrived. If not, whoever asks next gets the results as a whole.
        """
        self._final = tuple(results)
        keep = 64  # whoever follows the run is this close behind
        self._latest = deque(list(self._latest)[-keep:], maxlen=keep)
        if not complete:
            self._latest.clear()
            self._count += 1

    @property
    def size(self) -> int:
        """Bytes of all arrays in the results."""
        results = self._final if self._final is not None else self._collector.results()
        return sum(values.nbytes for one in results for values in one.values.values())
