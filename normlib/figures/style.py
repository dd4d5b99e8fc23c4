"""A picture, another one, and the first with the statistics of the second; below, the statistics of their channels."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from functools import partial
from typing import Any

import numpy as np
from numpy.typing import NDArray

from normlib.figures.drawn import Drawn
from normlib.figures.look import ACCENT, GREY, figure
from normlib.figures.pictures import axis_suffix, color_scale, note, picture, picture_axes
from normlib.pictures import Palette
from normlib.style import StyleSweep

Floats = NDArray[np.float64]
GAP = 0.03
TOP, BOTTOM = (0.48, 1.0), (0.0, 0.35)
CHANNELS = ("Red", "Green", "Blue")
ROWS = ("content", "result", "style")


def style_figure(content: Palette, style: Palette, sweep: StyleSweep, at: int, *, names: tuple[str, str]) -> Drawn:
    """Draw content, result and style side by side, and a distribution per channel below.

    The result has the cells of the content and other colours: in every channel the exchange is one straight line.

    Args:
        content: the picture that is changed.
        style: the picture whose statistics are taken.
        sweep: the exchange at F strengths, of the content's pixels.
        at: which strength to draw, an index.
        names: of content and style.
    Returns: the figure, the arrays and the entries of the layout of every strength, first axis F.
    """
    colors = result_colors(content, sweep)
    scales = [color_scale(one) for one in colors]
    width = (1 - 2 * GAP) / 3
    lefts = [column * (width + GAP) for column in range(3)]
    traces: list[dict[str, Any]] = []
    layout: dict[str, Any] = {}
    notes = []
    parts = (("Content", content), ("Result", content), ("Style", style))
    for place, (heading, palette) in enumerate(parts, start=1):
        left = lefts[place - 1]
        layout |= picture_axes(place, palette.index.shape, (left, left + width), TOP)
        shown: dict[str, Any] = {"coloraxis": "coloraxis"}
        if heading != "Result":
            scale = color_scale(palette.colors)
            shown = {"colorscale": scale, "zmin": 0, "zmax": len(scale) - 1}
        traces.append(picture(heading.lower(), palette.index, place, **shown))
        called = {"Content": f": {names[0]}", "Style": f": {names[1]}"}.get(heading, "")
        notes.append(note(f"<b>{heading}{called}</b>", left, 1.01))
    moving: dict[tuple[int, str], Floats] = {}
    measured = _measured(content, style, sweep, colors)
    low, high = min(0.0, float(measured.min())), max(1.0, float(measured.max()))
    pad = 0.04 * (high - low)
    for channel, name in enumerate(CHANNELS):
        place, left = channel + 4, lefts[channel]
        for trace, still in _rows(measured[:, :, channel], at, place):
            if not still:
                row = ROWS.index("result")
                moving[len(traces), "x"] = _PARTS[str(trace["name"])](measured[:, row : row + 1, channel])
            traces.append(trace)
        layout[f"xaxis{place}"] = {
            "domain": [left, left + width],
            "anchor": f"y{place}",
            "range": [low - pad, high + pad],
            "tickvals": [0, 0.5, 1],
        }
        layout[f"yaxis{place}"] = {
            "domain": list(BOTTOM),
            "anchor": f"x{place}",
            "range": [len(ROWS) - 0.5, -0.5],
            "tickvals": list(range(len(ROWS))),
            "ticktext": list(ROWS),
            "showticklabels": channel == 0,
            "showgrid": False,
        }
        notes.append(note(f"<b>{name}</b>", left, BOTTOM[1] + 0.01))
    made = figure(
        traces,
        coloraxis={"colorscale": scales[at], "cmin": 0, "cmax": len(scales[at]) - 1, "showscale": False},
        annotations=notes,
        margin={"l": 56, "r": 8, "t": 28, "b": 28},
        **layout,
    )
    return Drawn(made, moving, _narrow(), {"coloraxis.colorscale": scales})


def result_colors(content: Palette, sweep: StyleSweep) -> Floats:
    """Return the colour that each colour of the content becomes at every strength, (F, K, 3), not cut off."""
    _, first = np.unique(content.index, return_index=True)
    full = sweep.full.reshape(-1, 3)[first]
    t = sweep.strengths[:, None, None]
    return np.asarray((1 - t) * content.colors + t * full)


def _measured(content: Palette, style: Palette, sweep: StyleSweep, colors: Floats) -> Floats:
    """Return lowest value, mean - sd, mean, mean + sd and highest value, (F, 3 rows, 3 channels, 5)."""
    sides = []
    for palette in (content, style):
        pixels = palette.pixels
        sides.append(
            (pixels.mean(axis=(0, 1)), pixels.std(axis=(0, 1)), palette.colors.min(axis=0), palette.colors.max(axis=0))
        )
    result = sweep.means, sweep.stds, colors.min(axis=1), colors.max(axis=1)
    rows = []
    for mean, std, low, high in (sides[0], result, sides[1]):
        one = np.stack([low, mean - std, mean, mean + std, high], axis=-1)
        rows.append(np.broadcast_to(one, (sweep.strengths.size, len(CHANNELS), 5)))
    return np.stack(rows, axis=1)


def _gapped(first: int, last: int, measured: Floats) -> Floats:
    """Return x of one line per row from one measure to another with a gap after each, (F, 3 * rows)."""
    gap = np.full(measured.shape[:2], np.nan)
    return np.stack([measured[..., first], measured[..., last], gap], axis=-1).reshape(len(measured), -1)


_PARTS: Mapping[str, Callable[[Floats], Floats]] = {
    "smallest to largest": partial(_gapped, 0, 4),
    "mean ± sd": partial(_gapped, 1, 3),
    "mean": lambda measured: measured[..., 2],
}


def _rows(measured: Floats, at: int, place: int) -> Iterator[tuple[dict[str, Any], bool]]:
    """Yield the traces of one channel, (F, 3 rows, 5), and whether they stay: all rows but the result's."""
    moved = ROWS.index("result")
    for still, rows, color, symbol in (
        (True, [row for row in range(len(ROWS)) if row != moved], GREY, "circle"),
        (False, [moved], ACCENT, "diamond"),
    ):
        for name, part in _PARTS.items():
            x = part(measured[at : at + 1, rows])[0]
            per_row = x.size // len(rows)
            trace: dict[str, Any] = {
                "type": "scatter",
                "mode": "markers" if name == "mean" else "lines",
                "name": name,
                "x": x,
                "y": np.repeat(np.array(rows, dtype=np.float64), per_row),
                "xaxis": f"x{place}",
                "yaxis": f"y{place}",
                "hovertemplate": f"{name}: %{{x:.3f}}<extra></extra>",
            }
            if name == "mean":
                trace["marker"] = {
                    "color": "#FFFFFF",
                    "size": 8,
                    "symbol": symbol,
                    "line": {"color": color, "width": 2},
                }
            else:
                trace["line"] = {"color": color, "width": 1.5 if name == "smallest to largest" else 8}
            yield trace, still


def _narrow() -> dict[str, Any]:
    narrow: dict[str, Any] = {"height": 520}
    for place in range(1, 4):
        narrow[f"yaxis{axis_suffix(place)}.domain"] = [0.8, 1]
    for channel in range(3):
        top = 0.72 - channel * 0.26
        narrow[f"xaxis{channel + 4}.domain"] = [0, 1]
        narrow[f"yaxis{channel + 4}.domain"] = [max(top - 0.17, 0), top]
        narrow[f"yaxis{channel + 4}.showticklabels"] = True
        narrow[f"annotations[{channel + 3}].x"] = 0
        narrow[f"annotations[{channel + 3}].y"] = top + 0.005
    return narrow
