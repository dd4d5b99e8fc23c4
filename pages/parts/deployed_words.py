"""What to say when deployed rows are not like the training rows, from the numbers."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Final

import numpy as np

from normlib.words import count, number
from pages.parts.deployed import BY, Arm, Setting, answered, interval
from pages.parts.measured import share

ARM_NAMES: Final[dict[Arm, str]] = {
    "none": "without a norm",
    "running": "with running statistics",
    "fresh": "with fresh statistics",
}


@lru_cache(maxsize=128)
def titles(setting: Setting) -> tuple[str, ...]:
    """Say what to see at every move."""
    return tuple(_title(setting, at) for at in range(BY.size))


@lru_cache(maxsize=128)
def sentences(setting: Setting) -> tuple[str, ...]:
    """Answer the page's question at every move."""
    return tuple(_sentence(setting, at) for at in range(BY.size))


def _title(setting: Setting, at: int) -> str:
    if setting.still:
        return f"{_capital(setting.feature)} never varies in the training rows, so it cannot move"
    right: dict[Arm, str] = {arm: _right(setting, arm, at) for arm in ARM_NAMES}
    if setting.rows == 1:
        return f"One row per batch: fresh statistics give all rows the same answer, {right['fresh']} right"
    both = f"{right['fresh']} right with fresh statistics, {right['running']} with running ones"
    if setting.one_class:
        return f"One class per batch: {both}"
    if unmoved(setting, at):
        return f"Nothing moved: {both}"
    move = f"Moved {_way(at)}" if BY[at] else ""
    wide = _wide(setting)
    said = f"{move}{' and ' if move and wide else ''}{wide}: {both}"
    return _capital(said)


def _sentence(setting: Setting, at: int) -> str:
    if setting.still:
        return (
            f"All training rows have the same {setting.feature}. Its standard deviation is 0, and no multiple of 0 is a move. "
            "Choose another feature, or let all features move."
        )
    who = "All features are" if setting.everything else f"{_capital(setting.feature)} is"
    what = [one for one in (_steps(at), _wide(setting)) if one]
    text = f"{who} {' and '.join(what) or 'as in training'}."
    without, running, fresh = (_right(setting, arm, at) for arm in ARM_NAMES)
    changes, explained = [], False
    for arm in ARM_NAMES:
        changes.append(changed(setting, arm, at, brief=explained))
        explained = explained or "interval" in changes[-1]
    return (
        f"{text} Without a norm {without} of the test rows are right ({changes[0]}), with running statistics {running} "
        f"({changes[1]}), with fresh ones {fresh} ({changes[2]}). {_why(setting, at)}"
    )


def _why(setting: Setting, at: int) -> str:
    """Give the reason for what fresh statistics do."""
    if setting.rows == 1:
        return "A single row is its own mean, so every value that the norm passes on is 0, and what told the rows apart is gone."
    parts = []
    if setting.one_class:
        parts.append(
            "Each batch holds one class, so fresh statistics subtract the mean of that class, "
            "and with it what tells it from the others."
        )
    elif setting.rows is not None:
        parts.append(f"The mean of {count(setting.rows, 'row')} is a noisy guess, with or without a move.")
    if unmoved(setting, at):
        return " ".join(parts) or "Move the rows to see which network notices."
    same = answered(setting, "fresh").same[at]
    if not np.all(same == 1):
        parts.append(
            f"Fresh statistics give {share(float(same.mean()))} of the answers that they give without the move."
        )
        if setting.place == "hidden" and not setting.everything and setting.spread != 1:
            parts.append("A hidden unit sees sums of features, where the spread of one alone does not cancel.")
        else:
            parts.append("What is left of the move is the work of epsilon, which does not shrink with the spread.")
    elif parts:
        parts.append("The move itself cancels.")
    else:
        what = "the new mean" if setting.spread == 1 else "the new mean and divide by the new spread"
        parts.append(
            f"Fresh statistics subtract {what}, so the move cancels: every answer is the one given without it."
        )
    return " ".join(parts)


def unmoved(setting: Setting, at: int) -> bool:
    """Say whether the rows are as they were."""
    return bool(BY[at] == 0) and setting.spread == 1.0


def changed(setting: Setting, arm: Arm, at: int, *, brief: bool = False) -> str:
    """Write the change of accuracy, split by split, in percentage points with its interval."""
    change = answered(setting, arm).change[at]
    if not np.any(change):
        return "as before"
    found = interval(change)
    if found.low <= 0 <= found.high:
        return "no change detected"
    ends = f"{number(100 * found.low, 2)} to {number(100 * found.high, 2)}"
    lead = "" if brief else "95\u00a0% interval "
    return f"{_signed(100 * found.mean)} points, {lead}{ends}"


def _right(setting: Setting, arm: Arm, at: int) -> str:
    return share(float(answered(setting, arm).accuracy[at].mean()))


def _way(at: int) -> str:
    """Say how far the rows have moved, after a verb.

    >>> _way(8), _way(13)
    ('down by 1 standard deviation', 'up by 0.25 standard deviations')
    """
    far = abs(float(BY[at]))
    return f"{'up' if BY[at] > 0 else 'down'} by {number(far)} standard {'deviation' if far == 1 else 'deviations'}"


def _steps(at: int) -> str:
    """Say how far the rows have moved in full words; nothing where they have not.

    >>> _steps(8), _steps(12), _steps(14)
    ('1 standard deviation lower', '', '0.5 standard deviations higher')
    """
    step = abs(float(BY[at]))
    if step == 0:
        return ""
    return f"{number(step)} standard deviation{'' if step == 1 else 's'} {'higher' if BY[at] > 0 else 'lower'}"


def _wide(setting: Setting) -> str:
    return "" if setting.spread == 1.0 else f"spread {number(setting.spread)} times as wide"


def _capital(text: str) -> str:
    return text[0].upper() + text[1:]


def _signed(value: float) -> str:
    return ("+" if value > 0 else "") + number(value, 2)


@dataclass(frozen=True)
class Expectation:
    """What was expected before anything was measured, and what would have refuted it.

    Attributes:
        expected: the direction.
        refuted_by: the outcome that would show it to be wrong.
        measured: says what came out for a setting.
    """

    expected: str
    refuted_by: str
    measured: Callable[[Setting], str]


def _cancels(setting: Setting) -> str:
    whole = replace(setting, everything=True, rows=None, one_class=False)
    least = float(answered(whole, "fresh").same.min())
    return f"at worst {share(least)} of the answers stay" if least < 1 else "all answers stay, at every move and split"


def _loses(setting: Setting) -> str:
    whole = replace(setting, everything=True, spread=1.0, rows=None, one_class=False)
    up = int(np.argmin(np.abs(BY - 2)))
    return f"{changed(whole, 'running', up)} at 2 standard deviations"


def _fails(setting: Setting) -> str:
    poor = replace(setting, everything=True, spread=1.0, rows=None, one_class=True)
    return f"{changed(poor, 'fresh', int(np.argmin(np.abs(BY))))}, without any move"


EXPECTATIONS: Final = (
    Expectation(
        "Fresh statistics undo a move of all features by the same number of deviations.",
        "answers that differ from those without the move",
        _cancels,
    ),
    Expectation(
        "Running statistics lose accuracy to the same move.",
        "an interval of the change at 2 standard deviations that reaches 0",
        _loses,
    ),
    Expectation(
        "Fresh statistics fail when a batch holds one class only.",
        "an interval of the change that reaches 0",
        _fails,
    ),
)
