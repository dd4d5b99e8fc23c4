"""Several scalers on the same features: one panel per scaler, one row per feature, the same order in all."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from normlib.figures.drawn import Drawn
from normlib.figures.look import ACCENT, Style, figure

Floats = NDArray[np.float64]

LEVELS = (0.0, 5.0, 25.0, 50.0, 75.0, 95.0, 100.0)
"""Percentiles that a row shows: ends as points, 5 to 95 as a thin line, the middle half thick, the median."""

ROW_HEIGHT = 22
GAP = 0.03
NARROW_PANEL_GAP = 0.06


@dataclass(frozen=True, eq=False)
class Panel:
    """One scaler.

    Attributes:
        style: how it is drawn.
        percentiles: of every feature at rest, (len(LEVELS), D), outlier left out.
        moving: of the feature with the outlier at every position, (F, len(LEVELS)), outlier left out.
        outlier: where the outlier lands at every position, (F,).
        ends: range of the axis.
    """

    style: Style
    percentiles: Floats
    moving: Floats
    outlier: Floats
    ends: tuple[float, float]


def side_by_side(panels: Sequence[Panel], features: Sequence[str], row: int, position: int) -> Drawn:
    """Draw one panel per scaler.

    Args:
        panels: the scalers, in order.
        features: names of the D rows, from the top.
        row: which of them has the outlier.
        position: which position of the outlier to draw, an index.
    Returns: the figure with its moving parts; in a narrow window the panels stand below each other.
    """
    count = len(panels)
    width = (1 - GAP * (count - 1)) / count
    tall = (1 - NARROW_PANEL_GAP * (count - 1)) / count
    height = 70 + ROW_HEIGHT * len(features)
    narrow_height = 40 + count * (50 + 15 * len(features))
    traces: list[dict[str, Any]] = []
    layout: dict[str, Any] = {}
    moving: dict[tuple[int, str], Floats] = {}
    narrow: dict[str, Any] = {"height": narrow_height, "margin.l": 104}
    annotations = []
    for index, panel in enumerate(panels):
        suffix = "" if index == 0 else str(index + 1)
        left = index * (width + GAP)
        top = 1 - index * (tall + NARROW_PANEL_GAP)
        layout[f"xaxis{suffix}"] = {
            "domain": [left, left + width],
            "anchor": f"y{suffix}",
            "range": list(panel.ends),
            "nticks": 4,
            "tickangle": 0,
            "zeroline": True,
        }
        layout[f"yaxis{suffix}"] = {
            "domain": [0, 1],
            "anchor": f"x{suffix}",
            "range": [len(features) - 0.5, -0.5],
            "tickvals": list(range(len(features))),
            "ticktext": list(features),
            "showticklabels": index == 0,
            "showgrid": False,
        }
        annotations.append(
            {
                "text": f"<b>{panel.style.name}</b>",
                "xref": "paper",
                "yref": "paper",
                "x": left,
                "y": 1,
                "xanchor": "left",
                "yanchor": "bottom",
                "showarrow": False,
            }
        )
        narrow[f"xaxis{suffix}.domain"] = [0, 1]
        narrow[f"yaxis{suffix}.domain"] = [max(top - tall, 0.0), top]
        narrow[f"yaxis{suffix}.showticklabels"] = True
        narrow[f"annotations[{index}].x"] = 0
        narrow[f"annotations[{index}].y"] = top
        for part, moved in zip(*_traces(panel, row, position), strict=True):
            part["xaxis"], part["yaxis"] = f"x{suffix}", f"y{suffix}"
            if moved is not None:
                moving[len(traces), "x"] = moved
            traces.append(part)
    made = figure(traces, annotations=annotations, margin={"l": 150, "r": 12, "t": 30, "b": 36}, **layout)
    return Drawn(made, moving, narrow, height=height)


def _traces(panel: Panel, row: int, position: int) -> tuple[list[dict[str, Any]], list[Floats | None]]:
    """Return the traces of a panel, and for each what moves in it: x for every position, or None.

    The row with the outlier has traces of its own, so that only its few numbers travel for every position.
    """
    still = np.delete(np.arange(panel.percentiles.shape[1]), row)
    parts = _bars(panel.percentiles[:, still], still.astype(np.float64), panel.style.color)
    moves = [
        panel.moving[:, [0, 6]],
        _segments(panel.moving[:, 1:2], panel.moving[:, 5:6]),
        _segments(panel.moving[:, 2:3], panel.moving[:, 4:5]),
        panel.moving[:, [3]],
        panel.outlier[:, None],
    ]
    moving = _bars(panel.moving[position][:, None], np.array([float(row)]), panel.style.color)
    moving.append(
        {
            "type": "scatter",
            "hoverinfo": "skip",
            "mode": "markers",
            "x": panel.outlier[position : position + 1],
            "y": np.array([float(row)]),
            "marker": {"color": ACCENT, "size": 10, "symbol": "diamond"},
            "cliponaxis": False,
            "name": "outlier",
        }
    )
    return parts + moving, [None] * len(parts) + moves


def _bars(percentiles: Floats, rows: Floats, color: str) -> list[dict[str, Any]]:
    """Return four traces that show percentiles, (len(LEVELS), D), in D rows."""
    low, p5, p25, p50, p75, p95, high = percentiles
    line_rows = np.stack([rows, rows, np.full_like(rows, np.nan)], axis=1).ravel()
    common = {"type": "scatter", "hoverinfo": "skip"}
    return [
        {
            **common,
            "mode": "markers",
            "x": np.stack([low, high], axis=1).ravel(),
            "y": np.repeat(rows, 2),
            "marker": {"color": color, "size": 3.5},
            "name": "smallest, largest",
        },
        {
            **common,
            "mode": "lines",
            "x": _segments(p5[None], p95[None])[0],
            "y": line_rows,
            "line": {"color": color, "width": 1.5},
            "name": "5 to 95 %",
        },
        {
            **common,
            "mode": "lines",
            "x": _segments(p25[None], p75[None])[0],
            "y": line_rows,
            "line": {"color": color, "width": 7},
            "name": "25 to 75 %",
        },
        {
            **common,
            "mode": "markers",
            "x": p50,
            "y": rows,
            "marker": {"color": "#FFFFFF", "size": 5, "line": {"color": color, "width": 1.5}},
            "name": "median",
        },
    ]


def _segments(start: Floats, end: Floats) -> Floats:
    """Return x of D lines from start to end with a gap after each, (F, 3 D)."""
    return np.stack([start, end, np.full_like(start, np.nan)], axis=2).reshape(start.shape[0], -1)
