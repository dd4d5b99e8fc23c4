"""The loop around an engine: gathers what it yields, passes it on a few times a second, and can be halted."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import replace

from normlib.training.events import Beat, Engine, Event
from normlib.training.experiment import Experiment
from normlib.training.result import Collector, Result

Hear = Callable[[float, list[Event]], None]
_PAUSE = 0.1


def drive(
    experiments: Sequence[Experiment], engine: Engine, hear: Hear, halted: Callable[[], bool], made_by: str = ""
) -> list[Result] | None:
    """Train and return the results, or None when halted.

    Args:
        experiments: what to train.
        engine: which yields events.
        hear: called with the share of steps done and what happened since the last call; the first point is
            passed on at once, later ones at most every tenth of a second.
        halted: asked after every event.
        made_by: engine and versions, for the results; empty for what they say by themselves.
    """
    collected = Collector(experiments)
    share, waiting, last = 0.0, list[Event](), -_PAUSE
    hear(share, [])
    for event in engine(experiments):
        if halted():
            return None
        collected.add(event)
        if isinstance(event, Beat):
            share = event.done
        else:
            waiting.append(event)
        now = time.monotonic()
        if now - last >= _PAUSE:
            hear(share, waiting)
            waiting, last = [], now
    hear(1.0, waiting)
    results = collected.results()
    return [replace(one, made_by=made_by) for one in results] if made_by else results
