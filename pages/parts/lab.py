"""The anatomy of a laboratory page: controls beside the figure, and below it what stands behind the figure."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from pages.parts.controls import Controls, Panel
from pages.parts.frame import heading, notes


@dataclass(frozen=True)
class Lab:
    """The places of a page: the column of controls, the column of the figure, and the controls themselves."""

    panel: Panel
    controls: DeltaGenerator
    figure: DeltaGenerator


def lab(slug: str, do: str, controls: Controls, body: Callable[[Lab], None]) -> None:
    """Draw a laboratory page: the heading, then controls beside figure, which alone are drawn again at each move.

    Args:
        slug: the page in the catalogue.
        do: one line on what to do.
        controls: the page's controls.
        body: draws the controls and the figure into their places.
    """
    heading(slug, do, controls)

    # A fragment: a move of a control leaves the menu, the heading and the end of the page alone.
    @st.fragment(key=f"{controls.prefix}_body")
    def draw() -> None:
        above = st.container()
        left, right = st.columns([1, 3], gap="large")
        panel = controls.open()
        body(Lab(panel, left, right))
        with above:
            notes(panel.problems)

    draw()


@dataclass(frozen=True)
class Download:
    """Data to take away, written only when somebody asks for it."""

    file_name: str
    text: Callable[[], str]


Section = Callable[[], None]


def explain(key: str, sections: Mapping[str, Section], download: Download | None = None) -> None:
    """Draw the quiet tabs below the figure; only the open one is computed.

    Args:
        key: unique on the page.
        sections: what each tab draws, by its title.
        download: offered at the end of the first tab.
    """
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
