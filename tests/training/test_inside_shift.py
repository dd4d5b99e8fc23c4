"""What the arms share, which rate is the best, and how pairs are compared."""

import numpy as np
import pytest
from scipy import stats

from normlib.training import Result, collect, train
from normlib.training.expectations import INSIDE
from normlib.training.inside_shift import ARMS, BATCH, NOISY_BATCH, RATES, best_rates, inside_shift, paired, place
from normlib.training.jobs import SHIPPED_RUNS, Shipped


@pytest.mark.parametrize("activation", RATES)
def test_arms_differ_in_method_noise_and_rate_alone(activation):
    crossed = inside_shift(activation, seeds=1)
    own = ("method", "noise", "learning_rate")
    rest = {one.model_dump_json(exclude=set(own)) for one in crossed.experiments}
    assert len(rest) == 1
    for arm, (method, noisy) in enumerate(ARMS):
        for rate, value in enumerate(RATES[activation]):
            one = crossed.experiments[place(crossed, arm, rate)]
            assert (one.method, one.noise > 0, one.learning_rate) == (method, noisy, value)
    assert sorted(place(crossed, arm, rate) for arm in range(4) for rate in range(3)) == list(range(12))


def test_the_best_rate_has_the_lowest_loss_of_those_that_go_on():
    crossed = inside_shift(seeds=2)
    losses = {place(crossed, arm, rate): 1.0 + rate for arm in range(4) for rate in range(3)}
    losses[place(crossed, BATCH, 2)] = 0.5
    results = [
        Result(e, np.array([0, 9]), {"test_nll": np.array([[9.0, losses[n]], [9.0, losses[n]]])})
        for n, e in enumerate(crossed.experiments)
    ]
    stopped = place(crossed, NOISY_BATCH, 0)
    results[stopped].values["test_nll"][:, -1] = [0.001, np.nan]
    assert best_rates(crossed, results) == (0, 2, 1, 0)


def test_pairs_are_compared_as_scipy_does():
    rng = np.random.default_rng(0)
    one, other = rng.normal(0.9, 0.01, 9), rng.normal(0.9, 0.01, 9)
    other[4] = np.nan
    found = paired(one, other)
    d = np.delete(one - other, 4)
    low, high = stats.t.interval(0.95, len(d) - 1, d.mean(), stats.sem(d))
    assert (found.interval.low, found.interval.high) == pytest.approx((low, high))
    assert found.left_out == 1


def test_equal_within_a_point_needs_the_whole_interval():
    zero = np.zeros(4)
    assert paired(np.array([0.004, 0.006, 0.005, 0.005]), zero).equivalent
    assert not paired(np.array([0.03, -0.03, 0.02, -0.02]), zero).equivalent
    assert not paired(np.array([0.02, 0.021, 0.02, 0.021]), zero).equivalent
    assert not paired(np.array([0.0]), np.array([0.0])).equivalent


def test_every_expectation_can_be_refuted():
    for one in INSIDE.values():
        assert all(text.endswith(".") for text in (one.expected, one.refuted))
        assert any("arXiv:" in source for source in one.sources)


@pytest.mark.parametrize("activation", RATES)
def test_a_sample_of_what_came_with_normlab_comes_out_again(activation):
    crossed = inside_shift(activation)
    found = Shipped(SHIPPED_RUNS).get(crossed.experiments, "numpy")
    assert found is not None, "shift-inside is missing: make runs"
    number = place(crossed, NOISY_BATCH, 0)
    one = crossed.experiments[number].but(seeds=1)
    (again,) = collect([one], train([one]))
    kept = found.results[number].values
    for name in ("loss", "test_nll", "ics_cosine", "ics_distance", "probe_input_percentiles"):
        np.testing.assert_allclose(again.values[name][0, 0], kept[name][0, 0], rtol=1e-3, atol=1e-6)
    np.testing.assert_allclose(again.values["input_drift"][0, 1], kept["input_drift"][0, 1], rtol=1e-2)
    np.testing.assert_allclose(again.values["test_nll"][0, -1], kept["test_nll"][0, -1], rtol=0.3, atol=0.05)
    assert again.values["test_accuracy"][0, -1] == pytest.approx(kept["test_accuracy"][0, -1], abs=0.03)
