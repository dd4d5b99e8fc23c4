"""How sure a mean over random splits is: Student's t, and the correction for splits that share samples."""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from numpy.typing import ArrayLike


@dataclass(frozen=True)
class Interval:
    """A mean and the range that covers the true one in `confidence` of all repetitions."""

    mean: float
    low: float
    high: float
    confidence: float


def mean_interval(values: ArrayLike, *, test_to_train: float = 0.0, confidence: float = 0.95) -> Interval:
    """Give the mean of `values` and its confidence interval by the (corrected resampled) t-test.

        mean +- t * sqrt((1 / J + test_to_train) * s^2),   t with J - 1 degrees of freedom

    `s^2` divides by J - 1. With `test_to_train = 0` this is the ordinary t interval, right for values
    that are independent. Results on resampled splits of one data set are not: their training sets
    overlap, and the ordinary interval would shrink to nothing as splits are added. The correction adds
    the ratio of test to training samples, which stands for that overlap.

    Args:
        values: J results, any shape, at least two.
        test_to_train: number of test samples over number of training samples in each split.
        confidence: between 0 and 1.
    Returns: an `Interval`.
    Raises: ValueError for fewer than two values, a value that is not finite, a negative ratio, or a
        confidence outside 0 to 1.
    Source: Nadeau and Bengio 2003, "Inference for the generalization error", Machine Learning 52, eq. 15.

    >>> interval = mean_interval([0.8, 0.9, 1.0])
    >>> round(interval.mean, 3), round(interval.low, 3), round(interval.high, 3)
    (0.9, 0.652, 1.148)
    """
    results = np.asarray(values, dtype=np.float64).ravel()
    if results.size < 2:
        raise ValueError(f"An interval needs at least two values, but {results.size} came: add repeats or splits.")
    if not np.isfinite(results).all():
        raise ValueError(f"{np.count_nonzero(~np.isfinite(results))} of {results.size} values are not finite.")
    if not 0 <= test_to_train < math.inf:
        raise ValueError(f"test_to_train={test_to_train} is a ratio of sample counts: use 0 or more.")
    if not 0 < confidence < 1:
        raise ValueError(f"confidence={confidence} must lie between 0 and 1, for example 0.95.")
    mean = float(results.mean())
    variance = float(results.var(ddof=1))
    half = student_t_quantile((1 + confidence) / 2, results.size - 1) * math.sqrt(
        (1 / results.size + test_to_train) * variance
    )
    return Interval(mean, mean - half, mean + half, confidence)


@lru_cache(maxsize=256)
def student_t_quantile(p: float, df: float) -> float:
    """Return the value that Student's t stays below with probability `p`.

    Found by bisection on `student_t_cdf`, down to the last bits of float64.

    Args:
        p: probability, strictly between 0 and 1.
        df: degrees of freedom, above 0.
    Returns: the quantile; 0 for p = 0.5, and antisymmetric around it.
    Raises: ValueError for p or df out of range.

    >>> round(student_t_quantile(0.975, 49), 4)
    2.0096
    """
    if not 0 < p < 1 or not df > 0:
        raise ValueError(f"p={p} must lie between 0 and 1, and df={df} must be positive.")
    if p == 0.5:
        return 0.0
    tail = min(p, 1 - p)
    low, high = 0.0, 1.0
    while _upper_tail(high, df) > tail and high < 1e300:
        low, high = high, 2 * high
    while (middle := (low + high) / 2) not in (low, high):
        low, high = (middle, high) if _upper_tail(middle, df) > tail else (low, middle)
    return high if p > 0.5 else -high


def student_t_cdf(t: float, df: float) -> float:
    """Return the probability that Student's t with `df` degrees of freedom is at most `t`.

        P(T > t) = I_x(df / 2, 1 / 2) / 2  for t >= 0, with x = df / (df + t^2)

    I is the regularized incomplete beta function.

    >>> round(student_t_cdf(1.0, 1), 6)  # one degree of freedom is the Cauchy distribution
    0.75
    """
    return 1 - _upper_tail(t, df) if t >= 0 else _upper_tail(-t, df)


def incomplete_beta(a: float, b: float, x: float) -> float:
    """Return the regularized incomplete beta function I_x(a, b), by its continued fraction.

    Args:
        a: above 0.
        b: above 0.
        x: from 0 to 1.
    Returns: a number from 0 to 1.
    Source: Abramowitz and Stegun, 26.5.8; evaluated by Lentz's method.

    >>> round(incomplete_beta(2, 3, 0.4), 6)
    0.5248
    """
    return _incomplete_beta(a, b, x, 1 - x)


def _upper_tail(t: float, df: float) -> float:
    square = t * t
    if square == math.inf:
        return 0.0
    return _incomplete_beta(df / 2, 0.5, df / (df + square), square / (df + square)) / 2


def _incomplete_beta(a: float, b: float, x: float, y: float) -> float:
    # y = 1 - x comes along, because the difference would lose the digits of a small one.
    if x <= 0 or y <= 0:
        return 0.0 if x <= 0 else 1.0
    if x > (a + 1) / (a + b + 2):  # the fraction converges fast on this side only
        return 1 - _incomplete_beta(b, a, y, x)
    front = math.exp(math.lgamma(a + b) - math.lgamma(a) - math.lgamma(b) + a * math.log(x) + b * math.log(y)) / a
    numerator, denominator = 1.0, 1 / (1 - (a + b) * x / (a + 1))
    fraction = denominator
    for m in range(1, 10_000):
        for term in (
            m * (b - m) * x / ((a + 2 * m - 1) * (a + 2 * m)),
            -(a + m) * (a + b + m) * x / ((a + 2 * m) * (a + 2 * m + 1)),
        ):
            denominator = 1 / (1 + term * denominator)
            numerator = 1 + term / numerator
            change = numerator * denominator
            fraction *= change
        if abs(change - 1) < 1e-16:
            break
    return front * fraction
