"""The two readings of layer norm on images: what they count, and that company does not matter to them."""

import numpy as np
import pytest

from normlib.layer_axes import LAYER_AXES, company

RNG = np.random.default_rng(0)
X = RNG.normal(size=(7, 4, 5, 3)) * 2 + 1


@pytest.mark.parametrize("axes", LAYER_AXES.values(), ids=list(LAYER_AXES))
def test_pairs_values_and_parameters_are_what_numpy_counts(axes):
    means = X.mean(axis=axes.axes)
    assert axes.pairs(X.shape) == means.size
    assert axes.pairs(X.shape) * axes.values(X.shape) == X.size
    assert axes.parameters(X.shape) == X.mean(axis=tuple(set(range(4)) - set(axes.axes))).shape


@pytest.mark.parametrize("axes", LAYER_AXES.values(), ids=list(LAYER_AXES))
def test_layer_norm_is_bit_equal_in_every_batch_and_batch_norm_is_not(axes):
    made = company(X, sizes=[1, 2, 5, 7], axes=axes.axes)
    assert all(np.array_equal(one, made.layer[0]) for one in made.layer)
    assert np.abs(np.diff(made.batch, axis=0)).max() > 0.05
    np.testing.assert_allclose(made.mean, X[:1].mean(axis=axes.axes, keepdims=True))


def test_batch_norm_of_the_sample_is_that_of_plain_numpy():
    made = company(X, sizes=[3], eps=1e-5)
    part = X[:3]
    expected = (part - part.mean(axis=(0, 1, 2))) / np.sqrt(part.var(axis=(0, 1, 2)) + 1e-5)
    np.testing.assert_allclose(made.batch[0], expected[0])


def test_bad_requests_say_what_is_possible():
    with pytest.raises(ValueError, match=r"sizes holds 8.*7 samples.*1 to 7"):
        company(X, sizes=[1, 8])
    with pytest.raises(ValueError, match="axis 0, the samples"):
        company(X, sizes=[1], axes=(0, 1))


@pytest.mark.keras
def test_keras_averages_over_the_axes_it_is_told_and_its_gamma_spans_them():
    keras = pytest.importorskip("keras")
    for axes in LAYER_AXES.values():
        layer = eval(f"keras.layers.{axes.keras}", {"keras": keras})  # noqa: S307 - the call that the page shows
        theirs = np.asarray(layer(X.astype(np.float32)))
        assert tuple(layer.gamma.shape) == axes.parameters(X.shape) == tuple(layer.beta.shape)
        ours = company(X, sizes=[len(X)], axes=axes.axes, eps=layer.epsilon).layer[0]
        np.testing.assert_allclose(theirs[0], ours, atol=2e-5)
