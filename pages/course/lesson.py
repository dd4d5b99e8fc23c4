"""One lesson: a generic page for every file in the folder of lessons, one step at a time."""

from __future__ import annotations

from functools import partial
from pathlib import Path
from typing import Any

import streamlit as st

from normlib.components.lesson import arrive
from normlib.course.blocks import Broken, Lesson
from normlib.course.step_names import step_names
from normlib.words import count, plain
from pages.catalogue import PAGES
from pages.course import shelf
from pages.parts.frame import leave_for, notes
from pages.parts.lesson.blocks import draw_blocks
from pages.parts.lesson.drawing import Drawing
from pages.parts.lesson.embedded import controls_in
from pages.parts.lesson.predict import before_reveal
from pages.parts.lesson.present import draw_present
from pages.parts.lesson.printed import print_outcomes
from pages.parts.lesson.steps import asked_step, asked_view, draw_back_and_next, draw_steps, draw_views, finish
from pages.parts.lesson.terms import draw_terms
from pages.parts.lesson.text import draw_text_line, title_of
from pages.parts.progress import Progress
from pages.parts.unknown import say_unknown, strangers

STYLE = Path(__file__).parents[1] / "parts" / "lesson" / "lesson.css"
HEADING = ".st-key-lesson_heading h1"


def lesson_page(lesson: Lesson) -> Any:
    """Return the page of a lesson, as links want it."""
    return page_at(lesson.slug, title_in_menu(lesson))


def title_in_menu(lesson: Lesson) -> str:
    """Return a lesson's title with its number."""
    return f"{lesson.number} {lesson.title}" if lesson.number is not None else lesson.title


def page_at(slug: str, title: str) -> Any:
    """Return the page of the lesson with this name in addresses, as the menu wants it."""
    return st.Page(partial(draw_lesson, slug), title=title, url_path=f"lesson-{slug}")


def draw_lesson(slug: str) -> None:
    """Draw a lesson: the step that the address asks for, or all of them for paper."""
    lesson = shelf.lesson(slug)
    if lesson is None or not lesson.steps:
        st.title("This lesson is not there", anchor=False)
        st.markdown("Its file was taken away, or holds no text. The menu shows the lessons that there are.")
        return
    step, wrong_step = asked_step(lesson)
    view, wrong_view = asked_view()
    progress = Progress.of_this_learner()
    d = Drawing(lesson, step, view, progress, partial(shelf.library().picture, lesson.slug))
    st.html(STYLE)
    with st.container(key="lesson_print" if d.printed else "lesson", gap="small"):
        notes([one for one in (wrong_step, wrong_view) if one])
        if d.printed:
            _draw_print(d)
        else:
            _draw_step(d, progress)
        _draw_tail(d)
    following = shelf.after(lesson)
    with draw_views(view):
        if not d.printed and draw_present(d, following) and following is not None:
            leave_for(lesson_page(following))


def _draw_step(d: Drawing, progress: Progress) -> None:
    lesson, step = d.lesson, d.lesson.steps[d.step]
    progress.visit(lesson.slug, step_names(lesson)[d.step])
    done = progress.steps_done(lesson.slug)
    with st.container(key="lesson_heading", gap="xsmall"):
        if d.step:
            st.caption(title_of(lesson.title))
            st.title(title_of(step.title), anchor=False)
        else:
            _draw_title(lesson)
    draw_steps(d, done)
    if strangers():
        # The laboratories of all steps: what one of them left in the address is none of its own.
        say_unknown(controls_in(lesson))
    notes([*(_of_the_file(lesson) if not d.step else []), *([plain(progress.problem)] if progress.problem else [])])
    _follow(arrive(f"{lesson.slug}/{d.step}/{d.view}", HEADING, key="lesson_arrive"))
    shown = before_reveal(step.blocks, d)
    draw_blocks(shown, d)
    if len(shown) < len(step.blocks) and not d.held:
        st.caption("This step goes on once you have predicted.")
    draw_terms(shown, d)
    following = shelf.after(lesson)
    if draw_back_and_next(d, following) and following is not None:
        leave_for(lesson_page(following))
    if d.step + 1 == len(lesson.steps):
        # There is nothing left to press that would say so.
        finish(d)


def _of_the_file(lesson: Lesson) -> list[str]:
    """Return what is wrong with the file and stands in no block: the front matter, or the whole."""
    shown = {block.problem for block in lesson.blocks() if isinstance(block, Broken)}
    return [
        f"{plain(problem.message)} (line {problem.line} of {plain(lesson.file)})"
        for problem in lesson.problems
        if problem.severity == "error" and problem not in shown
    ][:5]


def _follow(to: str) -> None:
    """Go where a link in the text leads: to another lesson, or to a page."""
    if not to:
        return
    lesson = shelf.lesson(to.removeprefix("lesson-")) if to.startswith("lesson-") else None
    if lesson is not None:
        leave_for(lesson_page(lesson))
    for page in PAGES:
        if page.slug == to:
            leave_for(page.path)
    notes([f"The link leads to “{plain(to[:60])}”, and there is no such page. The menu shows what there is."])


def _draw_title(lesson: Lesson) -> None:
    st.title(title_of(lesson.title), anchor=False)
    draw_text_line(lesson.summary)
    st.caption(f"{count(lesson.minutes, 'minute')} · {plain(lesson.level)}")


def _draw_print(d: Drawing) -> None:
    arrive(f"{d.lesson.slug}/print", ".st-key-lesson_print h1", key="lesson_arrive")
    _draw_title(d.lesson)
    for at, step in enumerate(d.lesson.steps):
        d.step = at
        if at:
            st.header(title_of(step.title), anchor=False)
        draw_blocks(step.blocks, d)
    print_outcomes(d)


def _draw_tail(d: Drawing) -> None:
    """Draw what stands below the last step: what the lesson rests on, and who wrote it."""
    lesson = d.lesson
    if not d.printed and d.step + 1 < len(lesson.steps):
        return
    with st.container(key="lesson_end", gap="small"):
        if lesson.sources:
            st.markdown("**Sources**")
            st.markdown("\n".join(f"- {title_of(one)}" for one in lesson.sources), anchors=False)
        if lesson.authors:
            st.caption(f"Written by {plain(', '.join(lesson.authors))}.")
