"""What gamma, beta and a bias before batch norm can do: undo it, shift behind it, and nothing at all."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from normlib.checks import epsilon, numeric_array
from normlib.layers import batch_norm

Floats = NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class Stages:
    """One unit on its way through batch norm, and which of its parameters a loss can move.

    Attributes:
        before: (N,) x + bias.
        normalized: (N,) x_hat.
        after: (N,) gamma * x_hat + beta.
        bias_gradient: derivative of the loss by the bias, the sum of that by x: 0 but for rounding.
        gamma_gradient: derivative by gamma.
        beta_gradient: derivative by beta.
    """

    before: NDArray[np.floating]
    normalized: NDArray[np.floating]
    after: NDArray[np.floating]
    bias_gradient: float
    gamma_gradient: float
    beta_gradient: float


def restoring(x: ArrayLike, eps: float = 1e-3) -> tuple[Floats, Floats]:
    """Return the gamma and the beta with which batch norm gives its input back.

        gamma = sqrt(variance + eps)    beta = mean

    Args:
        x: (N, C) the batch.
        eps: added to the variance, >= 0.
    Returns: gamma and beta, (C,) each.
    Source: Ioffe and Szegedy 2015, arXiv:1502.03167, section 3.

    >>> x = np.array([[1.0], [5.0]])
    >>> gamma, beta = restoring(x)
    >>> batch_norm(x, gamma=gamma, beta=beta).output.round(12).tolist()
    [[1.0], [5.0]]
    """
    found = batch_norm(numeric_array(x), eps=epsilon(eps))
    return np.sqrt(found.variance.ravel() + eps), found.mean.ravel().copy()


def stages(
    x: ArrayLike, target: ArrayLike, *, bias: float = 0.0, gamma: float = 1.0, beta: float = 0.0, eps: float = 1e-3
) -> Stages:
    """Send one unit through bias and batch norm, and derive a loss by every parameter.

        y = gamma * x_hat(x + bias) + beta      loss = mean((y - target)^2) / 2

    The mean of the batch takes the bias along, so subtracting it removes the bias again.

    Args:
        x: (N,) values of the unit.
        target: (N,) what the outputs should be.
        bias: added to every value before batch norm, in the dtype of `x`.
        gamma: factor after normalizing.
        beta: offset after normalizing.
        eps: added to the variance, >= 0.
    Returns: a `Stages`.
    Raises: ValueError for fewer than two values.
    Source: Ioffe and Szegedy 2015, arXiv:1502.03167, section 3.2 (the bias can be ignored).

    >>> found = stages([1.0, 2.0, 6.0], [0.0, 0.0, 1.0], bias=100.0)
    >>> abs(found.bias_gradient) < 1e-12, round(found.beta_gradient, 3)
    (True, -0.333)
    """
    values = numeric_array(x).ravel()
    before = values + values.dtype.type(bias)
    wanted = numeric_array(target).ravel()
    result = batch_norm(before[:, None], gamma=[gamma], beta=[beta], eps=eps)
    after = result.output[:, 0]
    dx, dgamma, dbeta = result.backward(((after - wanted) / after.size)[:, None])
    return Stages(
        before=before,
        normalized=result.normalized[:, 0],
        after=after,
        bias_gradient=float(dx.sum(dtype=np.float64)),
        gamma_gradient=float(dgamma[0]),
        beta_gradient=float(dbeta[0]),
    )
