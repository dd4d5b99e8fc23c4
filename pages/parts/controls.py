"""Controls: declared once with type, limits, default and unit, and bound to the page's address.

A page declares its controls as one table. Drawing a control binds it to a parameter of the address, so
that any view is a link. Streamlit drops a parameter that it cannot use without a word; here it is read
first, and the learner is told what the link asked for, what is allowed, and what is used instead.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Literal, TypeVar

import streamlit as st

from normlib.components.tensor_view import forget_place, parse_place, place_text
from normlib.words import plain
from pages.parts.control_kinds import Choice, Control, Number, Place, Several, Switch
from pages.parts.locks import Locks

_SAID = "/said"  # what a run that began again had to say


C = TypeVar("C", Choice, Several, Number, Switch)


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

    def open(self, locks: Locks | None = None, settings: Mapping[str, str] | None = None) -> Panel:
        """Start drawing the controls in this run of the page.

        Args:
            locks: controls that do not move.
            settings: what a lesson wants instead of the defaults.
        """
        return Panel(self, st.session_state.pop(self.key(_SAID), []), locks or Locks(), settings or {})

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


@dataclass
class Panel:
    """The controls in one run: draws them and remembers what had to be corrected."""

    controls: Controls
    problems: list[str] = field(default_factory=list)
    locks: Locks = field(default_factory=Locks)
    settings: Mapping[str, str] = field(default_factory=dict)
    drawn: set[str] = field(default_factory=set)

    def locked(self, name: str) -> bool:
        """Say whether a control does not move."""
        return name in self.locks.names

    def choice(
        self,
        name: str,
        options: Sequence[str] | None = None,
        default: str | None = None,
        *,
        disabled: bool = False,
        quiet: bool = False,
    ) -> str:
        """Draw a choice; `options` and `default` replace those declared when they depend on another control.

        A link's wish that cannot be met is answered unless `quiet` is set.
        """
        control, bind = self._declared(name, Choice), self._bind(name)
        names = tuple(options if options is not None else control.options)
        default = default or control.default
        if default not in names:
            default = names[0]
        key, disabled = self.controls.key(name), disabled or self.locked(name)
        if (wish := self.settings.get(name)) is not None:
            if (named := control.named(wish, names)) is None and not quiet:
                self._answer_lesson(control.label, wish, name, control.allowed(names), default)
            default = named or default
        if not quiet and bind:
            self._check_link(name, lambda text: control.named(text, names), default, control.allowed(names))
        if st.session_state.get(key, default) not in names:
            st.session_state[key] = default
        if control.segments:
            value = st.segmented_control(
                control.label,
                names,
                default=default,
                key=key,
                help=control.help,
                required=True,
                disabled=disabled,
                bind=bind,
            )
        else:
            shared = {"index": names.index(default), "key": key, "help": control.help, "disabled": disabled}
            if control.radio:
                value = st.radio(control.label, names, horizontal=True, bind=bind, **shared)
            else:
                value = st.selectbox(control.label, names, bind=bind, **shared)
        return value if value in names else default

    def several(self, name: str) -> tuple[str, ...]:
        """Draw a choice of several options and return them in the order in which they are offered."""
        control, bind = self._declared(name, Several), self._bind(name)
        key = self.controls.key(name)
        asked = st.query_params.get_all(key) if bind else []
        known = [option for option in control.options if option in asked]
        usable = len(known) >= control.fewest
        if key not in st.session_state and asked and not (usable and len(known) == len(asked)):
            used = known if usable else list(control.default)
            self._answer(control.label, ", ".join(asked), key, control.allowed(), used)
            self._rewrite(key, used)
        chosen = st.pills(
            control.label,
            control.options,
            selection_mode="multi",
            default=list(control.default),
            key=key,
            help=control.help,
            disabled=self.locked(name),
            bind=bind,
        )
        return tuple(one for one in control.options if one in chosen)

    def number(self, name: str, *, disabled: bool = False) -> float:
        """Draw a number."""
        control, bind = self._declared(name, Number), self._bind(name)
        key, disabled = self.controls.key(name), disabled or self.locked(name)
        if bind:
            self._check_link(name, control.parse, control.default, control.allowed())
        number = int if control.whole else float
        label = f"{control.label} ({control.unit})" if control.unit else control.label
        shared = {
            "min_value": number(control.low),
            "max_value": number(control.high),
            "value": number(control.default),
            "step": number(control.step),
            "key": key,
            "help": control.help,
            "disabled": disabled,
            "bind": bind,
            "format": f"%.{control.decimals}f" if not control.whole else "%d",
            # A number typed into the box may lie between two steps.
            "on_change": lambda: self.set(name, st.session_state[key]),
        }
        value = st.number_input(label, **shared) if control.field else st.slider(label, **shared)
        return control.clamp(value)

    def switch(self, name: str, *, disabled: bool = False) -> bool:
        """Draw a switch."""
        control, bind = self._declared(name, Switch), self._bind(name)
        key, disabled = self.controls.key(name), disabled or self.locked(name)
        if bind:
            self._check_link(name, control.parse, control.default, control.allowed())
        value = st.toggle(
            control.label,
            value=control.default,
            key=key,
            help=control.help,
            disabled=disabled,
            bind=bind,
        )
        return bool(value)

    def place(self, name: str, sizes: Sequence[int], default: Sequence[int]) -> tuple[int, ...]:
        """Read the value of a tensor that the address names, counted from 0 along every axis.

        The tensor view writes it in the browser. A place outside a tensor that another control has made smaller
        is the nearest one inside; only a link is answered.
        """
        control = self.controls.table[name]
        assert isinstance(control, Place)  # noqa: S101 - a slip in a page's own table, not a learner's input
        self.drawn.add(name)
        key = self.controls.key(name)
        if (wish := self.settings.get(name)) is not None:
            wished = parse_place(wish)
            if wished is None or not all(i < size for i, size in zip(wished, sizes, strict=True)):
                self._answer_lesson(control.label, wish, name, control.allowed(sizes), place_text(default))
            else:
                default = wished
        first = f"{key}/read"
        asked = st.query_params.get(key)
        found = parse_place(asked) if asked is not None else None
        if asked is not None and first not in st.session_state:
            usable = found is not None and all(i < size for i, size in zip(found, sizes, strict=True))
            if not usable:
                self._answer(control.label, asked, key, control.allowed(sizes), place_text(default))
                found = None
        st.session_state[first] = True
        place = default if found is None else [min(i, size - 1) for i, size in zip(found, sizes, strict=True)]
        return tuple(int(i) for i in place)

    def set(self, name: str, value: float | str) -> None:
        """Move a control from code, as a callback does when a chart's own range is released.

        A choice whose options are numbers takes the number, too. A locked control stays.
        """
        if self.locked(name):
            return
        control = self.controls.table[name]
        if isinstance(control, Number):
            value = control.clamp(value)
        elif not isinstance(value, str):
            text = f"{value:.10g}"
            value = control.named(text, control.options) or text
        st.session_state[self.controls.key(name)] = value

    def _declared(self, name: str, kind: type[C]) -> C:
        """Return a control as its page declares it, with the default that a lesson wants."""
        control = self.controls.table[name]
        assert isinstance(control, kind)  # noqa: S101 - a slip in a page's own table, not a learner's input
        self.drawn.add(name)
        wish = self.settings.get(name)
        if wish is None or isinstance(control, Choice):
            return control
        meant = control.meant(wish)
        if meant is None:
            used = control.text(control.default) if isinstance(control, Number) else str(control.default)
            self._answer_lesson(control.label, wish, name, control.allowed(), used)
            return control
        return replace(control, default=meant)

    def _bind(self, name: str) -> Literal["query-params"] | None:
        """Return how a control is bound to the address; what a lesson locks is not."""
        return None if name in self.locks.by_lesson else "query-params"

    def _answer_lesson(self, label: str, asked: str, name: str, allowed: str, used: str) -> None:
        """Say what a lesson asked for, what it could have, and what it gets; once, before anybody moves it."""
        if self.controls.key(name) not in st.session_state:
            wish = f"This lesson asks for {label.lower()} “{plain(_short(asked))}” (`{name}`)."
            self.problems.append(f"{wish} {allowed} {plain(used)} is used.")

    def _check_link(self, name, parse, default, allowed):
        """Look at what the address asks for, once, before Streamlit silently drops what it cannot use."""
        key = self.controls.key(name)
        asked = st.query_params.get(key)
        if asked is None or key in st.session_state:
            return key
        value = parse(asked)
        control = self.controls.table[name]
        if isinstance(control, Number) and value is not None and value != (used := control.clamp(value)):
            self.problems.append(
                f"The link asks for {control.label.lower()} {control.text(value)} (`{key}`), which is between two "
                f"steps. {control.allowed()} {control.text(used)} is used."
            )
            self._rewrite(key, str(used))
        if isinstance(control, Choice) and value is not None and value != asked:
            self._rewrite(key, value)
        if value is None:
            used = control.text(default) if isinstance(control, Number) else default
            if isinstance(control, Switch):
                used = "On" if default else "Off"
            self._answer(control.label, asked, key, allowed, used)
        return key

    def _rewrite(self, key, text: str | list[str]):
        """Write into the address what is shown, and begin again: Streamlit takes a first value from there alone."""
        st.session_state[self.controls.key(_SAID)] = self.problems
        st.query_params[key] = text
        st.rerun()

    def _answer(self, label, asked, key, allowed, used):
        """Say what a link asked for, what it could have, and what it gets."""
        shown, verb = (", ".join(used), "are") if isinstance(used, list) else (used, "is")
        wish = f"The link asks for {label.lower()} “{plain(_short(asked))}” (`{key}`)."
        self.problems.append(f"{wish} {allowed} {shown} {verb} used.")


def _short(text: str, most: int = 40) -> str:
    return text if len(text) <= most else text[: most - 1] + "…"
