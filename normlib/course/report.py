"""Collecting what is wrong with a lesson while it is read."""

from __future__ import annotations

import difflib
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from typing import Final, Literal, TypeAlias

from normlib.course.problem import Problem

Severity: TypeAlias = Literal["error", "warning"]
Say: TypeAlias = Callable[[int, str], None]
"""Tell that something is wrong: the line and the sentence."""

MOST: Final = 200
"""Problems of one lesson that are listed: beyond it, a file is not a lesson."""

FEW: Final = 8
"""Names that a message lists; where there are more, nobody reads them."""


@dataclass
class Report:
    """The problems of one file, in the order in which they were found."""

    file: str
    found: list[Problem] = field(default_factory=list)

    def error(self, line: int, message: str) -> Problem:
        """Note an error and return it."""
        return self._add(line, message, "error")

    def warn(self, line: int, message: str) -> None:
        """Note a warning."""
        self._add(line, message, "warning")

    def _add(self, line: int, message: str, severity: Severity) -> Problem:
        problem = Problem(self.file, max(line, 1), message, severity)
        self.found.append(problem)
        return problem

    def problems(self) -> tuple[Problem, ...]:
        """Return them by line, each once, and no more than anybody reads."""
        found = sorted(set(self.found))
        if len(found) <= MOST:
            return tuple(found)
        more = f"There are {len(found) - MOST:,} more problems from here on. Mend those above first."
        return (*found[:MOST], Problem(self.file, found[MOST].line, more))


def short(text: str, most: int = 60) -> str:
    """Return text for a message, in one line.

    >>> short("a\\n b"), short("x" * 70, 5)
    ('a b', 'xxxxx…')
    """
    flat = " ".join(text[: 4 * most].split())
    return flat if len(flat) <= most else flat[:most] + "…"


def unknown(what: str, name: str, names: Iterable[str], where: str = "the page Add a lesson") -> str:
    """Say that there is no such name, and what there is.

    >>> unknown("directive", "quizz", ["quiz", "lab"])
    'There is no directive “quizz”. Did you mean “quiz”?'
    """
    return f"There is no {what} “{short(name)}”. {instead(name, names, where)}"


def instead(name: str, names: Iterable[str], where: str = "the page Add a lesson") -> str:
    """Suggest the nearest name, or say what there is: all of a few names, the first of many.

    >>> instead("smal", ["small", "large"]), instead("x", ["small", "large"])
    ('Did you mean “small”?', 'There are large, small.')
    >>> instead("x", "abcdefghij")
    'There are a, b, c, d, e, … (10 in all; see the page Add a lesson).'
    """
    known = sorted(one for one in names if one)
    near = difflib.get_close_matches(name[:60].lower(), [one.lower() for one in known], 1)
    if near:
        return f"Did you mean “{next(one for one in known if one.lower() == near[0])}”?"
    return f"There are {few(known, where)}." if known else "There are none."


def few(names: Sequence[str], where: str = "the page Add a lesson") -> str:
    """Name all of a few names, or the first of many and where the others are.

    >>> few(["a", "b"])
    'a, b'
    """
    if len(names) <= FEW:
        return ", ".join(names)
    return f"{', '.join(names[: FEW - 3])}, … ({len(names)} in all; see {where})"
