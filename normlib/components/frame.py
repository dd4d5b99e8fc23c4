"""What the frame around every page needs from the browser."""

from __future__ import annotations

from functools import cache

import streamlit as st
from streamlit.components.v2.types import ComponentRenderer


@cache
def _component() -> ComponentRenderer:
    return st.components.v2.component("normlib.frame", js="main.js")


def menu_behaviour(*, key: str) -> None:
    """Make the menu close on a phone once a page is chosen. Draw it inside the sidebar; it shows nothing.

    Args:
        key: unique in the app.
    """
    _component()(key=key, height=1)
