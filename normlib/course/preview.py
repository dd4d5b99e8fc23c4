"""A lesson before it is a file: read and checked from its text, without running a laboratory."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from normlib.course.blocks import Lesson
from normlib.course.check import Outcome, Surroundings, check_lesson
from normlib.course.check_labs import LabCheck
from normlib.course.glossary import terms
from normlib.course.laboratories import Laboratories
from normlib.course.library import LESSONS
from normlib.course.lines import size_problem
from normlib.course.problem import Problem
from normlib.course.reader import read_lesson

FILE: Final = "preview.md"


@dataclass(frozen=True)
class Preview:
    """A lesson with everything that is wrong with it.

    Attributes:
        lesson: as far as it could be read.
        problems: by line.
    """

    lesson: Lesson
    problems: tuple[Problem, ...]


def preview(text: str, laboratories: Laboratories, lessons: Sequence[Lesson], pages: Sequence[str]) -> Preview:
    """Read and check a lesson's text.

    Args:
        text: of the lesson.
        laboratories: whose controls are looked at.
        lessons: to which it may refer.
        pages: addresses that its links may lead to.

    Returns: the lesson and its problems; pictures are looked for in the folder of lessons.
    """
    lesson = read_lesson(text, FILE)
    if size_problem(len(text.encode("utf-8", "replace"))):
        return Preview(lesson, lesson.problems)
    around = Surroundings({one.slug: one.prerequisites for one in lessons}, tuple(terms()), laboratories, pages)
    found = check_lesson(LESSONS / FILE, lesson, around, Outcome(), LabCheck(laboratories, run=False), text=text)
    return Preview(lesson, tuple(sorted(set(found), key=lambda one: (one.line, one.message))))
