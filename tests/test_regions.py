"""Every value of a region has exactly the region's mean: compared with a mean over a mask."""

import warnings
from itertools import chain, combinations, product

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import normlib
from normlib.regions import moments_of, regions

SHAPE = (3, 2, 4, 6)
ALL_AXES = list(chain.from_iterable(combinations(range(4), size) for size in range(1, 5)))


def values(shape, seed=0):
    return np.random.default_rng(seed).normal(3, 2, shape)


def layers(x):
    yield "batch", (0, 1, 2), 1, normlib.batch_norm(x)
    yield "instance", (1, 2), 1, normlib.instance_norm(x)
    for axes in ALL_AXES:
        yield f"layer {axes}", axes, 1, normlib.layer_norm(x, axes=axes)
        yield f"rms {axes}", axes, 1, normlib.rms_norm(x, axes=axes)
    for groups in (1, 2, 3, 6):
        yield f"group {groups}", (1, 2), 6 // groups, normlib.group_norm(x, groups)


def mask(shape, axes, neighbours, place):
    """Mark all that is averaged with a value, from the definition, one value at a time."""
    marked = np.zeros(shape, bool)
    for other in np.ndindex(*shape):
        marked[other] = all(
            axis in axes or (other[axis] // neighbours == place[axis] // neighbours if axis == 3 else
                             other[axis] == place[axis])
            for axis in range(4)
        )  # fmt: skip
    return marked


X = values(SHAPE)


@pytest.mark.parametrize(
    ("axes", "neighbours", "result"), [case[1:] for case in layers(X)], ids=[case[0] for case in layers(X)]
)
def test_a_value_has_the_mean_and_variance_of_all_that_it_is_averaged_with(axes, neighbours, result):
    found = regions(result)
    assert found.shape == SHAPE
    assert found.mean.shape == found.variance.shape == found.counts
    for place in [(0, 0, 0, 0), (2, 1, 3, 5), (1, 0, 2, 3), (0, 1, 1, 2)]:
        marked = mask(SHAPE, axes, neighbours, place)
        boxed = np.zeros(SHAPE, bool)
        boxed[found.box(place)] = True
        np.testing.assert_array_equal(boxed, marked)
        assert found.size == marked.sum() == result.count
        at = found.index(place)
        if found.center:
            assert found.mean[at] == pytest.approx(np.mean(X[marked]), rel=1e-13)
            assert found.variance[at] == pytest.approx(np.var(X[marked]), rel=1e-12)
        else:
            assert found.mean[at] == 0
            assert found.variance[at] == pytest.approx(np.mean(X[marked] ** 2), rel=1e-13)


@pytest.mark.parametrize("result", [case[3] for case in layers(X)], ids=[case[0] for case in layers(X)])
def test_the_regions_say_how_every_value_was_made(result):
    found = regions(result)
    spread = [np.kron(part, np.ones(found.spans)) for part in (found.mean, found.variance)]
    made = (X - spread[0]) / np.sqrt(spread[1] + found.eps) * found.gamma + found.beta
    np.testing.assert_allclose(made, result.output, rtol=1e-12, atol=1e-13)


SIDES = st.tuples(*[st.integers(1, 4)] * 4)


@given(SIDES, st.integers(0, 2**32 - 1), st.data())
def test_any_shape_any_layer(shape, seed, data):
    x = values(shape, seed)
    channels = shape[3]
    groups = data.draw(st.sampled_from([g for g in range(1, channels + 1) if channels % g == 0]))
    axes = data.draw(st.sampled_from(ALL_AXES))
    gamma, beta = values((2, channels), seed + 1)
    kind = data.draw(st.sampled_from(["group", "layer", "rms"]))
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", UserWarning)  # one value per mean gives zeros, and says so
        if kind == "group":
            result = normlib.group_norm(x, groups, gamma=gamma, beta=beta)
            axes, neighbours = (1, 2), channels // groups
        else:
            layer = normlib.layer_norm if kind == "layer" else normlib.rms_norm
            result, neighbours = layer(x, axes=axes), 1
    found = regions(result)
    place = tuple(data.draw(st.integers(0, n - 1)) for n in shape)
    marked = mask(shape, axes, neighbours, place)
    assert x[found.box(place)].size == marked.sum()
    np.testing.assert_array_equal(np.sort(x[found.box(place)].ravel()), np.sort(x[marked]))
    at = found.index(place)
    if found.center:
        np.testing.assert_allclose(found.mean[at], np.mean(x[marked]), rtol=1e-12, atol=1e-13)
    root = np.sqrt(found.variance[at] + found.eps)
    gamma_here, beta_here = (np.broadcast_to(part, shape)[place] for part in (found.gamma, found.beta))
    made = (x[place] - found.mean[at]) / root * gamma_here + beta_here
    np.testing.assert_allclose(made, result.output[place], rtol=1e-9, atol=1e-12)


def test_channels_first_and_other_ranks():
    x = values((2, 6, 4, 4))
    assert regions(normlib.batch_norm(x, channel_axis=1)).spans == (2, 1, 4, 4)
    assert regions(normlib.group_norm(x, 3, channel_axis=1)).spans == (1, 2, 4, 4)
    assert regions(normlib.group_norm(x, 6, channel_axis=1)).spans == (1, 1, 4, 4)
    assert regions(normlib.layer_norm(x[:, :, 0, 0])).spans == (1, 6)


def test_gamma_of_a_layer_norm_belongs_to_its_elements():
    gamma = values((4, 6))
    found = regions(normlib.layer_norm(X, axes=(2, 3), gamma=gamma, beta=gamma + 1))
    np.testing.assert_array_equal(found.gamma, gamma.reshape(1, 1, 4, 6))
    np.testing.assert_array_equal(found.beta, gamma.reshape(1, 1, 4, 6) + 1)


def test_running_statistics_belong_to_the_channels():
    running = normlib.RunningStatistics.start(6)
    found = regions(normlib.batch_norm(X, running=running, training=False))
    assert found.counts == (1, 1, 1, 6)
    np.testing.assert_array_equal(found.variance.ravel(), running.variance)


@pytest.mark.parametrize("spans", list(product((1, 3), (1, 2), (2, 4), (1, 2, 3, 6))))
def test_moments_of_boxes(spans):
    found = moments_of(X, spans)
    counts = [n // span for n, span in zip(SHAPE, spans, strict=True)]
    assert list(found.mean.shape) == counts
    for index in np.ndindex(*counts):
        box = X[tuple(slice(i * span, (i + 1) * span) for i, span in zip(index, spans, strict=True))]
        assert found.mean[index] == pytest.approx(box.mean(), rel=1e-13)
        assert found.variance[index] == pytest.approx(box.var(), rel=1e-12)


def test_what_does_not_fit_is_said():
    with pytest.raises(ValueError, match=r"spans=\(1, 1, 3, 1\) do not cut an array of shape \(3, 2, 4, 6\)"):
        moments_of(X, (1, 1, 3, 1))
    with pytest.raises(ValueError, match=r"place=\(3, 0, 0, 0\) is not inside an array of shape \(3, 2, 4, 6\)"):
        regions(normlib.batch_norm(X)).box((3, 0, 0, 0))
