"""The start page: what this is, and where to begin or go on."""

from __future__ import annotations

from collections.abc import Sequence

import streamlit as st

from normlib.course.blocks import Lesson
from normlib.words import count, number
from pages.catalogue import COURSE, PAGES, START, Page, sections
from pages.course import shelf
from pages.course.finished import finished
from pages.course.go_on import draw_continue, name_of, stopped_at
from pages.course.lesson import lesson_page
from pages.parts.frame import leave_for, ticked


def draw() -> None:
    """Draw the page."""
    st.title(START.question, anchor=False)
    st.markdown(
        "Measurements come in grams and in kilometres, and the layers of a network drift to scales of their own. "
        "**Normalizing** brings numbers to a common scale. Here you learn when that helps and when it does not, with "
        "real data under your finger. Numbers and curves are computed by this program; published ones are marked as such."
    )
    lessons = shelf.lessons()
    if lessons:
        draw_begin(lessons)
        draw_lessons(lessons)
    draw_laboratories()


def draw_begin(lessons: tuple[Lesson, ...]) -> None:
    """Draw one button that begins the course, or goes on where the learner stopped."""
    stopped = stopped_at(lessons)
    with st.container(key="begin", horizontal=True, vertical_alignment="center", gap="medium"):
        if stopped is None:
            if st.button("Begin the course", key="start_begin", type="primary"):
                leave_for(lesson_page(lessons[0]))
        else:
            lesson, step = stopped
            draw_continue(lesson, step, key="start_continue")
            if lesson is not lessons[0] and st.button("Begin anew", key="start_begin"):
                leave_for(lesson_page(lessons[0]))
        hours = max(1, round(sum(one.minutes for one in lessons) / 30)) / 2
        st.markdown(
            f"{count(len(lessons), 'lesson')}, about {number(hours)} hour{'s' * (hours > 1)} in all. No account."
        )


def draw_lessons(lessons: tuple[Lesson, ...]) -> None:
    """Draw the lessons in their order, one column after the other."""
    st.header("The course", anchor=False)
    done = finished(lessons)
    if done:
        st.markdown(f"{len(done)} of {count(len(lessons), 'lesson')} finished.")
    half = (len(lessons) + 1) // 2
    with st.container(key="start_lessons"):
        for column, part in zip(st.columns(2, gap="medium"), (lessons[:half], lessons[half:]), strict=True):
            with column, st.container(gap="xxsmall"):
                for lesson in part:
                    st.page_link(lesson_page(lesson), label=ticked(name_of(lesson), done=lesson.slug in done))
    with st.container(horizontal=True, gap="medium"):
        for page in PAGES:
            if page is not START and page.section in {"", COURSE}:
                st.page_link(page.path, label=page.title)


def draw_laboratories() -> None:
    """Draw the laboratories by section."""
    st.header("The laboratories", anchor=False)
    st.markdown("Each answers one question, in a lesson or by itself.")
    for name, pages in sections().items():
        if name not in {"", COURSE}:
            draw_section(name, pages)


def draw_section(name: str, pages: Sequence[Page]) -> None:
    """Draw the laboratories of a section, two in a row."""
    with st.container(key=f"section_{name}"):
        st.subheader(name, anchor=False)
        for start in range(0, len(pages), 2):
            for column, page in zip(st.columns(2, gap="small"), pages[start : start + 2], strict=False):
                with column, st.container(border=True, key=f"card_{page.slug}", height="stretch", gap="xsmall"):
                    st.page_link(page.path, label=f"**{page.question}**")
                    st.caption(page.summary)


draw()
