"""What networks look like before their first update: against the engine, against laws, and against known numbers."""

import numpy as np
import pytest

from normlib.training import Experiment, collect, train
from normlib.training.at_start import (
    MEAN_FIELD_GROWTH,
    Bins,
    at_start,
    geometric_interval,
    growth,
    histograms,
    measure,
    power,
)
from normlib.training.measures import EDGES
from normlib.training.parameters import Member
from normlib.training.state import State

SMALL = Experiment(
    data="wine",
    depth=3,
    width=8,
    batch_size=20,
    steps=0,
    seeds=[3, 1, 7],
    record=["gradients", "activations", "histograms"],
)
ARMS = [
    SMALL.but(method=method, placement=placement, activation=activation, scale=scale)
    for method, placement in (("none", "none"), ("batch", "before"), ("batch", "after"), ("layer", "before"))
    for activation in ("relu", "sigmoid")
    for scale in (0.5, 8.0)
]
BINS = Bins((1, 3), EDGES, EDGES)


def test_it_is_what_the_engine_measures_at_step_0_to_the_last_bit():
    for found, engine in zip(at_start(ARMS), collect(ARMS, train(ARMS)), strict=True):
        np.testing.assert_array_equal(found.gradient_norm, engine.values["gradient_norm"][:, 0])
        np.testing.assert_array_equal(found.idle, engine.values["idle"][:, 0])


def test_experiments_may_have_seeds_of_their_own():
    together = at_start([SMALL, SMALL.but(seeds=[7]), SMALL.but(seeds=2, scale=2.0)])
    assert [len(one.gradient_norm) for one in together] == [3, 1, 2]
    np.testing.assert_array_equal(together[0].gradient_norm[2], together[1].gradient_norm[0])


def test_the_histograms_are_of_what_goes_into_the_activation_and_of_what_it_puts_out():
    arms = [SMALL, SMALL.but(method="batch", placement="after"), SMALL.but(method="batch", placement="before")]
    plain, after, before = at_start(arms, BINS)
    engine = [one.values for one in collect(arms, train(arms))]
    layers = [0, 2]
    np.testing.assert_allclose(plain.entering, engine[0]["input_histogram"][:, 0, layers], atol=1e-12)
    np.testing.assert_allclose(after.leaving, engine[1]["input_histogram"][:, 0, layers], atol=1e-12)
    np.testing.assert_allclose(before.entering, engine[2]["output_histogram"][:, 0, layers], atol=1e-12)
    for one in (plain, after, before):
        np.testing.assert_allclose(one.leaving[..., :20].sum(), 0)  # a ReLU puts out nothing below 0
        np.testing.assert_allclose(one.leaving.sum(axis=-1), 1)


def test_a_histogram_counts_as_numpy_does_and_its_outer_bins_are_open():
    values = np.random.default_rng(0).normal(0, 2, (3, 50, 4))
    edges = np.linspace(-2, 2, 9)
    for own, member in zip(histograms(values, edges), values, strict=True):
        expected = np.histogram(np.clip(member, -2, 2), edges)[0] / 200
        np.testing.assert_allclose(own, expected, atol=1e-12)
    np.testing.assert_array_equal(histograms(np.array([[1e30, -1e30]]), edges), [[0.5, *[0] * 6, 0.5]])


def test_only_dense_networks_are_measured():
    with pytest.raises(ValueError, match="kind=conv"):
        at_start([Experiment(kind="conv", depth=2, width=8)])


# Gradient norms of layer 1 for first weights × 0.1, × 1 and × 10, known from an independent program; digits, 5 hidden
# layers. The set-up under which they come out, to the spread of the seeds: 100 units, 60 rows in a batch, epsilon 1e-5,
# weights with a standard deviation of 1 / sqrt(inputs), but for the hidden layers of ReLU, which have He's.
KNOWN = {
    ("sigmoid", "none"): (1.7e-7, 1.1e-3, 7.9e-2),
    ("sigmoid", "before"): (4.09, 0.414, 0.0414),
    ("sigmoid", "after"): (18.7, 1.98, 2.31),
    ("relu", "none"): (9.5e-5, 1.35, 2.4e4),
    ("relu", "before"): (12.1, 1.21, 0.121),
    ("relu", "after"): (28.6, 2.90, 0.269),
}
SATURATED = {"none": 0.53, "before": 0.0, "after": 0.65}
SEEDS = range(20)


def known_set_up(activation, placement, scale):
    """Return gradient norms of layer 1 and saturated shares, one per seed."""
    shrunk = 1 / np.sqrt(2) if activation == "sigmoid" else 1.0  # from He's sqrt(2 / inputs)
    e = Experiment(
        depth=5,
        width=100,
        batch_size=60,
        eps=1e-5,
        method="batch",
        placement=placement,
        activation=activation,
        scale=scale * shrunk,
        steps=0,
        dtype="float64",
    )
    state = State.start([Member(e, seed) for seed in SEEDS])
    state.parameter_views.weights[-1][...] /= np.sqrt(2)
    found = measure(state)
    return found["gradient_norm"][:, 0], found["idle"].mean(axis=1)


@pytest.mark.parametrize(("activation", "placement"), KNOWN)
def test_known_gradients_lie_within_the_spread_of_the_seeds(activation, placement):
    for scale, known in zip((0.1, 1.0, 10.0), KNOWN[activation, placement], strict=True):
        norms, _ = known_set_up(activation, placement, scale)
        assert norms.min() < known < norms.max(), (scale, known, norms.min(), norms.max())


@pytest.mark.parametrize("placement", SATURATED)
def test_known_shares_of_saturated_sigmoids(placement):
    for scale, known in ((0.1, 0.0), (1.0, 0.0), (10.0, SATURATED[placement])):
        _, idle = known_set_up("sigmoid", placement, scale)
        assert idle.mean() == pytest.approx(known, abs=0.01)


@pytest.mark.parametrize(("method", "expected"), [("batch", 1.211), ("none", 1.0), ("layer", 0.996)])
def test_the_growth_per_layer_of_50_layers_of_256_units(method, expected):
    (found,) = at_start([Experiment(method=method, depth=50, width=256, batch_size=128, steps=0, seeds=3)])
    # Layer norm and no norm wander from seed to seed by a few thousandths per layer.
    assert geometric_interval(growth(found.gradient_norm)).mean == pytest.approx(
        expected, abs=0.005 if method == "batch" else 0.02
    )
    if method == "batch":
        ratio = geometric_interval(found.gradient_norm[:, 1] / found.gradient_norm[:, -2]).mean
        assert 7_000 < ratio < 13_000  # 9,530 in the independent program
        assert pytest.approx(1.2112, abs=5e-5) == MEAN_FIELD_GROWTH


def test_the_growth_is_largest_where_the_batch_is_small():
    small, large = at_start(
        [Experiment(method="batch", depth=30, batch_size=rows, steps=0, seeds=5) for rows in (32, 128)]
    )
    assert growth(small.gradient_norm).min() > growth(large.gradient_norm).max()


SCALES = (0.01, 1.0, 10.0, 1000.0)


@pytest.mark.parametrize("method", ["batch", "layer", "rms"])
def test_the_gradient_is_divided_by_the_scale_unless_epsilon_takes_part(method):
    base = Experiment(method=method, depth=5, seeds=4, dtype="float64")
    small, large = (
        np.stack([one.gradient_norm[:, 0] for one in at_start([base.but(scale=a, eps=eps) for a in SCALES])], axis=1)
        for eps in (1e-8, 1e-3)
    )
    np.testing.assert_allclose(power(SCALES[1:], small[:, 1:]), -1, atol=1e-7)
    np.testing.assert_allclose(power(SCALES[1:], large[:, 1:]), -1, atol=0.01)
    assert (small[:, 0] > 50 * small[:, 1]).all()
    assert (large[:, 0] < large[:, 1]).all()


def test_without_a_norm_the_power_is_the_number_of_layers_above():
    arms = [Experiment(depth=5, seeds=4, scale=scale, dtype="float64") for scale in (100.0, 1000.0)]
    norms = np.stack([one.gradient_norm[:, 0] for one in at_start(arms)], axis=1)
    np.testing.assert_allclose(power((100, 1000), norms), 4, atol=0.01)


def test_growth_and_power_find_what_was_put_in():
    layers = np.arange(1, 9)
    norms = np.array([[g ** -float(layer) for layer in layers] for g in (0.5, 1.2)])
    norms[:, [0, -1]] = 77  # neither the first nor the last layer counts
    np.testing.assert_allclose(growth(norms), [0.5, 1.2])
    np.testing.assert_allclose(power(layers, 3 * layers**2.5 * np.ones((2, 1))), 2.5)
    with pytest.raises(ValueError, match="there are 1"):
        growth([[1.0, 2.0, 3.0]])


def test_a_geometric_interval_is_that_of_the_factors():
    found = geometric_interval([2.0, 8.0, 4.0])
    doubled = geometric_interval([4.0, 16.0, 8.0])
    assert found.mean == pytest.approx(4)
    assert doubled.low == pytest.approx(2 * found.low)
    assert doubled.high == pytest.approx(2 * found.high)
    assert found.low * found.high == pytest.approx(16)
    with pytest.raises(ValueError, match="smallest of these is 0"):
        geometric_interval([0.0, 1.0])
    with pytest.raises(ValueError, match="positive"):
        geometric_interval([np.inf, 1.0])
