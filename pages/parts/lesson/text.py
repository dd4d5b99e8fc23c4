"""Text of a lesson as Streamlit's markdown: roles filled in, and nothing in it that Streamlit reads as its own."""

from __future__ import annotations

import logging
import re
from collections.abc import Iterable
from typing import Final

import streamlit as st

from normlib.course.blocks import Term, Text, ValueOf
from normlib.course.values import Value, ValueCallError, evaluate
from normlib.words import plain

_LOGGER: Final = logging.getLogger(__name__)
# Code and formulas stay to the letter.
_KEPT: Final = re.compile(
    r"(^(?P<fence>`{3,}|~{3,})[^\n]*\n.*?(?:^(?P=fence)[`~]*[ \t]*$|\Z)|(?P<ticks>`+)(?!`).+?(?<!`)(?P=ticks)(?!`)"
    r"|\$\$.+?\$\$|(?<!\\)\$(?!\s)[^$\n]+(?<![\s\\])\$)",
    re.DOTALL | re.MULTILINE,
)
_JOINER: Final = "\u2060"  # seen by nobody, and it takes a pair of colons apart
# What Streamlit makes of text beyond GitHub's markdown: colours, badges, icons, pictures by name, footnotes.
_ITS_OWN: Final = (
    (re.compile(r"(?<!\\):(?=[A-Za-z][\w/-]*[\[{])"), r"\\:"),
    (re.compile(r":(?=[\w+/-]+:)"), rf":{_JOINER}"),
    (re.compile(r"\[\^"), r"\\[^"),
    (re.compile(r"!\["), r"\\!["),
    # Links inside the app; the browser part of a lesson follows them without a new tab.
    (re.compile(r"(\]\(|\]:[ \t]*)<?lesson:([a-z0-9-]+)>?"), r"\1lesson-\2"),
    (re.compile(r"(\]\(|\]:[ \t]*)<?page:([a-z0-9-]+)>?"), r"\1\2"),
    (re.compile(r"^(\s*(?:[-*+]|\d+[.)])\s+)\[(?=[ xX]\])", re.MULTILINE), r"\1\\["),
)


def markdown_of(text: Text) -> str:
    """Return the text with its numbers computed and its terms emphasised."""
    return "".join(_piece(piece) for piece in text.pieces).strip("\n")


def draw_text(text: Text | None) -> None:
    """Draw a text, if there is one."""
    if text:
        st.markdown(markdown_of(text), anchors=False)


def draw_text_line(text: str) -> None:
    """Draw a line of the front matter."""
    if text.strip():
        st.markdown(title_of(text), anchors=False)


def title_of(text: str) -> str:
    """Return a title as markdown that shows it to the letter, but for code and formulas in it.

    >>> print(title_of("Epsilon :material/home: and `x`"))
    Epsilon :\N{WORD JOINER}material/home: and `x`
    """
    return harmless(" ".join(text.split()))


def harmless(markdown: str) -> str:
    """Take from markdown what Streamlit alone would read as colours, icons, pictures or footnotes.

    >>> harmless("see [^1] and `:red[x]`").replace("\\\\", "/")
    'see /[^1] and `:red[x]`'
    """
    parts, at = [], 0
    for kept in _KEPT.finditer(markdown):
        parts += [_without_its_own(markdown[at : kept.start()]), kept[0]]
        at = kept.end()
    return "".join([*parts, _without_its_own(markdown[at:])])


def terms_in(texts: Iterable[Text | None]) -> list[Term]:
    """Return the terms of some texts, each once, in order."""
    found = [piece for text in texts if text is not None for piece in text.pieces if isinstance(piece, Term)]
    return list({term.name.lower(): term for term in found}.values())


def value_of(call: str) -> Value | str:
    """Compute a number for a lesson, or return why it cannot be computed."""
    try:
        return evaluate(call)
    except ValueCallError as error:
        return str(error)
    except Exception:
        # A slip in the function of one number must not take the lesson away.
        _LOGGER.exception("The number %s of a lesson cannot be computed.", call)
        return f"“{call[:60]}” cannot be computed: its function failed, and the log says where."


def _piece(piece: str | ValueOf | Term) -> str:
    if isinstance(piece, str):
        return harmless(piece)
    if isinstance(piece, Term):
        return f"*{plain(piece.shown)}*"
    found = value_of(piece.call)
    return plain(found.text) if isinstance(found, Value) else f"**\\[{plain(found)}\\]**"


def _without_its_own(text: str) -> str:
    for pattern, instead in _ITS_OWN:
        text = pattern.sub(instead, text)
    return text
