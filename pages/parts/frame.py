"""The frame around every page: the menu, the style, the heading with its two tools, the end of the page.

The menu is made of page links instead of Streamlit's own navigation list, whose section headings are
plain elements inside a list, which a screen reader cannot make sense of.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from contextlib import AbstractContextManager, nullcontext
from pathlib import Path
from typing import TYPE_CHECKING, Any, NoReturn

import streamlit as st

from normlib.components.frame import menu_behaviour
from normlib.components.link import copy_link
from normlib.words import plain
from pages.catalogue import Page, by_slug
from pages.parts.controls import Controls
from pages.parts.embedding import embedding, surveying

if TYPE_CHECKING:
    from streamlit.navigation.page import Page as StreamlitPage

STYLE = Path(__file__).parent / "style.css"


def draw_style() -> None:
    """Add the few rules that the theme cannot express."""
    st.html(STYLE)


def ticked(label: str, *, done: bool) -> str:
    """Return a label, with a tick for what is finished.

    >>> ticked("1 Start here", done=True)
    '1 Start here \N{CHECK MARK}'
    """
    return f"{label} \N{CHECK MARK}" if done else label


def draw_menu(
    groups: Mapping[str, Sequence[StreamlitPage]],
    chosen: StreamlitPage,
    home: str,
    done: Collection[StreamlitPage] = (),
) -> None:
    """Draw the menu in the sidebar: the section of the present page is open, the others are one line each.

    Args:
        groups: the pages by section; those without a section stand by themselves.
        chosen: the present page.
        home: the section that is open where the present page has none.
        done: the pages of finished lessons.
    """
    present = next((name for name, pages in groups.items() if name and chosen in pages), home)
    with st.sidebar, st.container(key="menu", gap=None):
        st.markdown("**NormLab**")
        for name, pages in groups.items():
            if not pages:
                continue
            with st.expander(name, expanded=name == present) if name else nullcontext():
                for page in pages:
                    st.page_link(page, label=ticked(plain(page.title), done=page in done), width="stretch")
        menu_behaviour(key="menu_behaviour")


def heading(slug: str, do: str, controls: Controls | None = None, keep: Collection[str] = ()) -> None:
    """Draw the question that the page answers, one line on what to do, and Copy link and Reset.

    Args:
        slug: the page in the catalogue.
        do: one line on what to do.
        controls: the page's controls.
        keep: controls that Reset leaves as they are.
    """
    page = by_slug(slug)
    with st.container(horizontal=True, vertical_alignment="bottom", gap="medium", key="heading"):
        with st.container(width="stretch", gap="xsmall"):
            st.title(page.question, anchor=False)
            st.markdown(do)
        if controls is not None:
            with st.container(horizontal=True, width="content", gap="small", key="page_tools"):
                copy_link(key=f"{controls.prefix}_copy")
                st.button(
                    "Reset",
                    key=f"{controls.prefix}_reset",
                    on_click=controls.reset,
                    args=(tuple(keep),),
                    help="Bring every control on this page back to its default.",
                )


def leave_for(page: Any, address: Mapping[str, str] | None = None) -> NoReturn:
    """Go to another page, with these settings in its address.

    Without any, Streamlit refuses to go while a control of the present page stands in the present address.
    """
    st.switch_page(page, query_params=dict(address or {}))


def notes(problems: Sequence[str]) -> None:
    """Say what had to be corrected on the way in."""
    if problems:
        st.warning("\n\n".join(problems))


def read_out(key: str) -> AbstractContextManager[object]:
    """Return a place whose text is read out when a run changes it, for those who do not see it change.

    Args:
        key: unique on the page.
    """
    return st.container(key=f"said_{key}", gap="small")


def what_next(text: str, slug: str, label: str | None = None) -> None:
    """End the page with something to try, and a way there; a lesson has its own end."""
    if embedding() is not None or surveying():
        return
    page: Page = by_slug(slug)
    with st.container(key="next", gap="small"):
        st.markdown(f"**Try next.** {text}")
        st.page_link(page.path, label=label or page.question)
