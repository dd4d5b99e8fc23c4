"""What to say of gradients before the first update, from the numbers."""

from __future__ import annotations

from collections.abc import Sequence

from normlib.conventions import convention
from normlib.intervals import Interval
from normlib.training.at_start import MEAN_FIELD_GROWTH
from normlib.words import listed, number, percent
from pages.parts.first_gradients import BY_SCALE, DEPTHS, SCALES, USUAL, ByDepth, ByScale, Setting, by_depth, by_scale
from pages.parts.once import once


def names(methods: Sequence[str]) -> list[str]:
    """Name methods in a sentence.

    >>> names(["none", "rms"])
    ['no norm', 'RMS norm']
    """
    return ["no norm" if m == "none" else f"{m.upper() if m == 'rms' else m} norm" for m in methods]


def around(found: Interval, decimals: int = 3, word: str = "95 % interval ") -> str:
    """Write a mean and its interval, all with the same decimals.

    >>> around(Interval(-1.0, -1.0001, -0.9999, 0.95), 4)
    '−1.0000 (95 % interval −1.0001 to −0.9999)'
    """
    mean, low, high = (f"{one:.{decimals}f}".replace("-", "−") for one in (found.mean, found.low, found.high))
    return f"{mean} ({word}{low} to {high})"


def scale_title(shown: ByScale, at: int) -> str:
    """Say what to see at one scale."""
    here, usual = ([shown.here(method, f).mean for method in ("batch", "none")] for f in (at, USUAL))
    if at == USUAL:
        return f"The gradient of layer 1 is {number(here[0], 2)} with batch norm, {number(here[1], 2)} without"
    batch, none = (number(one / other, 2) for one, other in zip(here, usual, strict=True))
    return f"Weights × {SCALES[at]:g}: the gradient is × {batch} with batch norm, × {none} without"


def scale_sentence(shown: ByScale, at: int) -> str:
    """Answer the page's question for one scale."""
    batch = shown.here("batch", at).mean
    told = [
        f"{number(shown.here(method, at).mean, 2)} with {name}"
        for method, name in zip(BY_SCALE, names(BY_SCALE), strict=True)
        if method != "batch"
    ]
    return (
        f"At scale {SCALES[at]:g} the gradient of layer 1 is {number(batch, 2)} with batch norm{against_law(shown, at)}; "
        f"{listed(told)}. From scale 1 to {SCALES[-1]:,.0f} it follows the power {around(shown.power('batch'), 4)} of "
        f"the scale with batch norm and {around(shown.power('none'), 2)} without ({shown.setting.seeds} seeds)."
    )


def against_law(shown: ByScale, at: int) -> str:
    """Compare the gradient under batch norm with that at scale 1, divided by the scale."""
    if at == USUAL:
        return ""
    share = shown.here("batch", at).mean / (shown.here("batch", USUAL).mean / SCALES[at])
    if abs(share - 1) < 0.01:
        return ", within 1 % of the law 1 / scale"
    return (
        f", {percent(share)} of the law 1 / scale: epsilon ({shown.setting.epsilon}) is not small beside the variance"
    )


def depth_title(shown: ByDepth, at: int) -> str:
    """Say what to see at one depth."""
    batch, none = (shown.growth(method, at).mean for method in ("batch", "none"))
    return f"Over {DEPTHS[at]} layers: × {batch:.2f} per layer with batch norm, × {none:.2f} without"


def depth_sentence(shown: ByDepth, at: int) -> str:
    """Answer the page's question for one depth."""
    batch, ratio = shown.growth("batch", at), shown.ratio("batch", at)
    inside = "inside" if batch.low <= MEAN_FIELD_GROWTH <= batch.high else "outside"
    others = [
        f"with {name} it {_moves(found)}, {around(found, 4)}"
        for found, name in zip([shown.growth(m, at) for m in ("none", "layer")], names(("none", "layer")), strict=True)
    ]
    return (
        f"With batch norm the gradient grows by the factor {around(batch, 4)} per layer towards the first: layer 2 gets "
        f"{number(ratio.mean, 2)} times that of layer {DEPTHS[at]}. Theory for wide networks and large batches says "
        f"{MEAN_FIELD_GROWTH:.4f}, {inside} this interval. By the same measure {listed(others)} ({shown.setting.seeds} seeds)."
    )


def _moves(found: Interval) -> str:
    if found.low <= 1 <= found.high:
        return "shows no growth"
    return "grows" if found.mean > 1 else "shrinks"


@once
def scale_words(setting: Setting) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Return the title and the sentence at every scale."""
    shown, every = by_scale(setting), range(len(SCALES))
    return tuple(scale_title(shown, at) for at in every), tuple(scale_sentence(shown, at) for at in every)


@once
def depth_words(setting: Setting) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Return the title and the sentence at every depth."""
    shown, every = by_depth(setting), range(len(DEPTHS))
    return tuple(depth_title(shown, at) for at in every), tuple(depth_sentence(shown, at) for at in every)


def rms_default() -> float:
    """Return the epsilon of RMS norm in Keras."""
    return convention("keras").eps_rms
