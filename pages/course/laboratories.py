"""The laboratories as the checker of lessons wants them: their controls, and a trial without a browser."""

from __future__ import annotations

import logging
import threading
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from functools import cache
from typing import Any, Final

import streamlit as st

from normlib.course.laboratories import Trial
from pages.catalogue import LABORATORIES as PAGES
from pages.parts.control_kinds import Choice, Place
from pages.parts.controls import Controls
from pages.parts.embedding import Embedding, inside, survey
from pages.parts.locks import ALL
from pages.parts.readings import readings
from pages.parts.script import run_script

SECONDS: Final = 60
_READINGS: Final = "trial/readings"


class PageLaboratories:
    """The laboratories of the catalogue. Nothing is loaded before somebody asks."""

    def names(self) -> Sequence[str]:
        """Return the names by which lessons call laboratories."""
        return tuple(PAGES)

    def controls(self, name: str) -> Mapping[str, str]:
        """Return the controls of a laboratory, each with a sentence about what it can be."""
        return {one: _allowed(control) for one, control in controls_of(name).table.items()}

    def lockable(self, name: str) -> Sequence[str]:
        """Return the controls of a laboratory that a lesson can lock."""
        return tuple(controls_of(name).lockable)

    def refuse(self, name: str, control: str, value: str) -> str | None:
        """Return why a control cannot take a value, or None when it can, without running anything.

        Where another control decides on the options, only a trial can tell.
        """
        table = controls_of(name).table
        if control not in table:
            return f"The laboratory {name} has no control “{control}”. It has {', '.join(table)}."
        if table[control].meant(value) is not None:
            return None
        return f"“{control}” of {name} cannot be “{value[:60]}”. {_allowed(table[control])}"

    def try_out(self, name: str, settings: Mapping[str, str], lock: Sequence[str]) -> Trial:
        """Run a laboratory once, as a lesson does."""
        # Loaded when a lesson is checked, never by the server.
        from streamlit.testing.v1 import AppTest  # noqa: PLC0415

        lockable = controls_of(name).lockable
        problems = [
            f"“{one}” cannot be locked: {name} can lock {', '.join(lockable)}, or {ALL}."
            for one in lock
            if one not in lockable and one != ALL
        ]
        with _quiet():
            app = AppTest.from_function(_trial, args=(name, dict(settings), tuple(lock)), default_timeout=SECONDS).run()
            found: dict[str, float] = dict(app.session_state.get(_READINGS, {}))
        problems += [f"It fails: {problem.value}" for problem in app.exception]
        problems += [problem.value for problem in [*app.error, *app.warning]]
        return Trial(tuple(problems), found)


@cache
def controls_of(name: str) -> Controls:
    """Return the controls that a laboratory's script declares; raises `KeyError` for a name that is none."""
    with survey() as found, _quiet():
        run_script(PAGES[name].path)
    return found[0]


def _allowed(control: Any) -> str:
    if isinstance(control, Choice):
        if control.varies:
            return "Its options depend on the other controls."
        return control.allowed(control.options)
    if isinstance(control, Place):
        return "It is sample.row.column.channel, each counted from 1."
    return str(control.allowed())


def _trial(name: str, settings: dict[str, str], lock: tuple[str, ...]) -> None:
    # The test runner copies this text into a script of its own, so it brings along what it needs.
    from pages.course.laboratories import run_trial  # noqa: PLC0415

    run_trial(name, settings, lock)


def run_trial(name: str, settings: Mapping[str, str], lock: Sequence[str]) -> None:
    """Run a laboratory as in a lesson, and keep what it shows for who looks at the session."""
    with inside(Embedding("trial", settings, tuple(lock), whole=True, learner=True, trial=True)):
        run_script(PAGES[name].path)
    st.session_state[_READINGS] = readings(name)


_LOCK: Final = threading.Lock()


@contextmanager
def _quiet() -> Iterator[None]:
    """Keep Streamlit from warning that no server runs."""
    logger = logging.getLogger("streamlit.runtime.scriptrunner_utils.script_run_context")
    with _LOCK:
        before, logger.disabled = logger.disabled, True
        try:
            yield
        finally:
            logger.disabled = before


LABORATORIES: Final = PageLaboratories()
