"""Averages along combinations of axes, against NumPy slice by slice and what each layer promises."""

from itertools import product

import numpy as np
import pytest

from normlib.activations import activations
from normlib.averages import all_averages, averages, combinations_of_axes
from normlib.methods import normalize_by

OWN = {"batch": {0, 1, 2}, "layer": {1, 2, 3}, "instance": {1, 2}}


def test_every_slice_has_the_mean_and_the_spread_that_numpy_finds():
    x = np.random.default_rng(0).normal(5, 3, (2, 3, 4, 2))
    found = averages(x, (0, 2))
    assert found.count == 8
    assert found.mean.shape == found.std.shape == (1, 3, 1, 2)
    for row, channel in product(range(3), range(2)):
        cells = [x[n, row, w, channel] for n in range(2) for w in range(4)]
        assert found.mean[0, row, 0, channel] == pytest.approx(np.mean(cells))
        assert found.std[0, row, 0, channel] == pytest.approx(np.std(cells))
    assert found.farthest_mean == np.abs(found.mean).max()


def test_four_axes_have_fifteen_combinations():
    found = list(combinations_of_axes((2, 2, 2, 2)))
    assert len(found) == len(set(found)) == 15
    assert found[0] == (0,)
    assert found[-1] == (0, 1, 2, 3)


@pytest.mark.parametrize("method", OWN)
def test_exactly_the_combinations_that_hold_a_layers_own_axes_become_0_and_1(method):
    x = activations("digits").x
    result = normalize_by(method, x, axes=(1, 2, 3), eps=1e-8)
    assert not any(found.means_are_zero for found in all_averages(x))
    for found in all_averages(result.output):
        holds = set(found.axes) >= OWN[method]
        assert (found.means_are_zero and found.stds_are_one) == holds, found.axes


def test_axes_that_do_not_fit_are_named():
    with pytest.raises(ValueError, match="5"):
        averages(np.zeros((2, 3)), (5,))
