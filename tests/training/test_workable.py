"""The workable range of learning rates."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from normlib.training.workable import workable

RATES = np.logspace(-3, 1, 9)


@given(st.integers(0, 8), st.integers(0, 8))
def test_a_range_without_gaps_is_as_wide_as_its_ends_are_apart(first, last):
    first, last = min(first, last), max(first, last)
    right = np.zeros((9, 2))
    right[first : last + 1] = 0.95
    found = workable(right, RATES, 0.9)
    # Every rate stands for half a step on both sides of it.
    assert found.decades == pytest.approx(np.log10(RATES[last] / RATES[first]) + 0.5)


def test_a_seed_that_stopped_did_not_work():
    right = np.full((9, 3), 0.95)
    right[5:, 0] = np.nan
    found = workable(right, RATES, 0.9)
    assert found.decades.tolist() == [2.5, 4.5, 4.5]
    assert found.works.all()
    assert found.interval.low < np.mean(found.decades) < found.interval.high


def test_one_seed_has_no_interval():
    assert workable(np.ones((9, 1)), RATES, 0.9).interval is None


@pytest.mark.parametrize(
    ("right", "rates", "words"),
    [
        (np.ones((2, 2, 2)), RATES, r"\(2, 2, 2\)"),
        (np.ones((9, 2)), RATES[:-1], r"\(8,\)"),
        (np.ones((9, 2)), RATES[::-1], "ascend"),
    ],
)
def test_shapes_that_do_not_fit_are_named(right, rates, words):
    with pytest.raises(ValueError, match=words):
        workable(right, rates, 0.9)
