"""Numbers written as text: which cells hold one, which hold nothing, which something else."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

import numpy as np
from numpy.typing import NDArray

_POINT = re.compile(r"[+-]?(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:[eE][+-]?[0-9]+)?")
_COMMA = re.compile(r"[+-]?(?:[0-9]+,[0-9]*|,[0-9]+)(?:[eE][+-]?[0-9]+)?")
_PLAIN = frozenset("0123456789+-.eE")
_MISSING = frozenset({"", "na", "n/a", "nan", "null", "none"})


def number(cell: str, decimal: str = ".") -> float | None:
    """Return the finite number that a cell holds, or None.

    Digits with one decimal mark, a sign and an exponent; no units, no thousands separators, no
    underscores, no infinity. A typographic minus sign counts as a minus.

    Args:
        cell: text without blanks around it.
        decimal: "." or ",".

    >>> number("-1.5e3"), number("2,5", decimal=","), number("1,234"), number("1_000"), number("inf")
    (-1500.0, 2.5, None, None, None)
    """
    cell = cell.replace("\N{MINUS SIGN}", "-")
    if decimal == "," and _COMMA.fullmatch(cell):
        cell = cell.replace(",", ".")
    elif not _POINT.fullmatch(cell) or (decimal == "," and "." in cell):
        return None
    value = float(cell)
    return value if np.isfinite(value) else None


def numbers_of(cells: Sequence[str], decimal: str = ".") -> NDArray[np.float64]:
    """Return the numbers of a column, NaN for every cell that holds none.

    >>> numbers_of(["1", "", "two", "3.5"])
    array([1. , nan, nan, 3.5])
    """
    together = "".join(cells)
    plain = cells
    if decimal == "," and "." not in together:
        together, plain = together.replace(",", "."), [cell.replace(",", ".") for cell in cells]
    if _PLAIN.issuperset(together) and not (decimal == "," and plain is cells):
        # The usual column. With these characters alone float() reads exactly what the patterns allow.
        try:
            values = np.array([float(cell) if cell else np.nan for cell in plain], dtype=np.float64)
        except ValueError:
            pass
        else:
            values[np.isinf(values)] = np.nan
            return values
    parsed = (number(cell, decimal) for cell in cells)
    return np.array([np.nan if value is None else value for value in parsed], dtype=np.float64)


def decimal_mark(columns: Iterable[Sequence[str]]) -> str:
    """Return the decimal mark that more cells use, "." or ","; a point when neither leads.

    >>> decimal_mark([["1,5", "2"], ["3,25", "1.5"]])
    ','
    """
    commas = points = 0
    for cells in columns:
        for cell in cells:
            if "," in cell:
                commas += _COMMA.fullmatch(cell.replace("\N{MINUS SIGN}", "-")) is not None
            elif "." in cell:
                points += _POINT.fullmatch(cell.replace("\N{MINUS SIGN}", "-")) is not None
    return "," if commas > points else "."


def is_missing(cell: str) -> bool:
    """Return whether a cell says that there is no value: empty, NA, n/a, NaN, null or none.

    >>> [is_missing(cell) for cell in ("", "NA", "0", "-")]
    [True, True, False, False]
    """
    return len(cell) <= 4 and cell.lower() in _MISSING


def short(text: str, length: int = 40) -> str:
    """Return text fit for a message: at most `length` characters, nothing that cannot be printed.

    >>> short("tab\\there"), short("x" * 50, 5)
    ('tab here', 'xxxx…')
    """
    text = "".join(c if c.isprintable() else " " for c in text[: length + 1])
    return text if len(text) <= length else text[: length - 1] + "…"
