"""What a comparison measured, in words and as a table."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

from normlib.training import Result
from normlib.training.findings import Difference, Findings, findings
from normlib.training.milestones import first_non_finite
from normlib.words import count, listed, number, table

UNDECIDED = "No clear difference"
# A network that is right this much more often than one that always says the same has learned something.
_LEARNED = 1.5


@dataclass(frozen=True)
class Measured:
    """The results of a comparison, and how its arms are called.

    Attributes:
        results: one per arm.
        labels: of the arms, as on their controls.
        names: of the arms, in the middle of a sentence.
        found: test accuracy at the end, compared with the best arm.
    """

    results: Sequence[Result]
    labels: Sequence[str]
    names: Sequence[str]
    found: Findings

    @property
    def seeds(self) -> int:
        """How many seeds each arm has."""
        return len(self.found.arms[0].values)

    @property
    def guessing(self) -> float:
        """Share of rows that are right when every answer is the same class, classes being about equally frequent."""
        return 1 / self.results[0].experiment.size.classes

    @property
    def learned(self) -> bool:
        """Whether the best arm is clearly better than guessing."""
        best = self.found.best
        return best is not None and self.found.arms[best].median > min(_LEARNED * self.guessing, 0.75)


def measured(results: Sequence[Result], labels: Sequence[str], names: Sequence[str]) -> Measured | None:
    """Return what was measured, or None where nothing was recorded in some arm."""
    try:
        found = findings(results)
        # A run that was ended early has arms that came further than others: they are compared where all have been.
        going = [arm.step for arm in found.arms if len(arm.stopped) < len(arm.values)]
        step = min(going, default=None)
        found = findings(results, step=step)
        found = findings(results, reference=found.best or 0, step=step)
    except ValueError:
        return None
    return Measured(results, labels, names, found)


def title(m: Measured) -> str:
    """Say what to see in the curves."""
    found = m.found
    if found.best is None:
        return "All of them break down: each loss stops being a number"
    best = found.arms[found.best]
    if not m.learned:
        return f"Nothing was learned in {best.step:,} updates"
    if m.seeds > 1 and len(found.winners) == len(found.arms):
        return f"No clear difference after {best.step:,} updates"
    if m.seeds == 1:
        return f"One seed: {m.names[found.best]} gets {share(best.median)} of the test rows right"
    names = [m.names[place] for place in found.winners]
    if len(names) == 1:
        return f"{_capital(names[0])} gets most test rows right: {share(best.median)}"
    others = " or ".join(name for name in names if name != m.names[found.best])
    return (
        f"{_capital(m.names[found.best])} gets most test rows right, {share(best.median)}, not told apart from {others}"
    )


def sentence(m: Measured, guess: str | None = None) -> str:
    """Answer the question of the page from the numbers, with a guess if there was one."""
    found = m.found
    parts = []
    if found.best is not None:
        parts = [_levels(m)]
        others = [one for one in found.differences if one is not None and one.pairs and found.arms[one.arm].works]
        if m.learned:
            parts += _differences(m, others)
    stops = [text for place, result in enumerate(m.results) if (text := _stops(m, place, result))]
    return " ".join([*([_verdict(m, guess)] if guess else []), *parts, *stops]).strip()


def _levels(m: Measured) -> str:
    found = m.found
    order = sorted(range(len(found.arms)), key=lambda place: -found.arms[place].median)
    first, *rest = [(m.names[place], share(found.arms[place].median)) for place in order]
    seeds = "one seed" if m.seeds == 1 else f"median of {m.seeds} seeds"
    steps = found.arms[order[0]].step
    others = listed([f"{name} {right}" for name, right in rest])
    told = f"After {steps:,} updates {first[0]} gets {first[1]} of the test rows right ({seeds}), {others}."
    return told if m.learned else f"{told} Always the same answer would get about {share(m.guessing)}."


def _differences(m: Measured, others: Sequence[Difference]) -> list[str]:
    if m.seeds == 1:
        return ["One seed cannot say whether that is luck: choose more."]
    best = m.names[m.found.best or 0]
    apart = [one for one in others if one.told_apart]
    alike = [m.names[one.arm] for one in others if not one.told_apart]
    parts = []
    if apart:
        shown = [f"{_points(-one.mean)} points over {m.names[one.arm]} {_interval(one)}" for one in apart]
        parts.append(f"Seed by seed, {best} leads by {listed(shown)}, on average.")
    if alike:
        parts.append(f"These {m.seeds} seeds show no difference between {best} and {' or '.join(alike)}.")
    return parts


def _stops(m: Measured, place: int, result: Result) -> str:
    lost = first_non_finite(result)
    if lost is None:
        return ""
    stopped, seeds = lost.seeds
    which = f"All {seeds} seeds" if stopped == seeds else f"{stopped} of {count(seeds, 'seed')}"
    first = "the first "
    if seeds == 1:
        which, first = "The seed", ""
    layer = result.experiment.layer_name(lost.first.layer)
    if lost.first.layer <= result.experiment.hidden:
        layer = f"{layer} of {result.experiment.hidden}" if result.experiment.kind == "dense" else layer
    when = "at the start" if lost.first.step == 0 else f"after {count(lost.first.step, 'update')}"
    return f"{which} of {m.names[place]} stopped, {first}{when}: a value in {layer} was no longer a number."


def _verdict(m: Measured, guess: str) -> str:
    """Say what became of a guess."""
    found = m.found
    alike = len(found.winners) == len(found.arms)
    if guess == UNDECIDED:
        return "You expected no clear difference, and none was found." if alike else "You expected no clear difference."
    if guess not in m.labels or found.best is None:
        return ""
    place = list(m.labels).index(guess)
    name = m.names[place]
    if alike:
        return f"You expected {name} to get most right; these runs do not show it."
    if found.winners == (place,):
        return f"You expected {name} to get most right, and it does."
    if place in found.winners:
        return f"You expected {name} to get most right; it is among the best, and not told apart from the others there."
    return f"You expected {name} to get most right; it does not."


def numbers(m: Measured) -> str:
    """Return a markdown table of the arms."""
    best = m.labels[m.found.reference]
    head = ["", "median", "lowest to highest", "best median, at update", f"minus {best}", "95 % interval", "stopped"]
    rows = []
    for place, (arm, difference) in enumerate(zip(m.found.arms, m.found.differences, strict=True)):
        rows.append(
            [
                m.labels[place],
                share(arm.median),
                f"{share(arm.lowest)} to {share(arm.highest)}",
                f"{share(arm.best_value)}, {arm.best_step:,}",
                "" if difference is None else _signed(difference.mean),
                _range(difference),
                f"{len(arm.stopped)} of {m.seeds}",
            ]
        )
    return table(head, rows)


def rows(m: Measured) -> tuple[list[str], list[list[object]]]:
    """Return the columns of a file with every recorded number, one line per arm, seed and step."""
    names = [name for name, values in m.results[0].values.items() if values.ndim == 2]
    lines: list[list[object]] = []
    # By their names in a sentence: a program that reads the file may take "None" for a gap.
    for label, result in zip(m.names, m.results, strict=True):
        for place, seed in enumerate(result.experiment.seeds):
            for record, step in enumerate(result.steps.tolist()):
                values = [float(result.values[name][place, record]) for name in names if name in result.values]
                if any(math.isfinite(value) for value in values):
                    lines.append(
                        [label, seed, step, *(f"{value:.6g}" if math.isfinite(value) else "" for value in values)]
                    )
    return ["arm", "seed", "step", *names], [list(column) for column in zip(*lines, strict=True)]


def share(value: float) -> str:
    """Write an accuracy, which differs between arms in its last digits.

    >>> share(0.97823).replace("\\xa0", "~"), share(1.0).replace("\\xa0", "~")
    ('97.8~%', '100~%')
    """
    return f"{100 * value:.1f}".removesuffix(".0") + "\xa0%"


def _interval(difference: Difference) -> str:
    return f"(95 % interval {_range(difference, -1)})" if difference.interval else "(one pair)"


def _range(difference: Difference | None, sign: int = 1) -> str:
    if difference is None or difference.interval is None:
        return ""
    ends = sorted((sign * difference.interval.low, sign * difference.interval.high))
    return f"{_points(ends[0])} to {_points(ends[1])}"


def _points(value: float) -> str:
    """Write a difference of shares in percentage points.

    >>> _points(0.0123), _points(-0.2), _points(0.0004)
    ('1.2', '−20', '0.04')
    """
    return number(100 * value, 2)


def _signed(value: float) -> str:
    if not math.isfinite(value):
        return ""
    return f"+{_points(value)}" if value > 0 else _points(value)


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]
