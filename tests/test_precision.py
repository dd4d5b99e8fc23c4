"""Arithmetic with few digits, against the formats of NumPy and of ml_dtypes, which has a bfloat16 of its own."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from normlib.precision import DIGITS, FORMATS, ORDERS, calculated, mean, rounded, spacing, total

RNG = np.random.default_rng(2)
WIDE = np.concatenate(
    [RNG.normal(size=2000) * 10.0 ** RNG.integers(-40, 38, 2000), [0.0, -0.0, np.inf, -np.inf, 3.4e38]]
)


@pytest.fixture(scope="module")
def bfloat16():
    return pytest.importorskip("ml_dtypes").bfloat16


def as_theirs(x, bfloat16):
    with np.errstate(over="ignore"):
        return np.asarray(x, np.float32).astype(bfloat16).astype(np.float32)


def test_bfloat16_is_that_of_ml_dtypes(bfloat16):
    np.testing.assert_array_equal(rounded(WIDE, "bfloat16"), as_theirs(WIDE, bfloat16))
    assert np.isnan(rounded([np.nan], "bfloat16")[0])


def test_ties_go_to_even():
    halfway = 1 + np.array([1, 3, 5]) / 256
    np.testing.assert_array_equal(rounded(halfway, "bfloat16"), [1.0, 1 + 2 / 128, 1 + 2 / 128])


@pytest.mark.parametrize("operation", [np.add, np.subtract, np.multiply, np.divide])
def test_operations_in_bfloat16_are_those_of_ml_dtypes(operation, bfloat16):
    one, other = (rounded(RNG.normal(size=3000) * 10, "bfloat16") for _ in range(2))
    theirs = operation(one.astype(bfloat16), other.astype(bfloat16)).astype(np.float32)
    np.testing.assert_array_equal(calculated(operation, one, other, "bfloat16"), theirs)


@pytest.mark.parametrize("form", ["float16", "float32", "float64"])
def test_the_other_formats_are_those_of_numpy(form):
    with np.errstate(over="ignore"):
        np.testing.assert_array_equal(rounded(WIDE, form), WIDE.astype(form))
    assert DIGITS[form] == np.finfo(form).nmant + 1


def test_the_known_ends_of_float16():
    assert rounded(1e-8, "float16") == 0
    assert rounded(1e-12, "float16") == 0
    assert calculated(np.multiply, rounded(256.0, "float16"), rounded(256.0, "float16"), "float16") == np.inf
    assert rounded(6e-8, "float16") > 0


@given(st.floats(1e-3, 6e4), st.sampled_from(FORMATS))
def test_the_spacing_leads_to_the_next_number(value, form):
    here = float(rounded(value, form))
    step = spacing(here, form)
    assert float(rounded(here + step, form)) == here + step
    assert float(rounded(here + 0.4 * step, form)) == here


@pytest.mark.parametrize("form", FORMATS)
@pytest.mark.parametrize("order", ORDERS)
@pytest.mark.parametrize("count", [1, 2, 7, 64, 100])
def test_sums_are_near_the_exact_one(form, order, count):
    x = rounded(RNG.uniform(0.5, 1.5, (count, 3)), form)
    exact = x.astype(np.float64).sum(axis=0)
    np.testing.assert_allclose(total(x, form, order), exact, rtol=count * 2.0 ** -DIGITS[form])
    np.testing.assert_allclose(mean(x, form, order), exact / count, rtol=(count + 2) * 2.0 ** -DIGITS[form])


def test_one_after_another_is_numpys_sum_along_the_first_axis_in_float32():
    x = RNG.normal(1000, 0.1, (64, 1000)).astype(np.float32)
    np.testing.assert_array_equal(total(x, "float32", "one after another"), x.sum(axis=0))


@pytest.mark.parametrize("form", FORMATS)
def test_every_partial_sum_is_a_number_of_the_format(form):
    x = rounded(RNG.uniform(0, 100, (33, 4)), form)
    for order in ORDERS:
        found = total(x, form, order)
        np.testing.assert_array_equal(rounded(found, form), found)


def test_other_names_are_refused_with_the_names_there_are():
    with pytest.raises(ValueError, match="no format 'int8': choose one of float16, bfloat16, float32, float64"):
        rounded(1.0, "int8")
    with pytest.raises(ValueError, match="no order 'random': choose one of one after another, in pairs"):
        total(np.ones(2), "float32", "random")
