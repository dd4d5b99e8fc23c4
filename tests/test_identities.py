"""Each pair of layers meets under its condition on any data, and not elsewhere."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from normlib import without_warnings
from normlib.activations import activations
from normlib.identities import PAIRS, largest_difference, without_means


@pytest.mark.parametrize("pair", PAIRS.values(), ids=lambda pair: pair.name)
@pytest.mark.parametrize("name", ["digits", "photographs"])
def test_a_pair_meets_at_one_position_only(pair, name):
    x = activations(name).x
    for position in pair.positions(x):
        apart = largest_difference(*pair.run(x, position, 1e-3))
        if position == pair.meets(x):
            assert apart < 1e-5
        else:
            assert apart > 1e-3, position


@pytest.mark.parametrize("pair", PAIRS.values(), ids=lambda pair: pair.name)
@given(seed=st.integers(0, 2**32 - 1), eps=st.sampled_from([1e-6, 1e-3, 0.1]))
def test_a_pair_meets_on_any_data(pair, seed, eps):
    rng = np.random.default_rng(seed)
    x = rng.normal(rng.normal(0, 10), 10 ** rng.uniform(-2, 2), (3, 2, 4, 6))
    first, second = pair.run(x, pair.meets(x), eps)
    assert largest_difference(first, second) < 1e-9


def test_dense_values_meet_as_zeros():
    x = activations("dense").x
    with without_warnings():
        pair = PAIRS["Group and instance"]
        first, second = pair.run(x, pair.meets(x), 1e-3)
    assert not first.output.any()
    assert not second.output.any()


def test_taking_the_whole_mean_away_leaves_none():
    x = activations("digits").x
    assert np.abs(without_means(x, 1.0).mean(axis=(1, 2, 3), dtype=float)).max() < 1e-6
    np.testing.assert_array_equal(without_means(x, 0.0), x)
