"""Per layer: which axes share a mean, how many values each mean has, and how many means there are."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from normlib.figures.drawn import Drawn
from normlib.figures.look import GREY, METHODS, figure
from normlib.layer_facts import LayerFacts

AXES = ("N", "H", "W", "C")
ROW_HEIGHT = 62


def layer_counts(facts: Sequence[Sequence[LayerFacts]], position: int) -> Drawn:
    """Draw a row per layer: squares for the axes averaged over, marks for the counts on a logarithmic axis.

    Args:
        facts: F batch sizes, for each of them the same layers.
        position: which batch size to draw, an index.
    Returns: the figure, and what every batch size changes in traces and annotations.
    """
    shown = facts[position]
    rows = np.arange(len(shown), dtype=np.float64)
    values = np.array([[one.values for one in every] for every in facts])
    means = np.array([[one.means for one in every] for every in facts])
    # Powers of ten on a straight axis: a note that moves is placed by the axis' own numbers.
    marks = np.round(np.log10(values), 6), np.round(np.log10(means), 6)
    powers = range(max(1, math.ceil(max(float(one.max()) for one in marks))) + 1)
    traces = [*_axes_matrix(facts[-1]), *_counts(shown, marks[0][position], marks[1][position], rows)]
    notes, moving_notes = _notes(facts, position, (values, means), marks)
    height = 110 + ROW_HEIGHT * len(shown)
    made = figure(
        traces,
        xaxis={
            "domain": [0, 0.24],
            "range": [-0.6, len(AXES) - 0.4],
            "tickvals": list(range(len(AXES))),
            "ticktext": list(AXES),
            "side": "top",
            "showgrid": False,
            "title": {"text": "averaged over", "standoff": 6},
        },
        xaxis2={
            "domain": [0.3, 1],
            "anchor": "y",
            "range": [-0.35, powers[-1] + 0.45],
            "tickvals": list(powers),
            "ticktext": [f"{10**power:,}" for power in powers],
            "side": "top",
            "title": {"text": "how many", "standoff": 6},
        },
        yaxis={
            "range": [len(shown) - 0.45, -0.55],
            "tickvals": rows.tolist(),
            "ticktext": [METHODS[one.method].name for one in shown],
            "showgrid": False,
        },
        annotations=notes,
        showlegend=True,
        legend={
            "orientation": "h", "x": 1, "xanchor": "right", "y": -0.02, "yanchor": "top",
            "itemclick": False, "itemdoubleclick": False,
        },
        margin={"l": 74, "r": 16, "t": 56, "b": 40},
    )  # fmt: skip
    first = len(traces) - 2
    moving = {(first, "x"): marks[0], (first + 1, "x"): marks[1]}
    narrow = {
        "xaxis.domain": [0, 0.3],
        "xaxis2.domain": [0.36, 1],
        "xaxis2.title.text": "",
        "margin.l": 66,
        "margin.r": 6,
        "xaxis2.ticktext": [f"10<sup>{power}</sup>" for power in powers],
    }
    return Drawn(made, moving, narrow, moving_notes, height)


def _axes_matrix(layers: Sequence[LayerFacts]) -> list[dict[str, Any]]:
    """Return squares per layer and axis: full where a mean spans it all, half where a part, empty where none."""
    cells: dict[str, list[tuple[int, int, str]]] = {"all of the axis": [], "part of the axis": [], "not at all": []}
    for row, one in enumerate(layers):
        for column, (reached, length) in enumerate(zip(one.reach, one.shape, strict=True)):
            kind = "not at all"
            if length > 1 and reached > 1:
                kind = "all of the axis" if reached == length else "part of the axis"
            cells[kind].append((column, row, METHODS[one.method].color))
            if kind == "part of the axis":
                cells["not at all"].append((column, row, GREY))
    looks = {"not at all": ("square-open", 20), "all of the axis": ("square", 20), "part of the axis": ("square", 10)}
    traces = []
    for kind, (symbol, size) in looks.items():
        traces.append(
            {
                "type": "scatter",
                "mode": "markers",
                "name": kind,
                "x": np.array([column for column, _, _ in cells[kind]], dtype=np.float64),
                "y": np.array([row for _, row, _ in cells[kind]], dtype=np.float64),
                "marker": {
                    "symbol": symbol,
                    "size": size,
                    "color": GREY if kind == "not at all" else [color for _, _, color in cells[kind]],
                    "opacity": 0.45 if kind == "not at all" else 1,
                },
                "hovertemplate": f"averaged over: {kind}<extra></extra>",
                "showlegend": False,
            }
        )
    return traces


def _counts(
    shown: Sequence[LayerFacts], values: NDArray[np.float64], means: NDArray[np.float64], rows: NDArray[np.float64]
) -> list[dict[str, Any]]:
    styles = [METHODS[one.method] for one in shown]
    return [
        {
            "type": "scatter",
            "mode": "markers",
            "name": "values per mean",
            "x": values,
            "y": rows,
            "xaxis": "x2",
            "marker": {"color": [one.color for one in styles], "symbol": [one.symbol for one in styles], "size": 13},
            "hoverinfo": "skip",
        },
        {
            "type": "scatter",
            "mode": "markers",
            "name": "means",
            "x": means,
            "y": rows,
            "xaxis": "x2",
            "marker": {"color": GREY, "symbol": "line-ns-open", "size": 15, "line": {"width": 2}},
            "hoverinfo": "skip",
        },
    ]


def _notes(
    facts: Sequence[Sequence[LayerFacts]],
    position: int,
    counts: tuple[NDArray[np.int64], NDArray[np.int64]],
    marks: tuple[NDArray[np.float64], NDArray[np.float64]],
) -> tuple[list[dict[str, Any]], dict[str, list[object]]]:
    """Return a note above each mark and below each line, and what becomes of them at every batch size."""
    notes: list[dict[str, Any]] = []
    moving: dict[str, list[object]] = {}
    for row, one in enumerate(facts[position]):
        # What one value is divided by is its own size, which leaves the sign.
        alone = "1 value: only its sign" if one.method == "rms" else "1 value: nothing left"
        for count, mark, up, form, single in zip(
            counts, marks, (19, -19), ("{:,}", "{:,} means"), (alone, "1 mean"), strict=True
        ):
            texts: list[object] = [form.format(int(n)) if n > 1 else single for n in count[:, row]]
            places: list[object] = mark[:, row].tolist()
            index = len(notes)
            notes.append(
                {
                    "xref": "x2",
                    "yref": "y",
                    "x": places[position],
                    "y": row,
                    "yshift": up,
                    "text": texts[position],
                    "showarrow": False,
                    "font": {"size": 12},
                }
            )
            moving |= {f"annotations[{index}].x": places, f"annotations[{index}].text": texts}
    return notes, moving
