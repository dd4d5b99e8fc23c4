"""The steps of a lesson: which one the address asks for, the list of all, and the way back and on."""

from __future__ import annotations

from collections.abc import Collection

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from normlib.course.blocks import Lesson, Predict, Quiz, within
from normlib.course.step_names import step_names
from normlib.words import plain
from pages.parts.lesson.drawing import Drawing, View
from pages.parts.lesson.text import title_of
from pages.parts.progress import Progress

STEP = "step"
VIEW = "view"
VIEWS: dict[View, str] = {"learner": "Learner", "instructor": "Instructor", "print": "Print"}


def asked_step(lesson: Lesson) -> tuple[int, str]:
    """Return the index of the step that the address asks for, and what is wrong with the wish."""
    asked = st.query_params.get(STEP)
    if asked is None:
        return 0, ""
    many = len(lesson.steps)
    if asked.isascii() and asked.isdigit() and len(asked) < 5 and 1 <= int(asked) <= many:
        return int(asked) - 1, ""
    shown = plain(asked if len(asked) <= 40 else asked[:39] + "…")
    steps = f"the steps 1 to {many}" if many > 1 else "one step"
    return 0, f"The link asks for step “{shown}” (`{STEP}`). This lesson has {steps}; the first one is shown."


def asked_view() -> tuple[View, str]:
    """Return for whom the address wants the lesson, and what is wrong with the wish."""
    asked = st.query_params.get(VIEW, "learner")
    for view in VIEWS:
        if view == asked:
            return view, ""
    shown = plain(asked if len(asked) <= 40 else asked[:39] + "…")
    return "learner", f"The link asks for the view “{shown}” (`{VIEW}`). It can be {', '.join(VIEWS)}."


def go_to(step: int) -> None:
    """Put a step into the address (a callback); the first one needs no word."""
    if step:
        st.query_params[STEP] = str(step + 1)
    else:
        st.query_params.pop(STEP, None)


def finish(d: Drawing) -> None:
    """Note that the present step is finished, if it is: read, and every question in it answered."""
    asked = {block.name for block in within(d.lesson.steps[d.step].blocks) if isinstance(block, Predict | Quiz)}
    if isinstance(d.record, Progress) and asked <= set(d.record.answers(d.lesson.slug)):
        d.record.done(d.lesson.slug, step_names(d.lesson)[d.step])


def go_on(d: Drawing) -> None:
    """Finish the present step and put the next one into the address (a callback)."""
    finish(d)
    go_to(d.step + 1)


def show_to(view: View) -> None:
    """Put a view into the address (a callback)."""
    if view == "learner":
        st.query_params.pop(VIEW, None)
    else:
        st.query_params[VIEW] = view


def draw_steps(d: Drawing, done: Collection[str]) -> None:
    """Draw the list of steps; the present one stands out, and those that were finished have a mark."""
    many = len(d.lesson.steps)
    if many < 2:
        return
    names = step_names(d.lesson)
    with st.container(horizontal=True, gap="xsmall", key="lesson_steps"):
        for at, step in enumerate(d.lesson.steps):
            here = at == d.step
            st.button(
                f"{at + 1} *{title_of(step.title)}*",
                key=f"lesson_step_{at + 1}{'_here' if here else ''}",
                type="tertiary",
                icon=":material/check:" if names[at] in done and not here else None,
                on_click=go_to,
                args=(at,),
            )


def draw_back_and_next(d: Drawing, following: Lesson | None) -> bool:
    """Draw the way to the step before and to the next one, or to the lesson that follows; return whether that is wanted."""
    many = len(d.lesson.steps)
    if many < 2 and following is None:
        return False
    with st.container(horizontal=True, vertical_alignment="center", gap="small", key="lesson_ways"):
        if d.step:
            st.button("Back", key="lesson_back", on_click=go_to, args=(d.step - 1,))
        if d.step + 1 < many:
            name = title_of(d.lesson.steps[d.step + 1].title)
            st.button(f"Next: {name}", key="lesson_next", type="primary", on_click=go_on, args=(d,))
        elif following is not None:
            # The text above often says what is next: the button says only where it leads.
            number = f" {following.number}" if following.number is not None else ""
            label = f"Lesson{number}: {title_of(following.title)}"
            return st.button(label, key="lesson_following", type="primary")
    return False


def draw_views(view: View) -> DeltaGenerator:
    """Draw the choice for whom the lesson is shown, and return its row."""
    row = st.container(horizontal=True, vertical_alignment="center", gap="small", key="lesson_views")
    with row:
        st.caption("View", width="content")
        for one, name in VIEWS.items():
            # Not switched off: whoever has just pressed it would lose their place on the page.
            label = f"**{name}**" if one == view else name
            st.button(label, key=f"lesson_view_{one}", type="tertiary", on_click=show_to, args=(one,))
    return row
