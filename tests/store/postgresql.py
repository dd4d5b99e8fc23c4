"""A PostgreSQL server of one's own: made in a temporary folder, on a free port, gone at the end."""

from __future__ import annotations

import os
import pwd
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sqlalchemy import create_engine, text
from sqlalchemy.engine import make_url
from sqlalchemy.pool import NullPool

from benchmarks.serving import free_port

PASSWORD = "wide sargasso"  # noqa: S105
MISSING = (
    "PostgreSQL is not installed: these tests start a server of their own. `make postgresql` installs it, or on Debian "
    "`apt-get install postgresql`; other systems need initdb and pg_ctl on the path."
)
SETTINGS = "-c fsync=off -c shared_buffers=16MB -c max_connections=40 -c listen_addresses=127.0.0.1"


@dataclass
class PostgreSQL:
    """A running server."""

    binaries: Path
    folder: Path
    port: int
    user: str | None
    schemas: int = 0

    @property
    def url(self) -> str:
        """The address of its database, as an operator writes it."""
        return f"postgres://ada:{PASSWORD.replace(' ', '%20')}@127.0.0.1:{self.port}/postgres"

    def fresh(self) -> str:
        """Return the address of an empty schema."""
        self.schemas += 1
        self.execute(f"CREATE SCHEMA test{self.schemas}")
        return f"{self.url}?options=-c%20search_path%3Dtest{self.schemas}"

    def execute(self, statement: str) -> list[Any]:
        """Execute a statement by itself and return its rows."""
        engine = create_engine(
            make_url(self.url).set(drivername="postgresql+psycopg"), poolclass=NullPool, isolation_level="AUTOCOMMIT"
        )
        with engine.connect() as connection:
            result = connection.execute(text(statement))
            return list(result.all()) if result.returns_rows else []

    def start(self) -> None:
        """Start the server and wait until it answers."""
        options = f"{SETTINGS} -p {self.port} -k {self.folder}"
        self._call("pg_ctl", "-D", str(self.folder / "data"), "-l", str(self.folder / "log"), "-o", options, "start")

    def stop(self) -> None:
        """Stop the server as a power cut would; its connections break."""
        self._call("pg_ctl", "-D", str(self.folder / "data"), "-m", "immediate", "stop")

    def initialize(self) -> None:
        """Make the folder of the data."""
        passwords = self.folder / "password"
        passwords.write_text(PASSWORD)
        shutil.chown(passwords, self.user or os.getuid())
        self._call(
            *("initdb", "-D", str(self.folder / "data"), "-U", "ada", "--pwfile", str(passwords)),
            *("--auth=scram-sha-256", "--encoding=UTF8", "--no-locale", "--no-sync"),
        )

    def _call(self, program: str, *arguments: str) -> None:
        who: dict[str, Any] = {}
        if self.user is not None:
            who = {"user": self.user, "group": pwd.getpwnam(self.user).pw_gid, "extra_groups": []}
        with (self.folder / "calls").open("a+") as said:
            # To a file: the server keeps what it was started with open, and a pipe would never end.
            done = subprocess.run(
                [self.binaries / program, *arguments],
                stdout=said, stderr=said, stdin=subprocess.DEVNULL, cwd=self.folder, timeout=60, check=False, **who,
            )  # fmt: skip
            said.seek(0)
            log = self.folder / "log"
            assert done.returncode == 0, said.read() + (log.read_text() if log.exists() else "")


def find_binaries() -> Path:
    """Return the folder of initdb; Debian keeps it off the path."""
    found = sorted(
        Path("/usr/lib/postgresql").glob("*/bin/initdb"),
        key=lambda file: int(file.parts[-3].split(".")[0]),
        reverse=True,
    )
    named = shutil.which("initdb")
    if not found and named is None:
        raise FileNotFoundError(MISSING)
    return (found[0] if found else Path(named or "").resolve()).parent


@contextmanager
def serving_postgresql() -> Iterator[PostgreSQL]:
    """Run a server until the block ends."""
    # The server refuses to run as root.
    user = "nobody" if os.getuid() == 0 else None
    with tempfile.TemporaryDirectory(prefix="normlab-pg-", dir="/tmp") as folder:
        shutil.chown(folder, user or os.getuid())
        server = PostgreSQL(find_binaries(), Path(folder), free_port(), user)
        server.initialize()
        server.start()
        try:
            yield server
        finally:
            if (server.folder / "data" / "postmaster.pid").exists():
                server.stop()
