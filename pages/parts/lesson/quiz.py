"""Questions with feedback for every answer: one option, several, or a number."""

from __future__ import annotations

from collections.abc import Sequence

import streamlit as st

from normlib.course.blocks import Option, Quiz, Reading, Text, ValueOf
from normlib.course.values import Value
from normlib.words import count, plain
from pages.catalogue import by_slug
from pages.parts.frame import read_out
from pages.parts.lesson.answers import commit, shown_answer
from pages.parts.lesson.drawing import Drawing
from pages.parts.lesson.text import draw_text, markdown_of, value_of
from pages.parts.lesson.typed import Typed, read_number
from pages.parts.readings import reading


def draw_quiz(block: Quiz, d: Drawing) -> None:
    """Draw a question, and what there is to say about the answer once it was checked."""
    ways = {"single": _single, "multiple": _multiple, "numeric": _numeric}

    # A fragment: an answer leaves the laboratory above as it is.
    @st.fragment
    def ask() -> None:
        with st.container(key=d.box("quiz", block.name), gap="small"):
            st.caption("Question: choose all that hold" if block.kind == "multiple" else "Question")
            draw_text(block.question)
            ways[block.kind](block, d, d.key(block.name))

    ask()


def _single(block: Quiz, d: Drawing, key: str) -> None:
    before = shown_answer(d, block.name)
    # True is an int to Python, and no place in a list to Streamlit.
    there = type(before) is int and 0 <= before < len(block.options)
    chosen = st.radio(
        "Your answer",
        range(len(block.options)),
        index=before if there else None,
        format_func=lambda at: markdown_of(block.options[at].text),
        key=key,
        label_visibility="collapsed",
    )
    st.button(
        "Check",
        key=f"{key}_check",
        disabled=chosen is None,
        on_click=_check_options,
        args=(block, d, (chosen,), chosen),
    )
    if chosen is not None and chosen == shown_answer(d, block.name):
        option = block.options[chosen]
        _verdict(block, [(option.feedback, "Right." if option.right else "Not quite.")], right=option.right)


def _multiple(block: Quiz, d: Drawing, key: str) -> None:
    before = shown_answer(d, block.name)
    kept = before if isinstance(before, list) else []
    chosen = [
        at
        for at, option in enumerate(block.options)
        if st.checkbox(markdown_of(option.text), value=at in kept, key=f"{key}_{at}")
    ]
    st.button(
        "Check", key=f"{key}_check", disabled=not chosen, on_click=_check_options, args=(block, d, chosen, chosen)
    )
    if not chosen or chosen != shown_answer(d, block.name):
        return
    right = _all_right(block.options, chosen)
    missing = sum(option.right for at, option in enumerate(block.options) if at not in chosen)
    said: list[tuple[Text | None, str]] = [
        (
            block.options[at].feedback,
            f"{'Holds' if block.options[at].right else 'Does not hold'}: {markdown_of(block.options[at].text)}",
        )
        for at in chosen
    ]
    if missing:
        said.append((None, f"{count(missing, 'more option')} {'holds' if missing == 1 else 'hold'}."))
    _verdict(block, [(None, "Right, these and no others.")] if right else [], right=right, more=said)


def _numeric(block: Quiz, d: Drawing, key: str) -> None:
    before = shown_answer(d, block.name)
    # A form: the Enter key checks, too.
    with (
        st.form(f"{key}_form", border=False),
        st.container(horizontal=True, vertical_alignment="bottom", gap="small"),
    ):
        text = st.text_input(
            "Your number", value=before if isinstance(before, str) else "", key=key, max_chars=40, width=220
        )
        pressed = st.form_submit_button("Check", key=f"{key}_check")
    if not pressed and (not text or text != before):
        return
    typed = read_number(text)
    wanted = typed if isinstance(typed, str) else _wanted(block)
    if isinstance(typed, str) or isinstance(wanted, str):
        with read_out(key):
            st.markdown(plain(typed) if isinstance(typed, str) else wanted)
        return
    right = _hits(block, typed, wanted)
    if pressed:
        commit(d, block.name, text, right=right)
    said = block.feedback if right else block.otherwise
    _verdict(block, [(said, " ".join(["Right." if right else "Not this number.", typed.note]).strip())], right=right)


def _wanted(block: Quiz) -> Value | str:
    """Return the right number, or a sentence why there is none just now."""
    if isinstance(block.answer, ValueOf):
        found = value_of(block.answer.call)
        return found if isinstance(found, Value) else f"There is nothing to compare with: {plain(found)}"
    if isinstance(block.answer, Reading):
        number = reading(block.answer.slug, block.answer.name)
        if number is not None:
            return Value(number, "")
        try:
            title = by_slug(block.answer.slug).title
        except KeyError:
            return f"There is no laboratory “{plain(block.answer.slug)}” to read this number off."
        return f"The answer is a number that the laboratory “{title}” shows. Open it in this lesson first, then check."
    return Value(float(block.answer or 0), "")


def _hits(block: Quiz, typed: Typed, wanted: Value) -> bool:
    return typed.hits(wanted.number, block.tolerance, percent=wanted.text.endswith("%"))


def _verdict(
    block: Quiz,
    said: Sequence[tuple[Text | None, str]],
    *,
    right: bool,
    more: Sequence[tuple[Text | None, str]] = (),
) -> None:
    with st.container(key=f"lesson_{'right' if right else 'wrong'}_{block.line}", gap="xsmall"):
        for feedback, verdict in said:
            st.markdown(f"**{verdict}**")
            draw_text(feedback)
        for feedback, verdict in more:
            st.markdown(verdict)
            draw_text(feedback)


def _all_right(options: Sequence[Option], chosen: Sequence[int]) -> bool:
    return all(option.right == (at in chosen) for at, option in enumerate(options))


def _check_options(block: Quiz, d: Drawing, chosen: Sequence[int], value: object) -> None:
    commit(
        d,
        block.name,
        value,
        right=_all_right(block.options, chosen) if block.kind == "multiple" else _one_right(block, chosen),
    )


def _one_right(block: Quiz, chosen: Sequence[int]) -> bool:
    return all(block.options[at].right for at in chosen)
