"""How the last hidden layer's values move, and how gradients turn, against computations of their own."""

import numpy as np
import pytest
from scipy.stats import wasserstein_distance

from normlib.training import Experiment, collect, draws, train
from normlib.training.batches import batch_rows
from normlib.training.drift import Drift, drift
from normlib.training.layer_shift import layer_shift
from normlib.training.parameters import Member, initial, layout, views
from normlib.training.sets import training_set
from normlib.training.state import State

RUN = {"data": "wine", "depth": 2, "width": 8, "steps": 30, "points": 6, "seeds": 3}


def test_drift_is_scipys_distance():
    rng = np.random.default_rng(0)
    before, now = np.sort(rng.normal(0, 2, (5, 40))), np.sort(rng.normal(1, 3, (5, 40)))
    expected = [wasserstein_distance(b, n) / b.std() for b, n in zip(before, now, strict=True)]
    assert drift(before, now) == pytest.approx(np.mean(expected), rel=1e-12)


def test_a_unit_that_did_not_vary_is_left_out():
    before = np.array([[1.0, 1.0], [0.0, 2.0]])
    assert drift(before, before + 1) == 1.0
    assert np.isnan(drift(before[:1], before[:1] + 1))


@pytest.mark.parametrize("method", ["none", "batch", "layer"])
@pytest.mark.parametrize("placement", ["before", "after"])
def test_the_probe_is_the_same_rows_through_the_present_weights(method, placement):
    e = Experiment(**RUN, method=method, placement=placement, dtype="float64", record=["drift"])
    (result,) = collect([e], train([e]))
    assert result.values["probe_input_percentiles"].shape == (3, 6, 3)
    assert np.isnan(result.values["input_drift"][:, 0]).all()
    assert (result.values["input_drift"][:, 1:] > 0).all()
    same = np.array_equal(result.values["probe_input_percentiles"], result.values["probe_output_percentiles"])
    assert same == (method == "none")
    # By hand, at the start: seed 1, without biases, which are 0.
    data = training_set(e, 1)
    x = data.x[data.train[draws.probe_rows(1, e.train_rows)]]
    for layer in range(2):
        sd = draws.weight_sd("he", x.shape[1], 8)
        x = x @ (sd * draws.standard_weights(1, layer, (x.shape[1], 8)))
        if placement == "after":
            x = np.maximum(x, 0)
        inside = x
        if method != "none":
            axis = 0 if method == "batch" else 1
            x = (x - x.mean(axis, keepdims=True)) / np.sqrt(x.var(axis, keepdims=True) + e.epsilon)
        outside = x
        if placement == "before":
            x = np.maximum(x, 0)
    unit = np.argsort(inside.std(axis=0), kind="stable")[3]
    for name, values in (("input", inside), ("output", outside)):
        expected = np.percentile(values[:, unit], (15, 50, 85))
        assert np.allclose(result.values[f"probe_{name}_percentiles"][1, 0], expected, atol=1e-10)


def test_looking_changes_nothing():
    for method in ("none", "batch"):
        e = Experiment(**RUN, method=method, record=["gradients"])
        plain, looked = collect([e], train([e])), collect([e], train([e.but(record=["gradients", "drift", "shift"])]))
        for name, values in plain[0].values.items():
            assert np.array_equal(values, looked[0].values[name], equal_nan=True), name


def test_who_stopped_is_forgotten():
    seen = Drift()
    e = Experiment(**RUN, record=["drift"])
    state = State.start([Member(e, seed) for seed in (0, 1, 2)])
    seen.measure(state, 0)
    state.parameters *= 1.1
    every = seen.measure(state, 1)["input_drift"]
    again = Drift()
    whole = State.start([Member(e, seed) for seed in (0, 1, 2)])
    again.measure(whole, 0)
    again.only([2])
    whole.parameters *= 1.1
    assert again.measure(whole.only([2]), 1)["input_drift"] == every[2]


def test_they_are_measured_of_dense_networks_alone():
    assert Experiment(kind="conv", record=["drift", "shift", "gradients"]).record == ("gradients",)
    assert Experiment(record=["shift", "drift"]).record == ("drift", "shift")


def by_hand(e, seed, parameters, step):
    """Return the gradients of the weights and biases of a ReLU or sigmoid network, from the textbook."""
    data = training_set(e, seed)
    rows = batch_rows(e, seed, step)
    x, y = data.x[rows], data.y[rows]
    outputs, weights, biases = [x], *parameters
    for w, b in zip(weights[:-1], biases, strict=True):
        z = outputs[-1] @ w + b
        outputs.append(np.maximum(z, 0) if e.activation == "relu" else 1 / (1 + np.exp(-z)))
    logits = outputs[-1] @ weights[-1]
    shares = np.exp(logits) / np.exp(logits).sum(axis=1, keepdims=True)
    d = (shares - np.eye(len(shares[0]))[y]) / len(y)
    gradients, offsets = [outputs[-1].T @ d], []
    for layer in reversed(range(len(biases))):
        out = outputs[layer + 1]
        d = (d @ weights[layer + 1].T) * ((out > 0) if e.activation == "relu" else out * (1 - out))
        gradients.insert(0, outputs[layer].T @ d)
        offsets.insert(0, d.sum(axis=0))
    return gradients, offsets


@pytest.mark.parametrize("activation", ["relu", "sigmoid"])
def test_the_turned_gradient_is_that_of_the_textbook(activation):
    e = Experiment(**RUN, activation=activation, learning_rate=0.7, dtype="float64", record=["shift"])
    members = [Member(e, seed) for seed in e.seeds]
    state = State.start(members)
    network = state.load(0)
    network.forward()
    network.backward()
    before = state.parameters.copy(), state.gradients.copy()
    found = layer_shift(state, 0)
    assert np.array_equal(state.parameters, before[0])
    assert np.array_equal(state.gradients, before[1])
    start = views(initial(members), layout(e))
    for m, seed in enumerate(e.seeds):
        weights = [own[m] for own in start.weights]
        biases = [own[m, 0] for own in start.biases]
        first, offsets = by_hand(e, seed, (weights, biases), 0)
        for layer in range(3):
            moved = [
                w - 0.7 * g if place < layer else w for place, (w, g) in enumerate(zip(weights, first, strict=True))
            ]
            shifted = [
                b - 0.7 * g if place < layer else b for place, (b, g) in enumerate(zip(biases, offsets, strict=True))
            ]
            g, turned = first[layer].ravel(), by_hand(e, seed, (moved, shifted), 0)[0][layer].ravel()
            cosine = g @ turned / np.linalg.norm(g) / np.linalg.norm(turned)
            assert found["ics_cosine"][m, layer] == pytest.approx(cosine, abs=1e-10)
            assert found["ics_distance"][m, layer] == pytest.approx(
                np.linalg.norm(turned - g) / np.linalg.norm(g), abs=1e-10
            )
    assert (found["ics_cosine"][:, 0] == 1).all()
    assert (found["ics_distance"][:, 0] == 0).all()
    assert (found["ics_cosine"][:, 1:] < 1).all()
