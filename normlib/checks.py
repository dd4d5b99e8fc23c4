"""Checks of what comes in: every refusal is a sentence with the values at hand and the next move."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

_TINY = float(np.finfo(np.float64).tiny)


def numeric_array(x: ArrayLike, name: str = "x") -> NDArray[Any]:
    """Return `x` as an array of real numbers, or say which dtype stands in the way.

    Args:
        x: anything NumPy can read; booleans and integers count as numbers.
        name: how the caller calls the argument, for the message.
    Returns: the array, not copied when it already is one; booleans and integers become float64.
    Raises: TypeError naming the dtype, for text, objects, dates and complex numbers.

    >>> numeric_array([1, 2]).dtype
    dtype('float64')
    >>> numeric_array(["7.5", "n/a"])
    Traceback (most recent call last):
    TypeError: x has dtype <U3, which is not numeric: replace text by numbers or NaN, then x.astype(float).
    """
    try:
        array = np.asarray(x)
    except ValueError as error:
        raise TypeError(f"{name} is not a rectangular array of numbers ({error}).") from error
    if array.dtype.kind == "f":
        return array
    if array.dtype.kind in "biu":
        return array.astype(np.float64)
    remedy = (
        f"take {name}.real or abs({name})"
        if array.dtype.kind == "c"
        else f"replace text by numbers or NaN, then {name}.astype(float)"
    )
    raise TypeError(f"{name} has dtype {array.dtype}, which is not numeric: {remedy}.")


def axes_tuple(axes: int | Sequence[int], ndim: int, name: str = "axes") -> tuple[int, ...]:
    """Return `axes` counted from the front, in rising order.

    Args:
        axes: one axis or several, each in -ndim .. ndim - 1.
        ndim: number of axes of the array.
        name: how the caller calls the argument, for the message.
    Returns: a rising tuple of axes in 0 .. ndim - 1.
    Raises: ValueError for an axis out of range, named twice, or none at all;
        TypeError for an axis that is no integer.

    >>> axes_tuple((-1, 1), 4)
    (1, 3)
    >>> axes_tuple((0, 4), 4)
    Traceback (most recent call last):
    ValueError: axes=(0, 4) does not fit an array with 4 axes: axis 4 is out of range, use -4 to 3.
    """
    given = tuple(axes) if isinstance(axes, Sequence) else (axes,)
    if not given:
        raise ValueError(f"{name}=() names no axis to average over: give at least one of 0 to {ndim - 1}.")
    shown = given if isinstance(axes, Sequence) else axes
    for axis in given:
        if isinstance(axis, bool) or not isinstance(axis, int | np.integer):
            raise TypeError(f"{name}={shown!r} must hold whole numbers, but {axis!r} is {type(axis).__name__}.")
        if not -ndim <= axis < ndim:
            raise ValueError(
                f"{name}={shown} does not fit an array with {ndim} axes: axis {axis} is out of range, "
                + (f"use {-ndim} to {ndim - 1}." if ndim else "a single number has no axes.")
            )
    positive = tuple(int(axis) % ndim for axis in given)
    twice = [axis for axis in sorted(set(positive)) if positive.count(axis) > 1]
    if twice:
        raise ValueError(
            f"{name}={shown} names axis {twice[0]} of an array with {ndim} axes more than once "
            f"(axis {twice[0]} is also axis {twice[0] - ndim}): name each axis once."
        )
    return tuple(sorted(positive))


def divisors(number: int) -> tuple[int, ...]:
    """Return the divisors of a positive whole number, in rising order.

    >>> divisors(12)
    (1, 2, 3, 4, 6, 12)
    """
    return tuple(d for d in range(1, number + 1) if number % d == 0)


def epsilon(eps: float) -> float:
    """Return `eps` as a float, if adding it to a float64 variance can mean anything.

    Raises: ValueError if it is negative, not finite, or so small that float64 has no normal number for it.

    >>> epsilon(1e-5)
    1e-05
    """
    value = float(eps)
    if not math.isfinite(value) or value < 0:
        raise ValueError(f"eps={value} cannot be added to a variance: choose 0 or more, 1e-5 for example.")
    if 0 < value < _TINY:
        raise ValueError(
            f"eps={value} vanishes in float64, in which variances are computed (smallest normal number "
            f"{_TINY:.2g}): choose 1e-12 or more, or exactly 0."
        )
    return value
