"""The words of a step that the glossary explains."""

from __future__ import annotations

from collections.abc import Sequence

import streamlit as st

from normlib.course.blocks import Block
from normlib.course.glossary import Entry, entry
from normlib.words import plain
from pages.catalogue import LABORATORIES
from pages.parts.lesson.blocks import texts_of
from pages.parts.lesson.drawing import Drawing
from pages.parts.lesson.text import harmless, terms_in


def draw_terms(some: Sequence[Block], d: Drawing) -> None:
    """Draw a row of the words of these blocks; each opens to its definition."""
    found: dict[str, Entry] = {}
    for term in terms_in(texts_of(some, instructor=d.instructor)):
        try:
            one = entry(term.name)
        except KeyError:
            continue
        found.setdefault(one.term, one)
    if not found:
        return
    with st.container(horizontal=True, vertical_alignment="center", gap="xsmall", key="lesson_terms"):
        st.caption("Words here", width="content")
        for one in found.values():
            with st.popover(plain(one.term), type="tertiary"):
                draw_entry(one)


def draw_entry(one: Entry) -> None:
    """Draw a term with its definition, its formula and where to try it."""
    st.markdown(f"**{plain(one.term)}**")
    st.markdown(harmless(one.definition), anchors=False)
    if one.formula:
        st.latex(one.formula)
    page = LABORATORIES.get(one.try_ or "")
    if page is not None:
        st.page_link(page.path, label=f"Try it: {page.title}")
