"""The value of a range input that the browser has just let go of."""

from __future__ import annotations

import sys
from collections.abc import Callable, Mapping, Sequence

import streamlit as st


def answered(key: str) -> int:
    """Return how many releases of the component the present run has taken into account."""
    return int(st.session_state.get(f"{key}/answered", 0))


def on_release(key: str, positions: Sequence[float], then: Callable[[float], None] | None) -> Callable[[], None]:
    """Return the callback of a component whose range input was released.

    The session keeps it, so it must not hold more than the positions.

    Args:
        key: of the component.
        positions: the values that the range has.
        then: called with the value, before the script runs again.
    """

    def released() -> None:
        message = st.session_state[key].get("release")
        value = released_value(message, positions)
        if value is None:
            return
        st.session_state[f"{key}/answered"] = message["count"]
        if then is not None:
            then(value)

    return released


def released_value(message: object, positions: Sequence[float]) -> float | None:
    """Give the position next to the released value, or None if the browser sent something else.

    >>> released_value({"value": 1.1, "count": 1}, (0.0, 0.5, 2.0))
    0.5
    >>> released_value({"value": 10**400, "count": 1}, (0.0, 0.5, 2.0))
    """
    if not positions or not isinstance(message, Mapping):
        return None
    value, count = message.get("value"), message.get("count")
    # A whole number can be larger than any float.
    if isinstance(value, bool) or not isinstance(value, int | float) or not abs(value) < sys.float_info.max:
        return None
    if not isinstance(count, int):
        return None
    return min(positions, key=lambda position: abs(position - value))
