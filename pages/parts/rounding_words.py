"""What the page on rounding says at each mean."""

from __future__ import annotations

import numpy as np

from normlib.precision import spacing
from normlib.variance import BATCH, CHANNELS, Comparison, Computed, compare
from normlib.words import number, percent

# Ascending, and evenly spaced to the eye on a logarithmic axis.
MEANS = (*(m * 10.0**p for p in range(6) for m in (1, 1.5, 2, 3, 5, 7)), 1e6)
LABELS = tuple(f"{value:,.1f}".removesuffix(".0") for value in MEANS)
LEAST = 0.001
"""What is smaller is not told apart from no error."""
SAME = "the same"
EPSILONS = {"0.001": 1e-3, "10⁻⁵": 1e-5, "10⁻¹²": 1e-12}
Setting = tuple[str, str, str, str, str]


def found(setting: Setting) -> Comparison:
    """Compute both formulas at every mean."""
    stored, _, std, order, eps = setting
    return compare(MEANS, std=float(std), stored=stored, computed=arithmetic(setting), order=order, eps=EPSILONS[eps])


def arithmetic(setting: Setting) -> str:
    """Return the format of every operation."""
    return setting[0] if setting[1] == SAME else setting[1]


def off(error: float) -> str:
    """Say how wrong a variance is."""
    if error < LEAST:
        return f"less than {percent(LEAST)}"
    return f"{number(error)} times the truth" if error >= 10 else percent(error)


def title(setting: Setting, both: Comparison, at: int) -> str:
    """Say what to see at one mean."""
    one, mean = both.one, LABELS[at]
    if np.isnan(one.true[at]).all():
        return f"Values around {mean} are too large for {setting[0]}"
    if one.constant[at] == 1:
        return f"Around {mean}, {setting[0]} stores {BATCH} equal values: no spread is left"
    if one.lost[at] > 0:
        return f"At a mean of {mean}, {arithmetic(setting)} cannot hold the sum of the squares"
    if one.negative[at] > 0:
        return f"At a mean of {mean}, {percent(float(one.negative[at]))} of the one-pass variances are negative"
    if one.error[at] >= 0.01:
        return f"At a mean of {mean} one pass is off by {off(float(one.error[at]))}, though none is negative"
    return f"At a mean of {mean} one pass is still right: off by {off(float(one.error[at]))}"


def verdict(side: Computed, at: int) -> str:
    """Say how one formula does at one mean."""
    negative, lost = (round(float(share[at]) * CHANNELS) for share in (side.negative, side.lost))
    if lost == CHANNELS:
        return f"all {CHANNELS} variances too large for the format"
    parts = []
    if np.isfinite(side.error[at]):
        parts.append(f"a median error of {off(float(side.error[at]))}")
    parts.append(f"{number(negative)} of {CHANNELS} variances negative" if negative else "no variance negative")
    if lost:
        parts.append(f"{number(lost)} of {CHANNELS} too large for the format")
    return ", ".join(parts)


def sentence(setting: Setting, both: Comparison, at: int) -> str:
    """Answer the page's question for one mean."""
    stored, mean = setting[0], LABELS[at]
    if np.isnan(both.one.true[at]).all():
        return f"The largest {stored} is {number(float(np.finfo(np.float16).max), 5)}. Scale the data before they are stored."
    if both.one.constant[at] == 1:
        return (
            f"Around {mean}, neighbours in {stored} are {number(spacing(MEANS[at], stored))} apart, more than the "
            f"standard deviation of {setting[2]}. The spread is lost before any variance is computed: subtract the mean "
            "before the values are stored. One pass gives "
            + (
                f"{number(float(np.median(both.one.variance[at])))} instead of 0."
                if both.one.lost[at] == 0
                else "no number."
            )
        )
    text = f"One pass: {verdict(both.one, at)}"
    failed = round(float(both.one.failed[at]) * CHANNELS)
    if failed:
        text += f"; for {number(failed)} of {CHANNELS} variance plus epsilon has no root to divide by, and the output is NaN"
    text += f". Two passes: {verdict(both.two, at)}."
    if both.one.constant[at] > 0:
        text += f" In {percent(float(both.one.constant[at]))} of the channels all stored values are equal already."
    return text
