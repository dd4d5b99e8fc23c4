"""The controls of a page in one run of it: each is drawn, hidden because nothing can be moved, or put further down."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any, Literal, TypeVar

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from normlib.components.tensor_view import parse_place, place_text
from normlib.words import plain
from pages.parts.control_kinds import Choice, Number, Place, Several, Switch
from pages.parts.controls_places import Places
from pages.parts.controls_wishes import Wishes
from pages.parts.locks import Locks

if TYPE_CHECKING:
    from pages.parts.controls import Controls

C = TypeVar("C", Choice, Several, Number, Switch)


@dataclass
class Panel:
    """The controls in one run: draws them and remembers what had to be corrected.

    Attributes:
        controls: what the page declares.
        wishes: what the address and a lesson want.
        locks: controls that do not move.
        quiet: whether what is locked is named in a line instead of drawn.
        places: where they stand.
        drawn: names of the controls that say something with the present settings.
        fixed: labels and values of those that were locked and not drawn.
    """

    controls: Controls
    wishes: Wishes
    locks: Locks = field(default_factory=Locks)
    quiet: bool = False
    places: Places = field(default_factory=Places)
    drawn: set[str] = field(default_factory=set)
    fixed: dict[str, str] = field(default_factory=dict)

    @property
    def problems(self) -> list[str]:
        """What could not be met, in sentences."""
        return self.wishes.problems

    @property
    def settings(self) -> Collection[str]:
        """Names of the controls for which a lesson wants something."""
        return self.wishes.settings

    def locked(self, name: str) -> bool:
        """Say whether a control does not move."""
        return name in self.locks.names

    def hidden(self, name: str) -> bool:
        """Say whether a control is locked and takes no room."""
        return self.quiet and self.locked(name)

    def column(self, place: DeltaGenerator) -> AbstractContextManager[None]:
        """Return the column of controls, to draw into."""
        return self.places.column(place)

    @contextmanager
    def more(self, label: str = "More", among: Collection[str] = ()) -> Iterator[bool]:
        """Draw the controls of lesser weight: in a lesson after the figure, and only where there is one to move.

        Args:
            label: of what opens.
            among: names of the controls, where other things are drawn with them.

        Yields: whether there is anything to open.
        """
        movable = any(not self.hidden(name) for name in among)
        with self.places.more(label, now=movable):
            yield self.places.below is None or movable or not among

    def choice(
        self,
        name: str,
        options: Sequence[str] | None = None,
        default: str | None = None,
        *,
        idle: bool = False,
        quiet: bool = False,
    ) -> str:
        """Draw a choice; `options` and `default` replace those declared when they depend on another control.

        A link's wish that cannot be met is answered unless `quiet` is set. A choice that is `idle`, because it
        says nothing with the present settings, is not drawn, and keeps its value.
        """
        if idle:
            kept = str(self._resting(name))
            return kept if options is None or kept in options else options[0]
        control, bind = self._declared(name, Choice), self._bind(name)
        names = tuple(options if options is not None else control.options)
        default = default or control.default
        if default not in names:
            default = names[0]
        key = self.controls.key(name)
        if (wish := self.wishes.settings.get(name)) is not None:
            if (named := control.named(wish, names)) is None and not quiet:
                self.wishes.answer_lesson(control.label, wish, name, control.allowed(names), default)
            default = named or default
        if not quiet and bind:
            self.wishes.check_link(name, lambda text: control.named(text, names), default, control.allowed(names))
        if self.hidden(name):
            return str(self._fixed(name, control, lambda text: control.named(text, names), default))
        if st.session_state.get(key, default) not in names:
            st.session_state[key] = default
        shared = {"key": key, "help": control.help, "disabled": self.locked(name), "bind": bind}
        with self.places.next():
            if control.segments:
                value = st.segmented_control(control.label, names, default=default, required=True, **shared)
            elif control.radio:
                value = st.radio(control.label, names, index=names.index(default), horizontal=True, **shared)
            else:
                value = st.selectbox(control.label, names, index=names.index(default), **shared)
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
            self.wishes.answer(control.label, ", ".join(asked), key, control.allowed(), used)
            self.wishes.rewrite(key, used)
        if self.hidden(name):
            return tuple(self._fixed(name, control, lambda _: tuple(known), control.default))
        kept = f"{key}/kept"

        def keep() -> None:
            # A choice of nothing has no place in an address.
            if not st.session_state[key]:
                st.session_state[key] = st.session_state[kept]

        with self.places.next():
            chosen = st.pills(
                control.label,
                control.options,
                selection_mode="multi",
                default=list(control.default),
                key=key,
                help=control.help,
                disabled=self.locked(name),
                bind=bind,
                on_change=keep,
            )
        st.session_state[kept] = chosen
        return tuple(one for one in control.options if one in chosen)

    def number(self, name: str, *, idle: bool = False) -> float:
        """Draw a number."""
        if idle:
            return float(self._resting(name))
        control, bind = self._declared(name, Number), self._bind(name)
        key = self.controls.key(name)
        if bind:
            self.wishes.check_link(name, control.parse, control.default, control.allowed())
            if self.wishes.is_endless(name):
                # On the browser's way back to such a link: not bound in this run, it goes from the address.
                bind, st.session_state[key] = None, control.clamp(control.default)
        if self.hidden(name):
            return control.clamp(self._fixed(name, control, control.parse, control.default))
        number = int if control.whole else float
        label = f"{control.label} ({control.unit})" if control.unit else control.label
        shared = {
            "min_value": number(control.low),
            "max_value": number(control.high),
            "value": number(control.default),
            "step": number(control.step),
            "key": key,
            "help": control.help,
            "disabled": self.locked(name),
            "bind": bind,
            "format": f"%.{control.decimals}f" if not control.whole else "%d",
            # A number typed into the box may lie between two steps.
            "on_change": lambda: self.set(name, st.session_state[key]),
        }
        with self.places.next():
            value = st.number_input(label, **shared) if control.field else st.slider(label, **shared)
        return control.clamp(value)

    def switch(self, name: str, *, idle: bool = False) -> bool:
        """Draw a switch."""
        if idle:
            return bool(self._resting(name))
        control, bind = self._declared(name, Switch), self._bind(name)
        if bind:
            self.wishes.check_link(name, control.parse, control.default, control.allowed())
        if self.hidden(name):
            return bool(self._fixed(name, control, control.parse, control.default))
        with self.places.next():
            value = st.toggle(
                control.label,
                value=control.default,
                key=self.controls.key(name),
                help=control.help,
                disabled=self.locked(name),
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
        if (wish := self.wishes.settings.get(name)) is not None:
            wished = parse_place(wish)
            if wished is None or not all(i < size for i, size in zip(wished, sizes, strict=True)):
                self.wishes.answer_lesson(control.label, wish, name, control.allowed(sizes), place_text(default))
            else:
                default = wished
        first = f"{key}/read"
        asked = st.query_params.get(key)
        found = parse_place(asked) if asked is not None else None
        if asked is not None and first not in st.session_state:
            usable = found is not None and all(i < size for i, size in zip(found, sizes, strict=True))
            if not usable:
                self.wishes.answer(control.label, asked, key, control.allowed(sizes), place_text(default))
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

    def line(self) -> str:
        """Name what is locked and not drawn, with the values; empty where nothing is."""
        said = [f"{plain(_small(label))} *{plain(value)}*" for label, value in self.fixed.items()]
        return f"Fixed here: {', '.join(said)}." if said else ""

    def _declared(self, name: str, kind: type[C]) -> C:
        """Return a control as its page declares it, with the default that a lesson wants."""
        control = self.controls.table[name]
        assert isinstance(control, kind)  # noqa: S101 - a slip in a page's own table, not a learner's input
        self.drawn.add(name)
        wish = self.wishes.settings.get(name)
        if wish is None or isinstance(control, Choice):
            return control
        meant = control.meant(wish)
        if meant is None:
            used = control.text(control.default) if isinstance(control, Number) else str(control.default)
            self.wishes.answer_lesson(control.label, wish, name, control.allowed(), used)
            return control
        return replace(control, default=meant)

    def _bind(self, name: str) -> Literal["query-params"] | None:
        """Return how a control is bound to the address; what a lesson locks is not."""
        return None if name in self.locks.by_lesson else "query-params"

    def _fixed(self, name: str, control: Any, parse: Callable[[str], Any], default: Any) -> Any:
        """Return the value of a control that does not move, and keep it for the line that names it."""
        value = None
        if name not in self.locks.by_lesson:
            asked = st.query_params.get(self.controls.key(name))
            value = parse(asked) if asked is not None else st.session_state.get(self.controls.key(name))
        value = default if value is None else value
        self.fixed[control.label] = control.words(value)
        return value

    def _resting(self, name: str) -> Any:
        """Return the value of a control that is not drawn, and keep what was chosen for when it is drawn again."""
        key, control = self.controls.key(name), self.controls.table[name]
        assert not isinstance(control, Place)  # noqa: S101 - a slip in a page's own table, not a learner's input
        if key in st.session_state:
            # What is assigned stays when the widget goes.
            st.session_state[key] = st.session_state[key]
            return st.session_state[key]
        wish = self.wishes.settings.get(name)
        meant = control.meant(wish) if wish is not None else None
        return control.default if meant is None else meant


def _small(label: str) -> str:
    """Return a label as in the middle of a line.

    >>> _small("What moves"), _small("NaN in a row"), _small("N"), _small("KS")
    ('what moves', 'NaN in a row', 'N', 'KS')
    """
    return label[:1].lower() + label[1:] if label[1:2].islower() and label[:3] != "NaN" else label
