"""A Plotly figure drawn in place, with an optional range input that moves it without asking the server."""

import math
from array import array
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from typing import Any, Literal

import numpy as np
import streamlit as st

from normlib.components.base import base_path
from normlib.components.payload import pack
from normlib.components.plotly_asset import PLOTLY_URL
from normlib.components.release import answered, released_value
from normlib.components.release import on_release as released_callback
from normlib.components.room import ROOM, height_of

_TIGHT_UNITS = ("%", "°", "×", "σ")


@dataclass(frozen=True)
class Frames:
    """What the figure looks like at every position of its range input.

    The figure itself shows the present value; frames are shown while the input is being moved, and until
    the server has answered with the figure of the new value.

    Args:
        label: name of the range input, e.g. "Outlier".
        unit: shown after the value; "" for none.
        values: the F positions, ascending.
        value: the present position; the input stands at the nearest of `values`.
        data: (trace index, attribute path such as "y" or "marker.size") -> array (F, n), frame f using row f,
            or (F,) for an attribute that is one number.
        layout: attribute path such as "shapes[0].x0" or "annotations[1].text" -> one value per frame.
        titles: one title per frame, or none.
        sentences: one sentence per frame, or none.
        format: how a position reads, as in Python's `format`.
        locked: the input shows its position and does not move.
    Raises: ValueError naming the field, what it holds and what was expected.

    >>> frames = Frames("Share", "%", [0.0, 0.5], 0.5, {(0, "y"): np.zeros((2, 3))}, format=".2f")
    >>> print(*frames.texts())
    0.00% 0.50%
    """

    label: str
    unit: str
    values: Sequence[float]
    value: float
    data: Mapping[tuple[int, str], np.ndarray]
    layout: Mapping[str, Sequence[object]] = field(default_factory=dict)
    titles: Sequence[str] = ()
    sentences: Sequence[str] = ()
    format: str = ".1f"
    locked: bool = False

    def __post_init__(self) -> None:
        positions = np.asarray(self.values, dtype=float)
        if positions.ndim != 1 or len(positions) < 2:
            raise ValueError(
                f"Frames need at least 2 positions in one row, values has the shape {positions.shape}. "
                "Without a second position leave frames out."
            )
        falls = np.flatnonzero(~(np.diff(positions) > 0))
        if len(falls):
            first = int(falls[0])
            raise ValueError(
                f"values must ascend: values[{first}] is {positions[first]:g} and values[{first + 1}] is "
                f"{positions[first + 1]:g}. Sort them and leave out repeated ones."
            )
        if not math.isfinite(self.value):
            raise ValueError(f"value is {self.value}: give a finite number, as {positions[0]:g}.")
        for name, length in self._lengths().items():
            if length != len(positions):
                raise ValueError(
                    f"{name} has {length} entries, but values has {len(positions)}. Give one entry per position."
                )

    def _lengths(self) -> dict[str, int]:
        lengths = {f"data[{trace}, {path!r}]": len(array) for (trace, path), array in self.data.items()}
        lengths |= {f"layout[{path!r}]": len(entries) for path, entries in self.layout.items()}
        lengths |= {name: len(texts) for name in ("titles", "sentences") if (texts := getattr(self, name))}
        return lengths

    def text(self, value: float) -> str:
        """Write a position with its unit, with a minus sign that is one.

        >>> Frames("Shift", "σ", [-1.0, 1.0], 1.0, {}).text(-1.0)
        '−1.0σ'
        """
        gap = "" if not self.unit or self.unit in _TIGHT_UNITS else "\N{NO-BREAK SPACE}"
        return f"{value:{self.format}}".replace("-", "\N{MINUS SIGN}") + gap + self.unit

    def texts(self) -> list[str]:
        """Write all positions."""
        return [self.text(float(value)) for value in self.values]


def chart(
    figure: Mapping[str, Any],
    *,
    key: str,
    title: str,
    sentence: str,
    alt: str,
    frames: Frames | None = None,
    height: int = 420,
    narrow: Mapping[str, Any] | None = None,
    dark: Mapping[str, str] | None = None,
    file_name: str = "normlab",
    on_release: Callable[[float], None] | None = None,
    precision: Literal["float32", "float64"] = "float32",
) -> float | None:
    """Draw a figure in place: same node, zoom and legend kept, from one run of the script to the next.

    Args:
        figure: what to draw at rest, `{"data": [...], "layout": {...}}` as plain data or as Plotly's `Figure`.
            Fonts, text, grid and paper follow the app's theme where the figure's own attributes (not its
            template) leave them open.
        key: identity of the chart on its page; also the figure's `uirevision` unless it has one.
        title: what to see in the figure.
        sentence: the answer for the present setting, from the numbers.
        alt: what the figure shows, for those who do not see it; the sentence stands below it for everybody.
        frames: positions of the chart's own range input.
        height: height of the figure in pixels.
        narrow: patch of the layout while the chart is less than 560 pixels wide, nested or with dotted paths
            such as "legend.orientation"; its "height" also sets the reserved height.
        dark: colour -> its twin in the dark theme, replaced wherever the figure has exactly this string.
        file_name: name of the downloaded picture, without ending.
        on_release: called with the new value before the script runs again.
        precision: "float64" where float32's seven digits are too few, as for large values with a small spread.
    Returns: the value that was just released, in the run that the release caused; None in all other runs.
    Raises: ValueError naming the trace, if frames move one that the figure does not have.
    """
    for trace, path in frames.data if frames else ():
        if not 0 <= trace < len(figure["data"]):
            raise ValueError(
                f"frames.data moves {path!r} of trace {trace}, but the figure has {len(figure['data'])} traces: "
                f"use 0 to {len(figure['data']) - 1}."
            )
    # The session keeps the callback: it must not keep the frames with it, 50 kB for every learner.
    positions = array("d", frames.values if frames else ())
    payload = {
        "plotly": base_path() + PLOTLY_URL,
        "key": key,
        "figure": {"data": figure["data"], "layout": figure["layout"]},
        "title": title,
        "sentence": sentence,
        "alt": alt,
        "height": height,
        "narrow": narrow or {},
        "dark": dark or {},
        "fileName": file_name,
        "frames": _frames_payload(frames) if frames else None,
        "answered": answered(key),
    }
    state = _component()(
        key=key,
        data=pack(payload, double=precision == "float64"),
        height=height_of(
            height, max([title, *(frames.titles if frames else ())], key=len), sentence, ranges=1 if frames else 0
        ),
        on_release_change=released_callback(key, positions, on_release),
    )
    return released_value(state.get("release"), positions)


@cache
def _component() -> Any:
    # Registered at the first call, since Streamlit looks for the assets in the runtime that runs the script.
    # Not isolated: Plotly measures text and finds the pointer in the document, not in a shadow root.
    return st.components.v2.component("normlib.chart", html=ROOM, js="main.js", css="chart.css", isolate_styles=False)


def _frames_payload(frames: Frames) -> dict[str, Any]:
    return {
        "label": frames.label,
        "locked": frames.locked,
        "values": [float(value) for value in frames.values],
        "texts": frames.texts(),
        "value": float(frames.value),
        "text": frames.text(frames.value),
        "data": [[trace, path, np.asarray(array)] for (trace, path), array in frames.data.items()],
        "layout": [[path, list(entries)] for path, entries in frames.layout.items()],
        "titles": list(frames.titles),
        "sentences": list(frames.sentences),
    }
