"""Check lessons against everything around them: laboratories, numbers, terms, pictures and one another."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

from normlib.course.blocks import Broken, Claim, Figure, Lesson, Term
from normlib.course.check_labs import LabCheck
from normlib.course.check_parts import check_parts
from normlib.course.glossary import key, terms
from normlib.course.laboratories import Laboratories
from normlib.course.library import Library
from normlib.course.pictures import find_picture
from normlib.course.problem import Problem
from normlib.course.report import Report, short, unknown
from normlib.course.values import ValueCallError, evaluate
from normlib.course.within import links, roles


@dataclass(frozen=True)
class Surroundings:
    """What a lesson may refer to.

    Attributes:
        lessons: slug -> prerequisites, of all lessons there are.
        terms: names that the glossary explains, in small letters.
        laboratories: None where they could not be loaded; what needs them is not checked then.
        pages: addresses of the app's pages, or None.
    """

    lessons: Mapping[str, Sequence[str]]
    terms: Sequence[str]
    laboratories: Laboratories | None = None
    pages: Sequence[str] | None = None


@dataclass
class Outcome:
    """What a check found."""

    lessons: int = 0
    laboratories: int = 0
    numbers: int = 0
    problems: list[Problem] = field(default_factory=list)

    @property
    def errors(self) -> int:
        """How many of the problems are errors."""
        return sum(problem.severity == "error" for problem in self.problems)

    def summary(self) -> str:
        """Say it in a line.

        >>> Outcome(15, 34, 61).summary()
        '15 lessons, 34 laboratories, 61 numbers: no problems'
        """
        warnings = len(self.problems) - self.errors
        found = [_many(self.errors, "problem"), _many(warnings, "warning")]
        what = ", ".join(one for one in found if not one.startswith("0 ")) or "no problems"
        counts = (_many(self.lessons, "lesson"), _many(self.laboratories, "laborator"), _many(self.numbers, "number"))
        return f"{', '.join(counts)}: {what}"


def check(
    folders: Sequence[Path],
    laboratories: Laboratories | None = None,
    *,
    pages: Sequence[str] | None = None,
    known: Sequence[Path] = (),
    only: Sequence[Path] = (),
    run: bool = True,
) -> Outcome:
    """Check the lessons of some folders.

    Args:
        folders: whose lessons are checked.
        laboratories: to look at; without them, what concerns laboratories is left out.
        pages: addresses that links may lead to besides those of laboratories.
        known: folders whose lessons may be referred to, and are not checked.
        only: files to check; all of the folders when empty.
        run: whether laboratories run; without it only their names, settings and locks are looked at.

    Returns: all problems, sorted, and what was checked.
    """
    folders = tuple(dict.fromkeys(folder.resolve() for folder in folders))
    library = Library(tuple(dict.fromkeys([*(folder.resolve() for folder in known), *folders])))
    files = library.files()
    around = Surroundings({one.slug: one.prerequisites for _, one in files}, tuple(terms()), laboratories, pages)
    asked = {one.resolve() for one in only}
    outcome = Outcome()
    tried: LabCheck | None = LabCheck(laboratories, run=run) if laboratories is not None else None
    for path, lesson in files:
        if path.parent in folders and (not asked or path in asked):
            found = check_lesson(path, lesson, around, outcome, tried)
            outcome.problems += [replace(one, file=_shown(path)) for one in found]
    for one in library.folder_problems():
        where = Path(one.file)
        if (where in asked) if asked else (where in folders or where.parent in folders):
            outcome.problems.append(replace(one, file=_shown(where)))
    outcome.problems = sorted(set(outcome.problems))
    return outcome


def check_lesson(
    path: Path,
    lesson: Lesson,
    around: Surroundings,
    outcome: Outcome,
    tried: LabCheck | None,
    *,
    text: str | None = None,
) -> list[Problem]:
    """Return the problems of one lesson, counting what was checked in `outcome`; `text` is in place of a file's."""
    lines = (path.read_bytes().decode("utf-8", "replace") if text is None else text).split("\n")
    report = Report(lesson.file, list(lesson.problems))
    outcome.lessons += 1
    outcome.numbers += _check_roles(lesson, around, report)
    _check_links(lesson, around, report)
    _check_order(_line_of("prerequisites:", lines), lesson, around, report)
    for block in lesson.with_unseen():
        if isinstance(block, Figure):
            try:
                find_picture(path.parent, block.path)
            except LookupError as error:
                report.error(block.line, str(error))
        if isinstance(block, Claim) and block.test is not None and tried is not None:
            tried.named(block.test, block.line, report)
    if tried is not None:
        outcome.laboratories += tried.lesson(lesson, report)
    if not any(isinstance(block, Broken) and not block.source for block in lesson.blocks()):
        check_parts(lesson, lines, report)
    return report.found


def _check_roles(lesson: Lesson, around: Surroundings, report: Report) -> int:
    numbers = 0
    for line, role in roles(lesson):
        if isinstance(role, Term):
            if key(role.name) not in around.terms:
                message = unknown("term in the glossary", key(role.name), around.terms, "the page Glossary")
                report.error(line, f"{message} Add it to assets/glossary.yaml if it is new.")
            continue
        numbers += 1
        try:
            evaluate(role.call)
        except ValueCallError as error:
            report.error(line, str(error))
        except Exception as error:  # noqa: BLE001  # the functions of numbers are many, and one must not stop the check
            report.error(line, f"“{short(role.call)}” cannot be computed: {type(error).__name__}, {error}. Mend it.")
    return numbers


def _check_links(lesson: Lesson, around: Surroundings, report: Report) -> None:
    pages = None if around.laboratories is None else {*around.laboratories.names(), *(around.pages or ())}
    for line, href in links(lesson):
        kind, _, rest = href.partition(":")
        name = rest.split("?")[0].split("#")[0]
        if kind == "lesson" and name not in around.lessons:
            report.error(line, f"The link “{short(href)}” leads nowhere. {unknown('lesson', name, around.lessons)}")
        elif kind == "page" and pages is not None and name not in pages:
            report.error(line, f"The link “{short(href)}” leads nowhere. {unknown('page', name, pages)}")


def _check_order(line: int, lesson: Lesson, around: Surroundings, report: Report) -> None:
    for slug in lesson.prerequisites:
        if slug not in around.lessons:
            message = unknown("lesson", slug, [one for one in around.lessons if one != lesson.slug])
            report.error(line, f"“prerequisites” names “{slug}”. {message}")
        elif round_trip := _way(slug, lesson.slug, around.lessons):
            chain = " → ".join([lesson.slug, *round_trip])
            report.error(line, f"“prerequisites” go in a circle: {chain}. Take one of them out.")


def _way(start: str, end: str, lessons: Mapping[str, Sequence[str]]) -> list[str]:
    """Return the lessons from one back to another along prerequisites, or nothing."""
    came: dict[str, str] = {start: ""}
    waiting = [start]
    while waiting:
        here = waiting.pop()
        if here == end:
            way = [here]
            while came[way[0]]:
                way.insert(0, came[way[0]])
            return way
        for after in lessons.get(here, ()):
            if after not in came:
                came[after] = here
                waiting.append(after)
    return []


def _line_of(start: str, lines: Sequence[str]) -> int:
    return next((at for at, line in enumerate(lines[:500], 1) if line.startswith(start)), 1)


def _shown(path: Path) -> str:
    here = Path.cwd()
    return str(path.relative_to(here)) if path.is_relative_to(here) else str(path)


def _many(count: int, one: str) -> str:
    ending = ("y" if count == 1 else "ies") if one.endswith("or") else "" if count == 1 else "s"
    return f"{count} {one}{ending}"
