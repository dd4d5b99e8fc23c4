"""How much the mean and the variance of a random batch wander around those of all samples."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from normlib.checks import numeric_array
from normlib.moments import normalize

Floats = NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class BatchNoise:
    """Mean and variance of D random batches of every size, beside what theory expects of them.

    Attributes:
        sizes: (F,) samples in a batch.
        means: (F, D) mean of each batch.
        variances: (F, D) variance of each batch, divided by m as batch norm does.
        order: (D, largest size) samples in each batch; the first n of them are the batch of size n.
        mean: mean of all values.
        variance: variance of all values.
        samples: number of samples N.
        positions: values of the channel in one sample P.
        between: variance of the samples' own means, divided by N - 1.
    """

    sizes: NDArray[np.int64]
    means: Floats
    variances: Floats
    order: NDArray[np.int64]
    mean: float
    variance: float
    samples: int
    positions: int
    between: float

    @property
    def expected_spread(self) -> Floats:
        """Standard deviation of the batch mean, (F,): sqrt(between / n * (1 - n / N)), exact without replacement."""
        return np.asarray(np.sqrt(self.between / self.sizes * (1 - self.sizes / self.samples)))

    @property
    def expected_variance(self) -> Floats:
        """Expectation of the batch variance, (F,): what the mean wanders is missing from the variance."""
        return np.asarray(self.variance - self.expected_spread**2)

    @property
    def independent_spread(self) -> Floats:
        """Standard deviation of the batch mean, (F,), if all m = n P values were drawn on their own."""
        count = self.samples * self.positions
        values = self.sizes * self.positions
        return np.asarray(np.sqrt(self.variance * count / (count - 1) / values * (1 - self.sizes / self.samples)))

    @property
    def worth(self) -> float:
        """How many values drawn on their own steady the mean as much as one sample does: P if pixels were unrelated.

        Infinite where all samples have the same mean.
        """
        count = self.samples * self.positions
        # What rounding leaves of equal means is no spread.
        if self.between <= (1e-14 * (abs(self.mean) + math.sqrt(self.variance))) ** 2:
            return math.inf
        return self.variance * count / (count - 1) / self.between


def batch_noise(x: ArrayLike, sizes: Sequence[int], *, draws: int = 400, seed: int = 0) -> BatchNoise:
    """Draw random batches of every size, without replacement, and measure their means and variances.

        Var(batch mean)     = S^2 / n * (1 - n / N)      S^2 of the N samples' own means, divided by N - 1
        E(batch variance)   = variance - Var(batch mean)

    Both hold for any data. Batches of a larger size go on from those of a smaller one.

    Args:
        x: one channel of all samples, (N,) or (N, P) with P positions each.
        sizes: samples in a batch, rising, 1 to N.
        draws: number of batches D of each size.
        seed: of the random batches.
    Returns: a `BatchNoise`.
    Raises: ValueError for fewer than two samples, or a size that is no batch of them.
    Source: Cochran 1977, Sampling Techniques, chapters 2 (samples) and 9 (whole clusters).

    >>> noise = batch_noise(np.arange(10.0), [1, 5, 10], draws=50)
    >>> noise.expected_spread.round(3), float(noise.means[2].std())
    (array([2.872, 0.957, 0.   ]), 0.0)
    """
    values = numeric_array(x).astype(np.float64)
    values = values.reshape(len(values), -1)
    samples, positions = values.shape
    if samples < 2:
        raise ValueError(f"x holds {samples} sample, but batches are drawn from at least two.")
    chosen = np.asarray(sizes, dtype=np.int64)
    if chosen.size == 0 or chosen.min() < 1 or chosen.max() > samples or (np.diff(chosen) <= 0).any():
        raise ValueError(f"sizes={list(sizes)}: give rising sizes from 1 to the {samples} samples there are.")
    everybody = np.tile(np.arange(samples), (draws, 1))
    order = np.random.default_rng(seed).permuted(everybody, axis=1)[:, : chosen[-1]].copy()
    own_mean, own_variance = values.mean(axis=1), values.var(axis=1)
    picked_mean, picked_variance = own_mean[order], own_variance[order]
    # The variance of a batch: that inside its samples on average, and that between their means.
    return BatchNoise(
        sizes=chosen,
        means=np.stack([picked_mean[:, :n].mean(axis=1) for n in chosen]),
        variances=np.stack([picked_variance[:, :n].mean(axis=1) + picked_mean[:, :n].var(axis=1) for n in chosen]),
        order=order,
        mean=float(values.mean()),
        variance=float(values.var()),
        samples=samples,
        positions=positions,
        between=float(own_mean.var(ddof=1)),
    )


def batch_outputs(x: ArrayLike, order: NDArray[np.int64], *, eps: float = 1e-3) -> Floats:
    """Return what batch norm in training makes of each batch, without gamma and beta.

    One value per batch gives 0, as Keras and Flax do in silence; `batch_norm` refuses it, as PyTorch does.

    Args:
        x: one channel of all samples, (N,) or (N, P).
        order: (D, n) samples in each batch.
        eps: added to the variance, >= 0.
    Returns: (D, n, P).

    >>> batch_outputs([1.0, 5.0, 9.0], np.array([[0, 1], [2, 1]]), eps=0.0)[..., 0]
    array([[-1.,  1.],
           [ 1., -1.]])
    """
    values = numeric_array(x).astype(np.float64)
    output, _ = normalize(values.reshape(len(values), -1)[order], (1, 2), eps)
    return np.asarray(output, dtype=np.float64)


def normal_std_spread(size: int) -> float:
    """Return the standard deviation of a batch's standard deviation, for normal values of variance 1.

        sqrt(m - 1 - 2 * (G(m / 2) / G((m - 1) / 2))^2) / sqrt(m)     with the gamma function G

    Args:
        size: values in a batch m; the standard deviation divides by m.
    Raises: ValueError for fewer than two values.

    >>> [round(normal_std_spread(m), 2) for m in (2, 4, 8, 16, 32, 128)]
    [0.43, 0.34, 0.25, 0.18, 0.12, 0.06]
    """
    if size < 2:
        raise ValueError(f"size={size}, but a batch needs two values to have a spread.")
    ratio = math.exp(math.lgamma(size / 2) - math.lgamma((size - 1) / 2))
    return math.sqrt((size - 1 - 2 * ratio**2) / size)


def last_batch(rows: int, size: int) -> int:
    """Return how many rows the last batch of an epoch holds.

    >>> last_batch(142, 47), last_batch(128, 32)
    (1, 32)
    """
    if rows < 1 or size < 1:
        raise ValueError(f"rows={rows} and size={size} must be at least 1.")
    return rows % size or min(size, rows)
