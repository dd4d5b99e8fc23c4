"""Does batch norm calm what a layer sees? The runs that ask it, and what they measured, seed by seed.

Four arms share everything but the method and the noise behind it: no norm, batch norm, batch norm with noise, and
no norm with the same noise. Each is trained at three learning rates, so that every arm can also be taken at its own
best one.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final

import numpy as np
from numpy.typing import NDArray

from normlib.intervals import Interval, mean_interval
from normlib.training.crossed import Crossed
from normlib.training.experiment import Experiment
from normlib.training.result import Result

Floats = NDArray[np.float64]

ARMS: Final = (("none", False), ("batch", False), ("batch", True), ("none", True))
"""Method of each arm, and whether there is noise behind it."""
NONE, BATCH, NOISY_BATCH, NOISY_NONE = range(4)
RATES: Final = MappingProxyType({"sigmoid": (0.1, 0.5, 2.0), "relu": (0.02, 0.1, 0.5)})
"""Learning rates by activation."""
WITHIN: Final = 0.01
"""Accuracies count as equal when the whole interval of their difference is within this; set before measuring."""
_INITS: Final = {"sigmoid": "normal", "relu": "he"}


def inside_shift(activation: str = "sigmoid", *, noise: float = 1.0, steps: int = 1000, seeds: int = 8) -> Crossed:
    """Return every arm at every learning rate: Ioffe and Szegedy's network of 3 x 100 units, on the small digits.

    Args:
        activation: "sigmoid", with first weights of standard deviation 0.1 as in the paper, or "relu", with He's.
        noise: strength of the noise, see `Experiment.noise`.
        steps: updates, in batches of 60.
        seeds: how many.
    Raises: CrossedError for more than can be waited for.
    Source: Ioffe and Szegedy 2015, arXiv:1502.03167, section 4.1.

    >>> inside_shift(seeds=2).shape
    (2, 2, 3)
    """
    base = Experiment(
        depth=3,
        width=100,
        activation=activation,
        init=_INITS[activation],
        batch_size=60,
        steps=steps,
        seeds=tuple(range(seeds)),
        points=11,
        spacing="even",
        record=("drift", "shift"),
    )
    return Crossed(base, {"method": ("none", "batch"), "noise": (0.0, noise), "learning_rate": RATES[activation]})


def place(crossed: Crossed, arm: int, rate: int) -> int:
    """Return the number of the experiment of an arm at a learning rate, both by their numbers.

    >>> one = inside_shift(seeds=1)
    >>> one.experiments[place(one, NOISY_NONE, 2)].noise, one.experiments[place(one, BATCH, 0)].learning_rate
    (1.0, 0.1)
    """
    method, noisy = ARMS[arm]
    where = (("none", "batch").index(method), int(noisy), rate)
    return int(np.ravel_multi_index(where, crossed.shape))


def best_rates(crossed: Crossed, results: Sequence[Result]) -> tuple[int, ...]:
    """Return the learning rate of each arm with the lowest mean test loss at the end, among rates where most seeds
    went on to the end; chosen by the rows that it is then judged by, and so a little too good."""
    found = []
    for arm in range(len(ARMS)):
        losses = []
        for rate in range(crossed.shape[-1]):
            end = results[place(crossed, arm, rate)].values["test_nll"][:, -1]
            went_on = np.isfinite(end)
            losses.append(float(end[went_on].mean()) if 2 * went_on.sum() > len(end) else np.inf)
        found.append(int(np.argmin(losses)))
    return tuple(found)


def per_seed(result: Result, measure: str) -> Floats:
    """Return a measure's mean over the records of each seed (and over the layers from the second), (S,).

    Drifts are averaged as logarithms: the first one, away from values that lie close together, may be a hundred
    times the others, and would be all that is left of an ordinary mean. NaN for seeds that stopped: the records they
    have are not those of the others.

    >>> drifts = np.array([[np.nan, 1, 4], [np.nan, 2, np.nan]])
    >>> per_seed(Result(Experiment(seeds=2), np.arange(3), {"input_drift": drifts}), "input_drift").tolist()
    [2.0, nan]
    """
    values = np.asarray(result.values[measure], np.float64)
    if measure in {"input_drift", "output_drift"}:
        with np.errstate(divide="ignore"):  # nothing moves without an update
            return np.asarray(np.exp(np.log(values[:, 1:]).mean(axis=1)))  # nothing is before the first record
    if values.ndim == 3:
        values = values[:, :, 1:]  # nothing is before the first layer
    found: Floats = values.reshape(len(values), -1).mean(axis=1)
    return found


@dataclass(frozen=True, eq=False)
class Paired:
    """Two arms compared seed by seed.

    Attributes:
        values: (pairs,) of the seeds that both have.
        left_out: seeds that one of them lost.
        interval: 95 %, of the mean; None for fewer than two pairs.
    """

    values: Floats
    left_out: int
    interval: Interval | None

    @property
    def told_apart(self) -> bool:
        """Whether the interval excludes 0."""
        return self.interval is not None and not self.interval.low <= 0 <= self.interval.high

    @property
    def equivalent(self) -> bool:
        """Whether the whole interval is within `WITHIN` of 0."""
        return self.interval is not None and max(-self.interval.low, self.interval.high) < WITHIN


def paired(one: Floats, other: Floats) -> Paired:
    """Return one - other, seed by seed.

    Two one-sided tests at 2.5 % each stand behind `equivalent`, since the interval covers 95 %.

    >>> found = paired(np.array([0.9, 0.91, np.nan]), np.array([0.9, 0.9, 0.8]))
    >>> found.left_out, found.values.round(3).tolist(), found.told_apart
    (1, [0.0, 0.01], False)
    """
    both = np.isfinite(one) & np.isfinite(other)
    values = one[both] - other[both]
    return Paired(values, int((~both).sum()), mean_interval(values) if len(values) > 1 else None)
