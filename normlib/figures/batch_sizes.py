"""A measure against the batch size: one line per method, with the intervals over the seeds."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from normlib.figures.drawn import Drawn
from normlib.figures.look import GREY, LEGEND_ABOVE, Style, figure, panel_heading

Floats = NDArray[np.float64]

_HEIGHT: Final = 400
_TICKS: Final = [0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1.0]
_FLOOR: Final = 1e-3
"""An error of 0 has no place on a logarithmic axis; it is drawn at its lower end."""


@dataclass(frozen=True, eq=False)
class SizeLine:
    """A method at every batch size.

    Attributes:
        style: its look and name.
        sizes: (B,) batch sizes.
        mean: (B,) of the measure, a share of 1; NaN where there is nothing yet.
        low, high: (B,) ends of its interval; NaN where there is none.
    """

    style: Style
    sizes: Sequence[int]
    mean: Floats
    low: Floats
    high: Floats


@dataclass(frozen=True, eq=False)
class SizePanel:
    """Lines on axes of their own.

    Attributes:
        title: above the panel; "" for none.
        lines: one per method.
        axis: what the batch sizes are.
    """

    title: str
    lines: Sequence[SizeLine]
    axis: str


def by_batch_size(panels: Sequence[SizePanel], measure: str, *, zero: bool = False) -> Drawn:
    """Draw one or two panels with a logarithmic axis of batch sizes and the same axis of the measure.

    That of errors is logarithmic, too; that of differences is not.

    Args:
        panels: side by side; one below the other in a narrow window.
        measure: title of the axis.
        zero: mark zero, for differences, which may be negative.
    """
    traces: list[dict[str, Any]] = []
    layout: dict[str, Any] = {}
    narrow: dict[str, Any] = {"margin.l": 52}
    notes = []
    ends = _ends(panels, zero=zero)
    sizes = sorted({size for panel in panels for line in panel.lines for size in line.sizes})
    span = [float(np.log2(sizes[0])) - 0.35, float(np.log2(sizes[-1])) + 0.35] if sizes else [0.65, 7.35]
    for place, panel in enumerate(panels):
        number = str(place + 1) if place else ""
        for at, line in enumerate(panel.lines):
            floor = None if zero else 10 ** ends[0]
            traces.append(_trace(line, at, len(panel.lines), number, named=place == 0, floor=floor))
        width, gap = 1 / len(panels), 0.05 if len(panels) > 1 else 0
        layout[f"xaxis{number}"] = {
            "domain": [place * width + (gap if place else 0), (place + 1) * width - (0 if place else gap)],
            "anchor": f"y{number}",
            "range": span,
            "tickvals": np.log2(sizes).tolist(),
            "ticktext": [f"{size}" for size in sizes],
            "title": {"text": panel.axis, "standoff": 8},
        }
        layout[f"yaxis{number}"] = {
            "anchor": f"x{number}",
            "range": list(ends),
            **(
                {"nticks": 7, "tickformat": ",.3~%"}
                if zero
                else {"type": "log", "tickvals": _TICKS, "tickformat": ",.1~%"}
            ),
            "title": {"text": measure if place == 0 else "", "standoff": 4},
        }
        if panel.title:
            notes.append(panel_heading(panel.title, number))
        if len(panels) > 1:
            narrow |= {
                f"xaxis{number}.domain": [0, 1],
                f"yaxis{number}.domain": [0.58, 1] if place == 0 else [0, 0.42],
                f"yaxis{number}.title.text": measure,
            }
    if len(panels) > 1:
        narrow |= {"height": 620, "legend.y": 1.05}
    shapes = [
        {
            "type": "line",
            "xref": "paper",
            "x0": 0,
            "x1": 1,
            "y0": 0,
            "y1": 0,
            "layer": "below",
            "line": {"color": GREY, "width": 1.5, "dash": "dot"},
        }
    ]
    made = figure(
        traces,
        **layout,
        annotations=notes,
        shapes=shapes if zero else [],
        showlegend=True,
        legend={**LEGEND_ABOVE, "y": 1.07 if notes else 1},
        margin={"l": 60, "r": 16, "t": 54 if notes else 30, "b": 48},
    )
    return Drawn(made, {}, narrow, height=_HEIGHT)


def _ends(panels: Sequence[SizePanel], *, zero: bool) -> tuple[float, float]:
    """Return the range of the measure: with zero, all intervals; or else powers of ten around all means."""
    lines = [line for panel in panels for line in panel.lines]
    values = np.concatenate(
        [np.concatenate([line.mean, line.low, line.high] if zero else [line.mean, line.high]) for line in lines]
    )
    values = values[np.isfinite(values)]
    if zero:
        low, high = float(min(values.min(initial=0.0), 0.0)), float(max(values.max(initial=0.0), 0.0))
        margin = 0.06 * (high - low) or 0.01
        return low - margin, high + margin
    means = np.concatenate([line.mean for line in lines])
    low = float(means[np.isfinite(means)].min(initial=0.1))
    high = float(values.max(initial=low))
    return float(np.log10(max(low / 2.5, _FLOOR))), float(np.log10(1.1 * max(high, 4 * low, 4 * _FLOOR)))


def _trace(line: SizeLine, at: int, many: int, number: str, *, named: bool, floor: float | None) -> dict[str, Any]:
    style = line.style
    # A little beside each other: intervals on one place would hide each other.
    x = np.log2(np.asarray(line.sizes, np.float64)) + 0.07 * (at - (many - 1) / 2)
    there = np.isfinite(line.mean)
    bars = np.isfinite(line.low) & there
    text = [
        f"{100 * own:.1f} %" + (f"<br>95 % interval {100 * least:.1f} to {100 * most:.1f} %" if bar else "")
        for own, least, most, bar in zip(line.mean, line.low, line.high, bars, strict=True)
    ]
    # An interval that reaches below the axis ends there; what it is says the label.
    mean, low = (one if floor is None else np.maximum(one, floor) for one in (line.mean, line.low))
    return {
        "type": "scatter",
        "mode": "lines+markers",
        "name": style.name,
        "x": x[there],
        "y": mean[there],
        "error_y": {
            "type": "data",
            "symmetric": False,
            "array": np.where(bars, np.maximum(line.high - mean, 0.0), 0.0)[there],
            "arrayminus": np.where(bars, mean - low, 0.0)[there],
            "color": style.color,
            "thickness": 1.5,
            "width": 4,
        },
        "line": {"color": style.color, "width": 2, "dash": style.dash},
        "marker": {"color": style.color, "symbol": style.symbol, "size": 8},
        "customdata": [
            f"batches of {size}: {said}" for size, said, here in zip(line.sizes, text, there, strict=True) if here
        ],
        "hovertemplate": f"{style.name}, %{{customdata}}<extra></extra>",
        "legendgroup": style.name,
        "showlegend": named,
        "xaxis": f"x{number}",
        "yaxis": f"y{number}",
    }
