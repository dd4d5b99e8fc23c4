"""Pictures of a lesson: files of its own folder, and nothing else."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Final

from normlib.course.report import short

ENDINGS: Final = (".png", ".jpg", ".jpeg", ".webp", ".gif")
MOST_BYTES: Final = 2_000_000
_SAFE: Final = re.compile(r"[A-Za-z0-9_][A-Za-z0-9_. -]*(?:/[A-Za-z0-9_][A-Za-z0-9_. -]*)*\Z")


def path_fault(path: str) -> str | None:
    """Say why a path cannot name a picture, by its text alone, or return None.

    >>> path_fault("pictures/axes.png")
    >>> print(path_fault("../secret.png"))
    The picture “../secret.png” is outside the lesson's folder. Save it there and write the path from there.
    """
    name = short(path)
    if not path:
        return "This figure has no picture. Write its path after {figure}, as in pictures/axes.png."
    if ":" in path or path.startswith("//"):
        return (
            f"The picture “{name}” comes from elsewhere. Save it in the lesson's folder and write the path from there."
        )
    if ".." in path or path[0] in "/\\~":
        return f"The picture “{name}” is outside the lesson's folder. Save it there and write the path from there."
    if not _SAFE.match(path) or len(path) > 200:
        return f"“{name}” is no path of a picture. Write letters, digits, -, _ and /, as in pictures/axes.png."
    if not path.lower().endswith(ENDINGS):
        return f"The picture “{name}” is of no kind that is shown. Save it as {', '.join(ENDINGS)}."
    return None


def find_picture(folder: Path, path: str) -> Path:
    """Return where a picture is.

    Raises: LookupError with a sentence when it is missing, too large, or not inside the folder.
    """
    fault = path_fault(path)
    if fault:
        raise LookupError(fault)
    name = short(path)
    try:
        found, inside = (folder / path).resolve(), folder.resolve()
        if not found.is_relative_to(inside):
            raise LookupError(f"The picture “{name}” leads outside the lesson's folder. Copy the file itself into it.")
        if not found.is_file():
            raise LookupError(f"There is no picture “{name}” in the lesson's folder. Save it there, or mend its name.")
        size = found.stat().st_size
    except (OSError, RuntimeError) as error:  # a link that leads to itself, a name that the disk refuses
        raise LookupError(f"The picture “{name}” cannot be read: {error}. Save it again.") from error
    if size > MOST_BYTES:
        raise LookupError(f"The picture “{name}” has {size:,} bytes; at most {MOST_BYTES:,} are sent. Make it smaller.")
    return found
