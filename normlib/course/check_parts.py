"""Check that a lesson has the parts that every lesson has; what is there but damaged is not told a second time."""

from __future__ import annotations

import difflib
import re
from collections.abc import Sequence
from typing import Final

from normlib.course.blocks import Broken, Items, Lesson, Predict
from normlib.course.report import Report

_OPENING: Final = re.compile(r" {0,3}:{3,20}\s*\{?\s*([A-Za-z]+)")


def check_parts(lesson: Lesson, lines: Sequence[str], report: Report) -> None:
    """Warn of what a lesson lacks: summary, objectives, a prediction, key points; `lines` are those of its file."""
    blocks = list(lesson.blocks())
    kinds = {block.kind for block in blocks if isinstance(block, Items)}
    damaged = [name for block in blocks if isinstance(block, Broken) for name in _opened(block, lines)]
    readable = not _front_is_damaged(lesson, lines)
    if readable and not lesson.summary:
        report.warn(1, "The lesson has no summary. Write summary: and one sentence in the front matter.")
    if readable and not lesson.objectives and "objectives" not in kinds and not _meant("objectives", damaged):
        report.warn(1, "The lesson has no objectives. Write objectives: and a list in the front matter.")
    if not any(isinstance(block, Predict) for block in blocks) and not _meant("predict", damaged):
        report.warn(1, "The lesson has no prediction. Write a :::{predict} before the reveal.")
    if "keypoints" not in kinds and not _meant("keypoints", damaged):
        report.warn(1, "The lesson has no key points. Write :::{keypoints} and a list at its end.")


def _opened(block: Broken, lines: Sequence[str]) -> list[str]:
    """Return the names of the directives that a broken block opens."""
    source = block.source.split("\n")
    # The source of a long block is cut; what stood in it is in the file.
    source = list(lines[block.line - 1 :]) if source[-1] == "…" else source
    return [found[1].lower() for line in source if (found := _OPENING.match(line))]


def _meant(name: str, damaged: Sequence[str]) -> bool:
    return bool(difflib.get_close_matches(name, damaged, 1, 0.75))


def _front_is_damaged(lesson: Lesson, lines: Sequence[str]) -> bool:
    marks = [at for at, line in enumerate(lines, 1) if line.lstrip("\ufeff").rstrip() == "---"][:2]
    before = lines[: marks[0] - 1] if marks else []
    if len(marks) < 2 or any(line.strip("\ufeff \r\t") for line in before):
        return True
    return any(one.severity == "error" and marks[0] < one.line <= marks[1] for one in lesson.problems)
