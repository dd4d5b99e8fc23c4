"""Controls: declared once with type, limits, default and unit, and bound to the page's address.

A page declares its controls as one table. Drawing a control binds it to a parameter of the address, so
that any view is a link. Streamlit drops a parameter that it cannot use without a word; here it is read
first, and the learner is told what the link asked for, what is allowed, and what is used instead.

The labels of a choice are what stands in a link: renaming one breaks links that were handed out.
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal

import streamlit as st

from normlib.components.tensor_view import forget_place, parse_place, place_text
from pages.parts.words import plain

_SAID = "/said"  # what a run that began again had to say


@dataclass(frozen=True)
class Choice:
    """One of several named options. All are shown at once by `segments`, for four or fewer, and by `radio`."""

    label: str
    options: tuple[str, ...]
    default: str
    help: str | None = None
    segments: bool = False
    radio: bool = False

    def named(self, text: str, options: Sequence[str]) -> str | None:
        """Return the option that `text` names, or None. A number may come without commas, and with a hyphen.

        >>> Choice("Mean", (), "10").named("-1000", ("10", "−1,000"))
        '−1,000'
        """
        return next((one for one in options if _typed(one) == _typed(text)), None)

    def allowed(self, options: Sequence[str]) -> str:
        """Say what a link may ask for."""
        shown = ("; " if any("," in one for one in options) else ", ").join(options[:8])
        return f"It can be {shown}" + (f", or one of {len(options) - 8} more." if len(options) > 8 else ".")


@dataclass(frozen=True)
class Several:
    """Some of several named options, at least `fewest` of them."""

    label: str
    options: tuple[str, ...]
    default: tuple[str, ...]
    fewest: int = 1
    help: str | None = None

    def allowed(self) -> str:
        """Say what a link may ask for."""
        return f"It can be {self.fewest} or more of {', '.join(self.options)}."


@dataclass(frozen=True)
class Number:
    """A number between limits. `field` shows a box to type into instead of a slider."""

    label: str
    low: float
    high: float
    default: float
    step: float = 1.0
    unit: str = ""
    help: str | None = None
    field: bool = False

    @property
    def whole(self) -> bool:
        """Whether only whole numbers make sense."""
        return all(float(value).is_integer() for value in (self.low, self.high, self.default, self.step))

    @property
    def decimals(self) -> int:
        """Digits after the point that the step needs."""
        return 0 if self.whole else max(0, -int(Decimal(str(self.step)).normalize().as_tuple().exponent))

    def text(self, value: float) -> str:
        """Write a value the way the control shows it, with a true minus sign."""
        return f"{value:.{self.decimals + 1}f}".rstrip("0").rstrip(".").replace("-", "−")

    def parse(self, text: str) -> float | None:
        """Return the number that `text` names if it is inside the limits, or None."""
        try:
            value = float(text)
        except ValueError:
            return None
        if not math.isfinite(value) or not self.low <= value <= self.high:
            return None
        return value

    def clamp(self, value: float) -> float:
        """Bring a value onto the grid of steps and inside the limits."""
        if not math.isfinite(value):
            return self.default
        stepped = self.low + round((value - self.low) / self.step) * self.step
        inside = min(max(round(stepped, self.decimals), self.low), self.high)
        return int(inside) if self.whole else inside

    def allowed(self) -> str:
        """Say what a link may ask for."""
        return f"It goes from {self.text(self.low)} to {self.text(self.high)} in steps of {self.text(self.step)}."


@dataclass(frozen=True)
class Switch:
    """On or off."""

    label: str
    default: bool = False
    help: str | None = None

    def parse(self, text: str) -> bool | None:
        """Return the state that `text` names, or None."""
        return {"true": True, "false": False}.get(text.lower())

    def allowed(self) -> str:
        """Say what a link may ask for."""
        return "It can be true or false."


@dataclass(frozen=True)
class Place:
    """One value of a tensor (N, H, W, C), chosen in the tensor view: in the address, but not a widget."""

    label: str

    def allowed(self, sizes: Sequence[int]) -> str:
        """Say what a link may ask for."""
        return (
            f"It is sample.row.column.channel, each counted from 1, up to {place_text([size - 1 for size in sizes])}."
        )


Control = Choice | Several | Number | Switch | Place


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

    def open(self) -> Panel:
        """Start drawing the controls in this run of the page."""
        return Panel(self, st.session_state.pop(self.key(_SAID), []))

    def reset(self) -> None:
        """Bring every control on the page back to its default (a callback)."""
        if self.forget is not None:
            self.forget()
        for name, control in self.table.items():
            if isinstance(control, Place):
                forget_place(self.key(name))
            elif self.key(name) in st.session_state:
                default = control.default
                st.session_state[self.key(name)] = list(default) if isinstance(control, Several) else default


@dataclass
class Panel:
    """The controls in one run: draws them and remembers what had to be corrected."""

    controls: Controls
    problems: list[str] = field(default_factory=list)

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
        control = self.controls.table[name]
        assert isinstance(control, Choice)  # noqa: S101 - a slip in a page's own table, not a learner's input
        names = tuple(options if options is not None else control.options)
        default = default or control.default
        if default not in names:
            default = names[0]
        key = self.controls.key(name)
        if not quiet:
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
                bind="query-params",
            )
        else:
            shared = {"index": names.index(default), "key": key, "help": control.help, "disabled": disabled}
            if control.radio:
                value = st.radio(control.label, names, horizontal=True, bind="query-params", **shared)
            else:
                value = st.selectbox(control.label, names, bind="query-params", **shared)
        return value if value in names else default

    def several(self, name: str) -> tuple[str, ...]:
        """Draw a choice of several options and return them in the order in which they are offered."""
        control = self.controls.table[name]
        assert isinstance(control, Several)  # noqa: S101 - as above
        key = self.controls.key(name)
        asked = st.query_params.get_all(key)
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
            bind="query-params",
        )
        return tuple(one for one in control.options if one in chosen)

    def number(self, name: str, *, disabled: bool = False) -> float:
        """Draw a number."""
        control = self.controls.table[name]
        assert isinstance(control, Number)  # noqa: S101 - as above
        key = self._check_link(name, control.parse, control.default, control.allowed())
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
            "bind": "query-params",
            "format": f"%.{control.decimals}f" if not control.whole else "%d",
            # A number typed into the box may lie between two steps.
            "on_change": lambda: self.set(name, st.session_state[key]),
        }
        value = st.number_input(label, **shared) if control.field else st.slider(label, **shared)
        return control.clamp(value)

    def switch(self, name: str, *, disabled: bool = False) -> bool:
        """Draw a switch."""
        control = self.controls.table[name]
        assert isinstance(control, Switch)  # noqa: S101 - as above
        key = self._check_link(name, control.parse, control.default, control.allowed())
        value = st.toggle(
            control.label,
            value=control.default,
            key=key,
            help=control.help,
            disabled=disabled,
            bind="query-params",
        )
        return bool(value)

    def place(self, name: str, sizes: Sequence[int], default: Sequence[int]) -> tuple[int, ...]:
        """Read the value of a tensor that the address names, counted from 0 along every axis.

        The tensor view writes it in the browser. A place outside a tensor that another control has made smaller
        is the nearest one inside; only a link is answered.
        """
        control = self.controls.table[name]
        assert isinstance(control, Place)  # noqa: S101 - as above
        key = self.controls.key(name)
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

        A choice whose options are numbers takes the number, too.
        """
        control = self.controls.table[name]
        if isinstance(control, Number):
            value = control.clamp(value)
        elif not isinstance(value, str):
            text = f"{value:.10g}"
            value = control.named(text, control.options) or text
        st.session_state[self.controls.key(name)] = value

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


def _typed(text: str) -> str:
    """Write a text with the signs of a keyboard, and its numbers without commas."""
    return re.sub(r"(?<=\d),(?=\d{3})", "", text.replace("−", "-"))


def _short(text: str, most: int = 40) -> str:
    return text if len(text) <= most else text[: most - 1] + "…"
