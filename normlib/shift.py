"""How far apart two samples of one feature are: five measures, each of which sees something else.

`a` is the reference (training data, the batch before), `b` what is compared with it.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike, NDArray

from normlib.checks import numeric_array

Floats = NDArray[np.float64]


def standardized_mean_difference(a: ArrayLike, b: ArrayLike) -> float:
    """Return how many standard deviations apart the means are; sees location only.

        d = (mean(b) - mean(a)) / sqrt((var(a) + var(b)) / 2)    with variances divided by n - 1

    Args:
        a: first sample, any shape, at least two values; NaN is left out.
        b: second sample, likewise.
    Returns: signed difference, no unit; 0 when both are the same constant, infinite when two constants differ.
    Raises: ValueError for samples too small or infinite; TypeError for data that is not numeric.
    Source: Cohen 1988, Statistical Power Analysis for the Behavioral Sciences, section 2.2.

    >>> standardized_mean_difference([1.0, 3.0], [3.0, 5.0]) * 2**0.5
    2.0
    """
    first, second = _sample(a, "a", 2), _sample(b, "b", 2)
    difference = float(second.mean() - first.mean())
    spread = float(np.sqrt((first.var(ddof=1) + second.var(ddof=1)) / 2))
    if spread == 0.0:
        return 0.0 if difference == 0.0 else float(np.copysign(np.inf, difference))
    return difference / spread


def variance_ratio(a: ArrayLike, b: ArrayLike) -> float:
    """Return the variance of `b` over that of `a`; sees spread only.

        r = var(b) / var(a)    with variances divided by n - 1

    Returns: 1 for equal spread; infinite when only `a` is constant, NaN when both are.
    Raises: ValueError for samples too small or infinite; TypeError for data that is not numeric.

    >>> variance_ratio([1.0, 3.0], [0.0, 4.0])
    4.0
    """
    first, second = _sample(a, "a", 2), _sample(b, "b", 2)
    reference, other = float(first.var(ddof=1)), float(second.var(ddof=1))
    if reference == 0.0:
        return float("nan") if other == 0.0 else float("inf")
    return other / reference


def wasserstein_1(a: ArrayLike, b: ArrayLike) -> float:
    """Return the average distance that values must travel to turn one sample into the other.

        W = integral of |F_a(x) - F_b(x)| dx    with the empirical distribution functions F

    Returns: distance in the units of the feature; 0 for equal distributions.
    Raises: ValueError for empty or infinite samples; TypeError for data that is not numeric.
    Source: Villani 2009, Optimal Transport, remark 2.19; scipy.stats.wasserstein_distance agrees.

    >>> wasserstein_1([0.0, 1.0], [5.0, 6.0])
    5.0
    """
    first, second = np.sort(_sample(a, "a", 1)), np.sort(_sample(b, "b", 1))
    at = np.sort(np.concatenate([first, second]))
    gap = np.abs(_share_up_to(first, at[:-1]) - _share_up_to(second, at[:-1]))
    return float(np.sum(gap * np.diff(at)))


def kolmogorov_smirnov(a: ArrayLike, b: ArrayLike) -> float:
    """Return the largest gap between the two empirical distribution functions.

        D = max over x of |F_a(x) - F_b(x)|

    Returns: 0 (equal) to 1 (no overlap), whatever the units.
    Raises: ValueError for empty or infinite samples; TypeError for data that is not numeric.
    Source: Smirnov 1939; scipy.stats.ks_2samp agrees.

    >>> kolmogorov_smirnov([1.0, 2.0, 3.0, 4.0], [3.0, 4.0, 5.0, 6.0])
    0.5
    """
    first, second = np.sort(_sample(a, "a", 1)), np.sort(_sample(b, "b", 1))
    at = np.concatenate([first, second])
    return float(np.abs(_share_up_to(first, at) - _share_up_to(second, at)).max())


def population_stability_index(a: ArrayLike, b: ArrayLike, bins: int = 10) -> float:
    """Return how differently two samples fill the quantile bins of the first.

        PSI = sum over bins of (q - p) * ln(q / p)

    p and q are the shares of `a` and `b` per bin, smoothed by half a value per bin, so that an empty bin
    does not make the index infinite. It is a symmetrized Kullback-Leibler divergence of the binned data.

    Args:
        a: first sample; its quantiles are the edges of the bins. NaN is left out.
        b: second sample.
        bins: number of bins; fewer remain when values repeat.
    Returns: 0 (equal shares) upward. A custom reads under 0.1 as stable and over 0.25 as shifted.
    Raises: ValueError for empty or infinite samples, or fewer than 2 bins; TypeError for data that is not
        numeric.
    Source: Siddiqi 2006, Credit Risk Scorecards, chapter 8; the smoothing is ours.

    >>> population_stability_index(range(100), range(100))
    0.0
    """
    if bins < 2:
        raise ValueError(f"bins={bins} cannot show a shift: use at least 2, 10 by custom.")
    first, second = _sample(a, "a", 1), _sample(b, "b", 1)
    edges = np.unique(np.quantile(first, np.arange(1, bins) / bins))
    p, q = (_smoothed_shares(sample, edges) for sample in (first, second))
    return float(np.sum((q - p) * np.log(q / p)))


def _smoothed_shares(sample: Floats, edges: Floats) -> Floats:
    counts = np.bincount(np.searchsorted(edges, sample, side="left"), minlength=edges.size + 1)
    return (counts.astype(np.float64) + 0.5) / (sample.size + 0.5 * counts.size)


def _share_up_to(ordered: Floats, at: Floats) -> Floats:
    """Return the share of values in an ordered sample that are at most `at`."""
    return np.searchsorted(ordered, at, side="right") / ordered.size


def _sample(values: ArrayLike, name: str, least: int) -> Floats:
    array = numeric_array(values, name).astype(np.float64).ravel()
    present = array[~np.isnan(array)]
    if present.size < least:
        raise ValueError(
            f"{name} holds {present.size} value{'' if present.size == 1 else 's'} without NaN, "
            f"but this measure needs at least {least}."
        )
    if np.isinf(present).any():
        where = int(np.flatnonzero(np.isinf(array))[0])
        raise ValueError(f"{name} is {array[where]} at position {where} (counted from 0): use finite values.")
    return present
