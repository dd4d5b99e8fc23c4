"""Layer norm over few features: zeros, signs, and a bound that one arrangement reaches."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from normlib.few_features import bound, few_features
from normlib.layers import layer_norm

X = np.random.default_rng(0).normal(size=(5, 6))


def test_one_feature_leaves_zeros_and_the_layer_says_so():
    found = few_features(X)
    assert (found.outputs[0, :, 0] == 0).all()
    assert np.isnan(found.outputs[0, :, 1:]).all()
    assert "1 value" in found.warning
    assert "(5, 1)" in found.warning


def test_two_features_leave_signs_up_to_epsilon():
    half = (X[:, 0] - X[:, 1]) / 2
    np.testing.assert_allclose(few_features(X, eps=0.0).outputs[1, :, 0], np.sign(half))
    np.testing.assert_allclose(few_features(X, eps=0.01).outputs[1, :, 0], half / np.sqrt(half**2 + 0.01))


def test_every_row_is_layer_norm_of_the_first_features():
    found = few_features(X, eps=1e-5)
    for d in range(2, 7):
        part = X[:, :d]
        expected = (part - part.mean(1, keepdims=True)) / np.sqrt(part.var(1, keepdims=True) + 1e-5)
        np.testing.assert_allclose(found.outputs[d - 1, :, :d], expected)
        assert found.largest[d - 1] == np.abs(found.outputs[d - 1, :, :d]).max()


@given(st.integers(2, 40), st.floats(0.1, 100), st.integers(0, 10_000))
def test_no_output_passes_the_bound_and_a_single_odd_one_reaches_it(features, size, seed):
    x = np.random.default_rng(seed).standard_cauchy((3, features))
    assert np.abs(layer_norm(x, eps=0.0).output).max() <= bound(features) * (1 + 1e-9)
    odd = np.eye(1, features) * size
    np.testing.assert_allclose(layer_norm(odd, eps=0.0).output.max(), bound(features))


def test_bad_requests_say_what_is_possible():
    with pytest.raises(ValueError, match="features=0"):
        bound(0)
    with pytest.raises(ValueError, match=r"\(6,\).*\(N, D\)"):
        few_features(X[0])


@pytest.mark.keras
def test_keras_gives_the_same_zeros_and_signs():
    keras = pytest.importorskip("keras")
    layer = keras.layers.LayerNormalization
    assert (np.asarray(layer()(X[:, :1].astype(np.float32))) == 0).all()
    theirs = np.asarray(layer()(X[:, :2].astype(np.float32)))
    np.testing.assert_allclose(theirs, few_features(X).outputs[1, :, :2], atol=1e-5)
