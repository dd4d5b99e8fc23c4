"""Numerical traps that libraries have fallen into, with the numbers measured there."""

import numpy as np
import pytest

from normlib import (
    RunningStatistics,
    StandardScaler,
    batch_norm,
    data,
    group_norm,
    instance_norm,
    layer_norm,
    rms_norm,
)


@pytest.mark.parametrize("layer", [batch_norm, layer_norm, instance_norm], ids=lambda f: f.__name__)
def test_a_constant_10000_has_variance_0_in_float32(layer):
    """The one-pass formula gives -80 here, and the reciprocal root of that is NaN."""
    x = np.full((64, 10, 100), 10000.0, np.float32)
    one_pass = (x**2).mean(dtype=np.float32) - x.mean(dtype=np.float32) ** 2
    assert one_pass != 0
    result = layer(x)
    assert (result.variance == 0).all()
    assert (result.output == 0).all()


def test_small_values_with_a_tiny_eps_are_not_clamped():
    x = np.array([-9.9e-4, -9.9e-4, 9.9e-4, 9.9e-4], np.float32)
    np.testing.assert_allclose(layer_norm(x, eps=1e-12).output, [-1, -1, 1, 1], rtol=1e-5)


def test_float16_statistics_do_not_overflow():
    x = np.array([-741, 353.2, 1099, -1807, 502.8, -83.4, 333.5, -130.9], np.float16)
    wide = x.astype(np.float64)
    expected = (wide - wide.mean()) / np.sqrt(wide.var() + 1e-3)
    for result in (layer_norm(x), group_norm(x[None], 1), batch_norm(x[:, None])):
        assert result.variance.max() > np.finfo(np.float16).max
        np.testing.assert_allclose(result.output.ravel(), expected, rtol=1e-3)
    np.testing.assert_allclose(rms_norm(x).output, wide / np.sqrt((wide**2).mean()), rtol=1e-3)


def test_an_eps_too_small_for_float16_still_counts():
    assert np.float16(1e-8) == 0
    result = layer_norm(np.array([1, 1 + 2**-10], np.float16), eps=2.0**-22)
    np.testing.assert_allclose(result.output, [-np.sqrt(0.5), np.sqrt(0.5)], rtol=1e-3)


@pytest.mark.parametrize(
    ("eps", "expected"),
    [
        (1e-3, [0.9995, 0.953, 0.688, 0.302, 0.032]),
        (1e-5, [1.0, 0.9995, 0.994, 0.953, 0.302]),
        (1e-6, [1.0, 1.0, 0.999, 0.995, 0.707]),
    ],
)
def test_a_large_eps_shrinks_the_output(eps, expected):
    z = np.resize([1.0, -1.0], 64)[:, None]
    found = [batch_norm(z * std, eps=eps).output.std() for std in (1, 0.1, 0.03, 0.01, 0.001)]
    np.testing.assert_allclose(found, expected, atol=6e-4)


def test_two_samples_become_plus_and_minus_one():
    x = np.random.default_rng(0).normal(size=(2, 50))
    np.testing.assert_allclose(np.abs(batch_norm(x, eps=0.0).output), 1)
    np.testing.assert_allclose(np.abs(layer_norm(x[:, :2], eps=0.0).output), 1)


def test_one_position_or_one_channel_per_group_becomes_zero():
    x = np.random.default_rng(0).normal(size=(4, 6))
    with pytest.warns(UserWarning, match="mean is that of 1 value"):
        assert (group_norm(x, 6).output == 0).all()
    with pytest.warns(UserWarning, match="mean is that of 1 value"):
        assert (instance_norm(x[:, None, None]).output == 0).all()


@pytest.mark.parametrize("bad", [np.nan, np.inf])
def test_one_bad_cell_spoils_a_feature_of_the_whole_batch_or_one_sample(bad):
    x = np.random.default_rng(0).normal(size=(6, 4))
    x[2, 1] = bad
    spoiled = np.isnan(batch_norm(x).output)
    assert spoiled[:, 1].all()
    assert spoiled.sum() == 6
    spoiled = np.isnan(layer_norm(x).output)
    assert spoiled[2].any()
    assert spoiled.any(axis=1).sum() == 1
    dx = batch_norm(x).backward(np.ones_like(x))[0]
    assert np.isfinite(dx[:, [0, 2, 3]]).all()


def test_one_bad_batch_does_not_spoil_running_statistics_for_ever():
    rng = np.random.default_rng(0)
    running = batch_norm(rng.normal(size=(8, 3)), running=RunningStatistics.start(3)).running
    bad = rng.normal(size=(8, 3))
    bad[0, 0] = np.nan
    after = batch_norm(bad, running=running).running
    assert (after.updates, after.skipped) == (1, 1)
    np.testing.assert_array_equal(after.mean, running.mean)


@pytest.mark.parametrize(("batch", "factor"), [(2, 1.41), (4, 1.15), (8, 1.07), (32, 1.02)])
def test_the_biased_running_variance_inflates_the_output_of_small_batches(batch, factor):
    x = np.random.default_rng(0).normal(size=(200_000 // batch, batch))
    spread = {}
    for name in ("keras", "pytorch"):
        running = RunningStatistics.start(1, name, momentum=0.999 if name == "keras" else 0.001)
        average = running.after(20000, [0.0], [x.var(axis=1).mean()], batch)
        everything = x.reshape(-1, 1)
        spread[name] = batch_norm(everything, running=average, training=False, eps=0.0).output.std()
    assert spread["keras"] == pytest.approx(factor, abs=0.02)
    assert spread["pytorch"] == pytest.approx(1.0, abs=0.02)


def test_a_leftover_batch_of_one_is_refused():
    wine = data.load("wine").x[:142]
    *full, last = (wine[start : start + 47] for start in range(0, 142, 47))
    assert [batch_norm(batch).count for batch in full] == [47, 47, 47]
    with pytest.raises(ValueError, match=r"shape \(1, 13\)"):
        batch_norm(last)


def test_unseen_values_of_a_constant_pixel_stay_finite():
    x = data.load("digits").x
    fitted = StandardScaler().fit(x)
    assert (fitted.transform(x)[:, [0, 32, 39]] == 0).all()
    assert fitted.transform(np.full((1, 64), 16.0))[0, 0] == 16


def test_ols_does_not_care_about_standardizing_but_distances_do():
    wine = data.load("wine")
    z = StandardScaler().fit(wine.x).transform(wine.x)
    ones = np.ones((len(z), 1))
    predictions = [
        (design @ np.linalg.lstsq(design, wine.y, rcond=None)[0])
        for design in (np.hstack([wine.x, ones]), np.hstack([z, ones]))
    ]
    np.testing.assert_allclose(*predictions, atol=1e-11)
    share = wine.x.var(axis=0) / wine.x.var(axis=0).sum()
    assert share[wine.features.index("proline")] == pytest.approx(0.9977, abs=1e-4)
    np.testing.assert_allclose(z.var(axis=0), 1)


def test_values_near_the_end_of_float32_work():
    x = np.array([[1e38, -1e38, 3e38, 0.0]], np.float32)
    wide = x.astype(np.float64)
    np.testing.assert_allclose(layer_norm(x).output, (wide - wide.mean()) / wide.std(), rtol=1e-5)


def test_squares_beyond_float64_are_refused_and_not_turned_into_zeros():
    with pytest.raises(ValueError, match=r"x holds -2e\+200, .*divide x by its largest absolute value"):
        layer_norm([1e200, -2e200, 0.0])
    assert np.isnan(layer_norm([1.0, np.inf]).output).any()
