"""Training rows against deployed rows: one feature, and what three kinds of measure say while it moves."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from normlib.figures.batch_mates import KINDS
from normlib.figures.drawn import Drawn
from normlib.figures.look import ACCENT, GREEN, GREY, METHODS, ORANGE, PURPLE, Style, figure

Floats = NDArray[np.float64]

# A norm that stays with what it remembers is inference; one that takes the batch's own statistics is training.
ARMS: Final = {
    "none": Style("No norm", METHODS["none"].color, METHODS["none"].dash, METHODS["none"].symbol),
    "running": Style("Running", KINDS["inference"].color, KINDS["inference"].dash, KINDS["inference"].symbol),
    "fresh": Style("Fresh", KINDS["training"].color, KINDS["training"].dash, KINDS["training"].symbol),
}
MEASURES: Final = {
    "means": Style("Means", GREEN, "dashdot", "diamond"),
    "wasserstein": Style("Wasserstein", ORANGE, "dash", "square"),
    "ks": Style("KS", PURPLE, "dot", "triangle-up"),
}
HEIGHT: Final = 560
NARROW_HEIGHT: Final = 1040
_ABOVE, _BELOW = 46, 46  # pixels for the heading and legend of a panel, and for its horizontal axis
_GAP = (_ABOVE + _BELOW) / (HEIGHT - _ABOVE - _BELOW)
_LEFT, _RIGHT = [0.0, 0.46], [0.54, 1.0]
_UPPER, _LOWER = [0.5 + _GAP / 2, 1.0], [0.0, 0.5 - _GAP / 2]


@dataclass(frozen=True, eq=False)
class Seen:
    """The distribution of one feature, before and after the move.

    Attributes:
        centers: (B,) middles of the bins, in the feature's unit.
        train: (B,) share of the training rows in each.
        deployed: (F, B) share of the deployed rows, for each of F moves.
        ends: the range that the scaler was made for, in the feature's unit.
        title: name and unit of the feature.
    """

    centers: Floats
    train: Floats
    deployed: Floats
    ends: tuple[float, float]
    title: str


def train_against_deployed(
    seen: Seen,
    by: Floats,
    *,
    distances: Sequence[tuple[Style, Floats]],
    outside: tuple[Style, Floats],
    accuracies: Sequence[tuple[Style, Floats, Floats, Floats]],
    position: int,
) -> Drawn:
    """Draw four panels: the feature, accuracy, distances, and the share outside the scaler's range.

    Args:
        seen: the feature.
        by: (F,) the moves, in standard deviations.
        distances: of the deployed rows from the training rows, (F,) each, NaN where there is none.
        outside: share of values outside the range, (F,).
        accuracies: mean, lower and upper end of its interval, (F,) each.
        position: which move is shown, an index.
    Returns: the figure; an upright line and a mark on every curve stand at the present move.
    """
    traces: list[dict[str, Any]] = [
        _steps("training", seen.centers, seen.train, GREY, 0.3),
        _steps("deployed", seen.centers, seen.deployed[position], ACCENT, 0.35),
    ]
    moving: dict[tuple[int, str], NDArray[Any]] = {(1, "y"): seen.deployed}
    tallest = 1.1 * float(max(seen.train.max(), seen.deployed.max()))
    for end in seen.ends:
        traces.append(_upright("range", np.full(2, end), tallest, GREY, "dash"))
    traces[-1]["showlegend"] = True
    panels: list[tuple[str, list[tuple[Style, Floats, tuple[Floats, Floats] | None]], float | None]] = [
        ("2", [(style, mean, (low, high)) for style, mean, low, high in accuracies], 1.04),
        ("3", [(style, values, None) for style, values in distances], None),
        ("4", [(outside[0], outside[1], None)], 1.04),
    ]
    tops = {"": tallest}
    for number, curves, top in panels:
        tops[number] = top or 1.08 * max(0.5, *(float(np.nanmax(values, initial=0.0)) for _, values, _ in curves))
        here = np.stack([by, by], axis=1)
        _add(traces, number, _upright("present move", here[position], tops[number], ACCENT, "solid"))
        moving[len(traces) - 1, "x"] = here
        for style, values, band in curves:
            if band is not None:
                _add(traces, number, _band(style, by, band))
            _add(traces, number, _curve(style, by, values))
        for style, values, _ in curves:
            _add(traces, number, _mark(style, by[position : position + 1], values[position : position + 1]))
            moving[len(traces) - 1, "x"] = by[:, None]
            moving[len(traces) - 1, "y"] = values[:, None]
    move_axis = {"range": [float(by.min()), float(by.max())], "nticks": 7}
    low, high = float(seen.centers[0]), float(seen.centers[-1])
    made = figure(
        traces,
        xaxis={"domain": _LEFT, "anchor": "y", "range": [low, high], "nticks": 6, "title": _title(seen.title)},
        yaxis={"domain": _UPPER, "anchor": "x", "range": [0, tallest], "tickformat": ".0%", "nticks": 4},
        xaxis2={"domain": _RIGHT, "anchor": "y2", "title": _title("move, in standard deviations"), **move_axis},
        yaxis2={"domain": _UPPER, "anchor": "x2", "range": [0, tops["2"]], "tickformat": ".0%", "nticks": 4},
        xaxis3={"domain": _LEFT, "anchor": "y3", "title": _title("move, in standard deviations"), **move_axis},
        yaxis3={"domain": _LOWER, "anchor": "x3", "range": [0, tops["3"]], "nticks": 4},
        xaxis4={"domain": _RIGHT, "anchor": "y4", "title": _title("move, in standard deviations"), **move_axis},
        yaxis4={"domain": _LOWER, "anchor": "x4", "range": [0, tops["4"]], "tickformat": ".0%", "nticks": 4},
        annotations=[
            _heading("Values", _LEFT[0], _UPPER[1]),
            _heading("Test rows right", _RIGHT[0], _UPPER[1]),
            _heading("Distance", _LEFT[0], _LOWER[1]),
            _heading("Values out of the scaler's range", _RIGHT[0], _LOWER[1]),
        ],
        showlegend=True,
        legend=_legend(_LEFT[0], _UPPER[1]),
        legend2=_legend(_RIGHT[0], _UPPER[1]),
        legend3=_legend(_LEFT[0], _LOWER[1]),
        margin={"l": 48, "r": 16, "t": _ABOVE, "b": _BELOW},
    )
    return Drawn(made, moving, _narrow(), height=HEIGHT)


def _narrow() -> dict[str, Any]:
    """Return the layout of a narrow window: the panels one below the other."""
    gap = (_ABOVE + _BELOW) / (NARROW_HEIGHT - _ABOVE - _BELOW)
    tall = (1 - 3 * gap) / 4
    changes: dict[str, Any] = {"height": NARROW_HEIGHT}
    for place, number in enumerate(("", "2", "3", "4")):
        top = 1 - place * (tall + gap)
        changes[f"xaxis{number}.domain"] = [0, 1]
        changes[f"yaxis{number}.domain"] = [max(top - tall, 0.0), top]
        changes[f"annotations[{place}].x"] = 0
        changes[f"annotations[{place}].y"] = top
        if number != "4":
            changes[f"legend{number}.x"] = 0
            changes[f"legend{number}.y"] = top
    return changes


def _add(traces: list[dict[str, Any]], number: str, trace: dict[str, Any]) -> None:
    trace["xaxis"], trace["yaxis"] = f"x{number}", f"y{number}"
    if number == "4":  # one curve, named by the heading
        trace["showlegend"] = False
    elif trace["showlegend"]:
        trace["legend"] = f"legend{number}"
    traces.append(trace)


def _steps(name: str, x: Floats, y: Floats, color: str, opacity: float) -> dict[str, Any]:
    return {
        "type": "scatter",
        "mode": "lines",
        "name": name,
        "x": x,
        "y": y,
        "line": {"color": color, "width": 2, "shape": "hvh", "dash": "solid" if color == ACCENT else "dot"},
        "fill": "tozeroy",
        "fillcolor": _pale(color, opacity),
        "hoverinfo": "skip",
        "showlegend": True,
    }


def _curve(style: Style, x: Floats, y: Floats) -> dict[str, Any]:
    return {
        "type": "scatter",
        "mode": "lines",
        "name": style.name,
        "x": x,
        "y": y,
        "line": {"color": style.color, "width": 2.5, "dash": style.dash},
        "hovertemplate": f"{style.name}: %{{y:.3g}} at %{{x}}<extra></extra>",
        "showlegend": True,
    }


def _band(style: Style, x: Floats, ends: tuple[Floats, Floats]) -> dict[str, Any]:
    low, high = ends
    return {
        "type": "scatter",
        "mode": "lines",
        "name": f"{style.name}, 95 % interval",
        "x": np.concatenate([x, x[::-1]]),
        "y": np.concatenate([high, low[::-1]]),
        "fill": "toself",
        "fillcolor": _pale(style.color, 0.2),
        "line": {"width": 0},
        "hoverinfo": "skip",
        "showlegend": False,
    }


def _mark(style: Style, x: Floats, y: Floats) -> dict[str, Any]:
    return {
        "type": "scatter",
        "mode": "markers",
        "name": f"{style.name}, now",
        "x": x,
        "y": y,
        "marker": {"color": style.color, "symbol": style.symbol, "size": 9},
        "cliponaxis": False,
        "hoverinfo": "skip",
        "showlegend": False,
    }


def _upright(name: str, x: Floats, top: float, color: str, dash: str) -> dict[str, Any]:
    return {
        "type": "scatter",
        "mode": "lines",
        "name": name,
        "x": x,
        "y": np.array([0.0, top]),
        "line": {"color": color, "width": 1.5, "dash": dash},
        "hoverinfo": "skip",
        "showlegend": False,
    }


def _legend(x: float, y: float) -> dict[str, Any]:
    return {
        "orientation": "h",
        "x": x,
        "xanchor": "left",
        "y": y,
        "yanchor": "bottom",
        "itemclick": False,
        "itemdoubleclick": False,
    }


def _heading(text: str, x: float, y: float) -> dict[str, Any]:
    return {
        "text": f"<b>{text}</b>",
        "xref": "paper",
        "yref": "paper",
        "x": x,
        "y": y,
        "xanchor": "left",
        "yanchor": "bottom",
        "yshift": 22,
        "showarrow": False,
    }


def _title(text: str) -> dict[str, Any]:
    return {"text": text, "standoff": 6}


def _pale(color: str, opacity: float) -> str:
    red, green, blue = (int(color[start : start + 2], 16) for start in (1, 3, 5))
    return f"rgba({red}, {green}, {blue}, {opacity})"
