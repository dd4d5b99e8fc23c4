"""Shares of the squared distance, against every pair of samples counted one by one."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from normlib import data
from normlib.distances import distance_share, squared_differences
from normlib.scalers import StandardScaler


def pairwise_share(x: np.ndarray) -> np.ndarray:
    difference = x[:, None, :] - x[None, :, :]
    mean = np.nanmean(np.square(difference), axis=(0, 1))
    return mean / mean.sum()


def test_proline_owns_nearly_every_distance_between_wines() -> None:
    wine = data.load("wine")
    share = distance_share(wine.x)
    assert share[wine.features.index("proline")] == pytest.approx(0.9977, abs=5e-5)
    np.testing.assert_allclose(share, pairwise_share(wine.x), rtol=1e-10)


def test_standardized_features_share_equally() -> None:
    x = data.load("breast cancer").x
    np.testing.assert_allclose(distance_share(StandardScaler().fit(x).transform(x)), 1 / 30, rtol=1e-9)


@given(arrays(np.float64, (6, 3), elements=st.integers(-50, 50).map(float)), st.integers(-1000, 1000))
def test_share_is_that_of_all_pairs_and_ignores_a_shift(x: np.ndarray, shift: int) -> None:
    share = distance_share(x)
    if not np.ptp(x, axis=0).any():
        assert share.tolist() == [0.0, 0.0, 0.0]
        return
    np.testing.assert_allclose(share, pairwise_share(x), atol=1e-12)
    np.testing.assert_allclose(distance_share(x + shift), share, atol=1e-9)


def test_missing_values_are_left_out_feature_by_feature() -> None:
    x = np.array([[1.0, np.nan], [3.0, 10.0], [np.nan, 14.0], [np.nan, 10.0]])
    np.testing.assert_allclose(distance_share(x), pairwise_share(x), rtol=1e-12)
    assert distance_share([[np.nan, 1.0], [np.nan, 2.0]]).tolist() == [0.0, 1.0]


@pytest.mark.parametrize("size", [1e-200, 1e200, 1.7e308])
def test_very_small_and_very_large_values_neither_vanish_nor_overflow(size: float) -> None:
    np.testing.assert_allclose(distance_share([[size, 0.0], [0.0, size / 2], [0.0, 0.0]]), [0.8, 0.2])


def test_constant_feature_owns_nothing_even_where_its_mean_is_rounded() -> None:
    assert distance_share([[0.1, 1.0]] * 7 + [[0.1, 2.0]]).tolist() == [0.0, 1.0]
    assert distance_share([[0.1, 0.3]] * 7).tolist() == [0.0, 0.0]


def test_squared_differences_add_up_to_the_distance() -> None:
    a, b = data.load("wine").x[[0, 100]]
    assert squared_differences(a, b).sum() == pytest.approx(np.linalg.norm(a - b) ** 2, rel=1e-12)
    assert np.isnan(squared_differences([1.0, np.nan], [2.0, 3.0])).tolist() == [False, True]


def test_errors_name_shapes_and_cells() -> None:
    with pytest.raises(ValueError, match=r"\(3,\).*\(2,\)"):
        squared_differences([1, 2, 3], [1, 2])
    with pytest.raises(ValueError, match=r"shape \(3,\)"):
        distance_share([1.0, 2.0, 3.0])
    with pytest.raises(ValueError, match=r"x\[1, 0\] is inf \(1 such cell\)"):
        distance_share([[1.0], [np.inf]])
