"""One thread for NumPy's matrix products, as long as the process lives.

OpenBLAS shares larger products among as many threads as there are cores, and they wait for each other in busy
loops. On a machine that also serves learners a step that takes milliseconds was seen to take seconds that way.
Many networks keep the cores busy better than many threads for one; and without them a result does not depend
on the number of cores.
"""

from __future__ import annotations

import ctypes
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import numpy as np

_NAMES = tuple(f"{before}openblas_%s_num_threads{after}" for before in ("scipy_", "") for after in ("64_", ""))


@cache
def one_thread() -> bool:
    """Let OpenBLAS use one thread from now on, in this process.

    Returns: whether NumPy came with an OpenBLAS that could be told; other libraries are left as they are.
    """
    told = [_tell(library) for library in _libraries()]
    return any(told)


def count() -> int | None:
    """Return how many threads OpenBLAS uses, or None if NumPy came with another library.

    >>> one_thread() is False or count() == 1
    True
    """
    for library in _libraries():
        for name in _NAMES:
            asked = getattr(library, name % "get", None)
            if asked is not None:
                return int(asked())
    return None


def _tell(library: ctypes.CDLL) -> bool:
    for name in _NAMES:
        set_threads = getattr(library, name % "set", None)
        if set_threads is not None:
            set_threads(1)
            return True
    return False


def _libraries() -> Iterator[ctypes.CDLL]:
    """Yield the libraries that NumPy's package brought and loaded; opening one again gives the same."""
    package = Path(np.__file__).parent
    for folder in (package.parent / "numpy.libs", package / ".dylibs"):
        for file in sorted(folder.glob("*openblas*")):
            try:
                yield ctypes.CDLL(str(file))
            except OSError:
                continue
