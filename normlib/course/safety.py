"""What Markdown a lesson may hold: no HTML, no pictures from elsewhere, links that lead where they should.

The text is untrusted. markdown-it finds what is in it; nothing here turns it into HTML.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import Any, Final
from urllib.parse import urlsplit

from markdown_it import MarkdownIt
from markdown_it.token import Token

from normlib.course.report import Say, short

DEEPEST: Final = 10
MOST_COLUMNS: Final = 20
MOST_CELLS: Final = 2_000
MOST_BRACKETS: Final = 40
LONGEST: Final = 12_000
"""Characters of a paragraph."""

_INSIDE: Final = re.compile(r"(?:lesson|page):[a-z0-9]+(?:-[a-z0-9]+)*(?:\?[A-Za-z0-9_.,=&%+−-]*)?\Z")
"""Links to `lesson:slug` and `page:slug`, with settings after a question mark, are followed within the app."""

_BARE: Final = re.compile(r"(?<![\w/.])(?:http://|www\.)[^\s<>\"')\]]{1,60}", re.IGNORECASE)
_TASK: Final = re.compile(r"\[[ xX]\] ")

_MARKDOWN: Final = MarkdownIt("commonmark", {"html": True, "maxNesting": 40}).enable(["table", "strikethrough"])
_MARKDOWN.validateLink = lambda url: True  # type: ignore[method-assign]  # what leads nowhere good is found, not skipped
_MARKDOWN.normalizeLink = lambda url: url  # type: ignore[method-assign]


def check_markdown(text: str, first: int, say: Say) -> list[tuple[int, int]]:
    """Tell what a text must not hold.

    Args:
        text: Markdown in which roles and formulas are hidden.
        first: the line of the file where it begins.
        say: called with line and sentence.

    Returns: the lines [from, to) of each block in it, none of them inside another.
    """
    too_much = list(_too_much(text))
    for line, message in too_much:
        say(first + line, message)
    if too_much:
        return [(first, first + text.count("\n") + 1)]
    environment: dict[str, Any] = {}
    tokens = _MARKDOWN.parse(text, environment)
    line = 0
    for token in tokens:
        line = token.map[0] if token.map else line
        for message in _faults(token):
            say(first + line, message)
        for at, message in _inside(token):
            say(first + line + at, message)
    for target in environment.get("references", {}).values():
        fault = link_fault(str(target["href"]))
        if fault:
            say(first + int(target["map"][0]), fault)
    return [(first + token.map[0], first + token.map[1]) for token in tokens if token.level == 0 and token.map]


def link_fault(href: str) -> str | None:
    """Say why a link cannot stand in a lesson, or return None.

    >>> link_fault("https://arxiv.org/abs/1502.03167"), link_fault("lesson:min-max"), link_fault("page:distances")
    (None, None, None)
    >>> print(link_fault("http://example.org"))
    The link “http://example.org” is not safe on its way. Write https://example.org.
    """
    name = short(href)
    if href.lower().startswith("http://"):
        return f"The link “{name}” is not safe on its way. Write https://{short(href[7:])}."
    if _INSIDE.match(href):
        return None
    try:
        parts = urlsplit(href)
        scheme, host = parts.scheme, parts.hostname
    except ValueError:
        scheme, host = "", None
    if scheme == "https" and host and "@" not in parts.netloc and not re.search(r"[\s\\]", href):
        return None
    if scheme in {"lesson", "page"}:
        return f"The link “{name}” names no {scheme}. Write {scheme}: and its name, as in {scheme}:min-max."
    if scheme and scheme != "https":
        return f"The link “{name}” begins with “{short(scheme)}:”. A link begins with https://, lesson: or page:."
    return (
        f"The link “{name}” leads nowhere from a lesson."
        " Write https://…, lesson:slug for a lesson or page:slug for a laboratory."
    )


def links_of(text: str) -> list[tuple[int, str]]:
    """Return the links of a text that was checked, each with its lines from the beginning.

    >>> links_of("a [b](lesson:min-max)")
    [(0, 'lesson:min-max')]
    """
    links: list[tuple[int, str]] = []
    if "](" not in text and "]:" not in text:
        return links
    line = 0
    for token in _MARKDOWN.parse(text):
        line, at = (token.map[0] if token.map else line), 0
        for child in _flat(token.children or ()):
            at += child.type in {"softbreak", "hardbreak"}
            if child.type == "link_open":
                links.append((line + at, str(child.attrs.get("href", ""))))
    return links


def _faults(token: Token) -> Iterator[str]:
    if token.level >= DEEPEST:
        yield f"Lists and quotes stand {DEEPEST // 2} deep at most. Write it flatter."
    if token.type == "html_block":
        yield _html(token.content)
    elif token.type == "heading_open" and token.markup in "=-":
        yield f"A line of {token.markup} below text makes a heading of it. Put an empty line between them."
    elif token.type == "heading_open" and token.tag == "h1":
        yield "A lesson has one heading with a single #, its title. Write ## for a step, ### inside one."
    elif token.type == "code_block":
        yield "Text indented by four spaces is code. Take the spaces away, or put it between lines of ```."


def _inside(token: Token) -> Iterator[tuple[int, str]]:
    """Yield what is wrong inside a paragraph, with the lines from its beginning."""
    line, tagged = 0, False
    for child in _flat(token.children or ()):
        if child.type in {"softbreak", "hardbreak"}:
            line += 1
        elif child.type == "html_inline":
            if not (tagged and child.content.startswith("</")):
                yield line, _html(child.content)
            tagged = True
        elif child.type == "image":
            yield line, _picture(str(child.attrs.get("src", "")))
        elif child.type == "link_open":
            fault = link_fault(str(child.attrs.get("href", "")))
            if fault:
                yield line, fault
        elif child.type == "text":
            bare = _BARE.search(child.content)
            if bare:
                yield line, f"“{bare[0]}” becomes a link that is not safe on its way. Write [text](https://…)."
        if child.level >= DEEPEST:
            yield line, "Emphasis and brackets stand too deep in each other. Write it flatter."
    if token.type == "inline" and _TASK.match(token.content):
        yield 0, "A box “[ ]” stands in a predict or a quiz only. Write a plain list item, or put it into one of them."


def _flat(tokens: Sequence[Token]) -> Iterator[Token]:
    waiting = list(reversed(tokens))
    while waiting:
        token = waiting.pop()
        yield token
        waiting.extend(reversed(token.children or ()))


def _html(text: str) -> str:
    return f"“{short(text, 40)}” is HTML, which a lesson cannot hold. Write Markdown, or \\< for a “<”."


def _picture(source: str) -> str:
    where = (
        "comes from elsewhere: save it in the lesson's folder and" if ":" in source or source[:2] == "//" else "has to"
    )
    verb = "use" if where.startswith("comes") else "stand in"
    return f"The picture “{short(source)}” {where} {verb} a :::{{figure}} with its :alt: text."


def _too_much(text: str) -> Iterator[tuple[int, str]]:
    """Yield what takes a reader of Markdown long, by looking at lines alone."""
    lines = text.split("\n")
    size = brackets = columns = cells = 0
    for at, line in enumerate(lines):
        full, before = bool(line.strip()), cells
        size, brackets = (size + len(line), brackets + line.count("[")) if full else (0, 0)
        if full and size - len(line) <= LONGEST < size:
            yield at, f"This paragraph has more than {LONGEST:,} characters. Break it with an empty line."
        if full and brackets > MOST_BRACKETS >= brackets - line.count("["):
            yield at, f"This paragraph has more than {MOST_BRACKETS} “[”. Break it with an empty line."
        if at and "-" in line and set(line) <= set(" :|-") and "|" in lines[at - 1]:
            columns = line.count("|") + 1
            if columns > MOST_COLUMNS + 2:
                yield at, f"This table has {columns - 2} columns; at most {MOST_COLUMNS} fit. Show a part of it."
                return
            cells += columns
        # Every line up to an empty one is a row of the table, whatever stands in it.
        columns = columns if full else 0
        cells += columns
        if before <= MOST_CELLS < cells:
            yield at, f"The tables here have more than {MOST_CELLS:,} cells. Show a part of them."
