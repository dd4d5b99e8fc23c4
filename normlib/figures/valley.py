"""A loss surface of two weights seen from above, a path down it, and the loss along the path."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from normlib.descent import Descent, Quadratic
from normlib.figures.drawn import Drawn
from normlib.figures.look import ACCENT, GREY, Style, figure

Floats = NDArray[np.float64]
GRID = 61
LEVELS = 14
DEEPEST = 1e-6  # of the excess loss: below it the lower panel draws no further


def valley(problem: Quadratic, walk: Descent, position: int, *, style: Style, names: tuple[str, str]) -> Drawn:
    """Draw the surface in equal units on both axes, and the path for one of the learning rates.

    Equal units matter: with each axis stretched to fill the picture, every valley would look round.

    Args:
        problem: the loss surface.
        walk: gradient descent for F learning rates from one start.
        position: which rate to draw, an index.
        style: how the scaler is drawn.
        names: of the two features.
    Returns: the figure, and the arrays of every rate by trace and attribute, first axis F.
    """
    start, end = walk.path[0, 0], problem.minimum
    # Around the minimum, with room for the start and for steps that overshoot by as much.
    middle, half = end, 1.15 * float(np.abs(end - start).max() or 1.0)
    x = np.linspace(middle[0] - half, middle[0] + half, GRID)
    y = np.linspace(middle[1] - half, middle[1] + half, GRID)
    surface = problem.loss(np.stack(np.meshgrid(x, y), axis=-1))
    first = float(walk.losses[0, 0])
    lowest = DEEPEST * ((first - problem.floor) or 1.0)
    height = np.log10(np.maximum(surface - problem.floor, lowest))
    far = 3.0 * half
    path = np.where(np.abs(walk.path - middle) <= far, walk.path, np.nan)
    excess = (walk.losses - problem.floor) / ((first - problem.floor) or 1.0)
    excess = np.where(excess > DEEPEST, excess, np.nan)
    steps = np.arange(walk.path.shape[1], dtype=np.float64)
    last = np.where(walk.diverged[:, None], np.nan, path[:, -1])
    traces: list[dict[str, Any]] = [
        {
            "type": "contour",
            "x": x,
            "y": y,
            "z": height,
            "ncontours": LEVELS,
            "showscale": False,
            "colorscale": [[0, style.color], [1, "rgba(128,128,128,0.06)"]],
            "contours": {"coloring": "heatmap", "showlines": True},
            "line": {"width": 0.6, "color": GREY},
            "opacity": 0.75,
            "hoverinfo": "skip",
            "name": "loss",
        },
        {
            "type": "scatter",
            "mode": "lines+markers",
            "x": path[position, :, 0],
            "y": path[position, :, 1],
            "line": {"color": ACCENT, "width": 1.5},
            "marker": {"color": ACCENT, "size": 4},
            "hovertemplate": "weights %{x:.3g}, %{y:.3g}<extra></extra>",
            "name": "path",
        },
        {
            "type": "scatter",
            "mode": "markers+text",
            "x": np.array([start[0], end[0]]),
            "y": np.array([start[1], end[1]]),
            "text": ["start", "lowest loss"],
            "textposition": ["bottom center", "top center"],
            "marker": {"color": ACCENT, "size": 11, "symbol": ["circle-open", "star"], "line": {"width": 2}},
            "hoverinfo": "skip",
            "name": "start and minimum",
        },
        {
            "type": "scatter",
            "mode": "lines",
            "x": steps,
            "y": excess[position],
            "line": {"color": style.color, "width": 2.5, "dash": style.dash},
            "xaxis": "x2",
            "yaxis": "y2",
            "hovertemplate": "step %{x}: %{y:.2g} of the way is left<extra></extra>",
            "name": "loss along the path",
        },
        {
            "type": "scatter",
            "mode": "markers+text",
            "x": last[position, :1],
            "y": last[position, 1:],
            "text": [f"after {steps.size - 1} steps"],
            "textposition": "middle right",
            "marker": {"color": ACCENT, "size": 9},
            "hoverinfo": "skip",
            "name": "end of the path",
        },
    ]
    made = figure(
        traces,
        xaxis={
            "domain": [0, 0.5],
            "anchor": "y",
            "range": [x[0], x[-1]],
            "title": {"text": f"weight of {names[0]}", "standoff": 8},
            "constrain": "domain",
            "showgrid": False,
            "nticks": 5,
            "tickangle": 0,
        },
        yaxis={
            "anchor": "x",
            "range": [y[0], y[-1]],
            "title": {"text": f"weight of {names[1]}", "standoff": 4},
            "scaleanchor": "x",
            "constrain": "domain",
            "showgrid": False,
            "nticks": 5,
        },
        xaxis2={"domain": [0.64, 1], "anchor": "y2", "title": {"text": "step", "standoff": 8}, "range": [0, steps[-1]]},
        yaxis2={
            "anchor": "x2",
            "type": "log",
            "range": [np.log10(DEEPEST), 2],
            "title": {"text": "loss above the lowest, share of the start", "standoff": 4},
            "dtick": 2,
            "exponentformat": "power",
        },
        margin={"l": 70, "r": 16, "t": 16, "b": 48},
    )
    moving = {
        (1, "x"): path[:, :, 0],
        (1, "y"): path[:, :, 1],
        (3, "y"): excess,
        (4, "x"): last[:, :1],
        (4, "y"): last[:, 1:],
    }
    narrow = {
        "height": 720,
        "xaxis.domain": [0, 1],
        "yaxis.domain": [0.48, 1],
        "xaxis2.domain": [0, 1],
        "yaxis2.domain": [0, 0.36],
    }
    return Drawn(made, moving, narrow)
