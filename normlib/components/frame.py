"""What the frame around every page needs from the browser."""

from __future__ import annotations

from functools import cache

import streamlit as st
from streamlit.components.v2.types import ComponentRenderer

from normlib.components.base import base_path
from normlib.components.plotly_asset import PLOTLY_URL


@cache
def _component() -> ComponentRenderer:
    return st.components.v2.component("normlib.frame", js="main.js")


def menu_behaviour(*, key: str) -> None:
    """Look after the page in the browser: the menu on a phone, the keyboard's place, what is read out, a lost server.

    Draw it inside the sidebar; it shows nothing.

    Args:
        key: unique in the app.
    """
    _component()(key=key, data={"home": base_path(), "plotly": base_path() + PLOTLY_URL}, height=1)
