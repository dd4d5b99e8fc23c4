"""An address that no page has: said on a page of its own, with the pages that it may have meant."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from difflib import get_close_matches
from functools import partial
from typing import TYPE_CHECKING, Final
from urllib.parse import unquote, urlsplit

import streamlit as st

from normlib.words import plain

if TYPE_CHECKING:
    from streamlit.navigation.page import Page as StreamlitPage

MOST: Final = 3
NEAR: Final = 0.65
LONGEST: Final = 60


def missing_page(there: Iterable[StreamlitPage]) -> list[StreamlitPage]:
    """Return a page for the present address if it is none of those that are there, and nothing otherwise.

    Streamlit would answer with a box of its own, which tells nobody what to do, and show the start page behind it.
    """
    pages = {page.url_path: page for page in there}
    asked = asked_page(st.context.url or "", str(st.get_option("server.baseUrlPath") or ""))
    if asked in pages:
        return []
    return [st.Page(partial(draw_missing, asked, pages), title="No such page", url_path=asked, visibility="hidden")]


def asked_page(url: str, base: str = "") -> str:
    """Return the name of the page that an address asks for; the start page has none.

    >>> asked_page("http://localhost:8501/min-max/"), asked_page("http://localhost/lab/", "lab")
    ('min-max', '')
    >>> asked_page("https://example.org/lab/min%20max", "/lab")
    'min max'
    """
    path = unquote(urlsplit(url).path).strip("/")
    inside = path.removeprefix(base.strip("/")) if f"{path}/".startswith(f"{base.strip('/')}/") else path
    return inside.strip("/").rpartition("/")[2].strip()


def near(asked: str, names: Iterable[str]) -> list[str]:
    """Return the names that may have been meant, the nearest first.

    >>> near("Min_Max", ["min-max", "axes"]), near("standardisation", ["lesson-standardization", "axes"])
    (['min-max'], ['lesson-standardization'])
    """
    said = asked.lower().replace("_", "-").replace(" ", "-").removeprefix("lesson-")
    # A lesson is as likely to be meant as the laboratory of the same name.
    short: dict[str, list[str]] = {}
    for name in names:
        short.setdefault(name.removeprefix("lesson-"), []).append(name)
    found = get_close_matches(said, list(short), MOST, NEAR)
    return [name for one in found for name in short[one]][:MOST]


def draw_missing(asked: str, pages: Mapping[str, StreamlitPage]) -> None:
    """Draw what there is instead of a page."""
    st.title("There is no such page", anchor=False)
    shown = plain(asked if len(asked) <= LONGEST else f"{asked[: LONGEST - 1]}…")
    meant = near(asked, (name for name in pages if name))
    st.markdown(
        f"The address ends in “{shown}”, and no page has this name. It may be misspelled, or the page was renamed or taken "
        "away. " + ("Perhaps you meant:" if meant else "The menu shows what there is, and the search looks through it.")
    )
    for name in meant:
        st.page_link(pages[name], label=plain(pages[name].title))
    st.page_link(pages[""], label="The start page, with all lessons and laboratories")
    st.page_link(pages["search"], label="Search")
