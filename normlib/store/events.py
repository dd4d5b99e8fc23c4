"""What a learner does, one thing at a time. Each has its time, so that the order of arrival does not matter."""

from __future__ import annotations

import json
import time
from dataclasses import dataclass, field
from secrets import token_hex
from typing import Any, Final, TypeAlias

from normlib.store.errors import RefusedError

LONGEST_NAME: Final = 120
MOST_BYTES: Final = 2000


def now() -> int:
    """Return the time in milliseconds since 1970, UTC."""
    return time.time_ns() // 1_000_000


@dataclass(frozen=True, slots=True)
class Visited:
    """A step was opened.

    Attributes:
        lesson: the lesson's slug, at most 120 characters.
        step: the step's name in the lesson, at most 120 characters.
        at: when, in milliseconds since 1970.
    """

    lesson: str
    step: str
    at: int = field(default_factory=now)

    def __post_init__(self) -> None:
        _check_name("lesson", self.lesson)
        _check_name("step", self.step)


@dataclass(frozen=True, slots=True)
class Done:
    """A step was finished; it was then opened, too. Attributes as in `Visited`."""

    lesson: str
    step: str
    at: int = field(default_factory=now)

    def __post_init__(self) -> None:
        _check_name("lesson", self.lesson)
        _check_name("step", self.step)


@dataclass(frozen=True, slots=True)
class Answered:
    """A question was answered.

    Attributes:
        lesson: the lesson's slug, at most 120 characters.
        name: the question's name in the lesson, at most 120 characters.
        value: the answer as JSON, at most 2,000 bytes.
        right: whether it is right.
        at: when, in milliseconds since 1970.
        mark: made up for this answer, so that sending it twice does not count twice.

    >>> Answered.of("min-max", "range", [1, 2], right=True).value
    '[1,2]'
    """

    lesson: str
    name: str
    value: str
    right: bool
    at: int = field(default_factory=now)
    mark: str = field(default_factory=lambda: token_hex(8))

    def __post_init__(self) -> None:
        _check_name("lesson", self.lesson)
        _check_name("question", self.name)
        if len(self.value) > MOST_BYTES:
            raise RefusedError(
                f"The answer to “{self.name}” takes {len(self.value):,} bytes, and {MOST_BYTES:,} are kept at most."
            )

    @classmethod
    def of(cls, lesson: str, name: str, value: Any, *, right: bool) -> Answered:
        """Return an answer given now; `value` is anything that JSON can hold.

        Raises: RefusedError with a sentence when name or value cannot be kept.
        """
        try:
            text = json.dumps(value, allow_nan=False, separators=(",", ":"))
        except (TypeError, ValueError, RecursionError) as error:
            raise RefusedError(f"The answer to “{name[:LONGEST_NAME]}” cannot be written down: {error}.") from None
        return cls(lesson, name, text, bool(right))


Event: TypeAlias = Visited | Done | Answered


def _check_name(what: str, text: str) -> None:
    if not 0 < len(text) <= LONGEST_NAME:
        raise RefusedError(f"The name of a {what} has 1 to {LONGEST_NAME} characters, and this one has {len(text)}.")
    if not text.isprintable():
        raise RefusedError(f"The name of a {what} holds characters that cannot be shown: {text!a}.")
