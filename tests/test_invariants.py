"""What must hold for any data: identities between the layers, invariances, bounds.

Independent of the formula under test: each property compares two calls, or a call with a theorem.
"""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from normlib import (
    MaxAbsScaler,
    MinMaxScaler,
    RobustScaler,
    RunningStatistics,
    StandardScaler,
    batch_norm,
    convention,
    group_norm,
    instance_norm,
    layer_norm,
    rms_norm,
)

LAYERS = {
    "batch": lambda x, eps: batch_norm(x, eps=eps),
    "layer": lambda x, eps: layer_norm(x, eps=eps),
    "layer, image": lambda x, eps: layer_norm(x, axes=(1, 2, 3), eps=eps),
    "instance": lambda x, eps: instance_norm(x, eps=eps),
    "group": lambda x, eps: group_norm(x, 2, eps=eps),
}
layers = st.sampled_from(sorted(LAYERS))
eps_values = st.sampled_from([0.0, 1e-6, 1e-3, 0.1])


def close(a, b, tolerance=1e-9):
    np.testing.assert_allclose(a, b, rtol=tolerance, atol=tolerance)


@st.composite
def images(draw, samples=None):
    """(N, H, W, C) float64 with even C, of any location and scale per channel, some constant channels."""
    n = draw(st.integers(2, 4)) if samples is None else samples
    h, w, c = draw(st.integers(1, 3)), draw(st.integers(2, 3)), draw(st.sampled_from([2, 4, 6]))
    rng = np.random.default_rng(draw(st.integers(0, 2**32 - 1)))
    x = rng.normal(size=(n, h, w, c)) * 10 ** rng.uniform(-1, 2, size=c) + rng.normal(size=c) * 10
    if draw(st.booleans()):
        x[..., 0] = draw(st.sampled_from([0.0, 0.1, -3.0]))
    return x


@st.composite
def varied_images(draw, samples=None):
    """Like `images`, with a spread in every slice that any layer averages over."""
    n = draw(st.integers(2, 4)) if samples is None else samples
    h, w, c = draw(st.integers(1, 3)), draw(st.integers(2, 3)), draw(st.sampled_from([2, 4, 6]))
    rng = np.random.default_rng(draw(st.integers(0, 2**32 - 1)))
    values = np.arange(n * h * w * c) + rng.uniform(0, 0.4, size=n * h * w * c)
    return rng.permutation(values).reshape(n, h, w, c)


@given(images(), eps_values)
def test_p01_one_group_has_the_statistics_of_layer_norm(x, eps):
    group, layer = group_norm(x, 1, eps=eps), layer_norm(x, axes=(1, 2, 3), eps=eps)
    close(group.output, layer.output)
    close(group.variance.ravel(), layer.variance.ravel())
    parameters = group.backward(x)[1].shape, layer.backward(x)[1].shape
    assert parameters == (x.shape[-1:], x.shape[1:])


@given(images(), eps_values)
def test_p02_a_group_per_channel_is_instance_norm(x, eps):
    close(group_norm(x, x.shape[-1], eps=eps).output, instance_norm(x, eps=eps).output)


@given(images(samples=1), eps_values)
def test_p03_batch_norm_of_one_sample_is_instance_norm(x, eps):
    close(batch_norm(x, eps=eps).output, instance_norm(x, eps=eps).output)


@given(images(), st.randoms(use_true_random=False))
def test_p04_batch_norm_does_not_see_the_order_of_samples(x, random):
    order = random.sample(range(len(x)), len(x))
    close(batch_norm(x[order]).output, batch_norm(x).output[order])


@given(images(), eps_values)
def test_p05_layer_instance_group_and_rms_norm_see_one_sample(x, eps):
    for layer in (LAYERS["layer"], LAYERS["layer, image"], LAYERS["instance"], LAYERS["group"]):
        close(layer(x, eps).output[:1], layer(x[:1], eps).output)
    close(rms_norm(x, axes=(1, 2, 3), eps=1e-6).output[:1], rms_norm(x[:1], axes=(1, 2, 3), eps=1e-6).output)


@given(varied_images())
def test_p05_batch_norm_sees_its_batch_mates(x):
    other = x.copy()
    other[1] *= 3
    assert np.abs(batch_norm(other).output[0] - batch_norm(x).output[0]).max() > 1e-6


@given(images(), st.sampled_from(["keras", "pytorch"]))
def test_p06_batch_norm_in_inference_sees_one_sample(x, name):
    c = x.shape[-1]
    running = RunningStatistics.start(c, name).update(x.mean((0, 1, 2)), x.var((0, 1, 2)), x.size // c)
    whole = batch_norm(x, running=running, training=False).output
    np.testing.assert_array_equal(whole[:1], batch_norm(x[:1], running=running, training=False).output)


@given(varied_images(), layers, st.floats(0.1, 10), st.sampled_from([-1.0, 1.0]), st.floats(-5, 5))
def test_p07_scale_and_offset_of_the_input_vanish(x, name, size, sign, offset):
    layer = LAYERS[name]
    close(layer(sign * size * x + offset, 0.0).output, sign * layer(x, 0.0).output, 1e-8)
    close(rms_norm(sign * size * x, eps=0.0).output, sign * rms_norm(x, eps=0.0).output)


@given(varied_images(), st.floats(1, 5))
def test_p07_an_offset_does_not_vanish_in_rms_norm(x, offset):
    assert np.abs(rms_norm(x + offset, eps=0.0).output - rms_norm(x, eps=0.0).output).max() > 1e-6


@given(images(), layers, eps_values)
def test_p08_no_normalized_value_exceeds_the_root_of_m_minus_1(x, name, eps):
    result = LAYERS[name](x, eps)
    assert np.abs(result.normalized).max() <= np.sqrt(result.count - 1) * (1 + 1e-9)


@given(st.integers(0, 10_000), st.integers(2, 8), st.integers(3, 9))
def test_p08_the_bound_is_reached_by_one_outlier(seed, features, samples):
    x = np.zeros((samples, features))
    x[seed % samples] = 5.0
    close(batch_norm(x, eps=0.0).output.max(), np.sqrt(samples - 1))


@given(images(), layers, eps_values)
def test_p09_mean_is_0_and_variance_exactly_that_of_the_formula(x, name, eps):
    result = LAYERS[name](x, eps)
    z = result.normalized.reshape(result.view_shape)
    spread = result.variance + eps
    expected = np.divide(result.variance, spread, out=np.zeros_like(spread), where=spread > 0)
    close(z.mean(result.axes, keepdims=True), 0 * expected)
    close(z.var(result.axes, keepdims=True), expected)


@given(images(), layers)
def test_p10_normalizing_twice_changes_nothing(x, name):
    once = LAYERS[name](x, 0.0).output
    close(LAYERS[name](once, 0.0).output, once, 1e-8)


@given(images(), layers, eps_values, st.integers(0, 1000))
def test_p11_the_gradient_is_orthogonal_to_ones_and_nearly_to_the_output(x, name, eps, seed):
    result = LAYERS[name](x, eps)
    dy = np.random.default_rng(seed).normal(size=x.shape)
    view, z = result.view_shape, result.normalized.reshape(result.view_shape)
    dx = result.backward(dy)[0].reshape(view)
    # sum(dx * x_hat) = eps / (variance + eps) * sum(g * x_hat) / sqrt(variance + eps), 0 for eps = 0
    spread = result.variance + eps
    inverse = np.divide(1.0, spread, out=np.zeros_like(spread), where=spread > 0)
    scale = np.abs(dy).max() * result.count * np.sqrt(inverse.max()) + 1e-30
    assert np.abs(dx.sum(result.axes)).max() <= 1e-9 * scale
    expected = eps * inverse * (dy.reshape(view) * z).sum(result.axes, keepdims=True) * np.sqrt(inverse)
    found = (dx * z).sum(result.axes, keepdims=True)
    assert np.abs(found - expected).max() <= 1e-9 * scale * np.sqrt(result.count)


@given(varied_images(), st.floats(-100, 100))
def test_p12_a_bias_before_batch_norm_changes_nothing_and_gets_no_gradient(x, bias):
    result = batch_norm(x + bias)
    close(result.output, batch_norm(x).output, 1e-7)
    dx, _, _ = result.backward(np.cos(x))
    assert np.abs(dx.sum(axis=(0, 1, 2))).max() < 1e-9


@given(st.integers(0, 10_000), st.floats(0.1, 10), st.sampled_from(["batch", "layer"]))
def test_p13_scaling_the_weights_before_divides_their_gradient(seed, a, name):
    rng = np.random.default_rng(seed)
    x, w, dy = rng.normal(size=(8, 5)), rng.normal(size=(5, 4)), rng.normal(size=(8, 4))
    layer = LAYERS[name]
    first, scaled = layer(x @ w, 0.0), layer(x @ (a * w), 0.0)
    close(scaled.output, first.output, 1e-7)
    close(a * (x.T @ scaled.backward(dy)[0]), x.T @ first.backward(dy)[0], 1e-6)


@given(images(), st.integers(1, 20), st.floats(0.05, 0.95), st.sampled_from(["keras", "pytorch", "flax", "paper"]))
def test_p14_running_statistics_of_one_repeated_batch_follow_the_closed_form(x, updates, momentum, name):
    c, m = x.shape[-1], x.size // x.shape[-1]
    running = RunningStatistics.start(c, name, momentum=momentum)
    for _ in range(updates):
        running = batch_norm(x, running=running).running
    left = running.convention.keep**updates
    variance = x.var((0, 1, 2), ddof=1 if convention(name).unbiased else 0)
    assert m > 1
    close(running.mean, (1 - left) * x.mean((0, 1, 2)))
    close(running.variance, left + (1 - left) * variance)


@given(images(), eps_values)
def test_p15_rms_norm_of_centered_data_is_layer_norm(x, eps):
    centered = x - x.mean(-1, keepdims=True)
    close(rms_norm(centered, eps=eps).output, layer_norm(x, eps=eps).output, 1e-7)


@given(varied_images(samples=1))
def test_p16_giving_an_image_its_own_style_returns_it(x):
    """Adaptive instance norm: gamma and beta are standard deviation and mean of the style image."""
    style = {"gamma": x.std((0, 1, 2)), "beta": x.mean((0, 1, 2))}
    close(instance_norm(x, eps=0.0, **style).output, x)


@given(images(), st.sampled_from([MinMaxScaler(), StandardScaler(), RobustScaler(), MaxAbsScaler()]))
def test_p17_scalers_can_be_inverted_and_keep_the_order(x, scaler):
    table = x.reshape(-1, x.shape[-1])
    fitted = scaler.fit(table)
    z = fitted.transform(table)
    close(fitted.inverse_transform(z), table)
    order = np.argsort(table, axis=0, kind="stable")
    assert (np.diff(np.take_along_axis(z, order, 0), axis=0) >= 0).all()


@given(images(), st.sampled_from([MinMaxScaler(), StandardScaler(), MaxAbsScaler()]))
def test_p17_scaling_twice_changes_nothing(x, scaler):
    table = x.reshape(-1, x.shape[-1])
    once = scaler.fit(table).transform(table)
    close(scaler.fit(once).transform(once), once)


@given(images(), st.floats(-10, 10), st.floats(0.1, 10))
def test_p18_fitted_data_fill_the_range(x, low, width):
    table = x.reshape(-1, x.shape[-1])
    fitted = MinMaxScaler(feature_range=(low, low + width)).fit(table)
    z = fitted.transform(table)
    close(z.min(0), np.full(z.shape[1], low))
    close(z.max(0)[~fitted.constant], np.full((~fitted.constant).sum(), low + width))
    standard = StandardScaler().fit(table)
    z = standard.transform(table)[:, ~standard.constant]
    close(z.mean(0), np.zeros(z.shape[1]))
    close(z.std(0), np.ones(z.shape[1]))


@given(images(), layers, st.sampled_from([1e-6, 1e-3]))
def test_p19_float32_is_close_to_float64(x, name, eps):
    narrow = x.astype(np.float32)
    close(LAYERS[name](narrow, eps).output, LAYERS[name](narrow.astype(np.float64), eps).output, 1e-6)


@given(varied_images(samples=4), st.sampled_from([1, 2, 4]))
def test_p20_ghost_batch_norm_with_the_whole_batch_is_batch_norm(x, virtual):
    """Instance norm over (virtual batches, samples, H, W, C) gives each virtual batch its own statistics."""
    ghosts = x.reshape(len(x) // virtual, virtual, *x.shape[1:])
    ghost = instance_norm(ghosts).output.reshape(x.shape)
    parts = [batch_norm(x[i : i + virtual]).output for i in range(0, len(x), virtual)]
    close(ghost, np.concatenate(parts))
    if virtual == len(x):
        close(ghost, batch_norm(x).output)


@given(images(), eps_values)
def test_p21_gamma_and_beta_can_undo_batch_norm(x, eps):
    found = batch_norm(x, eps=eps)
    undo = {"gamma": np.sqrt(found.variance + eps).ravel(), "beta": found.mean.ravel()}
    close(batch_norm(x, eps=eps, **undo).output, x)


@given(images(), st.integers(1, 3), eps_values)
def test_p22_layer_norm_from_an_axis_on_is_that_of_flattened_features(x, axis, eps):
    """ONNX and PyTorch name the first or the number of axes, Keras each: the last ones, flattened."""
    listed = layer_norm(x, axes=tuple(range(axis, x.ndim)), eps=eps).output
    flat = x.reshape(*x.shape[:axis], -1)
    close(listed, layer_norm(flat, axes=-1, eps=eps).output.reshape(x.shape))
