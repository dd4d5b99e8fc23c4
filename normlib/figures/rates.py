"""What is right at the end against the learning rate: a panel per start, a line per arm, each one's best marked."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from normlib.figures.drawn import Drawn
from normlib.figures.look import ACCENT, GREY, LEGEND_ABOVE, Style, figure, panel_heading

Floats = NDArray[np.float64]

_HEIGHT: Final = 380
_GAP: Final = 0.035
_ROW: Final = 230
_BELOW: Final = 0.12
"""Between two panels below each other: ticks of the upper one, name of the lower."""


@dataclass(frozen=True, eq=False)
class RateLine:
    """An arm at every learning rate.

    Attributes:
        style: its look and name.
        mean: (R,) share of rows right, 0 to 1; NaN where nothing is known yet.
        low, high: (R,) ends of its interval; NaN where there is none.
        lost: (R,) share of the seeds whose loss stopped being a number.
        best: place of its best rate, or None where it is not known yet.
    """

    style: Style
    mean: Floats
    low: Floats
    high: Floats
    lost: Floats
    best: int | None


@dataclass(frozen=True, eq=False)
class RatePanel:
    """Lines on axes of their own, below a title."""

    title: str
    lines: Sequence[RateLine]


def by_rate(panels: Sequence[RatePanel], rates: Sequence[float], common: float) -> Drawn:
    """Draw panels side by side, below each other in a narrow window.

    A ring marks each line's best learning rate, a cross one at which more than half of the seeds stopped, and a
    dotted line the rate that is looked at for all.

    Args:
        panels: two or three.
        rates: (R,) learning rates, ascending.
        common: one of them.
    """
    count = len(panels)
    width = (1 - _GAP * (count - 1)) / count
    traces: list[dict[str, Any]] = []
    layout: dict[str, Any] = {}
    narrow: dict[str, Any] = {"height": 90 + _ROW * count, "margin.l": 50, "legend.x": 0, "legend.xanchor": "left"}
    narrow |= {"legend.y": 1 + 44 / (_ROW * count), "margin.t": 76}
    notes, shapes = [], []
    ticks = [rate for place, rate in enumerate(rates) if len(rates) < 7 or place % 2 == 0]
    for at, panel in enumerate(panels):
        number = str(at + 1) if at else ""
        left, last = at * (width + _GAP), at == count - 1
        for order, line in enumerate(panel.lines):
            traces += _traces(line, rates, order - (len(panel.lines) - 1) / 2, number, named=at == 0)
        layout[f"xaxis{number}"] = {
            "domain": [left, left + width],
            "anchor": f"y{number}",
            "range": [float(np.log10(rates[0])) - 0.25, float(np.log10(rates[-1])) + 0.25],
            "tickvals": np.log10(ticks).tolist(),
            "ticktext": [f"{rate:g}" for rate in ticks],
            "tickangle": 0,
            "title": {"text": "learning rate", "standoff": 6},
        }
        layout[f"yaxis{number}"] = {
            "anchor": f"x{number}",
            "range": [-0.03, 1.06],
            "tickvals": [0, 0.25, 0.5, 0.75, 1],
            "tickformat": ",.0%",
            "showticklabels": at == 0,
            "title": {"text": "test rows right" if at == 0 else "", "standoff": 4},
        }
        notes.append(panel_heading(panel.title, number))
        shapes.append(
            {
                "type": "line",
                "xref": f"x{number}",
                "yref": f"y{number} domain",
                "x0": float(np.log10(common)),
                "x1": float(np.log10(common)),
                "y0": 0,
                "y1": 1,
                "layer": "below",
                "line": {"color": GREY, "width": 1.5, "dash": "dot"},
            }
        )
        tall = (1 - _BELOW * (count - 1)) / count
        top = 1 - at * (tall + _BELOW)
        narrow |= {
            f"xaxis{number}.domain": [0, 1],
            f"yaxis{number}.domain": [max(0.0, top - tall), top],
            f"yaxis{number}.showticklabels": True,
            f"yaxis{number}.title.text": "",
            f"xaxis{number}.title.text": "learning rate" if last else "",
        }
    made = figure(
        traces,
        **layout,
        annotations=notes,
        shapes=shapes,
        showlegend=True,
        legend={**LEGEND_ABOVE, "y": 1.08},
        margin={"l": 60, "r": 12, "t": 58, "b": 46},
    )
    return Drawn(made, {}, narrow, height=_HEIGHT)


def _traces(line: RateLine, rates: Sequence[float], shift: float, number: str, *, named: bool) -> list[dict[str, Any]]:
    style = line.style
    axes = {"xaxis": f"x{number}", "yaxis": f"y{number}"}
    there = np.isfinite(line.mean)
    bars = there & np.isfinite(line.low)
    # A little beside each other: intervals on one place would hide each other.
    x = np.log10(np.asarray(rates, np.float64)) + 0.045 * shift
    lost = line.lost > 0.5
    said = [
        f"rate {rate:g}: "
        + ("the loss stopped being a number" if gone else f"{100 * mean:.1f} % right")
        + (f"<br>95 % interval {100 * low:.1f} to {100 * high:.1f} %" if bar and not gone else "")
        for rate, mean, low, high, gone, bar in zip(rates, line.mean, line.low, line.high, lost, bars, strict=True)
    ]
    curve = {
        "type": "scatter",
        "mode": "lines+markers",
        "name": style.name,
        "x": x[there],
        "y": line.mean[there],
        "error_y": {
            "type": "data",
            "symmetric": False,
            "array": np.where(bars, line.high - line.mean, 0.0)[there],
            "arrayminus": np.where(bars, line.mean - line.low, 0.0)[there],
            "color": style.color,
            "thickness": 1.5,
            "width": 3,
        },
        "line": {"color": style.color, "width": 2, "dash": style.dash},
        "marker": {
            "color": style.color,
            "symbol": ["x-thin" if gone else style.symbol for gone in lost[there]],
            "size": 7,
            "line": {"color": style.color, "width": 1.5},
        },
        "customdata": [text for text, here in zip(said, there, strict=True) if here],
        "hovertemplate": f"{style.name}, %{{customdata}}<extra></extra>",
        "legendgroup": style.name,
        "showlegend": named,
        **axes,
    }
    rings = {
        "type": "scatter",
        "mode": "markers",
        "name": f"{style.name}: best rate",
        "x": [] if line.best is None else [x[line.best]],
        "y": [] if line.best is None else [line.mean[line.best]],
        "marker": {"symbol": "circle-open", "size": 16, "color": ACCENT, "line": {"width": 2}},
        "hoverinfo": "skip",
        "showlegend": False,
        **axes,
    }
    return [curve, rings]
