"""Activations (N, H, W, C) before and after normalization: what shares a mean with a value, and its arithmetic."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from itertools import pairwise
from typing import Any, Final, Protocol

import numpy as np
import streamlit as st
from numpy.typing import NDArray

from normlib.components.payload import pack
from normlib.components.release import answered, released_value
from normlib.components.release import on_release as released_callback
from normlib.components.room import ROOM
from normlib.normalized import Normalized
from normlib.regions import moments_of, regions

AFTER_RANGE: Final = (-3.0, 3.0)
"""Ends of the grey scale after normalization; what lies beyond is black or white."""

_AXES: Final = ("sample", "row", "column", "channel")
# About, in pixels on a wide screen: the maps at most, a value of a dense layer, what stands around them, a range.
_MAPS, _CELL, _AROUND, _RANGE = 360, 36, 342, 44


class MethodStyle(Protocol):
    """What the view wants to know about the look of a method; `look.Style` has it."""

    @property
    def name(self) -> str:
        """Name of the method."""

    @property
    def color(self) -> str:
        """Colour in the light theme."""


@dataclass(frozen=True, eq=False)
class Step:
    """The view at one position of its range input; a view without a range has one step.

    Args:
        text: how the position reads, e.g. "3 groups".
        value: the position.
        result: what the layer returned for the first samples of `x`, or for all of them; None without normalization.
        title: what to see.
        sentence: the answer, from the numbers.
        problem: why this step cannot be normalized; shown in place of what comes after.
        samples: how many samples the batch has when there is no result to tell; 0 for all.
    Raises: ValueError for a step that has both a result and a problem.
    """

    text: str
    value: float
    result: Normalized | None
    title: str
    sentence: str
    problem: str = ""
    samples: int = 0

    def __post_init__(self) -> None:
        if self.result is not None and self.problem:
            raise ValueError(f"Step {self.text!r} has a result and a problem ({self.problem!r}): give one of them.")


def tensor_view(
    x: NDArray[np.floating],
    steps: Sequence[Step],
    *,
    value: float,
    key: str,
    samples: Sequence[str],
    channels: Sequence[str],
    style: MethodStyle,
    alt: str,
    place: tuple[int, ...] = (0, 0, 0, 0),
    place_key: str = "",
    dark: Mapping[str, str] | None = None,
    range_label: str = "",
    locked: bool = False,
    on_release: Callable[[float], None] | None = None,
    file_name: str = "normlab",
) -> float | None:
    """Draw every value of `x` before and after normalization, and explain the one that is pointed at.

    The pointer and the keys move over the values without asking the server. The chosen value stands in the
    address as `place_key=sample.row.column.channel`, each counted from 1.

    Args:
        x: (N, H, W, C), float32; H = W = 1 for a dense layer.
        steps: the positions of the range input, ascending, or a single one for a view without.
        value: the present position; the input stands at the nearest step.
        key: identity of the view on its page.
        samples: name of each sample, N.
        channels: name of each channel, C.
        style: name and colour of the method, as in `look.METHODS`.
        alt: what is shown, for those who do not see it.
        place: index of the value to start from, counted from 0: (sample, row, column, channel).
        place_key: parameter of the address that holds the chosen value; "" to keep it out of the address.
        dark: colour -> its twin in the dark theme.
        range_label: name of the range input.
        locked: the range input shows its position and does not move.
        on_release: called with the new value before the script runs again.
        file_name: name of the downloaded picture, without ending.
    Returns: the value that was just released, in the run that the release caused; None in all other runs.
    Raises: ValueError naming what does not fit: shape, names, place, results of another shape, steps not ascending.
    """
    _check(x, steps, samples, channels, place)
    positions = tuple(float(step.value) for step in steps) if len(steps) > 1 else ()
    ends = float(x.min()), float(x.max())
    # Without a layer nothing has changed, and the values keep their own scale.
    normalizes = any(step.result is not None for step in steps)
    after = AFTER_RANGE if normalizes else ends
    payload = {
        "key": key,
        "alt": alt,
        "fileName": file_name,
        "shape": list(x.shape),
        "x": np.asarray(x, dtype=np.float32).ravel(),
        "ends": list(ends),
        "afterEnds": [*after, normalizes],  # whether there may be values beyond
        "samples": list(samples),
        "channels": list(channels),
        "method": {"name": style.name, "color": style.color, "dark": (dark or {}).get(style.color, style.color)},
        "place": [int(i) for i in place],
        "placeKey": place_key,
        "forgotten": st.session_state.get(f"{place_key}/forgotten", 0),
        "label": range_label,
        "locked": locked,
        "value": float(value),
        "steps": [_step_payload(step, x, after) for step in steps],
        "answered": answered(key),
    }
    # float64 for the statistics alone: the arithmetic of one value is done again in the browser, to the last digit.
    message = pack(payload, double=True)
    state = _component()(
        key=key,
        data=message,
        height=_height(x.shape, ranges=1 if positions else 0),
        on_release_change=released_callback(key, positions, on_release),
    )
    return released_value(state.get("release"), positions)


def _height(shape: tuple[int, ...], ranges: int) -> int:
    """Return about how high the view becomes on a wide screen, in pixels."""
    maps = min(_MAPS, _CELL * shape[0]) if shape[1] * shape[2] == 1 else _MAPS
    return maps + _AROUND + ranges * _RANGE


def forget_place(place_key: str) -> None:
    """Bring the view back to its first place, and take the chosen one out of the address (a callback)."""
    st.session_state[f"{place_key}/forgotten"] = st.session_state.get(f"{place_key}/forgotten", 0) + 1
    if place_key in st.query_params:
        del st.query_params[place_key]


def place_text(place: Sequence[int]) -> str:
    """Write a place the way the address holds it.

    >>> place_text((1, 2, 3, 0))
    '2.3.4.1'
    """
    return ".".join(str(int(i) + 1) for i in place)


def parse_place(text: str) -> tuple[int, ...] | None:
    """Read a place from the address, or return None if the text is no place in any array.

    >>> parse_place("2.3.4.1"), parse_place("2.3.4"), parse_place("0.1.1.1")
    ((1, 2, 3, 0), None, None)
    """
    parts = text.strip().split(".")
    if len(parts) != len(_AXES) or not all(part.isascii() and part.isdigit() and len(part) < 7 for part in parts):
        return None
    place = tuple(int(part) - 1 for part in parts)
    return place if min(place) >= 0 else None


@cache
def _component() -> Any:
    # Registered at the first call, as the chart is. Not isolated: it takes over the chart's styles.
    return st.components.v2.component(
        "normlib.tensor_view", html=ROOM, js="main.js", css="tensor_view.css", isolate_styles=False
    )


def _step_payload(step: Step, x: NDArray[np.floating], ends: tuple[float, float]) -> dict[str, Any]:
    output = x[: step.samples or len(x)] if step.result is None else step.result.output
    shown: dict[str, Any] = {
        "text": step.text,
        "value": float(step.value),
        "title": step.title,
        "sentence": step.sentence,
        "problem": step.problem,
        "samples": len(output),
        "regions": None,
    }
    if not step.problem:
        # A screen shows 256 greys; the exact value is worked out for the active cell.
        low, high = ends
        share = (np.clip(output, low, high) - low) / (high - low) if high > low else np.full(output.shape, 0.5)
        levels = np.rint(255 * share)
        shown["levels"] = levels.astype(np.uint8).ravel()
    if step.result is not None:
        shown["regions"] = _regions_payload(step.result, x[: len(output)])
    return shown


def _regions_payload(result: Normalized, x: NDArray[np.floating]) -> dict[str, Any]:
    found = regions(result)
    before, after = moments_of(x, found.spans), moments_of(result.output, found.spans)
    return {
        "spans": list(found.spans),
        "eps": found.eps,
        "center": found.center,
        # Running statistics are not those of the values that share them.
        "own": result._training,
        "mean": found.mean.ravel(),
        "variance": found.variance.ravel(),
        "gamma": _short(found.gamma),
        "beta": _short(found.beta),
        # Read to four digits, so float32 will do.
        "beforeMean": before.mean.ravel().astype(np.float32),
        "beforeSd": np.sqrt(before.variance).ravel().astype(np.float32),
        "afterMean": after.mean.ravel().astype(np.float32),
        "afterSd": np.sqrt(after.variance).ravel().astype(np.float32),
    }


def _short(values: NDArray[np.float64]) -> dict[str, Any]:
    """Give the values of gamma or beta with the shape they have, or a single one if they are all the same."""
    if (values == values.flat[0]).all():
        values = values.reshape(-1)[:1].reshape(1, 1, 1, 1)
    return {"shape": list(values.shape), "values": values.ravel()}


def _check(
    x: NDArray[np.floating],
    steps: Sequence[Step],
    samples: Sequence[str],
    channels: Sequence[str],
    place: tuple[int, ...],
) -> None:
    if x.ndim != len(_AXES) or not x.size:
        raise ValueError(f"x has the shape {x.shape}, but the view shows (N, H, W, C): a dense layer has H = W = 1.")
    for name, names, axis in (("samples", samples, 0), ("channels", channels, 3)):
        if len(names) != x.shape[axis]:
            raise ValueError(f"{name} names {len(names)}, but x of shape {x.shape} has {x.shape[axis]}: name each.")
    if len(place) != x.ndim or not all(0 <= i < n for i, n in zip(place, x.shape, strict=True)):
        raise ValueError(f"place={place} is not inside x of shape {x.shape}: count from 0.")
    if not steps:
        raise ValueError("steps is empty: give one step, or one per position of the range.")
    values = [step.value for step in steps]
    for first, second in pairwise(values):
        if not first < second:
            raise ValueError(f"steps must ascend, but {second:g} follows {first:g}: sort them by value.")
    for step in steps:
        if step.result is not None:
            shape = step.result.output.shape
            if shape[1:] != x.shape[1:] or not 1 <= shape[0] <= len(x):
                raise ValueError(
                    f"Step {step.text!r} has a result of shape {shape}, but x has the shape {x.shape}: normalize x, "
                    "or its first samples."
                )
        elif not 0 <= step.samples <= len(x):
            raise ValueError(f"Step {step.text!r} has {step.samples} samples, but x has {len(x)}.")
