"""What a normalization layer returns: its output, its statistics, and the way back for gradients."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property
from math import prod
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from normlib.checks import numeric_array
from normlib.moments import Moments, inverse_root, normalize
from normlib.running import RunningStatistics

Floats = NDArray[np.float64]


@dataclass(frozen=True, eq=False, kw_only=True)
class Normalized:
    """The result of a normalization layer. Its arrays are read-only.

    The input is kept, not copied: leave it unchanged until `normalized` and `backward` have been used.

    Attributes:
        output: x_hat * gamma + beta, shaped like the input, in its floating dtype.
        mean: mean of each slice, float64, with length 1 in the averaged axes of the grouped view
            (running mean in inference, zeros for RMS norm).
        variance: population variance of each slice, shaped like `mean`
            (running variance in inference, mean square for RMS norm).
        axes: axes averaged over, in the grouped view.
        view_shape: shape of the grouped view: that of the input, with C split into (G, C / G) by group norm.
        eps: what was added to the variance.
        running: running statistics after this batch (batch norm only), or None.
        warning: what the layer had to say about an input that leaves nothing, or "".
    """

    output: NDArray[np.floating]
    mean: Floats
    variance: Floats
    axes: tuple[int, ...]
    view_shape: tuple[int, ...]
    eps: float
    running: RunningStatistics | None = None
    warning: str = ""
    _x: NDArray[np.floating] = field(repr=False)  # in the grouped view
    _gamma: NDArray[Any] | None = field(repr=False)  # broadcastable to the grouped view
    _beta: NDArray[Any] | None = field(repr=False)
    _affine_axes: tuple[int, ...] = field(repr=False)  # of the grouped view, that gamma and beta span
    _center: bool = field(repr=False)
    _training: bool = field(repr=False)

    @property
    def count(self) -> int:
        """Values behind each mean and variance: m. No |x_hat| can exceed sqrt(m - 1)."""
        return prod(self.view_shape[a] for a in self.axes)

    @cached_property
    def normalized(self) -> NDArray[np.floating]:
        """x_hat = (x - mean) / sqrt(variance + eps), before gamma and beta; shaped like the input."""
        if self._gamma is None and self._beta is None:
            return self.output
        moments = Moments(self.mean, self.variance)
        x_hat, _ = normalize(self._x, self.axes, self.eps, center=self._center, moments=moments)
        x_hat = x_hat.reshape(self.output.shape)
        x_hat.flags.writeable = False
        return x_hat

    def backward(self, dy: ArrayLike) -> tuple[NDArray[np.floating], Floats, Floats]:
        """Return the gradients of a loss with respect to x, gamma and beta, exact including eps.

            g  = dy * gamma
            dx = (g - mean(g) - x_hat * mean(g * x_hat)) / sqrt(variance + eps)
            dgamma = sum(dy * x_hat)    dbeta = sum(dy)

        The means run over the axes of the statistics, the sums over all axes that share a gamma. RMS norm
        has no mean(g); in inference the statistics are constants and dx = g / sqrt(variance + eps).

        Args:
            dy: gradient with respect to `output`, shaped like it.
        Returns: dx in the dtype of the input; dgamma and dbeta in float64, shaped like gamma and beta
            (what a gamma of ones and a beta of zeros would get, where none were given).
        Raises: ValueError for a gradient of another shape.
        Source: Ioffe and Szegedy 2015, arXiv:1502.03167, section 3, simplified.

        >>> import normlib
        >>> result = normlib.layer_norm([[1.0, 3.0]], eps=0.0)
        >>> dx, dgamma, dbeta = result.backward([[1.0, 0.0]])
        >>> dx, dgamma, dbeta
        (array([[0., 0.]]), array([-1.,  0.]), array([1., 0.]))
        """
        gradient = numeric_array(dy, "dy")
        if gradient.shape != self.output.shape:
            raise ValueError(
                f"dy has shape {gradient.shape}, but the output has shape {self.output.shape}: "
                "give one gradient per output value."
            )
        with np.errstate(invalid="ignore", over="ignore"):
            gradient = gradient.reshape(self.view_shape).astype(np.float64)
            inverse = inverse_root(self.variance, self.eps)
            # From x, not from the output, whose dtype may have rounded it.
            x_hat = (self._x.astype(np.float64) - self.mean) * inverse
            shared = tuple(a for a in range(gradient.ndim) if a not in self._affine_axes)
            parameters = tuple(self.view_shape[a] for a in self._affine_axes)
            if len(self.view_shape) > self.output.ndim:
                parameters = (prod(parameters),)  # groups and their channels are one axis outside
            product = gradient * x_hat
            dgamma = product.sum(axis=shared).reshape(parameters)
            dbeta = gradient.sum(axis=shared).reshape(parameters)
            if self._gamma is not None:
                gradient *= self._gamma
                product *= self._gamma
            if self._training:
                if self._center:
                    gradient -= gradient.mean(axis=self.axes, keepdims=True)
                x_hat *= product.mean(axis=self.axes, keepdims=True)
                gradient -= x_hat
            gradient *= inverse
            return gradient.reshape(self.output.shape).astype(self.output.dtype), dgamma, dbeta
