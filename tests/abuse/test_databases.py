"""A database that fails while pages use it: each goes on with a sentence, and nothing that was answered is lost."""

from __future__ import annotations

import logging
import shutil
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from functools import partial
from pathlib import Path

import pytest
from sqlalchemy import event

from normlib.store.address import database_url
from normlib.store.events import Answered
from normlib.store.store import Store
from normlib.store.tables import VERSION
from pages.parts import progress
from tests.abuse.disks import fill, small_disk
from tests.abuse.opening import open_at
from tests.pages.lessons_opened import press, said
from tests.pages.opened import plain

LESSONS = Path(__file__).parents[1] / "pages" / "lessons"
LESSON = "lesson-every-block"
KEPT_NOT = "Your answers are not being kept just now"
SHOWN_NOT = "What you did before cannot be shown just now"


@pytest.fixture
def kept(tmp_path, monkeypatch, ada):
    """A store on a file, which gives up soon."""
    store = opened(tmp_path / "data", monkeypatch)
    yield store
    store.close()


def opened(folder, monkeypatch):
    monkeypatch.setenv("NORMLAB_LESSONS", str(LESSONS))
    store = Store(database_url({"NORMLAB_DATA": str(folder)}), pause=0.0)
    store.file = folder / "progress.db"
    event.listen(store.database.engine, "begin", lambda one: one.exec_driver_sql("PRAGMA busy_timeout = 50"))
    monkeypatch.setattr(progress, "shared_store", lambda *_: store)
    monkeypatch.setattr(progress, "_PAUSE", 0.0)
    return store


@contextmanager
def setting(store, pragma) -> Iterator[None]:
    """Tell SQLite something at the begin of every transaction."""

    def tell(connection):
        connection.exec_driver_sql(f"PRAGMA {pragma}")

    event.listen(store.database.engine, "begin", tell)
    try:
        yield
    finally:
        event.remove(store.database.engine, "begin", tell)


@contextmanager
def locked(store) -> Iterator[None]:
    with closing(sqlite3.connect(store.file)) as other:
        other.execute("BEGIN EXCLUSIVE")
        yield
        other.rollback()


@contextmanager
def only_read(store) -> Iterator[None]:
    with setting(store, "query_only = ON"):
        yield
    with store.database.engine.connect() as connection:
        connection.exec_driver_sql("PRAGMA query_only = OFF")


@contextmanager
def full(store) -> Iterator[None]:
    """Answer every order to write as SQLite does where nothing fits any more."""

    def refuse(cursor, statement, parameters, context):
        if statement.split()[0].upper() in {"INSERT", "UPDATE", "CREATE"}:
            error = sqlite3.OperationalError("database or disk is full")
            error.sqlite_errorname, error.sqlite_errorcode = "SQLITE_FULL", sqlite3.SQLITE_FULL
            raise error

    event.listen(store.database.engine, "do_execute", refuse)
    event.listen(store.database.engine, "do_executemany", refuse)
    try:
        yield
    finally:
        event.remove(store.database.engine, "do_execute", refuse)
        event.remove(store.database.engine, "do_executemany", refuse)


@contextmanager
def put_aside(store, instead) -> Iterator[None]:
    """Put something in the place of the file, and the file back in the end."""
    store.close()
    aside = store.file.with_suffix(".aside")
    store.file.rename(aside)
    for part in store.file.parent.glob("progress.db-*"):
        part.unlink()
    instead(store.file)
    yield
    store.close()
    for part in store.file.parent.glob("progress.db*"):
        shutil.rmtree(part) if part.is_dir() else part.unlink()
    aside.rename(store.file)


def another_version(file):
    """Change the tables as a newer server does that was started beside this one."""
    shutil.copy(file.with_suffix(".aside"), file)
    with closing(sqlite3.connect(file)) as other:
        other.execute("ALTER TABLE normlab_answers RENAME TO normlab_replies")
        other.execute("UPDATE normlab_schema SET version = ?", (VERSION + 1,))
        other.commit()


FAILURES = {
    "locked": (locked, "the database is busy."),
    "only to be read": (only_read, "the database can only be read."),
    "full": (full, "the disk of the database is full."),
    "damaged": (
        lambda store: put_aside(store, lambda file: file.write_bytes(b"this is no database\n" * 500)),
        "the file of the database is damaged.",
    ),
    "a folder": (lambda store: put_aside(store, Path.mkdir), "the file of the database cannot be opened."),
    "of another version": (lambda store: put_aside(store, another_version), "belongs to a newer version"),
}


def predicted(app):
    app.main.radio[0].set_value(1).run()
    return press(app, "Commit")


def answered(app):
    """Answer the first question of the last step."""
    app.main.radio[0].set_value(1).run()
    return press(app, "Check")


def fine(app):
    assert not app.exception, [one.value for one in app.exception]
    assert not app.error, [one.value for one in app.error]
    return app


@pytest.mark.parametrize("name", FAILURES)
def test_a_database_that_fails_meanwhile_costs_no_answer(name, kept, ada):
    breaking, why = FAILURES[name]
    app = fine(predicted(fine(open_at(LESSON))))
    with breaking(kept):
        app = fine(press(app, "3 "))
        app = fine(answered(app))
        (warning,) = app.warning
        assert plain(warning.value).startswith(KEPT_NOT)
        assert why in plain(warning.value)
        assert "Yes, the coefficients absorb the scale." in said(app)
        app = fine(press(app, "1 "))
        assert "Your prediction was another one." in said(app)
        # Who comes in meanwhile gets every page, and a sentence where something of theirs is missing.
        other = fine(open_at(LESSON))
        if name != "locked":
            assert "Every block" in said(other)
        for address in ("", "my-progress", "min-max", "search"):
            page = fine(open_at(address))
            if address == "my-progress" and name in {"damaged", "a folder", "of another version"}:
                assert SHOWN_NOT in said(page)
    app = fine(press(app, "2 "))
    assert KEPT_NOT not in said(app)
    # Another visit finds what was answered before, meanwhile and after.
    later = fine(open_at(LESSON))
    assert "Your prediction was another one." in said(later)
    assert "Yes, the coefficients absorb the scale." in said(fine(open_at(LESSON, {"step": "3"})))
    assert len(kept.lesson(ada, "every-block").steps) == 3


@pytest.mark.parametrize("instead", ["nothing", "an empty file", "an older copy"])
def test_a_file_that_is_taken_away_meanwhile_is_begun_anew(instead, kept, ada):
    older = kept.file.with_suffix(".older")
    app = fine(predicted(fine(open_at(LESSON))))
    kept.close()
    shutil.copy(kept.file, older)
    app = fine(answered(fine(press(app, "3 "))))
    replace = {"nothing": lambda file: None, "an empty file": Path.touch, "an older copy": partial(shutil.copy, older)}
    with put_aside(kept, replace[instead]):
        app = fine(press(app, "1 "))
        assert "Your prediction was another one." in said(app)
        app = fine(predicted(press(app, "Try again")))
        assert not app.warning
        assert "Your prediction was another one." in said(fine(open_at(LESSON)))
        assert set(kept.lesson(ada, "every-block").answers) == {"vote"}


def test_a_disk_that_is_full_costs_no_answer(tmp_path, monkeypatch, ada):
    with small_disk(tmp_path / "data", 256) as folder:
        store = opened(folder, monkeypatch)
        app = fine(predicted(open_at(LESSON)))
        store.close()  # the room of its log is given back
        filling = fill(folder)
        app = fine(answered(fine(press(app, "3 "))))
        (warning,) = app.warning
        assert "the disk of the database" in plain(warning.value)
        filling.unlink()
        assert not fine(press(app, "2 ")).warning
        assert "Yes, the coefficients absorb the scale." in said(fine(open_at(LESSON, {"step": "3"})))
        assert len(store.lesson(ada, "every-block").steps) == 3
        store.close()


# fmt: off
STRANGE = (
    None, True, -1, 0, 1, 7, 10**30, 0.5, "", "x", "5", "9" * 1_500, "\x00\u202e",
    [], [0], [0, 2], [7, -1], ["a"], [[0]], [None], {}, {"a": 1},
)
# fmt: on


@pytest.mark.parametrize("value", STRANGE, ids=str)
def test_an_answer_that_no_longer_fits_its_question_is_no_problem(value, kept, ada, caplog):
    names = ("vote", "single", "several", "number", "reading", "a question that is gone")
    kept.write(ada, [Answered.of("every-block", name, value, right=False) for name in names])
    for address, link in ((LESSON, {}), (LESSON, {"step": "3"}), (LESSON, {"view": "print"}), ("my-progress", {})):
        app = fine(open_at(address, link))
        assert [one.getMessage() for one in caplog.records if one.levelno >= logging.ERROR] == []
    app = fine(answered(fine(open_at(LESSON, {"step": "3"}))))
    assert "Yes, the coefficients absorb the scale." in said(app)
