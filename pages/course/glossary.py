"""The glossary: what a word means, where to try it, and the lesson that introduces it."""

from __future__ import annotations

import streamlit as st

from normlib.course.folding import fold
from normlib.course.glossary import Entry, glossary, key
from normlib.words import count, listed, plain
from pages.catalogue import LABORATORIES, by_slug
from pages.course import shelf
from pages.course.lesson import lesson_page
from pages.parts.frame import notes, read_out
from pages.parts.lesson.text import harmless

SLUG = "glossary"
TERM = "term"
FIND = "find"
LONGEST = 60


def asked_entry() -> tuple[Entry | None, str]:
    """Return the entry that the address asks for, and what is wrong with the wish."""
    asked = st.query_params.get(TERM)
    if asked is None:
        return None, ""
    found = glossary().by_name.get(key(asked)) or next(
        (one for one in glossary().entries if one.anchor == asked.lower()), None
    )
    if found is not None:
        return found, ""
    return None, f"The link asks for the term “{plain(asked[:40])}”, which the glossary does not have. All are below."


def fits(one: Entry, text: str) -> bool:
    """Say whether an entry is meant by what was typed."""
    wanted = fold(text).split()
    names = fold(" ".join([one.term, *one.forms]))
    return all(word in names for word in wanted) or (len(fold(text)) > 3 and fold(text) in fold(one.definition))


def other_words(one: Entry) -> list[str]:
    """Return the other words for a term, without those that differ by an ending only."""
    shown = [one.term.lower()]
    for form in one.forms:
        if all(form[: max(2, len(form) - 4)] != other[: max(2, len(form) - 4)] for other in shown):
            shown.append(form)
    return shown[1:]


def draw_entry(one: Entry, *, related: bool = True) -> None:
    """Draw a term, its definition, its formula, and where it leads; related terms must be on the page."""
    with st.container(key=f"term_{one.anchor.replace('-', '_')}", gap="xsmall"):
        st.header(plain(one.term), anchor=one.anchor)
        # In the line, not on its own: a display formula is a box to scroll in, which no key reaches.
        formula = f"\n\n$\\displaystyle {one.formula}$" if one.formula else ""
        st.markdown(harmless(one.definition) + formula, anchors=False)
        with st.container(horizontal=True, gap="medium"):
            if page := LABORATORIES.get(one.try_ or ""):
                st.page_link(page.path, label=f"Try it: {page.title}")
            if lesson := shelf.lesson(one.lesson or ""):
                number = f" {lesson.number}" if lesson.number is not None else ""
                st.page_link(lesson_page(lesson), label=f"Lesson{number}: {plain(lesson.title)}")
        aside = []
        if others := other_words(one):
            aside.append(f"Also called {plain(', '.join(others))}.")
        if related and one.see:
            aside.append("See also " + listed([f"[{plain(other)}](#{_anchor(other)})" for other in one.see]) + ".")
        if aside:
            st.caption(" ".join(aside))


def _anchor(name: str) -> str:
    found = glossary().by_name.get(key(name))
    return found.anchor if found else ""


def forget_term() -> None:
    """Show all terms again (a callback)."""
    st.query_params.pop(TERM, None)


def draw() -> None:
    """Draw the page."""
    page = by_slug(SLUG)
    st.title(page.question, anchor=False)
    st.markdown("Each term in a sentence or two, with the laboratory where you can take hold of it.")
    chosen, problem = asked_entry()
    notes([one for one in (problem, *map(str, glossary().problems[:5])) if one])
    if chosen is not None:
        with st.container(key="glossary", gap="small"):
            draw_entry(chosen, related=False)
            for other in chosen.see:
                if key(other) in glossary().by_name:
                    draw_entry(glossary().by_name[key(other)], related=False)
        st.button("Show all terms", key="glossary_all", on_click=forget_term)
        return
    text = st.text_input(
        "Find a term", key=FIND, max_chars=LONGEST, placeholder="batch size", bind="query-params", width=400
    )
    found = [one for one in glossary().entries if fits(one, text or "")]
    total = len(glossary().entries)
    with read_out("terms"):
        if found:
            st.caption(f"{count(len(found), 'term')} of {total}" if text else f"{count(total, 'term')}")
        else:
            st.markdown(f"No term has “{plain(text or '')}” in its name. Try a shorter piece of the word.")
    with st.container(key="glossary", gap="medium"):
        for one in found:
            draw_entry(one)


draw()
