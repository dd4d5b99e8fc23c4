"""Running mean and variance closing in on those of all samples, and what inference makes of them."""

from __future__ import annotations

from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from normlib.figures.drawn import Drawn
from normlib.figures.look import ACCENT, GREY, METHODS, SKY, figure
from normlib.outlier import histogram_rows
from normlib.running_history import RunningHistory

Floats = NDArray[np.float64]

EDGES: Final = np.linspace(-4, 4, 41)
_STYLE: Final = METHODS["batch"]
_VALUES: Final = 1500  # of the channel that the histogram is made of, spread evenly over its order


def representatives(x: Floats) -> Floats:
    """Return up to 1,500 values spread evenly over the sorted values of a channel."""
    order = np.sort(x, axis=None)
    return np.asarray(order[np.linspace(0, order.size - 1, min(_VALUES, order.size)).round().astype(int)])


def history_figure(history: RunningHistory, x: Floats, steps: NDArray[np.int64], position: int) -> Drawn:
    """Draw the running statistics over the steps, with the batches behind them, and the outputs in inference.

    Args:
        history: the statistics of T steps.
        x: the channel, (N, P).
        steps: (F,) the steps that can be pointed out.
        position: which of them to point out, an index.
    Returns: the figure, and the arrays of every position by trace and attribute, first axis F.
    """
    values = representatives(x)
    counts = histogram_rows(history.outputs(values)[steps], EDGES)
    wanted = histogram_rows(((values - values.mean()) / (values.std() or 1.0))[None, :], EDGES)[0]
    middle = (EDGES[:-1] + EDGES[1:]) / 2
    time = np.arange(history.means.size, dtype=np.float64)
    # A memory far from the data squeezes the outputs; the tallest bars may then leave the picture.
    top = 1.1 * float(min(max(wanted.max(), counts.max()), 3.5 * wanted.max()))
    traces: list[dict[str, Any]] = []
    moving: dict[tuple[int, str], NDArray[Any]] = {}
    layout: dict[str, Any] = {}
    panels = (
        ("mean", history.noise.means[0], history.means, history.noise.mean, ""),
        ("variance", history.stored, history.variances, history.noise.variance, "2"),
    )
    for name, batches, running, every, axes in panels:
        at = {"xaxis": f"x{axes}", "yaxis": f"y{axes}"}
        first = not axes
        ends = np.stack([time[steps]], axis=1), np.stack([running[steps]], axis=1)
        traces += [
            {
                "type": "scatter",
                "mode": "markers",
                "name": "of each batch",
                "x": time[1:],
                "y": batches,
                "marker": {"color": SKY, "size": 4, "opacity": 0.55},
                "showlegend": first,
                "hoverinfo": "skip",
                **at,
            },
            {
                "type": "scatter",
                "mode": "lines",
                "name": "of all samples",
                "x": time[[0, -1]],
                "y": np.array([every, every]),
                "line": {"color": GREY, "width": 2, "dash": "dot"},
                "showlegend": first,
                "hoverinfo": "skip",
                **at,
            },
            {
                "type": "scatter",
                "mode": "lines",
                "name": "running",
                "x": time,
                "y": running,
                "line": {"color": _STYLE.color, "width": 2.5},
                "showlegend": first,
                "hovertemplate": f"running {name} after %{{x}}: %{{y:.4g}}<extra></extra>",
                **at,
            },
            {
                "type": "scatter",
                "mode": "markers",
                "name": f"running {name} now",
                "x": ends[0][position],
                "y": ends[1][position],
                "marker": {"color": ACCENT, "size": 12, "symbol": "diamond"},
                "showlegend": False,
                "hoverinfo": "skip",
                **at,
            },
        ]
        moving[len(traces) - 1, "x"], moving[len(traces) - 1, "y"] = ends
        # A few batches far away would press the rest flat.
        shown = np.concatenate([np.percentile(batches, [1, 99]), running, [every]])
        pad = 0.06 * (float(np.ptp(shown)) or 1.0)
        layout[f"xaxis{axes}"] = {
            "domain": [0, 0.54],
            "anchor": f"y{axes}",
            "range": [-0.02 * time[-1], 1.02 * time[-1]],
        }
        layout[f"yaxis{axes}"] = {
            "anchor": f"x{axes}",
            "range": [float(shown.min()) - pad, float(shown.max()) + pad],
            "title": {"text": f"running {name}", "standoff": 4},
            "nticks": 5,
        }
    layout["yaxis"]["domain"], layout["yaxis2"]["domain"] = [0.56, 1], [0, 0.44]
    layout["xaxis2"]["title"] = {"text": "updates", "standoff": 8}
    layout["xaxis"]["showticklabels"] = False
    traces += [
        {
            "type": "bar",
            "name": "outputs",
            "x": middle,
            "y": counts[position],
            "width": 0.19,
            "marker": {"color": _STYLE.color},
            "xaxis": "x3",
            "yaxis": "y3",
            "showlegend": False,
            "hovertemplate": "about %{x:.2g}: %{y}<extra></extra>",
        },
        {
            "type": "scatter",
            "mode": "lines",
            "name": "with mean and variance of all",
            "x": np.append(np.repeat(EDGES, 2)[1:-1], EDGES[-1]),
            "y": np.append(np.repeat(wanted, 2), 0.0),
            "line": {"color": GREY, "width": 2, "dash": "dot"},
            "xaxis": "x3",
            "yaxis": "y3",
            "showlegend": False,
            "hoverinfo": "skip",
        },
    ]
    moving[len(traces) - 2, "y"] = counts.astype(np.int32)
    traces[-2]["y"] = moving[len(traces) - 2, "y"][position]
    made = figure(
        traces,
        **layout,
        xaxis3={
            "domain": [0.64, 1],
            "anchor": "y3",
            "range": [float(EDGES[0]), float(EDGES[-1])],
            "title": {"text": "outputs in inference", "standoff": 8},
            "tickvals": [-4, -2, 0, 2, 4],
        },
        yaxis3={"anchor": "x3", "range": [0, top], "visible": False},
        showlegend=True,
        legend={"orientation": "h", "x": 0.54, "xanchor": "right", "y": 1.01, "yanchor": "bottom", "itemclick": False},
        margin={"l": 64, "r": 16, "t": 36, "b": 48},
    )
    narrow = {
        "height": 760,
        "xaxis.domain": [0, 1],
        "yaxis.domain": [0.74, 1],
        "xaxis2.domain": [0, 1],
        "yaxis2.domain": [0.44, 0.7],
        "xaxis3.domain": [0, 1],
        "yaxis3.domain": [0, 0.3],
        "legend.x": 1,
    }
    return Drawn(made, moving, narrow)
