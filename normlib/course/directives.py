"""Directives: which lines stand inside which `:::{name} argument` … `:::`.

One pass over the lines, whatever stands in them. A heading of the first or second level closes all that was left
open, so that one missing line costs one block and not the rest of the lesson.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Final, TypeAlias

from normlib.course.fences import Fences
from normlib.course.lines import LONGEST, Line
from normlib.course.report import Report, short

DEEPEST: Final = 5
_OPEN: Final = re.compile(r" {0,3}(:{3,20})\{([^{}\s`]{0,60})\} *(.*)")
# One that was meant: too few colons, or a space before its name. What follows the name tells it from a role in text.
_MEANT: Final = re.compile(r" {0,3}(:{2,20}(?= *\{)|:(?=\{)) *\{ *([a-z]{1,60}) *\}(?: +(.*)|\Z)")
_CLOSE: Final = re.compile(r" {0,3}(:{3,20}) *\Z")
_TOP: Final = re.compile(r" {0,3}(#{1,2})(?: (.*))?\Z")


@dataclass
class Directive:
    """What stands between an opening and its closing line.

    Attributes:
        line, end: its first and last line.
        colons: how many open it.
        body: lines and directives inside, in order.
        fault: why it cannot be shown, if the lines alone tell.
    """

    line: int
    colons: int
    name: str
    argument: str
    end: int = 0
    body: list[Item] = field(default_factory=list)
    fault: str = ""

    @property
    def opening(self) -> str:
        """The opening line, for a message."""
        return f"{':' * self.colons}{{{self.name}}}"


@dataclass(frozen=True)
class Stray:
    """A line that means nothing where it stands."""

    line: int
    message: str
    source: str


@dataclass(frozen=True)
class Heading:
    """A heading of the first or second level, outside of everything."""

    line: int
    level: int
    name: str


Item: TypeAlias = Line | Directive | Stray


def tree(lines: list[Line], report: Report) -> list[Item | Heading]:
    """Return the lines outside of directives and the directives with what stands in them.

    Problems of the file as a whole go to the report; those of a block stay with it.
    """
    scanner = _Scanner(lines, report)
    for line in lines:
        scanner.take(line)
    scanner.finish()
    return scanner.items


class _Scanner:
    def __init__(self, lines: list[Line], report: Report) -> None:
        self.items: list[Item | Heading] = []
        self.report = report
        self.open: list[Directive] = []
        self.fences = Fences([line.text for line in lines])
        self.first = lines[0].number if lines else 1
        self.last = lines[-1].number if lines else 1
        self.beyond = 0  # directives opened deeper than any is read
        self.closings: dict[int, int] = {}
        for number, text in lines:
            closing = _CLOSE.match(text)
            if closing:
                self.closings[len(closing[1])] = number

    def put(self, item: Item) -> None:
        if self.open:
            self.open[-1].body.append(item)
        else:
            self.items.append(item)

    def take(self, line: Line) -> None:
        number, text = line
        if self._inside_code(line):
            return
        if len(text) > LONGEST:
            message = f"This line has {len(text):,} characters. Break it: at most {LONGEST:,} are read."
            self.put(Stray(number, message, text[:80]))
            return
        if heading := _TOP.match(text):
            self._leave_open(0, number - 1, f"before the heading in line {number}")
            self.items.append(Heading(number, len(heading[1]), _name(heading[2] or "")))
            return
        if self.fences.opens(number - self.first, text):
            if self.fences.fault:
                self.report.error(number, self.fences.fault)
        elif opening := _OPEN.match(text) or _MEANT.match(text):
            self._open(line, opening)
            return
        elif closing := _CLOSE.match(text):
            self._close(number, len(closing[1]), text)
            return
        elif text.lstrip().startswith(":::"):
            self._no_directive(line)
            return
        if not self.beyond:
            self.put(line)

    def finish(self) -> None:
        self._leave_open(0, self.last, "before the file ends")

    def _inside_code(self, line: Line) -> bool:
        """Keep a line as it is where a code block or a `code` directive goes on."""
        number, text = line
        if self.fences.inside:
            hint = _OPEN.match(text) or _CLOSE.match(text)
            if hint and not self.beyond:
                self.report.warn(
                    number,
                    f"“{short(text)}” stands inside the code block that begins in line"
                    f" {self.fences.began + self.first}. Is its closing line missing?",
                )
            self.fences.goes_on(text)
        elif self.open and self.open[-1].name == "code" and self.closings.get(self.open[-1].colons, 0) >= number:
            block, closing, opening = self.open[-1], _CLOSE.match(text), _OPEN.match(text)
            if closing and len(closing[1]) == block.colons:
                self._end(number)
                return True
            if opening and len(opening[1]) >= block.colons and not block.fault:
                block.fault = (
                    f"The code that begins in line {block.line} contains “{short(text)}” in line {number}. Close it"
                    f" with {':' * block.colons} before, or open and close it with more colons if that is meant."
                )
        else:
            return False
        if not self.beyond:
            self.put(line)
        return True

    def _open(self, line: Line, found: re.Match[str]) -> None:
        """Enter a directive, or one that was meant: its end is looked for like that of any other."""
        number, text = line
        self._enter(number, max(3, len(found[1])), found[2], (found[3] or "").strip())
        if found.re is _MEANT and not self.beyond:
            self.open[-1].fault = (
                f"“{short(text)}” opens nothing. Write three colons and the name in braces, without a space, as in"
                f" :::{{{found[2]}}}."
            )

    def _enter(self, number: int, colons: int, name: str, argument: str) -> None:
        if self.beyond or len(self.open) >= DEEPEST:
            if not self.beyond:
                message = f"Directives stand {DEEPEST} deep at most. Take “{{{short(name)}}}” out of the others."
                self.put(Stray(number, message, f"{{{name}}}"))
            self.beyond += 1
            return
        block = Directive(number, colons, name, argument)
        self.put(block)
        self.open.append(block)

    def _close(self, number: int, colons: int, text: str) -> None:
        if self.beyond:
            self.beyond -= 1
            return
        exact = [at for at, block in enumerate(self.open) if block.colons == colons]
        fitting = exact or [at for at, block in enumerate(self.open) if block.colons < colons]
        if not fitting:
            inside = f" Still open is “{self.open[-1].opening}” from line {self.open[-1].line}." if self.open else ""
            message = f"“{short(text.strip(), 20)}” closes nothing: delete it, or open a directive before.{inside}"
            self.put(Stray(number, message, text.strip()[:80]))
            return
        self._leave_open(fitting[-1] + 1, number - 1, f"before “{short(text.strip(), 20)}” in line {number}")
        if not exact:
            block = self.open[-1]
            self.report.warn(
                number,
                f"“{short(text.strip(), 20)}” closes “{short(block.opening)}” from line {block.line}."
                " Write as many colons as opened it.",
            )
        self._end(number)

    def _end(self, number: int) -> None:
        self.open.pop().end = number

    def _leave_open(self, down_to: int, number: int, where: str) -> None:
        self.beyond = 0
        while len(self.open) > down_to:
            block = self.open[-1]
            block.fault = block.fault or (
                f"“{short(block.opening)}” is left open {where}. Write {short(':' * block.colons, 20)}"
                " on a line of its own after its last line."
            )
            self._end(number)

    def _no_directive(self, line: Line) -> None:
        number, text = line
        name = re.match(r":+\s*\{?\s*([a-z]+)", text.strip())
        example = f":::{{{name[1]}}}" if name else ":::{note}"
        message = (
            f"“{short(text)}” is no directive. Write its name in braces, at the beginning of the line, as in {example}."
        )
        if not self.beyond:
            self.put(Stray(number, message, text.strip()[:80]))


def _name(text: str) -> str:
    """Return a heading without the marks that may close it."""
    words = text.strip()
    open_end = words.rstrip("#")
    return open_end.strip() if not open_end or open_end.endswith(" ") else words
