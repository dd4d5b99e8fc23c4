"""A lesson for paper: all steps on one page, without anything that moves."""

from __future__ import annotations

from urllib.parse import urlsplit, urlunsplit

import streamlit as st

from normlib.course.blocks import Lab, Option, Predict, Quiz
from normlib.course.values import Value
from normlib.words import plain
from pages.catalogue import LABORATORIES
from pages.course.laboratories import controls_of
from pages.parts.lesson.drawing import Drawing
from pages.parts.lesson.text import draw_text, markdown_of, value_of

BOX, BOX_TICKED = "☐", "☒"


def print_lab(block: Lab, d: Drawing) -> None:
    """Print the name of a laboratory, its settings, its address and what to try."""
    page = LABORATORIES.get(block.slug)
    with st.container(key=d.box("lab", block.line), gap="xsmall"):
        if page is None:
            st.markdown(f"There is no laboratory “{plain(block.slug[:60])}”.")
            return
        st.markdown(f"**Laboratory: {plain(page.title)}.** {plain(page.question)}")
        draw_text(block.do)
        labels = controls_of(block.slug).lockable
        if block.settings:
            set_ = [f"{plain(labels.get(name, name))}: {plain(text)}" for name, text in block.settings.items()]
            st.markdown(f"Settings: {'; '.join(set_)}.")
        at = _server()
        st.markdown(f"Address: `{at}/lesson-{d.lesson.slug}?step={d.step + 1}`; by itself `{at}/{page.slug}`")


def _server() -> str:
    """Return where the app is served, without a slash at the end; empty where nobody knows."""
    url = urlsplit(st.context.url or "")
    return urlunsplit((url.scheme, url.netloc, url.path.rpartition("/")[0], "", "")).rstrip("/") if url.netloc else ""


def print_question(block: Predict | Quiz, d: Drawing) -> None:
    """Print a question with boxes to tick, and keep its answer for the end."""
    name = "Predict first" if isinstance(block, Predict) else "Question"
    number = len(d.outcomes) + 1
    with st.container(key=d.box("question", block.line), gap="xsmall"):
        st.caption(f"{name} ({number})")
        draw_text(block.question)
        if block.options:
            for option in block.options:
                st.markdown(f"{BOX} {markdown_of(option.text)}", anchors=False)
        else:
            st.markdown("Answer: ____________")
    answer = _answer(block)
    d.outcomes.append((f"{name} ({number})", lambda: _said(answer)))


def _said(text: str) -> None:
    st.markdown(text, anchors=False)


def _answer(block: Predict | Quiz) -> str:
    parts = []
    if isinstance(block, Predict):
        found = value_of(block.measured.call)
        parts.append(f"Measured: {plain(found.text if isinstance(found, Value) else found)}.")
        parts += [_right(one) for one in block.options if one.right]
        if block.because:
            parts.append(markdown_of(block.because))
    elif block.kind == "numeric":
        parts.append(_number(block))
        if block.feedback:
            parts.append(markdown_of(block.feedback))
    else:
        parts += [_right(one) for one in block.options if one.right]
    return "\n\n".join(parts)


def _right(option: Option) -> str:
    said = markdown_of(option.text)
    return f"{BOX_TICKED} {said}" + (f"\n\n{markdown_of(option.feedback)}" if option.feedback else "")


def _number(block: Quiz) -> str:
    answer = block.answer
    if isinstance(answer, float | int):
        return f"{answer:g}".replace("-", "−")
    found = value_of(answer.call) if answer is not None and hasattr(answer, "call") else None
    return plain(found.text) if isinstance(found, Value) else "The number that the laboratory shows."


def print_outcomes(d: Drawing) -> None:
    """Print the answers, at the end and on a page of their own."""
    if not d.outcomes:
        return
    with st.container(key="lesson_outcomes", gap="small"):
        st.header("Answers", anchor=False)
        for name, draw in d.outcomes:
            st.markdown(f"**{name}**")
            draw()
