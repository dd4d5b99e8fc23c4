"""Statistics along axes, against NumPy and SciPy."""

import numpy as np
import pytest
from scipy import stats

from normlib import axis_statistics, data

X = np.random.default_rng(0).gamma(2.0, size=(6, 5, 4, 3))


@pytest.mark.parametrize("axes", [0, -1, (0, 1), (1, 3), (0, 2, 3), (0, 1, 2, 3)])
@pytest.mark.parametrize("keepdims", [False, True])
def test_against_numpy_and_scipy(axes, keepdims):
    found = axis_statistics(X, axes, keepdims=keepdims, levels=(0, 10, 50, 99.5))
    how = {"axis": axes, "keepdims": keepdims}
    np.testing.assert_allclose(found.mean, X.mean(**how), rtol=1e-13)
    np.testing.assert_allclose(found.variance, X.var(**how), rtol=1e-12)
    np.testing.assert_allclose(found.std, X.std(**how), rtol=1e-12)
    np.testing.assert_array_equal(found.min, X.min(**how))
    np.testing.assert_array_equal(found.max, X.max(**how))
    np.testing.assert_allclose(found.skewness, stats.skew(X, **how), rtol=1e-11)
    np.testing.assert_allclose(found.kurtosis, stats.kurtosis(X, **how), rtol=1e-11)
    np.testing.assert_allclose(found.percentiles, np.percentile(X, (0, 10, 50, 99.5), **how), rtol=1e-13)


def test_standardizing_keeps_the_famous_skew_of_area_error():
    dataset = data.load("breast cancer")
    found = axis_statistics(dataset.x, 0)
    column = dataset.features.index("area error")
    assert found.skewness[column] == pytest.approx(5.43, abs=0.01)
    assert found.kurtosis[column] == pytest.approx(48.8, abs=0.1)
    z = (dataset.x - found.mean) / found.std
    np.testing.assert_allclose(axis_statistics(z, 0).skewness, found.skewness, rtol=1e-9)


def test_nan_is_left_out_and_counted():
    x = np.array([[1.0, np.nan, 5.0], [np.nan, np.nan, np.nan], [2.0, 4.0, 9.0]])
    found = axis_statistics(x, 1, levels=(25, 50))
    assert found.count.tolist() == [2, 0, 3]
    np.testing.assert_allclose(found.mean, [3, np.nan, 5])
    np.testing.assert_allclose(found.variance, np.nanvar(x[[0, 2]], axis=1)[[0, 0, 1]] * [1, np.nan, 1])
    np.testing.assert_allclose(found.percentiles[:, 2], np.percentile(x[2], (25, 50)))
    np.testing.assert_allclose(found.percentiles[:, 0], [2, 3])
    assert np.isnan(found.max[1])


def test_infinity_shows_without_a_warning():
    found = axis_statistics([1.0, np.inf], 0)
    assert found.max == np.inf
    assert found.mean == np.inf
    assert np.isnan(found.variance)


def test_a_constant_slice_has_no_shape():
    found = axis_statistics(np.full((7, 2), 0.1), 0)
    np.testing.assert_allclose(found.std, 0, atol=1e-16)
    assert np.isnan(found.skewness).all()
    np.testing.assert_array_equal(found.percentiles, 0.1)


def test_a_large_mean_does_not_swallow_the_variance():
    x = 1e9 + np.array([-1.0, 1.0] * 50)
    assert axis_statistics(x, 0).variance == pytest.approx(1.0, rel=1e-12)


@pytest.mark.parametrize("dtype", [np.float16, np.float32, np.uint8])
def test_results_are_float64(dtype):
    x = np.arange(100).astype(dtype)
    found = axis_statistics(x, 0)
    assert found.mean.dtype == found.percentiles.dtype == np.float64
    assert found.variance == pytest.approx(833.25)


def test_refusals():
    with pytest.raises(ValueError, match=r"levels=\(50\.0, 101\.0\) holds 101"):
        axis_statistics([1.0], 0, levels=(50, 101))
    with pytest.raises(ValueError, match=r"shape \(3, 0\) has no values along axes=\(1,\)"):
        axis_statistics(np.ones((3, 0)), 1)
    with pytest.raises(ValueError, match="axis 2 is out of range"):
        axis_statistics(np.ones((3, 1)), 2)
