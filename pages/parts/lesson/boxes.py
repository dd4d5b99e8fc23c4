"""The blocks of a lesson that hold other blocks, or stand beside the argument."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Final

import streamlit as st

from normlib.course.blocks import Block, Broken, Claim, Code, Exercise, Figure, Hint, Instructor, Items, Note, Solution
from normlib.words import plain
from pages.catalogue import LABORATORIES
from pages.parts.lesson.drawing import Drawing
from pages.parts.lesson.text import markdown_of, title_of

DrawBlocks = Callable[[Sequence[Block], Drawing], None]

VERDICTS: Final[Mapping[str, str]] = {
    "true": "It holds",
    "limited": "It holds within limits",
    "overstated": "There is something to it, but it is overstated",
    "contested": "It is contested",
    "unsupported": "Nothing that was measured supports it",
    "false": "It does not hold",
}


def draw_note(block: Note, d: Drawing, draw: DrawBlocks) -> None:
    """Draw a box beside the argument."""
    with st.container(key=d.box(block.kind, block.line), gap="small"):
        name = block.kind.capitalize()
        st.markdown(f"**{title_of(block.title)}**" if block.title else f"**{name}**")
        draw(block.body, d)


def draw_exercise(block: Exercise, d: Drawing, draw: DrawBlocks) -> None:
    """Draw something to do, with its hints and its solution to open."""
    with st.container(key=d.box("exercise", block.line), gap="small"):
        st.caption("Exercise")
        draw(block.body, d)


def draw_opened(block: Hint | Solution, d: Drawing, draw: DrawBlocks) -> None:
    """Draw what the learner may open; for the one who teaches it is open."""
    name = type(block).__name__
    if d.printed:
        d.outcomes.append((f"{name}: {title_of(d.lesson.steps[d.step].title)}", lambda: draw(block.body, d)))
        return
    with st.expander(name, expanded=d.instructor, key=d.key(f"{name.lower()}_{block.line}")):
        draw(block.body, d)


def draw_instructor(block: Instructor, d: Drawing, draw: DrawBlocks) -> None:
    """Draw a remark for the one who teaches; nobody else is sent it."""
    if not d.instructor:
        return
    with st.container(key=d.box("instructor", block.line), gap="small"):
        st.caption("For the instructor")
        draw(block.body, d)


def draw_claim(block: Claim, d: Drawing, draw: DrawBlocks) -> None:
    """Draw a statement, who makes it, what is known, and the way to test it."""
    with st.container(key=d.box("claim", block.line), gap="small"):
        st.caption(f"A claim, made by {plain(block.by)}" if block.by else "A claim")
        st.markdown(f"**{markdown_of(block.statement)}**", anchors=False)
        st.markdown(f"{VERDICTS.get(block.verdict, 'What is known')}.")
        draw(block.body, d)
        page = LABORATORIES.get(block.test or "")
        if page is not None:
            st.page_link(page.path, label=f"Test it: {page.question}")
        elif block.test:
            st.markdown(f"There is no laboratory “{plain(block.test)}” to test it.")


def draw_figure(block: Figure, d: Drawing) -> None:
    """Draw a picture of the lesson's folder."""
    try:
        file = d.picture(block.path)
    except LookupError as error:
        st.info(plain(str(error.args[0])))
        return
    st.image(str(file), alt=block.alt)
    if block.caption:
        st.caption(markdown_of(block.caption))


def draw_code(block: Code, d: Drawing) -> None:
    """Draw a program to read and to copy."""
    st.code(block.text, language=block.language or None, wrap_lines=True)
    if block.caption:
        st.caption(markdown_of(block.caption))


def draw_items(block: Items, d: Drawing) -> None:
    """Draw what the lesson is for, or what to keep of it."""
    items = [markdown_of(item) for item in block.items]
    if not items and block.kind == "objectives":
        items = [plain(one) for one in d.lesson.objectives]
    if items:
        with st.container(key=d.box(block.kind, block.line), gap="small"):
            st.markdown("**You will be able to**" if block.kind == "objectives" else "**Key points**")
            st.markdown("\n".join("- " + item.strip().replace("\n", "\n  ") for item in items), anchors=False)


def draw_broken(block: Broken, d: Drawing) -> None:
    """Say in the place of a block why it is not shown."""
    with st.container(key=f"lesson_broken_{block.line}", gap="small"):
        st.warning(f"Line {block.line} of {plain(block.problem.file)} cannot be shown: {plain(block.problem.message)}")
        if block.source.strip():
            st.code("\n".join(block.source.splitlines()[:12]), language=None, wrap_lines=True)
