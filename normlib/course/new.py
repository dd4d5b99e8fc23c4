"""Begin a lesson: a file that passes the check and shows every directive once."""

from __future__ import annotations

import json
import re
import unicodedata
from collections.abc import Sequence
from pathlib import Path

from normlib.course.bars import bars_png
from normlib.course.library import folders
from normlib.course.plain import plain_faults
from normlib.course.reader import name_of
from normlib.course.report import short
from normlib.course.template import LESSON, PICTURE
from normlib.distances import distance_share


class NewLessonError(ValueError):
    """A lesson that cannot be begun; the message says why and what to do."""


def new_lesson(title: str, folder: Path, known: Sequence[Path] | None = None) -> Path:
    """Write the next number's lesson into a folder, with the picture that it shows.

    The number follows the highest of all folders, because the menu shows their lessons in one order.

    Args:
        title: of the lesson; its file is named after it.
        folder: made when it is missing.
        known: the other folders of the course; by default those that the app shows.

    Returns: the file.

    Raises: NewLessonError when the title makes no name, when there is such a lesson, when it cannot be written.
    """
    title = " ".join(title.split())
    slug = slug_of(title)
    _check(title, slug)
    number = 1
    for one in (*(folders() if known is None else known), folder):
        for path in one.glob("*.md"):
            taken, name = name_of(path.name)
            if name == slug:
                raise NewLessonError(f"There is a lesson “{slug}” already, in {path}. Choose another title.")
            number = max(number, (taken or 0) + 1)
    path = folder / f"{number:02d}-{slug}.md"
    picture = folder / PICTURE
    text = LESSON.replace("{{title}}", title).replace("{{quoted}}", json.dumps(title, ensure_ascii=False))
    try:
        picture.parent.mkdir(parents=True, exist_ok=True)
        if not picture.exists():
            picture.write_bytes(_shares())
        with path.open("x", encoding="utf-8") as file:
            file.write(text)
    except OSError as error:
        raise NewLessonError(f"{path} cannot be written: {error.strerror}. Choose another folder.") from error
    return path


def slug_of(title: str) -> str:
    """Return the name of a lesson in addresses.

    >>> slug_of("Why ε matters, and where: naïve views")
    'why-matters-and-where-naive-views'
    """
    plain = unicodedata.normalize("NFKD", title).encode("ascii", "ignore").decode().lower()
    return re.sub(r"[^a-z0-9]+", "-", plain)[:60].strip("-")


def _check(title: str, slug: str) -> None:
    if not slug:
        raise NewLessonError(
            f"“{short(title)}” has no letter from a to z, so the file has no name. Choose another title."
        )
    if len(title) > 100:
        raise NewLessonError(f"The title has {len(title)} characters; at most 100 fit into the menu. Shorten it.")
    faults = plain_faults(title)
    if faults:
        raise NewLessonError(f"“{short(title)}” cannot be a title. {faults[0]}")


def _shares() -> bytes:
    """Draw who owns the distance between two wines."""
    from normlib import data  # noqa: PLC0415  # loads scikit-learn, which a check does not need

    return bars_png(distance_share(data.load("wine").x))
