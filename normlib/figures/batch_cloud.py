"""Random batches as points, their spread against the size of a batch, and what comes out of batch norm."""

from __future__ import annotations

from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from normlib.batch_noise import BatchNoise, batch_outputs
from normlib.figures.drawn import Drawn
from normlib.figures.look import ACCENT, GREY, METHODS, SKY, figure
from normlib.outlier import histogram_rows

Floats = NDArray[np.float64]

EDGES: Final = np.arange(-5.125, 5.126, 0.25)  # bins centred on 0 and on both ±1
_MOST_OUTPUTS: Final = 20_000
_STYLE: Final = METHODS["batch"]
_TICKS: Final = [1, 2, 4, 8, 16, 32, 64, 128, 256]


def output_shares(x: Floats, noise: BatchNoise, eps: float = 1e-3) -> Floats:
    """Return which share of the outputs of batch norm falls into each bin between `EDGES`, (F, B).

    Args:
        x: the channel that the batches were drawn from, (N, P).
        noise: the batches.
        eps: added to the variance.
    """
    shares = []
    for size in noise.sizes:
        batches = max(1, min(len(noise.order), _MOST_OUTPUTS // int(size * noise.positions)))
        outputs = batch_outputs(x, noise.order[:batches, :size], eps=eps).ravel()
        shares.append(histogram_rows(outputs[None, :], EDGES)[0] / outputs.size)
    return np.stack(shares)


def batch_cloud(noise: BatchNoise, shares: Floats, position: int) -> Drawn:
    """Draw each batch as a point (mean, standard deviation), the spread of the means, and the outputs.

    Means and standard deviations are given in standard deviations of all values.

    Args:
        noise: the batches of F sizes.
        shares: what `output_shares` returns for them.
        position: which size to draw, an index.
    Returns: the figure, and the arrays of every size by trace and attribute, first axis F.
    """
    unit = float(np.sqrt(noise.variance)) or 1.0
    cloud_x, cloud_y = (noise.means - noise.mean) / unit, np.sqrt(noise.variances) / unit
    measured = _positive(cloud_x.std(axis=1))
    measured_std = _positive(cloud_y.std(axis=1))
    expected, independent = noise.expected_spread / unit, noise.independent_spread / unit
    sizes = noise.sizes.astype(np.float64)
    rings = np.stack([sizes, sizes], axis=1), np.stack([measured, measured_std], axis=1)
    bound = np.sqrt(sizes * noise.positions - 1)
    bound = np.where(bound < EDGES[-1], bound, np.nan)
    bounds = np.stack([-bound, -bound, np.full_like(bound, np.nan), bound, bound], axis=1)
    top = 100 * 1.12 * float(shares[sizes * noise.positions > 1].max())
    wide = 1.06 * max(float(np.abs(cloud_x).max()), 0.2)
    middle = (EDGES[:-1] + EDGES[1:]) / 2
    # Where all outputs are 0, one bar holds them all: drawn whole, it would leave nothing of the others.
    tallest = 100 * shares.max(axis=1)
    cut = [f"{share:.0f} %, cut off" if share > top else "\N{NO-BREAK SPACE}" for share in tallest]
    high = 1.1 * max(float(cloud_y.max()), 1.15)
    curves = np.concatenate([measured, measured_std, expected, independent])
    curves = np.log10(curves[np.isfinite(curves) & (curves > 0)])
    traces: list[dict[str, Any]] = [
        {
            "type": "scatter",
            "mode": "markers",
            "name": "one batch",
            "x": cloud_x[position],
            "y": cloud_y[position],
            "marker": {"color": _STYLE.color, "size": 5, "opacity": 0.45},
            "showlegend": False,
            "hovertemplate": "mean %{x:.2f}<br>standard deviation %{y:.2f}<extra></extra>",
        },
        {
            "type": "scatter",
            "mode": "markers",
            "name": "all samples",
            "x": np.array([0.0]),
            "y": np.array([1.0]),
            "marker": {"color": ACCENT, "size": 24, "symbol": "cross-thin-open", "line": {"width": 3}},
            "showlegend": False,
            "hovertemplate": "all samples<extra></extra>",
        },
        _curve("mean, theory", sizes, expected, color=GREY, dash="dot"),
        _curve("mean, measured", sizes, measured, color=_STYLE.color, symbol=_STYLE.symbol, mode="markers"),
        _curve(
            "standard deviation, measured",
            sizes,
            measured_std,
            color=SKY,
            dash="dash",
            symbol="triangle-up",
            mode="lines+markers",
        ),
        {
            "type": "scatter",
            "mode": "markers",
            "name": "this size",
            "x": rings[0][position],
            "y": rings[1][position],
            "marker": {"color": ACCENT, "size": 15, "symbol": "circle-open", "line": {"width": 2.5}},
            "xaxis": "x2",
            "yaxis": "y2",
            "showlegend": False,
            "hoverinfo": "skip",
        },
        {
            "type": "bar",
            "name": "outputs",
            "x": middle,
            "y": 100 * shares[position],
            "width": 0.235,
            "marker": {"color": _STYLE.color},
            "xaxis": "x3",
            "yaxis": "y3",
            "showlegend": False,
            "hovertemplate": "about %{x:.2g}: %{y:.1f} %<extra></extra>",
        },
        {
            "type": "scatter",
            "mode": "lines",
            "name": "no output can pass",
            "x": bounds[position],
            "y": np.array([0.0, top, np.nan, 0.0, top]),
            "line": {"color": ACCENT, "width": 1.5, "dash": "dash"},
            "xaxis": "x3",
            "yaxis": "y3",
            "showlegend": False,
            "hoverinfo": "skip",
        },
    ]
    if noise.positions > 1:
        unrelated = "mean, if pixels were unrelated"
        traces.append(_curve(unrelated, sizes, independent, color=GREY, dash="longdashdot"))
    made = figure(
        traces,
        xaxis={
            "domain": [0, 0.44],
            "range": [-wide, wide],
            "title": {"text": "mean of a batch, in standard deviations of all", "standoff": 8},
        },
        yaxis={
            "range": [-0.03 * high, high],
            "title": {"text": "standard deviation of a batch", "standoff": 4},
        },
        xaxis2={
            "domain": [0.56, 1],
            "anchor": "y2",
            "type": "log",
            "range": [np.log10(0.85), np.log10(300)],
            "tickvals": _TICKS,
            "title": {"text": "samples in a batch", "standoff": 4},
        },
        yaxis2={
            "domain": [0.6, 1],
            "anchor": "x2",
            "type": "log",
            "range": [float(curves.min()) - 0.12, float(curves.max()) + 0.15],
            "title": {"text": "wanders by ±", "standoff": 4},
            "tickvals": [1.0, 0.3, 0.1, 0.03, 0.01, 0.003, 0.001],
        },
        xaxis3={
            "domain": [0.56, 1],
            "anchor": "y3",
            "range": [float(EDGES[0]), float(EDGES[-1])],
            "tickvals": [-4, -2, 0, 2, 4],
            "title": {"text": "output of batch norm", "standoff": 8},
        },
        yaxis3={
            "domain": [0, 0.36],
            "anchor": "x3",
            "range": [0, top],
            "title": {"text": "share", "standoff": 4},
            "ticksuffix": " %",
            "nticks": 4,
        },
        annotations=[
            {
                "text": cut[position],
                "x": float(middle[shares[position].argmax()]) + 0.3,
                "y": top,
                "xref": "x3",
                "yref": "y3",
                "xanchor": "left",
                "yanchor": "top",
                "showarrow": False,
            }
        ],
        showlegend=True,
        legend={"orientation": "h", "x": 1, "xanchor": "right", "y": 1.01, "yanchor": "bottom", "itemclick": False},
        margin={"l": 60, "r": 16, "t": 48, "b": 48},
    )
    moving: dict[tuple[int, str], NDArray[Any]] = {
        (0, "x"): cloud_x,
        (0, "y"): cloud_y,
        (5, "x"): rings[0],
        (5, "y"): rings[1],
        (6, "y"): 100 * shares,
        (7, "x"): bounds,
    }
    narrow = {
        "height": 900,
        "xaxis.domain": [0, 1],
        "yaxis.domain": [0.68, 1],
        "xaxis2.domain": [0, 1],
        "yaxis2.domain": [0.34, 0.55],
        "xaxis3.domain": [0, 1],
        "yaxis3.domain": [0, 0.22],
        "legend.y": 0.555,
        "margin.t": 16,
    }
    places = [float(middle[at]) + 0.3 for at in shares.argmax(axis=1)]
    return Drawn(made, moving, narrow, {"annotations[0].text": cut, "annotations[0].x": places})


def _positive(values: Floats) -> Floats:
    """Return values that a logarithmic axis can show; what is rounding only becomes a gap."""
    return np.where(values > 1e-9, values, np.nan)


def _curve(
    name: str, x: Floats, y: Floats, *, color: str, dash: str = "solid", symbol: str = "circle", mode: str = "lines"
) -> dict[str, Any]:
    return {
        "type": "scatter",
        "mode": mode,
        "name": name,
        "x": x,
        "y": y,
        "line": {"color": color, "width": 2, "dash": dash},
        "marker": {"color": color, "symbol": symbol, "size": 8},
        "xaxis": "x2",
        "yaxis": "y2",
        "hovertemplate": f"{name}<br>%{{x:.4g}}: %{{y:.3f}}<extra></extra>",
    }
