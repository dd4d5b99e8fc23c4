"""What the tests of the store share: two databases, and learners who are new."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest

from normlib.store.address import database_url
from normlib.store.identity import new_id
from normlib.store.migrations import StepNames, no_names
from normlib.store.store import Store
from tests.store.postgresql import PostgreSQL, serving_postgresql


@pytest.fixture(scope="session")
def postgresql() -> Iterator[PostgreSQL]:
    with serving_postgresql() as server:
        yield server


@pytest.fixture(params=["sqlite", "postgresql"])
def address(request, tmp_path) -> str:
    """An empty database; every test with it runs on both kinds."""
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path}/folder/progress.db"
    return str(request.getfixturevalue("postgresql").fresh())


@pytest.fixture
def open_store() -> Iterator[Callable[..., Store]]:
    """Open stores, and close them at the end."""
    opened: list[Store] = []

    def open_one(address: str, pause: float = 0.0, names: StepNames = no_names) -> Store:
        opened.append(Store(database_url({"DATABASE_URL": address}), pause, names))
        return opened[-1]

    yield open_one
    for store in opened:
        store.close()


@pytest.fixture
def store(address, open_store) -> Store:
    return open_store(address)


@pytest.fixture
def ada() -> str:
    return new_id()
