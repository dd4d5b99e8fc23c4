"""One feature before and after scaling: two histograms, and lines that show where each value goes."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
from numpy.typing import NDArray

from normlib.figures.drawn import Drawn
from normlib.figures.look import ACCENT, GREY, Style, figure
from normlib.outlier import OutlierSweep, histogram_rows

BINS = 40
LINES = 40
INNER_BINS, MARGIN_BINS = 32, 4  # bins of the lower histogram within the wanted range, and around it at least

TOP, MIDDLE, BOTTOM = (0.7, 1.0), (0.40, 0.66), (0.06, 0.36)


def before_after(
    sweep: OutlierSweep,
    position: int,
    *,
    style: Style,
    after_range: tuple[float, float],
    before_title: str,
    after_title: str,
    marks: tuple[float, ...] = (),
    normal_curve: bool = False,
) -> Drawn:
    """Draw the measured values above, the scaled values below, and lines from each to each.

    Both axes keep their range while the outlier moves: what squeezes is the data, not the picture.

    Args:
        sweep: the feature and its scaler at every position of the outlier.
        position: which of the positions to draw, an index.
        style: how the scaler is drawn.
        after_range: what the lower axis shows at least, in 32 bins; more bins are added where data go beyond.
        before_title: what the upper axis shows, with its unit.
        after_title: what the lower axis shows.
        marks: scaled values worth a thin upright line, such as 0 and 1.
        normal_curve: also draw the counts that a standard normal distribution would give below.
    Returns: the figure, and the arrays of every position by trace and attribute, first axis F.
    """
    others = sweep.others
    before_range = _padded(min(others.min(), sweep.moved.min()), max(others.max(), sweep.moved.max()))
    before_edges = np.linspace(*before_range, BINS + 1)
    ends = sweep.after([others.min(), others.max()])
    moved_after = sweep.moved_after()
    after_edges = _edges(
        after_range, float(min(ends.min(), moved_after.min())), float(max(ends.max(), moved_after.max()))
    )
    wanted, after_range = after_range, (float(after_edges[0]), float(after_edges[-1]))
    counts_before = histogram_rows(others[None, :], before_edges)[0]
    counts_after = sweep.counts_after(_closed(after_edges, wanted))
    tallest = max(counts_before.max(), counts_after[0].max())
    lines = _lines(sweep, before_range, after_range)
    outlier_line = _line_of_outlier(sweep, before_range, after_range, moved_after)
    width_before, width_after = np.diff(before_edges)[0], np.diff(after_edges)[0]
    traces = [
        {
            "type": "bar",
            "name": "before",
            "x": before_edges[:-1] + width_before / 2,
            "y": counts_before,
            "width": width_before * 0.94,
            "marker": {"color": GREY},
            "hovertemplate": "about %{x:.4g}<br>%{y} values<extra></extra>",
        },
        {
            "type": "scatter",
            "mode": "lines",
            "name": "where each value goes",
            "x": lines[position],
            "y": np.tile([1.0, 0.0, np.nan], lines.shape[1] // 3),
            "line": {"color": style.color, "width": 1},
            "opacity": 0.45,
            "xaxis": "x3",
            "yaxis": "y3",
            "hoverinfo": "skip",
        },
        {
            "type": "bar",
            "name": "after",
            "x": after_edges[:-1] + width_after / 2,
            "y": counts_after[position],
            "width": width_after * 0.94,
            "marker": {"color": style.color},
            "xaxis": "x2",
            "yaxis": "y2",
            "hovertemplate": "about %{x:.3g}<br>%{y} values<extra></extra>",
        },
        {
            "type": "scatter",
            "mode": "lines+markers",
            "name": "the outlier",
            "x": outlier_line[position],
            "y": np.array([1.0, 0.0]),
            "line": {"color": ACCENT, "width": 2.5},
            "marker": {"color": ACCENT, "size": 10, "symbol": "diamond"},
            "cliponaxis": False,
            "xaxis": "x3",
            "yaxis": "y3",
            "hoverinfo": "skip",
        },
    ]
    if normal_curve:
        traces.append(_normal_curve(after_edges, others.size))
    made = figure(
        traces,
        xaxis=_axis(before_range, before_title, "y", side="top"),
        xaxis2=_axis(after_range, after_title, "y2"),
        xaxis3={"range": [0, 1], "visible": False, "anchor": "y3"},
        yaxis={"domain": TOP, "range": [0, tallest * 1.08], "nticks": 4, "title": {"text": "values"}},
        yaxis2={
            "domain": BOTTOM,
            "range": [tallest * 1.08, 0],
            "nticks": 4,
            "title": {"text": "values"},
            "anchor": "x2",
        },
        yaxis3={"domain": MIDDLE, "range": [0, 1], "visible": False, "anchor": "x3"},
        margin={"l": 48, "r": 16, "t": 48, "b": 44},
        shapes=[
            {
                "type": "line",
                "xref": "x2",
                "yref": "paper",
                "x0": mark,
                "x1": mark,
                "y0": BOTTOM[0],
                "y1": BOTTOM[1],
                "line": {"color": GREY, "width": 1, "dash": "dot"},
                "layer": "below",
            }
            for mark in marks
        ],
    )
    moving: dict[tuple[int, str], NDArray[Any]] = {
        (1, "x"): lines,
        # As whole numbers the counts of every position travel in one or two bytes each.
        (2, "y"): counts_after.astype(np.int32),
        (3, "x"): outlier_line,
    }
    return Drawn(made, moving)


def _edges(wanted: tuple[float, float], low: float, high: float) -> NDArray[np.float64]:
    """Return bin edges that meet both ends of the wanted range and go on until all data are inside."""
    width = (wanted[1] - wanted[0]) / INNER_BINS
    below = max(MARGIN_BINS, math.ceil((wanted[0] - low) / width - 1e-9))
    above = max(MARGIN_BINS, math.ceil((high - wanted[1]) / width - 1e-9))
    steps = np.arange(-below, INNER_BINS + above + 1, dtype=np.float64)
    return np.asarray(wanted[0] + width * steps, dtype=np.float64)


def _closed(edges: NDArray[np.float64], wanted: tuple[float, float]) -> NDArray[np.float64]:
    """Return edges that count both ends of the wanted range as inside, whatever rounding did to them."""
    hair = 1e-9 * (edges[1] - edges[0])
    return np.where(edges > wanted[1] - hair, edges + hair, np.where(edges < wanted[0] + hair, edges - hair, edges))


def _normal_curve(edges: NDArray[np.float64], count: int) -> dict[str, object]:
    z = np.linspace(edges[0], edges[-1], 161)
    density = np.exp(-(z**2) / 2) / math.sqrt(2 * math.pi)
    return {
        "type": "scatter",
        "mode": "lines",
        "name": "normal curve",
        "x": z,
        "y": density * count * np.diff(edges)[0],
        "line": {"color": ACCENT, "width": 2, "dash": "dash"},
        "xaxis": "x2",
        "yaxis": "y2",
        "hoverinfo": "skip",
    }


def _lines(sweep: OutlierSweep, before: tuple[float, float], after: tuple[float, float]) -> NDArray[np.float64]:
    """Return x of the connecting lines as shares of the width, (F, 3 * lines), a gap after each."""
    order = np.sort(sweep.others)
    drawn = order[np.unique(np.linspace(0, order.size - 1, min(LINES, order.size)).round().astype(int))]
    scaled = _share(sweep.after(drawn), after)
    lines = np.full((sweep.positions.size, drawn.size, 3), np.nan)
    lines[:, :, 0] = _share(drawn, before)
    lines[:, :, 1] = scaled
    return lines.reshape(sweep.positions.size, -1)


def _line_of_outlier(
    sweep: OutlierSweep, before: tuple[float, float], after: tuple[float, float], landed: NDArray[np.float64]
) -> NDArray[np.float64]:
    # At position 0 nothing is moved, so nothing is marked.
    shown = np.where(sweep.positions > 0, 1.0, np.nan)
    ends = np.stack([_share(sweep.moved, before), _share(landed, after)], axis=1)
    return ends * shown[:, None]


def _share(values: NDArray[np.float64], ends: tuple[float, float]) -> NDArray[np.float64]:
    return (values - ends[0]) / (ends[1] - ends[0])


def _padded(low: float, high: float, share: float = 0.03) -> tuple[float, float]:
    span = (high - low) or 1.0
    return float(low - share * span), float(high + share * span)


def _axis(ends: tuple[float, float], title: str, anchor: str, **more: object) -> dict[str, object]:
    return {
        "range": list(ends),
        "title": {"text": title, "standoff": 8},
        "anchor": anchor,
        "showgrid": False,
        "ticks": "outside",
        "ticklen": 4,
        **more,
    }
