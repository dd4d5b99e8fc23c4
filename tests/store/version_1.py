"""A database as the first version of the tables left it, which kept steps by their number from 0."""

from __future__ import annotations

from contextlib import AbstractContextManager
from datetime import UTC, datetime
from typing import TypeAlias

from sqlalchemy import Connection, create_engine, text
from sqlalchemy.pool import NullPool

from normlib.store.address import database_url
from normlib.store.identity import key_of

# As it was made: {id} is the one word that the two databases spell differently.
TABLES = (
    """CREATE TABLE normlab_learners (
        id {id} NOT NULL, key VARCHAR(64) NOT NULL, created DATE NOT NULL, seen DATE NOT NULL,
        lesson VARCHAR(120), step INTEGER, at BIGINT NOT NULL, PRIMARY KEY (id), UNIQUE (key))""",
    "CREATE INDEX ix_normlab_learners_seen ON normlab_learners (seen)",
    "CREATE TABLE normlab_schema (one INTEGER NOT NULL, version INTEGER NOT NULL, PRIMARY KEY (one))",
    """CREATE TABLE normlab_answers (
        learner INTEGER NOT NULL, lesson VARCHAR(120) NOT NULL, name VARCHAR(120) NOT NULL,
        first VARCHAR(2000) NOT NULL, first_right BOOLEAN NOT NULL, first_at BIGINT NOT NULL,
        latest VARCHAR(2000) NOT NULL, latest_right BOOLEAN NOT NULL, latest_at BIGINT NOT NULL,
        attempts INTEGER NOT NULL, mark VARCHAR(16) NOT NULL, PRIMARY KEY (learner, lesson, name),
        FOREIGN KEY(learner) REFERENCES normlab_learners (id) ON DELETE CASCADE)""",
    """CREATE TABLE normlab_steps (
        learner INTEGER NOT NULL, lesson VARCHAR(120) NOT NULL, step INTEGER NOT NULL, seen BIGINT NOT NULL,
        done BIGINT, PRIMARY KEY (learner, lesson, step),
        FOREIGN KEY(learner) REFERENCES normlab_learners (id) ON DELETE CASCADE)""",
)
LEARNER = """INSERT INTO normlab_learners (key, created, seen, lesson, step, at)
    VALUES (:key, :day, :day, :lesson, :step, 7)"""
STEP = "INSERT INTO normlab_steps SELECT id, :lesson, :step, :seen, :done FROM normlab_learners WHERE key = :key"
ANSWER = """INSERT INTO normlab_answers
    SELECT id, :lesson, 'range', '[1,2]', :no, 5, '"three"', :yes, 9, 3, 'ab' FROM normlab_learners WHERE key = :key"""
Steps: TypeAlias = dict[str, dict[int, int | None]]


def make_tables(address: str) -> None:
    """Make the tables in an empty database."""
    with _connected(address) as connection:
        kind = "SERIAL" if connection.dialect.name == "postgresql" else "INTEGER"
        for statement in TABLES:
            connection.execute(text(statement.replace("{id}", kind)))
        connection.execute(text("INSERT INTO normlab_schema VALUES (1, 1)"))


def add_learner(address: str, learner: str, steps: Steps, last: tuple[str, int] | None) -> None:
    """Add a learner with one answer in each lesson.

    Args:
        address: of the database.
        learner: the browser's id.
        steps: of each lesson, the numbers of the steps that were opened, and when they were finished.
        last: where the learner was last.
    """
    key = {"key": key_of(learner)}
    lesson, step = last or (None, None)
    today = datetime.now(UTC).date().isoformat()
    with _connected(address) as connection:
        connection.execute(text(LEARNER), {**key, "day": today, "lesson": lesson, "step": step})
        for name, opened in steps.items():
            rows = [{**key, "lesson": name, "step": at, "seen": 10 + at, "done": done} for at, done in opened.items()]
            connection.execute(text(STEP), rows)
            connection.execute(text(ANSWER), {**key, "lesson": name, "yes": True, "no": False})


def _connected(address: str) -> AbstractContextManager[Connection]:
    url = database_url({"DATABASE_URL": address})
    return create_engine(url, poolclass=NullPool).begin()
