"""What is random depends on the seed and on shapes alone, and is shared between experiments where it can be."""

import numpy as np
import pytest

from normlib import data
from normlib.training import Experiment, draws
from normlib.training.batches import Feed, batch_rows, batches_per_epoch
from normlib.training.kernels import initial_weights
from normlib.training.parameters import Member
from normlib.training.sets import SIZES, training_set


def test_weights_of_other_rules_are_the_same_draws_scaled():
    he, xavier = (initial_weights(Experiment(init=init, scale=0.5), 3) for init in ("he", "xavier"))
    for layer, (one, other) in enumerate(zip(he, xavier, strict=True)):
        inputs, outputs = one.shape
        scale = 0.5 if layer < 4 else 1.0
        plain = draws.standard_weights(3, layer, one.shape)
        assert np.allclose(one, plain * scale * np.sqrt(2 / inputs), rtol=1e-15)
        assert np.allclose(other, plain * scale * np.sqrt(2 / (inputs + outputs)), rtol=1e-15)


def test_more_layers_leave_those_below_alone():
    shallow, deep = (initial_weights(Experiment(depth=depth), 0) for depth in (2, 5))
    assert all((one == other).all() for one, other in zip(shallow[:2], deep[:2], strict=True))


def test_draws_are_standard_normal_and_differ_by_seed_and_layer():
    one = draws.standard_weights(0, 0, (500, 200))
    assert abs(one.mean()) < 0.01
    assert abs(one.std() - 1) < 0.01
    for other in (draws.standard_weights(1, 0, (500, 200)), draws.standard_weights(0, 1, (500, 200))):
        assert abs(np.corrcoef(one.ravel(), other.ravel())[0, 1]) < 0.02


def test_the_first_draws_never_change():
    """Stored runs and shared links rely on them."""
    assert draws.standard_weights(0, 0, (1, 2)).round(6).tolist() == [[-0.59985, -0.350518]]
    assert draws.batch_order(0, 0, 6).tolist() == [1, 3, 0, 5, 2, 4]
    assert draws.split(0, np.repeat([0, 1], 5), 0.3)[1].tolist() == [3, 6, 7]


@pytest.mark.parametrize("name", SIZES)
def test_sizes_are_those_of_the_data(name):
    e = Experiment(data=name, batch_size=16)
    rows = training_set(e, 0)
    assert (*rows.x.shape, len(np.unique(rows.y))) == SIZES[name]
    assert len(rows.train) == e.train_rows
    assert sorted([*rows.train, *rows.test]) == list(range(len(rows.x)))
    shares = [np.bincount(rows.y[part]) / len(part) for part in (rows.train, rows.test)]
    assert np.abs(shares[0] - shares[1]).max() < 0.05


def test_tables_are_standardized_by_the_training_rows_alone():
    rows = training_set(Experiment(data="wine"), 1)
    assert np.abs(rows.x[rows.train].mean(axis=0)).max() < 1e-12
    assert np.abs(rows.x[rows.train].std(axis=0) - 1).max() < 1e-12
    assert np.abs(rows.x[rows.test].mean(axis=0)).max() > 0.01
    raw = training_set(Experiment(data="wine", inputs="raw"), 1)
    assert (raw.x == data.load("wine").x).all()


def test_an_epoch_uses_every_training_row_once():
    e = Experiment(data="wine", batch_size=50)
    per_epoch = batches_per_epoch(e)
    assert per_epoch == 3
    epochs = [np.concatenate([batch_rows(e, 2, 3 * epoch + step) for step in range(3)]) for epoch in (0, 1)]
    assert sorted(epochs[0]) == sorted(epochs[1]) == training_set(e, 2).train.tolist()
    assert epochs[0].tolist() != epochs[1].tolist()


@pytest.mark.parametrize("name", ["wine", "digits"])
def test_the_feed_of_several_members_is_that_of_each(name):
    e = Experiment(data=name, batch_size=50, dtype="float64")
    feed = Feed([Member(e, 0), Member(e, 4), Member(e.but(learning_rate=1), 4)])
    for step in (0, 2, 3, 30):
        rows = feed.rows(step)
        for m, seed in enumerate((0, 4, 4)):
            own, there = training_set(e, seed), batch_rows(e, seed, step)
            assert (feed.x[rows[m]] == own.x[there]).all()
            assert (feed.y[rows[m]] == own.y[there]).all()
    assert (feed.x[feed.test[1]] == training_set(e, 4).x[training_set(e, 4).test]).all()
