"""What events add up to. The database does the same sums; pages use these for what it does not have yet."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from typing import Any

from normlib.store.events import Answered, Done, Event, Visited


@dataclass(frozen=True, slots=True)
class Given:
    """An answer as it was given.

    Attributes:
        value: what JSON gave back of it: a tuple has become a list.
        right: whether it is right.
        at: when, in milliseconds since 1970.
    """

    value: Any
    right: bool
    at: int


@dataclass(frozen=True, slots=True)
class Answer:
    """All that is kept of the answers to one question: the first, the latest, and how many there were."""

    first: Given
    latest: Given
    attempts: int = 1


@dataclass(frozen=True, slots=True)
class Step:
    """When a step was first opened, and first finished, if it was."""

    seen: int
    done: int | None = None


@dataclass(frozen=True, slots=True)
class Place:
    """Where a learner was; the step is "" where its name is not known."""

    lesson: str
    step: str
    at: int


@dataclass(slots=True)
class LessonProgress:
    """What is kept of one lesson: answers by the question's name, steps by theirs.

    >>> kept = LessonProgress()
    >>> kept.add(Answered.of("min-max", "range", 1, right=False))
    >>> kept.add(Answered.of("min-max", "range", 2, right=True))
    >>> kept.answers["range"].first.value, kept.answers["range"].latest.value, kept.answers["range"].attempts
    (1, 2, 2)
    """

    answers: dict[str, Answer] = field(default_factory=dict)
    steps: dict[str, Step] = field(default_factory=dict)

    def add(self, event: Event) -> None:
        """Add something that happened in this lesson."""
        match event:
            case Answered():
                self._answer(event)
            case Visited(step=step, at=at):
                known = self.steps.get(step, Step(at))
                self.steps[step] = replace(known, seen=min(known.seen, at))
            case Done(step=step, at=at):
                known = self.steps.get(step, Step(at))
                done = at if known.done is None else min(known.done, at)
                self.steps[step] = Step(min(known.seen, at), done)

    def steps_done(self) -> set[str]:
        """Return the steps that were finished."""
        return {step for step, kept in self.steps.items() if kept.done is not None}

    def latest(self) -> int:
        """Return when something last happened here, in milliseconds since 1970; 0 if nothing did."""
        times = [answer.latest.at for answer in self.answers.values()]
        times += [max(step.seen, step.done or 0) for step in self.steps.values()]
        return max(times, default=0)

    def _answer(self, event: Answered) -> None:
        given = Given(json.loads(event.value), event.right, event.at)
        known = self.answers.get(event.name)
        if known is None:
            self.answers[event.name] = Answer(given, given)
            return
        first = given if given.at < known.first.at else known.first
        latest = given if given.at >= known.latest.at else known.latest
        self.answers[event.name] = Answer(first, latest, known.attempts + 1)


def add_all(lessons: dict[str, LessonProgress], events: Iterable[Event]) -> None:
    """Add events to the lessons that they belong to."""
    for event in events:
        lessons.setdefault(event.lesson, LessonProgress()).add(event)


def latest_place(place: Place | None, events: Iterable[Event]) -> Place | None:
    """Return the last place, given an earlier one and what happened since."""
    for event in events:
        if isinstance(event, Visited) and (place is None or event.at >= place.at):
            place = Place(event.lesson, event.step, event.at)
    return place
