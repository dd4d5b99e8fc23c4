"""Numbers about the inside of a network: before its first update, and while it moves."""

from __future__ import annotations

from functools import lru_cache
from typing import Final, Literal

import numpy as np
from numpy.typing import NDArray

from normlib.course.values.registry import Value, value
from normlib.course.values.stored import stored
from normlib.intervals import Interval
from normlib.training import Experiment, Result, collect, train
from normlib.training.at_start import AtStart, at_start, geometric_interval, growth
from normlib.training.findings import findings
from normlib.training.inside_shift import BATCH, NOISY_BATCH, NOISY_NONE, NONE, paired, per_seed, place
from normlib.words import number, percent

Floats = NDArray[np.float64]
ActivationName = Literal["sigmoid", "tanh", "relu"]
Placement = Literal["none", "before", "after"]
Norm = Literal["none", "batch", "layer", "rms"]
ArmName = Literal["none", "batch", "noisy batch", "noisy none"]
Rate = Literal["low", "middle", "high"]
_ARMS: Final = {"none": NONE, "batch": BATCH, "noisy batch": NOISY_BATCH, "noisy none": NOISY_NONE}
_RATES: Final = ("low", "middle", "high")
_DEPTH: Final = 5


# --- before the first update: the networks of the laboratories placement-start and gradients


@value
def idle_share(activation: ActivationName, scale: float = 1.0, placement: Placement = "none") -> Value:
    """Share of saturated values, or with relu of dead units, of 5 hidden layers at a scale of the first weights."""
    share = float(_start(activation, scale, placement).idle.mean())
    return Value(share, percent(share))


@value
def first_gradient(activation: ActivationName, layer: int, scale: float = 1.0, placement: Placement = "none") -> Value:
    """Gradient norm of a layer's weights before the first update, geometric mean over the seeds."""
    _check_layer(layer, _DEPTH)
    norm = geometric_interval(_start(activation, scale, placement).gradient_norm[:, layer - 1]).mean
    return Value(norm, number(norm, 2))


@value
def gradient_change(method: Norm, scale: float) -> Value:
    """How many times the first layer's gradient is that at the usual weights, when all of them are multiplied."""
    times = float(_first_norm(method, scale) / _first_norm(method, 1.0))
    return Value(times, number(times, 2))


@value
def gradient_growth(method: Norm, depth: int) -> Value:
    """Factor by which gradients grow per layer, from the last hidden layer towards the first."""
    factor = geometric_interval(growth(_by_depth(method, depth))).mean
    return Value(factor, f"{factor:.2f}")


@value
def gradient_span(method: Norm, depth: int) -> Value:
    """How many times the gradient of the last hidden layer that of layer 2 is."""
    norms = _by_depth(method, depth)
    times = geometric_interval(norms[:, 1] / norms[:, -2]).mean
    return Value(times, number(times, 2))


@lru_cache(maxsize=64)
def _start(activation: str, scale: float, placement: str) -> AtStart:
    return at_start(
        [
            Experiment(
                depth=_DEPTH,
                width=100,
                batch_size=60,
                activation=activation,
                init="he" if activation == "relu" else "xavier",
                method="batch",
                placement=placement,
                scale=scale,
                steps=0,
                seeds=tuple(range(10)),
                dtype="float64",
            )
        ]
    )[0]


@lru_cache(maxsize=64)
def _network(method: str, depth: int, scale: float) -> Floats:
    network = Experiment(
        method=method, depth=depth, scale=scale, eps=1e-3, batch_size=128, steps=0, seeds=tuple(range(10))
    )
    return at_start([network])[0].gradient_norm


def _first_norm(method: str, scale: float) -> float:
    return geometric_interval(_network(method, _DEPTH, scale)[:, 0]).mean


def _by_depth(method: str, depth: int) -> Floats:
    if depth < 3:
        raise ValueError(f"{depth} layers have no growth from the last to the second: ask for 3 or more")
    return _network(method, depth, 1.0)


def _check_layer(layer: int, most: int) -> None:
    if not 1 <= layer <= most:
        raise ValueError(f"there is no layer {layer}: they go from 1 to {most}")


# --- while it learns: a network that is trained here, in half a second, as the laboratory training-curves does

_WATCHED: Final = 4


@value
def layer_spread(method: Literal["none", "batch"], layer: int = _WATCHED, update: Literal[0, 500] = 0) -> Value:
    """Standard deviation of what enters a norm (or would), 4 ReLU layers on digits, before and after training."""
    _check_layer(layer, _WATCHED)
    spreads = _watched(method).values["input_sd"][:, 0 if update == 0 else -1, layer - 1]
    spread = float(np.median(spreads))
    return Value(spread, number(spread, 2))


@value
def watched_accuracy(method: Literal["none", "batch"]) -> Value:
    """Test accuracy of the same network after 500 updates, median of 3 seeds."""
    return _share(float(np.median(_watched(method).values["test_accuracy"][:, -1])))


@lru_cache(maxsize=2)
def _watched(method: str) -> Result:
    network = Experiment(method=method, depth=_WATCHED, learning_rate=0.1, steps=500, seeds=(0, 1, 2))
    return collect([network], train([network]))[0]


# --- while it learns: the stored runs of the laboratory shift-inside


@value
def shift_accuracy(arm: ArmName, activation: Literal["sigmoid", "relu"] = "sigmoid", rate: Rate = "low") -> Value:
    """Test accuracy at the end, median of the seeds; a seed that stopped counts with its last one."""
    return _share(float(np.median(_counted(arm, activation, rate))))


@value
def shift_gain(
    arm: ArmName, over: ArmName, activation: Literal["sigmoid", "relu"] = "sigmoid", rate: Rate = "low"
) -> Value:
    """Test accuracy of one arm minus that of another in points, mean over the seeds, with its 95 % interval."""
    found = paired(_counted(arm, activation, rate), _counted(over, activation, rate)).interval
    assert found is not None  # noqa: S101 - eight seeds each
    mean, low, high = (number(round(100 * one, 2), 2) for one in (found.mean, found.low, found.high))
    return Value(100 * found.mean, f"{mean} points (95\u00a0% interval {low} to {high})")


@value
def drift_ratio(arm: ArmName, activation: Literal["sigmoid", "relu"] = "sigmoid", rate: Rate = "low") -> Value:
    """How far the inputs of the last norm drift from record to record, as a multiple of the drift without a norm."""
    found = _drift(arm, activation, rate)
    return Value(float(np.exp(found.mean)), number(float(np.exp(found.mean)), 2))


@value
def drift_interval(arm: ArmName, activation: Literal["sigmoid", "relu"] = "sigmoid", rate: Rate = "low") -> Value:
    """The 95 % interval of `drift_ratio`; as a number, its upper end."""
    found = _drift(arm, activation, rate)
    low, high = (float(np.exp(one)) for one in (found.low, found.high))
    return Value(high, f"{number(low, 2)} to {number(high, 2)}")


@value
def drift_less(arm: ArmName, activation: Literal["sigmoid", "relu"] = "sigmoid", rate: Rate = "low") -> Value:
    """In how many of the seeds the inputs of the last norm drift less than without a norm."""
    values = _drifts(arm, activation, rate)
    less = int((values < 0).sum())
    return Value(less, f"{less} of {len(values)}")


@value
def gradient_cosine(arm: ArmName, activation: Literal["sigmoid", "relu"] = "relu", rate: Rate = "middle") -> Value:
    """Cosine between a layer's gradients before and after the layers before it took their step, mean of all."""
    found = float(np.nanmean(per_seed(_result(arm, activation, rate), "ics_cosine")))
    return Value(found, number(found, 2))


@value
def shaken_as_well() -> Value:
    """In how many of the settings, two activations at three rates, noisy batch norm is within 1 point of batch norm."""
    settings = [(activation, rate) for activation in ("sigmoid", "relu") for rate in _RATES]
    alike = sum(paired(*(_counted(arm, *one) for arm in ("noisy batch", "batch"))).equivalent for one in settings)
    return Value(alike, f"{alike} of {len(settings)}")


def _result(arm: str, activation: str, rate: str) -> Result:
    crossed, results = stored("shift-inside", activation=activation)
    return results[place(crossed, _ARMS[arm], _RATES.index(rate))]


def _counted(arm: str, activation: str, rate: str) -> Floats:
    return findings([_result(arm, activation, rate)]).arms[0].counted


def _drifts(arm: str, activation: str, rate: str) -> Floats:
    one, none = (np.log(per_seed(_result(name, activation, rate), "input_drift")) for name in (arm, "none"))
    return paired(one, none).values


def _drift(arm: str, activation: str, rate: str) -> Interval:
    one, none = (np.log(per_seed(_result(name, activation, rate), "input_drift")) for name in (arm, "none"))
    found = paired(one, none).interval
    assert found is not None  # noqa: S101 - eight seeds each, and most of them go on
    return found


def _share(share: float) -> Value:
    return Value(share, f"{100 * share:.1f}".removesuffix(".0") + "\u00a0%")
