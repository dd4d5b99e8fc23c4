"""Options of a directive: lines `:key: value`, and answers to choose from."""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from typing import Final

from normlib.course.fences import Fences
from normlib.course.lines import Line, indent_of
from normlib.course.report import Say, short, unknown

_OPTION: Final = re.compile(r":([A-Za-z][A-Za-z0-9_-]{0,40}):(?: +(.*))?\Z")
_ANSWER: Final = re.compile(r" {0,3}[-*+] \[([ xX])\] +(\S.*)\Z")
_LIKE_ANSWER: Final = re.compile(r" {0,3}[-*+] *\[[^\]]{0,3}\](?![(\[:])")


@dataclass
class Given:
    """An option that was given: its first line says the value, indented lines go on with it."""

    line: int
    lines: list[Line]

    @property
    def value(self) -> str:
        """The value in one line."""
        return " ".join(line.text.strip() for line in self.lines).strip()


@dataclass
class Answer:
    """One answer: its text, what is said to it, whether it is right."""

    line: int
    right: bool
    text: list[Line]
    feedback: list[Line] = field(default_factory=list)


@dataclass
class Asked:
    """A question taken apart: what comes before the answers, the answers, the options, what comes after."""

    question: list[Line] = field(default_factory=list)
    answers: list[Answer] = field(default_factory=list)
    options: dict[str, Given] = field(default_factory=dict)
    after: list[Line] = field(default_factory=list)


def leading_options(lines: Sequence[Line], say: Say) -> tuple[dict[str, Given], int]:
    """Return the options right after the opening line, and how many lines they take."""
    options: dict[str, Given] = {}
    last: Given | None = None
    for at, line in enumerate(lines):
        found = _OPTION.match(line.text.rstrip())
        if found:
            last = _give(options, line.number, found, say)
        elif last is not None and line.text.strip() and indent_of(line.text) >= 2:
            last.lines.append(line)
        elif line.text.strip() or last is None:
            return options, at
    return options, len(lines)


def check_keys(options: dict[str, Given], known: Collection[str], directive: str, say: Say) -> None:
    """Tell which options the directive does not have, and which have no value."""
    for key, given in options.items():
        if key not in known:
            say(given.line, unknown(f"{directive} option", key, known))
        elif not given.value:
            say(given.line, f"“:{key}:” has no value. Write it on the same line.")


def no_options_in(lines: Sequence[Line], say: Say) -> None:
    """Tell about options below other text, where they would be shown instead of read."""
    fences = Fences([line.text for line in lines])
    for at, line in enumerate(lines):
        if fences.inside:
            fences.goes_on(line.text)
        elif not fences.opens(at, line.text) and (found := _OPTION.match(line.text.rstrip())):
            say(line.number, f"“:{found[1]}:” stands below the text. Move it right below the opening line.")


def take_apart(lines: Sequence[Line], say: Say) -> Asked:
    """Take a question apart."""
    asked = Asked()
    fences = Fences([line.text for line in lines])
    given: Given | None = None
    blank = False
    for at, line in enumerate(lines):
        text = line.text
        code = fences.inside or (fences.opens(at, text) and fences.inside)
        if code and fences.began != at:
            fences.goes_on(text)
        option = None if code else _OPTION.match(text.rstrip())
        if option:
            given = _give(asked.options, line.number, option, say)
        elif given is not None and text.strip() and indent_of(text) >= 2:
            given.lines.append(line)
        elif not code and (answer := _ANSWER.match(text)):
            given = None
            if any(one.text.strip() for one in asked.after):
                say(
                    line.number,
                    "Text stands between the answers. Indent it by two spaces, or move it after the last one.",
                )
            asked.answers.append(Answer(line.number, answer[1] != " ", [Line(line.number, answer[2])]))
        elif not code and _LIKE_ANSWER.match(text):
            say(line.number, f"“{short(text, 30)}” is no answer. Write - [ ] or - [x], a space, and its text.")
        else:
            if text.strip():
                given = None
            _put(asked, line, blank)
        blank = not text.strip()
    return asked


def _put(asked: Asked, line: Line, blank: bool) -> None:
    text = line.text
    if not asked.answers:
        asked.question.append(line)
        return
    answer = asked.answers[-1]
    after = any(one.text.strip() for one in asked.after)
    belongs = not after and (not text.strip() or indent_of(text) >= 2 or not blank)
    if asked.options and not after and asked.options[next(reversed(asked.options))].line > answer.line:
        belongs = False
    if not belongs:
        asked.after.append(line)
    elif text.lstrip().startswith(">"):
        answer.feedback.append(Line(line.number, re.sub(r"\A *> ?", "", text)))
    elif answer.feedback:
        answer.feedback.append(Line(line.number, text.strip()))
    else:
        answer.text.append(Line(line.number, text[min(indent_of(text), 6) :]))


def _give(options: dict[str, Given], line: int, found: re.Match[str], say: Say) -> Given:
    given = Given(line, [Line(line, (found[2] or "").strip())])
    if found[1] in options:
        say(line, f"“:{found[1]}:” is given twice, first in line {options[found[1]].line}. Delete one of them.")
        return given
    options[found[1]] = given
    return given
