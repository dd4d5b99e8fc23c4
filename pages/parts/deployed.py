"""Networks that were trained once, on rows that move afterwards: what is computed, shared by everybody who asks."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Final, Literal

import numpy as np
from numpy.typing import NDArray

from normlib.deployed import Answers, Gap, Split, answers, drifted, gap, share_outside, train_on_splits
from normlib.figures.deployed import Seen
from normlib.fixed_network import Place
from normlib.intervals import Interval, mean_interval
from normlib.outlier import histogram_rows
from normlib.scalers import FittedMinMaxScaler
from normlib.training.threads import one_thread
from pages.parts.kinds import SCALER_KINDS
from pages.parts.source import Source, built_in

Floats = NDArray[np.float64]
Arm = Literal["none", "running", "fresh"]

BY: Final = np.arange(-12, 13) / 4
SPLITS: Final = 10
SHARE: Final = 0.7
TEST_TO_TRAIN: Final = (1 - SHARE) / SHARE
REACH: Final = 3.0  # a standardized value beyond this many standard deviations counts as out of range
_BINS_PER_SD: Final = 4
_EMPTY: Final = 3  # bins at either end


@dataclass(frozen=True)
class Setting:
    """What the controls are set to, but for the move.

    Attributes:
        data: title of the data set.
        column: the feature that is shown, and that moves unless all do.
        everything: whether all features move.
        spread: factor on the distances from the mean.
        rows: rows of a deployed batch, None for all in one.
        one_class: whether a batch holds rows of one class only.
        scaler: kind of the scaler.
        place: where batch norm stands in the networks that have it.
    """

    data: str
    column: int
    everything: bool = True
    spread: float = 1.0
    rows: int | None = None
    one_class: bool = False
    scaler: str = "standard"
    place: Place = "inputs"

    @property
    def source(self) -> Source:
        """The data."""
        return built_in(self.data)

    @property
    def feature(self) -> str:
        """Name of the feature that is shown."""
        return self.source.features[self.column]

    @property
    def features(self) -> tuple[int, ...] | None:
        """Columns that move, None for all."""
        return None if self.everything else (self.column,)

    @property
    def still(self) -> bool:
        """Whether nothing can move: the one feature that would is constant in the training rows."""
        return not self.everything and float(first(self).std[self.column]) == 0.0


@lru_cache(maxsize=32)
def trained(data: str, scaler: str, place: Place) -> tuple[Split, ...]:
    """Return the splits with their scalers and networks: 0.1 to 0.2 s, once per process."""
    one_thread()
    source = built_in(data)
    assert source.y is not None  # noqa: S101 - all built-in data have classes
    return train_on_splits(source.x, source.y, SCALER_KINDS[scaler], place=place, splits=SPLITS, share=SHARE)


def first(setting: Setting) -> Split:
    """Return the split whose rows are drawn."""
    return trained(setting.data, setting.scaler, "none")[0]


def answered(setting: Setting, arm: Arm) -> Answers:
    """Return what the networks of one arm answer at every move."""
    if arm != "fresh":  # without statistics of a batch it does not matter how batches are dealt
        setting = replace(setting, rows=None, one_class=False)
    return _answered(replace(setting, column=setting.column if not setting.everything else 0), arm)


@lru_cache(maxsize=256)
def _answered(setting: Setting, arm: Arm) -> Answers:
    return answers(
        trained(setting.data, setting.scaler, "none" if arm == "none" else setting.place),
        BY,
        statistics="fresh" if arm == "fresh" else "running",
        spread=setting.spread,
        features=setting.features,
        rows=setting.rows,
        one_class=setting.one_class,
    )


def interval(values: Floats) -> Interval:
    """Return the mean over splits with its interval, corrected for splits that share training rows."""
    return mean_interval(values, test_to_train=TEST_TO_TRAIN)


@lru_cache(maxsize=256)
def accuracy_curves(setting: Setting, arm: Arm) -> tuple[Floats, Floats, Floats]:
    """Return mean accuracy and both ends of its interval, kept within 0 to 1, (F,) each."""
    found = [interval(one) for one in answered(setting, arm).accuracy]
    ends = [np.clip([getattr(one, name) for one in found], 0.0, 1.0) for name in ("mean", "low", "high")]
    return ends[0], ends[1], ends[2]


def moved(setting: Setting) -> Floats:
    """Return the feature of the deployed rows at every move, (F, M)."""
    split = first(setting)
    column = slice(setting.column, setting.column + 1)
    mean, std = split.mean[column], split.std[column]
    return drifted(split.test[:, column], mean, std, by=BY, spread=setting.spread)[..., 0]


@lru_cache(maxsize=64)
def seen(setting: Setting) -> Seen:
    """Return the distribution of the feature in training rows and deployed rows."""
    split, column = first(setting), setting.column
    train, deployed = split.train[:, column], moved(setting)
    low, high = ends(setting)
    std = float(split.std[column]) or 1.0
    least, most = min(train.min(), deployed.min(), low), max(train.max(), deployed.max(), high)
    bins = int(np.ceil((most - least) / std * _BINS_PER_SD)) + 2 * _EMPTY
    edges = least + std / _BINS_PER_SD * (np.arange(bins + 1) - _EMPTY - 0.5)
    return Seen(
        (edges[1:] + edges[:-1]) / 2,
        histogram_rows(train[None], edges)[0] / train.size,
        histogram_rows(deployed, edges) / deployed.shape[1],
        (low, high),
        setting.source.axis_title(column),
    )


def ends(setting: Setting) -> tuple[float, float]:
    """Return the range of the feature that the scaler was made for, in the feature's unit."""
    split, column = first(setting), setting.column
    if isinstance(split.scaler, FittedMinMaxScaler):
        return float(split.scaler.data_min[column]), float(split.scaler.data_max[column])
    mean, std = float(split.mean[column]), float(split.std[column])
    return mean - REACH * std, mean + REACH * std


@lru_cache(maxsize=64)
def outside(setting: Setting) -> Floats:
    """Return the share of the moving values that are out of the scaler's range, at every move, (F,)."""
    split = first(setting)
    # A feature that does not vary has no range to leave.
    columns = np.flatnonzero(split.std > 0) if setting.everything else np.array([setting.column])
    test, mean, std = split.test[:, columns], split.mean[columns], split.std[columns]
    deployed = drifted(test, mean, std, by=BY, spread=setting.spread)
    if isinstance(split.scaler, FittedMinMaxScaler):
        return share_outside(deployed, split.scaler.data_min[columns], split.scaler.data_max[columns])
    return share_outside(deployed, mean - REACH * std, mean + REACH * std)


@lru_cache(maxsize=64)
def gaps(setting: Setting) -> tuple[Gap, ...]:
    """Return how far the deployed values of the feature are from the training values, at every move."""
    train = first(setting).train[:, setting.column]
    return tuple(gap(train, deployed) for deployed in moved(setting))


def distance(setting: Setting, name: str) -> Floats:
    """Return one of the distances at every move, without its sign, (F,); NaN where there is none."""
    values = np.abs([getattr(one, name) for one in gaps(setting)])
    return np.where(np.isfinite(values), values, np.nan)
