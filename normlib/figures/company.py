"""Which means layer norm takes of an image, beside the image's outputs under layer and batch norm."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from normlib.figures.drawn import Drawn
from normlib.figures.look import GREY, METHODS, VERMILION, figure
from normlib.layer_axes import Company

Floats = NDArray[np.float64]
LEFT, RIGHT = (0.0, 0.3), (0.46, 1.0)
_HEADING: Mapping[str, Any] = {
    "xref": "paper",
    "yref": "paper",
    "xanchor": "left",
    "yanchor": "bottom",
    "showarrow": False,
}


def company_figure(made: Company, at: int, *, row: int, channel: int, headings: tuple[str, str]) -> Drawn:
    """Draw the means on the left, and on the right the outputs along one row of pixels of one channel.

    A band shows where batch norm's outputs lie in batches of any of the sizes; layer norm's would have no width.

    Args:
        made: an image, (H, W, C), in F batches.
        at: which batch to draw, an index.
        row: row of pixels on the right.
        channel: channel on the right.
        headings: of both panels.
    Returns: the figure, and the arrays of every batch size by trace and attribute, first axis F.
    """
    layer, batch = made.layer[:, row, :, channel], made.batch[:, row, :, channel]
    height, width = made.layer.shape[1:3]
    means = np.broadcast_to(made.mean[0].mean(axis=-1), (height, width))
    reach = float(np.abs(means).max()) or 1.0
    columns = np.arange(1, width + 1, dtype=np.float64)
    low, high = batch.min(axis=0), batch.max(axis=0)
    ends = float(min(low.min(), layer.min())), float(max(high.max(), layer.max()))
    pad = 0.06 * ((ends[1] - ends[0]) or 1.0)
    by_batch, by_layer = METHODS["batch"], METHODS["layer"]
    traces: list[dict[str, Any]] = [
        {
            "type": "heatmap",
            "name": "mean subtracted by layer norm",
            "x": columns,
            "y": np.arange(1, height + 1, dtype=np.float64),
            "z": np.array(means),
            "coloraxis": "coloraxis",
            "xgap": 1,
            "ygap": 1,
            "hovertemplate": "row %{y}, column %{x}<br>mean %{z:.3g}<extra></extra>",
        },
        {
            "type": "scatter",
            "mode": "lines",
            "name": "batch norm, any batch size",
            "x": np.concatenate([columns, columns[::-1]]),
            "y": np.concatenate([high, low[::-1]]),
            "xaxis": "x2",
            "yaxis": "y2",
            "fill": "toself",
            "fillcolor": by_batch.color,
            "opacity": 0.2,
            "line": {"width": 0},
            "hoverinfo": "skip",
            "showlegend": False,
        },
    ]
    for style, name, values in ((by_batch, "batch norm", batch), (by_layer, "layer norm", layer)):
        traces.append(
            {
                "type": "scatter",
                "mode": "lines+markers",
                "name": name,
                "x": columns,
                "y": values[at],
                "xaxis": "x2",
                "yaxis": "y2",
                "line": {"color": style.color, "dash": style.dash, "width": 2.5},
                "marker": {"color": style.color, "symbol": style.symbol, "size": 8},
                "hovertemplate": f"column %{{x}}<br>{name} %{{y:.3f}}<extra></extra>",
            }
        )
    made_figure = figure(
        traces,
        xaxis={"domain": list(LEFT), "anchor": "y", "nticks": 5, "showgrid": False, "title": _below("column")},
        yaxis={
            "anchor": "x",
            "range": [height + 0.5, 0.5],
            "showgrid": False,
            "nticks": 5,
            "scaleanchor": "x",
            "constrain": "domain",
            "constraintoward": "top",
            "title": {"text": "row", "standoff": 4},
        },
        xaxis2={
            "domain": list(RIGHT),
            "anchor": "y2",
            "dtick": 1,
            "range": [0.7, width + 0.3],
            "title": _below("column"),
        },
        yaxis2={"anchor": "x2", "range": [ends[0] - pad, ends[1] + pad], "title": {"text": "output", "standoff": 4}},
        coloraxis={
            "cmin": -reach,
            "cmax": reach,
            "colorscale": [[0, GREY], [0.5, "rgba(128,128,128,0.08)"], [1, VERMILION]],
            "colorbar": {"thickness": 10, "len": 0.8, "x": LEFT[1] + 0.01, "y": 1, "yanchor": "top", "nticks": 5},
        },
        annotations=[
            {**_HEADING, "text": f"<b>{text}</b>", "x": side[0], "y": 1.08}
            for text, side in zip(headings, (LEFT, RIGHT), strict=True)
        ],
        showlegend=True,
        legend={
            "orientation": "h",
            "x": RIGHT[0],
            "xanchor": "left",
            "y": 1.0,
            "yanchor": "bottom",
            "itemclick": False,
            "itemdoubleclick": False,
        },
        margin={"l": 48, "r": 16, "t": 56, "b": 44},
    )
    narrow = {
        "height": 620,
        "xaxis.domain": [0, 0.8],
        "yaxis.domain": [0.62, 1],
        "xaxis2.domain": [0, 1],
        "yaxis2.domain": [0, 0.37],
        "annotations[0].y": 1.01,
        "annotations[1].x": 0,
        "annotations[1].y": 0.46,
        "coloraxis.colorbar.x": 0.84,
        "coloraxis.colorbar.len": 0.38,
        "legend.x": 0,
        "legend.y": 0.39,
        "margin.t": 32,
    }
    return Drawn(made_figure, {(2, "y"): batch, (3, "y"): layer}, narrow)


def _below(text: str) -> dict[str, Any]:
    return {"text": text, "standoff": 8}
