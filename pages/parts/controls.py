"""Controls: declared once with type, limits, default and unit, and bound to the page's address.

A page declares its controls as one table. Drawing a control binds it to a parameter of the address, so
that any view is a link. Streamlit drops a parameter that it cannot use without a word; here it is read
first, and the learner is told what the link asked for, what is allowed, and what is used instead.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from normlib.components.tensor_view import forget_place
from pages.parts.control_kinds import Control, Place, Several
from pages.parts.controls_panel import Panel
from pages.parts.controls_places import Places
from pages.parts.controls_wishes import Wishes
from pages.parts.locks import Locks

__all__ = ["Controls", "Panel"]


@dataclass(frozen=True)
class Controls:
    """The controls of one page. `prefix` keeps their parameters apart from those of other pages."""

    prefix: str
    table: Mapping[str, Control]
    forget: Callable[[], None] | None = None
    """What else a reset takes back: a choice that the browser made by itself."""

    def key(self, name: str) -> str:
        """Return the parameter of the address, and of the session, that holds a control."""
        return f"{self.prefix}_{name}"

    @property
    def lockable(self) -> dict[str, str]:
        """The controls that can be locked, with their labels; looking at a value is always free."""
        return {name: control.label for name, control in self.table.items() if not isinstance(control, Place)}

    def open(
        self,
        locks: Locks | None = None,
        settings: Mapping[str, str] | None = None,
        lines: Mapping[str, str] | None = None,
        *,
        quiet: bool = False,
        below: DeltaGenerator | None = None,
    ) -> Panel:
        """Start drawing the controls in this run of the page.

        Args:
            locks: controls that do not move.
            settings: what a lesson wants instead of the defaults.
            lines: where a lesson says so, control -> such as "Line 12 of 03-min-max.md".
            quiet: name what is locked in a line instead of drawing it.
            below: where the controls of lesser weight stand, if not beside the figure.
        """
        wishes = Wishes(self.prefix, self.table, settings or {}, lines or {})
        return Panel(self, wishes, locks or Locks(), quiet, Places(below))

    def reset(self, keep: Collection[str] = (), settings: Mapping[str, str] | None = None) -> None:
        """Bring every control on the page back to its default (a callback).

        Args:
            keep: controls that stay as they are.
            settings: what a lesson wants instead of the defaults.
        """
        if self.forget is not None:
            self.forget()
        for name, control in self.table.items():
            if isinstance(control, Place):
                forget_place(self.key(name))
            elif self.key(name) in st.session_state and name not in keep:
                wish = (settings or {}).get(name)
                meant = control.meant(wish) if wish is not None else None
                default = control.default if meant is None else meant
                st.session_state[self.key(name)] = list(default) if isinstance(control, Several) else default

    def link(self, settings: Mapping[str, str]) -> dict[str, str | list[str]]:
        """Return the parameters of a link to these settings."""
        found: dict[str, str | list[str]] = {}
        for name, text in settings.items():
            control = self.table.get(name)
            meant = control.meant(text) if isinstance(control, Several) else None
            if control is not None:
                found[self.key(name)] = text if meant is None else list(meant)
        return found
