"""Measurements of leaks: made once per process for each choice, shared by everybody who asks."""

from __future__ import annotations

from typing import Final

from normlib import data
from normlib.leakage import Leak, OutsideShare, SelectionLeak, outside_share, scaler_leak, selection_leak
from pages.parts.kinds import SCALER_KINDS
from pages.parts.once import once

NOISE: Final = 300
"""Columns of noise that a selection may fall for."""


@once
def leak_of_scaler(name: str, kind: str, train_rows: int) -> Leak:
    """Return what a scaler fitted on all rows gives away."""
    known = data.load(name)
    return scaler_leak(known.x, known.y, scaler=SCALER_KINDS[kind], train_rows=train_rows)


@once
def leak_of_selection(name: str, train_rows: int) -> SelectionLeak:
    """Return what a selection of features on all rows gives away."""
    known = data.load(name)
    return selection_leak(known.x, known.y, train_rows=train_rows, noise_features=NOISE, splits=60)


@once
def outside(name: str, sizes: tuple[int, ...]) -> OutsideShare:
    """Return how many unseen values lie outside the range of the training rows."""
    return outside_share(data.load(name).x, sizes)
