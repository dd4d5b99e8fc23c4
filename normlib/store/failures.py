"""What a database's error means for a learner, and whether to try again soon."""

from __future__ import annotations

import sqlite3
from typing import Final

from sqlalchemy import exc

BUSY: Final = "The database is busy."
GONE: Final = "The database does not answer."
_FULL_HOUSE: Final = "The database has too many visitors."
_CLOSED: Final = "The file of the database cannot be opened."
_OTHER: Final = "The database reports an error."

# By the beginning of PostgreSQL's SQLSTATE (appendix A of its manual); the longest that fits counts.
_STATES: Final = {
    "08": GONE,
    "57P": GONE,
    "57014": BUSY,
    "55P03": BUSY,
    "40": BUSY,
    "53100": "The disk of the database is full.",
    "53300": _FULL_HOUSE,
    "25006": "The database can only be read.",
    "42501": "The database refuses what is asked of it.",
}
_FILES: Final = {
    "SQLITE_BUSY": BUSY,
    "SQLITE_LOCKED": BUSY,
    "SQLITE_FULL": "The disk of the database is full.",
    "SQLITE_READONLY": "The database can only be read.",
    "SQLITE_CANTOPEN": _CLOSED,
    "SQLITE_IOERR": "The disk of the database reports an error.",
    "SQLITE_CORRUPT": "The file of the database is damaged.",
    "SQLITE_NOTADB": "The file of the database is damaged.",
}


def reason(error: BaseException) -> str:
    """Return what is wrong, as a sentence; names of hosts, files and users stay out of it."""
    if isinstance(error, exc.TimeoutError):
        return BUSY
    if isinstance(error, OSError):
        return _CLOSED
    origin = getattr(error, "orig", None)
    if isinstance(origin, sqlite3.Error):
        name = getattr(origin, "sqlite_errorname", None) or ""
        return next((said for begin, said in _FILES.items() if name.startswith(begin)), _OTHER)
    state = getattr(origin, "sqlstate", None) or ""
    fitting = [begin for begin in _STATES if state.startswith(begin)]
    if fitting:
        return _STATES[max(fitting, key=len)]
    # Where the connection broke or was never made, the driver knows no state; why is in its message, for the log.
    return GONE if isinstance(error, exc.OperationalError) and not state else _OTHER


def is_out_of_reach(said: str) -> bool:
    """Say whether the database was not reached at all, so that whoever asks next would wait for nothing, too.

    >>> is_out_of_reach(GONE), is_out_of_reach(BUSY)
    (True, False)
    """
    return said in {GONE, _FULL_HOUSE, _CLOSED}


def is_table_missing(error: BaseException) -> bool:
    """Say whether the database has lost the tables, or never had them."""
    origin = getattr(error, "orig", None)
    return getattr(origin, "sqlstate", None) == "42P01" or "no such table" in str(origin)
