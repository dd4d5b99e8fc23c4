"""The way back: exact gradients, against numeric differentiation."""

import numpy as np
import pytest

from normlib import RunningStatistics, batch_norm, convention, group_norm, instance_norm, layer_norm, rms_norm

RUNNING = RunningStatistics(np.array([0.5, -1.0, 0.0, 2.0]), np.array([1.0, 0.3, 4.0, 0.01]), convention("keras"))
LAYERS = {
    "batch": (lambda x, g, b, eps: batch_norm(x, gamma=g, beta=b, eps=eps), (4,)),
    "batch, channels first": (lambda x, g, b, eps: batch_norm(x, gamma=g, beta=b, eps=eps, channel_axis=1), (3,)),
    "batch, inference": (
        lambda x, g, b, eps: batch_norm(x, gamma=g, beta=b, eps=eps, running=RUNNING, training=False),
        (4,),
    ),
    "layer": (lambda x, g, b, eps: layer_norm(x, gamma=g, beta=b, eps=eps), (4,)),
    "layer, two axes": (lambda x, g, b, eps: layer_norm(x, gamma=g, beta=b, eps=eps, axes=(1, 3)), (3, 4)),
    "instance": (lambda x, g, b, eps: instance_norm(x, gamma=g, beta=b, eps=eps), (4,)),
    "group": (lambda x, g, b, eps: group_norm(x, 2, gamma=g, beta=b, eps=eps), (4,)),
    "group, channels first": (lambda x, g, b, eps: group_norm(x, 3, gamma=g, beta=b, eps=eps, channel_axis=1), (3,)),
    "rms": (lambda x, g, b, eps: rms_norm(x, gamma=g, eps=eps), (4,)),
}
every_layer = pytest.mark.parametrize("name", LAYERS)


def slope(loss, at):
    """Central differences of `loss` at an array, one entry at a time."""
    h, result = 1e-6, np.empty_like(at)
    for i in np.ndindex(at.shape):
        step = np.zeros_like(at)
        step[i] = h
        result[i] = (loss(at + step) - loss(at - step)) / (2 * h)
    return result


@every_layer
@pytest.mark.parametrize("eps", [0.0, 1e-3, 0.5])
def test_gradients_are_exact_including_eps(name, eps):
    layer, shape = LAYERS[name]
    rng = np.random.default_rng(3)
    x, gamma, beta = rng.normal(size=(3, 3, 2, 4)), rng.normal(size=shape), rng.normal(size=shape)
    dy = rng.normal(size=x.shape)
    dx, dgamma, dbeta = layer(x, gamma, beta, eps).backward(dy)
    expected = {
        "x": slope(lambda v: (layer(v, gamma, beta, eps).output * dy).sum(), x),
        "gamma": slope(lambda v: (layer(x, v, beta, eps).output * dy).sum(), gamma),
    }
    assert dgamma.shape == shape
    for found, numeric in ((dx, expected["x"]), (dgamma, expected["gamma"])):
        assert np.abs(found - numeric).max() <= 1e-7 * np.abs(numeric).max()
    if name != "rms":
        numeric = slope(lambda v: (layer(x, gamma, v, eps).output * dy).sum(), beta)
        assert np.abs(dbeta - numeric).max() <= 1e-7 * np.abs(numeric).max()


@every_layer
def test_without_gamma_and_beta_their_gradients_are_those_of_ones_and_zeros(name):
    layer, shape = LAYERS[name]
    rng = np.random.default_rng(4)
    x, dy = rng.normal(size=(3, 3, 2, 4)), rng.normal(size=(3, 3, 2, 4))
    found = layer(x, None, None, 1e-3).backward(dy)
    expected = layer(x, np.ones(shape), np.zeros(shape), 1e-3).backward(dy)
    for a, b in zip(found, expected, strict=True):
        np.testing.assert_allclose(a, b, rtol=1e-12, atol=1e-14)


@every_layer
@pytest.mark.parametrize("dtype", [np.float16, np.float32])
def test_narrow_dtypes_lose_only_their_own_rounding(name, dtype):
    layer, shape = LAYERS[name]
    rng = np.random.default_rng(5)
    x, dy = (rng.normal(size=(3, 3, 2, 4)).astype(dtype) for _ in range(2))
    gamma = rng.normal(size=shape)
    narrow = layer(x, gamma, None, 1e-3).backward(dy)
    wide = layer(x.astype(np.float64), gamma, None, 1e-3).backward(dy.astype(np.float64))
    np.testing.assert_allclose(narrow[0], wide[0], rtol=float(np.finfo(dtype).eps), atol=1e-7)
    np.testing.assert_allclose(narrow[1], wide[1], rtol=1e-12)


def test_a_constant_slice_has_no_gradient_at_eps_zero():
    dx, dgamma, dbeta = layer_norm(np.full((2, 3), 7.0), eps=0.0).backward(np.ones((2, 3)))
    assert (dx == 0).all()
    assert (dgamma == 0).all()
    assert (dbeta == 2).all()


def test_the_gradient_keeps_its_argument():
    dy = np.ones((2, 3))
    batch_norm(np.arange(6.0).reshape(2, 3), gamma=[2.0, 2.0, 2.0]).backward(dy)
    assert (dy == 1).all()


def test_a_gradient_of_another_shape_is_refused():
    with pytest.raises(ValueError, match=r"dy has shape \(3,\), but the output has shape \(2, 3\)"):
        layer_norm(np.ones((2, 3))).backward(np.ones(3))
