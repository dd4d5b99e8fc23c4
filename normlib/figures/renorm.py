"""Some batches of one channel: their output in training against their output in inference."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from normlib.figures.drawn import Drawn
from normlib.figures.look import GREY, LEGEND_ABOVE, METHODS, figure

Floats = NDArray[np.float64]


def training_against_inference(inference: Floats, training: Floats, position: int) -> Drawn:
    """Draw a point per value and a line per batch; on the diagonal training gives what inference gives.

    Args:
        inference: (N, B) outputs of B batches in inference.
        training: (F, N, B) their outputs in training, at every position.
        position: which one to draw, an index.
    Returns: the figure; trace 1 are the lines, trace 2 the points.
    """
    batches = np.arange(inference.shape[1])
    # All values of a batch lie on one line, from its smallest to its largest.
    ends = np.stack([inference.argmin(axis=0), inference.argmax(axis=0)])
    x = np.full((batches.size, 3), np.nan)
    x[:, :2] = inference[ends, batches].T
    y = np.full((training.shape[0], batches.size, 3), np.nan)
    y[..., :2] = np.swapaxes(training[:, ends, batches], 1, 2)
    lines, points = y.reshape(training.shape[0], -1), training.reshape(training.shape[0], -1)
    most = 1.08 * float(max(np.abs(inference).max(), np.abs(training).max(), 1.0))
    span = np.array([-most, most])
    color = METHODS["batch"].color
    traces: list[dict[str, Any]] = [
        {
            "type": "scatter",
            "mode": "lines",
            "name": "the same in both",
            "x": span,
            "y": span,
            "line": {"color": GREY, "width": 1.5, "dash": "dot"},
            "hoverinfo": "skip",
        },
        {
            "type": "scatter",
            "mode": "lines",
            "name": "a batch",
            "x": x.ravel(),
            "y": lines[position],
            "line": {"color": color, "width": 1.5},
            "opacity": 0.55,
            "hoverinfo": "skip",
        },
        {
            "type": "scatter",
            "mode": "markers",
            "name": "a value",
            "x": inference.ravel(),
            "y": points[position],
            "marker": {"color": color, "symbol": METHODS["batch"].symbol, "size": 6},
            "hovertemplate": "inference %{x:.3g}<br>training %{y:.3g}<extra></extra>",
        },
    ]
    made = figure(
        traces,
        xaxis={"range": span.tolist(), "title": {"text": "output in inference", "standoff": 8}},
        yaxis={"range": span.tolist(), "title": {"text": "output in training", "standoff": 4}, "nticks": 7},
        showlegend=True,
        legend=LEGEND_ABOVE,
        margin={"l": 56, "r": 16, "t": 30, "b": 48},
    )
    return Drawn(made, {(1, "y"): lines, (2, "y"): points})
