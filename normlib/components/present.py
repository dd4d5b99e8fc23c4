"""A lesson on a projector: one step at a time, full screen, by keys or a presenter's clicker."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache

import streamlit as st
from streamlit.components.v2.types import ComponentRenderer


@cache
def _component() -> ComponentRenderer:
    return st.components.v2.component("normlib.present", js="main.js", css="present.css")


def present(*, step: int, steps: int, title: str, following: str, key: str, then: Callable[[int], None]) -> bool:
    """Draw the button "Present", and while presenting the way from step to step.

    Presenting is the browser's affair alone: it marks the page's root element with `data-nl-present`, by which a style
    sheet of the page hides what a class need not see, and `data-nl-controls` while the controls are shown. The word
    `present=1` in the address begins with it.

    Args:
        step: the present step, counted from 1.
        steps: how many there are.
        title: of the present step, for those who hear it.
        following: title of the lesson that the last step leads on to, or "" at the end.
        key: unique on the page.
        then: called with the step that is wanted, before the script runs again.
    Returns: whether the following lesson is wanted, in that one run.
    """

    def wanted() -> None:
        number = wanted_step(st.session_state[key].get("step"), steps)
        if number is not None:
            then(number)

    state = _component()(
        key=key,
        data={"step": step, "steps": steps, "title": title, "following": following},
        on_step_change=wanted,
        on_following_change=_nothing,
        width="content",
    )
    # A press that comes late names the lesson it meant, and does not lead on from the next one.
    return bool(following) and step == steps and state.get("following") == following


def _nothing() -> None:
    """A wish for the following lesson changes nothing but what `present` returns."""


def wanted_step(message: object, steps: int) -> int | None:
    """Return the step that the browser asks for, counted from 1, or None if it sent something else.

    >>> wanted_step(3, 7), wanted_step(8, 7), wanted_step("3", 7), wanted_step(True, 7)
    (3, None, None, None)
    """
    if isinstance(message, bool) or not isinstance(message, int) or not 1 <= message <= steps:
        return None
    return message
