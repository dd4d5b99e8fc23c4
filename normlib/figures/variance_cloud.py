"""Two formulas for the variance: what each gives beside the truth, and how wrong it is over the mean."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from normlib.figures.drawn import Drawn
from normlib.figures.look import ACCENT, BLUE, GREY, VERMILION, Figure, figure
from normlib.variance import Comparison, Computed

Floats = NDArray[np.float64]
SHOWN: Final = 120  # channels in the cloud
LOWEST, HIGHEST, WIDEST = -2.0, 4.0, 2.0  # beyond it a point stands at the edge
ERRORS: Final = (1e-9, 1e9)


@dataclass(frozen=True)
class Formula:
    """How one formula is drawn."""

    name: str
    color: str
    symbol: str
    dash: str


ONE: Final = Formula("one pass", VERMILION, "x", "dash")
TWO: Final = Formula("two passes", BLUE, "circle-open", "solid")


def variance_cloud(means: Floats, at: int, std: float, found: Comparison) -> Drawn:
    """Draw computed over true variances in units of std^2, and the error of both formulas over the mean.

    Args:
        means: the means, ascending, (F,).
        at: which of them is the present one, an index.
        std: standard deviation of the values, the unit of both axes of the cloud.
        found: both formulas at every mean.
    Returns: the figure, and the arrays of every mean by trace and attribute, first axis F.
    """
    sides = ((ONE, found.one), (TWO, found.two))
    clouds = [_cloud(side, std) for _, side in sides]
    line = np.stack([means, means], axis=1)
    traces: list[dict[str, Any]] = [
        {
            "type": "scatter",
            "mode": "lines",
            "name": "the truth",
            "x": np.array([0.0, WIDEST]),
            "y": np.array([0.0, WIDEST]),
            "line": {"color": GREY, "width": 1.5, "dash": "dot"},
            "hoverinfo": "skip",
        }
    ]
    for (form, _), (x, y) in zip(sides, clouds, strict=True):
        traces.append(
            {
                "type": "scatter",
                "mode": "markers",
                "name": form.name,
                "x": x[at],
                "y": y[at],
                "marker": {"color": form.color, "symbol": form.symbol, "size": 7},
                "cliponaxis": False,
                "hovertemplate": "true %{x:.3g}, computed %{y:.3g}<extra></extra>",
            }
        )
    for form, side in sides:
        off = np.where(np.isfinite(side.error) & (side.error > 0), side.error, np.nan)
        traces.append(
            _over_means(means, off, form, "2", name=f"error of {form.name}", hover="off by %{y:.2g} of the truth")
        )
        traces.append(
            _over_means(
                means,
                side.unusable,
                form,
                "3",
                name=f"negative or overflow by {form.name}",
                hover="%{y:.0%} negative or overflow",
            )
        )
    for axis, ends in (("2", ERRORS), ("3", (0.0, 1.05))):
        traces.append(
            {
                "type": "scatter",
                "mode": "lines",
                "name": "present mean",
                "x": line[at],
                "y": np.array(ends),
                "line": {"color": ACCENT, "width": 1.5, "dash": "dash"},
                "xaxis": f"x{axis}",
                "yaxis": f"y{axis}",
                "hoverinfo": "skip",
                "showlegend": False,
            }
        )
    moving = {(1 + k, axis): values for k, cloud in enumerate(clouds) for axis, values in zip("xy", cloud, strict=True)}
    moving |= {(len(traces) - 2, "x"): line, (len(traces) - 1, "x"): line}
    return Drawn(_figure(traces, means), moving, _NARROW)


_NARROW: Final = {
    "height": 800,
    "xaxis.domain": [0, 1],
    "yaxis.domain": [0.58, 1],
    "xaxis2.domain": [0, 1],
    "yaxis2.domain": [0.27, 0.47],
    "xaxis3.domain": [0, 1],
    "yaxis3.domain": [0, 0.18],
}


def _cloud(side: Computed, std: float) -> tuple[Floats, Floats]:
    """Return true and computed variances in units of std^2, (F, SHOWN) each, brought to the edge if beyond it."""
    true, computed = side.true[:, :SHOWN] / std**2, side.variance[:, :SHOWN] / std**2
    drawn = np.isfinite(true) & ~np.isnan(computed)
    return (
        np.where(drawn, np.clip(true, 0, WIDEST), np.nan),
        np.where(drawn, np.clip(computed, LOWEST, HIGHEST), np.nan),
    )


def _over_means(x: Floats, y: Floats, form: Formula, axis: str, *, name: str, hover: str) -> dict[str, Any]:
    return {
        "type": "scatter",
        "mode": "lines+markers",
        "name": name,
        "x": x,
        "y": y,
        "line": {"color": form.color, "width": 2, "dash": form.dash},
        "marker": {"color": form.color, "symbol": form.symbol, "size": 5},
        "xaxis": f"x{axis}",
        "yaxis": f"y{axis}",
        "hovertemplate": f"mean %{{x:,}}: {hover}<extra></extra>",
        "showlegend": False,
    }


def _figure(traces: list[dict[str, Any]], means: Floats) -> Figure:
    over = {
        "type": "log",
        "domain": [0.62, 1],
        "range": [float(np.log10(means[0])) - 0.1, float(np.log10(means[-1])) + 0.1],
        "tickvals": [10.0**power for power in range(7)],
        "ticktext": ["1", "10", "100", "1,000", "10⁴", "10⁵", "10⁶"],
    }
    return figure(
        traces,
        xaxis={
            "domain": [0, 0.5],
            "range": [-0.08, WIDEST + 0.08],
            "tickvals": [0, 0.5, 1, 1.5, WIDEST],
            "ticktext": ["0", "0.5", "1", "1.5", "2 or more"],
            "title": {"text": "true variance / sd²", "standoff": 8},
        },
        yaxis={
            "range": [LOWEST - 0.25, HIGHEST + 0.25],
            "tickvals": list(range(int(LOWEST), int(HIGHEST) + 1)),
            "ticktext": ["−2 or less", "−1", "0", "1", "2", "3", "4 or more"],
            "title": {"text": "computed variance / sd²", "standoff": 4},
        },
        xaxis2={**over, "anchor": "y2", "showticklabels": False},
        yaxis2={
            "anchor": "x2",
            "domain": [0.56, 1],
            "type": "log",
            "range": [float(np.log10(end)) for end in ERRORS],
            "tickvals": [1e-8, 1e-4, 1.0, 1e4, 1e8],
            "ticktext": ["10⁻⁸", "10⁻⁴", "1", "10⁴", "10⁸"],
            "title": {"text": "relative error", "standoff": 4},
        },
        xaxis3={**over, "anchor": "y3", "title": {"text": "mean of the values", "standoff": 8}},
        yaxis3={
            "anchor": "x3",
            "domain": [0, 0.44],
            "range": [0, 1.05],
            "tickformat": ".0%",
            "nticks": 5,
            "title": {"text": "negative or overflow", "standoff": 4},
        },
        shapes=[
            {
                "type": "rect",
                "xref": "x domain",
                "x0": 0,
                "x1": 1,
                "y0": LOWEST - 0.25,
                "y1": 0,
                "fillcolor": GREY,
                "opacity": 0.12,
                "line": {"width": 0},
                "layer": "below",
            }
        ],
        annotations=[
            {
                "text": "below 0: no variance can be",
                "xref": "x domain",
                "x": 0.98,
                "y": -1,
                "xanchor": "right",
                "showarrow": False,
                "font": {"size": 12},
            }
        ],
        showlegend=True,
        legend={"x": 0, "xanchor": "left", "y": 1.02, "yanchor": "bottom", "orientation": "h", "itemclick": False},
        margin={"l": 84, "r": 16, "t": 36, "b": 48},
    )
