"""From directives to the blocks of a lesson."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from types import MappingProxyType
from typing import Final, Literal

from normlib.course import blocks as b
from normlib.course.directives import Directive, Item, Stray
from normlib.course.inline import trimmed
from normlib.course.lines import Line, indent_of
from normlib.course.making import MOST_BLOCKS, NAME, Block, Making
from normlib.course.options import leading_options, no_options_in
from normlib.course.pictures import path_fault
from normlib.course.questions import predict, quiz
from normlib.course.report import Report, short, unknown

VERDICTS: Final = ("true", "limited", "overstated", "contested", "unsupported", "false")
PARTS: Final = ("figure", "all")
_ANYTHING: Final = "anything"
"""Inside what a directive stands that was left open: nobody knows."""
_LEAVES: Final = frozenset({"figure", "keypoints", "lab", "objectives", "predict", "quiz"})
"""Directives that hold no others."""
_LANGUAGE: Final = re.compile(r"[A-Za-z0-9+#-]{0,20}\Z")
_ITEM: Final = re.compile(r" {0,3}(?:[-*+]|\d{1,3}[.)]) +(\S.*)\Z")


def blocks_of(items: Sequence[Item], making: Making, inside: str = "") -> tuple[b.Block, ...]:
    """Make the blocks of a step, or of a directive that holds others."""
    made: list[b.Block] = []
    text: list[Line] = []
    for item in items:
        if isinstance(item, Line):
            text.append(item)
            continue
        made += making.prose(text)
        text = []
        making.blocks += 1
        if making.blocks == MOST_BLOCKS:
            message = (
                f"The lesson has more than {MOST_BLOCKS} directives. What follows is not shown: make two lessons of it."
            )
            made.append(making.stray(Stray(item.line, message, "")))
        elif making.blocks < MOST_BLOCKS:
            made.append(making.stray(item) if isinstance(item, Stray) else _made(item, making, inside))
    return tuple(made + list(making.prose(text)))


def _made(directive: Directive, making: Making, inside: str) -> b.Block:
    block = Block(making, directive)
    result: b.Block | None = None
    if directive.fault:
        block.say(directive.line, directive.fault)
    elif directive.name not in MAKERS:
        block.say(directive.line, unknown("directive", directive.name, MAKERS))
    elif directive.name in {"hint", "solution"} and inside not in {"exercise", _ANYTHING}:
        block.say(
            directive.line, f"A {directive.name} belongs to an exercise. Put it between :::{{exercise}} and its end."
        )
    elif directive.name == "exercise" and inside not in {"", _ANYTHING}:
        block.say(directive.line, f"An exercise cannot stand inside “{{{inside}}}”. Move it out of it.")
    else:
        result = MAKERS[directive.name](block)
    if block.faults or result is None:
        unseen = _unseen(directive, making) if result is None else getattr(result, "body", ())
        return making.broken(directive.line, directive.end, block.faults[0], unseen)
    return result


def _unseen(directive: Directive, making: Making) -> tuple[b.Block, ...]:
    """Make what stands in a directive that cannot be shown, so that the check sees it, and tell what is wrong there."""
    if directive.name == "code":
        return ()
    if directive.name not in _LEAVES:
        return blocks_of(directive.body, making, _ANYTHING)
    body = directive.body
    end = next((at for at, item in enumerate(body) if not isinstance(item, Line)), len(body))
    # What follows it was taken for a part of it, so that its own faults may be none.
    quiet = Block(Making(Report(""), making.front, making.lines), replace(directive, body=body[:end], fault=""))
    own = MAKERS[directive.name](quiet)
    if quiet.faults:
        return blocks_of(body, making, _ANYTHING)
    return (own, *blocks_of(body[end:], making, _ANYTHING))


def _inner(block: Block, body: Sequence[Item] | None = None) -> tuple[b.Block, ...]:
    made = blocks_of(block.directive.body if body is None else body, block.making, block.directive.name)
    if not made and body is None:
        block.say(block.line, f"“{{{block.directive.name}}}” is empty. Write something into it, or delete it.")
    return made


def _head(block: Block) -> tuple[dict[str, str], dict[str, int], list[Item]]:
    """Return the options after the opening line, where they stand, and the rest of the body."""
    body = block.directive.body
    lines = []
    for item in body:
        if not isinstance(item, Line):
            break
        lines.append(item)
    given, taken = leading_options(lines, block.say)
    return {key: one.value for key, one in given.items()}, {key: one.line for key, one in given.items()}, body[taken:]


def _lab(block: Block) -> b.Lab:
    options, at, _ = _head(block)
    lines = block.lines()
    given, taken = leading_options(lines, lambda *_: None)
    block.keys(given, tuple(given))
    no_options_in(lines[taken:], block.say)
    slug = block.directive.argument
    if not NAME.match(slug):
        block.say(
            block.line,
            f"“{short(slug)}” names no laboratory. Write the last part of its address: :::{{lab}} distances.",
        )
    if block.making.lab:
        block.say(
            block.line, f"This step has a laboratory already, in line {block.making.lab}. Begin a new step with ##."
        )
    block.making.lab = block.making.lab or block.line
    # Lessons say :show: for it too, where that is no setting of a control named so.
    named = "show" if "parts" not in options and options.get("show") in PARTS else "parts"
    parts = options.pop(named, "figure")
    if parts not in PARTS:
        block.say(at["parts"], f"“:parts:” is “{short(parts)}”. It is figure, or all to have the tabs below it too.")
    after = options.pop("after", "")
    if after and not NAME.match(after):
        block.say(at["after"], f"“:after:” is “{short(after)}”. Write the name of a prediction that stands before.")
    lock = tuple(name.strip() for name in options.pop("lock", "").split(",") if name.strip())
    if "all" in lock and len(lock) > 1:
        block.say(at["lock"], "“:lock: all” locks every control: write no other name beside it.")
    return b.Lab(block.line, slug, options, lock, parts, block.text(lines[taken:]), after, at)


def _figure(block: Block) -> b.Figure:
    lines = block.lines()
    given, taken = leading_options(lines, block.say)
    block.keys(given, ("alt",))
    no_options_in(lines[taken:], block.say)
    path = block.directive.argument
    fault = path_fault(path)
    if fault:
        block.say(block.line, fault)
    if "alt" not in given:
        block.say(block.line, f"The picture “{short(path)}” has no alternative text. Write :alt: and what it shows.")
    return b.Figure(block.line, path, given["alt"].value if "alt" in given else "", block.text(lines[taken:]))


def _code(block: Block) -> b.Code:
    lines = block.lines()
    given, taken = leading_options(lines, block.say)
    block.keys(given, ("caption",))
    language = block.directive.argument
    if not _LANGUAGE.match(language):
        block.say(block.line, f"“{short(language)}” is no language. Write python, or nothing.")
    body = trimmed(lines[taken:])
    if not body:
        block.say(block.line, "This code is empty. Write the program before the closing :::.")
    return b.Code(block.line, language, "\n".join(line.text for line in body), block.option_text(given.get("caption")))


def _claim(block: Block) -> b.Claim:
    options, at, body = _head(block)
    given, _ = leading_options([item for item in block.directive.body if isinstance(item, Line)], lambda *_: None)
    block.keys(given, ("by", "verdict", "test"))
    name = block.name(block.directive.argument, block.line, example=":::{claim} flatter-landscape")
    if not options.get("by"):
        block.say(block.line, "This claim belongs to nobody. Write :by: and who says so, with the year.")
    block.plain_text(options.get("by", ""), at.get("by", block.line))
    verdict = options.get("verdict", "")
    if verdict not in VERDICTS:
        place = at.get("verdict", block.line)
        block.say(place, f"The verdict is “{short(verdict)}”. Write :verdict: and one of {', '.join(VERDICTS)}.")
    test = options.get("test")
    if test is not None and not NAME.match(test):
        block.say(
            at["test"], f"“{short(test)}” names no laboratory. Write the last part of its address, as in distances."
        )
    start = next((i for i, item in enumerate(body) if not isinstance(item, Line) or item.text.strip()), len(body))
    end = start
    while end < len(body) and isinstance(item := body[end], Line) and item.text.strip():
        end += 1
    paragraph = [item for item in body[start:end] if isinstance(item, Line)]
    no_options_in(paragraph, block.say)
    statement = block.needed(
        block.text(paragraph), block.line, "There is no statement. Write it as the first paragraph."
    )
    return b.Claim(block.line, name, statement, options.get("by", ""), verdict, test, _inner(block, body[end:]))


def _items(block: Block) -> b.Items:
    block.no_argument()
    kind: Literal["objectives", "keypoints"] = "objectives" if block.directive.name == "objectives" else "keypoints"
    lines = block.lines()
    cut: list[list[Line]] = []
    for line in lines:
        found = _ITEM.match(line.text)
        if found:
            cut.append([Line(line.number, found[1])])
        elif not line.text.strip() or (cut and indent_of(line.text) >= 2):
            if cut:
                cut[-1].append(Line(line.number, line.text.strip()))
        else:
            block.say(
                line.number, f"“{short(line.text, 30)}” is no item. Begin it with “- ”, or indent it by two spaces."
            )
    texts = [text for one in cut if (text := block.text(one)) is not None]
    if not texts and kind == "objectives":
        said = (block.text([Line(block.line, one)]) for one in block.making.front.objectives)
        texts = [text for text in said if text is not None]
    if not texts:
        block.say(block.line, f"There are no {kind}. Write each on a line that begins with “- ”.")
    return b.Items(block.line, kind, tuple(texts))


def _note(block: Block) -> b.Note:
    title = block.directive.argument
    block.plain_text(title, block.line)
    name = block.directive.name
    kind: Literal["note", "tip", "warning"] = "tip" if name == "tip" else "warning" if name == "warning" else "note"
    return b.Note(block.line, kind, title, _inner(block))


def _exercise(block: Block) -> b.Exercise:
    block.no_argument()
    return b.Exercise(block.line, _inner(block))


def _hint(block: Block) -> b.Hint:
    block.no_argument()
    return b.Hint(block.line, _inner(block))


def _solution(block: Block) -> b.Solution:
    block.no_argument()
    return b.Solution(block.line, _inner(block))


def _instructor(block: Block) -> b.Instructor:
    block.no_argument()
    return b.Instructor(block.line, _inner(block))


MAKERS: Final[Mapping[str, Callable[[Block], b.Block]]] = MappingProxyType(
    {
        "claim": _claim,
        "code": _code,
        "exercise": _exercise,
        "figure": _figure,
        "hint": _hint,
        "instructor": _instructor,
        "keypoints": _items,
        "lab": _lab,
        "note": _note,
        "objectives": _items,
        "predict": predict,
        "quiz": quiz,
        "solution": _solution,
        "tip": _note,
        "warning": _note,
    }
)
