"""Norm before or after, once trained: what a run measured as a figure, a table and a file."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from types import MappingProxyType
from typing import Final

import numpy as np
from numpy.typing import NDArray

from normlib.figures.drawn import Drawn
from normlib.figures.look import BLUE, METHODS, ORANGE, SKY, VERMILION, Style
from normlib.figures.rates import RateLine, RatePanel, by_rate
from normlib.intervals import mean_interval
from normlib.training import Result
from normlib.training.placement_trained import COMMON, LEVELS, PLACES, Placements
from normlib.words import count, listed, number, table
from pages.parts.measured import share

Floats = NDArray[np.float64]

_NO_NORM: Final = replace(METHODS["none"], name="No norm")
STYLES: Final[Mapping[str, tuple[Style, ...]]] = MappingProxyType(
    {
        "dense": (_NO_NORM, Style("Before", BLUE, "solid", "circle"), Style("After", SKY, "dash", "square")),
        "transformer": (
            _NO_NORM,
            Style("Before (pre-LN)", VERMILION, "solid", "circle"),
            Style("After (post-LN)", ORANGE, "dash", "square"),
        ),
    }
)
NAMES: Final[Mapping[str, tuple[str, ...]]] = MappingProxyType(
    {"dense": ("no norm", "before", "after"), "transformer": ("no norm", "pre-LN", "post-LN")}
)
"""What the placements are called in the middle of a sentence."""


def panel_name(p: Placements, panel: int) -> str:
    """Name a panel above it."""
    value = p.panels[panel]
    return count(value, "block") if p.kind == "transformer" else f"First weights × {value:g}"


def where(p: Placements, panel: int) -> str:
    """Name a panel in the middle of a sentence."""
    value = p.panels[panel]
    return f"with {count(value, 'block')}" if p.kind == "transformer" else f"with first weights × {value:g}"


def where_all(p: Placements, panels: Sequence[int]) -> str:
    """Name several panels in the middle of a sentence."""
    values = [p.panels[panel] for panel in panels]
    if p.kind == "transformer":
        return f"with {listed([str(one) for one in values])} {'block' if values == [1] else 'blocks'}"
    return f"with first weights {listed([f'× {one:g}' for one in values])}"


def picture(p: Placements) -> Drawn:
    """Draw every placement at every learning rate, a panel for each start."""
    panels = [
        RatePanel(
            panel_name(p, panel),
            [_line(p, place, panel, style) for place, style in enumerate(STYLES[p.kind])],
        )
        for panel in range(len(p.panels))
    ]
    return by_rate(panels, p.rates, COMMON[p.kind])


def _line(p: Placements, place: int, panel: int, style: Style) -> RateLine:
    right = p.right[place, panel]
    known = p.known[place, panel]
    means = np.where(known, right.mean(axis=-1), np.nan)
    low, high = np.full(len(right), np.nan), np.full(len(right), np.nan)
    for at in np.flatnonzero(known):
        if p.seeds > 1:
            found = mean_interval(right[at])
            low[at], high[at] = found.low, found.high
    best = int(p.best[place, panel]) if p.ended and p.learned(place, panel) else None
    return RateLine(style, means, low, high, p.stopped[place, panel] / p.seeds, best)


def points(value: float) -> str:
    """Write a difference of shares in percentage points.

    >>> points(0.0123), points(-0.2), points(0.0004)
    ('1.2', '−20', '0.04')
    """
    return number(100 * value, 2)


def with_half(values: Floats) -> str:
    """Write a mean share with half the width of its interval."""
    mean = share(float(values.mean()))
    if len(values) < 2:
        return mean
    found = mean_interval(values)
    return f"{mean} ± {points((found.high - found.low) / 2)}"


def numbers(p: Placements) -> str:
    """Return a markdown table: each placement at its own best rate, at the common one, and which rates work."""
    head = ["", "best rate", "right there", f"right at {COMMON[p.kind]:g}", f"rates with {share(LEVELS[p.kind])} right"]
    lines = []
    for panel in range(len(p.panels)):
        for place, name in enumerate(NAMES[p.kind]):
            rates = [rate for rate, ok in zip(p.rates, p.works(place, panel).works, strict=True) if ok]
            reach = "none" if not rates else f"{rates[0]:g}" if len(rates) == 1 else f"{rates[0]:g} to {rates[-1]:g}"
            lines.append(
                [
                    f"{panel_name(p, panel)}, {name}",
                    f"{p.rates[p.best[place, panel]]:g}" if p.learned(place, panel) else "learned nothing",
                    "all stopped" if p.all_stopped(place, panel) else with_half(p.at_best(place, panel)),
                    with_half(p.at_common(place, panel)),
                    reach,
                ]
            )
    return table(head, lines)


def differences(p: Placements) -> str:
    """Return a markdown table of after minus before, at the best rates and at the common one."""
    names = NAMES[p.kind]
    head = [f"{names[2]} minus {names[1]}, points", "each at its best rate", f"both at {COMMON[p.kind]:g}"]
    head.append(f"wider range {names[1]}, decades")
    lines = []
    for panel in range(len(p.panels)):
        cells = []
        for common in (False, True):
            found = p.after_minus_before(panel, common=common)
            cells.append("" if found is None else f"{points(found.mean)} ({points(found.low)} to {points(found.high)})")
        wider = p.wider(panel)
        if wider is None:
            cells.append("")
        else:
            cells.append(f"{number(wider.mean, 2)} ({number(wider.low, 2)} to {number(wider.high, 2)})")
        lines.append([panel_name(p, panel), *cells])
    return table(head, lines)


def gradients(p: Placements) -> str:
    """Return a markdown table of the last MLP's gradient norm before the first update; "" where it is not recorded."""
    lines = []
    for place, name in enumerate(NAMES[p.kind]):
        cells = []
        for panel in range(len(p.panels)):
            norms = p.first_gradients(place, panel)
            if norms is None:
                return ""
            half = mean_interval(norms) if len(norms) > 1 else None
            mean = number(float(norms.mean()))
            cells.append(mean if half is None else f"{mean} ± {number((half.high - half.low) / 2, 2)}")
        lines.append([name, *cells])
    return table(["", *(panel_name(p, panel) for panel in range(len(p.panels)))], lines)


def rows(results: Sequence[Result]) -> tuple[list[str], list[list[object]]]:
    """Return the columns of a file with every seed's numbers at the end, one line per network."""
    names = ("test_accuracy", "test_nll", "loss_mean")
    lines: list[list[object]] = []
    for result in results:
        e = result.experiment
        lost = {one.seed for one in result.stopped}
        for place, seed in enumerate(e.seeds):
            values = [result.values[name][place, -1] if name in result.values else np.nan for name in names]
            written = [f"{value:.6g}" if np.isfinite(value) else "" for value in values]
            stopped = "yes" if seed in lost else "no"
            lines.append([e.placement, e.scale, e.depth, e.learning_rate, seed, stopped, *written])
    head = ["placement", "scale", "depth", "learning_rate", "seed", "stopped", *names]
    return head, [list(column) for column in zip(*lines, strict=True)]


def labels(p: Placements) -> list[str]:
    """Name every experiment, in their order, for a list to choose from."""
    kinds = [style.name for style in STYLES[p.kind]]
    return [
        f"{kinds[PLACES.index(one.placement)]}, "
        + (count(one.depth, "block") if p.kind == "transformer" else f"weights × {one.scale:g}")
        + f", rate {one.learning_rate:g}"
        for one in p.crossed.experiments
    ]
