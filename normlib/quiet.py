"""Leave out the layers' warnings where they are expected, in this thread alone."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar

# `warnings.catch_warnings` changes the filters of the whole process, under the feet of other threads.
_QUIET: ContextVar[bool] = ContextVar("quiet", default=False)


@contextmanager
def without_warnings() -> Iterator[None]:
    """Keep layers from warning; what they would have said is in `Normalized.warning`.

    >>> import normlib
    >>> with without_warnings():
    ...     normlib.layer_norm([[5.0]]).warning[:26]
    'Each mean is that of 1 val'
    """
    token = _QUIET.set(True)
    try:
        yield
    finally:
        _QUIET.reset(token)


def is_quiet() -> bool:
    """Say whether warnings are to be left out."""
    return _QUIET.get()
