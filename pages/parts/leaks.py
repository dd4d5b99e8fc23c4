"""Measurements of leaks: made once per process for each choice, shared by everybody who asks."""

from __future__ import annotations

import threading
from collections.abc import Callable
from functools import lru_cache, wraps
from typing import Final, ParamSpec, TypeVar

from normlib import data
from normlib.leakage import Leak, OutsideShare, SelectionLeak, outside_share, scaler_leak, selection_leak
from pages.parts.kinds import SCALER_KINDS

P = ParamSpec("P")
R = TypeVar("R")

NOISE: Final = 300
"""Columns of noise that a selection may fall for."""


def once(compute: Callable[P, R]) -> Callable[P, R]:
    """Remember results, and let those who ask for the same thing wait for the first instead of repeating it."""
    locks: dict[object, threading.Lock] = {}
    remembered = lru_cache(maxsize=128)(compute)

    @wraps(compute)
    def ask(*args: P.args, **kwargs: P.kwargs) -> R:
        key = (args, tuple(sorted(kwargs.items())))
        with locks.setdefault(key, threading.Lock()):
            return remembered(*args, **kwargs)

    return ask


@once
def leak_of_scaler(name: str, kind: str, train_rows: int) -> Leak:
    """Return what a scaler fitted on all rows gives away."""
    known = data.load(name)
    return scaler_leak(known.x, known.y, scaler=SCALER_KINDS[kind], train_rows=train_rows)


@once
def leak_of_selection(name: str, train_rows: int) -> SelectionLeak:
    """Return what a selection of features on all rows gives away."""
    known = data.load(name)
    return selection_leak(known.x, known.y, train_rows=train_rows, noise_features=NOISE, splits=60)


@once
def outside(name: str, sizes: tuple[int, ...]) -> OutsideShare:
    """Return how many unseen values lie outside the range of the training rows."""
    return outside_share(data.load(name).x, sizes)
