"""Check the laboratories of a lesson: their settings, their locks, and that they run."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Final

from normlib.course.blocks import Broken, Lab, Lesson, Predict, Quiz, Reading
from normlib.course.laboratories import Laboratories, Trial, no_control
from normlib.course.report import Report, few, short, unknown

_OF_CONTROL: Final = re.compile(r"\(`(\w+)`\)")
"""The control that a sentence of a laboratory is about."""
_PREDICTION: Final = re.compile(r":+ *\{predict\} +([a-z0-9-]+)")
"""A prediction that cannot be shown is not told to be missing as well."""


class LabCheck:
    """Run laboratories, each with each of its settings once, or only look at their settings."""

    def __init__(self, laboratories: Laboratories, *, run: bool = True) -> None:
        self.laboratories = laboratories
        self.run = run
        self.names = tuple(laboratories.names())
        self._trials: dict[tuple[object, ...], Trial] = {}

    def lesson(self, lesson: Lesson, report: Report) -> int:
        """Check the laboratories of a lesson and what its quizzes read off them; return how many there are."""
        labs = [block for block in lesson.with_unseen() if isinstance(block, Lab)]
        readings: dict[str, Mapping[str, float]] = {}
        predictions: list[str] = []
        for block in lesson.with_unseen():
            if isinstance(block, Predict):
                predictions.append(block.name)
            elif isinstance(block, Broken):
                predictions += _PREDICTION.findall(block.source)
            if not isinstance(block, Lab):
                continue
            if block.after and block.after not in predictions:
                message = unknown("prediction before this laboratory named", block.after, predictions, "the lesson")
                report.error(block.lines.get("after", block.line), message)
            trial = self._lab(block, report)
            if trial is not None:
                readings[block.slug] = {**readings.get(block.slug, {}), **trial.readings}
        for block in lesson.with_unseen():
            if isinstance(block, Quiz) and isinstance(block.answer, Reading):
                self._reading(block.answer, block.line, labs, readings, report)
        return len(labs)

    def named(self, slug: str, line: int, report: Report) -> bool:
        """Tell whether there is a laboratory, and report it if not."""
        if slug not in self.names:
            report.error(line, unknown("laboratory", slug, self.names))
        return slug in self.names

    def _lab(self, lab: Lab, report: Report) -> Trial | None:
        if not self.named(lab.slug, lab.line, report):
            return None
        before = len(report.found)
        controls = self.laboratories.controls(lab.slug)
        for control, value in lab.settings.items():
            line = lab.lines.get(control, lab.line)
            if control not in controls:
                report.error(line, no_control(lab.slug, control, value, tuple(controls)))
            elif refused := self.laboratories.refuse(lab.slug, control, value):
                report.error(line, refused)
        lockable = self.laboratories.lockable(lab.slug)
        for control in lab.lock:
            if control != "all" and control not in lockable:
                message = unknown(f"control of “{lab.slug}” named", control, [*lockable, "all"])
                if control in controls:
                    message = f"It can always be moved. What can be locked: {few([*lockable, 'all'])}."
                report.error(lab.lines.get("lock", lab.line), f"“:lock:” names “{short(control)}”. {message}")
        if len(report.found) > before or not self.run:
            return None
        return self._run(lab, report)

    def _run(self, lab: Lab, report: Report) -> Trial | None:
        key = (lab.slug, tuple(sorted(lab.settings.items())), tuple(sorted(lab.lock)))
        if key not in self._trials:
            try:
                self._trials[key] = self.laboratories.try_out(lab.slug, lab.settings, lab.lock)
            except Exception as error:  # noqa: BLE001  # whatever a page does, the other lessons are checked
                self._trials[key] = Trial((f"It failed: {type(error).__name__}, {error}. Change its settings.",), {})
        trial = self._trials[key]
        for problem in trial.problems:
            about = _OF_CONTROL.search(problem)
            line = lab.lines.get(about[1], lab.line) if about else lab.line
            report.error(line, f"The laboratory “{lab.slug}” does not run with these settings. {problem}")
        return None if trial.problems else trial

    def _reading(
        self,
        answer: Reading,
        line: int,
        labs: Sequence[Lab],
        readings: Mapping[str, Mapping[str, float]],
        report: Report,
    ) -> None:
        slugs = [lab.slug for lab in labs]
        if answer.slug not in slugs:
            message = unknown("laboratory in this lesson named", answer.slug, slugs)
            report.error(line, f"The answer is read off “{answer.slug}”. {message} Put it in with :::{{lab}} before.")
        elif answer.slug in readings and answer.name not in readings[answer.slug]:
            message = unknown(f"reading of “{answer.slug}” named", answer.name, readings[answer.slug])
            report.error(line, message)
