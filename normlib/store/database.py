"""A connection pool to SQLite or PostgreSQL whose tables are there, and whose failures are quick sentences."""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext
from pathlib import Path
from typing import Any, Final, TypeVar

from sqlalchemy import URL, Connection, Engine, create_engine, event, exc, func, insert, select, text

from normlib.store.address import file_of
from normlib.store.errors import StoreError
from normlib.store.failures import BUSY, is_out_of_reach, is_table_missing, reason
from normlib.store.migrations import MIGRATIONS, StepNames, bring_over, no_names
from normlib.store.tables import VERSION, Base, SchemaRow
from normlib.store.watch import Watch

_LOGGER: Final = logging.getLogger(__name__)
_PATIENCE: Final = 1.0  # s; for a lock, and for a connection of the pool
_SLOWEST: Final = 2  # s; for a connection, and for a transaction
_SAID_AGAIN: Final = 60.0  # s, after which the log is told the same once more
_LOCK: Final = 0x6E6F726D  # any number, the same for all servers that may make the tables at once
T = TypeVar("T")


class Database:
    """A database, from the first use on with its tables.

    Args:
        url: its address, as `database_url` returns it.
        pause: seconds after it could not be reached in which nobody waits in vain: every call fails at once. A database
            that answers, were it only that it is busy, is asked again by the next call.
        names: the steps of a lesson in order, by name, for tables of an older version.
    """

    def __init__(self, url: URL, pause: float = 5.0, names: StepNames = no_names) -> None:
        self._file = file_of(url)
        self.engine = _postgresql(url) if self._file is None else _sqlite(url, self._file)
        self.dialect = self.engine.dialect.name
        self._watch = Watch(_SLOWEST)
        self._pause = pause
        self._names = names
        self._ready = False
        self._writing = threading.Lock()
        self._lock = threading.Lock()
        self._failed = ""
        self._again = 0.0
        self._logged: dict[str, float] = {}

    def run(self, work: Callable[[Connection], T], *, write: bool = False) -> T:
        """Do something in one transaction, and return its result.

        Args:
            work: what to do; it may be called twice, if the tables have to be made first.
            write: whether it writes.

        Raises: StoreError with a sentence, at the latest after about two seconds, unless older tables are brought over.
        """
        self._rest()
        try:
            result = self._attempt(work, write=write)
        except (exc.SQLAlchemyError, OSError) as error:
            raise self._failure(error) from None
        with self._lock:
            self._failed = ""
        return result

    def close(self) -> None:
        """Give the connections back."""
        self._watch.close()
        self.engine.dispose()

    def _attempt(self, work: Callable[[Connection], T], *, write: bool) -> T:
        began = time.monotonic()
        try:
            if not self._ready:
                self._prepare()
            return self._once(work, write=write)
        except exc.DBAPIError as error:
            # The server was started anew, or somebody took the file or the tables away. Events may be sent twice.
            is_old = error.connection_invalidated and time.monotonic() - began < _PATIENCE
            if not is_old and not is_table_missing(error):
                raise
        self._prepare()
        return self._once(work, write=write)

    def _once(self, work: Callable[[Connection], T], *, write: bool, in_time: bool = True) -> T:
        with (
            self._turn() if write else nullcontext(),
            self.engine.connect().execution_options(normlab_write=write) as connection,
            self._watched(connection) if in_time else nullcontext(),
            connection.begin(),
        ):
            return work(connection)

    @contextmanager
    def _turn(self) -> Iterator[None]:
        """Wait until no other thread writes into the file.

        SQLite's own waiting is a sleep and another try, by which many writers get in each other's way.
        """
        if self._file is None:
            yield
            return
        if not self._writing.acquire(timeout=_PATIENCE):
            raise exc.TimeoutError("other threads of this process are writing")
        try:
            yield
        finally:
            self._writing.release()

    def _watched(self, connection: Connection) -> AbstractContextManager[None]:
        driver: Any = connection.connection.dbapi_connection
        return self._watch.over(driver) if self._file is None else nullcontext()

    def _prepare(self) -> None:
        """Make the tables if there are none, bring those of an older version over, and refuse those of a newer one."""
        if self._file is not None:
            self._file.parent.mkdir(parents=True, exist_ok=True)
            # Answers are nobody else's business on this machine.
            self._file.touch(mode=0o600)
        try:
            # Read first: a database that can only be read may have its tables already.
            found = self._once(_version, write=False)
        except exc.DBAPIError as error:
            if not is_table_missing(error):
                raise
            found = self._once(self._make_tables, write=True)
        if found in MIGRATIONS:
            found = self._once(self._bring_over, write=True, in_time=False)
        self._check(found)

    def _alone(self, connection: Connection) -> None:
        """Keep other processes from changing the tables until the transaction ends; SQLite does so by itself."""
        if self.dialect == "postgresql":
            connection.execute(select(func.pg_advisory_xact_lock(_LOCK)))

    def _bring_over(self, connection: Connection) -> int | None:
        self._alone(connection)
        found = _version(connection)
        if found is None or found not in MIGRATIONS:
            # Another process was first.
            return found
        if self.dialect == "postgresql":
            # It takes as long as it takes, once.
            connection.execute(text("SET LOCAL statement_timeout = 0"))
        bring_over(connection, found, self._names)
        _LOGGER.warning("The tables of learners' progress were brought from version %s to %s.", found, VERSION)
        return VERSION

    def _make_tables(self, connection: Connection) -> int | None:
        self._alone(connection)
        Base.metadata.create_all(connection)
        if (found := _version(connection)) is not None:
            return found
        connection.execute(insert(SchemaRow).values(one=1, version=VERSION))
        return VERSION

    def _check(self, found: int | None) -> None:
        if found != VERSION:
            age = "a newer" if (found or 0) > VERSION else "an older"
            raise StoreError(
                f"The database belongs to {age} version of NormLab: its tables have version {found}, "
                f"and version {VERSION} is needed."
            )
        self._ready = True

    def _rest(self) -> None:
        with self._lock:
            now = time.monotonic()
            if self._failed and now < self._again:
                raise StoreError(self._failed)
            # One call at a time finds out whether the database is back.
            self._again = now + self._pause

    def _failure(self, error: Exception) -> StoreError:
        said = reason(error)
        now = time.monotonic()
        with self._lock:
            if is_out_of_reach(said):
                self._failed, self._again = said, now + self._pause
            elif isinstance(error, exc.DBAPIError):
                # It was reached: the next call need not wait until the pause is over.
                self._failed = ""
            is_new = now - self._logged.get(said, -_SAID_AGAIN) >= _SAID_AGAIN
            if is_new:
                self._logged[said] = now
        if said != BUSY:
            # Whatever became of the tables, they are looked at again.
            self._ready = False
        if is_new:
            _LOGGER.warning("Progress is not kept. %s %s", said, getattr(error, "orig", None) or error)
        return StoreError(said)


def _version(connection: Connection) -> int | None:
    return connection.scalar(select(SchemaRow.version).where(SchemaRow.one == 1))


def _sqlite(url: URL, file: Path) -> Engine:
    engine = create_engine(
        url, pool_size=4, max_overflow=0, pool_timeout=_PATIENCE, connect_args={"timeout": _PATIENCE}
    )

    @event.listens_for(engine, "connect")
    def open_file(connection: Any, record: Any) -> None:
        # From here on, transactions begin where we say so.
        connection.isolation_level = None
        for pragma in ("journal_mode = WAL", "synchronous = NORMAL", "foreign_keys = ON"):
            connection.execute(f"PRAGMA {pragma}")
        record.info["file"] = _identity(file)

    @event.listens_for(engine, "checkout")
    def same_file(_connection: Any, record: Any, _proxy: Any) -> None:
        # A file that was taken away can still be written to, and nobody would ever read it again.
        if record.info.get("file") != _identity(file):
            raise exc.DisconnectionError("the file was replaced")

    @event.listens_for(engine, "begin")
    def begin(connection: Connection) -> None:
        write = connection.get_execution_options().get("normlab_write")
        # A transaction that reads first and writes later cannot wait for another one that writes.
        connection.exec_driver_sql("BEGIN IMMEDIATE" if write else "BEGIN")

    return engine


def _identity(file: Path) -> tuple[int, int] | None:
    try:
        found = file.stat()
    except OSError:
        return None
    return found.st_dev, found.st_ino


def _postgresql(url: URL) -> Engine:
    wanted = {
        "connect_timeout": str(_SLOWEST),
        "application_name": "normlab",
    }
    limits = {
        "statement_timeout": 750 * _SLOWEST,
        "lock_timeout": int(1000 * _PATIENCE),
        "idle_in_transaction_session_timeout": 10_000,
    }
    # What the operator says in the address comes later, and counts.
    own = url.query.get("options", "")
    options = " ".join([*(f"-c {name}={value}" for name, value in limits.items()), own if isinstance(own, str) else ""])
    arguments = {name: value for name, value in wanted.items() if name not in url.query}
    return create_engine(
        url,
        pool_size=5,
        max_overflow=5,
        pool_timeout=_PATIENCE,
        connect_args={**arguments, "options": options.strip()},
    )
