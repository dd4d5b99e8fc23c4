"""A good lesson, and laboratories made up for the tests of the checker."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Final

from normlib.course.blocks import Broken, Lesson
from normlib.course.laboratories import Trial
from normlib.course.reader import read_lesson

FRONT = "---\ntitle: A lesson\nsummary: What it says.\n---\n\n# A lesson\n\n"
FIRST = FRONT.count("\n") + 1


class MadeUpLaboratories:
    """Two laboratories, and a book of what was run."""

    CONTROLS: Final = {
        "distances": {"data": ("Wine", "Digits"), "scaler": ("No scaling",)},
        "noise": {"batch": ("8", "16"), "at": ("1.1",)},
    }

    def __init__(self, refuses: str = "") -> None:
        self.ran: list[tuple[str, dict[str, str], tuple[str, ...]]] = []
        self.refuses = refuses

    def names(self) -> Sequence[str]:
        return tuple(self.CONTROLS)

    def controls(self, name: str) -> Mapping[str, str]:
        return {one: f"It can be {', '.join(options)}." for one, options in self.CONTROLS[name].items()}

    def lockable(self, name: str) -> Sequence[str]:
        return tuple(one for one in self.CONTROLS[name] if one != "at")

    def refuse(self, name: str, control: str, value: str) -> str | None:
        if value in self.CONTROLS[name][control]:
            return None
        return f"“{control}” of {name} cannot be “{value}”. {self.controls(name)[control]}"

    def try_out(self, name: str, settings: Mapping[str, str], lock: Sequence[str]) -> Trial:
        self.ran.append((name, dict(settings), tuple(lock)))
        if self.refuses == "all":
            raise RuntimeError("no chalk")
        return Trial((self.refuses,) if self.refuses else (), {"share": 0.5})


def read(body: str, file: str = "01-a-lesson.md") -> Lesson:
    """Read a lesson that is right but for its body, which begins in line `FIRST`."""
    return read_lesson(FRONT + body, file)


def problems(body: str) -> list[str]:
    """Return what is wrong with a body, each with its line counted from the body's first."""
    return [f"{one.line - FIRST + 1}: {one.message}" for one in read(body).problems]


def broken(lesson: Lesson) -> list[Broken]:
    return [block for block in lesson.blocks() if isinstance(block, Broken)]


def write(folder: Path, name: str, body: str, **front: object) -> Path:
    """Write a lesson file whose front matter is given by keywords."""
    given = {"title": "A lesson", "summary": "What it says.", **front}
    about = "\n".join(f"{key}: {value}" for key, value in given.items() if value is not None)
    path = folder / name
    path.write_text(f"---\n{about}\n---\n\n# {given['title']}\n\n{body}", encoding="utf-8")
    return path
