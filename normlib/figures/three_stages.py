"""One unit before batch norm, normalized, and after gamma and beta: three histograms and their means."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from normlib.affine import Stages
from normlib.figures.drawn import Drawn
from normlib.figures.look import ACCENT, BLUE, GREY, SKY, figure
from normlib.outlier import histogram_rows

Floats = NDArray[np.float64]

BINS: Final = (80, 40, 64)
INNER: Final = (-4.0, 4.0)
AFTER: Final = (-8.0, 8.0)
_DOMAINS: Final = ((0.76, 1.0), (0.38, 0.62), (0.0, 0.24))


def three_stages(every: Sequence[Stages], position: int, *, titles: tuple[str, str, str]) -> Drawn:
    """Draw the values before, normalized and after as histograms one below the other.

    Args:
        every: the stages at the F positions of the dial.
        position: which of them to draw, an index.
        titles: of the three axes.
    Returns: the figure, and the arrays of every position by trace and attribute, first axis F.
    """
    rows = [np.stack([np.asarray(getattr(one, name), dtype=np.float64) for one in every]) for name in _NAMES]
    low, high = float(rows[0].min()), float(rows[0].max())
    pad = 0.04 * ((high - low) or 1.0)
    traces: list[dict[str, Any]] = []
    moving: dict[tuple[int, str], NDArray[Any]] = {}
    layout: dict[str, Any] = {}
    ranges = ((low - pad, high + pad), INNER, AFTER)
    colors = (GREY, BLUE, SKY)
    for panel, (values, ends, color, title) in enumerate(zip(rows, ranges, colors, titles, strict=True)):
        number = "" if panel == 0 else str(panel + 1)
        edges = np.linspace(*ends, BINS[panel] + 1)
        counts = histogram_rows(values, edges).astype(np.int32)
        # Where a factor of 0 puts all into one bin, that bar may leave the picture.
        top = 1.1 * float(min(counts.max(), 2 * np.median(counts.max(axis=1))))
        means = values.mean(axis=1, keepdims=True).clip(*ends)
        traces += [
            {
                "type": "bar",
                "name": title,
                "x": (edges[:-1] + edges[1:]) / 2,
                "y": counts[position],
                "width": 0.94 * float(edges[1] - edges[0]),
                "marker": {"color": color},
                "xaxis": f"x{number}",
                "yaxis": f"y{number}",
                "hovertemplate": "about %{x:.3g}: %{y}<extra></extra>",
            },
            {
                "type": "scatter",
                "mode": "markers",
                "name": f"mean, {title}",
                "x": means[position],
                "y": np.array([0.0]),
                "marker": {"color": ACCENT, "size": 13, "symbol": "triangle-up"},
                "cliponaxis": False,
                "xaxis": f"x{number}",
                "yaxis": f"y{number}",
                "hovertemplate": "mean %{x:.3g}<extra></extra>",
            },
        ]
        moving[2 * panel, "y"], moving[2 * panel + 1, "x"] = counts, means
        layout[f"xaxis{number}"] = {
            "anchor": f"y{number}",
            "range": list(ends),
            "title": {"text": title, "standoff": 6},
            "nticks": 9,
        }
        layout[f"yaxis{number}"] = {
            "anchor": f"x{number}",
            "domain": list(_DOMAINS[panel]),
            "range": [0, top],
            "title": {"text": "values", "standoff": 4},
            "nticks": 3,
        }
    return Drawn(figure(traces, **layout, margin={"l": 56, "r": 16, "t": 12, "b": 48}), moving)


_NAMES: Final = ("before", "normalized", "after")
