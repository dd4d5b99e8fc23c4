"""What to say of networks before their first update, with batch norm in three places, from the numbers."""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray

from normlib.intervals import Interval, mean_interval
from normlib.words import listed, number, percent
from pages.parts.once import once
from pages.parts.placement_start import EQUAL, SCALES, SEEDS, Start, start

Floats = NDArray[np.float64]


@once
def said(activation: str, depth: int, eps: float) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Return the title and the sentence at every scale."""
    shown, every = start(activation, depth, eps), range(len(SCALES))
    return tuple(title(shown, at) for at in every), tuple(sentence(shown, at) for at in every)


def scaled(at: int) -> str:
    """Name a scale."""
    return "the usual first weights" if SCALES[at] == 1 else f"{SCALES[at]:g} times the usual first weights"


def title(shown: Start, at: int) -> str:
    """Say what to see at one scale."""
    a, (none, before, after) = shown.about, (percent(shown.share(place, at)) for place in range(3))
    return f"Weights × {SCALES[at]:g}: {before} of the {a.what} {a.idle} with the norm before, {after} after, {none} without"


def sentence(shown: Start, at: int) -> str:
    """Answer the page's question for one scale."""
    a, (none, before, after) = shown.about, (percent(shown.share(place, at)) for place in range(3))
    where = ("without", "before", "after")
    gradients = listed([f"{number(shown.gradient(place, at).mean, 2)} {name}" for place, name in enumerate(where)])
    return (
        f"With {scaled(at)}, {before} of the {a.what} are {a.idle} ({a.means}) with batch norm before the activation, {after} "
        f"with it after, {none} without. {versus(shown, at)} The first layer's gradient norm is {gradients}."
    )


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
