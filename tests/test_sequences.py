"""Padded sequences: the mixture that batch norm measures, and the layers that do not see padding."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from normlib.sequences import digit_sequences, masked_batch_norm, pad, padding_sweep

X, LENGTHS = digit_sequences(12, shortest=3)


def test_digits_become_sequences_of_rows():
    assert X.shape == (12, 8, 8)
    assert set(LENGTHS) <= set(range(3, 9))
    assert len(set(LENGTHS)) > 2
    np.testing.assert_array_equal(digit_sequences(5)[1], 8)


@given(st.integers(8, 30), st.floats(-5, 20))
def test_padding_keeps_the_real_steps_and_fills_the_others(steps, value):
    made = pad(X, LENGTHS, steps, value)
    for n, length in enumerate(LENGTHS):
        np.testing.assert_array_equal(made.x[n, :length], X[n, :length])
        assert (made.x[n, length:] == value).all()
        assert made.mask[n].sum() == length
    assert made.share == pytest.approx(1 - LENGTHS.sum() / (12 * steps))


@given(st.integers(8, 60), st.floats(-5, 20))
def test_batch_norm_measures_a_mixture_of_real_steps_and_padding(steps, value):
    made = padding_sweep(X, LENGTHS, [steps], value=value)
    real = np.concatenate([row[:length] for row, length in zip(X, LENGTHS, strict=True)])
    p, mean, variance = made.share[0], real.mean(axis=0), real.var(axis=0)
    np.testing.assert_allclose(made.real_mean, mean, atol=1e-12)
    np.testing.assert_allclose(made.real_std**2, variance, atol=1e-12)
    np.testing.assert_allclose(made.mean[0], (1 - p) * mean + p * value, atol=1e-9)
    mixed = (1 - p) * variance + p * (1 - p) * (mean - value) ** 2
    np.testing.assert_allclose(made.std[0] ** 2, mixed, atol=1e-9)


def test_padding_moves_batch_norm_but_neither_the_mask_nor_layer_norm():
    made = padding_sweep(X, LENGTHS, [8, 20, 40], sample=1)
    assert np.abs(made.batch[2] - made.batch[0]).max() > 0.5
    assert all(np.array_equal(one, made.masked[0]) for one in made.masked)
    assert all(np.array_equal(one, made.layer[0]) for one in made.layer)


def test_without_padding_a_mask_changes_nothing():
    x, lengths = digit_sequences(6)
    made = padding_sweep(x, lengths, [8])
    np.testing.assert_allclose(made.batch, made.masked, atol=1e-12)
    assert made.share[0] == 0
    assert np.isnan(made.filler).all()


def test_the_spread_can_grow_before_it_shrinks():
    made = padding_sweep(X, LENGTHS, [8, 80])
    assert made.std[0, 3] > made.real_std[3] > made.std[1, 3]


def test_bad_requests_say_what_is_possible():
    with pytest.raises(ValueError, match=r"steps=5 .*8 steps"):
        pad(X, np.full(12, 8), 5)
    with pytest.raises(ValueError, match=r"from 0 to 9.*8 steps"):
        pad(X, [0, 9, *[3] * 10], 10)
    with pytest.raises(ValueError, match=r"\(12, 8, 8\).*\(2,\)"):
        pad(X, [1, 2], 8)
    with pytest.raises(ValueError, match="samples=0"):
        digit_sequences(0)
    with pytest.raises(ValueError, match="shortest=9"):
        digit_sequences(3, shortest=9)


@pytest.mark.keras
def test_keras_batch_norm_with_a_mask_averages_over_real_steps_alone():
    keras = pytest.importorskip("keras")
    made = pad(X, LENGTHS, 14)
    x = made.x.astype(np.float32)
    ours, mean, variance = masked_batch_norm(made)
    layer = keras.layers.BatchNormalization()
    np.testing.assert_allclose(np.asarray(layer(x, training=True, mask=made.mask)), ours, atol=2e-4)
    np.testing.assert_allclose(np.asarray(layer.moving_mean), 0.01 * mean, atol=1e-5)
    np.testing.assert_allclose(np.asarray(layer.moving_variance), 0.99 + 0.01 * variance, rtol=1e-5)
    # A Masking layer makes the mask and passes it on; without one Keras averages over the padding too.
    x = np.where(made.mask[..., None], x + 1, 0).astype(np.float32)
    model = keras.Sequential([keras.layers.Masking(), keras.layers.BatchNormalization()])
    with_mask = np.asarray(model(x, training=True))
    np.testing.assert_allclose(with_mask[made.mask], ours[made.mask], atol=2e-4)
    assert np.abs(np.asarray(keras.layers.BatchNormalization()(x, training=True)) - with_mask).max() > 0.5
