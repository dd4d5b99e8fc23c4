"""What batch norm averages when sequences are padded, beside the outputs of one sequence."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from normlib.figures.drawn import Drawn
from normlib.figures.look import ACCENT, GREY, METHODS, Style, figure
from normlib.sequences import PaddingSweep

Floats = NDArray[np.float64]
LEFT, RIGHT = (0.0, 0.42), (0.54, 1.0)


def padding_figure(sweep: PaddingSweep, real: Floats, at: int, *, feature: int, value: float, axis_title: str) -> Drawn:
    """Draw the values behind batch norm's mean on the left, and one sequence's outputs on the right.

    Args:
        sweep: one sequence in a batch padded to F lengths.
        real: the feature in all real steps, (R,).
        at: which length to draw, an index.
        feature: the feature drawn.
        value: the padding.
        axis_title: of the feature.
    Returns: the figure, and the arrays of every length by trace and attribute, first axis F.
    """
    low, high = min(float(real.min()), value), max(float(real.max()), value)
    # One bin per grey level: whole numbers, as the pixels are.
    levels = np.arange(np.floor(low), np.ceil(high) + 1)
    counts = np.histogram(real, np.append(levels, levels[-1] + 1) - 0.5)[0] / real.size
    shares = (1 - sweep.share)[:, None] * counts
    padding = np.where(np.abs(levels - value) < 0.5, sweep.share[:, None], 0.0)
    tallest = 1.4 * float(max(padding.max(), shares.max()))
    middle, spread = sweep.mean[:, feature], sweep.std[:, feature]
    heights = 0.78 * tallest, 0.91 * tallest
    steps = np.arange(1, sweep.batch.shape[1] + 1, dtype=np.float64)
    batch, layer = METHODS["batch"], METHODS["layer"]
    outputs = {"batch": sweep.batch[:, :, feature], "masked": sweep.masked[:, :, feature]}
    by_layer = sweep.layer[:, :, feature]
    everything = np.concatenate([outputs["batch"], outputs["masked"], by_layer])
    ends = float(everything.min()), float(everything.max())
    pad = 0.06 * ((ends[1] - ends[0]) or 1.0)
    span = np.stack([middle - spread, middle, middle + spread], axis=1)
    real_mean, real_std = float(sweep.real_mean[feature]), float(sweep.real_std[feature])
    traces: list[dict[str, Any]] = [
        _bars("real steps", levels, shares[at], GREY),
        _bars("padding", levels, padding[at], ACCENT),
        {
            **_whisker("mean ± sd, real steps", heights[0], METHODS["none"].color, "circle-open"),
            "x": np.array([real_mean - real_std, real_mean, real_mean + real_std]),
        },
        {**_whisker("mean ± sd, all steps", heights[1], batch.color, batch.symbol), "x": span[at]},
        _line(replace(batch, name="batch norm"), steps, outputs["batch"][at]),
        _line(Style("batch norm, masked", batch.color, "dot", "circle-open"), steps, outputs["masked"][at]),
        _line(replace(layer, name="layer norm"), steps, by_layer[at]),
    ]
    made = figure(
        traces,
        barmode="overlay",
        xaxis={
            "domain": list(LEFT),
            "range": [min(low - 1, float(span.min()) - 0.5), max(high + 1, float(span.max()) + 0.5)],
            "title": {"text": axis_title, "standoff": 8},
            "showgrid": False,
        },
        yaxis={
            "range": [0, tallest],
            "tickformat": ".0%",
            "tickvals": [0, 0.25, 0.5, 0.75, 1],
            "title": {"text": "share of all steps", "standoff": 4},
        },
        xaxis2={
            "domain": list(RIGHT),
            "anchor": "y2",
            "range": [0.7, steps[-1] + 0.3],
            "dtick": 1,
            "title": {"text": "step of the sequence", "standoff": 8},
        },
        yaxis2={"anchor": "x2", "range": [ends[0] - pad, ends[1] + pad], "title": {"text": "output", "standoff": 4}},
        annotations=[
            {
                "text": text,
                "x": 1,
                "xref": "x domain",
                "xanchor": "right",
                "y": y,
                "yanchor": "bottom",
                "yshift": 8,
                "showarrow": False,
            }
            for text, y in zip(("mean ± sd of real steps", "mean ± sd of all steps"), heights, strict=True)
        ],
        legend={**_LEGEND, "x": LEFT[0]},
        legend2={**_LEGEND, "x": RIGHT[0]},
        showlegend=True,
        margin={"l": 60, "r": 16, "t": 36, "b": 44},
    )
    narrow = {
        "height": 680,
        "xaxis.domain": [0, 1],
        "yaxis.domain": [0.58, 1],
        "xaxis2.domain": [0, 1],
        "yaxis2.domain": [0, 0.36],
        "legend2.x": 0,
        "legend2.y": 0.38,
    }
    moving = {
        (0, "y"): shares,
        (1, "y"): padding,
        (3, "x"): span,
        (4, "y"): outputs["batch"],
        (5, "y"): outputs["masked"],
        (6, "y"): by_layer,
    }
    return Drawn(made, moving, narrow)


_LEGEND: Mapping[str, Any] = {
    "orientation": "h",
    "xanchor": "left",
    "y": 1.02,
    "yanchor": "bottom",
    "itemclick": False,
    "itemdoubleclick": False,
}


def _bars(name: str, x: Floats, y: Floats, color: str) -> dict[str, Any]:
    return {
        "type": "bar",
        "name": name,
        "x": x,
        "y": y,
        "width": 0.9 if color == GREY else 0.45,
        "marker": {"color": color},
        "hovertemplate": f"{name}, %{{x}}: %{{y:.1%}}<extra></extra>",
    }


def _whisker(name: str, height: float, color: str, symbol: str) -> dict[str, Any]:
    return {
        "type": "scatter",
        "mode": "lines+markers",
        "name": name,
        "y": np.full(3, height),
        "line": {"color": color, "width": 2},
        "marker": {"color": color, "symbol": ["line-ns-open", symbol, "line-ns-open"], "size": 9},
        "hovertemplate": f"{name}: %{{x:.3g}}<extra></extra>",
        "showlegend": False,
    }


def _line(style: Style, x: Floats, y: Floats) -> dict[str, Any]:
    return {
        "type": "scatter",
        "mode": "lines+markers",
        "name": style.name,
        "x": x,
        "y": y,
        "xaxis": "x2",
        "yaxis": "y2",
        "line": {"color": style.color, "dash": style.dash, "width": 2.5},
        "marker": {"color": style.color, "symbol": style.symbol, "size": 8},
        "hovertemplate": f"step %{{x}}<br>{style.name} %{{y:.3f}}<extra></extra>",
        "legend": "legend2",
    }
