"""How much memory the web process keeps back for its threads."""

from __future__ import annotations

import ctypes
import sys
from contextlib import suppress
from typing import Final

_ARENA_MAX: Final = -8
"""`M_ARENA_MAX` of glibc's malloc.h."""
ARENAS: Final = 2


def share_arenas() -> bool:
    """Let all threads share two arenas; call it before there are threads.

    glibc gives each thread an arena of its own, up to eight per processor, and every learner comes with a thread: what
    one has freed is of no use to the next. With 300 learners who arrive at once: 135 kB each instead of 226 kB.

    Returns: whether the C library could be told; others than glibc have no such arenas.

    >>> share_arenas() in {True, False}
    True
    """
    if not sys.platform.startswith("linux"):
        return False
    with suppress(OSError, AttributeError):
        return bool(ctypes.CDLL(None).mallopt(_ARENA_MAX, ARENAS))
    return False
