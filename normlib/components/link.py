"""A button that copies the address of the present view."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache

import streamlit as st
from streamlit.components.v2.types import ComponentRenderer


@cache
def _component() -> ComponentRenderer:
    return st.components.v2.component("normlib.link", js="main.js", css="link.css")


def copy_link(*, key: str, without: Sequence[str] = ()) -> None:
    """Draw the button "Copy link"; it works in the browser alone, without a word to the server.

    Args:
        key: unique on the page.
        without: parameters of the address that the link leaves out.
    """
    # A tuple: for a list, Streamlit loads pandas and pyarrow to see whether it is a table, 75 MB in the first second.
    _component()(key=key, width="content", data={"without": tuple(without)})
