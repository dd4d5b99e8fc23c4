"""One sample among others: against plain formulas, and what each layer promises about the neighbours."""

import numpy as np
import pytest

from normlib.batch_mates import with_mates
from normlib.population import population

DENSE = population("dense").x
MAPS = population("digits").x


@pytest.mark.parametrize(("x", "position"), [(DENSE, 0), (MAPS, 36)], ids=["dense", "maps"])
@pytest.mark.parametrize("size", [2, 9])
def test_the_outputs_are_those_of_the_formula(x, position, size):
    found = with_mates(x, 5, size, position=position, draws=4)
    every = x.reshape(-1, x.shape[2]).astype(float)
    own = x[5].astype(float)
    for draw, mates in enumerate(found.mates):
        assert 5 not in mates
        assert len(set(mates)) == size - 1
        batch = x[[5, *mates]].astype(float).reshape(-1, x.shape[2])
        training = (own[position] - batch.mean(axis=0)) / np.sqrt(batch.var(axis=0) + 1e-3)
        np.testing.assert_allclose(found.training[draw], training, rtol=1e-9, atol=1e-9)
    inference = (own[position] - every.mean(axis=0)) / np.sqrt(every.var(axis=0) + 1e-3)
    np.testing.assert_allclose(found.inference, np.tile(inference, (4, 1)), rtol=1e-9, atol=1e-9)
    layer = (own[position] - own.mean()) / np.sqrt(own.var() + 1e-3)
    np.testing.assert_allclose(found.layer, np.tile(layer, (4, 1)), rtol=1e-9, atol=1e-9)


@pytest.mark.parametrize(("x", "position"), [(DENSE, 0), (MAPS, 36)], ids=["dense", "maps"])
def test_only_batch_norm_in_training_depends_on_the_mates(x, position):
    found = with_mates(x, 3, 8, position=position)
    assert (found.ranges("training") > 0.01).all()
    assert (found.ranges("inference") == 0).all()
    assert (found.ranges("layer") == 0).all()
    assert found.shuffled < 1e-12


def test_larger_batches_leave_less_to_chance():
    widths = [with_mates(DENSE, 3, size).training.std(axis=0).mean() for size in (4, 16, 64)]
    assert widths[0] > 1.5 * widths[1] > 2 * widths[2]


def test_in_a_batch_of_two_an_output_is_plus_or_minus_one():
    found = with_mates(DENSE, 3, 2, eps=0.0)
    np.testing.assert_allclose(np.abs(found.training), 1)
    assert {-1.0, 1.0} == set(np.round(found.training[:, 2]))


def test_only_those_asked_for_come_along():
    among = np.array([3, 10, 11, 12, 13])
    found = with_mates(DENSE, 3, 5, among=among)
    assert (np.sort(found.mates, axis=1) == [10, 11, 12, 13]).all()
    # The same batch in another order every time.
    assert found.ranges("training").max() < 1e-12
    with pytest.raises(ValueError, match="needs 5 mates, but only 4"):
        with_mates(DENSE, 3, 6, among=among)
    with pytest.raises(ValueError, match="size=1"):
        with_mates(DENSE, 3, 1)
