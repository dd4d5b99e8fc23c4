"""Numbers about what batch norm remembers for inference, and what small batches cost networks that rely on it."""

from __future__ import annotations

from functools import lru_cache
from typing import Final, Literal

import numpy as np
from numpy.typing import NDArray

from normlib import data as sets
from normlib.batch_noise import batch_noise
from normlib.conventions import convention
from normlib.course.values.registry import Value, value
from normlib.course.values.stored import stored
from normlib.deployed import Split, answers, train_on_splits
from normlib.intervals import Interval, mean_interval
from normlib.population import population
from normlib.renorm import RenormStatistics, batch_renorm, limits_at
from normlib.running import share_left, updates_until
from normlib.running_history import RunningHistory, running_history
from normlib.scalers import StandardScaler
from normlib.training.findings import findings
from normlib.training.presets import WU_HE
from normlib.training.result import Result
from normlib.training.threads import one_thread
from normlib.words import count, number, percent

Floats = NDArray[np.float64]
Library = Literal["keras", "pytorch", "flax", "paper"]
Method = Literal["none", "batch", "layer", "group"]
Network = Literal["dense", "convolutional"]
_UPDATES: Final = 501
_SPLITS, _SHARE = 10, 0.7


# --- running statistics of unit 0, as in the laboratory running-statistics


@value
def start_left(updates: int, keep: float = 0.99) -> Value:
    """Share of the starting values, mean 0 and variance 1, that is left in the running statistics."""
    _weight(keep)
    share = share_left(keep, updates)
    return Value(share, percent(share))


@value
def updates_to_forget(share: float = 0.01, keep: float = 0.99) -> Value:
    """Updates until at most a share of the starting values is left."""
    many = updates_until(keep, share)
    return Value(many, f"{many:,}")


@value
def remembered(
    what: Literal["mean", "variance", "spread"], updates: int, library: Library = "keras", size: int = 32
) -> Value:
    """Running mean or variance after some updates, or the spread of all digits in inference that follows from them."""
    history = _history(library, size)
    if not 0 <= updates <= _UPDATES:
        raise ValueError(f"updates={updates}: there are 0 to {_UPDATES}")
    found = {"mean": history.means, "variance": history.variances, "spread": history.output_stds}[what][updates]
    return Value(float(found), number(float(found), 2))


@value
def over_all_digits(what: Literal["mean", "variance"]) -> Value:
    """Mean or variance of unit 0 over all digits, which the running statistics should find."""
    noise = _history("keras", 32).noise
    found = noise.mean if what == "mean" else noise.variance
    return Value(found, number(found, 2))


@value
def settled_spread(size: int, library: Library = "keras") -> Value:
    """Standard deviation of all digits in inference that a unit settles at, in the long run."""
    spread = _history(library, size).settled_std
    return Value(spread, f"{spread:.2f}")


@lru_cache(maxsize=16)
def _history(library: str, size: int) -> RunningHistory:
    noise = batch_noise(population("dense").channel("unit 0"), [size], draws=_UPDATES)
    return running_history(noise, convention(library))


def _weight(keep: float) -> None:
    if not 0 <= keep <= 1:
        raise ValueError(f"keep={keep} is no weight: choose a number from 0 to 1")


# --- deployed rows of wine, as in the laboratory shift-between


@value
def deployed_accuracy(
    statistics: Literal["none", "running", "fresh"], move: float = 0.0, rows: int = 0, one_class: bool = False
) -> Value:
    """Share of deployed wines named right, all features moved by some standard deviations; rows 0: all in a batch."""
    splits = _splits("none" if statistics == "none" else "inputs")
    found = answers(
        splits,
        [move],
        statistics="fresh" if statistics == "fresh" else "running",
        rows=rows or None,
        one_class=one_class,
    )
    return _share(float(found.accuracy.mean()))


@lru_cache(maxsize=2)
def _splits(place: Literal["none", "inputs"]) -> tuple[Split, ...]:
    one_thread()
    wine = sets.load("wine")
    return train_on_splits(wine.x, wine.y, StandardScaler(), place=place, splits=_SPLITS, share=_SHARE)


# --- batch renormalization of one feature of wine, as in the laboratory batch-renorm


@value
def renorm_distance(step: int, size: int = 4) -> Value:
    """How far outputs in training are from those in inference, as a share of their size, at a step of the schedule."""
    x, running = _renorm_batches(size)
    each = RenormStatistics(np.repeat(running.mean, x.shape[1]), np.repeat(running.std, x.shape[1]))
    rmax, dmax = limits_at(step)
    inference = batch_renorm(x, each, training=False).output
    training = batch_renorm(x, each, rmax=rmax, dmax=dmax).output
    share = float(np.sqrt(((training - inference) ** 2).mean() / (inference**2).mean()))
    return Value(share, percent(share))


@lru_cache(maxsize=4)
def _renorm_batches(size: int) -> tuple[Floats, RenormStatistics]:
    wine = sets.load("wine")
    feature = wine.x[:, [wine.features.index("proline")]]
    values = StandardScaler().fit(feature).transform(feature)[:, 0]
    if not 1 <= size <= len(values):
        raise ValueError(f"size={size}: a batch has 1 to {len(values)} wines")
    rng = np.random.default_rng(0)
    seen, shown = 600, 12
    draws = np.array([rng.choice(values, size, replace=False) for _ in range(seen + shown)])
    running = RenormStatistics(np.zeros(1), np.ones(1))
    for batch in draws[:seen]:
        running = running.update([batch.mean()], [np.sqrt(batch.var() + 1e-3)])
    return draws[seen:].T.copy(), running


# --- small batches: the stored runs of the laboratory small-batches, and what others published


@value
def small_batch_error(method: Method, size: int, network: Network = "dense") -> Value:
    """Test error in inference mode at the end, mean of the seeds."""
    return _share(float(_errors(network, method, size).mean()))


@value
def small_batch_gap(
    size: int, network: Network = "dense", method: Method = "batch", other: Method = "group", beyond: int = 0
) -> Value:
    """Test error of one method minus another's in points, with its interval; `beyond`: minus the same at this size."""
    apart = _errors(network, method, size) - _errors(network, other, size)
    if beyond:
        apart = apart - (_errors(network, method, beyond) - _errors(network, other, beyond))
    return _points(mean_interval(apart))


@value
def small_batch_cost(method: Method, network: Network = "dense") -> Value:
    """Test error with batches of 2 minus that with batches of 32, in points, with its interval."""
    return _points(mean_interval(_errors(network, method, 2) - _errors(network, method, 32)))


@value
def mode_gap(size: int, network: Network = "dense") -> Value:
    """Test accuracy of batch norm in training mode minus that in inference mode, in points, with its interval."""
    inference = _errors(network, "batch", size)
    training = 1 - _counted(_result(network, "batch", size), "test_accuracy_batch")
    return _points(mean_interval(inference - training))


@value
def small_batch_updates(size: int) -> Value:
    """Updates in the epochs that all batch sizes have in common."""
    steps = _result("dense", "batch", size).experiment.steps
    return Value(steps, count(steps, "update"))


@value
def published_error(method: Literal["batch", "group"], size: int) -> Value:
    """Not ours: error of ResNet-50 on ImageNet by images per worker, Wu and He 2018, table 2."""
    if size not in WU_HE.batches:
        raise ValueError(f"they did not measure {size}; there are {', '.join(map(str, WU_HE.batches))}")
    error = WU_HE.errors[method][WU_HE.batches.index(size)]
    return Value(error, f"{100 * error:.1f}\u00a0%")


def _result(network: str, method: str, size: int) -> Result:
    crossed, results = stored("small-batches", kind="conv" if network == "convolutional" else "dense")
    for one in results:
        if (one.experiment.method, one.experiment.batch_size) == (method, size):
            return one
    sizes = ", ".join(str(one) for one in crossed.axes["batch_size"])
    raise ValueError(f"batches of {size} were not trained; there are {sizes}")


def _errors(network: str, method: str, size: int) -> Floats:
    return 1 - _counted(_result(network, method, size), "test_accuracy")


def _counted(result: Result, measure: str) -> Floats:
    return findings([result], measure).arms[0].counted


def _points(found: Interval) -> Value:
    mean, low, high = (number(100 * one, 2) for one in (found.mean, found.low, found.high))
    return Value(100 * found.mean, f"{mean} points (95\u00a0% interval {low} to {high})")


def _share(share: float) -> Value:
    return Value(share, f"{100 * share:.1f}".removesuffix(".0") + "\u00a0%")
