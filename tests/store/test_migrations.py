"""Databases of older versions are brought over: whole or not at all, by one process, and nothing else is lost."""

import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest
from sqlalchemy import inspect, text

from normlib.store.address import database_url, file_of
from normlib.store.errors import StoreError
from normlib.store.events import Done, Visited
from normlib.store.identity import new_id
from normlib.store.migrations import MIGRATIONS
from normlib.store.progress import Answer, Given, Place, Step
from normlib.store.tables import VERSION
from tests.store.version_1 import add_learner, make_tables

LESSONS = {"scale": ("scale", "one-number", "who-is-right"), "batch": ("batch", "axes")}
ANSWERED = {"range": Answer(Given([1, 2], False, 5), Given("three", True, 9), 3)}


def names(lesson):
    return LESSONS.get(lesson, ())


@pytest.fixture
def old(address, ada):
    """The address of a database of the first version, with one learner."""
    if (file := file_of(database_url({"DATABASE_URL": address}))) is not None:
        file.parent.mkdir()
    make_tables(address)
    steps = {"scale": {0: 100, 1: None, 2: 120, 5: 150}, "batch": {0: None}, "gone": {0: 10, 1: None}}
    add_learner(address, ada, steps, ("scale", 1))
    return address


def version(store):
    with store.database.engine.connect() as connection:
        return connection.scalar(text("SELECT version FROM normlab_schema"))


def test_there_is_a_way_from_every_version_to_this_one():
    assert set(MIGRATIONS) == set(range(1, VERSION))


def test_numbered_steps_get_the_names_that_the_lessons_have_today(old, open_store, ada):
    store = open_store(old, names=names)
    kept = store.everything(ada)
    assert kept["scale"].steps == {"scale": Step(10, 100), "one-number": Step(11), "who-is-right": Step(12, 120)}
    assert kept["batch"].steps == {"batch": Step(10)}
    # Of a lesson that is gone nothing can be named; its answers have names of their own.
    assert kept["gone"].steps == {}
    assert [one.answers for one in kept.values()] == [ANSWERED] * 3
    assert store.last(ada) == Place("scale", "one-number", 7)
    assert version(store) == VERSION


def test_afterwards_everything_goes_on_as_in_a_new_database(old, open_store, ada, postgresql, tmp_path):
    other = new_id()
    add_learner(old, other, {"batch": {0: 5, 1: 6}}, None)
    store = open_store(old, names=names)
    store.write(ada, [Done("scale", "one-number", 90), Visited("scale", "new", 95)])
    assert store.lesson(ada, "scale").steps["one-number"] == Step(11, 90)
    assert store.last(ada) == Place("scale", "new", 95)
    assert store.last(other) is None
    assert "one-number" in str(store.export(ada))
    assert store.delete(ada)
    assert store.everything(ada) == {}
    assert store.lesson(other, "batch").steps_done() == {"batch", "axes"}
    new = open_store(postgresql.fresh() if store.database.dialect == "postgresql" else f"sqlite:///{tmp_path}/new.db")
    new.prepare()
    assert shape(store) == shape(new)


def shape(store):
    """Return what can be asked about the tables, in an order that says nothing."""
    found = inspect(store.database.engine)
    return {
        table: (
            {one["name"]: (str(one["type"]), one["nullable"]) for one in found.get_columns(table)},
            found.get_pk_constraint(table),
            [{**one, "options": one["options"]} for one in found.get_foreign_keys(table)],
            found.get_indexes(table),
            found.get_unique_constraints(table),
        )
        for table in found.get_table_names()
    }


@pytest.mark.parametrize("last", [("scale", 5), ("gone", 0)])
def test_where_the_last_step_has_no_name_the_lesson_stays(old, open_store, last):
    learner = new_id()
    add_learner(old, learner, {"scale": {0: 1}}, last)
    store = open_store(old, names=names)
    assert store.last(learner) == Place(last[0], "", 7)
    store.write(learner, [Visited("scale", "one-number", 8)])
    assert store.last(learner) == Place("scale", "one-number", 8)


def test_what_fails_halfway_changes_nothing(old, open_store, ada):
    def twice(_lesson):
        # After the first tables were changed: one name for two steps cannot be kept.
        return ("same", "same")

    failing = open_store(old, names=twice)
    with pytest.raises(StoreError, match="The database reports an error"):
        failing.prepare()
    assert version(failing) == 1
    with failing.database.engine.connect() as connection:
        assert connection.scalar(text("SELECT count(*) FROM normlab_steps WHERE step >= 0")) == 7
    assert not [table for table in inspect(failing.database.engine).get_table_names() if "named" in table]
    assert len(open_store(old, names=names).lesson(ada, "scale").steps) == 3


def test_a_database_that_is_too_old_to_be_known_and_a_newer_one_are_refused(old, open_store, ada):
    store = open_store(old, names=names)
    for found, age in ((0, "an older"), (VERSION + 1, "a newer")):
        with store.database.engine.begin() as connection:
            connection.execute(text("UPDATE normlab_schema SET version = :found"), {"found": found})
        with pytest.raises(StoreError, match=f"belongs to {age} version of NormLab: its tables have version {found},"):
            open_store(old, names=names).everything(ada)
        assert version(store) == found


def test_who_comes_while_another_one_is_at_it_waits_and_finds_it_done(old, open_store, ada, postgresql, caplog):
    inside, go, problems = threading.Event(), threading.Event(), []

    def slow(lesson):
        inside.set()
        assert go.wait(60)
        return names(lesson)

    def prepare(store):
        until = time.monotonic() + 60
        while True:
            try:
                return store.prepare()
            except StoreError as error:
                if str(error) != "The database is busy." or time.monotonic() > until:
                    problems.append(str(error))
                    return None

    first, second = open_store(old, names=slow), open_store(old, names=names)
    both = [threading.Thread(target=prepare, args=(store,)) for store in (first, second)]
    both[0].start()
    assert inside.wait(60)
    both[1].start()
    if second.database.dialect == "postgresql":
        until = time.monotonic() + 60
        while not postgresql.execute("SELECT 1 FROM pg_locks WHERE NOT granted"):
            assert time.monotonic() < until
    go.set()
    for one in both:
        one.join()
    assert problems == []
    assert sum("were brought from version 1 to" in record.getMessage() for record in caplog.records) == 1
    assert len(second.lesson(ada, "scale").steps) == 3


PROCESS = """
import sys, time
from normlib.store.address import database_url
from normlib.store.errors import StoreError
from normlib.store.store import Store

store = Store(database_url({"DATABASE_URL": sys.argv[1]}), 0.0, lambda lesson: ("first", "second", "third"))
print("here", flush=True)
sys.stdin.readline()
until = time.monotonic() + 120
while True:
    try:
        store.prepare()
        break
    except StoreError as error:
        if str(error) != "The database is busy." or time.monotonic() > until:
            raise
store.close()
"""


def test_two_processes_at_once(old, open_store, ada):
    # Enough that neither is done before the other one begins.
    others = [new_id() for _ in range(20)]
    for learner in others:
        add_learner(old, learner, {f"lesson {at}": dict.fromkeys(range(3), 1) for at in range(20)}, ("lesson 3", 2))
    both = [
        subprocess.Popen(
            [sys.executable, "-c", PROCESS, old],
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
            cwd=Path(__file__).parents[2],
        )
        for _ in range(2)
    ]  # fmt: skip
    for one in both:
        assert one.stdout.readline() == "here\n"
    for one in both:
        one.stdin.write("go\n")
        one.stdin.flush()
    said = [one.communicate(timeout=120)[1] for one in both]
    assert [one.returncode for one in both] == [0, 0], said
    # One of them did it, the other one found it done.
    assert sum("were brought from version 1 to" in one for one in said) == 1, said
    store = open_store(old)
    for learner in others:
        kept = store.everything(learner)
        assert len(kept) == 20
        assert all(one.steps_done() == {"first", "second", "third"} for one in kept.values())
        assert store.last(learner).step == "third"
    assert store.everything(ada)["scale"].answers == ANSWERED
