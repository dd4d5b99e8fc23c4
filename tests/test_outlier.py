import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp
from sklearn import preprocessing

from normlib import data
from normlib.outlier import histogram_rows, outlier_sweep
from normlib.scalers import MaxAbsScaler, MinMaxScaler, RobustScaler, StandardScaler, Unscaled

POSITIONS = np.array([0.0, 0.2, 3.0, 10.0])
PAIRS = [
    (MinMaxScaler(), preprocessing.MinMaxScaler()),
    (MinMaxScaler((-1, 1), clip=True), preprocessing.MinMaxScaler((-1, 1), clip=True)),
    (StandardScaler(), preprocessing.StandardScaler()),
    (RobustScaler(), preprocessing.RobustScaler()),
    (MaxAbsScaler(), preprocessing.MaxAbsScaler()),
]
WINE, CANCER = data.load("wine"), data.load("breast cancer")
FEATURES = [WINE.x[:, 12], WINE.x[:, 2], CANCER.x[:, 13]]


@pytest.mark.parametrize(("scaler", "peer"), PAIRS)
@pytest.mark.parametrize("values", FEATURES)
@pytest.mark.parametrize("some", [False, True])
def test_every_position_is_a_fit_of_its_own(scaler, peer, values, some):
    trained = np.arange(values.size) % 3 > 0 if some else np.ones(values.size, dtype=bool)
    sweep = outlier_sweep(values, scaler, POSITIONS, trained)
    mean, std = values.mean(), values.std()
    for at, k in enumerate(POSITIONS):
        changed = values.copy()
        if k > 0:
            changed[sweep.row] = mean + k * std
        fitted = peer.fit(changed[trained, None])
        np.testing.assert_allclose(
            sweep.after(values)[at], fitted.transform(values[:, None])[:, 0], rtol=1e-9, atol=1e-9
        )
        expected = fitted.transform(changed[sweep.row].reshape(1, 1)).item()
        assert sweep.moved_after()[at] == pytest.approx(expected, rel=1e-9, abs=1e-9)
        assert sweep.moved[at] == pytest.approx(changed[sweep.row])


@pytest.mark.parametrize("values", FEATURES)
def test_the_moved_value_is_the_seen_one_nearest_to_the_mean(values):
    trained = np.arange(values.size) % 4 == 0
    sweep = outlier_sweep(values, Unscaled(), POSITIONS, trained)
    assert trained[sweep.row]
    assert np.abs(values - values.mean())[trained].min() == abs(values[sweep.row] - values.mean())
    assert sweep.others.size == values.size - 1


def test_missing_values_are_left_out():
    values = np.array([1.0, np.nan, 3.0, 5.0, np.nan])
    sweep = outlier_sweep(values, StandardScaler(), POSITIONS)
    assert sweep.row == 2
    np.testing.assert_array_equal(sweep.others, [1, 5])
    np.testing.assert_array_equal(sweep.fitted.count, np.full(4, 3))
    assert sweep.moved[3] == pytest.approx(3 + 10 * np.std([1, 3, 5]))
    assert np.isnan(sweep.after(values)[:, [1, 4]]).all()


def test_a_constant_feature_stays_where_it_is():
    sweep = outlier_sweep(np.full(5, 7.0), MinMaxScaler(), POSITIONS)
    np.testing.assert_array_equal(sweep.moved, 7.0)
    assert sweep.fitted.constant.all()


def test_the_measured_values_are_not_touched():
    values = WINE.x[:, 12].copy()
    outlier_sweep(values, StandardScaler(), POSITIONS)
    np.testing.assert_array_equal(values, WINE.x[:, 12])


def test_what_cannot_be_moved_is_named():
    with pytest.raises(ValueError, match="lowest is -2"):
        outlier_sweep([1.0, 2.0], MinMaxScaler(), [0.0, -2.0])
    with pytest.raises(ValueError, match="none of the 2 values"):
        outlier_sweep([np.nan, np.nan], MinMaxScaler(), [0.0])
    with pytest.raises(ValueError, match="none of the 3 values"):
        outlier_sweep([1.0, 2.0, np.nan], MinMaxScaler(), [0.0], np.array([False, False, True]))


quarters = st.integers(-40, 40).map(lambda quarter: quarter / 4)


@given(
    hnp.arrays(np.float64, hnp.array_shapes(min_dims=2, max_dims=2, max_side=12), elements=quarters), st.integers(1, 20)
)
def test_rows_are_counted_as_numpy_counts_them(rows, bins):
    # Quarters and a power of two as bin width are exact, so both must put a value on an edge into the same bin.
    edges = -10 + np.arange(bins + 1) * 1.0
    counts = histogram_rows(rows, edges)
    open_ended = np.concatenate([[-np.inf], edges[1:-1], [np.inf]])
    for row, counted in zip(rows, counts, strict=True):
        np.testing.assert_array_equal(counted, np.histogram(row, open_ended)[0])


@given(
    hnp.arrays(np.float64, hnp.array_shapes(min_dims=2, max_dims=2, max_side=9), elements=st.floats(-1e6, 1e6)),
    st.integers(1, 30),
    st.floats(-1e3, 1e3),
    st.floats(1e-3, 1e3),
)
def test_every_value_counts_once(rows, bins, start, width):
    counts = histogram_rows(rows, start + width * np.arange(bins + 1))
    assert counts.shape == (rows.shape[0], bins)
    np.testing.assert_array_equal(counts.sum(axis=1), rows.shape[1])


def test_missing_values_are_not_counted():
    np.testing.assert_array_equal(histogram_rows([[np.nan, 0.5], [np.nan, np.nan]], [0.0, 1.0, 2.0]), [[1, 0], [0, 0]])
