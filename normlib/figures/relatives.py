"""Relatives beside layer norm: RMS norm against it, a tanh through its points, and filters under three treatments."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from normlib.figures.agreement import agreement
from normlib.figures.drawn import Drawn
from normlib.figures.look import ACCENT, GREY, LEGEND_ABOVE, METHODS, SKY, Style, figure

Floats = NDArray[np.float64]

RELATIVES: Final = {
    "tanh": Style("Dynamic tanh", SKY, "solid", "triangle-up"),
    "weights": Style("Weight standardization", SKY, "dash", "triangle-up"),
}
CURVE_POINTS = 121


def rms_against_layer(layer: Floats, rms: Floats, position: int) -> Drawn:
    """Draw every value's output under RMS norm against its output under layer norm.

    Args:
        layer: (n,) output of layer norm, which no added mean changes.
        rms: (F, n) output of RMS norm at every position.
        position: which one to draw, an index.
    Returns: the figure; points on the diagonal are the same under both.
    """
    made = agreement(
        layer,
        rms[position],
        METHODS["rms"],
        ("after layer norm", "after RMS norm"),
        ("layer norm", "RMS norm"),
    )
    most = 1.05 * float(max(np.abs(layer).max(), np.abs(rms).max(), 1.0))
    ends = [-most, most]
    made["data"][0] |= {"x": np.array(ends), "y": np.array(ends)}
    made["layout"]["xaxis"]["range"] = made["layout"]["yaxis"]["range"] = ends
    return Drawn(made, {(1, "y"): rms})


def tanh_through_points(x: Floats, y: Floats, slopes: Floats, factors: Floats, position: int) -> Drawn:
    """Draw layer norm's output over its input as points, and gamma * tanh(alpha * x) as a curve through them.

    Args:
        x: (n,) inputs.
        y: (n,) outputs of layer norm.
        slopes: (F,) alpha at every position.
        factors: (F,) gamma.
        position: which one to draw, an index.
    Returns: the figure, with the straight line that the tanh is near 0.
    """
    most = 1.05 * float(np.abs(x).max() or 1.0)
    grid = np.linspace(-most, most, CURVE_POINTS)
    curves = factors[:, None] * np.tanh(slopes[:, None] * grid)
    lines = (factors * slopes)[:, None] * grid[[0, -1]]
    high = 1.1 * float(max(np.abs(y).max(), 1.0))
    traces: list[dict[str, Any]] = [
        {
            "type": "scatter",
            "mode": "markers",
            "name": "layer norm",
            "x": x,
            "y": y,
            "marker": {"color": METHODS["layer"].color, "symbol": METHODS["layer"].symbol, "size": 6, "opacity": 0.6},
            "hovertemplate": "in %{x:.3g}<br>out %{y:.3g}<extra></extra>",
        },
        {
            "type": "scatter",
            "mode": "lines",
            "name": "straight line",
            "x": grid[[0, -1]],
            "y": lines[position],
            "line": {"color": GREY, "width": 1.5, "dash": "dot"},
            "hoverinfo": "skip",
        },
        {
            "type": "scatter",
            "mode": "lines",
            "name": RELATIVES["tanh"].name.lower(),
            "x": grid,
            "y": curves[position],
            "line": {"color": ACCENT, "width": 3},
            "hoverinfo": "skip",
        },
    ]
    made = figure(
        traces,
        xaxis={"range": [-most, most], "title": {"text": "activation", "standoff": 8}},
        yaxis={"range": [-high, high], "title": {"text": "output", "standoff": 4}, "nticks": 7},
        showlegend=True,
        legend=LEGEND_ABOVE,
        margin={"l": 56, "r": 16, "t": 30, "b": 48},
    )
    return Drawn(made, {(1, "y"): lines, (2, "y"): curves})


def filter_spreads(groups: Sequence[tuple[Style, Floats]], position: int) -> Drawn:
    """Draw by how much the spread of every filter's output has changed, on a logarithmic axis.

    Args:
        groups: how each treatment is drawn, and its spreads relative to those before, (F, filters).
        position: which one to draw, an index.
    Returns: the figure; trace g is group g. A spread of 0 has no place on the axis.
    """
    filters = groups[0][1].shape[1]
    shown = [np.where(spreads > 0, spreads, np.nan) for _, spreads in groups]
    low, high = (float(end) for end in (np.nanmin(shown), np.nanmax(shown)))
    ticks = [step * 10.0**power for power in range(-6, 7) for step in (1, 2, 5)]
    ticks = [tick for tick in ticks if 0.7 * low <= tick <= 1.5 * high]
    traces: list[dict[str, Any]] = [
        {
            "type": "scatter",
            "mode": "lines+markers",
            "name": style.name,
            "x": np.arange(1, filters + 1),
            "y": spreads[position],
            "line": {"color": style.color, "dash": style.dash, "width": 1.5},
            "marker": {"color": style.color, "symbol": style.symbol, "size": 10},
            "hovertemplate": f"{style.name}: %{{y:.3g}} times<extra></extra>",
        }
        for (style, _), spreads in zip(groups, shown, strict=True)
    ]
    made = figure(
        traces,
        xaxis={
            "range": [0.6, filters + 0.4],
            "tickvals": list(range(1, filters + 1)),
            "title": {"text": "filter (the first one is changed)", "standoff": 8},
            "showgrid": False,
        },
        yaxis={
            "type": "log",
            "range": [float(np.log10(low)) - 0.12, float(np.log10(high)) + 0.12],
            "tickvals": ticks,
            "ticktext": [f"{tick:g}" for tick in ticks],
            "title": {"text": "spread of its output, times that before", "standoff": 4},
        },
        shapes=[
            {
                "type": "rect",
                "x0": 0.75,
                "x1": 1.25,
                "yref": "paper",
                "y0": 0,
                "y1": 1,
                "line": {"color": ACCENT, "width": 1, "dash": "dot"},
            }
        ],
        showlegend=True,
        legend=LEGEND_ABOVE,
        margin={"l": 64, "r": 16, "t": 30, "b": 48},
    )
    return Drawn(made, {(at, "y"): spreads for at, spreads in enumerate(shown)})
