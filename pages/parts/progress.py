"""What this learner did: kept in the database for the next visit, and in the session for this one.

The database is asked once per visit and lesson, and told of everything at once. When it fails, the session goes on,
and what was missed is sent with the next success, also by a page that was opened anew.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, Final, TypeVar

import streamlit as st

from normlib.store.errors import RefusedError, StoreError
from normlib.store.events import Answered, Done, Event, Visited
from normlib.store.identity import COOKIE, is_id
from normlib.store.progress import Answer, LessonProgress, Place, add_all, latest_place
from normlib.store.shared import shared_store
from normlib.store.store import Store
from normlib.store.waiting import WAITING
from pages.course.shelf import names_of_steps

_KEY: Final = "progress"
_PAUSE: Final = 5.0  # s
T = TypeVar("T")


@dataclass
class Visit:
    """What the session holds.

    Attributes:
        learner: the browser's id, or None where nothing can be kept beyond the visit.
        lessons: what is known of each lesson.
        complete: the lessons that the database was asked about.
        asked: whether it was asked about all of them.
        place: where the learner was last, as far as is known.
        place_known: whether the database was asked for it.
        again: where the database could not be told something, when to try again without something new; 0 elsewhere.
        problem: what failed last, as a sentence.
    """

    learner: str | None
    lessons: dict[str, LessonProgress] = field(default_factory=dict)
    complete: set[str] = field(default_factory=set)
    asked: bool = False
    place: Place | None = None
    place_known: bool = False
    again: float = 0.0
    problem: str = ""


class Progress:
    """The progress of the learner who looks at the page. Steps are names, as `step_names` makes them.

    No method fails: `problem` is a sentence when something could not be kept or read.
    """

    def __init__(self, visit: Visit) -> None:
        self._visit = visit

    @classmethod
    def of_this_learner(cls) -> Progress:
        """Return the progress of the browser that asks, or of this visit where the browser keeps no cookie."""
        if _KEY not in st.session_state:
            cookie = st.context.cookies.get(COOKIE)
            st.session_state[_KEY] = Visit(cookie if is_id(cookie) else None)
        progress = cls(st.session_state[_KEY])
        progress._send([])
        return progress

    @property
    def is_kept(self) -> bool:
        """Whether this progress is there again on the next visit."""
        return self._visit.learner is not None

    @property
    def problem(self) -> str:
        """A sentence when the last thing could not be kept or read, or an empty text."""
        return self._visit.problem

    def answer(self, lesson: str, name: str, value: Any, right: bool) -> None:
        """Keep an answer to a question; `value` is anything that JSON can hold, up to 2,000 bytes."""
        try:
            self._add(Answered.of(lesson, name, value, right=right))
        except RefusedError as error:
            self._visit.problem = _not_kept(error)

    def answers(self, lesson: str) -> dict[str, Answer]:
        """Return the first and the latest answer to every question of a lesson, by its name."""
        return dict(self._lesson(lesson).answers)

    def visit(self, lesson: str, step: str) -> None:
        """Note that a step is open now; calling it at every run of the page costs nothing."""
        place = self._visit.place
        if place is None or (place.lesson, place.step) != (lesson, step) or step not in self._lesson(lesson).steps:
            self._try(lambda: self._add(Visited(lesson, step)))

    def done(self, lesson: str, step: str) -> None:
        """Note that a step is finished; calling it again costs nothing."""
        if step not in self._lesson(lesson).steps_done():
            self._try(lambda: self._add(Done(lesson, step)))

    def steps_done(self, lesson: str) -> set[str]:
        """Return the steps that were finished."""
        return self._lesson(lesson).steps_done()

    def steps_seen(self, lesson: str) -> set[str]:
        """Return the steps that were opened."""
        return set(self._lesson(lesson).steps)

    def last(self) -> tuple[str, str] | None:
        """Return lesson and step where the learner was last, or None at the very first."""
        visit = self._visit
        if not visit.place_known:
            found = self._ask(lambda store, learner: store.last(learner))
            visit.place_known = found is not _NOTHING
            visit.place = latest_place(found if visit.place_known else visit.place, self._missed())
        return (visit.place.lesson, visit.place.step) if visit.place else None

    def overview(self) -> dict[str, LessonProgress]:
        """Return what is known, by lesson; the database is asked once in a visit, also where it does not answer."""
        return self._begun() if self._visit.asked else self.summary()

    def summary(self) -> dict[str, LessonProgress]:
        """Return all that is kept, by lesson; the database is asked each time."""
        visit = self._visit
        visit.asked = True
        found = self._ask(lambda store, learner: store.everything(learner))
        if found is not _NOTHING:
            add_all(found, self._missed())
            visit.lessons, visit.complete = found, set(found)
        else:
            self._assume_missed()
        return self._begun()

    def _begun(self) -> dict[str, LessonProgress]:
        return {name: kept for name, kept in self._visit.lessons.items() if kept.answers or kept.steps}

    def delete(self) -> str:
        """Delete all that is kept; return a sentence why that failed, or an empty text."""
        visit = self._visit
        if visit.learner is not None:
            missed = WAITING.take(visit.learner)
            try:
                shared_store(names_of_steps).delete(visit.learner)
            except StoreError as error:
                WAITING.put(visit.learner, missed)
                return f"Nothing is deleted yet, try again in a moment: {_continued(error)}"
        visit.lessons, visit.complete, visit.place, visit.problem = {}, set(), None, ""
        return ""

    def _lesson(self, lesson: str) -> LessonProgress:
        visit = self._visit
        if lesson not in visit.complete:
            found = self._ask(lambda store, learner: store.lesson(learner, lesson))
            if found is not _NOTHING:
                add_all({lesson: found}, [event for event in self._missed() if event.lesson == lesson])
                visit.lessons[lesson] = found
                visit.complete.add(lesson)
            else:
                self._assume_missed()
        return visit.lessons.setdefault(lesson, LessonProgress())

    def _add(self, event: Event) -> None:
        self._lesson(event.lesson).add(event)
        self._visit.place = latest_place(self._visit.place, [event])
        self._send([event])

    def _send(self, events: list[Event]) -> None:
        """Write events, and before them what was missed."""
        visit = self._visit
        if visit.learner is None or (not events and time.monotonic() < visit.again):
            # Whoever only moves a control does not wait for a busy database at each move.
            return
        events = [*WAITING.take(visit.learner), *events]
        if not events:
            if visit.again:
                # Another tab has sent it.
                visit.problem, visit.again = "", 0.0
            return
        try:
            shared_store(names_of_steps).write(visit.learner, events)
        except RefusedError as error:
            visit.problem, visit.again = _not_kept(error), 0.0
        except StoreError as error:
            WAITING.put(visit.learner, events)
            visit.problem, visit.again = _not_kept(error), time.monotonic() + _PAUSE
        else:
            visit.problem, visit.again = "", 0.0

    def _missed(self) -> list[Event]:
        """Return what the database has not been told yet, by this visit or by another one."""
        return WAITING.of(self._visit.learner) if self._visit.learner is not None else []

    def _assume_missed(self) -> None:
        """Where the database cannot be asked, know at least what waits for it."""
        lessons: dict[str, LessonProgress] = {}
        add_all(lessons, self._missed())
        self._visit.lessons = {**lessons, **self._visit.lessons}

    def _ask(self, question: Callable[[Store, str], T]) -> T | Any:
        """Return what the store says, or `_NOTHING` where it cannot be asked."""
        visit = self._visit
        if visit.learner is None:
            return _NOTHING
        try:
            answer = question(shared_store(names_of_steps), visit.learner)
        except StoreError as error:
            visit.problem = f"What you did before cannot be shown just now: {_continued(error)}"
            return _NOTHING
        if not self._missed():
            visit.problem = ""
        return answer

    def _try(self, note: Callable[[], None]) -> None:
        try:
            note()
        except RefusedError as error:
            self._visit.problem = _not_kept(error)


class _Nothing:
    """No answer, which is not the answer None."""


_NOTHING: Final = _Nothing()


def _not_kept(error: StoreError) -> str:
    return f"Your answers are not being kept just now: {_continued(error)}"


def _continued(error: StoreError) -> str:
    text = str(error)
    return text[:1].lower() + text[1:]
