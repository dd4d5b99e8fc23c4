"""Which database the environment names."""

import logging
import os
import stat
import subprocess
import sys

import pytest

from normlib.store.address import database_url
from normlib.store.errors import StoreError
from normlib.store.migrations import no_names
from normlib.store.shared import close_shared_store, shared_store


@pytest.mark.parametrize("scheme", ["postgres", "postgresql", "postgresql+psycopg"])
def test_postgresql_is_spoken_through_psycopg(scheme):
    url = database_url({"DATABASE_URL": f" {scheme}://ada:s%40fe@db.example:6543/course?sslmode=require "})
    assert url.drivername == "postgresql+psycopg"
    assert (url.username, url.password, url.host, url.port, url.database) == (
        "ada",
        "s@fe",
        "db.example",
        6543,
        "course",
    )
    assert url.query["sslmode"] == "require"


def test_without_an_address_progress_is_a_file_beside_the_results():
    assert database_url({"NORMLAB_DATA": "/srv/normlab", "DATABASE_URL": " "}).database == "/srv/normlab/progress.db"
    url = database_url({"HOME": "/home/ada"})
    assert url.drivername == "sqlite"
    assert url.database.startswith("/home/ada/")


@pytest.mark.parametrize(
    ("address", "said"),
    [
        ("mysql://ada:secret@db/course", "begins with mysql://"),
        ("postgresql+psycopg2://ada:secret@db/course", r"begins with postgresql\+psycopg2://"),
        ("ada:secret@db/course", "no address of a database"),
        ("postgresql://ada:secret@db:port/course", "no address of a database"),
        ("sqlite://", "SQLite without a file"),
        ("sqlite:///:memory:", "SQLite without a file"),
    ],
)
def test_an_address_that_cannot_be_meant_is_said_without_the_password(address, said):
    with pytest.raises(StoreError, match=said) as error:
        database_url({"DATABASE_URL": address})
    assert "secret" not in str(error.value)
    assert "DATABASE_URL" in str(error.value)
    assert "postgresql://user:password@host:5432/name" in str(error.value)


def test_the_store_of_the_process_is_made_once(monkeypatch, tmp_path):
    monkeypatch.setenv("DATABASE_URL", f"sqlite:///{tmp_path}/progress.db")
    close_shared_store()
    try:
        assert shared_store(no_names) is shared_store(no_names)
        shared_store(no_names).prepare()
        assert (tmp_path / "progress.db").exists()
    finally:
        close_shared_store()


def test_when_the_process_ends_everything_is_in_one_file(tmp_path):
    code = "from normlib.store.shared import shared_store; shared_store(lambda lesson: ()).prepare()"
    environment = {**os.environ, "DATABASE_URL": f"sqlite:///{tmp_path}/progress.db"}
    subprocess.run([sys.executable, "-c", code], env=environment, check=True)
    assert [file.name for file in tmp_path.iterdir()] == ["progress.db"]
    assert stat.S_IMODE((tmp_path / "progress.db").stat().st_mode) == 0o600


def test_learners_are_told_nothing_of_a_wrong_address_and_the_log_is_told_once(monkeypatch, caplog):
    monkeypatch.setenv("DATABASE_URL", "mysql://ada:secret@db/course")
    close_shared_store()
    try:
        with caplog.at_level(logging.ERROR):
            for _ in range(3):
                with pytest.raises(StoreError, match=r"^The address of the database cannot be used; the server's log"):
                    shared_store(no_names)
        assert [record.getMessage().count("mysql://") for record in caplog.records] == [1]
        assert "secret" not in caplog.text
    finally:
        close_shared_store()
