"""Learners' progress in a database."""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta
from typing import Any, Final

from sqlalchemy import URL, Connection, Row, delete, select

from normlib.store.database import Database
from normlib.store.errors import RefusedError
from normlib.store.events import Answered, Done, Event, Visited
from normlib.store.identity import key_of
from normlib.store.migrations import StepNames, no_names
from normlib.store.progress import Answer, Given, LessonProgress, Place, Step
from normlib.store.statements import ANSWERS, LEARNERS, STEPS, writes

MOST_ROWS: Final = 5000
"""Steps and answers that are kept of one learner."""


class Store:
    """The progress of all learners, in one database.

    A learner is named by the id of the browser; the database has its hash only. Every method raises `StoreError`
    with a sentence when the database cannot be used, at the latest after about two seconds.

    Args:
        url: of the database, as `normlib.store.address.database_url` returns it.
        pause: seconds after the database could not be reached in which every call fails at once.
        names: the steps of a lesson in order, by name; older tables, which number them, are brought over by it.

    >>> from tempfile import TemporaryDirectory
    >>> from normlib.store.identity import new_id
    >>> from normlib.store.address import database_url
    >>> with TemporaryDirectory() as folder:
    ...     store = Store(database_url({"NORMLAB_DATA": folder}))
    ...     ada = new_id()
    ...     store.write(ada, [Visited("min-max", "limits"), Answered.of("min-max", "range", 0, right=True)])
    ...     store.lesson(ada, "min-max").answers["range"].first.right, store.last(ada).step
    ...     store.close()
    (True, 'limits')
    """

    def __init__(self, url: URL, pause: float = 5.0, names: StepNames = no_names) -> None:
        self.database = Database(url, pause, names)

    def prepare(self) -> None:
        """Connect, make the tables if there are none, and bring those of an older version over."""
        self.database.run(lambda connection: connection.scalar(select(1)))

    def write(self, learner: str, events: Sequence[Event]) -> None:
        """Add what happened, all of it or nothing; order and other tabs do not matter.

        Raises: RefusedError when there is no room left for this learner.
        """
        if events:
            self.database.run(lambda connection: self._write(connection, key_of(learner), events), write=True)

    def lesson(self, learner: str, lesson: str) -> LessonProgress:
        """Return what is kept of one lesson."""
        key = key_of(learner)
        return self.database.run(lambda connection: _read(connection, key, lesson)).get(lesson, LessonProgress())

    def everything(self, learner: str) -> dict[str, LessonProgress]:
        """Return what is kept, by lesson."""
        key = key_of(learner)
        return self.database.run(lambda connection: _read(connection, key))

    def last(self, learner: str) -> Place | None:
        """Return where the learner was last, or None for somebody who is new."""
        columns = LEARNERS.c
        query = select(columns.lesson, columns.step_name, columns.at).where(columns.key == key_of(learner))
        found = self.database.run(lambda connection: connection.execute(query).first())
        if found is None or found.lesson is None:
            return None
        return Place(found.lesson, found.step_name or "", found.at)

    def export(self, learner: str) -> dict[str, Any]:
        """Return everything that is kept of a learner as plain data that JSON can hold."""
        key = key_of(learner)

        def read(connection: Connection) -> tuple[Any, dict[str, LessonProgress]]:
            columns = LEARNERS.c
            row = connection.execute(select(columns.created, columns.seen).where(columns.key == key)).first()
            return row, _read(connection, key)

        row, lessons = self.database.run(read)
        days = {"first_day": row.created.isoformat(), "latest_day": row.seen.isoformat()} if row else {}
        return {**days, "lessons": exported(lessons)}

    def delete(self, learner: str) -> bool:
        """Delete everything that is kept of a learner; return whether there was anything."""
        gone = delete(LEARNERS).where(LEARNERS.c.key == key_of(learner))
        return self.database.run(lambda connection: connection.execute(gone).rowcount > 0, write=True)

    def forget_older_than(self, days: int) -> int:
        """Delete learners who did nothing for more than so many days; return how many."""
        if days < 1:
            raise ValueError(f"days={days}: at least 1 is needed.")
        gone = delete(LEARNERS).where(LEARNERS.c.seen < _today() - timedelta(days=days))
        return self.database.run(lambda connection: connection.execute(gone).rowcount, write=True)

    def close(self) -> None:
        """Give the connections back."""
        self.database.close()

    def _write(self, connection: Connection, key: str, events: Sequence[Event]) -> None:
        to, today = writes(self.database.dialect), _today()
        learner = connection.execute(to.learner, {"key": key, "created": today, "seen": today, "at": 0}).scalar_one()
        for event in events:
            match event:
                case Answered():
                    connection.execute(to.answer, {"learner": learner, **_columns(event)})
                case Visited(lesson=lesson, step=step, at=at):
                    row = {"learner": learner, "lesson": lesson, "name": step, "seen": at, "done": None}
                    connection.execute(to.step, row)
                    place = {"who": learner, "last_lesson": lesson, "last_step": step, "now": at}
                    connection.execute(to.place, place)
                case Done(lesson=lesson, step=step, at=at):
                    row = {"learner": learner, "lesson": lesson, "name": step, "seen": at, "done": at}
                    connection.execute(to.step, row)
        if connection.execute(to.rows, {"who": learner}).scalar_one() > MOST_ROWS:
            raise RefusedError(
                f"There is room for {MOST_ROWS:,} steps and answers of one learner, and they are used up. "
                "Delete your progress to begin anew."
            )


def exported(lessons: dict[str, LessonProgress]) -> dict[str, Any]:
    """Return lessons as plain data: steps by name, in the order in which they were opened; times are written out."""
    return {
        name: {
            "steps": [
                {"step": name, "opened": _written(step.seen), "finished": _written(step.done)}
                for name, step in sorted(kept.steps.items(), key=lambda one: (one[1].seen, one[0]))
            ],
            "answers": {
                question: {
                    "first": _given(answer.first),
                    "latest": _given(answer.latest),
                    "attempts": answer.attempts,
                }
                for question, answer in sorted(kept.answers.items())
            },
        }
        for name, kept in sorted(lessons.items())
    }


def _given(given: Given) -> dict[str, Any]:
    return {"value": given.value, "right": given.right, "time": _written(given.at)}


def _written(at: int | None) -> str | None:
    return None if at is None else datetime.fromtimestamp(at / 1000, UTC).isoformat(timespec="seconds")


def _today() -> date:
    return datetime.now(UTC).date()


def _columns(event: Answered) -> dict[str, Any]:
    columns: dict[str, Any] = {"lesson": event.lesson, "name": event.name, "attempts": 1, "mark": event.mark}
    for place in ("first", "latest"):
        columns |= {place: event.value, f"{place}_right": event.right, f"{place}_at": event.at}
    return columns


def _read(connection: Connection, key: str, lesson: str | None = None) -> dict[str, LessonProgress]:
    lessons: dict[str, LessonProgress] = {}
    for table in (STEPS, ANSWERS):
        query = select(table).join(LEARNERS, LEARNERS.c.id == table.c.learner).where(LEARNERS.c.key == key)
        if lesson is not None:
            query = query.where(table.c.lesson == lesson)
        for row in connection.execute(query):
            kept = lessons.setdefault(row.lesson, LessonProgress())
            if table is STEPS:
                kept.steps[row.name] = Step(row.seen, row.done)
            else:
                kept.answers[row.name] = _answer(row)
    return lessons


def _answer(row: Row[Any]) -> Answer:
    first = Given(json.loads(row.first), row.first_right, row.first_at)
    latest = Given(json.loads(row.latest), row.latest_right, row.latest_at)
    return Answer(first, latest, row.attempts)
