"""Numbers as learners type them."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final

_NUMBER: Final = re.compile(r"[-+]?(\d+([.,]\d*)*|[.,]\d+)(e[-+]?\d+)?", re.IGNORECASE | re.ASCII)
_LONGEST: Final = 30


@dataclass(frozen=True)
class Typed:
    """A number that was typed.

    Attributes:
        number: what was meant.
        percent: whether a percent sign followed it.
        note: how it was read, where there are two ways to read it.
    """

    number: float
    percent: bool = False
    note: str = ""

    def hits(self, answer: float, tolerance: float, *, percent: bool = False) -> bool:
        """Say whether the number is the answer, within a tolerance.

        Args:
            answer: the right number.
            tolerance: how far off a number may be, in the answer's own unit.
            percent: whether the answer is a share that is shown in percent.
        """
        ways = [self.number]
        if self.percent or percent:
            ways.append(self.number / 100)
        # The last bit of what was typed decides nothing.
        slack = tolerance + 1e-9 * max(1.0, abs(answer))
        return any(abs(way - answer) <= slack for way in ways)


def read_number(text: str) -> Typed | str:
    """Return the number that was typed, or a sentence why it is none.

    >>> read_number("−3").number, read_number("5,0").number, read_number("12 %").number
    (-3.0, 5.0, 12.0)
    >>> read_number("five")
    '“five” is no number. Write digits, such as 5 or 0.5.'
    """
    tidy = re.sub(r"\s", "", text).replace("−", "-").replace("–", "-")
    shown = text.strip()[:_LONGEST]
    if not tidy:
        return "Type a number first, such as 5 or 0.5."
    percent = tidy.endswith("%")
    tidy = tidy.removesuffix("%")
    if not _NUMBER.fullmatch(tidy):
        return f"“{shown}” is no number. Write digits, such as 5 or 0.5."
    plain, note = _points(tidy)
    if plain is None:
        return f"“{shown}” can be read in several ways. Write it with one point and no commas, such as 1000.5."
    number = float(plain)
    if abs(number) > 1e300:
        return f"“{shown}” is too large."
    return Typed(number, percent, note)


def _points(text: str) -> tuple[str | None, str]:
    """Bring commas and points to one decimal point; None where it is not clear which they are."""
    commas, points = text.count(","), text.count(".")
    if re.fullmatch(r"[-+]?[1-9]\d{0,2}(,\d{3})+(\.\d+)?", text):
        plain = text.replace(",", "")
        return plain, f"Read as {float(plain):,.10g}." if commas == 1 and not points else ""
    if points > 1 or commas > 1 or (points and commas):
        return None, ""
    return text.replace(",", "."), ""
