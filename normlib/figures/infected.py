"""Who is infected by a bad value: samples by channels, going in, coming out, and over the steps of a run."""

from __future__ import annotations

from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from normlib.figures.drawn import Drawn
from normlib.figures.look import ACCENT, BLUE, GREY, ORANGE, VERMILION, Figure, figure
from normlib.infection import Counts, Course

AWAY: Final = -9  # a row outside the picture, for marks that are not shown
GRIDS: Final = ("going in", "out in training", "out in inference, clean samples")
_TOP: Final = [0.46, 0.93]
_DOMAINS: Final = ([0.0, 0.29], [0.355, 0.645], [0.71, 1.0])


def infected(course: Course, step: int) -> Drawn:
    """Draw three grids of samples by channels, and below them how many outputs are infected at every step.

    Args:
        course: the run.
        step: which step to draw.
    Returns: the figure, the arrays of every step by trace and attribute, and the notes above the grids by step.
    """
    samples, channels = course.given.shape[1:]
    rows, columns = (axis.ravel() for axis in np.indices((samples, channels)))
    nothing = np.zeros_like(course.given)
    traces: list[dict[str, Any]] = []
    moving: dict[tuple[int, str], NDArray[Any]] = {}
    size = 15 if channels <= 6 else 9
    for grid, (bad, wiped) in enumerate(
        ((course.given, nothing), (course.trained, course.wiped), (course.served, nothing))
    ):
        shown = {
            "healthy": (bad == 0) & (wiped == 0),
            "infected": bad > 0,
            "turned into 0": (bad == 0) & (wiped > 0),
        }
        for name, mask in shown.items():
            if not mask.any():
                continue  # never seen in this run
            places = np.where(mask.reshape(len(mask), -1), rows, AWAY).astype(np.int32)
            moving[len(traces), "y"] = places
            traces.append(_marks(columns, places[step], grid, name, size))
    steps = np.arange(len(course.given), dtype=np.float64)
    totals = {"training": _sums(course.trained), "inference": _sums(course.served)}
    highest = 1.2 * max(1, *(int(total.max()) for total in totals.values()))
    for (name, total), color, dash, width in zip(
        totals.items(), (BLUE, VERMILION), ("dot", "solid"), (1.5, 2.5), strict=True
    ):
        traces.append(
            {
                "type": "scatter",
                "mode": "lines",
                "name": f"infected in {name}",
                "x": steps,
                "y": total,
                "line": {"color": color, "width": width, "dash": dash, "shape": "hv"},
                "xaxis": "x4",
                "yaxis": "y4",
                "hovertemplate": "step %{x}: %{y:,} values<extra></extra>",
            }
        )
    line = np.stack([steps, steps], axis=1)
    moving[len(traces), "x"] = line
    traces.append(
        {
            "type": "scatter",
            "mode": "lines",
            "name": "present step",
            "x": line[step],
            "y": np.array([0.0, highest]),
            "line": {"color": ACCENT, "width": 1.5, "dash": "dash"},
            "xaxis": "x4",
            "yaxis": "y4",
            "hoverinfo": "skip",
            "showlegend": False,
        }
    )
    notes = {
        f"annotations[{grid}].text": [f"<b>{name}</b><br>{_counted(int(many), course.total)}" for many in counts]
        for grid, (name, counts) in enumerate(
            zip(GRIDS, (_sums(one) for one in (course.given, course.trained, course.served)), strict=True)
        )
    }
    made = _figure(traces, (samples, channels), highest, [texts[step] for texts in notes.values()])
    return Drawn(made, moving, _NARROW, notes)


_NARROW: Final = {
    "height": 900,
    "xaxis.domain": [0, 1],
    "yaxis.domain": [0.78, 0.95],
    "xaxis2.domain": [0, 1],
    "yaxis2.domain": [0.51, 0.68],
    "xaxis3.domain": [0, 1],
    "yaxis3.domain": [0.24, 0.41],
    "yaxis4.domain": [0, 0.11],
    "legend.y": 0.115,
    "yaxis4.title.text": "",
}


def _marks(columns: NDArray[Any], places: NDArray[Any], grid: int, name: str, size: int) -> dict[str, Any]:
    look = {
        "healthy": {"color": GREY, "symbol": "square-open", "size": size, "opacity": 0.55},
        "infected": {"color": VERMILION, "symbol": "x", "size": size},
        "turned into 0": {"color": ORANGE, "symbol": "circle-open", "size": size, "line": {"width": 3}},
    }[name]
    axis = "" if grid == 0 else str(grid + 1)
    return {
        "type": "scatter",
        "mode": "markers",
        "name": name,
        "x": columns,
        "y": places,
        "marker": look,
        "xaxis": f"x{axis}",
        "yaxis": f"y{axis}",
        "hovertemplate": f"sample %{{y}}, channel %{{x}}: {name}<extra></extra>",
        "showlegend": False,
    }


def _sums(counts: Counts) -> Counts:
    return np.asarray(counts.sum(axis=(1, 2)))


def _counted(many: int, total: int) -> str:
    return f"{many:,} of {total:,} values infected" if many else "no value infected"


def _figure(traces: list[dict[str, Any]], shape: tuple[int, int], highest: float, notes: list[str]) -> Figure:
    samples, channels = shape
    layout: dict[str, Any] = {}
    for grid, domain in enumerate(_DOMAINS):
        axis = "" if grid == 0 else str(grid + 1)
        layout[f"xaxis{axis}"] = {
            "domain": domain,
            "anchor": f"y{axis}",
            "range": [-0.7, channels - 0.3],
            "tickvals": list(range(channels)),
            "title": {"text": "C, channel", "standoff": 4},
            "showgrid": False,
        }
        layout[f"yaxis{axis}"] = {
            "domain": _TOP,
            "anchor": f"x{axis}",
            "range": [samples - 0.3, -0.7],
            "tickvals": list(range(samples)),
            "title": {"text": "N, sample" if grid == 0 else "", "standoff": 4},
            "showgrid": False,
        }
    layout["xaxis4"] = {
        "anchor": "y4",
        "range": [0, len(traces[-2]["x"]) - 1],
        "title": {"text": "step of training", "standoff": 6},
    }
    layout["yaxis4"] = {
        "anchor": "x4",
        "domain": [0, 0.22],
        "range": [0, highest],
        "tickformat": ",d",
        "nticks": 4,
        "title": {"text": "values", "standoff": 4},
    }
    return figure(
        traces,
        **layout,
        annotations=[
            {
                "text": text,
                "xref": f"x{'' if grid == 0 else grid + 1} domain",
                "yref": f"y{'' if grid == 0 else grid + 1} domain",
                "x": 0,
                "y": 1,
                "xanchor": "left",
                "yanchor": "bottom",
                "align": "left",
                "showarrow": False,
                "font": {"size": 13},
            }
            for grid, text in enumerate(notes)
        ],
        showlegend=True,
        legend={"x": 1, "xanchor": "right", "y": 0.23, "yanchor": "bottom", "orientation": "h", "itemclick": False},
        margin={"l": 56, "r": 16, "t": 20, "b": 44},
    )
