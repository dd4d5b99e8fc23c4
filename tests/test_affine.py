"""Gamma, beta and a bias: against numeric derivatives, plain formulas, and what they promise."""

import os

import numpy as np
import pytest

from normlib import batch_norm
from normlib.affine import restoring, stages
from normlib.population import population

X = population("dense").channel("unit 3")[:200, 0]
TARGET = (np.array(population("dense").labels[:200]) == "0").astype(float)


def loss(x, gamma, beta, eps=1e-3):
    y = gamma * (x - x.mean()) / np.sqrt(x.var() + eps) + beta
    return np.mean((y - TARGET) ** 2) / 2


@pytest.mark.parametrize(("gamma", "beta", "bias"), [(1.0, 0.0, 0.0), (-2.5, 1.5, 30.0), (0.3, -4.0, -100.0)])
def test_the_gradients_are_those_of_small_steps(gamma, beta, bias):
    found = stages(X, TARGET, bias=bias, gamma=gamma, beta=beta)
    h = 1e-6
    by_gamma = (loss(X, gamma + h, beta) - loss(X, gamma - h, beta)) / (2 * h)
    by_beta = (loss(X, gamma, beta + h) - loss(X, gamma, beta - h)) / (2 * h)
    assert found.gamma_gradient == pytest.approx(by_gamma, rel=1e-6, abs=1e-9)
    assert found.beta_gradient == pytest.approx(by_beta, rel=1e-6, abs=1e-9)
    assert abs(found.bias_gradient) < 1e-12
    assert abs(loss(X + 1, gamma, beta) - loss(X, gamma, beta)) < 1e-12
    assert abs(by_beta) > 0.01


@pytest.mark.parametrize("bias", [-100.0, 4.0, 1e4])
def test_a_bias_changes_nothing_but_rounding(bias):
    plain, moved = (stages(X, TARGET, bias=one, gamma=1.7, beta=-0.4) for one in (0.0, bias))
    np.testing.assert_allclose(moved.before - plain.before, bias)
    np.testing.assert_allclose(moved.after, plain.after, atol=1e-10)
    rough = [stages(X.astype(np.float32), TARGET, bias=one) for one in (0.0, bias)]
    assert rough[1].after.dtype == np.float32
    change = np.abs(rough[1].after - rough[0].after).max()
    # A float32 has 24 bits: what they leave of x beside the bias, in standard deviations of x.
    assert change <= 4 * 2.0**-24 * (abs(bias) + np.abs(X).max()) / X.std() + 1e-6


def test_the_three_stages_are_those_of_the_formula():
    found = stages(X, TARGET, bias=5.0, gamma=2.0, beta=-1.0)
    np.testing.assert_array_equal(found.before, X + 5)
    np.testing.assert_allclose(found.normalized, (X - X.mean()) / np.sqrt(X.var() + 1e-3), atol=1e-12)
    np.testing.assert_allclose(found.after, 2 * found.normalized - 1, atol=1e-12)
    assert (stages(X, TARGET, gamma=0.0, beta=3.0).after == 3).all()


@pytest.mark.parametrize("eps", [0.0, 1e-5, 1e-3, 10.0])
def test_restoring_gives_the_input_back(eps):
    x = population("dense").x[:64, 0].astype(float)
    gamma, beta = restoring(x, eps)
    np.testing.assert_allclose(gamma, np.sqrt(x.var(axis=0) + eps))
    np.testing.assert_allclose(beta, x.mean(axis=0))
    assert np.abs(batch_norm(x, gamma=gamma, beta=beta, eps=eps).output - x).max() < 1e-14
    # For another batch the same two parameters give something else.
    other = population("dense").x[64:128, 0].astype(float)
    assert np.abs(batch_norm(other, gamma=gamma, beta=beta, eps=eps).output - other).max() > 0.001


def test_one_value_is_refused():
    with pytest.raises(ValueError, match="at least 2 values"):
        stages([1.0], [0.0])


@pytest.mark.keras
def test_keras_gives_the_bias_no_gradient():
    os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
    tf = pytest.importorskip("tensorflow")
    dense = tf.keras.layers.Dense(1, kernel_initializer="ones", bias_initializer="ones")
    layer = tf.keras.layers.BatchNormalization()
    with tf.GradientTape() as tape:
        y = layer(dense(X[:, None].astype(np.float32)), training=True)
        value = tf.reduce_mean((y[:, 0] - TARGET.astype(np.float32)) ** 2) / 2
    by_bias, by_beta = tape.gradient(value, [dense.bias.value, layer.beta.value])
    ours = stages(X, TARGET, bias=1.0)
    assert abs(float(by_bias[0])) < 1e-6
    assert float(by_beta[0]) == pytest.approx(ours.beta_gradient, rel=1e-4)
