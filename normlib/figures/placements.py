"""Histograms around the activation for several placements of a norm, and the gradient of every layer."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from normlib.figures.drawn import Drawn
from normlib.figures.look import GREY, LEGEND_ABOVE, Style, figure

Floats = NDArray[np.float64]

_ROWS: Final = 3
_COLUMNS: Final = ((0.0, 0.185), (0.205, 0.39), (0.41, 0.595))
_GRADIENTS: Final = (0.70, 1.0)
_BANDS: Final = ((0.68, 0.92), (0.34, 0.58), (0.0, 0.24))


@dataclass(frozen=True, eq=False)
class Placed:
    """One placement at F positions of the dial.

    Attributes:
        style: name, colour, dash and marker.
        shares: (F, 3, B) share of the values in each bin, in three layers.
        gradient: (F, L + 1) norm of the gradient of each layer.
        low, high: (F, L + 1) ends of its interval.
        notes: (F) a few words for its column.
    """

    style: Style
    shares: Floats
    gradient: Floats
    low: Floats
    high: Floats
    notes: Sequence[str]


def placements(
    placed: Sequence[Placed],
    edges: Floats,
    layers: Sequence[str],
    *,
    axis: str,
    position: int,
    limits: Sequence[float] = (),
    more: bool = False,
) -> Drawn:
    """Draw a column of histograms per placement, and beside them the gradients of all layers.

    Every histogram is drawn to its own height: compare where the values lie, not how tall the bars are.

    Args:
        placed: three placements.
        edges: (B + 1,) of the bins.
        layers: names of the three layers with histograms, from the first.
        axis: what the histograms are of.
        position: of the dial, an index.
        more: whether there may be values beyond the edges, which the outer bins hold.
        limits: places on the axis of the histograms to point out, such as where saturation begins.
    Returns: the figure and what changes with the dial.
    """
    middles, width = (edges[:-1] + edges[1:]) / 2, float(edges[1] - edges[0])
    traces: list[dict[str, Any]] = []
    moving: dict[tuple[int, str], NDArray[Any]] = {}
    layout: dict[str, Any] = {}
    for row in range(_ROWS):
        for column, one in enumerate(placed):
            heights = one.shares[:, row] / one.shares[:, row].max(axis=1, keepdims=True)
            place = _ROWS * row + column
            moving[place, "y"] = heights
            traces.append(
                {
                    "type": "bar",
                    "name": f"{one.style.name}, {layers[row]}",
                    "x": middles,
                    "y": heights[position],
                    "width": width,
                    "marker": {"color": one.style.color, "line": {"width": 0}},
                    "xaxis": _named("x", place),
                    "yaxis": _named("y", place),
                    "showlegend": False,
                    "hovertemplate": "about %{x:.2g}<extra></extra>",
                }
            )
            layout[f"xaxis{_number(place)}"] = _values_axis(
                edges, place, axis if (row, column) == (2, 1) else "", more=more
            )
            layout[f"yaxis{_number(place)}"] = {
                "domain": list(_BANDS[row]),
                "anchor": _named("x", place),
                "range": [0, 1.05],
                "showticklabels": False,
                "showgrid": False,
                "title": {"text": layers[row] if column == 0 else "", "standoff": 4},
            }
    last = _ROWS * len(placed)
    x = np.arange(1, placed[0].gradient.shape[1] + 1, dtype=np.float64)
    for one in placed:
        ends = np.stack([one.low, one.high, np.full_like(one.low, np.nan)], axis=2).reshape(len(one.low), -1)
        own = {"xaxis": _named("x", last), "yaxis": _named("y", last)}
        moving |= {(len(traces), "y"): ends, (len(traces) + 1, "y"): one.gradient}
        traces += [
            own
            | {
                "type": "scatter",
                "mode": "lines",
                "name": f"{one.style.name}, interval",
                "x": np.repeat(x, 3),
                "y": ends[position],
                "line": {"color": one.style.color, "width": 1.5},
                "showlegend": False,
                "hoverinfo": "skip",
            },
            own
            | {
                "type": "scatter",
                "mode": "lines+markers",
                "name": one.style.name,
                "x": x,
                "y": one.gradient[position],
                "line": {"color": one.style.color, "width": 2, "dash": one.style.dash},
                "marker": {"color": one.style.color, "symbol": one.style.symbol, "size": 8},
                "hovertemplate": f"{one.style.name}, layer %{{x}}: %{{y:.3~g}}<extra></extra>",
            },
        ]
    decades = np.log10([[one.low.min(), one.high.max()] for one in placed])
    layout[f"xaxis{_number(last)}"] = {
        "domain": list(_GRADIENTS),
        "anchor": _named("y", last),
        "range": [0.6, x[-1] + 0.4],
        "tickvals": x.tolist(),
        "ticktext": [*(f"{n:.0f}" for n in x[:-1]), "last"],
        "title": {"text": "layer", "standoff": 4},
    }
    layout[f"yaxis{_number(last)}"] = {
        "domain": [0, 0.92],
        "anchor": _named("x", last),
        "type": "log",
        "range": [float(decades.min()) - 0.4, float(decades.max()) + 0.4],
        "exponentformat": "power",
        "nticks": 7,
        "title": {"text": "gradient norm", "standoff": 2},
    }
    annotations = [
        {
            "text": _heading(one, position),
            "x": 0.5,
            "xref": f"{_named('x', column)} domain",
            "xanchor": "center",
            "y": 1,
            "yref": f"{_named('y', column)} domain",
            "yanchor": "bottom",
            "showarrow": False,
            "font": {"size": 13},
        }
        for column, one in enumerate(placed)
    ]
    shapes = [
        {
            "type": "line",
            "xref": _named("x", place),
            "yref": f"{_named('y', place)} domain",
            "x0": limit,
            "x1": limit,
            "y0": 0,
            "y1": 1,
            "line": {"color": GREY, "width": 1, "dash": "dot"},
        }
        for place in range(last)
        for limit in limits
    ]
    made = figure(
        traces,
        **layout,
        annotations=annotations,
        shapes=shapes,
        bargap=0,
        showlegend=True,
        legend=LEGEND_ABOVE,
        margin={"l": 30, "r": 12, "t": 30, "b": 48},
    )
    notes = {
        f"annotations[{column}].text": [_heading(one, f) for f in range(len(one.notes))]
        for column, one in enumerate(placed)
    }
    return Drawn(made, moving, _narrow(last), notes, height=430)


def _heading(one: Placed, f: int) -> str:
    return f"<b>{one.style.name}</b><br>{one.notes[f]}"


def _number(place: int) -> str:
    return str(place + 1) if place else ""


def _named(axis: str, place: int) -> str:
    return f"{axis}{_number(place)}"


def _values_axis(edges: Floats, place: int, title: str, *, more: bool) -> dict[str, Any]:
    low, high = float(edges[0]), float(edges[-1])
    return {
        "domain": list(_COLUMNS[place % _ROWS]),
        "anchor": _named("y", place),
        "range": [low - 0.01 * (high - low), high + 0.01 * (high - low)],
        "tickvals": [low, (low + high) / 2, high],
        "ticktext": [
            f"≤ −{-low:g}" if more and low < 0 else f"{low:g}".replace("-", "−"),
            f"{(low + high) / 2:g}",
            f"≥ {high:g}" if more else f"{high:g}",
        ],
        "showticklabels": place >= 2 * _ROWS,
        "showgrid": False,
        "title": {"text": title, "standoff": 6},
    }


def _narrow(last: int) -> dict[str, Any]:
    columns = ((0.0, 0.31), (0.345, 0.655), (0.69, 1.0))
    bands = ((0.83, 0.95), (0.67, 0.79), (0.51, 0.63))
    found: dict[str, Any] = {"height": 720, "margin.l": 44, "margin.t": 10}
    for place in range(last):
        found[f"xaxis{_number(place)}.domain"] = list(columns[place % _ROWS])
        found[f"yaxis{_number(place)}.domain"] = list(bands[place // _ROWS])
    found[f"xaxis{_number(last)}.domain"] = [0.06, 1.0]
    found[f"yaxis{_number(last)}.domain"] = [0.0, 0.36]
    return found | {"legend.y": 0.37}
