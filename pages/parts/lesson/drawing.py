"""What a lesson's blocks need to know while they are drawn."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal, Protocol

from normlib.course.blocks import Lesson

View = Literal["learner", "instructor", "print"]


class Record(Protocol):
    """Where answers are kept."""

    def answer(self, lesson: str, name: str, value: Any, right: bool) -> None:
        """Keep an answer."""

    def answers(self, lesson: str) -> Mapping[str, Any]:
        """Return what was answered to each question of a lesson, by its name: the first and the latest answer."""


def no_picture(path: str) -> Path:
    """Refuse every picture: this lesson has no folder of its own."""
    raise LookupError(f"The picture “{path[:80]}” is not shown here, because this lesson has no folder yet.")


@dataclass
class Drawing:
    """A lesson while one of its steps is drawn.

    Attributes:
        lesson: the lesson.
        step: index of the step, from 0.
        view: for whom.
        record: where answers are kept.
        picture: returns the file of a picture; raises `LookupError` with a sentence when there is none.
        waits: whether a laboratory runs only when somebody asks for it.
        held: whether what follows waits for the learner's guess in a laboratory.
        labs: slugs of the laboratories that this step has drawn already.
        outcomes: in print, what stands at the end: a title, and what draws it.
    """

    lesson: Lesson
    step: int
    view: View
    record: Record
    picture: Callable[[str], Path] = no_picture
    waits: bool = False
    held: bool = False
    labs: set[str] = field(default_factory=set)
    outcomes: list[tuple[str, Callable[[], None]]] = field(default_factory=list)

    @property
    def instructor(self) -> bool:
        """Whether the one who teaches looks."""
        return self.view == "instructor"

    @property
    def printed(self) -> bool:
        """Whether this goes to paper."""
        return self.view == "print"

    def key(self, name: str) -> str:
        """Return a key for a widget of this lesson."""
        return f"lesson_{self.lesson.slug}_{name}"

    def box(self, kind: str, name: object) -> str:
        """Return a key for the frame around a block; the style knows it by its kind."""
        return f"lesson_box_{kind}_{self.lesson.slug}_{name}"
