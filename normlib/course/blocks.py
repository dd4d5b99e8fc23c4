"""A lesson as data: steps of blocks, each with the line where it begins in its file."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Literal, TypeAlias

from normlib.course.problem import Problem


@dataclass(frozen=True)
class ValueOf:
    """A number that is computed when the lesson is shown: {value}`name(setting=..)`."""

    call: str


@dataclass(frozen=True)
class Term:
    """A word that the glossary explains: {term}`batch size`, or {term}`batches <batch size>` to show another form."""

    shown: str
    name: str


@dataclass(frozen=True)
class Text:
    """Markdown with roles in it. Markdown as it stands in the file, cut at the roles."""

    line: int
    pieces: tuple[str | ValueOf | Term, ...]

    def __bool__(self) -> bool:
        return any(not isinstance(piece, str) or piece.strip() for piece in self.pieces)


@dataclass(frozen=True)
class Prose:
    """Running text."""

    line: int
    text: Text


@dataclass(frozen=True)
class Lab:
    """A laboratory, or a part of one, inside the lesson.

    Attributes:
        slug: of the laboratory's page.
        settings: control -> value, as it stands in a link.
        lock: controls that the learner cannot move.
        parts: "figure", or "all" with the tabs below it.
        do: what to try, above the laboratory.
        after: name of the prediction that comes first, in place of the laboratory's own guess.
        lines: option -> the line where it stands.
    """

    line: int
    slug: str
    settings: Mapping[str, str]
    lock: tuple[str, ...] = ()
    parts: str = "figure"
    do: Text | None = None
    after: str = ""
    lines: Mapping[str, int] = field(default_factory=dict, compare=False)


@dataclass(frozen=True)
class Option:
    """One answer to choose, what is said when it was chosen, and whether it is right."""

    line: int
    text: Text
    right: bool
    feedback: Text | None = None


@dataclass(frozen=True)
class Predict:
    """A commitment before the reveal. What was measured is computed, not written.

    Attributes:
        name: under which the answer is kept.
        question: what is asked.
        options: to choose from; those that the measurement supports are right.
        measured: what is shown after the learner has committed.
        because: why it came out so, shown with it.
    """

    line: int
    name: str
    question: Text
    options: tuple[Option, ...]
    measured: ValueOf
    because: Text | None = None


@dataclass(frozen=True)
class Reading:
    """A number that a laboratory of the same lesson shows just now: `:answer: reading(slug, name)`."""

    slug: str
    name: str


@dataclass(frozen=True)
class Quiz:
    """A question with feedback for every answer.

    Attributes:
        name: under which the answer is kept.
        kind: one right option, several, or a number.
        question: what is asked.
        options: of a single or multiple question.
        answer: of a numeric one: typed, computed, or read off a laboratory.
        tolerance: how far off a number may be, in its own unit.
        feedback: to a right number.
        otherwise: to a wrong number.
    """

    line: int
    name: str
    kind: Literal["single", "multiple", "numeric"]
    question: Text
    options: tuple[Option, ...] = ()
    answer: float | ValueOf | Reading | None = None
    tolerance: float = 0.0
    feedback: Text | None = None
    otherwise: Text | None = None


@dataclass(frozen=True)
class Hint:
    """Help that the learner may open."""

    line: int
    body: tuple[Block, ...]


@dataclass(frozen=True)
class Solution:
    """What comes out, which the learner may open."""

    line: int
    body: tuple[Block, ...]


@dataclass(frozen=True)
class Exercise:
    """Something to do, with hints and a solution among its blocks."""

    line: int
    body: tuple[Block, ...]


@dataclass(frozen=True)
class Note:
    """A box beside the argument."""

    line: int
    kind: Literal["note", "tip", "warning"]
    title: str
    body: tuple[Block, ...]


@dataclass(frozen=True)
class Instructor:
    """A remark for the one who teaches."""

    line: int
    body: tuple[Block, ...]


@dataclass(frozen=True)
class Figure:
    """A picture from the lesson's own folder.

    Attributes:
        path: relative to the lesson's file, inside its folder.
        alt: what the picture shows, for those who do not see it.
        caption: below it.
    """

    line: int
    path: str
    alt: str
    caption: Text | None = None


@dataclass(frozen=True)
class Code:
    """A program to read and to copy; never run by the app."""

    line: int
    language: str
    text: str
    caption: Text | None = None


@dataclass(frozen=True)
class Claim:
    """A statement, who makes it, what speaks for or against it, and where to test it.

    Attributes:
        name: under which it can be found.
        statement: the claim, paraphrased.
        by: who makes it.
        verdict: "true", "limited", "overstated", "contested", "unsupported" or "false".
        test: slug of the laboratory that tests it, or None where nothing here does.
        body: what is known.
    """

    line: int
    name: str
    statement: Text
    by: str
    verdict: str
    test: str | None
    body: tuple[Block, ...]


@dataclass(frozen=True)
class Items:
    """What a lesson is for, or what to keep of it."""

    line: int
    kind: Literal["objectives", "keypoints"]
    items: tuple[Text, ...]


@dataclass(frozen=True)
class Broken:
    """A block that cannot be shown, and why. The rest of the lesson goes on.

    Attributes:
        unseen: what stands in it, for the check alone: nobody is shown it.
    """

    line: int
    problem: Problem
    source: str
    unseen: tuple[Block, ...] = field(default=(), compare=False)


Block: TypeAlias = (
    Prose
    | Lab
    | Predict
    | Quiz
    | Hint
    | Solution
    | Exercise
    | Note
    | Instructor
    | Figure
    | Code
    | Claim
    | Items
    | Broken
)


@dataclass(frozen=True)
class Step:
    """What is shown at once: a heading of the second level and what follows it."""

    line: int
    title: str
    blocks: tuple[Block, ...]


@dataclass(frozen=True)
class Lesson:
    """A lesson, as far as it could be read.

    Attributes:
        slug: its name in addresses: the file's name without number and ending.
        number: the number before the file's name, or None; lessons stand in this order.
        file: name of the file.
        title: as the menu has it.
        summary: one sentence.
        minutes: about how long it takes.
        level: "beginner", "intermediate" or "advanced".
        objectives: what the learner can do afterwards.
        prerequisites: slugs of lessons that come before.
        authors: who wrote it.
        sources: what it rests on.
        steps: what is shown, one after the other; the first one begins with the lesson's title.
        problems: what is wrong with the file, by line.
    """

    slug: str
    number: int | None
    file: str
    title: str
    summary: str = ""
    minutes: int = 5
    level: str = "beginner"
    objectives: tuple[str, ...] = ()
    prerequisites: tuple[str, ...] = ()
    authors: tuple[str, ...] = ()
    sources: tuple[str, ...] = ()
    steps: tuple[Step, ...] = ()
    problems: tuple[Problem, ...] = field(default=())

    def blocks(self) -> Iterator[Block]:
        """Yield every block, those inside others too, in the order of the file."""
        for step in self.steps:
            yield from within(step.blocks)

    def with_unseen(self) -> Iterator[Block]:
        """Yield every block, also those in blocks that cannot be shown."""
        for step in self.steps:
            yield from within(step.blocks, unseen=True)


def within(blocks: tuple[Block, ...], *, unseen: bool = False) -> Iterator[Block]:
    """Yield blocks and those inside them, in the order of the file."""
    for block in blocks:
        yield block
        if isinstance(block, Exercise | Hint | Solution | Note | Instructor | Claim):
            yield from within(block.body, unseen=unseen)
        elif unseen and isinstance(block, Broken):
            yield from within(block.unseen, unseen=True)
