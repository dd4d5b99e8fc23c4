"""The text of a lesson as numbered lines, without characters that hide what stands there."""

from __future__ import annotations

import re
from typing import Final, NamedTuple

from normlib.course.report import Report

MOST_BYTES: Final = 100_000
LONGEST: Final = 5_000
"""Characters of a line: beyond it, reading takes long and nobody writes by hand."""

_CONTROL: Final = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f]")
_BIDI: Final = re.compile("[\u202a-\u202e\u2066-\u2069]")


class Line(NamedTuple):
    """A line of the file, counted from 1."""

    number: int
    text: str


def size_problem(size: int) -> str | None:
    """Say that a file is too large, or return None."""
    if size <= MOST_BYTES:
        return None
    return f"The file has {size:,} bytes. A lesson has at most {MOST_BYTES:,}: make two lessons of it."


def lines_of(text: str, report: Report) -> list[Line]:
    """Cut text into lines and take out characters that are no text, telling where they stood."""
    text = text.encode("utf-8", "replace").decode("utf-8").removeprefix("\ufeff")
    lines = []
    for number, line in enumerate(text.replace("\r\n", "\n").replace("\r", "\n").split("\n"), 1):
        lines.append(Line(number, without_hidden(number, line, report).expandtabs(4)))
    return lines


def without_hidden(number: int, line: str, report: Report) -> str:
    """Take characters that are no text out of a line, or of what YAML reads there, and tell."""
    for pattern, what in ((_CONTROL, "a control character"), (_BIDI, "a character that turns the direction of text")):
        found = pattern.search(line)
        if found:
            report.error(number, f"There is {what} (U+{ord(found[0]):04X}) in this line. Delete it.")
            line = pattern.sub("", line)
    return line


def indent_of(text: str) -> int:
    """Count the spaces before the text."""
    return len(text) - len(text.lstrip(" "))
