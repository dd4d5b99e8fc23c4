"""Which database keeps the progress: `DATABASE_URL`, or a file of SQLite beside the results of runs."""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path
from typing import Final

from sqlalchemy.engine import URL, make_url
from sqlalchemy.exc import ArgumentError

from normlib.folders import data_folder
from normlib.store.errors import StoreError

VARIABLE: Final = "DATABASE_URL"
FILE: Final = "progress.db"
_POSTGRESQL: Final = {"postgres", "postgresql", "postgresql+psycopg"}
_REMEDY: Final = "Write postgresql://user:password@host:5432/name or sqlite:////folder/progress.db, or leave it out."


def database_url(environment: Mapping[str, str] | None = None) -> URL:
    """Return the address of the database.

    Args:
        environment: variables by name; the process's own when left out.

    Returns: an address that SQLAlchemy understands, with psycopg as PostgreSQL's driver.

    Raises: StoreError with a sentence that names the variable, what is wrong, and never a password.

    >>> str(database_url({"DATABASE_URL": "postgres://ada@db/normlab"}))
    'postgresql+psycopg://ada@db/normlab'
    >>> database_url({"NORMLAB_DATA": "/srv/normlab"}).database
    '/srv/normlab/progress.db'
    """
    given = os.environ if environment is None else environment
    text = given.get(VARIABLE, "").strip()
    if not text:
        return URL.create("sqlite", database=str(data_folder(given).absolute() / FILE))
    try:
        url = make_url(text)
    except (ArgumentError, ValueError):
        raise StoreError(f"{VARIABLE} is set, but it is no address of a database. {_REMEDY}") from None
    if url.drivername in _POSTGRESQL:
        return url.set(drivername="postgresql+psycopg")
    if url.drivername in {"sqlite", "sqlite+pysqlite"}:
        if not url.database or url.database == ":memory:":
            raise StoreError(f"{VARIABLE} names SQLite without a file, which would keep nothing. {_REMEDY}")
        return url.set(drivername="sqlite")
    raise StoreError(f"{VARIABLE} begins with {url.drivername}://, which NormLab does not speak. {_REMEDY}")


def file_of(url: URL) -> Path | None:
    """Return the file of an SQLite address, or None for PostgreSQL.

    >>> file_of(make_url("sqlite:////srv/progress.db")).as_posix()
    '/srv/progress.db'
    """
    if url.get_backend_name() != "sqlite" or not url.database:
        return None
    return Path(url.database.removeprefix("file:"))
