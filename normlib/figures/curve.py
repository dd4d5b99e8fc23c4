"""A measured curve with its band, beside what theory expects."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from normlib.figures.look import ACCENT, GREY, Figure, Style, figure

Floats = NDArray[np.float64]


def curve_with_band(
    x: Floats,
    y: Floats,
    band: tuple[Floats, Floats],
    expected: tuple[Floats, Floats],
    *,
    style: Style,
    titles: tuple[str, str],
    marked: float | None = None,
) -> Figure:
    """Draw a curve with points, a band around it, and a thin line for the theory.

    Args:
        x: (T,) where it was measured.
        y: (T,) what was measured.
        band: lower and upper end, (T,) each.
        expected: x and y of the theory, (M,) each.
        style: how the curve is drawn.
        titles: of both axes.
        marked: a place on the x axis to point out.
    Returns: the figure.
    """
    low, high = band
    traces: list[dict[str, Any]] = [
        {
            "type": "scatter",
            "mode": "lines",
            "x": np.concatenate([x, x[::-1]]),
            "y": np.concatenate([high, low[::-1]]),
            "fill": "toself",
            "fillcolor": style.color,
            "opacity": 0.2,
            "line": {"width": 0},
            "hoverinfo": "skip",
            "name": "95 % of the splits",
        },
        {
            "type": "scatter",
            "mode": "lines",
            "x": expected[0],
            "y": expected[1],
            "line": {"color": GREY, "width": 1.5, "dash": "dot"},
            "hoverinfo": "skip",
            "name": "theory",
        },
        {
            "type": "scatter",
            "mode": "lines+markers",
            "x": x,
            "y": y,
            "line": {"color": style.color, "width": 2.5},
            "marker": {"color": style.color, "symbol": style.symbol, "size": 8},
            "hovertemplate": "%{x}: %{y:.2g}<extra></extra>",
            "name": "measured",
        },
    ]
    shapes = []
    if marked is not None:
        line = {"color": ACCENT, "width": 1.5, "dash": "dash"}
        shapes.append({"type": "line", "x0": marked, "x1": marked, "yref": "paper", "y0": 0, "y1": 1, "line": line})
    return figure(
        traces,
        xaxis={"title": {"text": titles[0], "standoff": 8}, "range": [0, float(x.max()) * 1.04]},
        yaxis={
            "title": {"text": titles[1], "standoff": 4},
            "rangemode": "tozero",
            "tickformat": ".0%",
            "nticks": 6,
        },
        shapes=shapes,
        showlegend=True,
        legend={"orientation": "h", "x": 1, "xanchor": "right", "y": 1, "yanchor": "bottom", "itemclick": False},
        margin={"l": 64, "r": 16, "t": 30, "b": 48},
    )
