"""Peers take turns, so that a busy moment of the machine hits all of them."""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from benchmarks.rows import Measured, Spread

Run = Callable[[], Any]


def turns(runs: Mapping[str, Run], repeats: int, at_least: float = 2e-3) -> dict[str, list[float]]:
    """Return the seconds per call of each run, turn by turn.

    Args:
        runs: by their names.
        repeats: how many turns.
        at_least: seconds that a run is called again and again in one turn.
    """
    loops = {}
    for name, run in runs.items():
        run()
        start = time.perf_counter()
        run()
        loops[name] = max(1, int(at_least / (time.perf_counter() - start)))
    seconds: dict[str, list[float]] = {name: [] for name in runs}
    for _ in range(repeats):
        for name, run in runs.items():
            run()  # after the peer before, memory and caches are not those of a second call
            start = time.perf_counter()
            for _ in range(loops[name]):
                run()
            seconds[name].append((time.perf_counter() - start) / loops[name])
    return seconds


def medians(taken: Mapping[str, Sequence[float]]) -> dict[str, float]:
    """Return the median of each run's turns."""
    return {name: statistics.median(seconds) for name, seconds in taken.items()}


def against_peers(taken: Mapping[str, Sequence[float]], peers: Mapping[str, str], *, scale: float) -> Measured:
    """Return our own turns as a row's measurement, beside the ratios of the same turns.

    Args:
        taken: seconds per turn; ours under the name "ours".
        peers: names of the peers in `taken`, each with what the table calls it; who is missing is left out.
        scale: from seconds to the row's unit.

    >>> against_peers({"ours": [1.0, 2.0], "keras": [4.0, 4.0]}, {"keras": "Keras", "torch": "PyTorch"}, scale=1e3)
    ... # doctest: +ELLIPSIS
    Measured(value=Spread(median=1500.0, ...), floor=None, peers={'Keras': Spread(median=0.375, ...)})
    """
    ours = taken["ours"]
    ratios = {
        called: Spread.of(own / other for own, other in zip(ours, taken[name], strict=True))
        for name, called in peers.items()
        if name in taken
    }
    return Measured(Spread.of(scale * seconds for seconds in ours), peers=ratios)
