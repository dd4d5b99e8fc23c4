"""The variance by two formulas, with few digits, and who uses which.

    one pass     mean(x^2) - mean(x)^2
    two passes   mean((x - mean(x))^2)

On paper they are the same. With a mean m and a standard deviation s, the first subtracts two numbers of the
size m^2 to find one of the size s^2: where (m / s)^2 passes the digits of the format, nothing is left.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property, lru_cache
from typing import Final

import numpy as np
from numpy.typing import NDArray

from normlib.precision import Floats, calculated, mean, rounded

Wide = NDArray[np.float64]
BATCH: Final = 64
CHANNELS: Final = 500
_SEED: Final = 0


@dataclass(frozen=True)
class Usage:
    """How a library computes the variance of a batch.

    Attributes:
        library: the library, with its version.
        one_pass: whether it computes mean(x^2) - mean(x)^2.
        guard: what it does about a result below 0.
        source: where that is written.
    """

    library: str
    one_pass: bool
    guard: str
    source: str


# Keras: `moments`, as BatchNormalization and GroupNormalization call it, without synchronization across devices.
USAGES: Final = (
    Usage("Keras 3.15 on TensorFlow", False, "not needed", "keras/src/backend/tensorflow/nn.py: tf.nn.moments"),
    Usage("Keras 3.15 on JAX", False, "not needed", "keras/src/backend/jax/nn.py: jnp.var"),
    Usage("Keras 3.15 on PyTorch", True, "none", "keras/src/backend/torch/nn.py: moments"),
    Usage("Keras 3.15 on NumPy", True, "none", "keras/src/backend/numpy/nn.py: moments"),
    Usage("Flax 0.12", True, "cut off at 0", "flax/linen/normalization.py: _compute_stats, use_fast_variance"),
    Usage("NormLab", False, "not needed", "normlib/moments.py: two passes in float64"),
)


def one_pass(x: Floats, form: str, order: str) -> Floats:
    """Return mean(x^2) - mean(x)^2 along the first axis, every operation rounded; it may be negative.

    Args:
        x: (N, ...) numbers of the format.
        form: one of `normlib.precision.FORMATS`.
        order: one of `normlib.precision.ORDERS`.

    >>> x = rounded([999.9, 1000.0, 1000.1], "float32")
    >>> float(one_pass(x, "float32", "in pairs")), round(float(two_pass(x, "float32", "in pairs")), 4)
    (0.0, 0.0067)
    """
    center = mean(x, form, order)
    squares = mean(calculated(np.multiply, x, x, form), form, order)
    return calculated(np.subtract, squares, calculated(np.multiply, center, center, form), form)


def two_pass(x: Floats, form: str, order: str) -> Floats:
    """Return mean((x - mean(x))^2) along the first axis, every operation rounded; it is never negative.

    Args: as for `one_pass`.

    >>> float(two_pass(rounded(np.full(64, 10000.0), "float32"), "float32", "one after another"))
    0.0
    """
    deviations = calculated(np.subtract, x, mean(x, form, order), form)
    return mean(calculated(np.multiply, deviations, deviations, form), form, order)


@dataclass(frozen=True, eq=False)
class Computed:
    """The variances that one formula gives, beside the true ones.

    Attributes:
        variance: (F, K) for F means and K channels; negative, infinite or NaN where the formula fails.
        true: variance of the stored values in float64, (F, K).
        roots: 1 / sqrt(variance + eps) in the same format, (F, K).
    """

    variance: Wide
    true: Wide
    roots: Wide

    @cached_property
    def negative(self) -> Wide:
        """Share of the channels whose variance is below 0, (F,)."""
        return np.asarray((self.variance < 0).mean(axis=1))

    @cached_property
    def lost(self) -> Wide:
        """Share of the channels whose variance is no finite number, (F,)."""
        return np.asarray((~np.isfinite(self.variance)).mean(axis=1))

    @cached_property
    def unusable(self) -> Wide:
        """Share of the channels whose variance is below 0 or no finite number, (F,)."""
        return np.asarray(self.negative + self.lost)

    @cached_property
    def constant(self) -> Wide:
        """Share of the channels whose stored values are all equal, (F,)."""
        return np.asarray((self.true == 0).mean(axis=1))

    @cached_property
    def failed(self) -> Wide:
        """Share of the channels that cannot be divided: the root is of a negative number, or not finite, (F,)."""
        return np.asarray((~np.isfinite(self.roots)).mean(axis=1))

    @cached_property
    def error(self) -> Wide:
        """Median of |variance - true| / true over the channels with a spread, (F,).

        Infinite where half of them have no finite variance; NaN where no channel has a spread.
        """
        result = np.full(len(self.true), np.nan)
        for at, (found, true) in enumerate(zip(self.variance, self.true, strict=True)):
            spread = true > 0
            if spread.any():
                off = np.abs(found[spread] - true[spread]) / true[spread]
                result[at] = np.median(np.where(np.isfinite(off), off, np.inf))
        return result


@dataclass(frozen=True, eq=False)
class Comparison:
    """Both formulas on the same stored values."""

    one: Computed
    two: Computed


@lru_cache(maxsize=16)
def compare(
    means: tuple[float, ...],
    *,
    std: float,
    stored: str,
    computed: str,
    order: str,
    eps: float = 1e-3,
    channels: int = CHANNELS,
) -> Comparison:
    """Compute the variance of normal values around several means by both formulas.

    Args:
        means: the means, F of them.
        std: standard deviation of the values.
        stored: format of the values, one of `normlib.precision.FORMATS`.
        computed: format of every operation.
        order: of the sums, one of `normlib.precision.ORDERS`.
        eps: added to the variance before the root.
        channels: number of channels K; each has 64 values.
    Returns: a `Comparison`; for arguments as before, the same one. Every mean has the same 64 * K deviates.

    >>> found = compare((100.0,), std=0.1, stored="float32", computed="float32", order="one after another")
    >>> bool(0.15 < found.one.error[0] < 0.25), bool(found.two.error[0] < 1e-6)
    (True, True)
    """
    z = np.random.default_rng(_SEED).standard_normal((BATCH, 1, channels))
    x = rounded(np.asarray(means)[:, None] + std * z, stored)
    with np.errstate(invalid="ignore"):  # where the stored values overflowed, there is no true variance either
        true = x.astype(np.float64).var(axis=0)
    x = rounded(x, computed)
    both = []
    for formula in (one_pass, two_pass):
        variance = formula(x, computed, order)
        shifted = calculated(np.add, variance, rounded(eps, computed), computed)
        with np.errstate(invalid="ignore"):
            root = rounded(np.sqrt(shifted), computed)
        inverse = calculated(np.divide, rounded(1.0, computed), root, computed)
        arrays = [array.astype(np.float64) for array in (variance, true, inverse)]
        for array in arrays:
            array.flags.writeable = False
        both.append(Computed(*arrays))
    return Comparison(*both)


def constant(value: float, count: int, form: str, order: str) -> tuple[float, float]:
    """Return what both formulas make of a constant, whose variance is 0.

    >>> constant(10000.0, 64, "float32", "in pairs")
    (0.0, 0.0)
    """
    x = rounded(np.full(count, value), form)
    return float(one_pass(x, form, order)), float(two_pass(x, form, order))
