"""Asking for a run from a page, and finding it again: in this visit, after a reload, behind a link."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Final, NamedTuple

import streamlit as st

from normlib.training import Comparison, Experiment, Result
from normlib.training.crossed import Crossed
from normlib.training.jobs import (
    SHIPPED_RUNS,
    NotDoneError,
    QueueFullError,
    Shipped,
    Status,
    UnknownJobError,
    shared_jobs,
)
from normlib.training.ladder import Ladder
from normlib.words import count
from pages.parts.learner import learner_id

Wanted = Comparison | Experiment | Crossed | Ladder
ENDED: Final = "The run was ended before its last update: press Run to train it to the end."


@dataclass(frozen=True)
class Asked:
    """A run that was asked for on this page.

    Attributes:
        wanted: what was to be run.
        key: of the run.
        about: whatever the page needs to show it, such as the names of its arms.
    """

    wanted: Wanted
    key: str
    about: Any = None


class Guessed(NamedTuple):
    """What a page with a guess remembers of a run besides its settings.

    Attributes:
        guess: the learner's, if any.
        turn: how often these settings were run.
    """

    guess: str | None
    turn: int


class RunDesk:
    """The run that a page shows. The address holds the first letters of its settings' key, so that a link to a
    view with a run shows the run, from the store or trained again, and a link to other settings shows none.

    Args:
        prefix: of the page's parameters.
        linked: whether the address knows of the run.
    """

    def __init__(self, prefix: str, *, linked: bool = True) -> None:
        self._linked = linked
        self._state, self._parameter, self._said = f"{prefix}/asked", f"{prefix}_run", f"{prefix}/refused"

    @property
    def asked(self) -> Asked | None:
        """The run shown, if any."""
        found = st.session_state.get(self._state)
        return found if isinstance(found, Asked) else None

    @property
    def refused(self) -> str:
        """Why the last run was not taken, in a sentence; empty when it was."""
        return str(st.session_state.get(self._said, ""))

    def shows(self, wanted: Wanted) -> bool:
        """Say whether a run is shown, or the address asks for one of these very settings."""
        return self.asked is not None or self.asked_by_link(wanted)

    def asked_by_link(self, wanted: Wanted) -> bool:
        """Say whether the address asks for a run of these very settings."""
        return st.query_params.get(self._parameter) == wanted.key[:8]

    def ask(self, wanted: Wanted, engine: str, about: Any = None, *, again: bool = False) -> None:
        """Ask for a run; it begins, waits in the queue or is there already.

        Args:
            wanted: what to run.
            engine: that trains it.
            about: whatever the page needs to show it.
            again: train even where results are stored.
        """
        st.session_state[self._said] = ""
        try:
            what = wanted.experiments if isinstance(wanted, Crossed | Ladder) else wanted
            key = shared_jobs().submit(what, engine=engine, learner=learner_id(), again=again)
        except QueueFullError as error:
            st.session_state[self._said] = str(error)
            return
        st.session_state[self._state] = Asked(wanted, key, about)
        if self._linked:
            st.query_params[self._parameter] = wanted.key[:8]

    def remember(self, about: Any) -> None:
        """Replace what the page needs to show the run."""
        asked = self.asked
        if asked is not None:
            st.session_state[self._state] = Asked(asked.wanted, asked.key, about)

    def stop(self, key: str) -> None:
        """Let go of a run (a callback); a link or a reload does not begin it again."""
        stop(key)
        if self.asked is not None and self.asked.key == key:
            st.query_params.pop(self._parameter, None)

    def forget(self) -> None:
        """Show no run any more, and let go of it."""
        asked = self.asked
        if asked is not None:
            stop(asked.key)
        for name in (self._state, self._said):
            st.session_state.pop(name, None)
        st.query_params.pop(self._parameter, None)


def stop(key: str) -> None:
    """Let go of a run; nothing happens where there is none any more."""
    try:
        shared_jobs().stop(key, learner_id())
    except UnknownJobError:
        return


def status_of(key: str) -> Status | None:
    """Return how a run is getting on, or None where there is none any more."""
    try:
        return shared_jobs().status(key)
    except UnknownJobError:
        return None


def idle(asked: Asked | None) -> bool:
    """Say whether no run goes on that another one would end."""
    status = status_of(asked.key) if asked else None
    return status is None or status.ended


def results_of(key: str) -> tuple[Result, ...] | None:
    """Return what a run that has ended recorded, or None."""
    try:
        results = shared_jobs().result(key)
    except (NotDoneError, UnknownJobError):
        return None
    return results if any(one.values for one in results) else None


def results_so_far(key: str) -> tuple[Result, ...] | None:
    """Return what a run has recorded up to now, one result per experiment, or None where there is no such run."""
    try:
        return shared_jobs().events(key, 0).results
    except UnknownJobError:
        return None


def again_button(prefix: str, begin: Callable[..., None], *asked: object, **how: object) -> None:
    """Offer to train anew what was read from the store.

    Args:
        prefix: of the page's keys.
        begin: called with the rest when it is pressed.
        asked: what to train.
        how: to train it.
    """
    st.button(
        "Run it again",
        key=f"{prefix}_again",
        help="These numbers were stored. Train anew and compare.",
        on_click=begin,
        args=asked,
        kwargs=how,
    )


def came_along(wanted: Crossed | Ladder, engine: str) -> bool:
    """Say whether the results of a run come with NormLab, so that nobody waits for them."""
    return Shipped(SHIPPED_RUNS).holds(wanted.experiments, engine)


def duration(seconds: float) -> str:
    """Write how long something takes, roughly.

    >>> duration(14.2), duration(338)
    ('14 seconds', '6 minutes')
    """
    return count(max(1, round(seconds)), "second") if seconds < 90 else count(round(seconds / 60), "minute")
