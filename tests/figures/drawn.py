"""What every figure must be."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

import numpy as np
import plotly.graph_objects as go

from normlib.figures import look

KNOWN = {style.color for style in (*look.METHODS.values(), *look.SCALERS.values())} | set(look.DARK)
KNOWN |= {"#FFFFFF", look.DARKEST, look.LIGHTEST}


def _strings(node: Any) -> Iterator[str]:
    match node:
        case str():
            yield node
        case Mapping():
            for part in node.values():
                yield from _strings(part)
        case list() | tuple():
            for part in node:
                yield from _strings(part)


def check_figure(figure: look.Figure, narrow: Mapping[str, Any] | None = None) -> None:
    """Assert that Plotly accepts the figure, in a narrow window too, and that its colours are those of the look."""
    made = go.Figure(figure)
    colors = {text for text in _strings(figure) if re.fullmatch(r"#[0-9a-fA-F]{3,8}", text)}
    assert colors <= KNOWN, colors - KNOWN
    assert not [key for key in figure["layout"] if key in ("template", "font", "paper_bgcolor", "plot_bgcolor")]
    for path, value in (narrow or {}).items():
        made.layout[path] = value
    for trace in figure["data"]:
        assert trace["name"]
        assert trace["type"] in {"contour", "heatmap", "image"} or len(trace["x"]) == len(trace["y"]), trace["name"]


def check_frames(build: Any, moving: Mapping[tuple[int, str], np.ndarray], positions: int) -> None:
    """Assert that row f of every moving array is what the figure built at position f holds, and that the rest stays."""
    figures = [build(f) for f in range(positions)]
    for f, figure in enumerate(figures):
        for (trace, path), rows in moving.items():
            assert len(rows) == positions
            np.testing.assert_array_equal(figure["data"][trace][path], rows[f], f"{path} of {trace} at {f}")
        assert figure["layout"] == figures[0]["layout"]
        for index, trace in enumerate(figure["data"]):
            for name, value in trace.items():
                if (index, name) not in moving:
                    np.testing.assert_equal(value, figures[0]["data"][index][name])
