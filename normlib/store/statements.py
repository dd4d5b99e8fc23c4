"""The statements that write. Each adds one event to what is there, in any order, from any number of tabs."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from importlib import import_module
from typing import Any, Final

from sqlalchemy import BindParameter, ColumnElement, Executable, Table, bindparam, case, func, select

from normlib.store.tables import AnswerRow, Base, LearnerRow, StepRow

TABLES: Final = Base.metadata.tables
LEARNERS: Final = TABLES[LearnerRow.__tablename__]
STEPS: Final = TABLES[StepRow.__tablename__]
ANSWERS: Final = TABLES[AnswerRow.__tablename__]


@dataclass(frozen=True)
class Writes:
    """The statements of one kind of database; parameters are the columns of the row."""

    learner: Executable
    place: Executable
    step: Executable
    answer: Executable
    rows: Executable


@cache
def writes(dialect: str) -> Writes:
    """Return the statements for "sqlite" or "postgresql"; both know ON CONFLICT and RETURNING, and spell them alike."""
    return Writes(_learner(dialect), _place(), _step(dialect), _answer(dialect), _rows())


def _insert(dialect: str, table: Table) -> Any:
    # Only the database that is used: the other one's module holds megabytes.
    return import_module(f"sqlalchemy.dialects.{dialect}").insert(table)


def _learner(dialect: str) -> Executable:
    """Find the learner's row or make it; until the transaction ends, it is this one's alone."""
    insert = _insert(dialect, LEARNERS)
    seen = _later(LEARNERS.c.seen, insert.excluded.seen)
    made: Executable = insert.on_conflict_do_update(index_elements=["key"], set_={"seen": seen}).returning(
        LEARNERS.c.id
    )
    return made


def _place() -> Executable:
    when: BindParameter[int] = bindparam("now")
    return (
        LEARNERS.update()
        .where(LEARNERS.c.id == bindparam("who"), LEARNERS.c.at <= when)
        .values(lesson=bindparam("last_lesson"), step_name=bindparam("last_step"), at=when)
    )


def _step(dialect: str) -> Executable:
    insert = _insert(dialect, STEPS)
    new, old = insert.excluded, STEPS.c
    made: Executable = insert.on_conflict_do_update(
        index_elements=["learner", "lesson", "name"],
        set_={
            "seen": _earlier(old.seen, new.seen),
            "done": case((old.done.is_(None), new.done), (new.done < old.done, new.done), else_=old.done),
        },
    )
    return made


def _answer(dialect: str) -> Executable:
    insert = _insert(dialect, ANSWERS)
    new, old = insert.excluded, ANSWERS.c
    columns = {"attempts": old.attempts + case((old.mark == new.mark, 0), else_=1)}
    for place, replaces in (("first", new.first_at < old.first_at), ("latest", new.latest_at >= old.latest_at)):
        for column in (place, f"{place}_right", f"{place}_at"):
            columns[column] = case((replaces, new[column]), else_=old[column])
    columns["mark"] = case((new.latest_at >= old.latest_at, new.mark), else_=old.mark)
    made: Executable = insert.on_conflict_do_update(index_elements=["learner", "lesson", "name"], set_=columns)
    return made


def _rows() -> Executable:
    """Count what one learner has."""

    who: BindParameter[int] = bindparam("who")
    many = [
        select(func.count()).select_from(table).where(table.c.learner == who).scalar_subquery()
        for table in (STEPS, ANSWERS)
    ]
    return select(many[0] + many[1])


def _later(old: ColumnElement[Any], new: ColumnElement[Any]) -> ColumnElement[Any]:
    return case((new > old, new), else_=old)


def _earlier(old: ColumnElement[Any], new: ColumnElement[Any]) -> ColumnElement[Any]:
    return case((new < old, new), else_=old)
