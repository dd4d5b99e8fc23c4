"""A table whose cells are filled as far as their number says, like a gauge."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from normlib.figures.drawn import Drawn
from normlib.figures.look import GREY, Style, figure

Floats = NDArray[np.float64]
ROW_HEIGHT = 46
BAR = 0.9  # of a cell's width, when it is full


def bar_table(
    shares: Floats, position: int, *, rows: Sequence[Style], columns: Sequence[str], words: Callable[[float], str]
) -> Drawn:
    """Draw a cell per number, filled from the left up to that share, with the number on it.

    Args:
        shares: (F, rows, columns) what the cells hold at every position; from 1 on a cell is full.
        position: which one to draw, an index.
        rows: name and colour of each row.
        columns: names of the columns, lines apart by "<br>".
        words: how a number reads in its cell, without "<" and "&".
    Returns: the figure; trace r is row r.
    """
    left = np.arange(len(columns)) - BAR / 2
    right = left + BAR * np.clip(shares, 0.0, 1.0)
    ends = np.full((*shares.shape, 3), np.nan)
    ends[..., 0], ends[..., 1] = left, right
    # An empty bar would leave a dot of the line's width.
    ends[np.clip(shares, 0.0, 1.0) < 0.002] = np.nan
    ends = ends.reshape(shares.shape[0], shares.shape[1], -1)
    traces: list[dict[str, Any]] = [
        {
            "type": "scatter",
            "mode": "lines",
            "name": style.name,
            "x": ends[position, at],
            "y": np.full(ends.shape[-1], float(at)),
            "line": {"color": style.color, "width": 30},
            "opacity": 0.35,
            "hoverinfo": "skip",
        }
        for at, style in enumerate(rows)
    ]
    notes: list[dict[str, Any]] = []
    moving: dict[str, list[object]] = {}
    for at in range(len(rows)):
        for column in range(len(columns)):
            texts: list[object] = [words(float(one)) for one in shares[:, at, column]]
            moving[f"annotations[{len(notes)}].text"] = texts
            notes.append({"x": column, "y": at, "text": texts[position], "showarrow": False, "font": {"size": 13}})
    made = figure(
        traces,
        xaxis={
            "range": [-0.5, len(columns) - 0.5],
            "tickvals": list(range(len(columns))),
            "ticktext": list(columns),
            "side": "top",
            "showgrid": False,
            "tickangle": 0,
        },
        yaxis={
            "range": [len(rows) - 0.5, -0.5],
            "tickvals": list(range(len(rows))),
            "ticktext": [style.name for style in rows],
            "showgrid": False,
        },
        annotations=notes,
        shapes=_borders(len(rows), len(columns)),
        margin={"l": 150, "r": 8, "t": 46, "b": 8},
    )
    every = {(at, "x"): ends[:, at] for at in range(len(rows))}
    return Drawn(made, every, notes=moving, height=60 + ROW_HEIGHT * len(rows))


def _borders(rows: int, columns: int) -> list[dict[str, Any]]:
    line = {"color": GREY, "width": 0.5}
    across = [
        {"type": "line", "xref": "paper", "x0": 0, "x1": 1, "y0": at - 0.5, "y1": at - 0.5, "line": line}
        for at in range(rows + 1)
    ]
    down = [
        {"type": "line", "yref": "paper", "y0": 0, "y1": 1, "x0": at - 0.5, "x1": at - 0.5, "line": line}
        for at in range(columns + 1)
    ]
    return across + down
