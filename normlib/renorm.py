"""Batch renormalization: batch norm whose training output is corrected towards the running statistics."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import ArrayLike, NDArray

from normlib.checks import axes_tuple, epsilon, numeric_array
from normlib.layers import batch_norm

Floats = NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class RenormStatistics:
    """Running mean and running standard deviation per channel.

        new = keep * old + (1 - keep) * batch

    The paper averages standard deviations, batch norm averages variances: the mean of roots is smaller than
    the root of the mean.

    Attributes:
        mean: running mean, (C,).
        std: running standard deviation with eps inside its root, (C,), above 0.
        keep: weight of the old value in one update.

    >>> stats = RenormStatistics(np.zeros(1), np.ones(1)).update([5.0], [2.0])
    >>> stats.mean.round(4), stats.std.round(4)
    (array([0.05]), array([1.01]))
    """

    mean: Floats
    std: Floats
    keep: float = 0.99

    def __post_init__(self) -> None:
        mean, std = (
            np.atleast_1d(numeric_array(v, n)).astype(float) for v, n in ((self.mean, "mean"), (self.std, "std"))
        )
        if mean.ndim != 1 or mean.shape != std.shape:
            raise ValueError(
                f"mean has shape {mean.shape} and std {std.shape}: give one of each per channel, both (C,)."
            )
        if not (std > 0).all():
            raise ValueError(f"std holds {std.min():g}, but is divided by: give values above 0.")
        if not 0 <= self.keep <= 1:
            raise ValueError(f"keep={self.keep} is no weight: choose a value from 0 to 1.")
        object.__setattr__(self, "mean", mean)
        object.__setattr__(self, "std", std)

    def update(self, mean: ArrayLike, std: ArrayLike) -> RenormStatistics:
        """Return the statistics after one more batch with this mean and standard deviation per channel."""
        keep, new = self.keep, 1.0 - self.keep
        return replace(
            self,
            mean=keep * self.mean + new * numeric_array(mean, "mean").reshape(-1),
            std=keep * self.std + new * numeric_array(std, "std").reshape(-1),
        )


@dataclass(frozen=True, eq=False)
class Renormalized:
    """What batch renormalization returns.

    Attributes:
        output: y, shaped like the input.
        r: the factor of each channel, (C,), after its limits.
        d: the offset of each channel, (C,), after its limits.
        limited: whether a limit held r or d back, (C,).
        running: the statistics with this batch taken in (in inference: as they were).
    """

    output: Floats
    r: Floats
    d: Floats
    limited: NDArray[np.bool_]
    running: RenormStatistics


def batch_renorm(
    x: ArrayLike,
    running: RenormStatistics,
    *,
    rmax: float = 3.0,
    dmax: float = 5.0,
    gamma: ArrayLike | None = None,
    beta: ArrayLike | None = None,
    channel_axis: int = -1,
    eps: float = 1e-3,
    training: bool = True,
) -> Renormalized:
    """Normalize with the batch, then correct towards the running statistics as far as two limits allow.

        y = ((x - mean_B) / sd_B * r + d) * gamma + beta          sd_B = sqrt(variance_B + eps)
        r = clip(sd_B / sd_run, 1 / rmax, rmax)
        d = clip((mean_B - mean_run) / sd_run, -dmax, dmax)

    Gradients take r and d for constants. With rmax = 1 and dmax = 0 it is batch norm; where no limit holds,
    y = (x - mean_run) / sd_run * gamma + beta, which is inference. r and d use the running statistics from
    before this batch. Keras (BatchNormalization(renorm=True), 3.15) has no limits unless asked for, and its
    lower limit of r is 0 unless `rmin` is given too.

    Args:
        x: (N, ..., C), or any shape with the channels on `channel_axis`.
        running: the running statistics.
        rmax: r stays between 1 / rmax and rmax, >= 1; math.inf for no limit.
        dmax: d stays between -dmax and dmax, >= 0; math.inf for no limit.
        gamma: factor per channel, (C,); 1 without it.
        beta: offset per channel, (C,); 0 without it.
        channel_axis: axis of the channels.
        eps: added to the batch variance, >= 0.
        training: correct this batch (True), or normalize with `running` (False).
    Returns: a `Renormalized`.
    Raises: ValueError for limits that cannot work, one value per channel in training, or what batch_norm
        refuses; TypeError for data that is not numeric.
    Source: Ioffe 2017, arXiv:1702.03275, Algorithm 1.

    >>> stats = RenormStatistics(np.array([1.0]), np.array([2.0]))
    >>> batch_renorm([[0.0], [4.0]], stats, rmax=1, dmax=0, eps=0.0).output.ravel()
    array([-1.,  1.])
    >>> batch_renorm([[0.0], [4.0]], stats, eps=0.0).output.ravel()
    array([-0.5,  1.5])
    """
    if not rmax >= 1:
        raise ValueError(f"rmax={rmax} leaves no room for r between 1 / rmax and rmax: choose 1 or more.")
    if not dmax >= 0:
        raise ValueError(f"dmax={dmax} leaves no room for d between -dmax and dmax: choose 0 or more.")
    array = numeric_array(x)
    channel = axes_tuple(channel_axis, array.ndim, "channel_axis")[0]
    channels = array.shape[channel]
    if running.mean.size != channels:
        raise ValueError(
            f"The running statistics have {running.mean.size} channels, but x of shape {array.shape} has {channels} "
            f"on channel_axis={channel_axis}."
        )
    across = tuple(channels if a == channel else 1 for a in range(array.ndim))
    scale, offset = (
        numeric_array(empty if values is None else values, name)
        for values, name, empty in ((gamma, "gamma", np.ones(channels)), (beta, "beta", np.zeros(channels)))
    )
    for values, name in ((scale, "gamma"), (offset, "beta")):
        if values.shape != (channels,):
            raise ValueError(f"{name} has shape {values.shape}, but needs {(channels,)}: one value per channel.")
    scale, offset = scale.reshape(across), offset.reshape(across)
    if not training:
        hat = (array - running.mean.reshape(across)) / running.std.reshape(across)
        ones, zeros = np.ones(channels), np.zeros(channels)
        return Renormalized(hat * scale + offset, ones, zeros, zeros > 0, running)
    batch = batch_norm(array.astype(np.float64), channel_axis=channel_axis, eps=epsilon(eps))
    mean, std = batch.mean.reshape(-1), np.sqrt(batch.variance.reshape(-1) + eps)
    wanted_r, wanted_d = std / running.std, (mean - running.mean) / running.std
    r, d = np.clip(wanted_r, 1.0 / rmax, rmax), np.clip(wanted_d, -dmax, dmax)
    hat = batch.output * r.reshape(across) + d.reshape(across)
    limited = (r != wanted_r) | (d != wanted_d)
    return Renormalized(hat * scale + offset, r, d, limited, running.update(mean, std))


def limits_at(step: float, *, rmax: float = 3.0, dmax: float = 5.0) -> tuple[float, float]:
    """Return rmax and dmax at a step of training, as the paper relaxes them.

    Batch norm (1 and 0) for 5,000 steps; then rmax rises until step 40,000 and dmax until step 25,000. The
    paper says "gradually"; in a straight line is our reading.

    Args:
        step: steps of training so far, >= 0.
        rmax: where rmax ends, 3 in the paper.
        dmax: where dmax ends, 5 in the paper.
    Source: Ioffe 2017, arXiv:1702.03275, section 4.

    >>> limits_at(0), limits_at(15_000), limits_at(50_000)
    ((1.0, 0.0), (1.5714285714285714, 2.5), (3.0, 5.0))
    """
    if step < 0:
        raise ValueError(f"step={step}, but training starts at step 0.")
    return (
        1.0 + (rmax - 1.0) * min(max((step - 5_000) / 35_000, 0.0), 1.0),
        dmax * min(max((step - 5_000) / 20_000, 0.0), 1.0),
    )
