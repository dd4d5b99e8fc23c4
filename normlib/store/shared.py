"""The store of this process, made at the first call."""

from __future__ import annotations

import atexit
import logging
import threading
from typing import Final

from normlib.store.address import database_url
from normlib.store.errors import StoreError
from normlib.store.migrations import StepNames
from normlib.store.store import Store

_LOGGER: Final = logging.getLogger(__name__)
_LOCK: Final = threading.Lock()
_MADE: Final[dict[str, Store | StoreError]] = {}


def shared_store(names: StepNames) -> Store:
    """Return the store that `DATABASE_URL` names, or the file beside the results of runs.

    Args:
        names: the steps of a lesson in order, by name, as `Store` wants them; the first call's are used.

    Raises: StoreError when the address cannot be meant; the log says what is wrong with it.
    """
    with _LOCK:
        if "store" not in _MADE:
            try:
                _MADE["store"] = Store(database_url(), names=names)
            except StoreError as error:
                _LOGGER.error("Progress is not kept: %s", error)
                _MADE["store"] = StoreError("The address of the database cannot be used; the server's log says why.")
        made = _MADE["store"]
    if isinstance(made, StoreError):
        raise StoreError(str(made))
    return made


# SQLite then leaves everything in the one file that somebody may want to copy.
@atexit.register
def close_shared_store() -> None:
    """Close it; the next call of `shared_store` looks at the environment anew."""
    with _LOCK:
        made = _MADE.pop("store", None)
    if isinstance(made, Store):
        made.close()
