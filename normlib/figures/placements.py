"""Histograms around the activation for one or more placements of a norm, and the gradient of every layer."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from normlib.figures.drawn import Drawn
from normlib.figures.look import GREY, LEGEND_ABOVE, Style, figure

Floats = NDArray[np.float64]

_BANDS: Final = ((0.68, 0.92), (0.34, 0.58), (0.0, 0.24))
_NARROW_BANDS: Final = ((0.83, 0.95), (0.67, 0.79), (0.51, 0.63))
_ROWS: Final = len(_BANDS)
_SHARE: Final = (0.33, 0.47, 0.595)
"""What one, two, three and more columns of histograms take of the width; the rest is for the gradients."""
_GAP: Final = {False: 0.02, True: 0.05}
_NARROW_GAP: Final = {False: 0.035, True: 0.09}
"""Between columns: more where the ends of an axis have more to say."""


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
        placed: the placements, one or more.
        edges: (B + 1,) of the bins.
        layers: names of the three layers with histograms, from the first.
        axis: what the histograms are of.
        position: of the dial, an index.
        more: whether there may be values beyond the edges, which the outer bins hold.
        limits: places on the axis of the histograms to point out, such as where saturation begins.
    Returns: the figure and what changes with the dial.
    """
    middles, width = (edges[:-1] + edges[1:]) / 2, float(edges[1] - edges[0])
    columns = len(placed)
    share = _SHARE[min(columns, len(_SHARE)) - 1]
    traces: list[dict[str, Any]] = []
    moving: dict[tuple[int, str], NDArray[Any]] = {}
    layout: dict[str, Any] = {}
    for row in range(_ROWS):
        for column, one in enumerate(placed):
            heights = one.shares[:, row] / one.shares[:, row].max(axis=1, keepdims=True)
            place = columns * row + column
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
            layout[f"xaxis{_number(place)}"] = {
                "domain": list(_domains(columns, share, _GAP[more])[column]),
                "anchor": _named("y", place),
                "showticklabels": row == _ROWS - 1,
            } | _values_axis(edges, more=more)
            layout[f"yaxis{_number(place)}"] = {
                "domain": list(_BANDS[row]),
                "anchor": _named("x", place),
                "range": [0, 1.05],
                "showticklabels": False,
                "showgrid": False,
                "title": {"text": layers[row] if column == 0 else "", "standoff": 4},
            }
    last = _ROWS * columns
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
        "domain": [share + 0.105, 1.0],
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
        # Whole decades alone, and not too many of them.
        "dtick": max(1, math.ceil(float(np.ptp(decades)) / 7)),
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
    # One title for all columns: below their middle, whatever their number.
    annotations.append(
        {
            "text": axis,
            "x": share / 2,
            "xref": "paper",
            "xanchor": "center",
            "y": 0,
            "yref": f"{_named('y', last - 1)} domain",
            "yanchor": "top",
            "yshift": -24,
            "showarrow": False,
            "font": {"size": 14},
        }
    )
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
        showlegend=columns > 1,
        legend=LEGEND_ABOVE,
        margin={"l": 30, "r": 12, "t": 30, "b": 48},
    )
    notes = {
        f"annotations[{column}].text": [_heading(one, f) for f in range(len(one.notes))]
        for column, one in enumerate(placed)
    }
    return Drawn(made, moving, _narrow(columns, _NARROW_GAP[more]), notes, height=430)


def _heading(one: Placed, f: int) -> str:
    return f"<b>{one.style.name}</b><br>{one.notes[f]}"


def _number(place: int) -> str:
    return str(place + 1) if place else ""


def _named(axis: str, place: int) -> str:
    return f"{axis}{_number(place)}"


def _domains(columns: int, width: float, gap: float) -> list[tuple[float, float]]:
    """Return where each of some columns begins and ends.

    >>> _domains(2, 0.5, 0.1)
    [(0.0, 0.2), (0.3, 0.5)]
    """
    each = (width - gap * (columns - 1)) / columns
    starts = [column * (each + gap) for column in range(columns)]
    return [(round(start, 4), round(start + each, 4)) for start in starts]


def _values_axis(edges: Floats, *, more: bool) -> dict[str, Any]:
    low, high = float(edges[0]), float(edges[-1])
    return {
        "range": [low - 0.01 * (high - low), high + 0.01 * (high - low)],
        "tickvals": [low, (low + high) / 2, high],
        "ticktext": [
            f"≤ −{-low:g}" if more and low < 0 else f"{low:g}".replace("-", "−"),
            f"{(low + high) / 2:g}",
            f"≥ {high:g}" if more else f"{high:g}",
        ],
        "showgrid": False,
    }


def _narrow(columns: int, gap: float) -> dict[str, Any]:
    last = _ROWS * columns
    found: dict[str, Any] = {"height": 720, "margin.l": 44, "margin.t": 10, f"annotations[{columns}].x": 0.5}
    for place in range(last):
        found[f"xaxis{_number(place)}.domain"] = list(_domains(columns, 1.0, gap)[place % columns])
        found[f"yaxis{_number(place)}.domain"] = list(_NARROW_BANDS[place // columns])
    found[f"xaxis{_number(last)}.domain"] = [0.06, 1.0]
    found[f"yaxis{_number(last)}.domain"] = [0.0, 0.36]
    return found | {"legend.y": 0.37}
