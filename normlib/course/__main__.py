"""`python -m normlib.course check [FOLDER...]` and `python -m normlib.course new "Title" [FOLDER]`."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path

from normlib.course.around import find_laboratories, find_pages
from normlib.course.check import check
from normlib.course.library import LESSONS, folders
from normlib.course.new import NewLessonError, new_lesson


def main(arguments: Sequence[str] | None = None) -> int:
    """Run a command; return the exit status: 0, or 1 when there is an error in a lesson."""
    parser = argparse.ArgumentParser(
        prog=".venv/bin/python -m normlib.course", description="Check lessons, or begin a new one."
    )
    commands = parser.add_subparsers(dest="command", required=True)
    one = commands.add_parser("check", help="print every problem as file:line: message")
    one.add_argument("where", nargs="*", type=Path, metavar="FOLDER", help="folders or files; by default the course's")
    one.add_argument("--quick", action="store_true", help="look at the laboratories' settings, without running them")
    two = commands.add_parser("new", help="write a lesson to begin with")
    two.add_argument("title")
    two.add_argument("folder", nargs="?", type=Path, default=LESSONS)
    given = parser.parse_args(arguments)
    return _check(given.where, given.quick) if given.command == "check" else _new(given.title, given.folder)


def _check(where: Sequence[Path], quick: bool) -> int:
    missing = [one for one in where if not one.exists()]
    for one in missing:
        _say(f"{one}:1: There is no such folder or file. Write the path of a folder with lessons.")
    if missing:
        return 1
    laboratories, pages = None, None
    try:
        pages = find_pages()
        laboratories = find_laboratories()
    except LookupError as error:
        sys.stderr.write(f"Laboratories are not checked: {error}\n")
    files = [one for one in where if one.is_file()]
    asked = [one.parent if one.is_file() else one for one in where] or list(folders())
    all_of = {one.resolve() for one in where if one.is_dir()}
    only = [] if not files else [*files, *(path for one in all_of for path in one.iterdir())]
    outcome = check(asked, laboratories, pages=pages, known=folders() if where else (), only=only, run=not quick)
    for problem in outcome.problems:
        mark = "warning: " if problem.severity == "warning" else ""
        _say(f"{problem.file}:{problem.line}: {mark}{problem.message}")
    _say(outcome.summary())
    return 1 if outcome.errors else 0


def _new(title: str, folder: Path) -> int:
    try:
        path = new_lesson(title, folder)
    except NewLessonError as error:
        sys.stderr.write(f"{error}\n")
        return 1
    _say(f"Wrote {path}. Check it with: .venv/bin/python -m normlib.course check {path}")
    return 0


def _say(text: str) -> None:
    sys.stdout.write(text + "\n")


if __name__ == "__main__":
    sys.exit(main())
