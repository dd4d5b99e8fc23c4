"""Answers of this learner: what was answered first is kept, what is shown belongs to this visit."""

from __future__ import annotations

from typing import Any

import streamlit as st

from pages.parts.lesson.drawing import Drawing
from pages.parts.lesson.steps import finish


def first_answer(d: Drawing, name: str) -> Any:
    """Return what the learner answered first, or None."""
    found = d.record.answers(d.lesson.slug).get(name)
    return None if found is None else found.first.value


def shown_answer(d: Drawing, name: str) -> Any:
    """Return the answer that stands on the page: that of this visit, or the latest one of another visit."""
    key = d.key(f"{name}/shown")
    if key in st.session_state:
        return st.session_state[key]
    found = d.record.answers(d.lesson.slug).get(name)
    return None if found is None else found.latest.value


def commit(d: Drawing, name: str, value: Any, *, right: bool) -> None:
    """Take an answer; the record keeps the first one, whatever follows."""
    st.session_state[d.key(f"{name}/shown")] = value
    d.record.answer(d.lesson.slug, name, value, right)
    finish(d)


def take_back(d: Drawing, name: str) -> None:
    """Show the question anew; what was answered first stays recorded."""
    st.session_state[d.key(f"{name}/shown")] = None


def forget_shown() -> None:
    """Take every answer from the pages of this visit; what is recorded stays."""
    for key in [str(key) for key in st.session_state if str(key).startswith("lesson_")]:
        del st.session_state[key]
