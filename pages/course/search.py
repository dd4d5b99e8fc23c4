"""Search over the lessons, the glossary and the laboratories."""

from __future__ import annotations

import streamlit as st

from normlib.course.search import LONGEST_QUERY, Found, Hit
from normlib.course.snippet import snippet
from normlib.words import count, listed, plain
from pages.catalogue import LABORATORIES, by_slug
from pages.course import shelf
from pages.course.everything import index
from pages.course.lesson import lesson_page
from pages.parts.frame import read_out
from pages.parts.lesson.steps import STEP

SLUG = "search"
QUERY = "q"
MOST = 20


def draw_hit(hit: Hit) -> None:
    """Draw a link to what was found, what it is, and the words that it was found by."""
    passage = hit.passage
    with st.container(gap=None):
        if passage.kind == "term":
            st.page_link(by_slug("glossary").path, label=plain(passage.title), query_params={"term": passage.slug})
            what = "Glossary"
        elif passage.kind == "laboratory":
            st.page_link(LABORATORIES[passage.slug].path, label=plain(passage.title))
            what = f"Laboratory: {passage.context}"
        else:
            lesson = shelf.lesson(passage.slug)
            if lesson is None:
                return
            params = {STEP: str(passage.step)} if passage.step > 1 else None
            st.page_link(lesson_page(lesson), label=plain(passage.title), query_params=params)
            number = f" {lesson.number}" if lesson.number is not None else ""
            what = f"Lesson{number}: {passage.context}, step {passage.step}"
        pieces = [(literal(text), meant) for text, meant in snippet(passage.text, hit.stems)]
        st.markdown("".join(f"**{text}**" if meant else text for text, meant in pieces), anchors=False)
        st.caption(plain(what))


def literal(text: str) -> str:
    """Return a piece of a text as markdown that shows it to the letter, with the space around it."""
    inside = text.strip()
    return text.replace(inside, plain(inside)) if inside else text


def try_this(word: str) -> None:
    """Search for another word (a callback)."""
    st.session_state[QUERY] = word


def draw_nothing(found: Found) -> None:
    """Say that nothing fits, and what to do."""
    with read_out("found"):
        st.markdown(f"Nothing has “{plain(found.query)}” in it. Try fewer words, or another word for it.")
    if found.nearest:
        with st.container(horizontal=True, vertical_alignment="center", gap="small"):
            st.markdown("The nearest there is:" if len(found.nearest) == 1 else "The nearest there are:")
            for at, word in enumerate(found.nearest):
                st.button(plain(word), key=f"search_near_{at}", type="tertiary", on_click=try_this, args=(word,))
    st.page_link(by_slug("glossary").path, label="All terms of the glossary")


def draw() -> None:
    """Draw the page."""
    st.title(by_slug(SLUG).question, anchor=False)
    query = st.text_input(
        "Search the lessons, the glossary and the laboratories",
        key=QUERY,
        max_chars=LONGEST_QUERY,
        placeholder="running mean",
        bind="query-params",
        width=560,
    )
    if not (query or "").strip():
        st.markdown("Type a word or two and press Enter. Endings and small slips do not matter.")
        return
    found = index().find(query, MOST)
    if not found.hits:
        draw_nothing(found)
        return
    with read_out("found"):
        st.caption(_counted(found))
    with st.container(key="found", gap="medium"):
        for hit in found.hits:
            draw_hit(hit)


def _counted(found: Found) -> str:
    shown = f"{count(found.total, 'result')}" if found.total <= MOST else f"The best {MOST} of {found.total} results"
    missing = f" Nothing has {listed([f'“{plain(word)}”' for word in found.unknown])} in it." if found.unknown else ""
    return f"{shown}.{missing}"


draw()
