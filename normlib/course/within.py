"""Every text of a lesson, and what stands in it, with its line."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import fields

from normlib.course.blocks import Block, Lesson, Option, Predict, Quiz, Term, Text, ValueOf
from normlib.course.safety import links_of


def texts(block: Block) -> Iterator[Text]:
    """Yield the texts of a block, without those of blocks inside."""
    for one in fields(block):
        value = getattr(block, one.name)
        for part in value if isinstance(value, tuple) else (value,):
            if isinstance(part, Text):
                yield part
            elif isinstance(part, Option):
                yield from (text for text in (part.text, part.feedback) if text is not None)


def roles(lesson: Lesson) -> Iterator[tuple[int, ValueOf | Term]]:
    """Yield the numbers and terms of a lesson."""
    for block in lesson.with_unseen():
        for text in texts(block):
            line = text.line
            for piece in text.pieces:
                if isinstance(piece, str):
                    line += piece.count("\n")
                    continue
                yield line, piece
                line += (piece.call if isinstance(piece, ValueOf) else piece.shown).count("\n")
        if isinstance(block, Predict):
            yield block.line, block.measured
        elif isinstance(block, Quiz) and isinstance(block.answer, ValueOf):
            yield block.line, block.answer


def links(lesson: Lesson) -> Iterator[tuple[int, str]]:
    """Yield the links of a lesson."""
    for block in lesson.with_unseen():
        for text in texts(block):
            plain = "".join(piece if isinstance(piece, str) else "x" for piece in text.pieces)
            yield from ((text.line + at, href) for at, href in links_of(plain))
