"""What one may multiply or shift without changing the normalized output of a dense layer."""

from __future__ import annotations

from collections.abc import Sequence
from math import sqrt
from types import MappingProxyType
from typing import Final

import numpy as np
from numpy.typing import ArrayLike, NDArray

from normlib.checks import divisors, epsilon, numeric_array
from normlib.moments import normalize
from normlib.relatives import weight_norm, weight_standardization

Floats = NDArray[np.float64]

METHODS: Final = ("none", "batch", "layer", "group", "rms", "weight norm", "weight standardization")
CHANGES: Final = (
    "scale all weights",
    "shift all weights",
    "scale one neuron",
    "scale the data",
    "shift the data",
    "scale one sample",
)
SHIFTS: Final = ("pattern", "number")

# What rounding may leave of no change at all, relative to the output.
UNCHANGED: Final = 1e-9

# Ba, Kiros and Hinton 2016, arXiv:1607.06450, Table 1. True: the output stays as it is.
PUBLISHED: Final = MappingProxyType(
    {
        "batch": dict(zip(CHANGES, (True, False, True, True, True, False), strict=True)),
        "weight norm": dict(zip(CHANGES, (True, False, True, False, False, False), strict=True)),
        "layer": dict(zip(CHANGES, (True, True, False, True, False, True), strict=True)),
    }
)


def change(
    name: str, x: ArrayLike, w: ArrayLike, factor: ArrayLike, *, shift: str = "pattern"
) -> tuple[Floats, Floats]:
    """Return data and weights after a change; a factor of 1 leaves both as they are.

    Scaling multiplies by the factor: all weights, those of the first neuron, all data, or the first sample.
    Shifting adds (factor - 1) times something: with shift="pattern" the first neuron's weights to those of
    every neuron, or the first sample to every sample; with shift="number" one number, the root mean square
    of the weights or of the data, to all of them.

    Args:
        name: one of `CHANGES`.
        x: data, (N, D).
        w: weights, (D, C).
        factor: one number, or F of them.
        shift: "pattern" or "number".
    Returns: data and weights, each (..., N, D) and (..., D, C) with the shape of `factor` in front, or
        (N, D) and (D, C) where nothing was changed.
    Raises: ValueError for another change or shift, or shapes that do not fit.

    >>> change("scale one neuron", [[1.0]], [[2.0, 3.0]], 10.0)[1]
    array([[20.,  3.]])
    """
    data, weights = _checked(x, w)
    if shift not in SHIFTS:
        raise ValueError(f"There is no shift {shift!r}: choose one of {', '.join(SHIFTS)}.")
    by = np.asarray(factor, dtype=np.float64)[..., None, None]
    match name:
        case "scale all weights":
            weights = weights * by
        case "shift all weights":
            weights = weights + (by - 1.0) * (weights[:, :1] if shift == "pattern" else _size(weights))
        case "scale one neuron":
            first = np.arange(weights.shape[1]) == 0
            weights = weights * np.where(first, by, 1.0)
        case "scale the data":
            data = data * by
        case "shift the data":
            data = data + (by - 1.0) * (data[:1] if shift == "pattern" else _size(data))
        case "scale one sample":
            first = np.arange(data.shape[0])[:, None] == 0
            data = data * np.where(first, by, 1.0)
        case _:
            raise ValueError(f"There is no change {name!r}: choose one of {', '.join(CHANGES)}.")
    return data, weights


def output(method: str, x: ArrayLike, w: ArrayLike, *, eps: float = 0.0, groups: int = 1) -> Floats:
    """Return the normalized pre-activations of a dense layer without bias.

        a = x w      then batch, layer, group or RMS norm of a over its samples, units, groups of units, units
        a = x w_hat  with weight norm or weight standardization

    Args:
        method: one of `METHODS`.
        x: data, (..., N, D).
        w: weights, (..., D, C).
        eps: added to the variance, to the mean square for "rms", to the standard deviation for
            "weight standardization"; "weight norm" and "none" have none.
        groups: number of groups of "group", a divisor of C.
    Returns: (..., N, C).
    Raises: ValueError for another method, or groups that do not divide C.

    >>> output("layer", [[1.0]], [[2.0, 4.0]])
    array([[-1.,  1.]])
    """
    data, weights = numeric_array(x).astype(np.float64), numeric_array(w, "w").astype(np.float64)
    if method in {"weight norm", "weight standardization"}:
        # One long list of neurons: the functions take one output axis.
        flat = np.moveaxis(weights, -2, 0).reshape(weights.shape[-2], -1)
        made = weight_norm(flat) if method == "weight norm" else weight_standardization(flat, eps=eps)
        shape = (weights.shape[-2], *weights.shape[:-2], weights.shape[-1])
        return np.asarray(data @ np.moveaxis(made.reshape(shape), 0, -2), dtype=np.float64)
    return _normalized(method, np.asarray(data @ weights), epsilon(eps), groups)


def invariance(
    x: ArrayLike,
    w: ArrayLike,
    factors: Sequence[float],
    *,
    eps: float = 0.0,
    groups: int = 1,
    shift: str = "pattern",
) -> Floats:
    """Measure how much every change moves the output under every method.

        |y' - y| / |y|      y and y' before and after, |.| the root of the sum of squares over all outputs

    Args:
        x: data, (N, D), at least 2 samples.
        w: weights, (D, C), at least 2 neurons.
        factors: F factors, see `change`.
        eps: see `output`; with 0 an invariance is exact up to rounding.
        groups: number of groups of "group".
        shift: what shifting adds, see `change`.
    Returns: relative changes, (F, methods, changes), in the order of `METHODS` and `CHANGES`.
    Raises: ValueError for too few samples or neurons, and what `change` and `output` refuse.
    Source: the question is that of Ba, Kiros and Hinton 2016, arXiv:1607.06450, section 5.1 and Table 1.

    >>> rng = np.random.default_rng(0)
    >>> table = invariance(rng.normal(size=(8, 5)), rng.normal(size=(5, 4)), [2.0])[0]
    >>> dict(zip(CHANGES, (table[METHODS.index("batch")] < UNCHANGED).tolist(), strict=True)) == PUBLISHED["batch"]
    True
    """
    data, weights = _checked(x, w)
    if len(data) < 2 or weights.shape[1] < 2:
        raise ValueError(
            f"x has {len(data)} samples and w {weights.shape[1]} neurons, but a mean over one value leaves only "
            "zeros: give at least 2 of each."
        )
    by = np.asarray(factors, dtype=np.float64)
    changed = [change(name, data, weights, by, shift=shift) for name in CHANGES]
    found = np.empty((by.size, len(METHODS), len(CHANGES)))
    for m, method in enumerate(METHODS):
        before = output(method, data, weights, eps=eps, groups=groups)
        size = sqrt(float((before**2).sum())) or 1.0
        for k, (data_after, weights_after) in enumerate(changed):
            after = output(method, data_after, weights_after, eps=eps, groups=groups)
            found[:, m, k] = np.sqrt(((after - before) ** 2).sum(axis=(-2, -1))) / size
    return found


def _normalized(method: str, a: Floats, eps: float, groups: int) -> Floats:
    """Normalize pre-activations, (..., N, C), whatever stands in front."""
    units, samples = a.ndim - 1, a.ndim - 2
    match method:
        case "none":
            return a
        case "batch":
            made = normalize(a, (samples,), eps)[0]
        case "layer":
            made = normalize(a, (units,), eps)[0]
        case "rms":
            made = normalize(a, (units,), eps, center=False)[0]
        case "group":
            if groups < 1 or a.shape[-1] % groups:
                allowed = ", ".join(map(str, divisors(a.shape[-1])))
                raise ValueError(f"groups={groups} does not divide {a.shape[-1]} neurons: choose one of {allowed}.")
            view = a.reshape(*a.shape[:-1], groups, -1)
            made = normalize(view, (view.ndim - 1,), eps)[0].reshape(a.shape)
        case _:
            raise ValueError(f"There is no method {method!r}: choose one of {', '.join(METHODS)}.")
    return np.asarray(made, dtype=np.float64)


def _checked(x: ArrayLike, w: ArrayLike) -> tuple[Floats, Floats]:
    data, weights = numeric_array(x).astype(np.float64), numeric_array(w, "w").astype(np.float64)
    if data.ndim != 2 or weights.ndim != 2 or data.shape[1] != weights.shape[0]:
        raise ValueError(f"x has shape {data.shape} and w {weights.shape}: give (N, D) and (D, C) with the same D.")
    return data, weights


def _size(values: Floats) -> float:
    return sqrt(float((values**2).mean()))
