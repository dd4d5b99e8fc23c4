"""Means with their intervals: one panel per group, one row per method."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from normlib.figures.look import GREY, Figure, Style, figure
from normlib.intervals import Interval

ROW_HEIGHT = 26


@dataclass(frozen=True)
class Group:
    """One panel: its title and, per row, a style and an interval."""

    title: str
    rows: Sequence[tuple[Style, Interval]]


def interval_dots(
    groups: Sequence[Group], axis_title: str, *, suffix: str = " %", zero: bool = False
) -> tuple[Figure, dict[str, Any], int]:
    """Draw a dot for each mean and a line for its interval.

    Args:
        groups: the panels; they share the order of their rows.
        axis_title: what is measured.
        suffix: follows every value; values are fractions of 1 and are shown times 100.
        zero: mark zero, for differences.
    Returns: the figure, its layout in a narrow window, and its height in pixels.
    """
    count = len(groups)
    gap, stacked_gap = 0.04, 0.2 / count
    width, tall = (1 - gap * (count - 1)) / count, (1 - stacked_gap * (count - 1)) / count
    names = [style.name for style, _ in groups[0].rows]
    height = 100 + ROW_HEIGHT * len(names)
    narrow: dict[str, Any] = {"height": 60 + count * (70 + 22 * len(names)), "margin.l": 112}
    traces: list[dict[str, Any]] = []
    layout: dict[str, Any] = {}
    annotations, shapes = [], []
    for index, group in enumerate(groups):
        number = "" if index == 0 else str(index + 1)
        left, top = index * (width + gap), 1 - index * (tall + stacked_gap)
        means = np.array([interval.mean for _, interval in group.rows]) * 100.0
        lows = np.array([interval.low for _, interval in group.rows]) * 100.0
        highs = np.array([interval.high for _, interval in group.rows]) * 100.0
        for row, (style, _) in enumerate(group.rows):
            traces.append(
                {
                    "type": "scatter",
                    "mode": "markers",
                    "name": style.name,
                    "x": means[row : row + 1],
                    "y": np.array([float(row)]),
                    "error_x": {
                        "type": "data",
                        "symmetric": False,
                        "array": highs[row : row + 1] - means[row],
                        "arrayminus": means[row] - lows[row : row + 1],
                        "color": style.color,
                        "thickness": 2,
                        "width": 5,
                    },
                    "marker": {"color": style.color, "symbol": style.symbol, "size": 10},
                    "xaxis": f"x{number}",
                    "yaxis": f"y{number}",
                    "hovertemplate": f"{style.name}: %{{x:.1f}}{suffix}"
                    f"<br>interval {lows[row]:.1f} to {highs[row]:.1f}<extra></extra>",
                }
            )
        low, high = float(lows.min()), float(highs.max())
        if zero:
            low, high = min(low, 0.0), max(high, 0.0)
            shapes.append(
                {
                    "type": "line",
                    "xref": f"x{number}",
                    "yref": f"y{number} domain",
                    "x0": 0,
                    "x1": 0,
                    "y0": 0,
                    "y1": 1,
                    "line": {"color": GREY, "width": 1, "dash": "dot"},
                    "layer": "below",
                }
            )
        pad = 0.08 * ((high - low) or 1.0)
        layout[f"xaxis{number}"] = {
            "domain": [left, left + width],
            "anchor": f"y{number}",
            "range": [low - pad, high + pad],
            "ticksuffix": suffix,
            "nticks": 5,
            "tickangle": 0,
            "title": {"text": axis_title if index == count // 2 else "", "standoff": 8},
        }
        layout[f"yaxis{number}"] = {
            "domain": [0, 1],
            "anchor": f"x{number}",
            "range": [len(names) - 0.5, -0.5],
            "tickvals": list(range(len(names))),
            "ticktext": names,
            "showticklabels": index == 0,
        }
        annotations.append(
            {
                "text": f"<b>{group.title}</b>",
                "xref": "paper",
                "yref": "paper",
                "x": left,
                "y": 1,
                "xanchor": "left",
                "yanchor": "bottom",
                "showarrow": False,
            }
        )
        narrow[f"xaxis{number}.domain"] = [0, 1]
        narrow[f"yaxis{number}.domain"] = [max(top - tall, 0.0), top]
        narrow[f"yaxis{number}.showticklabels"] = True
        narrow[f"xaxis{number}.title.text"] = axis_title if index == count - 1 else ""
        narrow[f"annotations[{index}].x"] = 0
        narrow[f"annotations[{index}].y"] = top
    made = figure(
        traces, annotations=annotations, shapes=shapes, margin={"l": 130, "r": 16, "t": 30, "b": 50}, **layout
    )
    return made, narrow, height
