"""What making a block needs: the lesson it belongs to, and where to tell what is wrong with it."""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from typing import Final

from normlib.course.blocks import Block as AnyBlock
from normlib.course.blocks import Broken, Prose, Text
from normlib.course.directives import Directive, Stray
from normlib.course.front import Front
from normlib.course.inline import read_inline, text_of, trimmed
from normlib.course.lines import Line
from normlib.course.options import Given, check_keys
from normlib.course.plain import plain_faults
from normlib.course.problem import Problem
from normlib.course.report import Report, short
from normlib.course.safety import check_markdown

MOST_BLOCKS: Final = 300
MOST_SOURCE: Final = 2_000
MOST_FAULTS: Final = 40
"""Faults of running text between two directives: beyond it, all of it is shown as broken."""
NAME: Final = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*\Z")


@dataclass
class Making:
    """A lesson while its blocks are made.

    Attributes:
        lines: of the whole file, to show the source of what is broken.
        names: of quizzes, predictions and claims so far, with their lines.
        lab: line of the laboratory of the present step, or 0.
        blocks: how many were made.
    """

    report: Report
    front: Front
    lines: list[Line]
    names: dict[str, int] = field(default_factory=dict)
    lab: int = 0
    blocks: int = 0

    def broken(self, line: int, end: int, problem: Problem, unseen: tuple[AnyBlock, ...] = ()) -> Broken:
        """Return what stands in the place of lines that cannot be shown; `unseen` is what the check finds in them."""
        start = line - self.lines[0].number
        source, size = [], 0
        for one in self.lines[start : start + max(1, end - line + 1)]:
            size += len(one.text) + 1
            if size > MOST_SOURCE:
                source.append("…")
                break
            source.append(one.text)
        return Broken(line, problem, "\n".join(source), unseen)

    def stray(self, stray: Stray) -> Broken:
        """Report a line that means nothing, and return what stands in its place."""
        return Broken(stray.line, self.report.error(stray.line, stray.message), stray.source)

    def prose(self, lines: Sequence[Line]) -> list[Prose | Broken]:
        """Return running text; a paragraph that cannot be shown is broken, those around it are not."""
        lines = trimmed(lines)
        if not lines:
            return []
        first, faults = lines[0].number, list[Problem]()

        def say(line: int, message: str) -> None:
            faults.append(self.report.error(line, message))

        inline = read_inline(lines, say)
        ranges = check_markdown("".join(inline.plain), first, say)
        if not faults:
            return [Prose(first, inline.text(first))]
        if len(faults) > MOST_FAULTS:
            return [self.broken(first, lines[-1].number, faults[0])]
        made: list[Prose | Broken] = []
        begin = first
        where = sorted({*(self._range(fault.line, ranges) for fault in faults)})
        for start, end in where:
            if start < begin:
                continue
            made += self._quiet(lines[begin - first : start - first])
            fault = min(fault for fault in faults if start <= fault.line < end)
            made.append(self.broken(start, end - 1, fault))
            begin = end
        return made + self._quiet(lines[begin - first :])

    @staticmethod
    def _range(line: int, ranges: Sequence[tuple[int, int]]) -> tuple[int, int]:
        return next((one for one in ranges if one[0] <= line < one[1]), (line, line + 1))

    @staticmethod
    def _quiet(lines: Sequence[Line]) -> list[Prose | Broken]:
        """Return text in which everything was found to be right."""
        lines = trimmed(lines)
        return [Prose(lines[0].number, text_of(lines, lambda *_: None).text(lines[0].number))] if lines else []


@dataclass
class Block:
    """A directive while its block is made; what is wrong with it is reported and kept."""

    making: Making
    directive: Directive
    faults: list[Problem] = field(default_factory=list)

    @property
    def line(self) -> int:
        """Where it begins."""
        return self.directive.line

    def say(self, line: int, message: str) -> None:
        """Tell what is wrong."""
        self.faults.append(self.making.report.error(line, message))

    def lines(self) -> list[Line]:
        """Return its body where no other directive can stand in it."""
        kept = []
        for item in self.directive.body:
            if isinstance(item, Line):
                kept.append(item)
            elif isinstance(item, Stray):
                self.say(item.line, item.message)
            else:
                self.say(
                    item.line,
                    f"“{{{short(item.name)}}}” cannot stand inside “{{{self.directive.name}}}”. Move it out of it.",
                )
        return kept

    def text(self, lines: Sequence[Line]) -> Text | None:
        """Return a text, or None where there is none."""
        inline = text_of(lines, self.say)
        full = trimmed(lines)
        if not full:
            return None
        check_markdown("".join(inline.plain), full[0].number, self.say)
        return inline.text(full[0].number)

    def plain_text(self, text: str, line: int) -> None:
        """Check text that is shown without numbers and terms."""
        for message in plain_faults(text):
            self.say(line, message)

    def option_text(self, given: Given | None) -> Text | None:
        """Return the value of an option as a text."""
        return self.text(given.lines) if given else None

    def needed(self, text: Text | None, line: int, message: str) -> Text:
        """Return a text that has to be there."""
        if text is None:
            self.say(line, message)
            return Text(line, ())
        return text

    def name(self, name: str, line: int, *, example: str) -> str:
        """Return a name, checked and told apart from those before."""
        if not NAME.match(name) or len(name) > 60:
            self.say(
                line,
                f"“{short(name)}” is no name for {self.directive.name}. Write small letters, digits and hyphens,"
                f" as in {example}.",
            )
        elif name in self.making.names:
            self.say(
                line,
                f"The name “{name}” is taken by line {self.making.names[name]}. Choose another.",
            )
        else:
            self.making.names[name] = line
        return name

    def keys(self, options: dict[str, Given], known: Collection[str]) -> None:
        """Check which options were given."""
        check_keys(options, known, self.directive.name, self.say)

    def no_argument(self) -> None:
        """Tell when something stands after a name that takes nothing."""
        if self.directive.argument:
            self.say(
                self.line,
                f"“{short(self.directive.argument)}” after {{{self.directive.name}}} is not shown. Write it below.",
            )
