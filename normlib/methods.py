"""The layers by name, as a page, a link or a lesson chooses them."""

from __future__ import annotations

from collections.abc import Sequence
from math import prod
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from normlib.layers import batch_norm, group_norm, instance_norm, layer_norm, rms_norm
from normlib.normalized import Normalized

METHODS: Final = ("none", "batch", "layer", "instance", "group", "rms")


def normalize_by(
    method: str,
    x: NDArray[np.floating],
    *,
    axes: Sequence[int] = (-1,),
    groups: int = 1,
    eps: float = 1e-3,
    gamma: float = 1.0,
    beta: float = 0.0,
) -> Normalized | None:
    """Normalize with the layer of that name; every gamma and every beta of the layer has the same value.

        y = (x - mean) / sqrt(variance + eps) * gamma + beta

    Args:
        method: one of `METHODS`.
        x: (N, ..., C).
        axes: axes averaged over by "layer" and "rms".
        groups: number of groups of "group".
        eps: added to the variance, >= 0.
        gamma: value of all gammas.
        beta: value of all betas; "rms" has none.
    Returns: a `Normalized`, or None for "none".
    Raises: ValueError for another name, and what the layer raises.

    >>> x = np.array([[1.0, 3.0], [5.0, 7.0]])
    >>> normalize_by("layer", x, eps=0.0).output.tolist(), normalize_by("batch", x, eps=0.0).output.tolist()
    ([[-1.0, 1.0], [-1.0, 1.0]], [[-1.0, -1.0], [1.0, 1.0]])
    """
    if method == "none":
        return None
    given: dict[str, Any] = {"eps": eps}
    shape = affine_shape(method, x.shape, axes)
    if gamma != 1.0:
        given["gamma"] = np.full(shape, gamma)
    if beta != 0.0 and method != "rms":
        given["beta"] = np.full(shape, beta)
    match method:
        case "batch":
            return batch_norm(x, **given)
        case "layer":
            return layer_norm(x, axes=axes, **given)
        case "instance":
            return instance_norm(x, **given)
        case "group":
            return group_norm(x, groups, **given)
        case _:
            return rms_norm(x, axes=axes, **given)


def affine_shape(method: str, shape: Sequence[int], axes: Sequence[int] = (-1,)) -> tuple[int, ...]:
    """Return the shape of the layer's gamma: the normalized axes for layer and RMS norm, else the channels.

    Args:
        method: one of `METHODS`.
        shape: shape of the input, channels last.
        axes: axes averaged over by "layer" and "rms".
    Returns: the shape; () for "none", which has no gamma.
    Raises: ValueError for another name, listing those there are.

    >>> affine_shape("group", (6, 8, 8, 4)), affine_shape("layer", (6, 8, 8, 4), (1, 2, 3))
    ((4,), (8, 8, 4))
    """
    if method not in METHODS:
        raise ValueError(f"There is no method {method!r}: choose one of {', '.join(METHODS)}.")
    if method == "none":
        return ()
    return tuple(shape[a] for a in axes) if method in {"layer", "rms"} else (shape[-1],)


def parameters(method: str, shape: Sequence[int], axes: Sequence[int] = (-1,)) -> int:
    """Return how many learned numbers the layer has: its gammas and, but for RMS norm, as many betas.

    >>> parameters("batch", (6, 8, 8, 4)), parameters("layer", (6, 8, 8, 4), (1, 2, 3)), parameters("none", (6, 4))
    (8, 512, 0)
    """
    found = affine_shape(method, shape, axes)
    return prod(found) * (1 if method == "rms" else 2) if method != "none" else 0
