"""Running statistics step by step: what a layer remembers after each batch, and what inference makes of it."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import ArrayLike, NDArray

from normlib.batch_noise import BatchNoise
from normlib.checks import numeric_array
from normlib.conventions import Convention
from normlib.running import RunningStatistics

Floats = NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class RunningHistory:
    """The running statistics of one channel before the first batch and after each of T batches.

    Attributes:
        convention: how they are updated.
        size: samples in a batch.
        means: (T + 1,) running mean.
        variances: (T + 1,) running variance.
        left: (T + 1,) share of the starting values, 0 and 1, in them.
        noise: the T batches.
    """

    convention: Convention
    size: int
    means: Floats
    variances: Floats
    left: Floats
    noise: BatchNoise

    @property
    def count(self) -> int:
        """Values behind the mean of a batch: m."""
        return self.size * self.noise.positions

    @cached_property
    def stored(self) -> Floats:
        """The variances that went into the running variance, (T,): times m / (m - 1) where the convention says so."""
        factor = self.count / (self.count - 1) if self.convention.unbiased else 1.0
        return np.asarray(self.noise.variances[0] * factor)

    @cached_property
    def output_means(self) -> Floats:
        """Mean of all samples after inference with the statistics of each step, (T + 1,)."""
        return np.asarray((self.noise.mean - self.means) / self._root)

    @cached_property
    def output_stds(self) -> Floats:
        """Standard deviation of all samples after inference with the statistics of each step, (T + 1,)."""
        return np.asarray(np.sqrt(self.noise.variance) / self._root)

    @cached_property
    def settled_std(self) -> float:
        """Standard deviation of all samples after inference, in the long run.

        sqrt(variance / (E(stored variance) + eps)), for one value per sample close to sqrt(m / (m - 1))
        """
        factor = self.count / (self.count - 1) if self.convention.unbiased else 1.0
        expected = float(self.noise.expected_variance[0]) * factor
        return float(np.sqrt(self.noise.variance / (expected + self.convention.eps)))

    @property
    def _root(self) -> Floats:
        return np.asarray(np.sqrt(self.variances + self.convention.eps))

    def outputs(self, values: ArrayLike) -> Floats:
        """Return what inference makes of some values with the statistics of each step, (T + 1, M).

        Args:
            values: (M,) of the channel.
        """
        flat = numeric_array(values).astype(np.float64).ravel()
        return np.asarray((flat - self.means[:, None]) / self._root[:, None])


def running_history(noise: BatchNoise, convention: Convention) -> RunningHistory:
    """Update running statistics with one random batch after another and keep every step.

        new = keep * old + (1 - keep) * batch

    Args:
        noise: T batches of a single size.
        convention: how to update: which side momentum weighs, and what the variance divides by.
    Returns: a `RunningHistory`.
    Raises: ValueError for batches of several sizes, and where the convention cannot take a single value.
    Source: Ioffe and Szegedy 2015, arXiv:1502.03167, algorithm 2.

    >>> from normlib.batch_noise import batch_noise
    >>> from normlib.conventions import convention
    >>> history = running_history(batch_noise([2.0, 2.0, 2.0], [3], draws=2), convention("pytorch"))
    >>> history.means.round(2), history.variances.round(2), history.left.round(2)
    (array([0.  , 0.2 , 0.38]), array([1.  , 0.9 , 0.81]), array([1.  , 0.9 , 0.81]))
    """
    if len(noise.sizes) != 1:
        raise ValueError(f"noise holds batches of {len(noise.sizes)} sizes, but a history needs one: draw one size.")
    size = int(noise.sizes[0])
    running = RunningStatistics.start(1, convention)
    history = [running]
    for mean, variance in zip(noise.means[0], noise.variances[0], strict=True):
        running = running.update([mean], [variance], size * noise.positions)
        history.append(running)
    return RunningHistory(
        convention=convention,
        size=size,
        means=np.concatenate([one.mean for one in history]),
        variances=np.concatenate([one.variance for one in history]),
        left=np.array([one.share_of_start for one in history]),
        noise=noise,
    )
