"""What the literature and theory say about networks at their start, measured by the engine."""

from math import pi, sqrt

import numpy as np
import pytest

from normlib.training import Experiment, collect, train

DEEP = Experiment(
    depth=50, width=256, batch_size=128, activation="relu", steps=0, seeds=3, dtype="float64", record=["gradients"]
)
FIVE = Experiment(depth=5, width=100, batch_size=128, steps=0, seeds=3, dtype="float64", eps=1e-8)


def at_start(e):
    return collect([e], train([e]))[0]


def growth(method):
    """Return by what factor the gradient grows per layer towards the input, from the last to the second layer."""
    norms = at_start(DEEP.but(method=method, eps=1e-5)).values["gradient_norm"][:, 0, :50]
    return float(np.exp((np.log(norms[:, 1]) - np.log(norms[:, 49])).mean() / 48))


def test_batch_norm_makes_gradients_grow_by_the_rate_of_theory():
    """Yang et al. 2019, arXiv:1902.08129: sqrt(pi / (pi - 1)) per ReLU layer, whatever the initialization."""
    theory = sqrt(pi / (pi - 1))
    assert theory == pytest.approx(1.2112, abs=1e-4)
    assert growth("batch") == pytest.approx(theory, abs=0.01)


@pytest.mark.parametrize("method", ["none", "layer"])
def test_gradients_neither_grow_nor_shrink_without_it(method):
    # Slightly under 1: towards the output the samples become alike, and their gradients cancel less.
    assert growth(method) == pytest.approx(1.0, abs=0.03)


@pytest.mark.parametrize("activation", ["relu", "sigmoid"])
def test_under_batch_norm_gradients_are_inverse_to_the_initial_scale(activation):
    """BN(a W u) = BN(W u), so dL/d(a W) = 1/a dL/dW; exactly, but for epsilon."""
    base = FIVE.but(method="batch", activation=activation)
    one = at_start(base).values
    for scale in (0.1, 10.0):
        other = at_start(base.but(scale=scale)).values
        ratio = other["gradient_norm"][..., :5] * scale / one["gradient_norm"][..., :5]
        assert np.abs(ratio - 1).max() < 1e-3
        assert np.abs(other["loss"] / one["loss"] - 1).max() < 1e-4


def test_batch_norm_before_the_sigmoid_keeps_it_out_of_saturation():
    saturated = {}
    for placement in ("none", "before", "after"):
        e = FIVE.but(method="batch", activation="sigmoid", scale=10.0, placement=placement, eps=None, init="xavier")
        saturated[placement] = float(at_start(e).values["idle"].mean())
    assert saturated["before"] < 0.001
    assert saturated["none"] == pytest.approx(0.53, abs=0.03)
    assert saturated["after"] == pytest.approx(0.65, abs=0.03)


def test_batches_of_two_are_plus_or_minus_one():
    e = FIVE.but(method="batch", batch_size=2, record=["activations"])
    values = at_start(e).values
    assert np.abs(np.abs(values["output_percentiles"][..., [0, 2]]) - 1).max() < 1e-3


def test_instance_norm_blinds_a_dense_network():
    e = FIVE.but(method="instance")
    values = at_start(e).values
    assert (values["output_sd"] == 0).all()
    assert "cannot see its input" in e.warnings[0]
