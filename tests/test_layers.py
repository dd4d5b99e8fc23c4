"""The five layers: by hand, on every rank that makes sense, and refused with values and remedy."""

import dataclasses
import warnings

import numpy as np
import pytest

import normlib
from normlib import RunningStatistics, batch_norm, group_norm, instance_norm, layer_norm, rms_norm

RNG = np.random.default_rng(0)


def test_one_array_by_hand():
    x = np.array([[1.0, 2.0, 6.0], [3.0, 8.0, 10.0]])
    np.testing.assert_allclose(batch_norm(x, eps=0.0).output, [[-1, -1, -1], [1, 1, 1]])
    np.testing.assert_allclose(batch_norm(x).mean, [[2, 5, 8]])
    np.testing.assert_allclose(batch_norm(x).variance, [[1, 9, 4]])
    np.testing.assert_allclose(layer_norm(x).mean, [[3], [7]])
    np.testing.assert_allclose(layer_norm(x, eps=0.0).output[0], np.array([-2, -1, 3]) / np.sqrt(14 / 3))
    np.testing.assert_allclose(group_norm(x[:, :2], 1, eps=0.0).output, [[-1, 1], [-1, 1]])
    np.testing.assert_allclose(instance_norm(x[..., None], eps=0.0).output, layer_norm(x, eps=0.0).output[..., None])
    np.testing.assert_allclose(rms_norm(x, eps=0.0).output[0], x[0] / np.sqrt(41 / 3))


@pytest.mark.parametrize("shape", [(6, 4), (6, 5, 4), (6, 5, 3, 4), (6, 2, 3, 2, 4)])
def test_channel_axis_is_only_a_matter_of_layout(shape):
    x = RNG.normal(size=shape)
    gamma, beta = RNG.normal(size=4), RNG.normal(size=4)
    first = np.moveaxis(x, -1, 1)

    def both(layer, *settings):
        last = layer(x, *settings, gamma=gamma, beta=beta).output
        other = layer(first, *settings, gamma=gamma, beta=beta, channel_axis=1).output
        np.testing.assert_allclose(np.moveaxis(other, 1, -1), last, rtol=1e-11, atol=1e-13)

    both(batch_norm)
    both(group_norm, 2)
    if len(shape) > 2:
        both(instance_norm)


@pytest.mark.parametrize(
    ("call", "axes", "shape"),
    [
        (batch_norm, (0, 1, 2), (1, 1, 1, 6)),
        (lambda x: batch_norm(x, channel_axis=1), (0, 2, 3), (1, 3, 1, 1)),
        (layer_norm, (3,), (2, 3, 4, 1)),
        (lambda x: layer_norm(x, axes=(-1, 1)), (1, 3), (2, 1, 4, 1)),
        (instance_norm, (1, 2), (2, 1, 1, 6)),
        (lambda x: group_norm(x, 3), (1, 2, 4), (2, 1, 1, 3, 1)),
        (lambda x: group_norm(x, 3, channel_axis=1), (2, 3, 4), (2, 3, 1, 1, 1)),
        (lambda x: rms_norm(x, axes=(2, 3)), (2, 3), (2, 3, 1, 1)),
    ],
)
def test_statistics_broadcast_against_the_grouped_view(call, axes, shape):
    x = RNG.normal(size=(2, 3, 4, 6)) + 1
    result = call(x)
    assert result.axes == axes
    assert result.mean.shape == result.variance.shape == shape
    view = x.reshape(result.view_shape)
    again = (view - result.mean) / np.sqrt(result.variance + result.eps)
    np.testing.assert_allclose(again.reshape(x.shape), result.normalized, rtol=1e-11, atol=1e-13)
    assert result.count * result.mean.size == x.size


@pytest.mark.parametrize("dtype", [np.float16, np.float32, np.float64])
def test_the_floating_dtype_stays_and_statistics_are_float64(dtype):
    x = RNG.normal(size=(4, 5, 6)).astype(dtype)
    for result in (batch_norm(x), layer_norm(x), instance_norm(x), group_norm(x, 2), rms_norm(x)):
        assert result.output.dtype == result.normalized.dtype == dtype
        assert result.mean.dtype == result.variance.dtype == np.float64
        dx, dgamma, dbeta = result.backward(np.ones_like(x))
        assert (dx.dtype, dgamma.dtype, dbeta.dtype) == (dtype, np.float64, np.float64)


def test_integers_become_float64():
    assert batch_norm(np.arange(12, dtype=np.uint8).reshape(4, 3)).output.dtype == np.float64


def test_gamma_and_beta_come_after_normalizing():
    x, gamma, beta = RNG.normal(size=(5, 3)), np.array([2.0, 0.0, -1.0]), np.array([0.0, 7.0, 1.0])
    plain, result = batch_norm(x), batch_norm(x, gamma=gamma, beta=beta)
    np.testing.assert_allclose(result.normalized, plain.output, rtol=1e-14)
    np.testing.assert_allclose(result.output, plain.output * gamma + beta, rtol=1e-12, atol=1e-14)
    assert plain.normalized is plain.output


def test_batch_norm_carries_running_statistics_without_touching_them():
    x = RNG.normal(size=(8, 3)) * 2 + 5
    start = RunningStatistics.start(3, "keras", momentum=0.5)
    result = batch_norm(x, running=start)
    np.testing.assert_allclose(result.running.mean, 0.5 * x.mean(0))
    np.testing.assert_allclose(result.running.variance, 0.5 + 0.5 * x.var(0))
    assert start.updates == 0
    unbiased = batch_norm(x, running=RunningStatistics.start(3, "pytorch", momentum=1.0)).running
    np.testing.assert_allclose(unbiased.variance, x.var(0, ddof=1))
    assert batch_norm(x).running is None


def test_inference_uses_running_statistics_and_leaves_them():
    x = RNG.normal(size=(8, 3))
    running = RunningStatistics(np.array([1.0, 2.0, 3.0]), np.array([4.0, 1.0, 0.25]), normlib.convention("keras"))
    result = batch_norm(x, running=running, training=False, eps=0.0)
    np.testing.assert_allclose(result.output, (x - [1, 2, 3]) / [2, 1, 0.5])
    assert result.running is running
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        assert batch_norm(x[:1], running=running, training=False).output.shape == (1, 3)
        assert batch_norm(x[0], running=running, training=False).output.shape == (3,)


def test_a_result_is_frozen():
    result = layer_norm([[1.0, 2.0]], gamma=[1.0, 2.0])
    with pytest.raises(dataclasses.FrozenInstanceError):
        result.eps = 1.0
    for values in (result.output, result.normalized, result.mean, result.variance):
        with pytest.raises(ValueError, match="read-only"):
            values[...] = 0


@pytest.mark.parametrize(("shape", "axis"), [((1, 4), -1), ((4, 1), 0), ((1, 1, 1, 3), -1), ((1, 3, 1), 1)])
def test_batch_norm_needs_two_values_per_channel(shape, axis):
    message = f"at least 2 values per channel, but x of shape {shape} with channel_axis={axis} has 1"
    with pytest.raises(ValueError, match="larger batch, drop the last incomplete one, or use training=False") as e:
        batch_norm(np.zeros(shape), channel_axis=axis)
    assert message in str(e.value)


def test_one_image_is_a_batch_of_many_values():
    assert batch_norm(RNG.normal(size=(1, 2, 2, 3))).count == 4


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: batch_norm(np.ones(5)), r"5 samples of one feature are x\.reshape\(-1, 1\)"),
        (lambda: batch_norm(np.ones((2, 3)), training=False), r"running is None: .*RunningStatistics\.start\(3\)"),
        (
            lambda: batch_norm(np.ones((2, 3)), running=RunningStatistics.start(4)),
            r"running statistics have 4 channels, but x of shape \(2, 3\) has 3",
        ),
        (lambda: batch_norm(np.ones((2, 3)), channel_axis=2), "channel_axis=2 .* axis 2 is out of range, use -2 to 1"),
        (lambda: group_norm(np.ones((2, 12)), 5), r"groups=5 .* 12 channels .*: choose one of 1, 2, 3, 4, 6, 12\."),
        (lambda: group_norm(np.ones((2, 4)), 8), r"groups=8 .* 4 channels .*: choose one of 1, 2, 4\."),
        (lambda: group_norm(np.ones((2, 4)), 0), r"groups=0 .*: choose one of 1, 2, 4\."),
        (lambda: group_norm(np.ones((2, 4)), -1), r"groups=-1 .*: choose one of 1, 2, 4\."),
        (lambda: group_norm(np.ones((4, 4)), 2, channel_axis=0), "channel_axis=0 is axis 0 .* for the samples"),
        (lambda: group_norm(np.ones(4), 2), r"shape \(4,\), but group_norm .* a single sample is x\[None\]"),
        (lambda: instance_norm(np.ones(4)), r"shape \(4,\), but instance_norm .* a single sample is x\[None\]"),
        (lambda: layer_norm(np.ones((2, 3)), axes=(0, 4)), r"axes=\(0, 4\) .* axis 4 is out of range, use -2 to 1"),
        (lambda: layer_norm(np.ones((2, 3)), axes=(1, -1)), "more than once"),
        (lambda: rms_norm(np.ones((2, 3)), axes=3), "axes=3 .* axis 3 is out of range"),
        (lambda: layer_norm(np.ones((2, 3)), gamma=np.ones(2)), r"gamma has shape \(2,\), .* needs \(3,\)"),
        (
            lambda: layer_norm(np.ones((2, 3, 4)), beta=np.ones(4), axes=(1, 2)),
            r"beta has shape \(4,\), but this layer needs \(3, 4\): one value per normalized element",
        ),
        (lambda: group_norm(np.ones((2, 4)), 2, gamma=np.ones(2)), r"gamma has shape \(2,\), .* needs \(4,\)"),
        (lambda: batch_norm(np.ones((2, 3)), gamma=2.0), r"gamma has shape \(\), but this layer needs \(3,\)"),
        (lambda: layer_norm(np.ones((2, 3)), eps=-1e-3), r"eps=-0\.001"),
        (lambda: rms_norm(np.ones((2, 3)), eps=1e-310), r"eps=1e-310 vanishes in float64"),
        (lambda: layer_norm(3.0), "single number"),
        (lambda: batch_norm(np.ones((0, 3))), r"shape \(0, 3\) holds no values"),
    ],
)
def test_value_errors_name_the_values_and_the_remedy(call, message):
    with pytest.raises(ValueError, match=message):
        call()


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: batch_norm(np.array([["a"], ["b"]])), "x has dtype <U1"),
        (lambda: layer_norm([1j, 2j]), "x has dtype complex128"),
        (lambda: layer_norm([1.0, 2.0], gamma=["a", "b"]), "gamma has dtype <U1"),
        (lambda: group_norm(np.ones((2, 4)), 2.0), r"groups=2\.0 is float"),
    ],
)
def test_type_errors_name_the_type(call, message):
    with pytest.raises(TypeError, match=message):
        call()


@pytest.mark.parametrize(
    "call",
    [
        lambda x: instance_norm(x[:, None, :]),
        lambda x: group_norm(x, 3),
        lambda x: layer_norm(x[..., None]),
    ],
)
def test_one_value_per_statistic_gives_zeros_and_a_warning(call):
    with pytest.warns(UserWarning, match="that of 1 value .* every normalized value is 0") as caught:
        result = call(RNG.normal(size=(2, 3)))
    assert (result.output == 0).all()
    assert caught[0].filename == __file__
