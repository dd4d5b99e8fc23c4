"""How much of a small spread each epsilon leaves: curves over the spread, and the values before and after."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from normlib.figures.drawn import Drawn
from normlib.figures.look import ACCENT, GREY, figure

Floats = NDArray[np.float64]
DASHES: Final = ("solid", "dash", "dot")
SYMBOLS: Final = ("circle", "square", "triangle-up")
OWN_DASH, OWN_SYMBOL = "dashdot", "diamond"


@dataclass(frozen=True, eq=False)
class Curve:
    """One epsilon: a short name, a name for the legend, and what it leaves.

    Attributes:
        short: name of the row of values.
        name: name in the legend.
        std: standard deviation of the output for each input, (F,).
        values: some values after the layer for each input, (F, V).
        own: whether it is the epsilon that the learner chose.
    """

    short: str
    name: str
    std: Floats
    values: Floats
    own: bool = False


def spread(inputs: Floats, at: int, before: Floats, curves: Sequence[Curve], color: str) -> Drawn:
    """Draw the output's standard deviation over the input's, and a row of values per epsilon.

    Args:
        inputs: standard deviations of the input, ascending, (F,).
        at: which of them is the present one, an index.
        before: the values of the row "before" for each input, (F, V).
        curves: up to three defaults, and the learner's own.
        color: colour of the layer.
    Returns: the figure, and the arrays of every input by trace and attribute, first axis F.
    """
    colors = [ACCENT if one.own else color for one in curves]
    dashes, symbols = _kinds(curves, DASHES, OWN_DASH), _kinds(curves, SYMBOLS, OWN_SYMBOL)
    line = np.stack([inputs, inputs], axis=1)
    here = np.stack([one.std for one in curves], axis=1)
    rows = [before, *(one.values for one in curves)]
    traces: list[dict[str, Any]] = [
        {
            "type": "scatter",
            "mode": "lines",
            "name": "present input",
            "x": line[at],
            "y": np.array([0.0, 1.1]),
            "line": {"color": ACCENT, "width": 1.5, "dash": "dash"},
            "hoverinfo": "skip",
            "showlegend": False,
        },
        *(
            {
                "type": "scatter",
                "mode": "lines+markers",
                "name": one.name,
                "x": inputs,
                "y": one.std,
                "line": {"color": colors[k], "width": 2.5, "dash": dashes[k]},
                "marker": {"color": colors[k], "symbol": symbols[k], "size": 6},
                "hovertemplate": "in %{x:.3g}: out %{y:.3g}<extra></extra>",
            }
            for k, one in enumerate(curves)
        ),
        {
            "type": "scatter",
            "mode": "markers",
            "name": "left at the present input",
            "x": np.repeat(inputs[:, None], len(curves), axis=1)[at],
            "y": here[at],
            "marker": {"color": colors, "symbol": symbols, "size": 13, "line": {"color": ACCENT, "width": 2}},
            "hoverinfo": "skip",
            "showlegend": False,
        },
        *(
            {
                "type": "scatter",
                "mode": "markers",
                "name": name,
                "x": values[at],
                "y": np.full(values.shape[1], float(len(rows) - 1 - k)),
                "marker": {"color": tint, "symbol": "line-ns-open", "size": 20, "line": {"width": 1.5}},
                "xaxis": "x2",
                "yaxis": "y2",
                "hovertemplate": "%{x:.3g}<extra></extra>",
                "showlegend": False,
            }
            for k, (name, values, tint) in enumerate(
                zip(["before", *(one.short for one in curves)], rows, [GREY, *colors], strict=True)
            )
        ),
    ]
    made = figure(
        traces,
        xaxis={
            "domain": [0, 0.58],
            "type": "log",
            "range": [float(np.log10(inputs[0])) - 0.08, float(np.log10(inputs[-1])) + 0.08],
            "tickvals": [10.0**power for power in range(-4, 1)],
            "ticktext": ["0.0001", "0.001", "0.01", "0.1", "1"],
            "title": {"text": "standard deviation in", "standoff": 8},
        },
        yaxis={"range": [0, 1.1], "title": {"text": "standard deviation out (wanted: 1)", "standoff": 6}, "nticks": 6},
        xaxis2={
            "domain": [0.74, 1],
            "anchor": "y2",
            "range": _around(rows),
            "title": {"text": "the values themselves", "standoff": 8},
            "nticks": 6,
        },
        yaxis2={
            "anchor": "x2",
            "range": [-0.6, len(rows) - 0.4],
            "tickvals": list(range(len(rows))),
            "ticktext": [*(one.short for one in curves[::-1]), "before"],
            "showgrid": False,
        },
        showlegend=True,
        legend={"x": 0, "xanchor": "left", "y": 1.02, "yanchor": "bottom", "orientation": "h", "itemclick": False},
        margin={"l": 60, "r": 16, "t": 36, "b": 48},
    )
    moving = {
        (0, "x"): line,
        (len(curves) + 1, "x"): np.repeat(inputs[:, None], len(curves), axis=1),
        (len(curves) + 1, "y"): here,
    } | {(len(curves) + 2 + k, "x"): values for k, values in enumerate(rows)}
    narrow = {
        "height": 640,
        "xaxis.domain": [0, 1],
        "yaxis.domain": [0.47, 1],
        "xaxis2.domain": [0.12, 1],
        "yaxis2.domain": [0, 0.32],
    }
    return Drawn(made, moving, narrow)


def _kinds(curves: Sequence[Curve], kinds: Sequence[str], own: str) -> list[str]:
    free = iter(kinds)
    return [own if one.own else next(free) for one in curves]


def _around(rows: Sequence[Floats]) -> list[float]:
    """Return a range that holds all values, with a little room."""
    low, high = min(float(one.min()) for one in rows), max(float(one.max()) for one in rows)
    room = 0.06 * ((high - low) or 1.0)
    return [low - room, high + room]
