"""Predictions and quizzes from their directives."""

from __future__ import annotations

import hashlib
import math
import re
from typing import Final

from normlib.course.blocks import Option, Predict, Quiz, Reading, Text, ValueOf
from normlib.course.making import Block
from normlib.course.options import Answer, Asked, Given, take_apart
from normlib.course.report import short, unknown

MOST_ANSWERS: Final = 10
_READING: Final = re.compile(r"reading\( *([a-z0-9-]+) *, *([^(),]{1,60}?) *\)\Z")
_CALL: Final = re.compile(r"[a-z][a-z0-9_]* *(?:\(.*\))?\Z")


def predict(block: Block) -> Predict:
    """Make a prediction."""
    asked = take_apart(block.lines(), block.say)
    block.keys(asked.options, ("measured",))
    name = block.name(block.directive.argument, block.line, example=":::{predict} smaller-batch")
    measured = asked.options.get("measured")
    if measured is None:
        block.say(block.line, "This prediction has nothing measured. Write :measured: and the call that computes it.")
    elif not _CALL.match(measured.value):
        block.say(measured.line, f"“{short(measured.value)}” is not a call. Write :measured: name(setting=value).")
    options = _options(block, asked, feedback=False)
    if options and not any(option.right for option in options):
        block.say(block.line, "No answer is marked. Write [x] for each answer that the measurement supports.")
    elif options and all(option.right for option in options):
        block.say(block.line, "Every answer is marked [x]. Write [ ] for each that the measurement does not support.")
    return Predict(
        block.line,
        name,
        _question(block, asked),
        options,
        ValueOf(measured.value if measured else ""),
        block.text(asked.after),
    )


def quiz(block: Block) -> Quiz:
    """Make a quiz."""
    kinds = ("single", "multiple", "numeric")
    kind = block.directive.argument
    asked = take_apart(block.lines(), block.say)
    if kind not in kinds:
        what = unknown("kind of quiz", kind, kinds) if kind else "What kind of quiz is it?"
        block.say(block.line, f"{what} Write single, multiple or numeric after {{quiz}}.")
    given = asked.options.get("name")
    source = "\n".join(line.text for line in asked.question)
    # The same question keeps its answers wherever it moves.
    name = given.value if given else "quiz-" + hashlib.blake2s(source.encode(), digest_size=4).hexdigest()
    block.name(name, given.line if given else block.line, example=":name: batch-of-one")
    _nothing_after(block, asked)
    if kind == "numeric":
        return _numeric(block, asked, name)
    block.keys(asked.options, ("name",))
    options = _options(block, asked, feedback=True)
    right = sum(option.right for option in options)
    if options and right == 0:
        block.say(block.line, "No answer is marked as right. Write [x] for it.")
    elif kind == "single" and right > 1:
        block.say(
            block.line, f"{right} answers are marked [x], and “single” takes one. Write {{quiz}} multiple, or unmark."
        )
    return Quiz(block.line, name, "multiple" if kind == "multiple" else "single", _question(block, asked), options)


def _numeric(block: Block, asked: Asked, name: str) -> Quiz:
    block.keys(asked.options, ("name", "answer", "tolerance", "feedback", "otherwise"))
    for one in asked.answers:
        block.say(one.line, "A numeric quiz has no answers to choose from. Write :answer: and the number.")
    given, tolerance = asked.options.get("answer"), asked.options.get("tolerance")
    answer = _answer(block, given)
    within = _number(tolerance.value) if tolerance else 0.0
    if tolerance and (within is None or within < 0):
        block.say(tolerance.line, f"“{short(tolerance.value)}” is no tolerance. Write a number from 0 on, as in 0.01.")
    elif given and not tolerance and not isinstance(answer, float):
        block.say(
            given.line,
            "A computed answer has more digits than anybody types. Write :tolerance: and how far off it may be.",
        )
    feedback = block.option_text(asked.options.get("feedback"))
    block.needed(feedback, block.line, "The answer has no feedback. Write :feedback: and why it is right.")
    return Quiz(
        block.line,
        name,
        "numeric",
        _question(block, asked),
        answer=answer,
        tolerance=within or 0.0,
        feedback=feedback,
        otherwise=block.option_text(asked.options.get("otherwise")),
    )


def _answer(block: Block, given: Given | None) -> float | ValueOf | Reading | None:
    if given is None:
        block.say(
            block.line, "This numeric quiz has no answer. Write :answer: and a number, a call or reading(lab, name)."
        )
        return None
    value = given.value
    number = _number(value)
    if number is not None:
        return number
    reading = _READING.match(value)
    if reading:
        return Reading(reading[1], reading[2])
    if _CALL.match(value) and not value.startswith("reading") and value not in {"nan", "inf", "infinity"}:
        return ValueOf(value)
    block.say(given.line, f"“{short(value)}” is no answer. Write a number, name(setting=value) or reading(lab, name).")
    return None


def _number(text: str) -> float | None:
    """Return the number that a text is, or None.

    >>> _number("−1,000.5"), _number("five"), _number("inf")
    (-1000.5, None, None)
    """
    plain = text.replace("−", "-").replace(",", "")
    if not re.fullmatch(r"[+-]?(?:\d{1,30}(?:\.\d{0,30})?|\.\d{1,30})(?:[eE][+-]?\d{1,3})?", plain):
        return None
    number = float(plain)
    return number if math.isfinite(number) else None


def _question(block: Block, asked: Asked) -> Text:
    return block.needed(block.text(asked.question), block.line, "There is no question. Write it before the answers.")


def _options(block: Block, asked: Asked, *, feedback: bool) -> tuple[Option, ...]:
    many = len(asked.answers)
    if not 2 <= many <= MOST_ANSWERS:
        block.say(
            block.line,
            f"This question has {many} answer{'' if many == 1 else 's'}."
            f" Write 2 to {MOST_ANSWERS}, each on a line with - [ ] or - [x].",
        )
    return tuple(_option(block, answer, feedback) for answer in asked.answers[:MOST_ANSWERS])


def _option(block: Block, answer: Answer, feedback: bool) -> Option:
    text = block.needed(block.text(answer.text), answer.line, "This answer has no text. Write it after the box.")
    said = block.text(answer.feedback)
    if feedback and said is None:
        shown = short(answer.text[0].text, 30)
        block.say(answer.line, f"The answer “{shown}” has no feedback. Write it below, indented: “  > Because …”.")
    return Option(answer.line, text, answer.right, said)


def _nothing_after(block: Block, asked: Asked) -> None:
    after = next((line for line in asked.after if line.text.strip()), None)
    if after:
        block.say(
            after.number,
            f"“{short(after.text, 30)}” stands after the answers and is not shown. Put it before them.",
        )
