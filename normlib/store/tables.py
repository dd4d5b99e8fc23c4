"""The tables. Times are milliseconds since 1970, so that both databases compare them alike."""

from __future__ import annotations

from datetime import date
from typing import Final

from sqlalchemy import BigInteger, ForeignKey, Integer, String
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

from normlib.store.events import LONGEST_NAME, MOST_BYTES

VERSION: Final = 2
"""Of these tables; it goes up when they change, and `migrations` brings the older ones over."""


class Base(DeclarativeBase):
    """The tables of the store."""


class SchemaRow(Base):
    """One row: which version of the tables this database has."""

    __tablename__ = "normlab_schema"

    one: Mapped[int] = mapped_column(Integer, primary_key=True, autoincrement=False)
    version: Mapped[int]


class LearnerRow(Base):
    """A browser: the hash of its id, two days, and where it was last."""

    __tablename__ = "normlab_learners"

    id: Mapped[int] = mapped_column(primary_key=True)
    key: Mapped[str] = mapped_column(String(64), unique=True)
    created: Mapped[date]
    seen: Mapped[date] = mapped_column(index=True)
    lesson: Mapped[str | None] = mapped_column(String(LONGEST_NAME))
    step_name: Mapped[str | None] = mapped_column(String(LONGEST_NAME))
    at: Mapped[int] = mapped_column(BigInteger)


class StepRow(Base):
    """A step of a lesson that was opened, and perhaps finished."""

    __tablename__ = "normlab_steps"

    learner: Mapped[int] = mapped_column(ForeignKey(LearnerRow.id, ondelete="CASCADE"), primary_key=True)
    lesson: Mapped[str] = mapped_column(String(LONGEST_NAME), primary_key=True)
    name: Mapped[str] = mapped_column(String(LONGEST_NAME), primary_key=True)
    seen: Mapped[int] = mapped_column(BigInteger)
    done: Mapped[int | None] = mapped_column(BigInteger)


class AnswerRow(Base):
    """The first and the latest answer to a question, and how many there were."""

    __tablename__ = "normlab_answers"

    learner: Mapped[int] = mapped_column(ForeignKey(LearnerRow.id, ondelete="CASCADE"), primary_key=True)
    lesson: Mapped[str] = mapped_column(String(LONGEST_NAME), primary_key=True)
    name: Mapped[str] = mapped_column(String(LONGEST_NAME), primary_key=True)
    first: Mapped[str] = mapped_column(String(MOST_BYTES))
    first_right: Mapped[bool]
    first_at: Mapped[int] = mapped_column(BigInteger)
    latest: Mapped[str] = mapped_column(String(MOST_BYTES))
    latest_right: Mapped[bool]
    latest_at: Mapped[int] = mapped_column(BigInteger)
    attempts: Mapped[int]
    mark: Mapped[str] = mapped_column(String(16))
