"""Two lists of values against each other, and the weights behind predictions."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from normlib.figures.look import GREY, SCALERS, Figure, Style, figure

Floats = NDArray[np.float64]


def agreement(x: Floats, y: Floats, style: Style, titles: tuple[str, str], names: tuple[str, str]) -> Figure:
    """Draw two lists of values against each other, with the diagonal on which they are equal.

    Args:
        x: (N,) one value per point.
        y: (N,) the other.
        style: how the points are drawn.
        titles: of both axes.
        names: of both values, in one word each.
    Returns: the figure; the diagonal is its trace 0, the points are its trace 1.
    """
    low, high = float(min(x.min(), y.min())), float(max(x.max(), y.max()))
    pad = 0.05 * ((high - low) or 1.0)
    ends = [low - pad, high + pad]
    return figure(
        [
            {
                "type": "scatter",
                "mode": "lines",
                "x": np.array(ends),
                "y": np.array(ends),
                "line": {"color": GREY, "width": 1, "dash": "dot"},
                "hoverinfo": "skip",
                "name": "equal",
            },
            {
                "type": "scatter",
                "mode": "markers",
                "x": x,
                "y": y,
                "marker": {"color": style.color, "size": 6, "opacity": 0.7, "symbol": style.symbol},
                "hovertemplate": f"{names[0]} %{{x:.5g}}<br>{names[1]} %{{y:.5g}}<extra></extra>",
                "name": style.name,
            },
        ],
        xaxis={"range": ends, "title": {"text": titles[0], "standoff": 8}},
        yaxis={"range": ends, "title": {"text": titles[1], "standoff": 4}, "nticks": 6},
        margin={"l": 64, "r": 16, "t": 16, "b": 48},
    )


def weight_bars(features: Sequence[str], raw: Floats, scaled: Floats, style: Style) -> tuple[Figure, dict[str, object]]:
    """Draw the size of each weight, raw beside scaled, on a logarithmic axis.

    Args:
        features: names of the D rows.
        raw: (D,) weights of the raw features.
        scaled: (D,) weights of the scaled features.
        style: how the scaler is drawn.
    Returns: the figure, and its layout in a narrow window.
    """
    rows = np.arange(len(features), dtype=np.float64)
    traces = []
    for one, weights, shift in ((SCALERS["none"], raw, -0.14), (style, scaled, 0.14)):
        size = np.abs(weights)
        traces.append(
            {
                "type": "scatter",
                "mode": "markers",
                "x": np.where(size > 0, size, np.nan),
                "y": rows + shift,
                "marker": {"color": one.color, "symbol": one.symbol, "size": 9},
                "hovertemplate": f"{one.name}: %{{x:.3g}}<extra></extra>",
                "name": one.name,
            }
        )
    made = figure(
        traces,
        xaxis={
            "type": "log",
            "exponentformat": "power",
            "title": {"text": "size of the weight", "standoff": 8},
            "dtick": 1,
        },
        yaxis={
            "range": [len(features) - 0.45, -0.55],
            "tickvals": list(range(len(features))),
            "ticktext": list(features),
        },
        showlegend=True,
        legend={"orientation": "h", "x": 1, "xanchor": "right", "y": 1, "yanchor": "bottom", "itemclick": False},
        margin={"l": 170, "r": 16, "t": 30, "b": 48},
    )
    return made, {"margin.l": 120}
