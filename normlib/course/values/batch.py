"""Numbers about one batch: what batch norm makes of it, who leans on whom, and how far its mean wanders."""

from __future__ import annotations

from functools import lru_cache
from typing import Final, Literal

import numpy as np
from numpy.typing import NDArray

from normlib.affine import Stages, restoring, stages
from normlib.batch_mates import Mates, with_mates
from normlib.batch_noise import BatchNoise, batch_noise, batch_outputs
from normlib.conventions import convention
from normlib.course.values.registry import Value, value
from normlib.course.values.stored import stored
from normlib.layers import batch_norm
from normlib.population import population
from normlib.training.workable import Workable, workable
from normlib.words import number, percent

Floats = NDArray[np.float64]
LayerName = Literal["dense", "digits", "photographs"]
Library = Literal["keras", "pytorch", "flax"]
_EPS: Final = convention("keras").eps
_FEW: Final = 4
"""Digits of the batch that is worked out by hand."""
_AFFINE: Final = 200
"""Digits of the batch in the laboratory gamma-beta-bias."""
_MATES: Final = 41
_DRAWS: Final = 400
_SIZES: Final = (1, 2, 3, 4, 6, 8, 12, 16, 24, 32, 48, 64, 96, 128, 192, 256)
_LEVEL: Final = 0.9
"""Share of test rows right from which a learning rate works, as in the laboratory learning-rate."""


# --- four digits, by hand


@value
def four_digits(row: int, stage: Literal["value", "centred", "normalized"] = "value") -> Value:
    """Unit 3 of a dense layer for one of the first four digits: as it is, minus the mean, and normalized."""
    if not 1 <= row <= _FEW:
        raise ValueError(f"there is no row {row}: the batch has rows 1 to {_FEW}")
    x = _four()
    found = {"value": x, "centred": x - x.mean(), "normalized": batch_norm(x[:, None], eps=_EPS).output[:, 0]}[stage]
    return _two_decimals(float(found[row - 1]))


@value
def four_digits_statistic(of: Literal["mean", "variance", "sd"]) -> Value:
    """Mean, variance (divided by 4) or standard deviation of unit 3 over the first four digits."""
    x = _four()
    return _two_decimals(float({"mean": x.mean(), "variance": x.var(), "sd": x.std()}[of]))


@value
def spread_with_epsilon(sd: float, library: Library = "keras") -> Value:
    """Standard deviation after batch norm of values with the given one, with a library's default epsilon."""
    if not sd > 0:
        raise ValueError(f"sd={sd} is no spread: choose a number above 0")
    # Two values on both sides of their mean have exactly this deviation.
    spread = float(batch_norm(np.array([[-sd], [sd]]), eps=convention(library).eps).output.std())
    return Value(spread, number(spread, 2))


@lru_cache(maxsize=1)
def _four() -> Floats:
    return population("dense").channel("unit 3")[:_FEW, 0]


def _two_decimals(found: float) -> Value:
    return Value(found, f"{found:.2f}".replace("-", "−"))


# --- gamma, beta and a bias: unit 0 for the first 200 digits, as in the laboratory gamma-beta-bias


@value
def bias_effect(bias: float) -> Value:
    """Largest change of an output of batch norm when a bias is added to all of its inputs."""
    change = float(np.abs(_stages(bias).after - _stages(0.0).after).max())
    return Value(change, number(change, 2))


@value
def loss_gradient(by: Literal["bias", "gamma", "beta"]) -> Value:
    """Derivative of a loss behind batch norm by the bias before it, by gamma or by beta."""
    slope = float(getattr(_stages(20.0), f"{by}_gradient"))
    return Value(slope, number(slope, 2))


@value
def giving_back(of: Literal["gamma", "beta"]) -> Value:
    """The gamma, or the beta, with which batch norm gives its own input back."""
    gamma, beta = restoring(_two_hundred()[:, None], _EPS)
    found = float((gamma if of == "gamma" else beta)[0])
    return Value(found, number(found))


@lru_cache(maxsize=1)
def _two_hundred() -> Floats:
    return population("dense").channel("unit 0")[:_AFFINE, 0]


@lru_cache(maxsize=8)
def _stages(bias: float) -> Stages:
    target = (np.array(population("dense").labels[:_AFFINE]) == "0").astype(np.float64)
    return stages(_two_hundred(), target, bias=bias, eps=_EPS)


# --- batch mates, as in the laboratory batch-mates


@value
def output_with_mates(
    end: Literal["lowest", "highest"], unit: int = 4, digit: Literal[0, 1, 2, 3, 4, 5, 6, 7, 8, 9] = 3, size: int = 8
) -> Value:
    """Lowest or highest output of a unit for one digit under batch norm in training, over 41 draws of mates."""
    outputs = _mates(digit, size).training
    if not 0 <= unit < outputs.shape[1]:
        raise ValueError(f"there is no unit {unit}: they go from 0 to {outputs.shape[1] - 1}")
    found = float(outputs[:, unit].min() if end == "lowest" else outputs[:, unit].max())
    return Value(found, number(found, 2))


@value
def mates_effect(
    on: Literal["training", "inference", "layer norm"], digit: Literal[0, 1, 2, 3, 4, 5, 6, 7, 8, 9] = 3, size: int = 8
) -> Value:
    """Largest change of any output of one digit over 41 draws of mates."""
    change = float(_mates(digit, size).ranges("layer" if on == "layer norm" else on).max())
    return Value(change, "exactly 0" if change == 0 else number(change, 2))


@lru_cache(maxsize=8)
def _mates(digit: int, size: int) -> Mates:
    layer = population("dense")
    return with_mates(layer.x, layer.labels.index(str(digit)), size, draws=_MATES)


# --- random batches of every size, as in the laboratory batch-size


@value
def mean_wander(size: int, layer: LayerName = "dense", channel: str = "unit 0") -> Value:
    """Standard deviation of the mean of random batches, in standard deviations of all values."""
    noise = _noise(layer, channel)
    wander = float(noise.means[_size(size)].std() / np.sqrt(noise.variance))
    return Value(wander, number(wander, 2))


@value
def variance_kept(size: int) -> Value:
    """Mean variance of random batches of unit 0, as a share of the variance of all digits."""
    noise = _noise("dense", "unit 0")
    share = float(noise.variances[_size(size)].mean() / noise.variance)
    return Value(share, percent(share))


@value
def near_one() -> Value:
    """Share of the outputs of batch norm within 0.05 of −1 or 1, in random batches of two digits."""
    noise = _noise("dense", "unit 0")
    outputs = batch_outputs(population("dense").channel("unit 0"), noise.order[:, :2])
    share = float((np.abs(np.abs(outputs) - 1) < 0.05).mean())
    return Value(share, percent(share))


@value
def image_worth(channel: str = "blur") -> Value:
    """How many unrelated values steady the mean of a channel as much as one image of 64 pixels does."""
    worth = _noise("digits", channel).worth
    return Value(worth, number(worth, 2))


@lru_cache(maxsize=8)
def _noise(layer: str, channel: str) -> BatchNoise:
    found = population(layer)
    if channel not in found.channels:
        raise ValueError(f"{layer} has no channel “{channel}”; it has {', '.join(found.channels)}")
    return batch_noise(found.channel(channel), _SIZES, draws=_DRAWS)


def _size(size: int) -> int:
    if size not in _SIZES:
        raise ValueError(f"batches of {size} were not drawn; there are {', '.join(map(str, _SIZES))}")
    return _SIZES.index(size)


# --- what it buys: the stored runs of the laboratory learning-rate


@value
def highest_rate(method: Literal["none", "batch", "layer"], scale: float = 1.0) -> Value:
    """Highest learning rate that gets 90 % of the test rows right from a scale of the first weights, 0 for none."""
    crossed, _ = stored("learning-rate")
    works = _ladder(method, scale).works
    rates = [rate for rate, good in zip(crossed.axes["learning_rate"], works, strict=True) if good]
    return Value(max(rates, default=0.0), f"{max(rates):g}" if rates else "none")


@value
def scales_that_train(method: Literal["none", "batch", "layer"]) -> Value:
    """From how many of the scales of the first weights some learning rate gets 90 % of the test rows right."""
    scales = stored("learning-rate")[0].axes["scale"]
    many = sum(bool(_ladder(method, scale).works.any()) for scale in scales)
    return Value(many, f"{many} of {len(scales)}")


def _ladder(method: str, scale: float) -> Workable:
    crossed, results = stored("learning-rate")
    methods, scales = crossed.axes["method"], crossed.axes["scale"]
    if scale not in scales:
        raise ValueError(f"the first weights were not scaled by {scale:g}; there are {', '.join(map(str, scales))}")
    accuracy = crossed.table(results, "test_accuracy")[methods.index(method), scales.index(scale)]
    return workable(accuracy, crossed.axes["learning_rate"], _LEVEL)
