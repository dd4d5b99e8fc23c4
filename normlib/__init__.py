"""NormLab's compute core: what normalization computes, with NumPy and nothing else."""

from normlib import data, shift
from normlib.conventions import CONVENTIONS, Convention, convention
from normlib.layers import batch_norm, group_norm, instance_norm, layer_norm, rms_norm
from normlib.normalized import Normalized
from normlib.quiet import without_warnings
from normlib.running import RunningStatistics, share_left, updates_until
from normlib.scalers import (
    FittedMaxAbsScaler,
    FittedMinMaxScaler,
    FittedRobustScaler,
    FittedScaler,
    FittedStandardScaler,
    MaxAbsScaler,
    MinMaxScaler,
    RobustScaler,
    StandardScaler,
    Unscaled,
)
from normlib.statistics import AxisStatistics, axis_statistics

__all__ = [
    "CONVENTIONS",
    "AxisStatistics",
    "Convention",
    "FittedMaxAbsScaler",
    "FittedMinMaxScaler",
    "FittedRobustScaler",
    "FittedScaler",
    "FittedStandardScaler",
    "MaxAbsScaler",
    "MinMaxScaler",
    "Normalized",
    "RobustScaler",
    "RunningStatistics",
    "StandardScaler",
    "Unscaled",
    "axis_statistics",
    "batch_norm",
    "convention",
    "data",
    "group_norm",
    "instance_norm",
    "layer_norm",
    "rms_norm",
    "share_left",
    "shift",
    "updates_until",
    "without_warnings",
]
