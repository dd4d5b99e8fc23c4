"""Random batches: against batch norm's own statistics, against theory, and against numbers measured elsewhere."""

import itertools

import numpy as np
import pytest

from normlib import batch_norm
from normlib.batch_noise import batch_noise, batch_outputs, last_batch, normal_std_spread
from normlib.population import population

RNG = np.random.default_rng(7)


@pytest.mark.parametrize("shape", [(30,), (30, 5)])
def test_a_batch_has_the_statistics_that_batch_norm_takes(shape):
    x = RNG.normal(3, 2, shape)
    noise = batch_noise(x, [2, 7, 30], draws=6)
    for f, size in enumerate(noise.sizes):
        for d in range(6):
            batch = x[noise.order[d, :size]].reshape(-1, 1)
            found = batch_norm(batch)
            np.testing.assert_allclose(noise.means[f, d], found.mean.item(), rtol=1e-12)
            np.testing.assert_allclose(noise.variances[f, d], found.variance.item(), rtol=1e-12)
            outputs = batch_outputs(x, noise.order[d : d + 1, :size])
            np.testing.assert_allclose(outputs.reshape(-1, 1), found.output, atol=1e-12)


def test_a_batch_holds_no_sample_twice_and_the_larger_goes_on_from_the_smaller():
    noise = batch_noise(RNG.normal(size=40), [1, 40], draws=20)
    assert (np.sort(noise.order, axis=1) == np.arange(40)).all()
    assert len(np.unique(noise.order[:, 0])) > 5
    other = batch_noise(np.arange(40.0), [1, 40], draws=20, seed=1)
    assert (other.order != noise.order).any()


@pytest.mark.parametrize("positions", [1, 3])
def test_theory_is_the_average_over_every_batch_there_is(positions):
    x = RNG.normal(size=(7, positions)) ** 2
    noise = batch_noise(x, [1, 2, 5, 7], draws=2)
    for f, size in enumerate(noise.sizes):
        batches = [x[list(chosen)] for chosen in itertools.combinations(range(7), int(size))]
        means = np.array([batch.mean() for batch in batches])
        np.testing.assert_allclose(noise.expected_spread[f], means.std(), atol=1e-12)
        np.testing.assert_allclose(noise.expected_variance[f], np.mean([batch.var() for batch in batches]), atol=1e-12)


def test_normal_values_wander_as_much_as_tables_say():
    """The numbers of the literature: spread of mean and of standard deviation for normal values of variance 1."""
    x = np.random.default_rng(0).normal(size=5000)
    noise = batch_noise((x - x.mean()) / x.std(), [2, 4, 8, 16, 32, 128], draws=4000)
    means = np.random.default_rng(1).normal(size=(4000, 128))
    np.testing.assert_allclose(noise.means.std(axis=1), [0.71, 0.50, 0.35, 0.25, 0.18, 0.09], atol=0.015)
    stds = np.sqrt(noise.variances).std(axis=1)
    np.testing.assert_allclose(stds, [0.43, 0.34, 0.24, 0.18, 0.12, 0.06], atol=0.015)
    np.testing.assert_allclose(noise.variances.mean(axis=1), [0.5, 0.75, 0.88, 0.94, 0.97, 0.99], atol=0.025)
    exact = [normal_std_spread(size) for size in (2, 4, 8, 16, 32, 128)]
    np.testing.assert_allclose(stds, exact, atol=0.01)
    np.testing.assert_allclose(exact, [means[:, :n].std(axis=1).std() for n in (2, 4, 8, 16, 32, 128)], atol=0.01)


def test_no_output_passes_the_bound():
    x = np.zeros(50)
    x[0] = 1e6
    for size in (2, 5, 50):
        order = np.array([np.arange(size)])
        outputs = batch_outputs(x, order, eps=0.0)
        np.testing.assert_allclose(np.abs(outputs).max(), np.sqrt(size - 1))
    for name, channel in (("dense", "unit 3"), ("digits", "spot")):
        values = population(name).channel(channel)
        noise = batch_noise(values, [2, 3, 8], draws=50)
        for size in noise.sizes:
            most = np.abs(batch_outputs(values, noise.order[:, :size])).max()
            assert most <= np.sqrt(size * noise.positions - 1) + 1e-9


def test_one_value_gives_zero_and_two_give_plus_and_minus_one():
    x = RNG.normal(size=20)
    order = np.random.default_rng(0).permuted(np.tile(np.arange(20), (9, 1)), axis=1)
    assert (batch_outputs(x, order[:, :1]) == 0).all()
    np.testing.assert_allclose(np.abs(batch_outputs(x, order[:, :2], eps=0.0)), 1)


def test_alike_pixels_count_for_less_and_pixels_that_cancel_for_more():
    alike = np.repeat(RNG.normal(size=(200, 1)), 16, axis=1)
    assert batch_noise(alike, [1, 8]).worth == pytest.approx(1, rel=0.01)
    unrelated = RNG.normal(size=(2000, 16))
    assert batch_noise(unrelated, [1, 8]).worth == pytest.approx(16, rel=0.1)
    cancelling = unrelated - unrelated.mean(axis=1, keepdims=True)
    assert batch_noise(cancelling, [1, 8]).worth == np.inf
    assert batch_noise(population("photographs").channel("blur"), [1]).worth < 2
    assert batch_noise(population("photographs").channel("edge down"), [1]).worth > 256


def test_single_values_wander_the_same_whether_called_independent_or_not():
    noise = batch_noise(RNG.normal(size=60), [1, 10, 60])
    np.testing.assert_allclose(noise.independent_spread, noise.expected_spread)
    assert noise.worth == pytest.approx(1)


@pytest.mark.parametrize("sizes", [[], [0], [3, 2], [11]])
def test_sizes_that_are_none_are_refused(sizes):
    with pytest.raises(ValueError, match=r"10 samples"):
        batch_noise(np.arange(10.0), sizes)


def test_too_little_is_refused():
    with pytest.raises(ValueError, match="1 sample"):
        batch_noise([1.0], [1])
    with pytest.raises(ValueError, match="size=1"):
        normal_std_spread(1)
    with pytest.raises(ValueError, match="rows=0"):
        last_batch(0, 4)


def test_the_last_batch_is_what_is_left():
    for rows in range(1, 60):
        for size in range(1, 20):
            batches = [len(batch) for batch in np.split(np.arange(rows), range(size, rows, size))]
            assert last_batch(rows, size) == batches[-1]
