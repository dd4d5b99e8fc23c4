"""Roles and formulas inside a text: {value}`call`, {term}`name`, $formula$.

One pass from left to right. Code spans and escaped characters keep what stands in them, as in any Markdown.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Final

from normlib.course.blocks import Term, Text, ValueOf
from normlib.course.fences import Fences
from normlib.course.formulas import formula_fault
from normlib.course.lines import Line
from normlib.course.report import Say, short, unknown

ROLES: Final = ("value", "term")
_MARK: Final = re.compile(r"\\[!-/:-@\[-`{-~]|`+|\$+")
_TICKS: Final = re.compile(r"`+")
_ROLE: Final = re.compile(r"(?<!\\)\{([A-Za-z][A-Za-z_-]{0,30})\}\Z")
_DOLLARS: Final = re.compile(r"\\\$|\$+")
_BLOCK: Final = re.compile(r" *(?:[-*+] |\d{1,9}[.)] |#{1,6} |\|)")


@dataclass
class Inline:
    """A text cut at its roles.

    Attributes:
        pieces: Markdown, numbers and terms.
        plain: the text with a letter in the place of each role and formula, and as many lines.
    """

    pieces: list[str | ValueOf | Term] = field(default_factory=list)
    plain: list[str] = field(default_factory=list)

    def add(self, text: str) -> None:
        """Add Markdown."""
        if self.pieces and isinstance(self.pieces[-1], str):
            self.pieces[-1] += text
        else:
            self.pieces.append(text)

    def hide(self, text: str, letter: str = "x") -> None:
        """Keep the place of something that is no Markdown."""
        self.plain.append(letter + "\n" * text.count("\n"))

    def text(self, line: int) -> Text:
        """Return it as part of a lesson."""
        return Text(line, tuple(piece for piece in self.pieces if piece != ""))


def read_inline(lines: Sequence[Line], say: Say) -> Inline:
    """Cut lines at their roles; `say` is told what is wrong with roles and formulas, and where."""
    found = Inline()
    for number, text, code in _segments(lines):
        if code:
            found.add(text)
            found.plain.append(text)
        else:
            _Segment(number, text, found, say).read()
    return found


def text_of(lines: Sequence[Line], say: Say) -> Inline:
    """Like `read_inline`, without empty lines around."""
    return read_inline(trimmed(lines), say)


def trimmed(lines: Sequence[Line]) -> list[Line]:
    """Return lines without empty ones at both ends.

    >>> trimmed([Line(1, ""), Line(2, "a"), Line(3, " ")])
    [Line(number=2, text='a')]
    """
    full = [at for at, line in enumerate(lines) if line.text.strip()]
    return list(lines[full[0] : full[-1] + 1]) if full else []


def _segments(lines: Sequence[Line]) -> Iterator[tuple[int, str, bool]]:
    """Yield what can hold a span: paragraphs, list items, rows, formulas on lines of their own; and code blocks."""
    texts = [line.text for line in lines]
    fences, last = Fences(texts), len(lines) - 1
    gathered: list[str] = []
    start, formula = 0, False

    def ended(code: bool = False) -> tuple[int, str, bool]:
        out = "".join(gathered)
        gathered.clear()
        return lines[start].number, out, code

    dollars = [at for at, text in enumerate(texts) if "$$" in text]
    for at, text in enumerate(texts):
        line = text + ("\n" if at < last else "")
        if fences.inside:
            gathered.append(line)
            if not fences.goes_on(text):
                yield ended(code=True)
            continue
        begins_code = not formula and fences.opens(at, text) and fences.inside
        begins = begins_code or (not formula and (not text.strip() or _BLOCK.match(text)))
        if begins and gathered:
            yield ended()
        if not gathered:
            start = at
        gathered.append(line)
        if formula:
            formula = "$$" not in text
        elif not begins_code and text.lstrip().startswith("$$") and text.count("$$") == 1:
            formula = bool(dollars) and dollars[-1] > at
    if gathered:
        yield ended()


class _Segment:
    def __init__(self, line: int, text: str, found: Inline, say: Say) -> None:
        self.line, self.text, self.found, self.report = line, text, found, say
        self.start = 0
        self.ticks: dict[int, list[int]] = {}
        self.counted = (0, 0)
        for run in _TICKS.finditer(text):
            self.ticks.setdefault(len(run[0]), []).append(run.start())

    def read(self) -> None:
        at = 0
        while mark := _MARK.search(self.text, at):
            read: Callable[[int, int], int] = {"`": self._code, "$": self._formula}.get(mark[0][0], self._escaped)
            at = read(mark.start(), len(mark[0]))
        self._upto(len(self.text))

    def _say(self, at: int, message: str) -> None:
        # Positions only grow, so that each part of the text is counted once.
        was, lines = self.counted if self.counted[0] <= at else (0, 0)
        self.counted = (at, lines + self.text.count("\n", was, at))
        self.report(self.line + self.counted[1], message)

    def _upto(self, at: int) -> None:
        self.found.add(self.text[self.start : at])
        self.found.plain.append(self.text[self.start : at])
        self.start = at

    @staticmethod
    def _escaped(at: int, length: int) -> int:
        return at + length

    def _code(self, at: int, length: int) -> int:
        runs = self.ticks.get(length, [])
        after = bisect_left(runs, at + length)
        end = runs[after] if after < len(runs) else None
        role = _ROLE.search(self.text, max(self.start, at - 34), at)
        if role is None:
            return at + length if end is None else end + length
        if end is None:
            self._say(at, f"“{role[0]}`” is never closed. Write it as {role[0]}`…` within one paragraph.")
            return at + length
        inside = self.text[at + length : end]
        piece = self._role(role.start(), role[1], inside)
        if piece is not None:
            self._upto(role.start())
            self.found.pieces.append(piece)
            self.found.hide(inside)
            self.start = end + length
        return end + length

    def _role(self, at: int, role: str, inside: str) -> ValueOf | Term | None:
        if role not in ROLES:
            self._say(at, f"{unknown('role', role, ROLES)} Put a backslash before “{{” if it is meant as text.")
        elif not inside.strip():
            self._say(
                at, f"“{{{role}}}” is empty. Write a {'call' if role == 'value' else 'term'} between the backticks."
            )
        elif role == "value":
            return ValueOf(inside.strip(" "))
        else:
            shown, _, name = inside.rpartition("<")
            if shown.strip() and name.rstrip().endswith(">") and name.strip() != ">":
                return Term(shown.strip(" "), " ".join(name.rstrip()[:-1].split()))
            return Term(inside.strip(" "), " ".join(inside.split()))
        return None

    def _formula(self, at: int, length: int) -> int:
        end = self._formula_end(at, length)
        if end is None:
            around = short(self.text[at : at + 24])
            if length == 1:
                self._say(
                    at,
                    f"“{around}”: this $ is no formula. Write \\$ for a dollar, or a formula as $x$, without spaces.",
                )
            else:
                self._say(at, f"“{around}”: this formula is never closed. Write {'$' * min(length, 2)} after it.")
            return at + length
        formula = self.text[at + length : end]
        fault = formula_fault(formula)
        if fault:
            self._say(at, fault)
        self._upto(at)
        self.found.add(self.text[at : end + length])
        self.found.hide(formula)
        self.start = end + length
        return end + length

    def _formula_end(self, at: int, length: int) -> int | None:
        after = at + length
        if length > 2 or (length == 1 and self.text[after : after + 1].strip() == ""):
            return None
        while mark := _DOLLARS.search(self.text, after):
            if mark[0] == "\\$":
                after = mark.end()
                continue
            closes = len(mark[0]) == length
            if length == 1:
                closes = closes and self.text[mark.start() - 1].strip() != ""
                closes = closes and not self.text[mark.end() : mark.end() + 1].isdigit()
            return mark.start() if closes else None
        return None
