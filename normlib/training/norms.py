"""Normalization layers of several members at once, forward and backward, in buffers made once.

    x_hat = (x - mean) / sqrt(variance + eps)        y = x_hat * gamma + beta
    dx = (g - mean(g) - x_hat * mean(g * x_hat)) / sqrt(variance + eps)        g = dy * gamma

Arrays are small here, so the time goes into calls: sums are products with a constant vector, nothing is
allocated, and nothing is checked. `normlib.layers` is the same arithmetic with all of that; tests compare.
Statistics are two-pass in the dtype of the run: over the at most 1024 values of a float32 run the rounding
is some 1e-6 of the variance, and the pass in float64 would double the time.
"""

from __future__ import annotations

from typing import Any, NamedTuple, Protocol

import numpy as np
from numpy.typing import NDArray

Array = NDArray[Any]


class Affine(NamedTuple):
    """Factor and offset, (M, 1, C), and where their gradients go; None for each that the layer does not have."""

    gamma: Array | None = None
    beta: Array | None = None
    dgamma: Array | None = None
    dbeta: Array | None = None


class Norm(Protocol):
    """A normalization layer of M members on (M, B, C)."""

    output: Array

    def forward(self, x: Array) -> Array:
        """Normalize with the statistics of `x`; `output` and the return value are one buffer."""
        ...

    def infer(self, x: Array) -> Array:
        """Normalize as when the network is used."""
        ...

    def backward(self, dy: Array) -> None:
        """Replace dL/dy by dL/dx, and write the gradients of gamma and beta. Once per forward pass."""
        ...


class BatchNorm:
    """Each unit over the batch. Memory order (B, M, C): the statistics of all members are one long row.

    `spare` is an array (M, B, C) in that order, which forward and backward pass overwrite.

    Here 1 / sqrt(variance + eps) is not multiplied into the deviations, but into gamma, which is smaller.

    Attributes:
        output: y, (M, B, C).
        mean, variance: of the last batch, (M, 1, C); the variance divides by B.
        running_mean, running_variance: (M, 1, C), which inference reads.
    """

    def __init__(
        self,
        shape: tuple[int, int, int],
        dtype: str,
        eps: Array,
        statistics: tuple[Array, Array],
        running: tuple[Array, Array],
        *,
        affine: Affine,
        spare: Array,
    ) -> None:
        members, rows, units = shape
        self._eps = eps
        self._gamma, self._beta, dgamma, dbeta = affine
        self._ones = np.ones((1, 1, rows), dtype)
        self._average = np.full((1, 1, rows), 1 / rows, dtype)
        self._share = np.array(1 / rows, dtype)
        self.mean, self.variance = statistics
        self.running_mean, self.running_variance = running
        self._spare = spare
        self.output, self._deviations = np.empty_like(spare), np.empty_like(spare)
        self._inverse, self._factor, self._row = np.empty((3, members, 1, units), dtype)
        self._dgamma = np.empty_like(self.mean) if dgamma is None else dgamma
        self._dbeta = np.empty_like(self.mean) if dbeta is None else dbeta

    def forward(self, x: Array) -> Array:
        """Normalize with the statistics of this batch."""
        deviations = self._deviations
        np.matmul(self._average, x, out=self.mean)
        np.subtract(x, self.mean, out=deviations)
        np.multiply(deviations, deviations, out=self._spare)
        np.matmul(self._average, self._spare, out=self.variance)
        return self._scale(self.variance)

    def infer(self, x: Array) -> Array:
        """Normalize with the running statistics."""
        np.subtract(x, self.running_mean, out=self._deviations)
        return self._scale(self.running_variance)

    def backward(self, dy: Array) -> None:
        """Replace dL/dy by dL/dx.

        With sums over the batch, gamma comes out of the means:
        dx = gamma / sqrt(variance + eps) * (dy - dbeta / B - x_hat * dgamma / B).
        """
        deviations, row = self._deviations, self._row
        np.multiply(dy, deviations, out=self._spare)
        np.matmul(self._ones, self._spare, out=self._dgamma)
        np.multiply(self._dgamma, self._inverse, out=self._dgamma)
        np.matmul(self._ones, dy, out=self._dbeta)
        np.multiply(self._dgamma, self._inverse, out=row)
        np.multiply(row, self._share, out=row)
        np.multiply(deviations, row, out=deviations)
        np.multiply(self._dbeta, self._share, out=row)
        np.subtract(dy, row, out=dy)
        np.subtract(dy, deviations, out=dy)
        np.multiply(dy, self._factor, out=dy)

    def _scale(self, variance: Array) -> Array:
        """Write y from the deviations, and keep 1 / sqrt(variance + eps) and its product with gamma."""
        np.add(variance, self._eps, out=self._inverse)
        np.sqrt(self._inverse, out=self._inverse)
        np.reciprocal(self._inverse, out=self._inverse)
        if self._gamma is None:
            np.copyto(self._factor, self._inverse)
        else:
            np.multiply(self._inverse, self._gamma, out=self._factor)
        np.multiply(self._deviations, self._factor, out=self.output)
        if self._beta is not None:
            np.add(self.output, self._beta, out=self.output)
        return self.output


class SampleNorm:
    """Each sample over its units, or over each group of them: layer, instance, group and RMS norm.

    Memory order (M, B, C), seen as rows (M, B * G, C / G) of values that share their statistics. Without
    `center` the mean stays in, and the mean square takes the place of the variance (RMS norm). `spare` is an
    array (M, B, C), which forward and backward pass overwrite.
    """

    def __init__(
        self,
        shape: tuple[int, int, int],
        dtype: str,
        eps: Array,
        groups: int,
        *,
        affine: Affine,
        spare: Array,
        center: bool,
    ) -> None:
        members, rows, units = shape
        self._grouped = (members, rows * groups, units // groups)
        self._eps, self._center = eps, center
        self._gamma, self._beta, self._dgamma, self._dbeta = affine
        self._average = np.full((1, units // groups, 1), groups / units, dtype)
        self._ones = np.ones((1, 1, rows), dtype)
        self._spare = spare
        self.output, self._x_hat = np.empty((2, *shape), dtype)
        self._column, self._inverse = np.empty((2, members, rows * groups, 1), dtype)

    def forward(self, x: Array) -> Array:
        """Normalize each row."""
        values, x_hat, spare = (a.reshape(self._grouped) for a in (x, self._x_hat, self._spare))
        if self._center:
            self._averages(values, self._column)
            values = np.subtract(values, self._column, out=x_hat)
        np.multiply(values, values, out=spare)
        self._averages(spare, self._inverse)
        np.add(self._inverse, self._eps, out=self._inverse)
        np.sqrt(self._inverse, out=self._inverse)
        np.reciprocal(self._inverse, out=self._inverse)
        np.multiply(values, self._inverse, out=x_hat)
        y = self._x_hat
        if self._gamma is not None:
            y = np.multiply(y, self._gamma, out=self.output)
        if self._beta is not None:
            y = np.add(y, self._beta, out=self.output)
        if y is not self.output:
            np.copyto(self.output, y)
        return self.output

    infer = forward

    def backward(self, dy: Array) -> None:
        """Replace dL/dy by dL/dx."""
        if self._dgamma is not None:
            np.multiply(dy, self._x_hat, out=self._spare)
            np.matmul(self._ones, self._spare, out=self._dgamma)
        if self._dbeta is not None:
            np.matmul(self._ones, dy, out=self._dbeta)
        if self._gamma is not None:
            np.multiply(dy, self._gamma, out=dy)
        g, x_hat, spare = (a.reshape(self._grouped) for a in (dy, self._x_hat, self._spare))
        np.multiply(g, x_hat, out=spare)
        self._averages(spare, self._column)
        np.multiply(x_hat, self._column, out=x_hat)
        if self._center:
            self._averages(g, self._column)
            np.subtract(g, self._column, out=g)
        np.subtract(g, x_hat, out=g)
        np.multiply(g, self._inverse, out=g)

    def _averages(self, values: Array, out: Array) -> None:
        if self._grouped[-1] == 1:  # instance norm: each value is its own mean
            np.copyto(out, values)
        else:
            np.matmul(values, self._average, out=out)
