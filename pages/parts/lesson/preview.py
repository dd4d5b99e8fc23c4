"""A lesson that is being written: how it looks, and what is wrong with it."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from pathlib import Path
from typing import Any, Final
from zlib import crc32

import streamlit as st

from normlib.course.library import LESSONS
from normlib.course.lines import MOST_BYTES
from normlib.course.pictures import find_picture
from normlib.course.preview import Preview, preview
from normlib.words import count, plain
from pages.catalogue import PAGES
from pages.course import shelf
from pages.course.laboratories import LABORATORIES
from pages.parts.lesson.blocks import draw_blocks
from pages.parts.lesson.drawing import Drawing
from pages.parts.lesson.terms import draw_terms
from pages.parts.lesson.text import draw_text_line, title_of

STYLE: Final = Path(__file__).with_name("lesson.css")
MOST: Final = 30
_CHOSEN: Final = "preview_at"


class NoRecord:
    """Keeps nothing: what is answered in a preview belongs to nobody."""

    def answer(self, lesson: str, name: str, value: Any, right: bool) -> None:
        """Forget an answer."""

    def answers(self, lesson: str) -> Mapping[str, Any]:
        """Return no answers."""
        return {}


def draw_preview(text: str) -> None:
    """Draw the problems of a lesson's text, and one of its steps."""
    if not text.strip():
        st.markdown("Nothing is written yet.")
        return
    if len(text) > MOST_BYTES:
        st.warning(
            f"This text has {len(text):,} characters; the limit is {MOST_BYTES:,}. Shorten it or split the lesson."
        )
        return
    found = preview(text, LABORATORIES, shelf.lessons(), [page.slug for page in PAGES])
    draw_problems(found)
    steps = found.lesson.steps
    if not steps:
        return
    with st.container(horizontal=True, vertical_alignment="bottom", gap="medium"):
        names = [f"{at} of {len(steps)}: {step.title}" for at, step in enumerate(steps, 1)]
        chosen = st.selectbox(
            "Step",
            range(len(steps)),
            index=min(st.session_state.get(_CHOSEN, 0), len(steps) - 1),
            format_func=names.__getitem__,
            # The browser goes on showing the old words of an option that is chosen: other words are another list.
            key=f"preview_step_{crc32(repr(names).encode())}",
        )
        teaches = st.toggle("Instructor’s view", key="preview_teaches")
    st.html(STYLE)
    at = st.session_state[_CHOSEN] = chosen
    step, view = steps[at], "instructor" if teaches else "learner"
    d = Drawing(found.lesson, at, view, NoRecord(), partial(find_picture, LESSONS), waits=True)
    with st.container(border=True, key="preview", gap="small"), st.container(key="lesson", gap="small"):
        st.header(title_of(step.title), anchor=False)
        if not at:
            draw_text_line(found.lesson.summary)
            st.caption(f"{count(found.lesson.minutes, 'minute')} · {plain(found.lesson.level)}")
        draw_blocks(step.blocks, d)
        draw_terms(step.blocks, d)


def draw_problems(found: Preview) -> None:
    """Draw what is wrong, by line."""
    errors = [one for one in found.problems if one.severity == "error"]
    if not found.problems:
        st.success("No problems. Laboratories are run by the check, not here.")
        return
    warnings = len(found.problems) - len(errors)
    said = [count(len(errors), "problem")] if errors else ["No problems"]
    said += [count(warnings, "warning")] if warnings else []
    with st.expander(f"{', '.join(said)}", expanded=bool(errors), key="preview_problems"):
        ordered = sorted(found.problems, key=lambda one: (one.severity == "warning", one.line))
        lines = [f"- Line {one.line}: {plain(one.message)}" for one in ordered]
        st.markdown("\n".join(lines[:MOST]), anchors=False)
        if len(lines) > MOST:
            st.markdown(f"And {len(lines) - MOST} more.")
