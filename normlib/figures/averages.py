"""Averages along every combination of axes as a table of tints, and those of one combination as pictures."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from normlib.averages import Averages
from normlib.figures.look import DARKEST, GREY, LIGHTEST, Figure, Style, figure, tint

Floats = NDArray[np.float64]
AXES = "NHWC"
ROW_HEIGHT = 23
# Shares of the method's colour: text stays readable on the strongest tint in both themes.
_STRONGEST = 0.45
_GREYS = [[0.0, DARKEST], [0.5, GREY], [1.0, LIGHTEST]]
_DOUBLINGS = 3.0  # deviations from an eighth to eight are told apart


def axes_name(axes: Sequence[int]) -> str:
    """Name a combination of the axes of (N, H, W, C).

    >>> axes_name((1, 2)), axes_name((0, 1, 2, 3))
    ('H, W', 'N, H, W, C')
    """
    return ", ".join(AXES[axis] for axis in axes)


def closeness(distance: float) -> float:
    """Say on a scale from 0 to 1 how near a statistic is to where it should be: 1 up to 0.01, 0 from 1 on.

    >>> closeness(0.001), round(closeness(0.1), 2), closeness(3.0)
    (1.0, 0.5, 0.0)
    """
    return float(np.clip(-np.log10(max(distance, 1e-9)) / 2, 0.0, 1.0))


def averages_table(
    before: Sequence[Averages], after: Sequence[Averages], style: Style, own: Sequence[int] = ()
) -> tuple[Figure, int]:
    """Draw one row per combination of axes: how far its means are from 0 and its standard deviations from 1.

    Args:
        before: statistics of the input.
        after: statistics of the output, the same combinations.
        style: of the method; the tint of a cell grows as its means come to 0, or its deviations to 1.
        own: indices of the rows whose axes are exactly those that the method averages over.
    Returns: the figure and its height in pixels.
    """
    columns = ["mean<br>before", "mean<br>after", "sd<br>before", "sd<br>after"]
    rows = np.arange(len(before))
    tints = np.array(
        [
            [
                closeness(old.farthest_mean),
                closeness(new.farthest_mean),
                closeness(float(np.abs(old.std - 1).max())),
                closeness(float(np.abs(new.std - 1).max())),
            ]
            for old, new in zip(before, after, strict=True)
        ]
    )
    words = [
        [text for pair in ((old.mean, new.mean), (old.std, new.std)) for text in map(span, pair)]
        for old, new in zip(before, after, strict=True)
    ]
    cells = {
        "type": "heatmap",
        "name": "nearness to 0 or 1",
        "x": [0, 1, 2, 3],
        "y": rows,
        "z": tints,
        "zmin": 0,
        "zmax": 1,
        "colorscale": [[0, tint(style.color, 0.0)], [1, tint(style.color, _STRONGEST)]],
        "showscale": False,
        "xgap": 3,
        "ygap": 2,
        "hoverinfo": "skip",
    }
    # Written by a trace of their own, in the theme's colour: a heatmap would choose black or white by the tint.
    ranges = {
        "type": "scatter",
        "mode": "text",
        "name": "ranges",
        "x": np.tile([0, 1, 2, 3], len(rows)),
        "y": np.repeat(rows, 4),
        "text": [text for row in words for text in row],
        "textfont": {"size": 13},
        "hoverinfo": "skip",
    }
    made = figure(
        [cells, ranges],
        xaxis={
            "tickvals": [0, 1, 2, 3],
            "ticktext": columns,
            "side": "top",
            "tickangle": 0,
            "showgrid": False,
            "range": [-0.5, 3.5],
        },
        yaxis={
            "tickvals": rows,
            "ticktext": [
                f"<b>{axes_name(one.axes)}</b>" if row in own else axes_name(one.axes) for row, one in enumerate(before)
            ],
            "range": [len(before) - 0.5, -0.5],
            "showgrid": False,
        },
        margin={"l": 84, "r": 8, "t": 44, "b": 8},
    )
    return made, 52 + ROW_HEIGHT * len(before)


def span(values: Floats) -> str:
    """Write from where to where some values go; one number where they are the same to the digits shown.

    >>> span(np.array([-0.001, 0.002])), span(np.array([0.5, 12.25])).replace("\\xa0", " ")
    ('0', '0.5 to 12.2')
    """
    low, high = _short(float(values.min())), _short(float(values.max()))
    return low if low == high else f"{low}\N{NO-BREAK SPACE}to\N{NO-BREAK SPACE}{high}"


def _short(value: float) -> str:
    text = f"{value:.2f}" if abs(value) < 10 else f"{value:.1f}"
    text = text.rstrip("0").rstrip(".")
    return "0" if text == "-0" else text.replace("-", "\N{MINUS SIGN}")


def unfolded(values: Floats) -> Floats:
    """Lay (n, h, w, c) out as a picture: n rows and c columns of h x w maps, with a gap of NaN between maps.

    >>> unfolded(np.arange(4.0).reshape(2, 1, 1, 2))
    array([[0., 1.],
           [2., 3.]])
    >>> unfolded(np.zeros((2, 2, 2, 3))).shape
    (5, 8)
    """
    n, h, w, c = values.shape
    gap = 1 if h * w > 1 else 0
    picture = np.full((n * (h + gap) - gap, c * (w + gap) - gap), np.nan)
    for sample in range(n):
        for channel in range(c):
            top, left = sample * (h + gap), channel * (w + gap)
            picture[top : top + h, left : left + w] = values[sample, :, :, channel]
    return picture


def average_pictures(before: Averages, after: Averages) -> Figure:
    """Draw means and standard deviations along one combination of axes as four pictures.

    Middle grey is where a statistic should be: 0 for means, on a scale shared by both pictures; 1 for standard
    deviations, with each doubling as one step. Up to 36 cells carry their value.

    Args:
        before: statistics of the input (N, H, W, C).
        after: statistics of the output along the same axes.
    Returns: the figure: before on the left, after on the right, means above deviations.
    """
    farthest = max(before.farthest_mean, after.farthest_mean) or 1.0
    upper, lower, left, right = [0.57, 1.0], [0.0, 0.43], [0.0, 0.47], [0.53, 1.0]
    panels = [
        ("mean before", before.mean, left, upper),
        ("mean after", after.mean, right, upper),
        ("sd before", before.std, left, lower),
        ("sd after", after.std, right, lower),
    ]
    traces, layout, notes = [], {}, []
    for index, (title, values, across, up) in enumerate(panels, start=1):
        picture = unfolded(values)
        deviations = index > 2
        limit = _DOUBLINGS if deviations else farthest
        number = "" if index == 1 else str(index)
        shows_values = picture.size <= 36
        traces.append(
            {
                "type": "heatmap",
                "name": title,
                "z": np.log2(np.maximum(picture, 2.0**-20)) if deviations else picture,
                "zmin": -limit,
                "zmax": limit,
                "colorscale": _GREYS,
                "showscale": False,
                "xaxis": f"x{number}",
                "yaxis": f"y{number}",
                "xgap": 2 if shows_values else 0,
                "ygap": 2 if shows_values else 0,
                "text": [["" if np.isnan(one) else _short(one) for one in line] for line in picture],
                "hovertemplate": "%{text}<extra></extra>",
                **({"texttemplate": "%{text}", "textfont": {"size": 12}} if shows_values else {}),
            }
        )
        layout[f"xaxis{number}"] = {
            "visible": False,
            "domain": across,
            "anchor": f"y{number}",
            "range": [-0.5, picture.shape[1] - 0.5],
        }
        layout[f"yaxis{number}"] = {
            "visible": False,
            "domain": up,
            "anchor": f"x{number}",
            "range": [picture.shape[0] - 0.5, -0.5],
        }
        notes.append(
            {
                "text": f"{title}: {span(values)}",
                "x": across[0],
                "xanchor": "left",
                "xref": "paper",
                "y": up[1],
                "yanchor": "bottom",
                "yref": "paper",
                "showarrow": False,
                "font": {"size": 13},
            }
        )
    return figure(traces, annotations=notes, margin={"l": 8, "r": 8, "t": 28, "b": 8}, **layout)
