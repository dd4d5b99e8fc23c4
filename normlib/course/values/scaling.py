"""Numbers about scaling data: who owns a distance, who is named right, what an outlier does."""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from types import MappingProxyType
from typing import Final, Literal

import numpy as np
from numpy.typing import NDArray

from normlib import data as sets
from normlib.course.values.registry import Value, value
from normlib.distances import distance_share as shares_of
from normlib.neighbours import Scaler, neighbour_accuracy
from normlib.scalers import MaxAbsScaler, MinMaxScaler, RobustScaler, StandardScaler
from normlib.words import percent

DataName = Literal["wine", "breast cancer", "digits"]
ScalerName = Literal["none", "minmax", "standard", "robust", "maxabs"]
_SCALERS: Final[Mapping[str, Scaler | None]] = MappingProxyType(
    {
        "none": None,
        "minmax": MinMaxScaler(),
        "standard": StandardScaler(),
        "robust": RobustScaler(),
        "maxabs": MaxAbsScaler(),
    }
)


@value
def distance_share(data: DataName, feature: str, scaler: ScalerName = "none") -> Value:
    """Share of the mean squared distance between two samples that one feature owns."""
    table = sets.load(data)
    shares = shares_of(_scaled(data, scaler))
    share = float(shares[_column(table.features, feature, data)])
    return Value(share, percent(share))


@value
def knn_accuracy(data: DataName, scaler: ScalerName = "none") -> Value:
    """Share of unseen samples that a vote of the five nearest neighbours names right, 10 times 5 folds."""
    accuracy = _accuracy(data, scaler)
    return Value(accuracy, percent(accuracy))


@lru_cache(maxsize=32)
def _accuracy(data: str, scaler: str) -> float:
    table = sets.load(data)
    return float(neighbour_accuracy(table.x, table.y, _SCALERS[scaler], repeats=10, folds=5, seed=0).mean)


def _scaled(data: str, scaler: str) -> NDArray[np.float64]:
    x, chosen = sets.load(data).x, _SCALERS[scaler]
    return x if chosen is None else chosen.fit(x).transform(x)


def _column(features: tuple[str, ...], feature: str, data: str) -> int:
    if feature not in features:
        raise ValueError(f"{data} has no feature “{feature}”; it has {', '.join(features[:8])}")
    return features.index(feature)
