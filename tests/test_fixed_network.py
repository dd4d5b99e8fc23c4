import numpy as np
import pytest

from normlib.fixed_network import EPS, KEEP, FixedNetwork, _Training, train_network
from normlib.layers import batch_norm

RNG = np.random.default_rng(0)
X = RNG.normal(size=(60, 5)) * [1, 2, 3, 4, 5] + [5, 4, 3, 2, 1]
Y = (X[:, 0] + X[:, 2] > 8).astype(int) + (X[:, 4] > 1)
PLACES = ("none", "inputs", "hidden")


def loss(training, x, y):
    """The mean cross-entropy, written out; batch norm with the statistics of the batch."""
    w, b, v, c = training._parameters
    if training._place == "inputs":
        x = (x - x.mean(0)) / np.sqrt(x.var(0) + EPS)
    h = x @ w
    if training._place == "hidden":
        h = (h - h.mean(0)) / np.sqrt(h.var(0) + EPS)
    scores = np.maximum(h + b, 0) @ v + c
    return float(np.mean(np.log(np.exp(scores).sum(1)) - scores[np.arange(len(y)), y]))


@pytest.mark.parametrize("place", PLACES)
def test_gradients_are_those_of_differences(place):
    training = _Training(X, Y, place, hidden=7, seed=3, eps=EPS)
    for _ in range(5):
        training.step()
    x, y = X[:20], Y[:20]
    gradients = training._gradients(x, y)
    for value, gradient in zip(training._parameters, gradients, strict=True):
        flat = value.reshape(-1)
        for place_ in range(0, flat.size, max(1, flat.size // 6)):
            before = flat[place_]
            ends = []
            for step in (1e-6, -1e-6):
                flat[place_] = before + step
                ends.append(loss(training, x, y))
            flat[place_] = before
            assert gradient.reshape(-1)[place_] == pytest.approx((ends[0] - ends[1]) / 2e-6, abs=1e-7, rel=1e-5)


@pytest.mark.parametrize("place", PLACES)
def test_side_by_side_trains_like_alone(place):
    other = X[::-1] * 2
    both = train_network(np.stack([X, other]), np.stack([Y, Y[::-1]]), place=place)
    alone = train_network(other, Y[::-1], place=place)
    np.testing.assert_allclose(both.member(1).weights, alone.weights, atol=1e-10)
    np.testing.assert_allclose(both.member(1).variance, alone.variance, rtol=1e-10)
    assert (both.member(0).classify(X) == Y).mean() > 0.8


@pytest.mark.parametrize("place", PLACES)
def test_fresh_statistics_are_those_of_batch_norm(place):
    network = train_network(X, Y, place=place)
    batches = np.split(X, [10, 25])
    expected = []
    for x in batches:
        z = batch_norm(x, eps=EPS).output if place == "inputs" else x
        h = z @ network.weights
        h = batch_norm(h, eps=EPS).output if place == "hidden" else h
        expected.append((np.maximum(h + network.offset, 0) @ network.out_weights + network.out_offset).argmax(1))
    np.testing.assert_array_equal(network.classify(X, "fresh", [10, 15, 35]), np.concatenate(expected))


def test_running_statistics_follow_the_batches_and_end_near_the_training_rows():
    network = train_network(X, Y, place="inputs")
    left = KEEP**300
    np.testing.assert_allclose(network.mean, (1 - left) * X.mean(0), atol=0.1 * X.std(0).max())
    np.testing.assert_allclose(network.variance, (1 - left) * X.var(0) + left, rtol=0.1)


def test_without_a_norm_statistics_do_not_matter():
    network = train_network(X, Y)
    np.testing.assert_array_equal(network.classify(X), network.classify(X, "fresh", [1] * 60))


@pytest.mark.parametrize("place", ["inputs", "hidden"])
def test_one_row_has_no_statistics_of_its_own(place):
    answers = train_network(X, Y, place=place).classify(X, "fresh", [1] * 60)
    assert np.unique(answers).size == 1


def test_a_move_of_one_feature_cancels_in_the_hidden_layer_and_its_spread_does_not():
    network = train_network(X, Y, place="hidden")
    usual = network.classify(X, "fresh")
    np.testing.assert_array_equal(network.classify(X + np.array([0, 0, 40, 0, 0]), "fresh"), usual)
    assert (network.classify(X * [1, 1, 20, 1, 1], "fresh") != usual).any()
    np.testing.assert_array_equal(
        train_network(X, Y, place="inputs").classify(X * [1, 1, 20, 1, 1], "fresh"),
        train_network(X, Y, place="inputs").classify(X, "fresh"),
    )


def test_leading_axes_of_rows_are_independent():
    network = train_network(X, Y, place="hidden")
    both = network.classify(np.stack([X, X * 3]), "fresh", [20, 40])
    np.testing.assert_array_equal(both[1], network.classify(X * 3, "fresh", [20, 40]))


@pytest.mark.parametrize("sizes", [[10, 10], [60, 0], [-1, 61], [30.5, 29.5]])
def test_sizes_that_do_not_fit_are_said(sizes):
    with pytest.raises(ValueError, match=rf"sizes \({sizes[0]}, .* sum to the 60 rows"):
        train_network(X, Y).classify(X, "fresh", sizes)


def test_slips_are_said():
    with pytest.raises(ValueError, match="place='outputs' is unknown: choose one of none, inputs, hidden"):
        train_network(X, Y, place="outputs")
    with pytest.raises(ValueError, match=r"x has shape \(60, 5\) and y \(59,\)"):
        train_network(X, Y[1:])
    with pytest.raises(ValueError, match=r"x has shape \(60, 4\), but the network takes \(rows, 5 features\)"):
        train_network(X, Y).classify(X[:, 1:])


def test_equal_seeds_give_equal_networks():
    first, second, third = (train_network(X, Y, place="hidden", seed=seed) for seed in (1, 1, 2))
    assert isinstance(first, FixedNetwork)
    np.testing.assert_array_equal(first.weights, second.weights)
    assert (first.weights != third.weights).any()
