"""Layers by name: each name is its layer, and the shapes and numbers of parameters are those of Keras."""

import numpy as np
import pytest

import normlib
from normlib.methods import METHODS, affine_shape, normalize_by, parameters

X = np.random.default_rng(0).normal(3, 2, (4, 5, 5, 6)).astype(np.float32)
BY_HAND = {
    "batch": lambda: normlib.batch_norm(X, gamma=np.full(6, 2.0), beta=np.full(6, 0.5), eps=0.1),
    "layer": lambda: normlib.layer_norm(
        X, axes=(1, 2, 3), gamma=np.full((5, 5, 6), 2.0), beta=np.full((5, 5, 6), 0.5), eps=0.1
    ),
    "instance": lambda: normlib.instance_norm(X, gamma=np.full(6, 2.0), beta=np.full(6, 0.5), eps=0.1),
    "group": lambda: normlib.group_norm(X, 3, gamma=np.full(6, 2.0), beta=np.full(6, 0.5), eps=0.1),
    "rms": lambda: normlib.rms_norm(X, axes=(1, 2, 3), gamma=np.full((5, 5, 6), 2.0), eps=0.1),
}


@pytest.mark.parametrize("method", BY_HAND)
def test_a_name_is_its_layer(method):
    found = normalize_by(method, X, axes=(1, 2, 3), groups=3, eps=0.1, gamma=2.0, beta=0.5)
    np.testing.assert_array_equal(found.output, BY_HAND[method]().output)


def test_none_does_nothing_and_an_unknown_name_lists_the_known_ones():
    assert normalize_by("none", X) is None
    with pytest.raises(ValueError, match=r"'spectral'.*none, batch, layer, instance, group, rms"):
        normalize_by("spectral", X)


@pytest.mark.keras
@pytest.mark.parametrize("method", METHODS[1:])
def test_keras_learns_as_many_numbers(method):
    keras = pytest.importorskip("keras")
    layer = {
        "batch": keras.layers.BatchNormalization,
        "layer": lambda: keras.layers.LayerNormalization(axis=(1, 2, 3)),
        "instance": lambda: keras.layers.GroupNormalization(groups=-1),
        "group": lambda: keras.layers.GroupNormalization(groups=3),
        "rms": lambda: keras.layers.RMSNormalization(axis=(1, 2, 3)),
    }[method]()
    layer.build(X.shape)
    assert sum(int(np.prod(weight.shape)) for weight in layer.trainable_weights) == parameters(
        method, X.shape, (1, 2, 3)
    )
    assert layer.trainable_weights[0].shape == affine_shape(method, X.shape, (1, 2, 3))
