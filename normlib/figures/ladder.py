"""Accuracy for every learning rate and every scale of the first weights: one panel per method."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from normlib.figures.drawn import Drawn
from normlib.figures.look import ACCENT, Style, figure, tint

Floats = NDArray[np.float64]
HEIGHT = 330
ROW = 210
_STRONGEST = 0.75


class Panel(NamedTuple):
    """What one method gave.

    Attributes:
        style: how the method is drawn.
        medians: (scales, rates) median accuracy over the seeds, 0 to 1; NaN where nothing is known yet.
        stopped: (scales, rates) share of the seeds whose loss stopped being a number.
    """

    style: Style
    medians: Floats
    stopped: Floats


def ladder(panels: Sequence[Panel], rates: Sequence[float], scales: Sequence[float], level: float) -> Drawn:
    """Draw a panel per method: the stronger the tint, the more test rows are right.

    A cell from the level on carries its accuracy in percent, a cross one where more than half of the seeds stopped.
    A ring marks the best cell of each row.

    Args:
        panels: one per method, two to four.
        rates: (R,) learning rates.
        scales: (S,) scales of the first weights.
        level: accuracy from which a setting counts as one that works.
    Returns: the figure, on a phone with the panels below each other.
    """
    count = len(panels)
    traces: list[dict[str, Any]] = []
    layout: dict[str, Any] = {}
    narrow: dict[str, Any] = {"height": 60 + ROW * count, "margin.l": 56}
    notes = []
    for index, panel in enumerate(panels):
        number = "" if index == 0 else str(index + 1)
        left, right = index / count + 0.012 * bool(index), (index + 1) / count - 0.012
        bottom, top = 1 - (index + 0.86) * 1 / count, 1 - (index + 0.1) / count
        traces += _traces(panel, level, number)
        layout[f"xaxis{number}"] = {
            "domain": [left, right],
            "anchor": f"y{number}",
            "tickvals": list(range(0, len(rates), 2)),
            "ticktext": [f"{rate:g}" for rate in rates[::2]],
            "tickangle": 0,
            "range": [-0.5, len(rates) - 0.5],
            "showgrid": False,
            "title": {"text": "learning rate" if index == count // 2 else "", "standoff": 6},
        }
        layout[f"yaxis{number}"] = {
            "tickvals": list(range(len(scales))),
            "ticktext": [f"× {scale:g}" for scale in scales] if index == 0 else [""] * len(scales),
            "range": [-0.5, len(scales) - 0.5],
            "showgrid": False,
            "domain": [0, 1],
            "anchor": f"x{number}",
            "title": {"text": "first weights" if index == 0 else "", "standoff": 4},
        }
        notes.append(
            {
                "text": f"<b>{panel.style.name}</b>",
                "x": left,
                "xanchor": "left",
                "xref": "paper",
                "y": 1.0,
                "yanchor": "bottom",
                "yref": "paper",
                "showarrow": False,
                "font": {"size": 14},
            }
        )
        narrow |= {
            f"xaxis{number}.domain": [0, 1],
            f"yaxis{number}.domain": [bottom, top],
            f"yaxis{number}.ticktext": [f"× {scale:g}" for scale in scales],
            f"xaxis{number}.title.text": "learning rate" if index == count - 1 else "",
            f"annotations[{index}].x": 0,
            f"annotations[{index}].y": top,
        }
    made = figure(traces, annotations=notes, margin={"l": 64, "r": 8, "t": 32, "b": 44}, **layout)
    return Drawn(made, {}, height=HEIGHT, narrow=narrow)


def _traces(panel: Panel, level: float, number: str) -> list[dict[str, Any]]:
    rows, columns = panel.medians.shape
    y, x = (grid.ravel() for grid in np.mgrid[0:rows, 0:columns])
    right, stopped = panel.medians.ravel(), panel.stopped.ravel()
    known = np.isfinite(right)
    works = known & (right >= level) & (stopped <= 0.5)
    axes = {"xaxis": f"x{number}", "yaxis": f"y{number}"}
    cells = {
        "type": "heatmap",
        "name": f"{panel.style.name}: share of test rows right",
        "z": np.where(panel.stopped > 0.5, 0.0, panel.medians),
        "zmin": 0,
        "zmax": 1,
        "colorscale": [[0, tint(panel.style.color, 0.03)], [1, tint(panel.style.color, _STRONGEST)]],
        "showscale": False,
        "xgap": 2,
        "ygap": 2,
        "hovertemplate": "%{z:.1%} right<extra></extra>",
        **axes,
    }
    words = {
        "type": "scatter",
        "mode": "text",
        "name": f"{panel.style.name}: in percent",
        "x": x[works],
        "y": y[works],
        "text": [f"{100 * value:.0f}" for value in right[works]],
        "textfont": {"size": 12},
        "hoverinfo": "skip",
        **axes,
    }
    lost = stopped > 0.5
    crosses = {
        "type": "scatter",
        "mode": "markers",
        "name": f"{panel.style.name}: stopped",
        "x": x[lost],
        "y": y[lost],
        "marker": {"symbol": "x-thin", "size": 8, "line": {"width": 1.5, "color": panel.style.color}},
        "hovertemplate": "the loss stopped being a number<extra></extra>",
        **axes,
    }
    best = [row for row in range(rows) if works.reshape(rows, columns)[row].any()]
    places = [int(np.nanargmax(np.where(panel.stopped[row] > 0.5, -1, panel.medians[row]))) for row in best]
    rings = {
        "type": "scatter",
        "mode": "markers",
        "name": f"{panel.style.name}: best of its row",
        "x": places,
        "y": best,
        "marker": {"symbol": "square-open", "size": 22, "color": ACCENT, "line": {"width": 2}},
        "hoverinfo": "skip",
        **axes,
    }
    return [cells, words, crosses, rings]
