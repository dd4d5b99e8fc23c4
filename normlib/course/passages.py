"""What can be searched: a lesson's steps, the glossary's terms and the laboratories, each as plain text."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Final, Literal

from normlib.course import blocks
from normlib.course.blocks import Block, Lesson, Text
from normlib.course.glossary import Entry

Kind = Literal["lesson", "term", "laboratory"]
# A formula or a program is not read as words, a link by its text, and marks of emphasis not at all.
_UNREAD: Final = (
    (re.compile(r"^(`{3,}|~{3,}).*?^\1[`~]*\s*?$", re.DOTALL | re.MULTILINE), " "),
    (re.compile(r"\$\$.+?\$\$", re.DOTALL), " "),
    (re.compile(r"(?<!\\)\$[^$\n]+(?<!\\)\$"), " … "),
    (re.compile(r"!?\[([^\]\n]*)\]\([^)\n]*\)"), r"\1"),
    (re.compile(r"^\s*(?:#{1,6}|>|[-*+]|\d+[.)])\s+", re.MULTILINE), " "),
    (re.compile(r"^\s*\|?[\s:|-]{3,}\|?\s*$", re.MULTILINE), " "),
    (re.compile(r"(?<!\\)[*`|]+|(?<!\w)_+|_+(?!\w)"), ""),
    (re.compile(r"\\([^\w\s])"), r"\1"),
    (re.compile(r"\s+"), " "),
)


@dataclass(frozen=True)
class Passage:
    """Something that a search can find.

    Attributes:
        kind: what it is.
        slug: of the lesson, the term's anchor, or of the laboratory.
        title: what a result is headed with.
        text: what else is searched.
        step: of a lesson, counted from 1.
        context: where it belongs, such as the lesson's title.
        names: other names that count as much as the title.
    """

    kind: Kind
    slug: str
    title: str
    text: str
    step: int = 0
    context: str = ""
    names: tuple[str, ...] = ()


def passages_of(lesson: Lesson) -> Iterator[Passage]:
    """Yield a passage per step. Answers, solutions and remarks to instructors are nothing to stumble over."""
    for number, step in enumerate(lesson.steps, start=1):
        parts = [lesson.summary, *lesson.objectives] if number == 1 else []
        parts += [plain_text(text) for text in _texts(step.blocks)]
        yield Passage("lesson", lesson.slug, unmarked(step.title), " ".join(parts), number, unmarked(lesson.title))


def passage_of(entry: Entry) -> Passage:
    """Return a term as a passage."""
    return Passage("term", entry.anchor, entry.term, unmarked(entry.definition), names=tuple(entry.forms))


def laboratory(slug: str, title: str, question: str, summary: str) -> Passage:
    """Return a laboratory as a passage."""
    return Passage("laboratory", slug, question, summary, context=title, names=(title,))


def plain_text(text: Text) -> str:
    """Return a text without marks; numbers that are computed are left out."""
    pieces = []
    for piece in text.pieces:
        if isinstance(piece, str):
            pieces.append(piece)
        else:
            pieces.append(piece.shown if isinstance(piece, blocks.Term) else "…")
    return unmarked("".join(pieces))


def unmarked(markdown: str) -> str:
    """Return Markdown as it is read.

    >>> unmarked("**Two** wines: `hue` and [proline](https://example.org), so $d^2$ grows.")
    'Two wines: hue and proline, so … grows.'
    """
    for pattern, instead in _UNREAD:
        markdown = pattern.sub(instead, markdown)
    return markdown.strip()


def _texts(some: Sequence[Block]) -> Iterator[Text]:
    for block in some:
        yield from _present(_own_texts(block))
        if isinstance(block, blocks.Exercise | blocks.Note | blocks.Claim):
            yield from _texts(block.body)


def _own_texts(block: Block) -> Iterable[Text | None]:
    found: Iterable[Text | None] = ()
    match block:
        case blocks.Prose():
            found = (block.text,)
        case blocks.Lab():
            found = (block.do,)
        case blocks.Predict() | blocks.Quiz():
            found = (block.question, *(option.text for option in block.options))
        case blocks.Items():
            found = block.items
        case blocks.Claim():
            found = (block.statement,)
        case blocks.Note():
            found = (Text(block.line, (block.title,)),)
        case blocks.Figure() | blocks.Code():
            found = (block.caption,)
    return found


def _present(texts: Iterable[Text | None]) -> Iterator[Text]:
    return (text for text in texts if text is not None)
