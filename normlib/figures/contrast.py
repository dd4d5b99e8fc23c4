"""Two pictures, one of them changed, before and after batch norm and instance norm."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from normlib.contrast import Affine, ContrastSweep
from normlib.figures.drawn import Drawn
from normlib.figures.look import ACCENT, figure
from normlib.figures.pictures import axis_suffix, grey_ends, note, picture, picture_axes

GAP = 0.02
REACH = 2.5
"""Outputs from -2.5 to 2.5 are drawn from black to white."""


def contrast_figure(
    maps: NDArray[np.float64], sweep: ContrastSweep, at: int, *, which: int, names: Sequence[str]
) -> Drawn:
    """Draw one row per picture, and a column each for what the layers get and what two of them make of it.

    Args:
        maps: the unchanged pictures, (N, H, W, 1), from 0 to 1.
        sweep: what the layers did to them at F contrasts.
        at: which contrast to draw, an index.
        which: the picture that is changed; it gets a frame.
        names: of the pictures.
    Returns: the figure, and the arrays of every contrast by trace and attribute, first axis F.
    """
    columns: list[tuple[str, Affine, float, float]] = [
        ("As given", sweep.seen, 0.0, 1.0),
        ("Batch norm", sweep.batch, -REACH, REACH),
        ("Instance norm", sweep.instance, -REACH, REACH),
    ]
    count, shape = len(maps), (maps.shape[1], maps.shape[2])
    width, height = (1 - 2 * GAP) / 3, (1 - (count - 1) * 2 * GAP) / count
    traces: list[dict[str, Any]] = []
    moving: dict[tuple[int, str], NDArray[np.float64]] = {}
    layout: dict[str, Any] = {}
    notes = []
    for column, (heading, done, black, white) in enumerate(columns):
        left = column * (width + GAP)
        notes.append(note(f"<b>{heading}</b>", left, 1.01))
        for row in range(count):
            place = len(traces) + 1
            top = 1 - row * (height + 2 * GAP)
            layout |= picture_axes(place, shape, (left, left + width), (max(top - height, 0.0), top))
            zmin, zmax = grey_ends(done.gain[:, row], done.offset[:, row], black, white)
            cells, zmin, zmax = _whole(maps[row, :, :, 0], zmin, zmax)
            moving[len(traces), "zmin"], moving[len(traces), "zmax"] = zmin, zmax
            traces.append(
                picture(f"{names[row]}, {heading.lower()}", cells, place, zmin=float(zmin[at]), zmax=float(zmax[at]))
            )
    for row in range(count):
        axis = layout[f"yaxis{axis_suffix(row + 1)}"]
        axis["title"] = {"text": names[row] + (", changed" if row == which else ""), "standoff": 6}
    suffix = axis_suffix(which + 1)
    frame = {
        "type": "rect",
        "xref": f"x{suffix} domain",
        "yref": f"y{suffix} domain",
        "x0": 0,
        "x1": 1,
        "y0": 0,
        "y1": 1,
        "line": {"color": ACCENT, "width": 3},
    }
    made = figure(traces, annotations=notes, shapes=[frame], margin={"l": 28, "r": 4, "t": 28, "b": 8}, **layout)
    return Drawn(made, moving, {"height": 220})


def _whole(
    cells: NDArray[np.float64], zmin: NDArray[np.float64], zmax: NDArray[np.float64]
) -> tuple[NDArray[Any], NDArray[np.float64], NDArray[np.float64]]:
    """Return grey levels from 0 to 255 as whole numbers where they are, so that they travel in a byte each."""
    levels = np.round(cells * 255)
    if not np.allclose(levels, cells * 255, atol=1e-9):
        return cells, zmin, zmax
    zmin, zmax = ((255 * end).astype(np.float32).astype(np.float64) for end in (zmin, zmax))
    return levels.astype(np.uint8), zmin, zmax
