"""Shares of a whole, feature by feature, before and after."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from normlib.figures.look import Figure, Style, figure

ROW_HEIGHT = 25


def share_bars(
    features: Sequence[str], groups: Sequence[tuple[Style, NDArray[np.float64]]], axis_title: str
) -> tuple[Figure, int]:
    """Draw one bar per feature and group, the first feature on top.

    Args:
        features: names of the D rows.
        groups: how each group is drawn, and its shares, (D,), as fractions of 1.
        axis_title: what the bars measure.
    Returns: the figure and its height in pixels.
    """
    rows = np.arange(len(features), dtype=np.float64)
    thickness = 0.8 / len(groups)
    traces = []
    for index, (style, shares) in enumerate(groups):
        traces.append(
            {
                "type": "bar",
                "orientation": "h",
                "name": style.name,
                "x": 100 * shares,
                "y": rows + (index - (len(groups) - 1) / 2) * thickness,
                "width": thickness * 0.92,
                "marker": {"color": style.color},
                "hovertemplate": f"{style.name}: %{{x:.3g}} %<extra></extra>",
            }
        )
    largest = max(float(shares.max()) for _, shares in groups)
    made = figure(
        traces,
        xaxis={
            "title": {"text": axis_title, "standoff": 8},
            "range": [0, min(100.0, 100 * largest * 1.06) or 1.0],
            "ticksuffix": " %",
            "nticks": 6,
        },
        yaxis={
            "range": [len(features) - 0.45, -0.55],
            "tickvals": list(range(len(features))),
            "ticktext": list(features),
            "showgrid": False,
        },
        showlegend=len(groups) > 1,
        legend={"orientation": "h", "x": 1, "xanchor": "right", "y": 1, "yanchor": "bottom", "itemclick": False},
        margin={"l": 170, "r": 16, "t": 30, "b": 46},
    )
    return made, 90 + ROW_HEIGHT * len(features)
