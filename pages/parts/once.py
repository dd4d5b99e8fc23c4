"""Results that take a moment: made once per process for each choice, shared by everybody who asks."""

from __future__ import annotations

import threading
from collections.abc import Callable
from functools import lru_cache, wraps
from typing import ParamSpec, TypeVar

P = ParamSpec("P")
R = TypeVar("R")


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
