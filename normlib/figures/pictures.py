"""Pictures in a figure: pixels as cells of a heatmap, upright, with square pixels and without ticks."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

Floats = NDArray[np.float64]
SMOOTH_FROM = 1000
"""Pictures with fewer cells than this show each of them with sharp edges."""

_BLACK_TO_WHITE = [[0, "rgb(0,0,0)"], [1, "rgb(255,255,255)"]]


def picture(name: str, cells: NDArray[Any], place: int, **more: Any) -> dict[str, Any]:
    """Return a trace that draws a picture.

    Args:
        name: of the trace.
        cells: (H, W), one number per cell, the first row on top.
        place: number of the axes it is drawn in, from 1.
        more: attributes of the heatmap: `zmin` and `zmax`, or a `coloraxis`.
    Returns: a heatmap trace, black to white between zmin and zmax unless `more` says otherwise.
    """
    height, width = cells.shape
    suffix = axis_suffix(place)
    return {
        "type": "heatmap",
        "name": name,
        "x": np.arange(width),
        "y": np.arange(height),
        "z": cells,
        "xaxis": f"x{suffix}",
        "yaxis": f"y{suffix}",
        "zsmooth": "fast" if cells.size >= SMOOTH_FROM else False,
        "hoverinfo": "skip",
        **({} if "coloraxis" in more else {"showscale": False, "colorscale": _BLACK_TO_WHITE}),
        **more,
    }


def picture_axes(
    place: int, shape: tuple[int, int], across: tuple[float, float], up: tuple[float, float]
) -> dict[str, dict[str, Any]]:
    """Return the two axes of a picture.

    Args:
        place: number of the axes, from 1.
        shape: H and W.
        across: which part of the figure's width they may use.
        up: which part of its height.
    Returns: entries for the layout.
    """
    suffix = axis_suffix(place)
    common = {"showgrid": False, "showticklabels": False, "constrain": "domain"}
    return {
        f"xaxis{suffix}": {
            **common,
            "domain": list(across),
            "anchor": f"y{suffix}",
            "range": [-0.5, shape[1] - 0.5],
            "constraintoward": "left",
        },
        f"yaxis{suffix}": {
            **common,
            "domain": list(up),
            "anchor": f"x{suffix}",
            "range": [shape[0] - 0.5, -0.5],
            "scaleanchor": f"x{suffix}",
            "constraintoward": "top",
        },
    }


def grey_ends(gain: ArrayLike, offset: ArrayLike, black: float, white: float) -> tuple[Floats, Floats]:
    """Return which cells are black and which white, so that cell x is drawn as gain * x + offset.

        zmin = (black - offset) / gain,  zmax = (white - offset) / gain

    A picture under any contrast and brightness is then the same cells between other ends.

    Args:
        gain: factors, not negative. One too small to see is drawn as a millionth, since 0 has no ends.
        offset: what is added.
        black: value of gain * x + offset that is drawn black; what is below is black as well.
        white: value that is drawn white.
    Returns: zmin and zmax, rounded to float32, in which they travel.

    >>> zmin, zmax = grey_ends([0.5], [0.25], 0.0, 1.0)
    >>> zmin, zmax
    (array([-0.5]), array([1.5]))
    """
    factor = np.maximum(np.asarray(gain, dtype=np.float64), 1e-6)
    shift = np.asarray(offset, dtype=np.float64)
    low, high = ((end - shift) / factor for end in (black, white))
    return low.astype(np.float32).astype(np.float64), high.astype(np.float32).astype(np.float64)


def color_scale(colors: Floats) -> list[list[float | str]]:
    """Return a colour scale that draws cell k, of K, in the k-th colour.

    Args:
        colors: (K, 3), from 0 to 1; what is beyond is cut off, as no screen can show it. At least two.
    Returns: K pairs of place and colour. A picture whose cells are numbers from 0 to K - 1 needs zmin 0, zmax K - 1.

    >>> color_scale(np.array([[0.0, 0.0, 0.0], [1.2, 0.5, 0.0]]))
    [[0.0, '#000000'], [1.0, '#ff8000']]
    """
    levels = np.round(255 * np.clip(colors, 0, 1)).astype(int)
    places = np.round(np.linspace(0, 1, len(levels)), 6).tolist()
    return [[place, f"#{r:02x}{g:02x}{b:02x}"] for place, (r, g, b) in zip(places, levels.tolist(), strict=True)]


def note(text: str, x: float, y: float, **more: Any) -> dict[str, Any]:
    """Return a heading at a place of the figure, from 0 to 1."""
    return {
        "text": text,
        "x": x,
        "y": y,
        "xref": "paper",
        "yref": "paper",
        "xanchor": "left",
        "yanchor": "bottom",
        "showarrow": False,
        **more,
    }


def axis_suffix(place: int) -> str:
    """Return what Plotly writes behind the names of the axes at a place.

    >>> axis_suffix(1), axis_suffix(2)
    ('', '2')
    """
    return "" if place == 1 else str(place)
