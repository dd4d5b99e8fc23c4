"""The layers agree with Keras: outputs, gradients and running statistics, over several ranks and axes.

Tolerances are those of float32, in which Keras computes: 2e-5 of the largest value.
"""

import os

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

pytestmark = pytest.mark.keras

SHAPES = [(8, 6), (4, 5, 6), (4, 3, 5, 6), (2, 2, 3, 2, 6)]
RNG = np.random.default_rng(0)


@pytest.fixture(scope="module")
def tf():
    os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
    os.environ.setdefault("CUDA_VISIBLE_DEVICES", "-1")
    return pytest.importorskip("tensorflow")


def close(ours, theirs):
    theirs = np.asarray(theirs)
    assert ours.shape == theirs.shape
    assert np.abs(ours - theirs).max() <= 2e-5 * max(1.0, np.abs(theirs).max())


def sample(shape):
    return (RNG.normal(size=shape) * 2 + 3).astype(np.float32)


def compare(tf, layer, call, x, parameters, *, scale_name="gamma"):
    """Give a Keras layer random parameters; compare output and all gradients with `call`."""
    layer.build(x.shape)
    values = {
        name: RNG.normal(size=getattr(layer, theirs).shape).astype(np.float32)
        for name, theirs in (("gamma", scale_name), ("beta", "beta"))
        if name in parameters
    }
    for name, value in values.items():
        getattr(layer, scale_name if name == "gamma" else "beta").assign(value)
    dy = RNG.normal(size=x.shape).astype(np.float32)
    source = tf.constant(x)
    with tf.GradientTape() as tape:
        tape.watch(source)
        output = layer(source, training=True) if layer.name.startswith("batch") else layer(source)
        loss = tf.reduce_sum(output * dy)
    variables = [v.value for v in layer.trainable_variables]
    gradients = tape.gradient(loss, [source, *variables])
    result = call(x, **values)
    close(result.output, output)
    for ours, theirs in zip(result.backward(dy), gradients, strict=False):
        close(ours, theirs)
    assert len(gradients) == 1 + len(parameters)
    return result


@pytest.mark.parametrize("shape", SHAPES)
@pytest.mark.parametrize("axis", [-1, 1])
@pytest.mark.parametrize("eps", [1e-3, 1e-5])
def test_batch_norm(tf, shape, axis, eps):
    layer = tf.keras.layers.BatchNormalization(axis=axis, epsilon=eps)
    compare(
        tf,
        layer,
        lambda x, **p: batch_norm(x, channel_axis=axis, eps=eps, **p),
        sample(shape),
        ("gamma", "beta"),
    )


@pytest.mark.parametrize("shape", SHAPES)
@pytest.mark.parametrize("momentum", [0.99, 0.9])
def test_running_statistics_and_inference(tf, shape, momentum):
    layer = tf.keras.layers.BatchNormalization(momentum=momentum)
    running = RunningStatistics.start(shape[-1], "keras", momentum=momentum)
    for _ in range(5):
        x = sample(shape)
        layer(x, training=True)
        running = batch_norm(x, running=running).running
    close(running.mean, layer.moving_mean)
    close(running.variance, layer.moving_variance)
    x = sample(shape)
    source = tf.constant(x)
    with tf.GradientTape() as tape:
        tape.watch(source)
        output = layer(source, training=False)
        loss = tf.reduce_sum(output**2)
    result = batch_norm(x, running=running, training=False)
    close(result.output, output)
    close(result.backward(2 * result.output)[0], tape.gradient(loss, source))


@pytest.mark.parametrize(
    ("shape", "axes"),
    [((8, 6), (-1,)), ((4, 5, 6), (-1,)), ((4, 5, 6), (1, 2)), ((4, 3, 5, 6), (-1,)), ((4, 3, 5, 6), (1, 2, 3))],
)
def test_layer_norm(tf, shape, axes):
    layer = tf.keras.layers.LayerNormalization(axis=list(axes))
    compare(tf, layer, lambda x, **p: layer_norm(x, axes=axes, **p), sample(shape), ("gamma", "beta"))


@pytest.mark.parametrize("shape", SHAPES)
@pytest.mark.parametrize("groups", [1, 2, 3])
@pytest.mark.parametrize("axis", [-1, 1])
def test_group_norm(tf, shape, groups, axis):
    if shape[axis] % groups:
        shape = tuple(6 if a == axis % len(shape) else n for a, n in enumerate(shape))
    layer = tf.keras.layers.GroupNormalization(groups=groups, axis=axis)
    compare(
        tf,
        layer,
        lambda x, **p: group_norm(x, groups, channel_axis=axis, **p),
        sample(shape),
        ("gamma", "beta"),
    )


@pytest.mark.parametrize("shape", SHAPES[1:])
def test_instance_norm_is_keras_group_norm_with_minus_one_groups(tf, shape):
    layer = tf.keras.layers.GroupNormalization(groups=-1)
    compare(tf, layer, instance_norm, sample(shape), ("gamma", "beta"))


@pytest.mark.parametrize("shape", SHAPES)
def test_rms_norm(tf, shape):
    layer = tf.keras.layers.RMSNormalization()
    compare(tf, layer, rms_norm, sample(shape), ("gamma",), scale_name="scale")


def test_keras_gives_zeros_where_we_refuse(tf):
    """A batch of one: Keras answers with zeros in silence; here it is an error that says what to do."""
    x = sample((1, 6))
    assert (np.asarray(tf.keras.layers.BatchNormalization()(x, training=True)) == 0).all()
    with pytest.raises(ValueError, match=r"shape \(1, 6\)"):
        batch_norm(x)


def test_standardization_is_the_normalization_layer(tf):
    x = data.load("wine").x
    layer = tf.keras.layers.Normalization()
    layer.adapt(x)
    close(StandardScaler().fit(x).transform(x), layer(x))
