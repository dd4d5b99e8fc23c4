"""Numbers about scaling data: who owns a distance, and who is named right by a vote among neighbours."""

from __future__ import annotations

import json
from collections.abc import Mapping
from functools import lru_cache
from pathlib import Path
from types import MappingProxyType
from typing import Final, Literal

import numpy as np
from numpy.typing import NDArray

from normlib import data as sets
from normlib.course.report import few
from normlib.course.values.registry import Value, value
from normlib.distances import distance_share as shares_of
from normlib.intervals import Interval, mean_interval
from normlib.neighbours import Accuracy, neighbour_accuracy, paired_difference
from normlib.scalers import MaxAbsScaler, MinMaxScaler, RobustScaler, StandardScaler, Unscaled
from normlib.words import number, percent

DataName = Literal["wine", "breast cancer", "digits"]
ScalerName = Literal["none", "minmax", "standard", "robust", "maxabs"]
AnyScaler = Unscaled | MinMaxScaler | StandardScaler | RobustScaler | MaxAbsScaler
SCALERS: Final[Mapping[str, AnyScaler]] = MappingProxyType(
    {
        "none": Unscaled(),
        "minmax": MinMaxScaler(),
        "standard": StandardScaler(),
        "robust": RobustScaler(),
        "maxabs": MaxAbsScaler(),
    }
)
STORE: Final = Path(__file__).parents[3] / "assets" / "neighbour-votes.json"
SETTINGS: Final = {"neighbours": 5, "folds": 5, "repeats": 10, "seed": 0}
_STORED_AS: Final = {
    "none": "none",
    "minmax": "min-max",
    "standard": "standard",
    "robust": "robust",
    "maxabs": "max-abs",
}


@value
def rows(data: DataName) -> Value:
    """Number of samples of a data set."""
    many = len(sets.load(data).x)
    return Value(many, f"{many:,}")


@value
def distance_share(data: DataName, feature: str, scaler: ScalerName = "none") -> Value:
    """Share of the mean squared distance between two samples that one feature owns."""
    table = sets.load(data)
    shares = shares_of(SCALERS[scaler].fit(table.x).transform(table.x))
    share = float(shares[column_of(data, feature)])
    return Value(share, percent(share))


@value
def knn_accuracy(data: DataName, scaler: ScalerName = "none", inked: float = 0.0) -> Value:
    """Share of unseen samples that a vote of the five nearest names right, 10 times 5 folds.

    With `inked`, only features that are not 0 in more than this share of the samples take part, 5 times 5 folds.
    """
    accuracy = _votes(data, scaler, inked).mean
    return Value(accuracy, f"{number(100 * accuracy)}\u00a0%")


@value
def knn_gain(data: DataName, scaler: ScalerName, inked: float = 0.0) -> Value:
    """Percentage points that a scaler adds to the neighbour vote, with the 95 % interval of the paired difference."""
    gain = paired_difference(_votes(data, "none", inked), _votes(data, scaler, inked))
    return Value(100 * gain.mean, points(gain))


@value
def inked_features(data: DataName, inked: float) -> Value:
    """Number of features that are not 0 in more than a share of the samples."""
    many = int(_inked(data, inked).sum())
    return Value(many, f"{many:,}")


def points(difference: Interval) -> str:
    """Write a difference of shares in percentage points, with its interval.

    >>> points(Interval(-0.0107, -0.0171, -0.0043, 0.95)).replace("\\xa0", " ")
    '−1.1 points (95 % interval −1.7 to −0.43)'
    """
    mean, low, high = (number(100 * one, 2) for one in (difference.mean, difference.low, difference.high))
    return f"{mean}\u00a0points (95\u00a0% interval {low} to {high})"


def column_of(data: str, feature: str) -> int:
    """Return the column of a feature; raises ValueError naming what there is."""
    features = sets.load(data).features
    if feature not in features:
        raise ValueError(f"{data} has no feature “{feature}”; it has {few(features, 'the laboratory min-max')}")
    return features.index(feature)


@lru_cache(maxsize=32)
def _votes(data: str, scaler: str, inked: float) -> Accuracy:
    if inked == 0:
        return _stored(data, scaler)
    table = sets.load(data)
    # Computed when a lesson asks, and so with half of the repeats.
    fewer = {**SETTINGS, "repeats": SETTINGS["repeats"] // 2}
    return neighbour_accuracy(table.x[:, _inked(data, inked)], table.y, SCALERS[scaler], **fewer)


def _stored(data: str, scaler: str) -> Accuracy:
    """Return the votes that the laboratory shows: stored, because those of the digits take half a second each."""
    record = json.loads(STORE.read_text())
    if record["settings"] != SETTINGS:
        raise ValueError(f"{STORE.name} was made with {record['settings']}, but lessons speak of {SETTINGS}")
    accuracies = np.array(record["accuracies"][data][_STORED_AS[scaler]])
    ratio = 1 / (SETTINGS["folds"] - 1)
    return Accuracy(accuracies, mean_interval(accuracies, test_to_train=ratio), ratio)


def _inked(data: str, inked: float) -> NDArray[np.bool_]:
    if not 0 <= inked < 1:
        raise ValueError(f"inked is {inked:g}, but it is a share of the samples: use 0 up to, but not, 1")
    kept: NDArray[np.bool_] = np.mean(sets.load(data).x != 0, axis=0) > inked
    if not kept.any():
        raise ValueError(f"no feature of {data} differs from 0 in more than {inked:g} of the samples: ask for less")
    return kept
