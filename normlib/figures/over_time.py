"""Small panels of curves over the updates, each with a band, in rows and columns that share their axes."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from normlib.figures.drawn import Drawn
from normlib.figures.look import LEGEND_ABOVE, Style, figure

Floats = NDArray[np.float64]
_GAP, _ROW_GAP = 0.03, 0.1


@dataclass(frozen=True, eq=False)
class Band:
    """A curve and the range around it.

    Attributes:
        style: name, colour, dash and marker.
        x, low, middle, high: (R,) each; NaN where there is nothing.
    """

    style: Style
    x: Floats
    low: Floats
    middle: Floats
    high: Floats


def over_time(
    rows: Sequence[tuple[str, Sequence[Sequence[Band]]]],
    columns: Sequence[str],
    *,
    log: bool = False,
    legend: bool = False,
    height: int = 340,
) -> Drawn:
    """Draw a panel per row and column.

    Args:
        rows: title of the value axis, and the bands of each panel from the left. All panels of a row share an axis.
        columns: what stands above each column.
        log: whether the value axes are logarithmic.
        legend: name the curves above the figure, where a panel has several.
        height: in pixels.
    Returns: the figure, which has no dial.
    """
    many, deep = len(columns), len(rows)
    width = (1 - _GAP * (many - 1)) / many
    tall = (1 - _ROW_GAP * (deep - 1)) / deep
    traces: list[dict[str, Any]] = []
    layout: dict[str, Any] = {}
    named: set[str] = set()
    for row, (title, panels) in enumerate(rows):
        span = _span([band for panel in panels for band in panel], log=log)
        for column, panel in enumerate(panels):
            number = row * many + column + 1
            suffix = "" if number == 1 else str(number)
            left, top = column * (width + _GAP), 1 - row * (tall + _ROW_GAP)
            lowest = row == deep - 1
            layout[f"xaxis{suffix}"] = {
                "domain": [left, left + width],
                "anchor": f"y{suffix}",
                "nticks": 4,
                "showticklabels": lowest,
                "title": {"text": "updates" if lowest else "", "standoff": 6},
            }
            layout[f"yaxis{suffix}"] = {
                "domain": [max(0.0, top - tall), top],
                "anchor": f"x{suffix}",
                "type": "log" if log else "linear",
                "range": span,
                "nticks": 6,
                "showticklabels": column == 0,
                "title": {"text": title if column == 0 else "", "standoff": 4},
                **({"dtick": 1} if log and span[1] - span[0] > 1 else {}),
            }
            for band in panel:
                traces += _traces(band, suffix, shown=band.style.name not in named)
                named.add(band.style.name)
    notes = [
        {
            "text": name,
            "x": column * (width + _GAP) + width / 2,
            "y": 1,
            "xref": "paper",
            "yref": "paper",
            "xanchor": "center",
            "yanchor": "bottom",
            "showarrow": False,
            "font": {"size": 13},
        }
        for column, name in enumerate(columns)
    ]
    above = {"showlegend": True, "legend": {**LEGEND_ABOVE, "y": 1.09}} if legend else {}
    made = figure(
        traces,
        **layout,
        annotations=notes,
        margin={"l": 64, "r": 14, "t": 58 if legend else 40, "b": 46},
        **above,
    )
    narrow: dict[str, Any] = {"height": height + 60, "margin.l": 52}
    if legend:
        narrow |= {"margin.t": 104, "legend.y": 1.12, "legend.x": 0, "legend.xanchor": "left"}
    return Drawn(made, {}, narrow, height=height)


def _traces(band: Band, suffix: str, *, shown: bool) -> list[dict[str, Any]]:
    style, axes = band.style, {"xaxis": f"x{suffix}", "yaxis": f"y{suffix}"}
    there = np.isfinite(band.low) & np.isfinite(band.high)
    around = {
        "type": "scatter",
        **axes,
        "name": f"{style.name}, range",
        "mode": "lines",
        "x": np.concatenate([band.x[there], band.x[there][::-1]]),
        "y": np.concatenate([band.high[there], band.low[there][::-1]]),
        "fill": "toself",
        "fillcolor": style.color,
        "opacity": 0.2,
        "line": {"width": 0},
        "hoverinfo": "skip",
        "showlegend": False,
    }
    middle = {
        "type": "scatter",
        **axes,
        "name": style.name,
        "mode": "lines+markers",
        "x": band.x,
        "y": band.middle,
        "line": {"color": style.color, "width": 2, "dash": style.dash},
        "marker": {"color": style.color, "symbol": style.symbol, "size": 5},
        "showlegend": shown,
        "hovertemplate": f"{style.name}, update %{{x:,}}: %{{y:.3~g}}<extra></extra>",
    }
    return [around, middle]


def _span(bands: Sequence[Band], *, log: bool) -> list[float]:
    """Return the range of a value axis with a little room, as exponents where it is logarithmic."""
    values = np.concatenate([np.concatenate([band.low, band.middle, band.high]) for band in bands])
    values = values[np.isfinite(values) & ((values > 0) | (not log))]
    if not len(values):
        return [-1.0, 1.0]
    low, high = (np.log10(end) if log else end for end in (values.min(), values.max()))
    room = 0.06 * (high - low) or 0.5
    return [float(low - room), float(high + room)]
