"""Two panels of curves with intervals, side by side: in each, curves stand still or move with the dial."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from normlib.figures.drawn import Drawn
from normlib.figures.look import ACCENT, GREY, LEGEND_ABOVE, Style, figure

Floats = NDArray[np.float64]

_DOMAINS: Final = ((0.0, 0.55), (0.68, 1.0))
_NARROW: Final = ((0.56, 0.94), (0.0, 0.40))


@dataclass(frozen=True, eq=False)
class Curve:
    """What was measured for one method, or what theory expects.

    Attributes:
        style: name, colour, dash and marker.
        x: (n,).
        y: (n,), or (F, n) where it moves with the dial; NaN where there is nothing.
        ends: lower and upper end of the intervals, each like `y`, or None. Theory, drawn thin, has none.
    """

    style: Style
    x: Floats
    y: Floats
    ends: tuple[Floats, Floats] | None = None


@dataclass(frozen=True, eq=False)
class Panel:
    """Curves on shared axes.

    Attributes:
        curves: from the back to the front.
        xaxis, yaxis: of Plotly.
        rings: x (F, k) and y (F, k) of what belongs to the dial's position, or None.
    """

    curves: Sequence[Curve]
    xaxis: dict[str, Any]
    yaxis: dict[str, Any]
    rings: tuple[Floats, Floats] | None = None


def theory(name: str) -> Style:
    """Return how a law or a theory is drawn."""
    return Style(name, GREY, "dash", "circle")


def panels(left: Panel, right: Panel, position: int) -> Drawn:
    """Draw two panels of the same methods; the left one has the legend.

    Args:
        left: the larger one.
        right: the smaller one.
        position: of the dial, an index.
    Returns: the figure and what changes with the dial.
    """
    traces: list[dict[str, Any]] = []
    moving: dict[tuple[int, str], NDArray[Any]] = {}
    named: set[str] = set()

    def add(trace: dict[str, Any], **changing: Floats) -> None:
        for path, values in changing.items():
            if values.ndim == 2:
                moving[len(traces), path] = values
            trace[path] = values[position] if values.ndim == 2 else values
        traces.append({"type": "scatter", **trace})

    for side, panel in enumerate((left, right)):
        axes = {"xaxis": "x2", "yaxis": "y2"} if side else {"xaxis": "x", "yaxis": "y"}
        for curve in panel.curves:
            style = curve.style
            if curve.ends is not None:
                add(
                    {
                        **axes,
                        "name": f"{style.name}, interval",
                        "mode": "lines",
                        "x": np.repeat(curve.x, 3),
                        "line": {"color": style.color, "width": 1.5},
                        "showlegend": False,
                        "hoverinfo": "skip",
                    },
                    y=_bars(*curve.ends),
                )
            measured = curve.ends is not None
            add(
                {
                    **axes,
                    "name": style.name,
                    "mode": "lines+markers" if measured else "lines",
                    "x": curve.x,
                    "line": {"color": style.color, "width": 2 if measured else 1.2, "dash": style.dash},
                    "marker": {"color": style.color, "symbol": style.symbol, "size": 7},
                    "showlegend": style.name not in named,
                    "hovertemplate": f"{style.name}, %{{x:.4~g}}: %{{y:.3~g}}<extra></extra>",
                },
                y=curve.y,
            )
            named.add(style.name)
        if panel.rings is not None:
            add(
                {
                    **axes,
                    "name": "the dial",
                    "mode": "markers",
                    "marker": {"color": ACCENT, "size": 15, "symbol": "circle-open", "line": {"width": 2.5}},
                    "showlegend": False,
                    "hoverinfo": "skip",
                },
                x=panel.rings[0],
                y=panel.rings[1],
            )
    made = figure(
        traces,
        xaxis={"domain": list(_DOMAINS[0]), **left.xaxis},
        yaxis=left.yaxis,
        xaxis2={"domain": list(_DOMAINS[1]), "anchor": "y2", **right.xaxis},
        yaxis2={"anchor": "x2", **right.yaxis},
        showlegend=True,
        legend=LEGEND_ABOVE,
        margin={"l": 68, "r": 14, "t": 34, "b": 48},
    )
    narrow = {
        "height": 720,
        "xaxis.domain": [0, 1],
        "xaxis2.domain": [0, 1],
        "yaxis.domain": list(_NARROW[0]),
        "yaxis2.domain": list(_NARROW[1]),
        "margin.t": 10,
        "legend.y": 0.945,
    }
    return Drawn(made, moving, narrow, height=420)


def _bars(low: Floats, high: Floats) -> Floats:
    """Return the y of a vertical line per point, from low to high, with gaps between them."""
    bars = np.stack([low, high, np.full_like(low, np.nan)], axis=-1)
    return bars.reshape(*low.shape[:-1], -1)
