"""Batch renormalization between its two ends, batch norm and inference, and against Keras."""

import math

import numpy as np
import pytest

from normlib import batch_norm
from normlib.renorm import RenormStatistics, batch_renorm, limits_at

RNG = np.random.default_rng(0)
X = RNG.normal(size=(6, 4, 3)) * [1.0, 5.0, 0.2] + [0.0, 10.0, -3.0]
RUNNING = RenormStatistics(np.array([0.5, 8.0, -3.2]), np.array([1.3, 2.0, 0.5]))
GAMMA, BETA = np.array([2.0, -1.0, 0.5]), np.array([0.1, 0.0, 7.0])


def test_with_closed_limits_it_is_batch_norm():
    made = batch_renorm(X, RUNNING, rmax=1, dmax=0, gamma=GAMMA, beta=BETA)
    np.testing.assert_allclose(made.output, batch_norm(X, gamma=GAMMA, beta=BETA).output)
    assert (made.r == 1).all()
    assert (made.d == 0).all()
    assert made.limited.all()


def test_without_limits_training_gives_what_inference_gives():
    made = batch_renorm(X, RUNNING, rmax=math.inf, dmax=math.inf, gamma=GAMMA, beta=BETA)
    inference = batch_renorm(X, RUNNING, gamma=GAMMA, beta=BETA, training=False)
    np.testing.assert_allclose(made.output, inference.output)
    np.testing.assert_allclose(inference.output, (X - RUNNING.mean) / RUNNING.std * GAMMA + BETA)
    assert not made.limited.any()
    assert inference.running is RUNNING


@pytest.mark.parametrize(("rmax", "dmax"), [(1.5, 0.3), (3.0, 5.0), (1.0, math.inf), (math.inf, 0.0)])
def test_r_and_d_stay_inside_their_limits_and_are_as_in_the_paper(rmax, dmax):
    made = batch_renorm(X, RUNNING, rmax=rmax, dmax=dmax)
    mean, std = X.mean(axis=(0, 1)), np.sqrt(X.var(axis=(0, 1)) + 1e-3)
    np.testing.assert_allclose(made.r, np.clip(std / RUNNING.std, 1 / rmax, rmax))
    np.testing.assert_allclose(made.d, np.clip((mean - RUNNING.mean) / RUNNING.std, -dmax, dmax))
    np.testing.assert_allclose(made.output, (X - mean) / std * made.r + made.d)


def test_the_correction_uses_the_statistics_from_before_and_the_update_averages_standard_deviations():
    made = batch_renorm(X, RUNNING)
    std = np.sqrt(X.var(axis=(0, 1)) + 1e-3)
    np.testing.assert_allclose(made.running.std, 0.99 * RUNNING.std + 0.01 * std)
    np.testing.assert_allclose(made.running.mean, 0.99 * RUNNING.mean + 0.01 * X.mean(axis=(0, 1)))
    np.testing.assert_array_equal(RUNNING.mean, [0.5, 8.0, -3.2])


def test_the_channels_may_stand_on_another_axis():
    made = batch_renorm(np.moveaxis(X, -1, 1), RUNNING, channel_axis=1, gamma=GAMMA)
    np.testing.assert_allclose(np.moveaxis(made.output, 1, -1), batch_renorm(X, RUNNING, gamma=GAMMA).output)


def test_a_constant_channel_and_eps_zero_stay_finite():
    made = batch_renorm(np.full((4, 3), 2.0), RUNNING, eps=0.0)
    assert np.isfinite(made.output).all()
    np.testing.assert_allclose(made.r, 1 / 3)


def test_the_schedule_starts_with_batch_norm_and_ends_where_the_paper_ends():
    assert limits_at(0) == limits_at(5_000) == (1.0, 0.0)
    assert limits_at(25_000)[1] == limits_at(90_000)[1] == 5.0
    assert limits_at(25_000)[0] < 3.0
    assert limits_at(40_000) == limits_at(90_000) == (3.0, 5.0)
    assert limits_at(90_000, rmax=2, dmax=1) == (2.0, 1.0)
    steps = np.array([limits_at(step) for step in range(0, 50_000, 500)])
    assert (np.diff(steps, axis=0) >= 0).all()


def test_messages_name_the_values():
    with pytest.raises(ValueError, match=r"rmax=0\.5 leaves no room"):
        batch_renorm(X, RUNNING, rmax=0.5)
    with pytest.raises(ValueError, match="rmax=nan"):
        batch_renorm(X, RUNNING, rmax=math.nan)
    with pytest.raises(ValueError, match="dmax=-1"):
        batch_renorm(X, RUNNING, dmax=-1)
    with pytest.raises(ValueError, match=r"3 channels, but x of shape \(2, 2\) has 2"):
        batch_renorm(np.ones((2, 2)), RUNNING)
    with pytest.raises(ValueError, match=r"gamma has shape \(2,\), but needs \(3,\)"):
        batch_renorm(X, RUNNING, gamma=[1.0, 2.0])
    with pytest.raises(ValueError, match="at least 2 values per channel"):
        batch_renorm(np.ones((1, 3)), RUNNING)
    with pytest.raises(ValueError, match="std holds 0"):
        RenormStatistics(np.zeros(1), np.zeros(1))
    with pytest.raises(ValueError, match=r"mean has shape \(2,\) and std \(1,\)"):
        RenormStatistics(np.zeros(2), np.ones(1))
    with pytest.raises(ValueError, match="keep=2"):
        RenormStatistics(np.zeros(1), np.ones(1), keep=2)
    with pytest.raises(ValueError, match="step=-1"):
        limits_at(-1)


@pytest.mark.keras
@pytest.mark.parametrize("limits", [None, {"rmax": 1.0, "rmin": 1.0, "dmax": 0.0}, {"rmax": 1.5, "dmax": 0.3}])
def test_it_agrees_with_keras_over_several_batches(limits):
    keras = pytest.importorskip("keras")
    rmax, dmax = (math.inf, math.inf) if limits is None else (limits["rmax"], limits["dmax"])
    if limits is not None:
        limits = {"rmin": 1 / rmax, **limits}
    layer = keras.layers.BatchNormalization(renorm=True, renorm_clipping=limits, momentum=0.9, renorm_momentum=0.9)
    running = RenormStatistics(np.zeros(3), np.ones(3), keep=0.9)
    for _ in range(6):
        x = (RNG.normal(size=(5, 4, 3)) * [1.0, 5.0, 0.2] + [0.0, 10.0, -3.0]).astype("float32")
        made = batch_renorm(x, running, rmax=rmax, dmax=dmax)
        np.testing.assert_allclose(np.asarray(layer(x, training=True)), made.output, rtol=1e-4, atol=1e-4)
        running = made.running
    np.testing.assert_allclose(np.asarray(layer.renorm_stddev), running.std, rtol=1e-5)
    np.testing.assert_allclose(np.asarray(layer.renorm_mean), running.mean, rtol=1e-5, atol=1e-6)
    inference = batch_renorm(x, running, training=False)
    np.testing.assert_allclose(np.asarray(layer(x, training=False)), inference.output, rtol=1e-4, atol=1e-4)


@pytest.mark.keras
def test_keras_has_no_limits_by_default_and_no_lower_one_unless_named():
    keras = pytest.importorskip("keras")
    x = np.array([[0.0], [0.2]], dtype="float32")
    running = RenormStatistics(np.zeros(1), np.ones(1))
    ours = {rmax: batch_renorm(x, running, rmax=rmax, dmax=math.inf) for rmax in (2.0, math.inf)}
    theirs = {
        name: np.asarray(keras.layers.BatchNormalization(renorm=True, renorm_clipping=given)(x, training=True))
        for name, given in (("default", None), ("rmax alone", {"rmax": 2.0}))
    }
    assert ours[2.0].limited.all()
    for output in theirs.values():
        np.testing.assert_allclose(output, ours[math.inf].output, atol=1e-5)
        assert np.abs(output - ours[2.0].output).max() > 0.1
