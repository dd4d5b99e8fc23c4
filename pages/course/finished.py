"""Which lessons this learner has finished."""

from __future__ import annotations

from collections.abc import Iterable

from normlib.course.blocks import Lesson
from normlib.course.step_names import step_names
from normlib.store.progress import LessonProgress
from pages.parts.progress import Progress


def is_finished(lesson: Lesson, kept: LessonProgress) -> bool:
    """Say whether every step of a lesson was finished."""
    return set(step_names(lesson)) <= kept.steps_done()


def finished(lessons: Iterable[Lesson]) -> frozenset[str]:
    """Return the slugs of the lessons that this learner has finished, as far as is known in this visit."""
    kept = Progress.of_this_learner().overview()
    return frozenset(one.slug for one in lessons if one.slug in kept and is_finished(one, kept[one.slug]))
