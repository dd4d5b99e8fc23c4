"""Arithmetic with few digits: every result is rounded to float16, bfloat16, float32 or float64.

NumPy has no bfloat16. Here it is a float32 whose lower 16 bits are 0: each operation is done in float32 and
its result rounded to the nearest bfloat16, ties to even. Both steps together round like one, because
float32 has 24 binary digits and bfloat16 8: 24 >= 2 * 8 + 2 suffices for sums, products, quotients, roots.
"""

from __future__ import annotations

from typing import Any, Final

import numpy as np
from numpy.typing import ArrayLike, NDArray

FORMATS: Final = ("float16", "bfloat16", "float32", "float64")
ORDERS: Final = ("one after another", "in pairs")
# Binary digits of the mantissa, the leading 1 included.
DIGITS: Final = {"float16": 11, "bfloat16": 8, "float32": 24, "float64": 53}
Floats = NDArray[np.floating]


def rounded(x: ArrayLike, form: str) -> Floats:
    """Return numbers as a format stores them: rounded to the nearest, ties to even, beyond its range infinite.

    Args:
        x: numbers of any shape; those for bfloat16 are rounded to float32 first.
        form: one of `FORMATS`.
    Returns: an array of that dtype; for bfloat16 of float32.
    Raises: ValueError naming the formats there are.

    >>> rounded([3.14159, 256.0**2], "float16").tolist(), rounded([3.14159, 256.0**2], "bfloat16").tolist()
    ([3.140625, inf], [3.140625, 65536.0])
    """
    if form not in FORMATS:
        raise ValueError(f"There is no format {form!r}: choose one of {', '.join(FORMATS)}.")
    with np.errstate(over="ignore"):
        if form != "bfloat16":
            return np.asarray(x).astype(form)
        wide = np.asarray(x).astype(np.float32)
    bits = wide.view(np.uint32)
    # Half a unit less one, and one more if the last bit kept is 1: ties go to even.
    carried = bits + (np.uint32(0x7FFF) + ((bits >> np.uint32(16)) & np.uint32(1)))
    kept = (carried & np.uint32(0xFFFF0000)).view(np.float32)
    return np.where(np.isnan(wide), wide, kept)


def spacing(value: float, form: str) -> float:
    """Return the distance from a number to the next larger one that a format has.

    >>> spacing(1000.0, "float32"), spacing(1000.0, "bfloat16")
    (6.103515625e-05, 4.0)
    """
    _, exponent = np.frexp(value)
    return float(2.0 ** (int(exponent) - DIGITS[form]))


def total(x: Floats, form: str, order: str) -> Floats:
    """Return the sum along the first axis, with a rounding after every addition.

    Args:
        x: (N, ...) numbers of the format, N >= 1.
        form: one of `FORMATS`.
        order: "one after another", or "in pairs": neighbours first, then sums of neighbours, and so on.
    Raises: ValueError naming the orders there are.

    >>> ones = rounded(np.ones(1000), "bfloat16")
    >>> float(total(ones, "bfloat16", "one after another")), float(total(ones, "bfloat16", "in pairs"))
    (256.0, 1000.0)
    """
    if order not in ORDERS:
        raise ValueError(f"There is no order {order!r}: choose one of {', '.join(ORDERS)}.")
    with np.errstate(over="ignore", invalid="ignore"):
        if order == "one after another":
            result: Floats = np.asarray(x[0])
            for row in x[1:]:
                result = rounded(result + row, form)
            return result
        while len(x) > 1:
            even = len(x) // 2 * 2
            pairs = rounded(x[0:even:2] + x[1:even:2], form)
            x = np.concatenate([pairs, x[even:]])
        return np.asarray(x[0])


def mean(x: Floats, form: str, order: str) -> Floats:
    """Return the mean along the first axis, with a rounding after every operation.

    >>> float(mean(rounded([1.0, 2.0, 6.0], "float16"), "float16", "in pairs"))
    3.0
    """
    return calculated(np.divide, total(x, form, order), rounded(float(len(x)), form), form)


def calculated(operation: np.ufunc, one: Floats, other: Floats, form: str) -> Floats:
    """Return the result of one operation on numbers of a format, rounded to it.

    >>> ten = rounded(10000.0, "float16")
    >>> float(calculated(np.multiply, ten, ten, "float16"))
    inf
    """
    with np.errstate(over="ignore", invalid="ignore", divide="ignore"):
        result: Any = operation(one, other)
    return rounded(result, form)
