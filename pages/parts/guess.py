"""A guess before what was measured: in a lesson it comes first, on a page of its own Run does without."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Final

import streamlit as st

from normlib.words import plain
from pages.parts.embedding import Embedding, embedding
from pages.parts.runs import RunDesk, duration

_FIRST: Final = "lesson_first_guess"


@dataclass(frozen=True)
class Guess:
    """What a learner expects, and what follows for the page.

    Attributes:
        value: the guess, or None.
        pressed: whether the run is asked for.
        open: whether what was measured may be shown.
        brief: whether there is nothing to run, so that nothing needs to be said about running.
        stored: whether the results wait for the guess alone, or for Run.
    """

    value: str | None
    pressed: bool = False
    open: bool = True
    brief: bool = False
    stored: bool = False

    def takes(self, seconds: float) -> str:
        """Say how long the run takes, unless its results are there."""
        return "trained already" if self.stored else f"about {duration(seconds)}"

    def first(self, words: str) -> str:
        """Say what to do first: `words` where there is something to run."""
        if self.stored:
            return "Guess, and what was measured is shown. Run shows it without a guess."
        return "Guess, and what was measured is shown." if self.brief else words


def ask(
    question: str,
    options: Sequence[str],
    *,
    key: str,
    stored: Callable[[], bool],
    shown: bool = False,
    ready: bool = True,
) -> Guess:
    """Draw the question and the button that runs.

    Results that are there already wait for a guess. On a page of its own the button shows them as well. For a learner
    in a lesson there is no other way, so there is no button either; where a prediction of the lesson stands for the
    guess, there is no question.

    Args:
        question: what is asked.
        options: what can be expected.
        key: of the question; the button has it too.
        stored: returns whether the results of the present settings are there already.
        shown: whether a run is shown, or is asked for by the link.
        ready: whether the settings can run.
    """
    place = embedding()
    if place is None or place.trial or not place.learner:
        value = st.radio(question, options, index=None, key=key) if place is None or place.guess else None
        pressed = _run(key, ready=ready)
        closed = place is None and ready and value is None and not (pressed or shown) and stored()
        return Guess(value, pressed, not closed, stored=closed)
    brief = ready and stored()
    if not place.guess:
        return Guess(None, not brief and _run(key, ready=ready), brief=brief)
    made = _made(place, key)
    if made is None:
        with st.container(key=f"guess_{key}"):
            st.radio(question, options, index=None, key=key, on_change=_make, args=(place, key))
    else:
        st.caption(f"You guessed: {plain(made)}.")
    if st.session_state.pop(_FIRST, False):
        st.rerun()  # the rest of the step waited for this
    pressed = not brief and _run(key, ready=ready and made is not None)
    return Guess(made, pressed, made is not None, brief)


def start_over(desk: RunDesk, prefix: str) -> None:
    """Show no run and no guess of a page any more."""
    for key in st.session_state:
        if str(key).startswith(f"{prefix}_guess"):
            st.session_state[key] = None
    desk.forget()


def waits(place: Embedding) -> bool:
    """Say whether a laboratory of a lesson, drawn in this run, waits for a guess."""
    return st.session_state.get(_key(place, "opened")) is False


def _made(place: Embedding, key: str) -> str | None:
    """Return the guess that was made here, and note whether there is one."""
    made: str | None = st.session_state.get(_key(place, key))
    st.session_state[_key(place, "opened")] = made is not None or st.session_state.get(_key(place, "opened"), False)
    return made


def _make(place: Embedding, key: str) -> None:
    """Take a guess (a callback); the question does not come back in this visit."""
    st.session_state[_key(place, key)] = st.session_state[key]
    st.session_state[_FIRST] = not st.session_state.get(_key(place, "opened"), False)


def _key(place: Embedding, name: str) -> str:
    return f"{place.place}/guess/{name}"


def _run(key: str, *, ready: bool) -> bool:
    return st.button("Run", type="primary", disabled=not ready, key=f"{key.partition('_')[0]}_button", width="stretch")
