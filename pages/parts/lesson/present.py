"""A lesson on a projector."""

from __future__ import annotations

from functools import partial
from pathlib import Path
from typing import Final

import streamlit as st

from normlib.components.present import present
from normlib.course.blocks import Lesson
from normlib.course.passages import unmarked
from pages.parts.lesson.drawing import Drawing
from pages.parts.lesson.steps import go_to

STYLE: Final = Path(__file__).with_name("present.css")


def draw_present(d: Drawing, following: Lesson | None) -> bool:
    """Draw the button by which a lesson is presented; the key `p` and `?present=1` do the same.

    Returns: whether the presenter goes on from the last step to the lesson that follows.
    """
    st.html(STYLE)
    return present(
        step=d.step + 1,
        steps=len(d.lesson.steps),
        title=unmarked(d.lesson.steps[d.step].title),
        following=unmarked(following.title) if following is not None else "",
        key="lesson_present",
        then=partial(_go_to, d=d),
    )


def _go_to(number: int, d: Drawing) -> None:
    go_to(number - 1)
