"""The outputs of layer norm over few features, between the bounds that no output can pass."""

from __future__ import annotations

from typing import Any

import numpy as np

from normlib.few_features import FewFeatures
from normlib.figures.drawn import Drawn
from normlib.figures.look import ACCENT, GREY, LEGEND_ABOVE, METHODS, figure

LEFT, RIGHT = (0.0, 0.54), (0.66, 1.0)


def few_features_figure(found: FewFeatures, at: int) -> Drawn:
    """Draw every output on the left, and the largest against the number of features on the right.

    Args:
        found: layer norm over the first d features, for d = 1 ... D.
        at: which d to draw, as an index: d - 1.
    Returns: the figure, and the arrays of every d by trace and attribute, first axis D.
    """
    most, samples, _ = found.outputs.shape
    style = METHODS["layer"]
    counts = np.arange(1, most + 1, dtype=np.float64)
    side = np.linspace(-0.25, 0.25, samples) if samples > 1 else np.zeros(1)  # samples side by side
    dots = found.outputs.reshape(most, -1)
    across = np.array([0.4, most + 0.6])
    bounds = np.stack([found.bounds, found.bounds, np.full(most, np.nan), -found.bounds, -found.bounds], axis=1)
    marker = found.largest[:, None]
    reach = 1.08 * float(found.bounds.max())
    traces: list[dict[str, Any]] = [
        {
            "type": "scatter",
            "mode": "lines",
            "name": "bound √(d − 1)",
            "x": np.array([*across, np.nan, *across]),
            "y": bounds[at],
            "line": {"color": GREY, "width": 1.5, "dash": "dot"},
            "hoverinfo": "skip",
        },
        {
            "type": "scatter",
            "mode": "markers",
            "name": "outputs",
            "x": (counts + side[:, None]).ravel(),
            "y": dots[at],
            "marker": {"color": style.color, "symbol": style.symbol, "size": 7, "opacity": 0.8},
            "hovertemplate": "output %{y:.3f}<extra></extra>",
            "showlegend": False,
        },
        {
            "type": "scatter",
            "mode": "lines",
            "name": "bound",
            "x": counts,
            "y": found.bounds,
            "xaxis": "x2",
            "yaxis": "y2",
            "line": {"color": GREY, "width": 1.5, "dash": "dot"},
            "hovertemplate": "%{x} features: bound %{y:.3f}<extra></extra>",
            "showlegend": False,
        },
        {
            "type": "scatter",
            "mode": "lines+markers",
            "name": "largest output",
            "x": counts,
            "y": found.largest,
            "xaxis": "x2",
            "yaxis": "y2",
            "line": {"color": style.color, "dash": style.dash, "width": 2},
            "marker": {"color": style.color, "symbol": style.symbol, "size": 6},
            "hovertemplate": "%{x} features: largest %{y:.3f}<extra></extra>",
        },
        {
            "type": "scatter",
            "mode": "markers",
            "name": "now",
            "x": counts[at : at + 1],
            "y": marker[at],
            "xaxis": "x2",
            "yaxis": "y2",
            "marker": {"color": ACCENT, "symbol": "diamond", "size": 12},
            "hoverinfo": "skip",
            "showlegend": False,
        },
    ]
    made = figure(
        traces,
        xaxis={"domain": list(LEFT), "range": list(across), "dtick": 1, "title": {"text": "feature", "standoff": 8}},
        yaxis={"range": [-reach, reach], "zeroline": True, "title": {"text": "output", "standoff": 4}},
        xaxis2={
            "domain": list(RIGHT),
            "anchor": "y2",
            "range": list(across),
            "dtick": 2,
            "tick0": 1,
            "title": {"text": "features d", "standoff": 8},
        },
        yaxis2={"anchor": "x2", "range": [-0.05 * reach, reach], "title": {"text": "largest output", "standoff": 4}},
        showlegend=True,
        legend={**LEGEND_ABOVE, "y": 1.02},
        margin={"l": 52, "r": 16, "t": 34, "b": 44},
    )
    narrow = {
        "height": 560,
        "xaxis.domain": [0, 1],
        "yaxis.domain": [0.46, 1],
        "xaxis2.domain": [0, 1],
        "yaxis2.domain": [0, 0.32],
    }
    moving = {(0, "y"): bounds, (1, "y"): dots, (4, "x"): counts[:, None], (4, "y"): marker}
    return Drawn(made, moving, narrow)
