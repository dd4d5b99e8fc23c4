"""Batch, layer, instance, group and RMS norm: one formula, and five choices of the axes averaged over.

on x of shape (N, H, W, C)      mean and variance over       one pair per
batch norm                      N, H, W                      channel
layer norm (axes=(1, 2, 3))     H, W, C                      sample
instance norm                   H, W                         sample and channel
group norm                      H, W and C / G channels      sample and group
"""

from __future__ import annotations

import warnings
from collections.abc import Sequence
from math import prod
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from normlib.checks import axes_tuple, divisors, epsilon, numeric_array
from normlib.moments import Moments, normalize
from normlib.normalized import Normalized
from normlib.quiet import is_quiet
from normlib.running import RunningStatistics


def batch_norm(
    x: ArrayLike,
    *,
    gamma: ArrayLike | None = None,
    beta: ArrayLike | None = None,
    channel_axis: int = -1,
    eps: float = 1e-3,
    running: RunningStatistics | None = None,
    training: bool = True,
) -> Normalized:
    """Normalize each channel over the batch (and all positions).

        y = (x - mean) / sqrt(variance + eps) * gamma + beta

    In training, mean and variance (divided by m, the values per channel) are those of this batch, so every
    sample depends on its batch mates. In inference they are the running statistics, and it does not.
    With N = 1 training mode is instance norm; gamma = sqrt(variance + eps), beta = mean gives back x.

    Args:
        x: (N, ..., C), or any shape with the channels on `channel_axis`.
        gamma: factor per channel, (C,); 1 without it.
        beta: offset per channel, (C,); 0 without it.
        channel_axis: axis of the channels, -1 as in Keras, 1 as in PyTorch.
        eps: added to the variance, >= 0. Keras 1e-3, PyTorch and Flax 1e-5.
        running: running statistics; in training the result carries them updated as `.running`.
        training: normalize with this batch (True) or with `running` (False).
    Returns: a `Normalized`.
    Raises: ValueError for one value per channel in training, no `running` in inference, shapes that do not
        fit, or an eps that cannot work; TypeError for data that is not numeric.
    Source: Ioffe and Szegedy 2015, arXiv:1502.03167.

    >>> batch_norm([[1.0, 10.0], [3.0, 30.0]], eps=0.0).output
    array([[-1., -1.],
           [ 1.,  1.]])
    """
    array = _input(x)
    channel = axes_tuple(channel_axis, array.ndim, "channel_axis")[0]
    axes = tuple(a for a in range(array.ndim) if a != channel)
    channels, count = array.shape[channel], prod(array.shape[a] for a in axes)
    if running is not None and running.mean.size != channels:
        raise ValueError(
            f"The running statistics have {running.mean.size} channels, but x of shape {array.shape} has "
            f"{channels} on channel_axis={channel_axis}: start them with RunningStatistics.start({channels})."
        )
    moments = None
    if not training:
        if running is None:
            raise ValueError(
                "batch_norm with training=False normalizes with running statistics, but running is None: "
                f"pass running=RunningStatistics.start({channels}) updated by training batches, "
                "or use training=True."
            )
        across = tuple(channels if a == channel else 1 for a in range(array.ndim))
        moments = Moments(running.mean.reshape(across), running.variance.reshape(across))
    elif count == 1:
        hint = f"{array.size} samples of one feature are x.reshape(-1, 1); or " if array.ndim == 1 else ""
        raise ValueError(
            f"batch_norm in training mode needs at least 2 values per channel, but x of shape {array.shape} "
            f"with channel_axis={channel_axis} has 1, whose variance is 0: {hint}use a larger batch, drop the "
            "last incomplete one, or use training=False with running statistics."
        )
    return _layer(array, axes, eps, gamma, beta, affine=(channel,), moments=moments, running=running, training=training)


def layer_norm(
    x: ArrayLike,
    *,
    gamma: ArrayLike | None = None,
    beta: ArrayLike | None = None,
    axes: int | Sequence[int] = (-1,),
    eps: float = 1e-3,
) -> Normalized:
    """Normalize each sample over its own features, the same in training and inference.

        y = (x - mean) / sqrt(variance + eps) * gamma + beta

    Over all axes but the first it has the statistics of group norm with one group; gamma and beta then
    differ: here one value per feature, there one per channel. On data with mean 0 it equals RMS norm.

    Args:
        x: array of any shape, such as (N, C), (N, T, C) or (N, H, W, C).
        gamma: factor, shaped like the normalized axes of `x`; 1 without it.
        beta: offset, shaped like the normalized axes of `x`; 0 without it.
        axes: exactly the axes averaged over, as in Keras. PyTorch takes the last ones, ONNX all from one on.
        eps: added to the variance, >= 0. Keras 1e-3, PyTorch 1e-5, Flax 1e-6.
    Returns: a `Normalized`.
    Raises: ValueError for axes or shapes that do not fit, or an eps that cannot work;
        TypeError for data that is not numeric.
    Source: Ba, Kiros and Hinton 2016, arXiv:1607.06450.

    >>> layer_norm([[1.0, 3.0], [10.0, 30.0]], eps=0.0).output
    array([[-1.,  1.],
           [-1.,  1.]])
    """
    array = _input(x)
    chosen = axes_tuple(axes, array.ndim)
    return _layer(array, chosen, eps, gamma, beta, affine=chosen)


def instance_norm(
    x: ArrayLike,
    *,
    gamma: ArrayLike | None = None,
    beta: ArrayLike | None = None,
    channel_axis: int = -1,
    eps: float = 1e-3,
) -> Normalized:
    """Normalize each channel of each sample over its positions, the same in training and inference.

        y = (x - mean) / sqrt(variance + eps) * gamma + beta

    It is group norm with as many groups as channels, and batch norm on a batch of one.

    Args:
        x: (N, ..., C), samples first, or the channels on another axis; at least one axis of positions.
        gamma: factor per channel, (C,); 1 without it.
        beta: offset per channel, (C,); 0 without it.
        channel_axis: axis of the channels, not 0.
        eps: added to the variance, >= 0. Keras 1e-3, PyTorch 1e-5, Flax 1e-6.
    Returns: a `Normalized`.
    Raises: ValueError for axes or shapes that do not fit, or an eps that cannot work;
        TypeError for data that is not numeric. Warns if a channel has one position, which gives zeros.
    Source: Ulyanov, Vedaldi and Lempitsky 2016, arXiv:1607.08022.

    >>> instance_norm([[[1.0], [3.0]], [[10.0], [30.0]]], eps=0.0).output[..., 0]
    array([[-1.,  1.],
           [-1.,  1.]])
    """
    array = _input(x)
    channel = _channel_of_samples(array, channel_axis, "instance_norm")
    axes = tuple(a for a in range(1, array.ndim) if a != channel)
    return _layer(array, axes, eps, gamma, beta, affine=(channel,))


def group_norm(
    x: ArrayLike,
    groups: int,
    *,
    gamma: ArrayLike | None = None,
    beta: ArrayLike | None = None,
    channel_axis: int = -1,
    eps: float = 1e-3,
) -> Normalized:
    """Normalize each group of neighbouring channels of each sample, the same in training and inference.

        y = (x - mean) / sqrt(variance + eps) * gamma + beta

    One group gives the statistics of layer norm over all axes but the first; C groups give instance norm.
    `mean` and `variance` belong to the grouped view, in which C is split into (G, C / G).

    Args:
        x: (N, ..., C), samples first, or the channels on another axis.
        groups: number of groups G, a divisor of C.
        gamma: factor per channel, (C,); 1 without it.
        beta: offset per channel, (C,); 0 without it.
        channel_axis: axis of the channels, not 0.
        eps: added to the variance, >= 0. Keras 1e-3, PyTorch 1e-5, Flax 1e-6.
    Returns: a `Normalized`.
    Raises: ValueError naming the divisors of C if `groups` is none of them, for axes or shapes that do not
        fit, or an eps that cannot work; TypeError for data that is not numeric. Warns if a group has one
        value, which gives zeros.
    Source: Wu and He 2018, arXiv:1803.08494.

    >>> group_norm([[1.0, 3.0, 10.0, 30.0]], 2, eps=0.0).output
    array([[-1.,  1., -1.,  1.]])
    """
    array = _input(x)
    channel = _channel_of_samples(array, channel_axis, "group_norm")
    channels = array.shape[channel]
    if isinstance(groups, bool) or not isinstance(groups, int | np.integer):
        raise TypeError(f"groups={groups!r} is {type(groups).__name__}, but groups are counted: give an int.")
    if groups < 1 or channels % groups:
        raise ValueError(
            f"groups={groups} does not divide the {channels} channels of x of shape {array.shape} "
            f"(channel_axis={channel_axis}): choose one of {', '.join(map(str, divisors(channels)))}."
        )
    shape = (*array.shape[:channel], int(groups), channels // int(groups), *array.shape[channel + 1 :])
    axes = tuple(a for a in range(1, len(shape)) if a != channel)
    return _layer(array, axes, eps, gamma, beta, affine=(channel, channel + 1), view_shape=shape)


def rms_norm(
    x: ArrayLike,
    *,
    gamma: ArrayLike | None = None,
    axes: int | Sequence[int] = (-1,),
    eps: float = 1e-6,
) -> Normalized:
    """Divide each sample by the root of the mean square of its features; the mean stays in.

        y = x / sqrt(mean(x^2) + eps) * gamma

    It equals layer norm where the mean of the sample is 0. In the result `variance` is the mean square.

    Args:
        x: array of any shape, such as (N, C) or (N, T, C).
        gamma: factor, shaped like the normalized axes of `x`; 1 without it.
        axes: axes averaged over.
        eps: added to the mean square inside the root, >= 0. Keras and Flax 1e-6; PyTorch that of the dtype.
    Returns: a `Normalized`.
    Raises: ValueError for axes or shapes that do not fit, or an eps that cannot work;
        TypeError for data that is not numeric.
    Source: Zhang and Sennrich 2019, arXiv:1910.07467 (whose code adds eps to the root instead).

    >>> rms_norm([[3.0, 4.0]], eps=0.0).output.round(3)
    array([[0.849, 1.131]])
    """
    array = _input(x)
    chosen = axes_tuple(axes, array.ndim)
    return _layer(array, chosen, eps, gamma, None, affine=chosen, center=False)


def _layer(
    array: NDArray[np.floating],
    axes: tuple[int, ...],
    eps: float,
    gamma: ArrayLike | None,
    beta: ArrayLike | None,
    *,
    affine: tuple[int, ...],
    view_shape: tuple[int, ...] | None = None,
    center: bool = True,
    moments: Moments | None = None,
    running: RunningStatistics | None = None,
    training: bool = True,
) -> Normalized:
    """Normalize the grouped view of `array` over `axes`; gamma and beta span the axes `affine`."""
    eps = epsilon(eps)
    shape = array.shape if view_shape is None else view_shape
    count = prod(shape[a] for a in axes)
    warning = ""
    if count == 1 and center and training:
        warning = (
            f"Each mean is that of 1 value (x of shape {array.shape}), so every normalized value is 0: "
            "average over more positions or channels."
        )
        if not is_quiet():
            warnings.warn(warning, stacklevel=3)
    spans = tuple(shape[a] for a in affine)
    # Outside the grouped view, groups and their channels are one axis.
    parameters = spans if view_shape is None else (prod(spans),)
    across = tuple(n if a in affine else 1 for a, n in enumerate(shape))
    gamma_view = _parameter(gamma, "gamma", parameters, across)
    beta_view = _parameter(beta, "beta", parameters, across)
    view = array.reshape(shape)
    output, found = normalize(view, axes, eps, gamma=gamma_view, beta=beta_view, center=center, moments=moments)
    if np.isinf(found.variance).any() and np.isfinite(array).all():
        raise ValueError(
            f"x holds {array.flat[np.abs(array).argmax()]:.3g}, and squares beyond 1.8e308 do not fit float64: "
            "divide x by its largest absolute value first."
        )
    output = output.reshape(array.shape)
    for values in (output, found.mean, found.variance):
        values.flags.writeable = False
    if running is not None and training:
        running = running.update(found.mean, found.variance, count)
    return Normalized(
        output=output,
        mean=found.mean,
        variance=found.variance,
        axes=axes,
        view_shape=shape,
        eps=eps,
        running=running,
        warning=warning,
        _x=view,
        _gamma=gamma_view,
        _beta=beta_view,
        _affine_axes=affine,
        _center=center,
        _training=training,
    )


def _input(x: ArrayLike) -> NDArray[np.floating]:
    array = numeric_array(x)
    if array.ndim == 0:
        raise ValueError("x is a single number: give an array with at least one axis.")
    if array.size == 0:
        raise ValueError(f"x of shape {array.shape} holds no values, so it has no mean: give at least one.")
    return array


def _channel_of_samples(array: NDArray[np.floating], channel_axis: int, layer: str) -> int:
    channel = axes_tuple(channel_axis, array.ndim, "channel_axis")[0]
    if channel == 0:
        raise ValueError(
            f"channel_axis={channel_axis} is axis 0 of x of shape {array.shape}, but {layer} takes axis 0 for "
            "the samples: put the channels on another axis; a single sample is x[None]."
        )
    return channel


def _parameter(
    values: ArrayLike | None, name: str, expected: tuple[int, ...], across: tuple[int, ...]
) -> NDArray[Any] | None:
    if values is None:
        return None
    array = numeric_array(values, name)
    if array.shape != expected:
        raise ValueError(
            f"{name} has shape {array.shape}, but this layer needs {expected}: "
            + ("one value per channel." if len(expected) == 1 else "one value per normalized element.")
        )
    return array.reshape(across)
