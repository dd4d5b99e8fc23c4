"""The kinds of control: what each can be set to, how a link writes it, and the sentence about what is allowed.

The labels of a choice are what stands in a link: renaming one breaks links that were handed out.
"""

from __future__ import annotations

import math
import re
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from normlib.components.tensor_view import parse_place, place_text
from normlib.words import listed


@dataclass(frozen=True)
class Choice:
    """One of several named options. All are shown at once by `segments`, for four or fewer, and by `radio`.

    `varies` says that another control decides what the options are.
    """

    label: str
    options: tuple[str, ...]
    default: str
    help: str | None = None
    segments: bool = False
    radio: bool = False
    varies: bool = False

    def named(self, text: str, options: Sequence[str]) -> str | None:
        """Return the option that `text` names, or None. A number may come without commas, and with a hyphen.

        >>> Choice("Mean", (), "10").named("-1000", ("10", "−1,000"))
        '−1,000'
        """
        return next((one for one in options if _typed(one) == _typed(text)), None)

    def meant(self, text: str) -> str | None:
        """Return the option that a lesson names; where options vary, whatever it names."""
        return self.named(text, self.options) or (text if self.varies else None)

    def words(self, value: str) -> str:
        """Return a value as a line of text names it."""
        return value

    def allowed(self, options: Sequence[str]) -> str:
        """Say what a link may ask for."""
        shown = ("; " if any("," in one for one in options) else ", ").join(options[:8])
        return f"It can be {shown}" + (f", or one of {len(options) - 8} more." if len(options) > 8 else ".")


@dataclass(frozen=True)
class Several:
    """Some of several named options, at least `fewest` of them."""

    label: str
    options: tuple[str, ...]
    default: tuple[str, ...]
    fewest: int = 1
    help: str | None = None

    def meant(self, text: str) -> tuple[str, ...] | None:
        """Return the options that a lesson names, separated by commas, or None."""
        asked = [one.strip() for one in text.split(",") if one.strip()]
        known = tuple(option for option in self.options if option in asked)
        return known if len(known) == len(asked) >= self.fewest else None

    def words(self, value: Sequence[str]) -> str:
        """Return a value as a line of text names it."""
        return listed(value)

    def allowed(self) -> str:
        """Say what a link may ask for."""
        return f"It can be {self.fewest} or more of {', '.join(self.options)}."


@dataclass(frozen=True)
class Number:
    """A number between limits. `field` shows a box to type into instead of a slider."""

    label: str
    low: float
    high: float
    default: float
    step: float = 1.0
    unit: str = ""
    help: str | None = None
    field: bool = False

    @property
    def whole(self) -> bool:
        """Whether only whole numbers make sense."""
        return all(float(value).is_integer() for value in (self.low, self.high, self.default, self.step))

    @property
    def decimals(self) -> int:
        """Digits after the point that the step needs."""
        return 0 if self.whole else max(0, -int(Decimal(str(self.step)).normalize().as_tuple().exponent))

    def text(self, value: float) -> str:
        """Write a value the way the control shows it, with a true minus sign."""
        return f"{value:.{self.decimals + 1}f}".rstrip("0").rstrip(".").replace("-", "−")

    def words(self, value: float) -> str:
        """Return a value as a line of text names it.

        >>> Number("Share", 0, 100, 50, unit="%").words(30), Number("Outlier", 0, 10, 4, 0.2, "sd").words(2.2)
        ('30 %', '2.2 sd')
        """
        return f"{self.text(value)} {self.unit}".strip()

    def parse(self, text: str) -> float | None:
        """Return the number that `text` names if it is inside the limits, or None."""
        try:
            value = float(text)
        except ValueError:
            return None
        if not math.isfinite(value) or not self.low <= value <= self.high:
            return None
        return value

    def meant(self, text: str) -> float | None:
        """Return the number that a lesson names if the control can show it, or None."""
        value = self.parse(text.replace("−", "-"))
        return value if value is not None and self.clamp(value) == value else None

    def clamp(self, value: float) -> float:
        """Bring a value onto the grid of steps and inside the limits."""
        if not math.isfinite(value):
            return self.default
        stepped = self.low + round((value - self.low) / self.step) * self.step
        inside = min(max(round(stepped, self.decimals), self.low), self.high)
        return int(inside) if self.whole else inside

    def allowed(self) -> str:
        """Say what a link may ask for."""
        return f"It goes from {self.text(self.low)} to {self.text(self.high)} in steps of {self.text(self.step)}."


@dataclass(frozen=True)
class Switch:
    """On or off."""

    label: str
    default: bool = False
    help: str | None = None

    def parse(self, text: str) -> bool | None:
        """Return the state that `text` names, or None."""
        return {"true": True, "false": False}.get(text.lower())

    def meant(self, text: str) -> bool | None:
        """Return the state that a lesson names, or None."""
        return self.parse(text)

    def words(self, value: bool) -> str:
        """Return a value as a line of text names it."""
        return "on" if value else "off"

    def allowed(self) -> str:
        """Say what a link may ask for."""
        return "It can be true or false."


@dataclass(frozen=True)
class Place:
    """One value of a tensor (N, H, W, C), chosen in the tensor view: in the address, but not a widget."""

    label: str

    def meant(self, text: str) -> str | None:
        """Return the place that a lesson names; whether it is inside the tensor shows when there is one."""
        return text if parse_place(text) is not None else None

    def allowed(self, sizes: Sequence[int]) -> str:
        """Say what a link may ask for."""
        return (
            f"It is sample.row.column.channel, each counted from 1, up to {place_text([size - 1 for size in sizes])}."
        )


Control = Choice | Several | Number | Switch | Place


def _typed(text: str) -> str:
    """Write a text with the signs of a keyboard, and its numbers without commas."""
    return re.sub(r"(?<=\d),(?=\d{3})", "", text.replace("−", "-"))
