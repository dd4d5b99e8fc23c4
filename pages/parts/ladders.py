"""Learning rates that work: what a run over rates and scales of the first weights gave, in words and as a table."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from normlib.figures.ladder import Panel
from normlib.figures.look import METHODS
from normlib.intervals import Interval, mean_interval
from normlib.training import Result
from normlib.training.crossed import Crossed
from normlib.training.presets import LADDER_METHODS, RATES, SCALES
from normlib.training.workable import Workable, workable
from normlib.words import listed, number, table
from pages.parts.experiment_words import spoken
from pages.parts.measured import share
from pages.parts.runs import ENDED

LEVEL: Final = 0.9
"""Share of test rows right from which a learning rate counts as one that works."""


@dataclass(frozen=True, eq=False)
class Ladders:
    """What was found, perhaps so far.

    Attributes:
        accuracy: (methods, scales, rates, S) at the last record; NaN where a seed stopped or has none yet.
        stopped: (methods, scales, rates) seeds that stopped.
        ended: whether all have come to their end.
    """

    accuracy: NDArray[np.float64]
    stopped: NDArray[np.int64]
    ended: bool

    @property
    def seeds(self) -> int:
        """How many seeds."""
        return int(self.accuracy.shape[-1])

    @property
    def known(self) -> NDArray[np.bool_]:
        """Which cells have a number for each seed that goes on, (methods, scales, rates)."""
        found: NDArray[np.bool_] = np.isfinite(self.accuracy).sum(axis=-1) + self.stopped >= self.seeds
        return found

    def panels(self) -> list[Panel]:
        """Return what the figure shows."""
        medians = np.where(self.known, np.median(np.nan_to_num(self.accuracy), axis=-1), np.nan)
        lost = self.stopped / self.seeds
        return [Panel(METHODS[name], medians[at], lost[at]) for at, name in enumerate(LADDER_METHODS)]

    def at(self, method: str, scale: float) -> Workable:
        """Return the ladder of one method at one scale."""
        place = LADDER_METHODS.index(method), SCALES.index(scale)
        return workable(self.accuracy[place], RATES, LEVEL)


def ladders(crossed: Crossed, results: Sequence[Result]) -> Ladders:
    """Return what the results of a run say."""
    return Ladders(crossed.table(results, "test_accuracy"), crossed.stopped(results), crossed.ended(results))


def wider(found: Ladders, method: str, other: str, scale: float) -> Interval | None:
    """Return by how many decades a method's range is wider at one scale, seed by seed; None for one seed."""
    if found.seeds < 2:
        return None
    return mean_interval(found.at(method, scale).decades - found.at(other, scale).decades)


def title(found: Ladders) -> str:
    """Say what to see."""
    if not found.ended:
        working = sum(int(found.at(name, scale).works.sum()) for name in LADDER_METHODS for scale in SCALES)
        return f"{working} of {found.known.size} settings get {share(LEVEL)} of the test rows right so far"
    rows = {name: sum(bool(found.at(name, scale).works.any()) for scale in SCALES) for name in LADDER_METHODS}
    if not any(rows.values()):
        return f"No setting gets {share(LEVEL)} of the test rows right in this time"
    most = max(rows.values())
    best = [spoken("method", METHODS[name].name) for name, count in rows.items() if count == most]
    if len(best) == len(rows):
        return f"Each method trains from {most} of {len(SCALES)} scales of the first weights"
    text = f"{listed(best)} {'trains' if len(best) == 1 else 'train'} from {most} of {len(SCALES)} scales of the first weights"
    return text[:1].upper() + text[1:]


def sentence(found: Ladders, guess: str | None = None, *, over: bool = True, brief: bool = False) -> str:
    """Answer the question of the page; `brief` without how much wider a range is."""
    if not found.ended:
        return ENDED if over else "The cells change while the networks train."
    parts = []
    for name in LADDER_METHODS:
        own = found.at(name, 1.0)
        spoken_name = spoken("method", METHODS[name].name)
        if own.works.any():
            rates = [rate for rate, works in zip(RATES, own.works, strict=True) if works]
            reach = f"at {rates[0]:g}" if len(rates) == 1 else f"from {rates[0]:g} to {rates[-1]:g}"
            parts.append(f"{spoken_name} {reach}")
        else:
            parts.append(f"{spoken_name} at none")
    said = [
        f"With first weights of the usual size (× 1), learning rates that get {share(LEVEL)} right: {'; '.join(parts)}."
    ]
    for name in () if brief else LADDER_METHODS[1:]:
        said.append(_wider_words(found, name))
    return " ".join([*([_verdict(found, guess)] if guess else []), *said]).strip()


def _wider_words(found: Ladders, name: str) -> str:
    interval = wider(found, name, "none", 1.0)
    spoken_name = spoken("method", METHODS[name].name)
    if interval is None:
        return ""
    low, high = number(interval.low, 2), number(interval.high, 2)
    if interval.low <= 0 <= interval.high:
        return f"A wider range under {spoken_name} there is not detected at this scale (95 % interval {low} to {high} decades)."
    word = "wider" if interval.mean > 0 else "narrower"
    ends = sorted((abs(interval.low), abs(interval.high)))
    return (
        f"Under {spoken_name} the range there is {number(abs(interval.mean), 2)} decades {word} than without norm, "
        f"on average over the seeds (95 % interval {number(ends[0], 2)} to {number(ends[1], 2)}, a decade is a factor of 10)."
    )


def _verdict(found: Ladders, guess: str) -> str:
    highest = {name: _highest(found, name) for name in LADDER_METHODS}
    label = {METHODS[name].name: name for name in LADDER_METHODS}.get(guess)
    top = max(highest.values())
    if label is None or top == 0:
        return ""
    named = spoken("method", guess)
    if highest[label] == top:
        alone = sum(value == top for value in highest.values()) == 1
        return f"You expected {named} to bear the highest rate, and it {'does' if alone else 'is among those that do'}."
    return f"You expected {named} to bear the highest rate; it does not."


def _highest(found: Ladders, name: str) -> float:
    """Return the highest rate that works at any scale, 0 if none does."""
    works = [rate for scale in SCALES for rate, ok in zip(RATES, found.at(name, scale).works, strict=True) if ok]
    return max(works, default=0.0)


def numbers(found: Ladders) -> str:
    """Return a markdown table: each method's own best rate at every scale, beside the common rate 0.1."""
    common = RATES.index(0.1)
    head = ["First weights", *(f"{METHODS[name].name}: best (at rate), at 0.1" for name in LADDER_METHODS)]
    lines = []
    for scale in SCALES:
        cells = []
        for name in LADDER_METHODS:
            own = found.at(name, scale)
            if own.medians.max() == 0:
                cells.append("stopped")
            else:
                cells.append(f"{share(own.medians[own.best])} ({RATES[own.best]:g}), {share(own.medians[common])}")
        lines.append([f"× {scale:g}", *cells])
    return table(head, lines)


def rows(results: Sequence[Result]) -> tuple[list[str], list[list[object]]]:
    """Return the columns of a file with every seed's numbers at the end."""
    lines: list[list[object]] = []
    for result in results:
        e = result.experiment
        for place, seed in enumerate(e.seeds):
            values = [result.values[name][place, -1] for name in ("test_accuracy", "test_nll") if name in result.values]
            written = [f"{value:.6g}" if np.isfinite(value) else "" for value in values]
            lines.append([e.method, e.scale, e.learning_rate, seed, *written])
    columns = [list(column) for column in zip(*lines, strict=True)]
    return ["method", "scale", "learning_rate", "seed", "test_accuracy", "test_nll"], columns
