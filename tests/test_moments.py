"""The heart: same numbers as NumPy's own float64 statistics, however the work is cut into blocks."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from normlib import moments
from normlib.moments import Moments, normalize

CASES = [
    ((7,), (0,)),
    ((6, 5), (0,)),
    ((6, 5), (1,)),
    ((6, 5), ()),
    ((4, 3, 5), (0, 2)),
    ((4, 6, 5, 3), (0, 1, 2)),
    ((4, 6, 5, 3), (0, 2, 3)),
    ((4, 6, 5, 3), (1, 2)),
    ((4, 6, 5, 3), (1, 2, 3)),
    ((4, 6, 5, 3), (0, 2)),
    ((4, 6, 5, 3), (0, 1, 2, 3)),
    ((2, 3, 4, 3, 4), (1, 2, 4)),
    ((2, 3, 4, 3, 40), (0, 2, 4)),
]


def reference(x, axes, eps):
    wide = x.astype(np.float64)
    mean, variance = wide.mean(axes, keepdims=True), wide.var(axes, keepdims=True)
    return (wide - mean) / np.sqrt(variance + eps), mean, variance


@pytest.fixture(params=[(1 << 19, 1 << 17), (64, 16), (8, 4)], ids=["one block", "small blocks", "tiny chunks"])
def _blocks(request, monkeypatch):
    monkeypatch.setattr(moments, "_BLOCK", request.param[0])
    monkeypatch.setattr(moments, "_CHUNK", request.param[1])


@pytest.mark.usefixtures("_blocks")
@pytest.mark.parametrize(("shape", "axes"), CASES)
@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_against_numpy_in_every_cut(shape, axes, dtype):
    x = (np.random.default_rng(0).normal(size=shape) * 3 + 10).astype(dtype)
    y, found = normalize(x, axes, 1e-3)
    expected, mean, variance = reference(x, axes, 1e-3)
    np.testing.assert_allclose(y, expected, rtol=1e-6, atol=2e-7 if dtype == np.float32 else 1e-12)
    np.testing.assert_allclose(found.mean, mean, rtol=1e-13)
    np.testing.assert_allclose(found.variance, variance, rtol=1e-12, atol=1e-25)
    assert y.dtype == dtype


@pytest.mark.usefixtures("_blocks")
@pytest.mark.parametrize(("shape", "axes"), CASES)
def test_gamma_beta_rms_and_known_moments_in_every_cut(shape, axes):
    rng = np.random.default_rng(1)
    x = rng.normal(size=shape) + 2
    kept = tuple(1 if a in axes else n for a, n in enumerate(shape))
    for spans in (kept, tuple(n if a in axes else 1 for a, n in enumerate(shape)), shape):
        gamma, beta = rng.normal(size=spans), rng.normal(size=spans)
        y, _ = normalize(x, axes, 1e-3, gamma=gamma, beta=beta)
        np.testing.assert_allclose(y, reference(x, axes, 1e-3)[0] * gamma + beta, rtol=1e-10, atol=1e-12)
    y, found = normalize(x, axes, 1e-3, center=False)
    square = (x**2).mean(axes, keepdims=True)
    np.testing.assert_allclose(y, x / np.sqrt(square + 1e-3), rtol=1e-12)
    np.testing.assert_allclose(found.variance, square, rtol=1e-12)
    assert (found.mean == 0).all()
    y, _ = normalize(x, axes, 1.0, moments=Moments(np.full(kept, 2.0), np.full(kept, 3.0)))
    np.testing.assert_allclose(y, (x - 2) / 2, rtol=1e-12, atol=1e-14)


@pytest.mark.usefixtures("_blocks")
@pytest.mark.parametrize(("shape", "axes"), CASES)
@pytest.mark.parametrize("value", [0.0, 0.1, 1e4, -1e30])
def test_a_constant_becomes_exact_zeros(shape, axes, value):
    for dtype in (np.float32, np.float64):
        x = np.full(shape, value, dtype)
        y, found = normalize(x, axes, 0.0)
        assert (y == 0).all()
        assert (found.variance == 0).all()
        assert (found.mean == x.ravel()[0]).all()


@pytest.mark.usefixtures("_blocks")
def test_transposed_input():
    x = np.random.default_rng(2).normal(size=(5, 6, 7)).transpose(2, 0, 1)
    y, _ = normalize(x, (0, 2), 1e-5)
    np.testing.assert_allclose(y, reference(x, (0, 2), 1e-5)[0], rtol=1e-11, atol=1e-13)


@given(
    mean=st.floats(0, 6).map(lambda power: 10.0**power),
    std=st.floats(-3, 0).map(lambda power: 10.0**power),
    seed=st.integers(0, 10_000),
    dtype=st.sampled_from([np.float32, np.float64]),
)
def test_two_passes_survive_a_mean_far_larger_than_the_spread(mean, std, seed, dtype):
    x = (mean + std * np.random.default_rng(seed).normal(size=(64, 8))).astype(dtype)
    _, found = normalize(x, (0,), 1e-3)
    wide = x.astype(np.float64)
    np.testing.assert_allclose(found.mean[0], wide.mean(0), rtol=1e-14)
    # The rounding of the mean, 1e-16 of it, is all that float64 can lose.
    np.testing.assert_allclose(found.variance[0], wide.var(0), rtol=1e-12, atol=(1e-15 * mean) ** 2)


@settings(max_examples=10)
@given(st.integers(0, 100))
def test_long_slices_in_chunks_lose_nothing(seed):
    x = (1e4 + np.random.default_rng(seed).normal(size=(3, 700_000))).astype(np.float32)
    _, found = normalize(x, (1,), 1e-3)
    np.testing.assert_allclose(found.variance, x.astype(np.float64).var(1, keepdims=True), rtol=1e-11)


def test_the_settings_of_numpy_come_back():
    before = np.getbufsize(), np.geterr()
    normalize(np.ones((4, 4)), (0,), 1e-3)
    assert (np.getbufsize(), np.geterr()) == before
    with pytest.raises(ValueError, match="broadcast"):
        normalize(np.ones((4, 4)), (0,), 1e-3, gamma=np.ones((3, 4)))
    assert (np.getbufsize(), np.geterr()) == before
