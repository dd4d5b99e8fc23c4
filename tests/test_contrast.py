"""Contrast and brightness under instance norm: invariant without epsilon, and by how much with it."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from normlib.contrast import contrast_sweep
from normlib.layers import batch_norm, instance_norm
from normlib.pictures import grey_photographs

X = grey_photographs(20, 30)


@given(st.floats(0.01, 3), st.floats(-1, 1))
def test_without_epsilon_contrast_and_brightness_leave_instance_norm_alone(contrast, brightness):
    made = contrast_sweep(X, 0, [contrast], brightness, eps=0.0)
    assert made.instance.change.max() < 1e-9
    assert made.kept[0] == pytest.approx(1)
    np.testing.assert_allclose(
        instance_norm(-contrast * X + brightness, eps=0.0).output, -instance_norm(X, eps=0.0).output, atol=1e-9
    )


@given(st.floats(0.01, 2), st.floats(-1, 1), st.sampled_from([1e-3, 1e-5, 1e-6]), st.integers(0, 1))
def test_gain_and_offset_are_what_the_layers_do(contrast, brightness, eps, which):
    made = contrast_sweep(X, which, [contrast], brightness, eps=eps)
    changed = X.copy()
    changed[which] = contrast * X[which] + brightness
    for layer, found in ((instance_norm, made.instance), (batch_norm, made.batch)):
        expected = layer(changed, eps=eps).output
        for photo in range(2):
            drawn = found.gain[0, photo] * X[photo] + found.offset[0, photo]
            np.testing.assert_allclose(drawn, expected[photo], atol=1e-9)
            change = np.abs(expected[photo] - layer(X, eps=eps).output[photo]).max()
            assert found.change[0, photo] == pytest.approx(change)
    v = contrast**2 * X[which].var()
    assert made.kept[0] == pytest.approx(np.sqrt(v / (v + eps)))


def test_the_effect_of_epsilon_has_the_size_that_a_series_predicts():
    x = grey_photographs()
    for a in (0.3, 0.45, 1.5):
        made = contrast_sweep(x, 0, [a], 0.5, eps=1e-5)
        v = x[0].var()
        # sqrt(v + eps) against sqrt(v + eps / a^2), to first order in eps.
        predicted = 1e-5 / (2 * v) * abs(1 / a**2 - 1) * max(abs(end) for end in made.ends)
        assert made.instance.change[0, 0] == pytest.approx(predicted, rel=0.02)
    assert made.instance.change[0, 1] == 0


def test_batch_norm_changes_both_photographs():
    made = contrast_sweep(X, 0, [0.3], 0.5)
    assert made.batch.change[0].min() > 0.3


def test_no_contrast_gives_zeros_and_one_position_gives_zeros_and_a_warning():
    assert contrast_sweep(X, 0, [0.0], 0.5).kept[0] == 0
    made = contrast_sweep(grey_photographs(1, 1), 0, [1.0, 0.5])
    assert made.ends == (0, 0)
    assert (made.instance.gain * X.mean() + made.instance.offset).shape == (2, 2)
    assert (made.kept == 0).all()
    assert "1 value" in made.warning
    assert contrast_sweep(X, 0, [1.0]).warning == ""


def test_more_channels_are_refused():
    with pytest.raises(ValueError, match=r"\(2, 4, 4, 3\)"):
        contrast_sweep(np.zeros((2, 4, 4, 3)), 0, [1.0])


@pytest.mark.keras
@pytest.mark.parametrize("shape", [(4, 3), (4, 1, 1, 3)])
def test_keras_gives_zeros_in_silence_for_one_position(shape):
    keras = pytest.importorskip("keras")
    x = np.random.default_rng(0).normal(size=shape).astype(np.float32)
    assert (np.asarray(keras.layers.GroupNormalization(groups=-1)(x)) == 0).all()
    if len(shape) == 4:
        with pytest.warns(UserWarning, match="1 value"):
            assert (instance_norm(x).output == 0).all()
