"""Numbers in cells: what counts as one, with either decimal mark."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from normlib.cells import decimal_mark, is_missing, number, numbers_of, short


@given(st.floats(allow_nan=False, allow_infinity=False))
def test_every_finite_float_survives_the_way_through_text(value: float) -> None:
    assert number(repr(value)) == value
    assert number(repr(value).replace(".", ","), decimal=",") == value
    assert numbers_of([repr(value), ""])[0] == value


@pytest.mark.parametrize(
    "cell",
    ["inf", "-Infinity", "nan", "1e999", "1_000", "1,5", "1.2.3", "12 %", "0x10", "٣", "", "-", "e5", "1e", "=1+1"],
)
def test_what_is_no_number(cell: str) -> None:
    assert number(cell) is None
    assert math.isnan(numbers_of([cell])[0])


@given(st.lists(st.text("0123456789+-.,eE \N{MINUS SIGN}x", max_size=6), min_size=1, max_size=8), st.sampled_from(".,"))
def test_the_fast_way_through_a_column_reads_what_the_careful_one_reads(cells: list[str], decimal: str) -> None:
    expected = [np.nan if (v := number(cell, decimal)) is None else v for cell in cells]
    np.testing.assert_array_equal(numbers_of(cells, decimal), expected)


def test_a_decimal_comma_excludes_the_point() -> None:
    assert [number(cell, ",") for cell in ("1,5", "1.5", "1.234,5", "7", "\N{MINUS SIGN}2,5")] == [
        1.5,
        None,
        None,
        7,
        -2.5,
    ]
    assert decimal_mark([["1.5", "2,5"], ["12", "x,y"]]) == "."


def test_missing_and_short() -> None:
    assert [is_missing(c) for c in ("", "NaN", "n/a", "NULL", "None", "missing", "?")] == [True] * 5 + [False] * 2
    assert short("a\nb\x1b[0m\u202e") == "a b [0m "
    assert short("y" * 40) == "y" * 40
    assert short("y" * 41) == "y" * 39 + "…"
