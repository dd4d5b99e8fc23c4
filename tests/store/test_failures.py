"""Databases that are locked, gone, full, damaged or of another version: a sentence each, at once, and no harm."""

import os
import signal
import socket
import sqlite3
import threading
import time
from contextlib import closing, contextmanager, suppress
from pathlib import Path
from types import SimpleNamespace

import pytest
from sqlalchemy import event, text, update

from normlib.store.errors import StoreError
from normlib.store.events import Answered, Visited
from normlib.store.identity import new_id
from normlib.store.tables import VERSION, SchemaRow

AT_MOST = 3.5  # s; about two, on a busy machine


@contextmanager
def fails(sentence):
    began = time.monotonic()
    with pytest.raises(StoreError, match=sentence):
        yield
    assert time.monotonic() - began < AT_MOST


@pytest.fixture
def file(tmp_path) -> Path:
    return tmp_path / "progress.db"


@pytest.fixture
def sqlite_store(file, open_store, ada):
    store = open_store(f"sqlite:///{file}")
    store.write(ada, [Visited("a", "s0")])
    return store


def test_a_file_is_made_where_its_folder_is_not_there_yet(tmp_path, open_store, ada):
    store = open_store(f"sqlite:///{tmp_path}/some/folder/progress.db")
    assert store.everything(ada) == {}
    with closing(sqlite3.connect(tmp_path / "some/folder/progress.db")) as connection:
        assert connection.execute("PRAGMA journal_mode").fetchone() == ("wal",)


def test_a_locked_file_is_waited_for(sqlite_store, file, ada):
    with closing(sqlite3.connect(file, check_same_thread=False)) as other:
        other.execute("BEGIN IMMEDIATE")
        threading.Timer(0.15, other.rollback).start()
        sqlite_store.write(ada, [Visited("a", "s1")])
        assert set(sqlite_store.lesson(ada, "a").steps) == {"s0", "s1"}


def test_a_file_that_stays_locked_is_said_to_be_busy_and_can_be_read(sqlite_store, file, ada):
    with closing(sqlite3.connect(file)) as other:
        other.execute("BEGIN IMMEDIATE")
        with fails("The database is busy."):
            sqlite_store.write(ada, [Visited("a", "s1")])
        assert set(sqlite_store.lesson(ada, "a").steps) == {"s0"}
        other.rollback()
    sqlite_store.write(ada, [Visited("a", "s1")])
    assert set(sqlite_store.lesson(ada, "a").steps) == {"s0", "s1"}


def test_a_file_that_was_taken_away_is_begun_anew(sqlite_store, file, ada):
    for part in file.parent.iterdir():
        part.unlink()
    assert sqlite_store.everything(ada) == {}
    sqlite_store.write(ada, [Visited("a", "s3")])
    assert file.exists()
    sqlite_store.close()
    assert set(sqlite_store.lesson(ada, "a").steps) == {"s3"}


def test_a_file_that_was_put_back_is_used(sqlite_store, file, ada, tmp_path):
    sqlite_store.close()
    moved = file.rename(tmp_path / "backup")
    sqlite_store.write(ada, [Visited("b", "s0")])
    for part in tmp_path.glob("progress.db*"):
        part.unlink()
    moved.rename(file)
    assert set(sqlite_store.everything(ada)) == {"a"}


def test_a_folder_that_cannot_be_made(tmp_path, open_store, ada):
    (tmp_path / "folder").write_text("a file")
    store = open_store(f"sqlite:///{tmp_path}/folder/progress.db")
    with fails("The file of the database cannot be opened."):
        store.write(ada, [Visited("a", "s0")])


def test_a_file_that_can_only_be_read(sqlite_store, file, open_store, ada):
    store = open_store(f"sqlite:///file:{file}?mode=ro&uri=true")
    assert set(store.everything(ada)) == {"a"}
    with fails("The database can only be read."):
        store.write(ada, [Visited("a", "s1")])


def test_a_full_disk(sqlite_store, ada):
    @event.listens_for(sqlite_store.database.engine, "begin")
    def few_pages(connection):
        connection.exec_driver_sql(f"PRAGMA max_page_count = {pages}")

    pages = 1  # SQLite takes as many as the file has
    answers = [Answered.of("a", f"q{at}", "x" * 1900, right=True) for at in range(20)]
    with fails("The disk of the database is full."):
        sqlite_store.write(ada, answers)
    assert sqlite_store.lesson(ada, "a").answers == {}
    pages = 10_000
    sqlite_store.write(ada, answers)
    assert len(sqlite_store.lesson(ada, "a").answers) == 20


def test_a_damaged_file(file, open_store, ada):
    file.write_bytes(b"this is no database\n" * 500)
    with fails("The file of the database is damaged."):
        open_store(f"sqlite:///{file}").write(ada, [Visited("a", "s0")])


@pytest.mark.parametrize(("version", "age"), [(VERSION + 6, "a newer"), (0, "an older")])
def test_tables_of_another_version(address, open_store, ada, version, age):
    first = open_store(address)
    first.write(ada, [Visited("a", "s0")])
    first.database.run(lambda connection: connection.execute(update(SchemaRow).values(version=version)), write=True)
    store = open_store(address)
    with fails(f"belongs to {age} version of NormLab: its tables have version {version}, and version {VERSION} is"):
        store.write(ada, [Visited("a", "s1")])
    first.database.run(lambda connection: connection.execute(update(SchemaRow).values(version=VERSION)), write=True)
    assert set(store.lesson(ada, "a").steps) == {"s0"}


def test_tables_that_were_taken_away_are_made_again(store, ada):
    store.write(ada, [Visited("a", "s0")])
    for name in ("steps", "answers", "learners", "schema"):
        store.database.run(
            lambda connection, name=name: connection.execute(text(f"DROP TABLE normlab_{name}")), write=True
        )
    assert store.everything(ada) == {}
    store.write(ada, [Visited("a", "s1")])
    assert set(store.lesson(ada, "a").steps) == {"s1"}


def test_after_it_was_out_of_reach_nobody_waits_and_one_call_finds_out(tmp_path, open_store, ada, caplog, monkeypatch):
    now = [100.0]
    monkeypatch.setattr("normlib.store.database.time", SimpleNamespace(monotonic=lambda: now[0]))
    folder = tmp_path / "folder"
    folder.write_text("a file")
    store = open_store(f"sqlite:///{folder}/progress.db", pause=5.0)
    attempts, attempt = [], store.database._attempt

    def counted(work, *, write):
        attempts.append(write)
        return attempt(work, write=write)

    def write():
        with pytest.raises(StoreError, match=r"The file of the database cannot be opened\."):
            store.write(ada, [Visited("a", "s1")])

    monkeypatch.setattr(store.database, "_attempt", counted)
    for _ in range(20):
        write()
    assert len(attempts) == 1
    now[0] += 5.1
    probes = [threading.Thread(target=write) for _ in range(5)]
    for one in probes:
        one.start()
    for one in probes:
        one.join()
    assert len(attempts) == 2
    assert sum("Progress is not kept." in record.getMessage() for record in caplog.records) == 1
    folder.unlink()
    write()
    now[0] += 5.1
    store.write(ada, [Visited("a", "s2")])
    assert set(store.lesson(ada, "a").steps) == {"s2"}


@contextmanager
def held(store):
    """Keep others from writing, as a copy or another program does; they can read."""
    with store.database.engine.connect().execution_options(normlab_write=True) as connection, connection.begin():
        if store.database.dialect == "postgresql":
            connection.execute(text("LOCK TABLE normlab_learners IN EXCLUSIVE MODE"))
        yield


def test_four_writers_go_on_as_soon_as_a_busy_database_is_free(address, open_store):
    # A pause that would outlast the test.
    store, other = open_store(address, pause=3600), open_store(address)
    learners, busy, problems = [new_id() for _ in range(4)], threading.Event(), []
    store.write(learners[0], [Visited("a", "s0")])

    def work(learner):
        for at in range(10):
            until = time.monotonic() + 60
            while True:
                try:
                    store.write(learner, [Visited("a", f"s{at}"), Answered.of("a", f"q{at}", at, right=True)])
                    break
                except StoreError as error:
                    if str(error) != "The database is busy." or time.monotonic() > until:
                        problems.append(str(error))
                        return
                    busy.set()

    writers = [threading.Thread(target=work, args=(learner,)) for learner in learners]
    with held(other):
        for one in writers:
            one.start()
        assert busy.wait(60)
        # Nobody who reads pays for it.
        assert set(store.lesson(learners[0], "a").steps) == {"s0"}
    for one in writers:
        one.join()
    assert problems == []
    for learner in learners:
        kept = store.lesson(learner, "a")
        assert len(kept.steps) == len(kept.answers) == 10


def test_writers_who_wait_for_each_other_leave_room_for_readers(sqlite_store, ada):
    # More of them than SQLite's pool has connections.
    free, problems, known = threading.Event(), [], set()

    def hold(_connection):
        assert free.wait(60)

    def write(learner):
        with suppress(StoreError):
            sqlite_store.write(learner, [Visited("a", "s1")])

    def read():
        try:
            while not free.is_set():
                known.update(sqlite_store.lesson(ada, "a").steps)
        except StoreError as error:
            problems.append(str(error))

    one = threading.Thread(target=lambda: sqlite_store.database.run(hold, write=True))
    others = [threading.Thread(target=write, args=(new_id(),)) for _ in range(6)]
    reader = threading.Thread(target=read)
    for thread in (one, *others, reader):
        thread.start()
    for thread in others:
        thread.join()
    free.set()
    one.join()
    reader.join()
    assert problems == []
    assert known == {"s0"}


def test_a_server_that_was_started_anew_is_not_noticed(postgresql, open_store, ada):
    store = open_store(postgresql.fresh())
    store.write(ada, [Visited("a", "s0")])
    postgresql.stop()
    try:
        with fails("The database does not answer."):
            store.write(ada, [Visited("a", "s1")])
        with fails("The database does not answer."):
            store.lesson(ada, "a")
    finally:
        postgresql.start()
    store.write(ada, [Visited("a", "s1")])
    assert set(store.lesson(ada, "a").steps) == {"s0", "s1"}


def test_a_server_that_was_started_anew_between_two_calls(postgresql, open_store, ada):
    store = open_store(postgresql.fresh(), pause=60)
    store.write(ada, [Visited("a", "s0")])
    postgresql.stop()
    postgresql.start()
    store.write(ada, [Visited("a", "s1")])
    assert set(store.lesson(ada, "a").steps) == {"s0", "s1"}


def test_a_server_that_stands_still(postgresql, open_store, ada):
    store = open_store(postgresql.fresh())
    store.write(ada, [Visited("a", "s0")])
    process = store.database.run(lambda connection: connection.scalar(text("SELECT pg_backend_pid()")))
    os.kill(process, signal.SIGSTOP)
    try:
        with fails("The database does not answer."):
            store.write(ada, [Visited("a", "s1")])
        store.write(ada, [Visited("a", "s2")])
    finally:
        os.kill(process, signal.SIGCONT)
    store.write(ada, [Visited("a", "s3")])
    assert {"s0", "s2", "s3"} <= set(store.lesson(ada, "a").steps)


def test_a_row_that_somebody_else_holds(postgresql, open_store, ada):
    address = postgresql.fresh()
    store, other = open_store(address), open_store(address)
    store.write(ada, [Visited("a", "s0")])
    with other.database.engine.begin() as connection:
        connection.execute(text("LOCK TABLE normlab_learners"))
        with fails("The database is busy."):
            store.write(ada, [Visited("a", "s1")])
    store.write(ada, [Visited("a", "s1")])


def test_a_database_that_can_only_be_read(postgresql, open_store, ada):
    address = postgresql.fresh()
    open_store(address).write(ada, [Visited("a", "s0")])
    store = open_store(f"{address}%20-c%20default_transaction_read_only%3Don")
    assert set(store.everything(ada)) == {"a"}
    with fails("The database can only be read."):
        store.write(ada, [Visited("a", "s1")])


@pytest.mark.parametrize(
    ("right", "wrong"), [("wide%20sargasso", "open%20sesame"), ("/postgres?", "/elsewhere?"), (":{port}/", ":1/")]
)
def test_an_address_that_leads_nowhere_names_no_secret(postgresql, open_store, caplog, right, wrong):
    address = postgresql.fresh()
    nowhere = address.replace(right.format(port=postgresql.port), wrong)
    assert nowhere != address
    with fails("The database does not answer."):
        open_store(nowhere).prepare()
    assert "sesame" not in caplog.text
    assert "sargasso" not in caplog.text
    assert len(caplog.records) == 1


def test_a_host_that_swallows_what_it_is_sent(open_store, ada):
    # A listener that never accepts: the connection stands, and nobody answers.
    with socket.socket() as silent:
        silent.bind(("127.0.0.1", 0))
        silent.listen(1)
        store = open_store(f"postgres://ada@127.0.0.1:{silent.getsockname()[1]}/postgres")
        with fails("The database does not answer."):
            store.write(ada, [Visited("a", "s0")])
