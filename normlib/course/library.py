"""The lessons of one or several folders, as their files are just now."""

from __future__ import annotations

import os
import stat
import threading
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final

from normlib.course.blocks import Lesson
from normlib.course.lines import MOST_BYTES, size_problem
from normlib.course.pictures import find_picture
from normlib.course.problem import Problem
from normlib.course.reader import read_lesson, unreadable

LESSONS: Final = Path(__file__).resolve().parents[2] / "lessons"
VARIABLE: Final = "NORMLAB_LESSONS"
MOST_FILES: Final = 500
"""Files of a folder that are read."""


_State = tuple[int, int, int]


@dataclass(frozen=True)
class _Read:
    """A file as it was read, and what told that it has changed."""

    state: _State
    lesson: Lesson


def folders(environment: Mapping[str, str] = os.environ) -> tuple[Path, ...]:
    """Return where lessons are: the project's folder, then those that NORMLAB_LESSONS names.

    >>> [str(one) for one in folders({"NORMLAB_LESSONS": "/srv/mine"})][1:]
    ['/srv/mine']
    """
    more = [Path(one).expanduser() for one in environment.get(VARIABLE, "").split(os.pathsep) if one.strip()]
    return (LESSONS, *more)


class Library:
    """Lessons by folder. Files are looked at on every call, and read again when they have changed.

    Args:
        folders: in order; of two lessons with one slug, the first is kept.

    >>> Library([]).lessons()
    ()
    """

    def __init__(self, folders: Sequence[Path]) -> None:
        self.folders = tuple(folders)
        self._found: dict[str, _State] = {}
        self._read: dict[Path, _Read] = {}
        self._sorted: tuple[tuple[Path, Lesson], ...] = ()
        self._said: list[Problem] = []
        self._problems: tuple[Problem, ...] = ()
        self._lock = threading.Lock()

    def lessons(self) -> tuple[Lesson, ...]:
        """Return the lessons, ordered by number, then by name."""
        return tuple(lesson for _, lesson in self._current())

    def files(self) -> tuple[tuple[Path, Lesson], ...]:
        """Return the lessons with their files, in the same order."""
        return self._current()

    def by_slug(self, slug: str) -> Lesson:
        """Return a lesson; raises `KeyError` naming the lessons there are."""
        lessons = self.lessons()
        for lesson in lessons:
            if lesson.slug == slug:
                return lesson
        raise KeyError(f"there is no lesson “{slug}”; there are {', '.join(one.slug for one in lessons) or 'none'}")

    def problems(self) -> tuple[Problem, ...]:
        """Return what is wrong with the folders themselves, and with every lesson."""
        current = self._current()
        return (*self._problems, *(problem for _, lesson in current for problem in lesson.problems))

    def folder_problems(self) -> tuple[Problem, ...]:
        """Return what is wrong with the folders themselves: unreadable ones, links out, names taken twice."""
        self._current()
        return self._problems

    def picture(self, slug: str, path: str) -> Path:
        """Return where a lesson's picture is.

        Raises: LookupError with a sentence when there is no such lesson, or no such picture inside its folder.
        """
        for file, lesson in self._current():
            if lesson.slug == slug:
                return find_picture(file.parent, path)
        raise LookupError(f"There is no lesson “{slug}”, so it has no pictures.")

    def _current(self) -> tuple[tuple[Path, Lesson], ...]:
        with self._lock:
            found: dict[str, _State] = {}
            said: list[Problem] = []
            for folder in self.folders:
                found.update(self._scanned(folder, said))
            said.sort()
            if found != self._found or said != self._said:
                self._found, self._said = found, said
                self._read = {Path(path): self._again(Path(path), state) for path, state in found.items()}
                self._sorted, twice = self._ordered()
                self._problems = (*said, *twice)
            return self._sorted

    @staticmethod
    def _scanned(folder: Path, said: list[Problem]) -> dict[str, _State]:
        # Names as text, which is quicker: every run of every page comes by here.
        found: dict[str, _State] = {}
        try:
            with os.scandir(folder) as entries:
                for entry in entries:
                    if not entry.name.lower().endswith(".md") or entry.name.startswith((".", "_")):
                        continue
                    if entry.name.upper() == "README.MD":
                        continue
                    state = _state(entry, said)
                    if state is not None:
                        found[entry.path] = state
        except OSError as error:
            said.append(Problem(str(folder), 1, f"The folder cannot be read: {error.strerror}. Mend {VARIABLE}."))
        if len(found) > MOST_FILES:
            said.append(Problem(str(folder), 1, f"The folder has {len(found):,} lessons; {MOST_FILES} are read."))
        return {path: found[path] for path in sorted(found)[:MOST_FILES]}

    def _again(self, path: Path, state: _State) -> _Read:
        known = self._read.get(path)
        return known if known is not None and known.state == state else _Read(state, read_file(path))

    def _ordered(self) -> tuple[tuple[tuple[Path, Lesson], ...], list[Problem]]:
        order = {folder: at for at, folder in enumerate(self.folders)}
        first: dict[str, Path] = {}
        kept: list[tuple[Path, Lesson]] = []
        twice: list[Problem] = []
        for path, one in sorted(self._read.items(), key=lambda pair: (order[pair[0].parent], pair[0].name)):
            lesson = one.lesson
            if lesson.slug in first:
                message = (
                    f"“{lesson.slug}” is the lesson in {first[lesson.slug]} already, which is shown. Rename this file."
                )
                twice.append(Problem(str(path), 1, message))
                continue
            first[lesson.slug] = path
            kept.append((path, lesson))
        return tuple(sorted(kept, key=lambda pair: _place(pair[1]))), twice


def read_file(path: Path, name: str | None = None) -> Lesson:
    """Read a lesson's file, whatever is in it.

    Args:
        path: of the file.
        name: how problems call it; its own name by default.
    """
    name = name or path.name
    try:
        with path.open("rb") as file:
            content = file.read(MOST_BYTES + 1)
        too_large = size_problem(max(len(content), path.stat().st_size))
        lesson = unreadable(name, too_large) if too_large else read_lesson(content.decode("utf-8"), name)
    except UnicodeDecodeError as error:
        line = content[: error.start].count(b"\n") + 1
        message = f"Line {line} is not UTF-8 (byte 0x{content[error.start]:02X}). Save the file as UTF-8."
        lesson = unreadable(name, message)
        lesson = replace(lesson, problems=(Problem(name, line, message),))
    except OSError as error:
        lesson = unreadable(name, f"The file cannot be read: {error.strerror}. Mend its permissions.")
    return lesson


def _state(entry: os.DirEntry[str], said: list[Problem]) -> _State | None:
    """Return what changes when a file changes, or None where there is no file of this folder."""
    try:
        if entry.is_symlink():
            path = Path(entry.path)
            if not path.resolve().is_relative_to(path.parent.resolve()):
                said.append(Problem(entry.path, 1, "This link leads outside its folder. Copy the file itself into it."))
                return None
        about = entry.stat()
    except (OSError, RuntimeError) as error:
        said.append(Problem(entry.path, 1, f"The file cannot be read: {error}. Save it again."))
        return None
    return (about.st_mtime_ns, about.st_size, about.st_ino) if stat.S_ISREG(about.st_mode) else None


def _place(lesson: Lesson) -> tuple[int, str]:
    return (lesson.number if lesson.number is not None else 10_000, lesson.slug)
