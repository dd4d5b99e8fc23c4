"""Which rows a scaler may see, and what every feature looks like before and after it."""

from __future__ import annotations

import csv
import io
import math
from collections.abc import Sequence
from typing import Final

import numpy as np
from numpy.typing import ArrayLike, NDArray

from normlib.scalers import FittedScaler
from normlib.statistics import axis_statistics
from normlib.words import number, table
from pages.parts.control_kinds import Choice
from pages.parts.source import Source

FITTED_ON: Final = Choice(
    "Fitted on",
    ("All rows", "Training rows"),
    "All rows",
    help="Training rows are 7 of 10, chosen at random with a fixed seed. The others play the unseen data.",
    segments=True,
)
SPLIT_SEED: Final = 0
TRAINING_SHARE: Final = 0.7


def training_rows(source: Source, fitted_on: str) -> NDArray[np.bool_]:
    """Return which rows the scaler may see, (N,)."""
    if fitted_on == "All rows":
        return np.ones(source.rows, dtype=bool)
    order = np.random.default_rng(SPLIT_SEED).permutation(source.rows)
    chosen = np.zeros(source.rows, dtype=bool)
    chosen[order[: max(2, round(TRAINING_SHARE * source.rows))]] = True
    return chosen


def measures_table(columns: Sequence[tuple[str, ArrayLike]]) -> str:
    """Return a markdown table: one measure per row, one version of the feature, (N,), per column."""
    found = axis_statistics(np.stack([np.asarray(values, dtype=float) for _, values in columns]), axes=(1,))
    # What rounding leaves of a mean of 0 is no news.
    sizes = 1e-12 * np.maximum(np.abs(found.min), np.abs(found.max))
    measures = {
        "mean": np.where(np.abs(found.mean) < sizes, 0.0, found.mean),
        "standard deviation": found.std,
        "minimum": found.min,
        "median": found.percentiles[found.levels.index(50)],
        "maximum": found.max,
        "skewness": found.skewness,
        "excess kurtosis": found.kurtosis,
    }
    rows = [
        [name, *("–" if math.isnan(value) else number(value) for value in values.tolist())]
        for name, values in measures.items()
    ]
    return table(["measure", *(title for title, _ in columns)], rows)


def all_features_table(source: Source, x: NDArray[np.float64], fitted: FittedScaler, most: int = 64) -> str:
    """Return a markdown table of every feature before and after scaling."""
    sides = [
        [measure(values, axis=0) for measure in (np.nanmean, np.nanstd, np.nanmin, np.nanmax)]
        for values in (x, np.asarray(fitted.transform(x)))
    ]
    rows = []
    for index, feature in enumerate(source.features[:most]):
        cells = [number(float(measure[index])) for side in sides for measure in side]
        note = " (constant)" if fitted.constant[index] else ""
        rows.append([f"{feature}{source.unit(index)}{note}", *cells])
    return table(["feature", "mean", "sd", "min", "max", "mean after", "sd after", "min after", "max after"], rows)


def csv_text(head: Sequence[str], columns: Sequence[ArrayLike]) -> str:
    """Return a CSV file with one column per array; missing values are empty cells."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(head)
    for row in zip(*(np.asarray(column).tolist() for column in columns), strict=True):
        writer.writerow(["" if isinstance(cell, float) and math.isnan(cell) else cell for cell in row])
    return out.getvalue()
