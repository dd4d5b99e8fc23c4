"""Drawing the blocks of a lesson, each in its place; one that fails leaves the others standing."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator, Sequence
from typing import Any, Final

import streamlit as st

from normlib.course import blocks
from normlib.course.blocks import Block, Text
from pages.parts.lesson import boxes
from pages.parts.lesson.drawing import Drawing
from pages.parts.lesson.embedded import draw_lab
from pages.parts.lesson.predict import draw_predict
from pages.parts.lesson.printed import print_lab, print_question
from pages.parts.lesson.quiz import draw_quiz
from pages.parts.lesson.text import draw_text

_LOGGER: Final = logging.getLogger(__name__)


def draw_blocks(some: Sequence[Block], d: Drawing) -> None:
    """Draw blocks one below the other, up to a laboratory that waits for a guess."""
    for block in some:
        if d.held:
            break
        try:
            _draw(block, d)
        except Exception:
            # A lesson is a file that anybody may have written.
            _LOGGER.exception("Line %s of the lesson %s cannot be drawn.", block.line, d.lesson.slug)
            st.warning(f"What begins in line {block.line} of this lesson cannot be shown. The rest goes on.")


def _draw(block: Block, d: Drawing) -> None:
    kind = type(block)
    if d.printed and kind in _PRINTED:
        _PRINTED[kind](block, d)
    elif kind in _SIMPLE:
        _SIMPLE[kind](block, d)
    else:
        _HOLDING[kind](block, d, draw_blocks)


_SIMPLE: Final[dict[type, Callable[[Any, Drawing], None]]] = {
    blocks.Prose: lambda block, _: draw_text(block.text),
    blocks.Lab: draw_lab,
    blocks.Predict: draw_predict,
    blocks.Quiz: draw_quiz,
    blocks.Figure: boxes.draw_figure,
    blocks.Code: boxes.draw_code,
    blocks.Items: boxes.draw_items,
    blocks.Broken: boxes.draw_broken,
}
_PRINTED: Final[dict[type, Callable[[Any, Drawing], None]]] = {
    blocks.Lab: print_lab,
    blocks.Predict: print_question,
    blocks.Quiz: print_question,
}
_HOLDING: Final[dict[type, Callable[[Any, Drawing, boxes.DrawBlocks], None]]] = {
    blocks.Exercise: boxes.draw_exercise,
    blocks.Hint: boxes.draw_opened,
    blocks.Solution: boxes.draw_opened,
    blocks.Note: boxes.draw_note,
    blocks.Instructor: boxes.draw_instructor,
    blocks.Claim: boxes.draw_claim,
}


def texts_of(some: Sequence[Block], *, instructor: bool = False) -> Iterator[Text | None]:
    """Yield the texts that a learner sees of some blocks before answering anything."""
    for block in some:
        match block:
            case blocks.Prose():
                yield block.text
            case blocks.Lab():
                yield block.do
            case blocks.Predict() | blocks.Quiz():
                yield block.question
                yield from (option.text for option in block.options)
            case blocks.Items():
                yield from block.items
            case blocks.Claim():
                yield block.statement
                yield from texts_of(block.body, instructor=instructor)
            case blocks.Figure() | blocks.Code():
                yield block.caption
            case blocks.Instructor() if not instructor:
                continue
            case blocks.Exercise() | blocks.Hint() | blocks.Solution() | blocks.Note() | blocks.Instructor():
                yield from texts_of(block.body, instructor=instructor)
            case _:
                continue
