"""What brings the tables of an older version over, one version at a time, in one transaction.

Each migration is written in the SQL that both databases understand, without the classes of `tables`: those go on to
change, and a migration does not. The table `normlab_schema` is the same in all versions.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Final, TypeAlias

from sqlalchemy import Connection, text

from normlib.store.tables import VERSION

StepNames: TypeAlias = Callable[[str], Sequence[str]]
"""The steps of a lesson as it is today, in order, by name; none for a lesson that is not there."""
Migration: TypeAlias = Callable[[Connection, StepNames], None]


def no_names(_lesson: str) -> Sequence[str]:
    """Return that nothing is known of any lesson."""
    return ()


def bring_over(connection: Connection, found: int, names: StepNames) -> None:
    """Make tables of an older version into those of today; `found` is a version of `MIGRATIONS`."""
    for version in range(found, VERSION):
        MIGRATIONS[version](connection, names)
    connection.execute(text("UPDATE normlab_schema SET version = :version"), {"version": VERSION})


def _name_steps(connection: Connection, names: StepNames) -> None:
    """Keep steps by name instead of by number.

    A number says nothing about the lesson that it was counted in, which may have been another one than today's. It is
    taken as a number of today's lesson: that is what the pages showed until now, nobody loses a mark that they saw,
    and from here on it stays with its step. A number beyond the lesson's end, or in a lesson that is gone, is
    dropped, because nothing can be shown of it. Of the last place the lesson stays. Answers are not touched.
    """
    _execute(
        connection,
        """CREATE TABLE normlab_step_numbers (
            lesson VARCHAR(120) NOT NULL, number INTEGER NOT NULL, name VARCHAR(120) NOT NULL,
            PRIMARY KEY (lesson, number))""",
    )
    lessons = connection.scalars(
        text("SELECT lesson FROM normlab_steps UNION SELECT lesson FROM normlab_learners WHERE lesson IS NOT NULL")
    )
    rows = [
        {"lesson": lesson, "number": number, "name": name}
        for lesson in lessons.all()
        for number, name in enumerate(names(lesson))
    ]
    if rows:
        connection.execute(text("INSERT INTO normlab_step_numbers VALUES (:lesson, :number, :name)"), rows)
    _execute(
        connection,
        "ALTER TABLE normlab_learners ADD COLUMN step_name VARCHAR(120)",
        """UPDATE normlab_learners SET step_name = (
            SELECT named.name FROM normlab_step_numbers AS named
            WHERE named.lesson = normlab_learners.lesson AND named.number = normlab_learners.step)""",
        "ALTER TABLE normlab_learners DROP COLUMN step",
        # By way of a copy: SQLite changes no primary key, and a table that is renamed keeps the names of its indexes.
        """CREATE TABLE normlab_named_steps AS
            SELECT old.learner, old.lesson, named.name, old.seen, old.done
            FROM normlab_steps AS old
            JOIN normlab_step_numbers AS named ON named.lesson = old.lesson AND named.number = old.step""",
        "DROP TABLE normlab_steps",
        """CREATE TABLE normlab_steps (
            learner INTEGER NOT NULL, lesson VARCHAR(120) NOT NULL, name VARCHAR(120) NOT NULL,
            seen BIGINT NOT NULL, done BIGINT,
            PRIMARY KEY (learner, lesson, name),
            FOREIGN KEY (learner) REFERENCES normlab_learners (id) ON DELETE CASCADE)""",
        "INSERT INTO normlab_steps SELECT learner, lesson, name, seen, done FROM normlab_named_steps",
        "DROP TABLE normlab_named_steps",
        "DROP TABLE normlab_step_numbers",
    )


def _execute(connection: Connection, *statements: str) -> None:
    for statement in statements:
        connection.execute(text(statement))


MIGRATIONS: Final[Mapping[int, Migration]] = {1: _name_steps}
"""From each version that there was to the next one."""
