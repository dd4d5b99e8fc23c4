"""Numbers about leaks: what a scaler or a selection of features gives away when it has seen the test rows."""

from __future__ import annotations

from functools import lru_cache
from typing import Final, Literal

from normlib import data as sets
from normlib.course.values.registry import Value, value
from normlib.course.values.scaling import SCALERS, ScalerName, points
from normlib.leakage import Leak, SelectionLeak
from normlib.leakage import outside_share as outside_of
from normlib.leakage import scaler_leak as leak_of_scaler
from normlib.leakage import selection_leak as leak_of_selection
from normlib.words import percent

Classified = Literal["wine", "breast cancer"]
Labels = Literal["true", "shuffled"]
Saw = Literal["training rows", "all rows"]
NOISE: Final = 300
"""Columns of noise added for the selection, as in the laboratory."""
SPLITS: Final = 60
"""Random splits per selection, as in the laboratory."""


@value
def scaler_leak(data: Classified, scaler: ScalerName, train_rows: int) -> Value:
    """Points of test accuracy that a scaler fitted on all rows adds, with a 95 % interval, over 200 splits."""
    found = _scaler_leak(data, scaler, train_rows).interval
    return Value(100 * found.mean, points(found))


@value
def selection_leak(data: Classified, train_rows: int, labels: Labels = "true") -> Value:
    """Points of test accuracy that selecting 10 columns on all rows adds, with a 95 % interval, over 60 splits."""
    found = _selected(data, train_rows, labels).interval
    return Value(100 * found.mean, points(found))


@value
def selection_accuracy(data: Classified, train_rows: int, labels: Labels, saw: Saw) -> Value:
    """Mean test accuracy after selecting 10 columns, out of the features and 300 of noise, by labels that it saw."""
    leak = _selected(data, train_rows, labels)
    found = float((leak.honest if saw == "training rows" else leak.leaking).mean())
    return Value(found, percent(found))


@value
def chance(data: Classified) -> Value:
    """Accuracy of guessing every class as often as it occurs."""
    found = _selection_leak(data, 120).chance
    return Value(found, percent(found))


@value
def outside_range(data: Classified, train_rows: int) -> Value:
    """Share of unseen values beyond the smallest and largest of the training rows, over all features and 200 splits."""
    found = float(outside_of(sets.load(data).x, [train_rows]).share[0])
    return Value(found, percent(found))


def _selected(data: str, train_rows: int, labels: str) -> Leak:
    found = _selection_leak(data, train_rows)
    return found.real if labels == "true" else found.shuffled


@lru_cache(maxsize=16)
def _scaler_leak(data: str, scaler: str, train_rows: int) -> Leak:
    table = sets.load(data)
    return leak_of_scaler(table.x, table.y, scaler=SCALERS[scaler], train_rows=train_rows)


@lru_cache(maxsize=8)
def _selection_leak(data: str, train_rows: int) -> SelectionLeak:
    table = sets.load(data)
    return leak_of_selection(table.x, table.y, train_rows=train_rows, noise_features=NOISE, splits=SPLITS)
