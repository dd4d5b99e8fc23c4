"""Relatives of the normalization layers that act on weights instead of activations, or need no statistics at all."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from normlib.checks import axes_tuple, epsilon, numeric_array

Floats = NDArray[np.float64]


def weight_standardization(
    w: ArrayLike, *, out_axis: int = -1, eps: float = 1e-5, unbiased: bool = False
) -> NDArray[np.floating]:
    """Give the weights of each output filter mean 0 and standard deviation 1, before they meet any data.

        w_hat = (w - mean) / (std + eps)      mean and std over all axes of w but `out_axis`

    What the filter answers then depends neither on the scale of its weights nor on a number added to all of
    them. The authors give two versions and the same eps in both: their PyTorch code divides the sum of
    squares by n - 1 (`unbiased=True`), their TensorFlow code by n. For 3 x 3 x 64 weights that is a factor of
    1.0009, for the 9 of a depthwise filter one of 1.06. Meant for layers that batch or group norm follows.

    Args:
        w: weights, (height, width, in, out) as in Keras, or any shape with at least two weights per filter.
        out_axis: axis of the output filters, -1 as in Keras, 0 as in PyTorch.
        eps: added to the standard deviation, not to the variance, >= 0.
        unbiased: divide by n - 1 instead of n.
    Returns: the standardized weights, shaped like `w`; a constant filter becomes zeros.
    Raises: ValueError for an axis or an eps that cannot work, or filters of a single weight; TypeError for
        weights that are not numeric.
    Source: Qiao, Wang, Liu, Shen and Yuille 2019, arXiv:1903.10520, and the code beside it,
        https://github.com/joe-siyuan-qiao/WeightStandardization

    >>> weight_standardization([[1.0, -10.0], [3.0, 30.0]], eps=0.0)
    array([[-1., -1.],
           [ 1.,  1.]])
    """
    array, axes, count = _filters(w, out_axis)
    eps = epsilon(eps)
    if count == 1:
        raise ValueError(
            f"w of shape {array.shape} has 1 weight per filter (out_axis={out_axis}), whose standard deviation is 0: "
            "weight standardization needs at least 2."
        )
    weights = array.astype(np.float64)
    deviations = weights - weights.mean(axis=axes, keepdims=True)
    # What rounding leaves of a constant filter is no spread.
    deviations[np.broadcast_to(np.ptp(weights, axis=axes, keepdims=True) == 0, weights.shape)] = 0.0
    squares = (deviations**2).sum(axis=axes, keepdims=True)
    std = np.sqrt(squares / (count - 1 if unbiased else count))
    return _divided(deviations, std + eps).astype(array.dtype)


def weight_norm(w: ArrayLike, *, gain: ArrayLike | None = None, out_axis: int = -1) -> NDArray[np.floating]:
    """Give the weights of each output neuron a length of their own, apart from their direction.

        w_hat = gain * w / |w|      |w| over all axes of w but `out_axis`

    Args:
        w: weights, (in, out) as in Keras, or any shape.
        gain: length of each neuron's weights, (out,); 1 without it.
        out_axis: axis of the output neurons, -1 as in Keras, 0 as in PyTorch.
    Returns: the weights with their new lengths, shaped like `w`; a neuron of zeros stays zeros.
    Raises: ValueError for an axis or a gain that does not fit; TypeError for weights that are not numeric.
    Source: Salimans and Kingma 2016, arXiv:1602.07868.

    >>> weight_norm([[3.0, 0.0], [4.0, 2.0]])
    array([[0.6, 0. ],
           [0.8, 1. ]])
    """
    array, axes, _ = _filters(w, out_axis)
    weights = array.astype(np.float64)
    scaled = _divided(weights, np.sqrt((weights**2).sum(axis=axes, keepdims=True)))
    if gain is not None:
        channel = axes_tuple(out_axis, array.ndim, "out_axis")[0]
        lengths = numeric_array(gain, "gain")
        if lengths.shape != (array.shape[channel],):
            raise ValueError(
                f"gain has shape {lengths.shape}, but w of shape {array.shape} needs ({array.shape[channel]},): "
                "one length per neuron."
            )
        scaled *= lengths.reshape([-1 if a == channel else 1 for a in range(array.ndim)])
    return scaled.astype(array.dtype)


def dynamic_tanh(
    x: ArrayLike, *, alpha: float = 0.5, gamma: ArrayLike = 1.0, beta: ArrayLike = 0.0
) -> NDArray[np.floating]:
    """Squeeze activations with a tanh instead of dividing them by a statistic.

        y = gamma * tanh(alpha * x) + beta

    There is nothing to average, so no value depends on any other and training equals inference. Near 0 it is
    the straight line gamma * alpha * x + beta; far from 0 it stops at beta - gamma and beta + gamma.

    Args:
        x: activations of any shape.
        alpha: one learned number for the whole layer, 0.5 at the start.
        gamma: learned factor, a number or one per channel (last axis), 1 at the start.
        beta: learned offset, likewise, 0 at the start.
    Returns: the output, shaped like `x`, in its floating dtype.
    Raises: ValueError for an alpha that is not finite, or gamma and beta that do not fit; TypeError for data
        that is not numeric.
    Source: Zhu, Chen, He, LeCun and Liu 2025, arXiv:2503.10622, Algorithm 1.

    >>> dynamic_tanh([-100.0, 0.2, 100.0]).round(4)
    array([-1.    ,  0.0997,  1.    ])
    """
    array = numeric_array(x)
    if not math.isfinite(alpha):
        raise ValueError(f"alpha={alpha} is no slope: give a finite number, such as 0.5.")
    factor, offset = _fitting(gamma, "gamma", array.shape), _fitting(beta, "beta", array.shape)
    return np.asarray(factor * np.tanh(alpha * array.astype(np.float64)) + offset).astype(array.dtype)


def _filters(w: ArrayLike, out_axis: int) -> tuple[NDArray[Any], tuple[int, ...], int]:
    """Return the weights, the axes that belong to one filter, and how many weights that is."""
    array = numeric_array(w, "w")
    if array.ndim < 2:
        raise ValueError(f"w of shape {array.shape} has no filters: give (in, out), or (height, width, in, out).")
    if array.size == 0:
        raise ValueError(f"w of shape {array.shape} holds no weights: give at least one per filter.")
    channel = axes_tuple(out_axis, array.ndim, "out_axis")[0]
    axes = tuple(a for a in range(array.ndim) if a != channel)
    return array, axes, math.prod(array.shape[a] for a in axes)


def _divided(values: Floats, by: Floats) -> Floats:
    """Return the quotient, and 0 where it is 0 / 0."""
    return np.divide(values, by, out=np.zeros_like(values), where=np.broadcast_to(by != 0, values.shape))


def _fitting(values: ArrayLike, name: str, shape: tuple[int, ...]) -> Floats:
    array = numeric_array(values, name).astype(np.float64)
    if array.ndim and array.shape != shape[-1:]:
        raise ValueError(
            f"{name} has shape {array.shape}, but x of shape {shape} needs a number or {shape[-1:]}: one per channel."
        )
    return array
