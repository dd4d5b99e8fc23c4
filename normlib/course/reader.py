"""From the text of a lesson's file to a lesson.

Never fails: what cannot be read stands as a broken block in its place.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Final

from normlib.course.blocks import Broken, Lesson, Step
from normlib.course.directive_blocks import blocks_of
from normlib.course.directives import Heading, Item, tree
from normlib.course.front import Front, cut_front, read_front
from normlib.course.lines import Line, lines_of, size_problem
from normlib.course.making import Making
from normlib.course.plain import plain_faults, without_marks
from normlib.course.report import Report, short

MOST_STEPS: Final = 40
_FILE: Final = re.compile(r"(?:(\d{1,4})[-_])?(.*?)(?:\.md)?\Z", re.DOTALL)


def read_lesson(text: str, file: str) -> Lesson:
    """Read a lesson.

    Args:
        text: of the file.
        file: its name, as problems shall call it; the last part gives number and slug.

    Returns: the lesson as far as it could be read, with everything that is wrong with it.

    >>> lesson = read_lesson("---\\ntitle: Scale\\n---\\n# Scale\\n\\n## One number\\nSeven.", "02-why-scale.md")
    >>> lesson.slug, lesson.number, [step.title for step in lesson.steps], lesson.problems
    ('why-scale', 2, ['Scale', 'One number'], ())
    """
    too_large = size_problem(len(text.encode("utf-8", "replace")))
    if too_large:
        return unreadable(file, too_large)
    report = Report(file)
    number, slug = name_of(file)
    lines = lines_of(text, report)
    about, body = cut_front(lines, report)
    front = read_front(about, _heading(body) or _words(slug), report)
    making = Making(report, front, lines)
    steps = _steps(tree(body, report), front, making)
    if not re.fullmatch(r"[a-z0-9]+(-[a-z0-9]+)*", slug):
        report.error(1, f"“{short(slug)}” is no name for a lesson. Name the file like 07-batch-normalization.md.")
    return Lesson(
        slug=_slug(slug),
        number=number,
        file=file,
        title=front.title,
        summary=front.summary,
        minutes=front.minutes,
        level=front.level,
        objectives=front.objectives,
        prerequisites=front.prerequisites,
        authors=front.authors,
        sources=front.sources,
        steps=steps,
        problems=report.problems(),
    )


def unreadable(file: str, message: str) -> Lesson:
    """Return a lesson that only says why it cannot be shown."""
    report = Report(file)
    number, slug = name_of(file)
    problem = report.error(1, message)
    title = _words(slug)
    step = Step(1, title, (Broken(1, problem, ""),))
    return Lesson(_slug(slug), number, file, title, steps=(step,), problems=report.problems())


def name_of(file: str) -> tuple[int | None, str]:
    """Return number and slug of a file's name.

    >>> name_of("lessons/07-batch-normalization.md"), name_of("notes.md")
    ((7, 'batch-normalization'), (None, 'notes'))
    """
    found = _FILE.match(re.split(r"[/\\]", file)[-1])
    digits, slug = (found[1], found[2]) if found else (None, file)
    return int(digits) if digits else None, slug


def _heading(lines: Sequence[Line]) -> str:
    """Return the first heading of the first level, for a lesson whose front matter has no title."""
    found = next((found for line in lines[:200] if (found := re.match(r"# +(\S.{0,99})\Z", line.text))), None)
    return without_marks(found[1]) if found else ""


def _slug(name: str) -> str:
    """Return a name that can stand in an address."""
    return re.sub(r"[^a-z0-9]+", "-", name.lower()[:200]).strip("-") or "lesson"


def _words(slug: str) -> str:
    plain = " ".join(re.sub(r"[^\w]+", " ", slug[:100]).split())
    return plain[:1].upper() + plain[1:] or "Lesson"


def _steps(items: Sequence[Item | Heading], front: Front, making: Making) -> tuple[Step, ...]:
    steps: list[Step] = []
    title, line, gathered = front.title, making.lines[0].number, list[Item]()
    titled = 0
    for item in items:
        if not isinstance(item, Heading):
            gathered.append(item)
            continue
        if item.level == 1:
            titled = _title(item.name, item.line, titled, front, making)
            continue
        _end_step(steps, Step(line, title, ()), gathered, making)
        title, line, gathered = _step_title(item.name, item.line, making), item.line, []
        if len(steps) == MOST_STEPS:
            making.report.error(
                line, f"The lesson has more than {MOST_STEPS} steps. The rest is not shown: make two of it."
            )
            return tuple(steps)
    _end_step(steps, Step(line, title, ()), gathered, making)
    if not titled:
        making.report.error(
            steps[0].line, f"The lesson has no heading. Write “# {front.title}” after the front matter."
        )
    return tuple(steps)


def _end_step(steps: list[Step], step: Step, gathered: Sequence[Item], making: Making) -> None:
    making.lab = 0
    blocks = blocks_of(gathered, making)
    if not blocks and steps:
        making.report.error(
            step.line, f"The step “{short(step.title)}” is empty. Write something into it, or delete it."
        )
    first = step.line if steps or not blocks else blocks[0].line
    steps.append(Step(first, step.title, blocks))


def _title(name: str, line: int, before: int, front: Front, making: Making) -> int:
    if before:
        making.report.error(line, f"The title stands in line {before} already. Write ## for a step, ### inside one.")
        return before
    if name != front.title:
        making.report.error(
            line,
            f"The heading is “{short(name)}”, the title in the front matter “{short(front.title)}”. Make them equal.",
        )
    return line


def _step_title(name: str, line: int, making: Making) -> str:
    if not name:
        making.report.error(line, "This step has no name. Write it after ##.")
        return "Step"
    faults = plain_faults(name)
    for fault in faults:
        making.report.error(line, fault)
    return without_marks(name) if faults else name
