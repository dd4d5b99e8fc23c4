"""Numbers in sentences: read back, they are the numbers that went in."""

import math
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from normlib import words
from normlib.words import listed, table
from tests.pages.opened import plain


def number(value: float, digits: int = 3) -> str:
    return plain(words.number(value, digits))


def percent(share: float) -> str:
    return plain(words.percent(share))


def count(many: int, one: str) -> str:
    return plain(words.count(many, one))


UP = str.maketrans("⁻⁰¹²³⁴⁵⁶⁷⁸⁹−", "-0123456789-")


def read(text: str) -> float:
    """Read a number the way a reader does."""
    mantissa, _, power = text.replace(",", "").partition(" × 10")
    return float(mantissa.translate(UP)) * (10.0 ** int(power.translate(UP)) if power else 1.0)


sizes = st.floats(-300, 300).map(lambda size: 10.0**size)
values = st.builds(lambda size, sign: size * sign, sizes, st.sampled_from([-1, 1]))
everyday = st.floats(-1e6, 1e6).filter(lambda value: value == 0 or abs(value) > 1e-4)


@given(values, st.integers(1, 6))
def test_a_number_read_back_is_the_same_within_its_digits(value, digits):
    assert math.isclose(read(number(value, digits)), value, rel_tol=0.51 * 10.0 ** (1 - digits))


@given(st.floats(allow_nan=False, allow_infinity=False), st.integers(1, 6))
def test_a_number_has_no_e_no_hyphen_and_no_idle_zeros(value, digits):
    text = number(value, digits)
    assert re.fullmatch(r"−?\d{1,3}(,\d{3})*(\.\d*[1-9])?( × 10⁻?[⁰¹²³⁴⁵⁶⁷⁸⁹]+)?", text), text


@given(st.floats(allow_nan=False, allow_infinity=False))
def test_the_sign_is_a_true_minus_sign(value):
    assert number(value).startswith("−") == (value < 0)
    assert number(-value).replace("−", "", 1 if value > 0 else 0) == number(value).replace(
        "−", "", 1 if value < 0 else 0
    )


@given(everyday, everyday)
def test_a_larger_number_never_reads_smaller(one, other):
    low, high = sorted((one, other))
    assert read(number(low)) <= read(number(high)) or math.isclose(low, high, rel_tol=0.01)


def test_what_is_no_number_is_said_in_words():
    assert number(math.nan) == "not a number"
    assert number(math.inf) == number(-math.inf) == "infinite"


@pytest.mark.parametrize("value", [5e-324, 2.2e-308, 1.7e308, -1.7e308])
def test_the_ends_of_float64_can_be_written(value):
    assert math.isclose(read(number(value)), value, rel_tol=0.02) or abs(value) < 1e-300


@pytest.mark.parametrize(
    ("value", "text"),
    [(1.5e12, "1.5 × 10¹²"), (-2.34e-9, "−2.34 × 10⁻⁹"), (9.9999e-8, "1 × 10⁻⁷"), (9.9996, "10"), (999.9, "1,000")],
)
def test_large_small_and_rounded_up_numbers_keep_their_digits(value, text):
    assert number(value) == text


@given(st.floats(0, 1))
def test_a_share_read_back_is_within_a_point(share):
    text = percent(share)
    bound, _, value = text.removesuffix(" %").rpartition(" ")
    assert text.endswith(" %")
    if bound == "under":
        assert 0 < 100 * share < float(value)
    elif bound == "over":
        assert float(value) < 100 * share < 100
    else:
        sharp = share < 0.0995 or 0.99 < share < 0.9995
        assert abs(float(value) - 100 * share) <= (0.0501 if sharp else 0.501)


@given(st.integers(0, 10**7))
def test_one_thing_is_singular_and_others_are_not(many):
    text = count(many, "row")
    assert int(text.split()[0].replace(",", "")) == many
    assert text.endswith("row") == (many == 1)


@given(st.lists(st.text("abc", min_size=1), min_size=1, max_size=6))
def test_a_list_names_everything_in_order(items):
    assert re.split(", | and ", listed(items)) == items


@given(st.lists(st.lists(st.text("ab|* -", max_size=5), min_size=3, max_size=3), max_size=4))
def test_every_line_of_a_table_has_as_many_cells_as_the_head(rows):
    lines = table(["", "x", "y"], rows).split("\n")
    assert {len(re.findall(r"(?<!\\)\|", line)) for line in lines} == {4}
    assert len(lines) == len(rows) + 2


def test_a_number_and_its_sign_stay_together_and_other_gaps_close():
    assert "99.8\N{NO-BREAK SPACE}%" in table(["", "share"], [["proline", words.percent(0.9977)]])
    assert words.plain(" cost \n\t in €  ") == "cost in €"
