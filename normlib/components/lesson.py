"""What a lesson needs from the browser when one step follows another."""

from __future__ import annotations

from functools import cache

import streamlit as st
from streamlit.components.v2.types import ComponentRenderer


@cache
def _component() -> ComponentRenderer:
    return st.components.v2.component("normlib.lesson", js="main.js")


def arrive(place: str, heading: str, *, key: str) -> str:
    """Bring the page to its top and the keyboard to the heading whenever the place changes; it shows nothing.

    Draw it inside a container with the key "lesson": links in the text of that container are followed here.

    Args:
        place: name of what is shown; another name is another step.
        heading: CSS selector of the heading.
        key: unique on the page.
    Returns: the last part of an address of the app whose link was just pressed; "" in all other runs.
    """
    state = _component()(key=key, data={"place": place, "heading": heading}, height=1, on_to_change=_nothing)
    return str(state.get("to") or "")


def _nothing() -> None:
    """A press of a link changes nothing but what `arrive` returns."""
