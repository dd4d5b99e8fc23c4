"""The lessons that there are, as the pages want them."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path

from normlib.course.blocks import Lesson
from normlib.course.library import Library, folders
from normlib.course.step_names import step_names


@lru_cache(maxsize=8)
def _library(where: tuple[Path, ...]) -> Library:
    return Library(where)


def library() -> Library:
    """Return the library of the folders that are configured; one for all learners."""
    return _library(folders())


def lessons() -> tuple[Lesson, ...]:
    """Return the lessons in their order, as their files are just now."""
    return library().lessons()


def lesson(slug: str) -> Lesson | None:
    """Return a lesson by its name in addresses, or None where there is none."""
    return next((one for one in lessons() if one.slug == slug), None)


def names_of_steps(slug: str) -> tuple[str, ...]:
    """Return by what the steps of a lesson are kept, in order; nothing where there is no such lesson."""
    found = lesson(slug)
    return step_names(found) if found is not None else ()


def after(lesson: Lesson) -> Lesson | None:
    """Return the lesson that follows, or None at the end."""
    there = lessons()
    slugs = [one.slug for one in there]
    at = slugs.index(lesson.slug) + 1 if lesson.slug in slugs else len(slugs)
    return there[at] if at < len(slugs) else None
