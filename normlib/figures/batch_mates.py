"""One sample's outputs over many batches, channel by channel, beside a picture of who was in the batch."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from normlib.batch_mates import Mates
from normlib.figures.drawn import Drawn
from normlib.figures.look import ACCENT, GREY, METHODS, SKY, Style, figure

PICTURES: Final = 8  # of the batch, the sample's own included
INK: Final = 0.45  # a pixel at least as dark is drawn as a point
PITCH: Final = 10  # from picture to picture, in pixels of 8 a picture

KINDS: Final = {
    "training": Style("Batch norm, training", METHODS["batch"].color, "solid", "circle"),
    "inference": Style("Batch norm, inference", SKY, "dash", "triangle-up"),
    "layer": Style("Layer norm", METHODS["layer"].color, "dash", METHODS["layer"].symbol),
}


def ink(images: NDArray[np.float64], points: int) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Return where the ink of pictures of 8 x 8 lies when they stand in a row: x and y, (images * points,).

    Every picture takes the same number of points; those with less ink repeat one.

    Args:
        images: (M, 8, 8) from 0 to 1.
        points: points of each picture, at least the most dark pixels that one has.
    """
    columns, rows = [], []
    for place, image in enumerate(images):
        dark = np.argwhere(image >= INK)
        if not len(dark):
            dark = np.argwhere(image == image.max())[:1]
        dark = np.concatenate([dark, np.repeat(dark[:1], points - len(dark), axis=0)])
        rows.append(dark[:, 0])
        columns.append(dark[:, 1] + PITCH * place)
    return np.concatenate(columns), np.concatenate(rows)


def batch_mates(
    found: Mates, position: int, *, images: NDArray[np.float64], mine: int, channels: Sequence[str]
) -> Drawn:
    """Draw the batch as pictures, and below it every output of the sample over all draws.

    Args:
        found: the outputs over F draws.
        position: which draw to point out, an index.
        images: (N, 8, 8) pictures of all samples, from 0 to 1.
        mine: index of the sample.
        channels: names of the C channels, the first on top.
    Returns: the figure, and the arrays of every draw by trace and attribute, first axis F.
    """
    draws, count = found.training.shape
    shown = found.mates[:, : PICTURES - 1]
    points = int((images >= INK).sum(axis=(1, 2)).max())
    own = ink(images[[mine]], points)
    mates = [ink(images[chosen], points) for chosen in shown]
    mates_x, mates_y = (np.stack([one[axis] for one in mates]).astype(np.int32) for axis in (0, 1))
    mates_x += PITCH
    rows = np.arange(count, dtype=np.float64)
    offsets = dict(zip(KINDS, (-0.26, 0.0, 0.26), strict=True))
    traces: list[dict[str, Any]] = [
        _pixels("my sample", own[0], own[1], ACCENT),
        _pixels("batch mates", mates_x[position], mates_y[position], GREY),
    ]
    moving: dict[tuple[int, str], NDArray[Any]] = {(1, "x"): mates_x, (1, "y"): mates_y}
    for kind, style in KINDS.items():
        outputs = getattr(found, kind)
        y = rows + offsets[kind]
        traces.append(
            {
                "type": "scatter",
                "mode": "markers",
                "name": f"{style.name}, all draws",
                "x": outputs.ravel(),
                "y": np.tile(y, draws),
                "marker": {"color": style.color, "symbol": "line-ns-open", "size": 9, "line": {"width": 1}},
                "opacity": 0.45,
                "showlegend": False,
                "hoverinfo": "skip",
            }
        )
        traces.append(
            {
                "type": "scatter",
                "mode": "markers",
                "name": style.name,
                "x": outputs[position],
                "y": y,
                "marker": {"color": style.color, "symbol": style.symbol, "size": 9},
                "hovertemplate": f"{style.name}: %{{x:.3f}}<extra></extra>",
            }
        )
        moving[len(traces) - 1, "x"] = outputs
    everything = np.concatenate([found.training, found.inference, found.layer])
    low, high = float(everything.min()), float(everything.max())
    pad = 0.05 * ((high - low) or 1.0)
    left_out = found.mates.shape[1] - shown.shape[1]
    height = 220 + 24 * count
    strip = 84 / (height - 110)  # of the plot's height: as high as wide for one pixel of the pictures
    made = figure(
        traces,
        xaxis={"domain": [0, 0.9], "anchor": "y", "range": [-0.7, PITCH * PICTURES - 2.3], "visible": False},
        yaxis={"domain": [1 - strip, 1], "anchor": "x", "range": [7.7, -0.7], "visible": False},
        xaxis2={
            "anchor": "y2",
            "range": [low - pad, high + pad],
            "title": {"text": "output for my sample", "standoff": 8},
        },
        yaxis2={
            "domain": [0, 1 - strip - 0.1],
            "anchor": "x2",
            "range": [count - 0.45, -0.55],
            "tickvals": list(range(count)),
            "ticktext": list(channels),
            "showgrid": False,
        },
        annotations=[
            _note("mine", 0),
            _note("mates", PITCH),
            {
                "text": f"and {left_out} more" if left_out > 0 else "",
                "xref": "paper",
                "yref": "paper",
                "x": 1,
                "y": 1 - strip / 2,
                "xanchor": "right",
                "yanchor": "middle",
                "showarrow": False,
            },
        ],
        shapes=[
            {
                "type": "line",
                "xref": "paper",
                "yref": "y2",
                "x0": 0,
                "x1": 1,
                "y0": row + 0.5,
                "y1": row + 0.5,
                "line": {"color": GREY, "width": 0.5},
                "opacity": 0.35,
                "layer": "below",
            }
            for row in range(count - 1)
        ],
        showlegend=True,
        legend={
            "orientation": "h",
            "x": 1,
            "xanchor": "right",
            "y": 1 - strip - 0.1,
            "yanchor": "bottom",
            "itemclick": False,
        },
        margin={"l": 88, "r": 16, "t": 30, "b": 48},
    )
    for index in (0, 1):
        made["data"][index]["showlegend"] = False
    for trace in made["data"][2:]:
        trace["xaxis"], trace["yaxis"] = "x2", "y2"
    narrow = {
        "height": height + 40,
        "margin.l": 84,
        "xaxis.domain": [0, 1],
        "yaxis.domain": [0.9, 1],
        "yaxis2.domain": [0, 0.68],
        "legend.y": 0.69,
        "annotations[2].y": 0.87,
    }
    return Drawn(made, moving, narrow, height=height)


def _pixels(name: str, x: NDArray[np.int64], y: NDArray[np.int64], color: str) -> dict[str, Any]:
    return {
        "type": "scatter",
        "mode": "markers",
        "name": name,
        "x": x,
        "y": y,
        "marker": {"color": color, "symbol": "square", "size": 6},
        "hoverinfo": "skip",
    }


def _note(text: str, x: float) -> dict[str, Any]:
    return {
        "text": text,
        "xref": "x",
        "yref": "paper",
        "x": x - 0.5,
        "y": 1,
        "xanchor": "left",
        "yanchor": "bottom",
        "showarrow": False,
    }
