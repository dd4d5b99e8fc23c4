"""The anatomy of a laboratory page: controls beside the figure, and below it what stands behind the figure."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager, suppress
from dataclasses import dataclass

import streamlit as st
from streamlit.delta_generator import DeltaGenerator
from streamlit.runtime.scriptrunner import StopException

from normlib.words import plain
from pages.catalogue import by_slug
from pages.parts.controls import Controls, Panel
from pages.parts.embedding import Embedding, embedding, inside, surveyed
from pages.parts.frame import heading, notes
from pages.parts.handing import HANDED, hand_over, take_over
from pages.parts.locks import Locks, locks
from pages.parts.readings import keep_reading
from pages.parts.unknown import say_unknown


@dataclass(frozen=True)
class Lab:
    """The places of a page: the column of controls, the column of the figure, and the controls themselves."""

    panel: Panel
    column: DeltaGenerator
    figure: DeltaGenerator
    slug: str = ""

    @property
    def controls(self) -> AbstractContextManager[None]:
        """The column of controls, to draw into."""
        return self.panel.column(self.column)

    def reading(self, name: str, value: float) -> None:
        """Keep a number that the page shows just now, for the question of a lesson; `readings` lists the names."""
        keep_reading(self.slug, name, value)


def lab(slug: str, do: str, controls: Controls, body: Callable[[Lab], None]) -> None:
    """Draw a laboratory page: the heading, then controls beside figure, which alone are drawn again at each move.

    In a lesson, the lesson says what stands above and below, and what the controls show at first.

    Args:
        slug: the page in the catalogue.
        do: one line on what to do.
        controls: the page's controls.
        body: draws the controls and the figure into their places.
    """
    if surveyed(controls):
        return
    place = embedding()
    locked = locks(controls.lockable, place.lock, place.known) if place else locks(controls.lockable)
    _begin(controls, place)
    if place is not None:
        _hold_link(controls, locked, place)
    if place is None:
        heading(slug, do, controls, locked.names)
    quiet = place is not None and place.learner
    # A place of its own: a lock that comes or goes does not move what is drawn below.
    with st.container():
        _say_locks(controls, locked, quiet=quiet)
        if place is None:
            say_unknown([controls])

    moves: set[str] = set()

    # A fragment: a move of a control leaves the menu, the heading and the end of the page alone.
    @st.fragment(key=f"{controls.prefix}_body")
    def draw() -> None:
        above = st.container()
        left, right, below = _columns(controls, quiet=quiet)
        panel = (
            controls.open(locked, place.settings, place.lines, quiet=quiet, below=below)
            if place
            else controls.open(locked)
        )
        # What ends the body early, because there is nothing to show, does not end the page.
        with inside(place), suppress(StopException):
            body(Lab(panel, left, right, slug))
        moves.update(panel.drawn - locked.names)
        if place is not None:
            hand_over(controls)
        if below is not None and (line := panel.line()):
            below.caption(line)
        with above:
            notes([*panel.problems, *_not_there(panel), *(_without_effect(panel) if place and place.trial else [])])

    draw()
    if place is not None and not place.trial:
        _tools(slug, controls, locked, place, moves=bool(moves))


def _begin(controls: Controls, place: Embedding | None) -> None:
    """Take up the settings of another lesson's laboratory, or of another step's, in place of those shown before."""
    key, name = f"{controls.prefix}/place", place.place if place else ""
    before = st.session_state.get(key)
    st.session_state[key] = name
    if place is None:
        take_over(controls)
    elif before not in (None, name):
        controls.reset(settings=place.settings)


def _hold_link(controls: Controls, locked: Locks, place: Embedding) -> None:
    """Let what a link has locked survive that the learner goes to another step and comes back."""
    kept: dict[str, str] = st.session_state.setdefault(f"{place.place}/locked", {})
    for name in locked.names - locked.by_lesson:
        key = controls.key(name)
        asked = st.query_params.get_all(key)
        if asked:
            kept[name] = ", ".join(asked)
        elif name in kept and key not in st.session_state:
            value = controls.table[name].meant(kept[name])
            if value is not None:
                st.session_state[key] = list(value) if isinstance(value, tuple) else value


def _columns(controls: Controls, *, quiet: bool) -> tuple[DeltaGenerator, DeltaGenerator, DeltaGenerator | None]:
    """Return the places of controls and figure, and the one for what a lesson has after the figure."""
    if not quiet:
        left, right = st.columns([1, 3], gap="large")
        return left, right, None
    # The style puts the third below the first where the screen is wide; on a phone it comes after the figure.
    with st.container(key=f"lesson_parts_{controls.prefix}"):
        left, right, below = st.columns([1, 3, 1], gap="large")
    return left, right, below


def _say_locks(controls: Controls, locked: Locks, *, quiet: bool) -> None:
    """Say what is locked, unless a line below says it with the values, and which wish cannot be met."""
    line = locked.line(controls.lockable)
    if line and not quiet:
        st.caption(line)
    if problem := locked.problem(controls.lockable):
        notes([problem])


def _not_there(panel: Panel) -> list[str]:
    """Name the settings of a lesson for which there is no control."""
    table = panel.controls.table
    return [
        f"This lesson sets “{plain(name)}”, which this laboratory does not have. It has {', '.join(table)}."
        for name in panel.settings
        if name not in table
    ]


def _without_effect(panel: Panel) -> list[str]:
    """Name the settings of a lesson that belong to no control shown with them."""
    return [
        f"The setting “{name}” has no effect here: the laboratory does not show this control with the other settings."
        for name in panel.settings
        if name in panel.controls.table and name not in panel.drawn
    ]


def _tools(slug: str, controls: Controls, locked: Locks, place: Embedding, *, moves: bool) -> None:
    """Draw what stands below a laboratory in a lesson; `moves` says whether there is anything to bring back."""
    with st.container(horizontal=True, vertical_alignment="center", gap="medium", key=f"{controls.prefix}_tools"):
        if moves:
            st.button(
                "Reset",
                key=f"{controls.prefix}_reset",
                on_click=controls.reset,
                args=(tuple(locked.names), dict(place.settings)),
                help="Bring every control back to what the lesson shows.",
            )
        page = by_slug(slug)
        link = {**controls.link(place.settings), HANDED: "lesson"}
        st.page_link(page.path, label=f"Open the laboratory: {page.title}", query_params=link)


@dataclass(frozen=True)
class Download:
    """Data to take away, written only when somebody asks for it."""

    file_name: str
    text: Callable[[], str]


Section = Callable[[], None]


def explain(key: str, sections: Mapping[str, Section], download: Download | None = None) -> None:
    """Draw the quiet tabs below the figure; only the open one is computed. A lesson may do without them.

    Args:
        key: unique on the page.
        sections: what each tab draws, by its title.
        download: offered at the end of the first tab.
    """
    place = embedding()
    if place is not None and not place.whole:
        return
    for index, (tab, draw) in enumerate(
        zip(st.tabs(list(sections), key=key, on_change="rerun"), sections.values(), strict=True)
    ):
        if not tab.open:
            continue
        with tab:
            draw()
            if index == 0 and download is not None:
                st.download_button(
                    "Download the data (CSV)",
                    download.text,
                    file_name=download.file_name,
                    mime="text/csv",
                    key=f"{key}_download",
                    on_click="ignore",
                )
