"""What to say of networks before their first update, with batch norm in three places, from the numbers."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Final

import numpy as np
from numpy.typing import NDArray

from normlib.intervals import Interval, mean_interval
from normlib.words import listed, number, percent
from pages.parts.once import once
from pages.parts.placement_start import ALL, EQUAL, NAMES, SCALES, SEEDS, Start, start

Floats = NDArray[np.float64]
_BRIEF: Final = ("without", "before", "after")


@once
def said(
    activation: str, depth: int, eps: float, places: tuple[int, ...] = ALL, *, brief: bool = False
) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Return the title and the sentence at every scale, for the placements that are shown."""
    shown, every = start(activation, depth, eps), range(len(SCALES))
    sentences = tuple(sentence(shown, at, places, brief=brief) for at in every)
    return tuple(title(shown, at, places) for at in every), sentences


def scaled(at: int) -> str:
    """Name a scale."""
    return "the usual first weights" if SCALES[at] == 1 else f"{SCALES[at]:g} times the usual first weights"


def title(shown: Start, at: int, places: Sequence[int] = ALL) -> str:
    """Say what to see at one scale."""
    a = shown.about
    names = (("without a norm", "without"), ("with the norm before", ""), ("with the norm after", "after"))
    shares = _shares(shown, at, places, f"of the {a.what} {a.idle}", names)
    return f"Weights × {SCALES[at]:g}: {shares}"


def sentence(shown: Start, at: int, places: Sequence[int] = ALL, *, brief: bool = False) -> str:
    """Answer the page's question for one scale; `brief` without the gradient."""
    a = shown.about
    what = f"of the {a.what} are {a.idle} ({a.means})"
    names = tuple(zip(NAMES, ("without", "", "with it after"), strict=True))
    shares = _shares(shown, at, places, what, names)
    apart = f" {versus(shown, at)}" if {1, 2} <= set(places) else ""
    told = f"With {scaled(at)}, {shares}.{apart}"
    if brief:
        return told
    gradients = [number(shown.gradient(place, at).mean, 2) for place in places]
    if len(places) > 1:
        gradients = [f"{one} {_BRIEF[place]}" for place, one in zip(places, gradients, strict=True)]
    return f"{told} The first layer's gradient norm is {listed(gradients)}."


def _shares(shown: Start, at: int, places: Sequence[int], what: str, names: Sequence[tuple[str, str]]) -> str:
    """Write how much is idle for each placement that is shown; `names` are those of the first and of a later one."""
    first, *rest = [place for place in (1, 2, 0) if place in places]
    said = [f"{percent(shown.share(first, at))} {what} {names[first][0]}"]
    return ", ".join([*said, *(f"{percent(shown.share(place, at))} {names[place][1]}" for place in rest)])


def versus(shown: Start, at: int) -> str:
    """Compare after with before, seed by seed."""
    found = shown.difference(at)
    if found is None:
        apart = shown.share(2, at) - shown.share(1, at)
        if abs(apart) < EQUAL:
            return f"Before and after do not differ in any of the {SEEDS} seeds."
        return f"After minus before is {points(apart)} points in each of the {SEEDS} seeds."
    # One digit of what is uncertain, in points.
    half = 50 * (found.high - found.low)
    decimals = min(max(-math.floor(math.log10(half)), 0), 6)
    mean, low, high = (f"{100 * one:.{decimals}f}".replace("-", "−") for one in (found.mean, found.low, found.high))
    verdict = ": no difference is detected" if found.low <= 0 <= found.high else ""
    return f"After minus before is {mean} points (95 % interval {low} to {high}, {SEEDS} seeds){verdict}."


def points(share: float) -> str:
    """Write a share in percentage points.

    >>> points(0.6512), points(-0.0004)
    ('65.1', '−0.04')
    """
    return number(100 * share, 3 if abs(share) >= 0.1 else 1)


def span(found: Interval) -> str:
    """Write a mean with its interval."""
    return f"{number(found.mean)} ({number(found.low)} to {number(found.high)})"


def share_span(values: Floats) -> str:
    """Write the mean of shares with its interval, where there is one."""
    if np.ptp(values) < EQUAL:
        return percent(float(values.mean()))
    found = mean_interval(values)
    return f"{percent(found.mean)} ± {points((found.high - found.low) / 2)}"
