"""Running statistics over many batches: against plain loops, against theory, and against the layer of Keras."""

import os

import numpy as np
import pytest

from normlib import CONVENTIONS, batch_norm, convention, updates_until
from normlib.batch_noise import batch_noise
from normlib.population import population
from normlib.running import RunningStatistics
from normlib.running_history import running_history

UNIT = population("dense").channel("unit 5")


@pytest.mark.parametrize("like", CONVENTIONS)
@pytest.mark.parametrize("size", [2, 32])
def test_a_history_is_a_weighted_mean_of_its_batches(like, size):
    noise = batch_noise(UNIT, [size], draws=60)
    history = running_history(noise, convention(like))
    keep = {"keras": 0.99, "pytorch": 0.9, "flax": 0.99, "paper": 0.99}[like]
    ddof = 1 if like in ("pytorch", "paper") else 0
    for t in (0, 1, 7, 60):
        batches = [UNIT[noise.order[i, :size]] for i in range(t)]
        weights = (1 - keep) * keep ** np.arange(t - 1, -1, -1)
        mean = sum(w * b.mean() for w, b in zip(weights, batches, strict=True))
        variance = keep**t + sum(w * b.var(ddof=ddof) for w, b in zip(weights, batches, strict=True))
        np.testing.assert_allclose([history.means[t], history.variances[t]], [mean, variance], rtol=1e-10, atol=1e-14)
        assert history.left[t] == pytest.approx(keep**t)


def test_what_inference_makes_of_all_samples_is_what_batch_norm_makes_of_them():
    noise = batch_noise(UNIT, [4], draws=30)
    for like in CONVENTIONS:
        history = running_history(noise, convention(like))
        for t in (0, 3, 30):
            running = RunningStatistics(history.means[t : t + 1], history.variances[t : t + 1], convention(like))
            output = batch_norm(UNIT, running=running, training=False, eps=convention(like).eps).output
            assert history.output_means[t] == pytest.approx(output.mean())
            assert history.output_stds[t] == pytest.approx(output.std())
            np.testing.assert_allclose(history.outputs(UNIT)[t], output[:, 0])


@pytest.mark.parametrize("like", ["keras", "flax"])
@pytest.mark.parametrize(("size", "wide"), [(2, 1.41), (4, 1.15), (8, 1.07), (32, 1.02)])
def test_a_memory_of_biased_variances_makes_the_outputs_too_wide(like, size, wide):
    x = np.random.default_rng(0).normal(size=2000)
    noise = batch_noise((x - x.mean()) / x.std(), [size], draws=10_000)
    history = running_history(noise, convention(like))
    # Where nothing of the start is left, over many steps, the noise of single batches averages out.
    measured = np.sqrt(1 / (history.variances[2000:].mean() + history.convention.eps))
    assert measured == pytest.approx(wide, abs=0.02)
    assert measured == pytest.approx(np.sqrt(size / (size - 1)), rel=0.012)
    assert history.settled_std == pytest.approx(np.sqrt(size / (size - 1)), rel=0.002)


@pytest.mark.parametrize("like", ["pytorch", "paper"])
@pytest.mark.parametrize("size", [2, 8])
def test_a_memory_of_unbiased_variances_does_not(like, size):
    history = running_history(batch_noise(UNIT, [size], draws=10), convention(like))
    assert history.settled_std == pytest.approx(1, abs=0.002)


def test_dividing_by_m_minus_1_hardly_helps_where_pixels_are_alike():
    """What the mean takes along is that of two crops, and m counts their 512 pixels."""
    noise = batch_noise(population("photographs").channel("blur"), [2], draws=2000)
    history = running_history(noise, convention("pytorch"))
    assert history.settled_std > 1.25
    assert history.stored.mean() == pytest.approx(noise.variance / history.settled_std**2, rel=0.03)


def test_the_start_fades_as_the_powers_say():
    history = running_history(batch_noise(UNIT, [32], draws=501), convention("keras"))
    assert history.left[42] == pytest.approx(0.656, abs=0.0005)
    last = updates_until(0.99, 0.01)
    assert last == 459
    assert history.left[last] <= 0.01 < history.left[last - 1]


def test_several_sizes_are_refused():
    with pytest.raises(ValueError, match="2 sizes"):
        running_history(batch_noise(UNIT, [2, 4], draws=3), convention("keras"))


def test_one_value_is_refused_by_those_that_divide_by_m_minus_1():
    noise = batch_noise(UNIT, [1], draws=3)
    assert (running_history(noise, convention("keras")).stored == 0).all()
    with pytest.raises(ValueError, match="count=1"):
        running_history(noise, convention("pytorch"))


@pytest.mark.keras
@pytest.mark.parametrize("momentum", [0.99, 0.9])
@pytest.mark.parametrize("size", [2, 32])
def test_keras_remembers_the_same_of_the_same_batches(size, momentum):
    os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
    keras = pytest.importorskip("keras")
    noise = batch_noise(UNIT, [size], draws=42)
    history = running_history(noise, RunningStatistics.start(1, "keras", momentum=momentum).convention)
    layer = keras.layers.BatchNormalization(momentum=momentum)
    for batch in noise.order:
        layer(UNIT[batch], training=True)
    np.testing.assert_allclose(layer.moving_mean, history.means[-1:], rtol=2e-5, atol=2e-6)
    np.testing.assert_allclose(layer.moving_variance, history.variances[-1:], rtol=2e-5)
    output = np.asarray(layer(UNIT, training=False))
    assert output.std() == pytest.approx(history.output_stds[-1], rel=1e-4)
    assert output.mean() == pytest.approx(history.output_means[-1], rel=1e-4)
