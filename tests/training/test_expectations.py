import re

import pytest

from normlib.training.expectations import AT_START, PLACEMENTS


@pytest.mark.parametrize("name", AT_START)
def test_an_expectation_says_what_is_expected_what_would_refute_it_and_where_it_comes_from(name):
    one = AT_START[name]
    assert one.expected.endswith(".")
    assert one.refuted.endswith(".")
    assert one.expected != one.refuted
    assert all(re.search(r"\b(19|20)\d\d\b", source) for source in one.sources)


def test_the_published_sign_differs_between_the_networks():
    apart = [round(100 * (one.after - one.before), 1) for one in PLACEMENTS]
    assert apart == [2.1, -1.1]
    assert all(0 < share < 1 for one in PLACEMENTS for share in (one.none, one.before, one.after))
