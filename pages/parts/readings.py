"""Numbers that a laboratory shows just now, kept for this visit, so that a lesson can ask for one of them.

| laboratory | reading | what it is |
|---|---|---|
| `min-max` | `lowest_tenth` | values in the lowest tenth of the range, the moved one left out, in percent |
| `standardization` | `outlier` | the moved value, in standard deviations from the mean |
| `distances` | `largest_share` | share of the squared distance of the feature that owns most, in percent |
| `gradient-descent` | `condition` | condition number of the loss over the two weights |
| `batch-size` | `values_per_mean` | values that each mean averages over |
| `batch-mates` | `widest_range` | how far the outputs of my sample lie apart in training, of the channel that moves most |
| `running-statistics` | `left_of_start` | what is left of the starting values in the memory, in percent |
| `few-features` | `bound` | the largest output that layer norm can give for this number of features |
"""

from __future__ import annotations

import math

import streamlit as st

_KEPT = "readings"


def keep_reading(slug: str, name: str, value: float) -> None:
    """Keep a number that a laboratory shows; one that is no number is forgotten.

    Args:
        slug: of the laboratory's page.
        name: of the number.
        value: as it is shown, in its own unit.
    """
    kept: dict[str, dict[str, float]] = st.session_state.setdefault(_KEPT, {})
    own = kept.setdefault(slug, {})
    if math.isfinite(value):
        own[name] = float(value)
    else:
        own.pop(name, None)


def reading(slug: str, name: str) -> float | None:
    """Return what a laboratory showed last in this visit, or None."""
    return readings(slug).get(name)


def readings(slug: str) -> dict[str, float]:
    """Return all that a laboratory showed last in this visit."""
    return dict(st.session_state.get(_KEPT, {}).get(slug, {}))
