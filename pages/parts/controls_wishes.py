"""What the address and a lesson want of a control: looked at before Streamlit drops what it cannot use, and answered.

An answer says what was wished, what the control can be, and what is used instead.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Final

import streamlit as st

from normlib.words import plain
from pages.parts.control_kinds import Choice, Control, Number, Switch

_SAID: Final = "/said"  # what a run that began again had to say


@dataclass
class Wishes:
    """The wishes for the controls of one page.

    Attributes:
        prefix: of the page's parameters.
        table: the page's controls.
        settings: what a lesson wants, control -> value.
        lines: where a lesson says so, control -> such as "Line 12 of 03-min-max.md".
        problems: what could not be met, in sentences.
    """

    prefix: str
    table: Mapping[str, Control]
    settings: Mapping[str, str] = field(default_factory=dict)
    lines: Mapping[str, str] = field(default_factory=dict)
    problems: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.problems += st.session_state.pop(self.key(_SAID), [])

    def key(self, name: str) -> str:
        """Return the parameter of the address, and of the session, that holds a control."""
        return f"{self.prefix}_{name}"

    def check_link(self, name: str, parse: Callable[[str], Any], default: Any, allowed: str) -> None:
        """Look at what the address asks of a control, once."""
        key, control = self.key(name), self.table[name]
        asked = st.query_params.get(key)
        endless = self.is_endless(name)
        if asked is None or (key in st.session_state and not endless):
            return
        value = parse(asked)
        if isinstance(control, Number) and value is not None and value != (used := control.clamp(value)):
            self.problems.append(
                f"The link asks for {control.label.lower()} {control.text(value)} (`{key}`), which is between two "
                f"steps. {control.allowed()} {control.text(used)} is used."
            )
            self.rewrite(key, str(used))
        if isinstance(control, Choice) and value is not None and value != asked:
            self.rewrite(key, value)
        if value is None:
            shown = control.text(default) if isinstance(control, Number) else default
            if isinstance(control, Switch):
                shown = "On" if default else "Off"
            self.answer(control.label, asked, key, allowed, shown)
        if endless and key not in st.session_state:
            self.rewrite(key, str(default))

    def is_endless(self, name: str) -> bool:
        """Say whether the address asks for infinity where Streamlit, which then fails, makes a whole number of it."""
        control, asked = self.table[name], st.query_params.get(self.key(name))
        return isinstance(control, Number) and control.whole and _is_infinite(asked)

    def rewrite(self, key: str, text: str | list[str]) -> None:
        """Write into the address what is shown, and begin again: Streamlit takes a first value from there alone."""
        st.session_state[self.key(_SAID)] = self.problems
        st.query_params[key] = text
        st.rerun()

    def answer(self, label: str, asked: str, key: str, allowed: str, used: str | list[str]) -> None:
        """Say what a link asked for, what it could have, and what it gets."""
        shown, verb = (", ".join(used), "are") if isinstance(used, list) else (used, "is")
        wish = f"The link asks for {label.lower()} “{plain(_short(asked))}” (`{key}`)."
        self.problems.append(f"{wish} {allowed} {shown} {verb} used.")

    def answer_lesson(self, label: str, asked: str, name: str, allowed: str, used: str) -> None:
        """Say what a lesson asked for, what it could have, and what it gets; once, before anybody moves it."""
        if self.key(name) not in st.session_state:
            where = plain(self.lines.get(name, "This lesson"))
            wish = f"{where} asks for {label.lower()} “{plain(_short(asked))}” (`{name}`)."
            self.problems.append(f"{wish} {allowed} {plain(used)} is used.")


def _is_infinite(text: str | None) -> bool:
    try:
        return text is not None and math.isinf(float(text))
    except ValueError:
        return False


def _short(text: str, most: int = 40) -> str:
    return text if len(text) <= most else text[: most - 1] + "…"
