"""Running statistics of batch norm: a value that an update turns into the next value."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from normlib.checks import numeric_array
from normlib.conventions import Convention, convention

Floats = NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class RunningStatistics:
    """Mean and variance per channel, averaged over the batches seen so far.

        new = keep * old + (1 - keep) * batch

    Attributes:
        mean: running mean, (C,) float64, read-only.
        variance: running variance, (C,) float64, read-only.
        convention: which side momentum weighs, and whether the variance divides by m - 1.
        updates: batches taken in.
        skipped: batches left out because a mean or variance was not finite.

    >>> stats = RunningStatistics.start(1, "keras")
    >>> stats = stats.update(mean=[5.0], variance=[4.0], count=32)
    >>> stats.mean.round(4), stats.variance.round(4), stats.updates
    (array([0.05]), array([1.03]), 1)
    """

    mean: Floats
    variance: Floats
    convention: Convention
    updates: int = 0
    skipped: int = 0

    def __post_init__(self) -> None:
        mean, variance = _frozen(self.mean, "mean"), _frozen(self.variance, "variance")
        if mean.shape != variance.shape:
            raise ValueError(
                f"mean has {mean.size} channels and variance {variance.size}: give one of each per channel."
            )
        if (variance < 0).any():
            raise ValueError(f"variance holds {variance.min():g}, but a variance is never negative.")
        object.__setattr__(self, "mean", mean)
        object.__setattr__(self, "variance", variance)

    @classmethod
    def start(
        cls, channels: int, like: str | Convention = "keras", *, momentum: float | None = None
    ) -> RunningStatistics:
        """Return the statistics before the first batch: mean 0 and variance 1.

        Args:
            channels: number of channels C.
            like: name of a convention, or a convention.
            momentum: another momentum than the convention's, in the convention's meaning.

        >>> RunningStatistics.start(2, "pytorch", momentum=0.5).convention.keep
        0.5
        """
        if channels < 1:
            raise ValueError(f"channels={channels}, but there must be at least one channel.")
        chosen = convention(like) if isinstance(like, str) else like
        if momentum is not None:
            chosen = replace(chosen, momentum=momentum)
        return cls(np.zeros(channels), np.ones(channels), chosen)

    def update(self, mean: ArrayLike, variance: ArrayLike, count: int) -> RunningStatistics:
        """Return the statistics after one more batch; a batch that is not finite is skipped and counted.

        Args:
            mean: batch mean, C values in any shape such as (1, C, 1, 1).
            variance: batch variance divided by m (population variance), C values.
            count: m, the number of values behind each of them (N * H * W for images).
        Returns: new statistics; `self` stays as it is.
        Raises: ValueError for another number of channels, or one value per channel under a convention
            that divides by m - 1.
        Source: Ioffe and Szegedy 2015, arXiv:1502.03167, Algorithm 2 (variance times m / (m - 1)).
        """
        batch_mean, batch_variance = self._channels(mean, "mean"), self._channels(variance, "variance")
        if count < 1:
            raise ValueError(f"count={count}, but a batch holds at least one value per channel.")
        if self.convention.unbiased:
            if count == 1:
                raise ValueError(
                    f"count=1 value per channel has no unbiased variance (convention {self.convention.name!r} "
                    "divides by m - 1 = 0): use a larger batch, or the convention 'keras' or 'flax'."
                )
            batch_variance = batch_variance * (count / (count - 1))
        if not (np.isfinite(batch_mean).all() and np.isfinite(batch_variance).all()):
            return replace(self, skipped=self.skipped + 1)
        keep = self.convention.keep
        return replace(
            self,
            mean=keep * self.mean + (1.0 - keep) * batch_mean,
            variance=keep * self.variance + (1.0 - keep) * batch_variance,
            updates=self.updates + 1,
        )

    def after(self, updates: int, mean: ArrayLike, variance: ArrayLike, count: int) -> RunningStatistics:
        """Return the statistics after `updates` batches that all have the same mean and variance.

            after t updates = keep^t * now + (1 - keep^t) * batch

        The closed form of calling `update` t times.

        >>> RunningStatistics.start(1).after(100, [5.0], [1.0], count=32).mean.round(3)
        array([3.17])
        """
        if updates < 0:
            raise ValueError(f"updates={updates}, but the number of batches cannot be negative.")
        left = share_left(self.convention.keep, updates)
        # One update whose weight is that of all of them: the closed form is again a weighted mean.
        weight = left if self.convention.momentum_weighs == "old" else 1.0 - left
        step = replace(self, convention=replace(self.convention, momentum=weight))
        step = step.update(mean, variance, count)
        skipped = step.skipped > self.skipped
        return replace(
            step,
            convention=self.convention,
            updates=self.updates if skipped else self.updates + updates,
            skipped=self.skipped + updates if skipped else self.skipped,
        )

    @property
    def share_of_start(self) -> float:
        """Share of the starting values (0 and 1) still in the statistics: keep ** updates."""
        return share_left(self.convention.keep, self.updates)

    def _channels(self, values: ArrayLike, name: str) -> Floats:
        array = numeric_array(values, name)
        if array.size != self.mean.size:
            raise ValueError(
                f"{name} of shape {array.shape} holds {array.size} values, but the running statistics have "
                f"{self.mean.size} channels: give one value per channel."
            )
        return array.reshape(-1).astype(np.float64)


def share_left(keep: float, updates: int) -> float:
    """Return which share of the initial value is left after some updates: keep ** updates.

    At momentum 0.99, one epoch of 42 batches leaves two thirds of the initial value.

    >>> round(share_left(0.99, 42), 3), round(share_left(0.9, 42), 3)
    (0.656, 0.012)
    """
    return float(keep**updates)


def updates_until(keep: float, share: float) -> int:
    """Return after how many updates at most `share` of the initial value is left.

    >>> updates_until(0.99, 0.01), updates_until(0.9, 0.01)
    (459, 44)
    """
    if not 0 < keep < 1:
        raise ValueError(f"keep={keep} leaves the initial value {'whole' if keep else 'nothing'} for ever.")
    if not 0 < share <= 1:
        raise ValueError(f"share={share} is no share: choose a value above 0 and up to 1.")
    return int(np.ceil(np.log(share) / np.log(keep)))


def _frozen(values: NDArray[Any], name: str) -> Floats:
    array = numeric_array(values, name)
    if array.ndim != 1:
        raise ValueError(f"{name} has shape {array.shape}, but running statistics are one value per channel.")
    array = array.astype(np.float64)
    array.flags.writeable = False
    return array
