"""A bad value: whom it reaches by definition, how long it stays, and what the installed Keras makes of it."""

import subprocess
import sys

import numpy as np
import pytest

from normlib import RunningStatistics, batch_norm
from normlib.infection import BAD, BAD_CHANNEL, BAD_SAMPLE, BAD_STEP, KINDS, STEPS, course, stream, unguarded

METHODS = ("batch", "layer", "instance", "group", "rms")


def reached(method, shape, groups=2):
    """Which channels of which samples share a mean with the bad value."""
    sample, channel = np.indices(shape)
    own_sample, own_channel = sample == BAD_SAMPLE, channel == BAD_CHANNEL
    size = shape[1] // groups
    return {
        "batch": own_channel,
        "layer": own_sample,
        "rms": own_sample,
        "instance": own_sample & own_channel,
        "group": own_sample & (channel // size == BAD_CHANNEL // size),
    }[method]


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("method", METHODS)
def test_nan_reaches_exactly_what_shares_its_mean(method, kind):
    found = course(method, kind)
    wanted = reached(method, found.given.shape[1:]) * found.values
    np.testing.assert_array_equal(found.trained[BAD_STEP], wanted)
    others = np.arange(STEPS + 1) != BAD_STEP
    assert (found.trained[others] == 0).all()
    assert found.given.sum() == 1
    assert found.given[BAD_STEP, BAD_SAMPLE, BAD_CHANNEL] == 1


@pytest.mark.parametrize("groups", [1, 2, 3, 6])
def test_group_norm_infects_its_group(groups):
    found = course("group", groups=groups)
    np.testing.assert_array_equal(found.trained[BAD_STEP] > 0, reached("group", (6, 6), groups))


@pytest.mark.parametrize("method", ["batch", "layer", "instance", "group"])
def test_infinity_reaches_as_far_as_nan(method):
    np.testing.assert_array_equal(course(method, bad="infinity").trained, course(method).trained)


@pytest.mark.parametrize("kind", KINDS)
def test_rms_norm_turns_the_sample_of_an_infinity_into_zeros(kind):
    found = course("rms", kind, "infinity")
    assert found.trained.sum() == 1
    clean = stream(kind)[BAD_STEP, BAD_SAMPLE]
    spot = np.zeros(clean.shape, dtype=bool)
    spot[clean.shape[0] // 2, clean.shape[1] // 2, BAD_CHANNEL] = True
    assert found.wiped.sum() == ((clean != 0) & ~spot).sum()
    assert (np.delete(found.wiped[BAD_STEP], BAD_SAMPLE, axis=0) == 0).all()


@pytest.mark.parametrize("bad", BAD)
@pytest.mark.parametrize("momentum", [0.5, 0.9, 0.99])
def test_running_statistics_keep_a_bad_value_for_ever_whatever_the_momentum(bad, momentum):
    found = course("batch", bad=bad, momentum=momentum)
    assert not np.isfinite(found.mean[BAD_STEP:, BAD_CHANNEL]).any()
    assert np.isfinite(found.mean[:BAD_STEP]).all()
    assert np.isfinite(np.delete(found.mean, BAD_CHANNEL, axis=1)).all()
    for step in (BAD_STEP, BAD_STEP + 1, STEPS):
        np.testing.assert_array_equal(found.served[step] > 0, reached("batch", (6, 6)))
    assert (found.served[:BAD_STEP] == 0).all()


def test_five_hundred_clean_batches_do_not_help():
    running = unguarded(RunningStatistics.start(2), [np.nan, 0.0], [1.0, 1.0])
    for _ in range(500):
        running = unguarded(running, [1.0, 1.0], [1.0, 1.0])
    assert np.isnan(running.mean[0])
    assert running.mean[1] == pytest.approx(1, abs=0.01)


@pytest.mark.parametrize("bad", BAD)
def test_the_guard_loses_nothing_but_the_bad_batch(bad):
    found = course("batch", bad=bad, guard=True)
    assert (found.served == 0).all()
    np.testing.assert_array_equal(found.skipped, np.arange(STEPS + 1) >= BAD_STEP)
    running = RunningStatistics.start(6)
    for step, batch in enumerate(stream("maps")):
        if step != BAD_STEP:
            running = batch_norm(batch, running=running).running
        np.testing.assert_allclose(found.mean[step], running.mean)


def test_without_a_bad_value_the_guard_changes_nothing():
    batch = stream("maps")[0]
    result = batch_norm(batch, running=RunningStatistics.start(6))
    free = unguarded(RunningStatistics.start(6), result.mean, result.variance)
    np.testing.assert_array_equal(free.mean, result.running.mean)
    np.testing.assert_array_equal(free.variance, result.running.variance)
    assert free.updates == 1


@pytest.mark.parametrize("method", METHODS[1:])
def test_layers_without_running_statistics_forget_at_once(method):
    assert (course(method).served == 0).all()


def test_other_batches_are_refused_with_the_names_there_are():
    with pytest.raises(ValueError, match="no batches 'text': choose one of maps, dense"):
        stream("text")


KERAS = """
import numpy as np
import keras
from normlib.infection import stream, course, BAD_STEP, BAD_SAMPLE, BAD_CHANNEL
spots = {"maps": (BAD_SAMPLE, 4, 4, BAD_CHANNEL), "dense": (BAD_SAMPLE, 0, 0, BAD_CHANNEL)}
layers = keras.layers
for kind, spot in spots.items():
    for name, value in (("NaN", np.nan), ("infinity", np.inf)):
        x = stream(kind)[BAD_STEP].copy()
        x[spot] = value
        makers = {
            "batch": layers.BatchNormalization(),
            "layer": layers.LayerNormalization(axis=[1, 2, 3]),
            "group": layers.GroupNormalization(groups=2),
            "rms": layers.RMSNormalization(axis=[1, 2, 3]),
        } | ({"instance": layers.GroupNormalization(groups=-1)} if kind == "maps" else {})
        for method, layer in makers.items():
            y = np.asarray(layer(x, training=True) if method == "batch" else layer(x))
            lost = (~np.isfinite(y)).sum(axis=(1, 2))
            assert (lost == course(method, kind, name).trained[BAD_STEP]).all(), (kind, name, method, lost)
            if method == "rms" and name == "infinity":
                assert (y[BAD_SAMPLE] == 0).sum() == y[BAD_SAMPLE].size - 1
                assert course(method, kind, name).wiped[BAD_STEP].sum() > 0
        bn = makers["batch"]
        for clean in stream(kind)[BAD_STEP + 1 : BAD_STEP + 6]:
            bn(clean, training=True)
        bad = ~np.isfinite(np.asarray(bn.moving_mean))
        assert bad[BAD_CHANNEL] and bad.sum() == 1, (kind, name, bn.moving_mean)
        served = ~np.isfinite(np.asarray(bn(stream(kind)[BAD_STEP], training=False)))
        assert served[..., BAD_CHANNEL].all() and served.sum() == served[..., BAD_CHANNEL].size
print("agreed")
"""


@pytest.mark.keras
def test_keras_is_infected_in_the_same_places_and_keeps_it():
    run = subprocess.run([sys.executable, "-c", KERAS], capture_output=True, text=True, check=False)
    assert run.returncode == 0, run.stderr[-2000:]
    assert run.stdout.split()[-1] == "agreed"
