"""Covariate shift inside the network: every arm at every learning rate, as a table and as a file."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from normlib.training import Result
from normlib.training.crossed import Crossed
from normlib.training.findings import findings
from normlib.training.inside_shift import (
    best_rates,
    per_seed,
    place,
)
from normlib.words import number, table
from pages.parts.inside import LABELS
from pages.parts.measured import share

Floats = NDArray[np.float64]


def numbers(crossed: Crossed, results: Sequence[Result]) -> str:
    """Return a table of every arm at every learning rate, its own best one marked."""
    best = best_rates(crossed, results)
    rows = []
    for arm, label in enumerate(LABELS):
        for rate, value in enumerate(crossed.axes["learning_rate"]):
            one = results[place(crossed, arm, rate)]
            (reached,) = findings([one]).arms
            inner = [per_seed(one, name) for name in ("input_drift", "output_drift", "ics_cosine", "ics_distance")]
            shown = [
                share(reached.median),
                _middle(one.values["test_nll"][:, -1]),
                *(_middle(values) for values in inner),
            ]
            stopped = f"{len(one.stopped)} of {len(crossed.base.seeds)}"
            rows.append([label, f"{value:g}{' (best)' if best[arm] == rate else ''}", *shown, stopped])
    head = ["", "rate", "rows right", "test loss", "drift in", "drift out", "cosine", "distance", "stopped"]
    return table(head, rows)


def _middle(values: Floats) -> str:
    return number(float(np.nanmedian(values))) if np.isfinite(values).any() else "–"


def data_rows(crossed: Crossed, results: Sequence[Result]) -> tuple[list[str], list[list[object]]]:
    """Return every seed of every experiment, one line each, for a file."""
    lines: list[list[object]] = []
    for arm, label in enumerate(LABELS):
        for rate, value in enumerate(crossed.axes["learning_rate"]):
            one = results[place(crossed, arm, rate)]
            inner = [per_seed(one, name) for name in ("input_drift", "output_drift", "ics_cosine", "ics_distance")]
            columns = [one.values["test_accuracy"][:, -1], one.values["test_nll"][:, -1], *inner]
            for seed, values in zip(crossed.base.seeds, np.stack(columns, axis=1), strict=True):
                lines.append([label, value, seed, *(f"{v:.6g}" if np.isfinite(v) else "" for v in values)])
    head = [
        "arm",
        "learning_rate",
        "seed",
        "test_accuracy",
        "test_nll",
        "input_drift",
        "output_drift",
        "cosine",
        "distance",
    ]
    return head, lines
