"""What a lesson needs to know of the laboratories that it puts to work. The pages supply it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final, Protocol

from normlib.course.report import short, unknown

OPTIONS: Final = ("lock", "parts", "after")
"""What a laboratory in a lesson takes besides its controls."""


@dataclass(frozen=True)
class Trial:
    """What came of running a laboratory once with some settings.

    Attributes:
        problems: sentences; empty when it ran and took every setting.
        readings: the numbers that it shows, by name, for a quiz to ask for.
    """

    problems: tuple[str, ...]
    readings: Mapping[str, float]


class Laboratories(Protocol):
    """The laboratories there are."""

    def names(self) -> Sequence[str]:
        """Return the names by which lessons call laboratories."""

    def controls(self, name: str) -> Mapping[str, str]:
        """Return the controls of a laboratory, each with a sentence about what it can be."""

    def lockable(self, name: str) -> Sequence[str]:
        """Return the controls of a laboratory that a lesson can lock."""

    def refuse(self, name: str, control: str, value: str) -> str | None:
        """Return why a control cannot take a value, or None when it can, without running anything."""

    def try_out(self, name: str, settings: Mapping[str, str], lock: Sequence[str]) -> Trial:
        """Run a laboratory once."""


def no_control(slug: str, name: str, value: str, controls: Sequence[str]) -> str:
    """Say that a laboratory has no control for an option, and what it has.

    >>> no_control("distances", "dta", "Wine", ["data", "scaler"])
    'There is no control of “distances” named “dta”. Did you mean “data”?'
    """
    if name == "show":
        return f"“:show:” is “{short(value)}”. What is shown of “{slug}” is said by :parts:, which is figure or all."
    return unknown(f"control of “{slug}” named", name, [*controls, *OPTIONS])
