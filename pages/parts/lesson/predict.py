"""A prediction: the learner commits to an expectation, and only then is told what was measured."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import streamlit as st

from normlib.course.blocks import Block, Option, Predict
from normlib.course.values import Value
from normlib.words import plain
from pages.parts.lesson.answers import commit, first_answer, shown_answer, take_back
from pages.parts.lesson.drawing import Drawing
from pages.parts.lesson.text import draw_text, markdown_of, value_of

_FIRST: Final = "lesson_first_prediction"


def before_reveal(some: Sequence[Block], d: Drawing) -> Sequence[Block]:
    """Return the blocks up to the first prediction that this learner has not made: what follows may give it away."""
    if d.view != "learner":
        return some
    for at, block in enumerate(some):
        if isinstance(block, Predict) and first_answer(d, block.name) is None:
            return some[: at + 1]
    return some


def draw_predict(block: Predict, d: Drawing) -> None:
    """Draw the question, and what was measured once there is a prediction."""

    # A fragment: an answer leaves the laboratory above as it is.
    @st.fragment
    def ask() -> None:
        with st.container(key=d.box("predict", block.name), gap="small"):
            st.caption("Predict first")
            draw_text(block.question)
            _ask(block, d)
        if st.session_state.pop(_FIRST, False):
            st.rerun()  # the rest of the step waited for this

    ask()


def _ask(block: Predict, d: Drawing) -> None:
    committed = _index(shown_answer(d, block.name), block)
    key = d.key(block.name)
    chosen = st.radio(
        "Your prediction",
        range(len(block.options)),
        index=committed,
        format_func=lambda at: markdown_of(block.options[at].text),
        key=key,
        disabled=committed is not None,
        label_visibility="collapsed",
    )
    first = _index(first_answer(d, block.name), block)
    if committed is None:
        st.button(
            "Commit",
            key=f"{key}_commit",
            disabled=chosen is None,
            on_click=_commit,
            args=(block, d, key),
            help="Then you are told what was measured. The first prediction is the one that counts.",
        )
        if first is not None:
            st.caption(f"Your first prediction stays recorded: {markdown_of(block.options[first].text)}")
        if d.instructor:
            st.caption("After their prediction learners read:")
            _reveal(block, None)
        return
    _reveal(block, block.options[committed])
    if first is not None and first != committed:
        st.caption(f"Your first prediction was: {markdown_of(block.options[first].text)}")
    st.button("Try again", key=f"{key}_again", on_click=_again, args=(block, d, key), type="tertiary")


def _reveal(block: Predict, chosen: Option | None) -> None:
    """Draw what was measured, and what it says about the chosen option; None for one who only wants to know."""
    found = value_of(block.measured.call)
    agrees = chosen is None or chosen.right
    with st.container(key=f"lesson_{'right' if agrees else 'wrong'}_{block.line}", gap="small"):
        if isinstance(found, Value):
            verdict = "Your prediction agrees." if agrees else "Your prediction was another one."
            st.markdown(f"**Measured: {plain(found.text)}.** {verdict if chosen else ''}")
        else:
            st.markdown(f"The measured number cannot be shown: {plain(found)}")
        if chosen is not None:
            draw_text(chosen.feedback)
        if chosen is None or not chosen.right:
            for option in block.options:
                if option.right:
                    st.markdown(f"What the measurement supports: {markdown_of(option.text)}")
                    draw_text(option.feedback)
        draw_text(block.because)


def _index(value: object, block: Predict) -> int | None:
    """Return an answer as the index of an option, if there still is such an option."""
    # True is an int to Python, and no place in a list to Streamlit.
    return value if type(value) is int and 0 <= value < len(block.options) else None


def _commit(block: Predict, d: Drawing, key: str) -> None:
    chosen = _index(st.session_state.get(key), block)
    if chosen is not None:
        st.session_state[_FIRST] = first_answer(d, block.name) is None
        commit(d, block.name, chosen, right=block.options[chosen].right)


def _again(block: Predict, d: Drawing, key: str) -> None:
    take_back(d, block.name)
    st.session_state[key] = None
