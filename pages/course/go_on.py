"""Where a learner stopped, and the way back there."""

from __future__ import annotations

from collections.abc import Sequence

import streamlit as st

from normlib.course.blocks import Lesson
from normlib.course.step_names import step_names
from normlib.words import plain
from pages.course.lesson import lesson_page
from pages.parts.frame import leave_for
from pages.parts.lesson.steps import STEP
from pages.parts.progress import Progress


def stopped_at(lessons: Sequence[Lesson]) -> tuple[Lesson, int] | None:
    """Return the lesson where the learner stopped, if it is still there, and the index of the step.

    Where that step is gone, it is the first one that is not finished.
    """
    progress = Progress.of_this_learner()
    last = progress.last()
    if last is None:
        return None
    lesson = next((one for one in lessons if one.slug == last[0]), None)
    if lesson is None or not lesson.steps:
        return None
    names = step_names(lesson)
    if last[1] in names:
        return lesson, names.index(last[1])
    done = progress.steps_done(lesson.slug)
    return lesson, next((at for at, name in enumerate(names) if name not in done), 0)


def name_of(lesson: Lesson) -> str:
    """Return a lesson's number and title."""
    number = f"{lesson.number} " if lesson.number is not None else ""
    return f"{number}{plain(lesson.title)}"


def draw_continue(lesson: Lesson, step: int, key: str) -> None:
    """Draw a button that leads to a step of a lesson."""
    if st.button(f"Continue: {name_of(lesson)}, step {step + 1}", key=key, type="primary"):
        leave_for(lesson_page(lesson), {STEP: str(step + 1)} if step else None)
