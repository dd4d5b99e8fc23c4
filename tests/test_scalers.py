"""Scalers: one affine formula, and the awkward inputs."""

import dataclasses

import numpy as np
import pytest

from normlib import MaxAbsScaler, MinMaxScaler, RobustScaler, StandardScaler, data

SCALERS = [
    MinMaxScaler(),
    MinMaxScaler(feature_range=(-3.0, 5.0)),
    StandardScaler(),
    RobustScaler(),
    RobustScaler(quantile_range=(5.0, 95.0)),
    MaxAbsScaler(),
]
every_scaler = pytest.mark.parametrize("scaler", SCALERS, ids=str)


@every_scaler
def test_transform_is_the_affine_map_it_shows(scaler):
    x = data.load("breast cancer").x
    fitted = scaler.fit(x[:300])
    np.testing.assert_array_equal(fitted.transform(x), (x - fitted.shift) / fitted.scale + fitted.low)
    np.testing.assert_allclose(fitted.inverse_transform(fitted.transform(x)), x, rtol=1e-12, atol=1e-12)


def test_by_hand():
    x = np.array([[1.0, -2.0], [2.0, 0.0], [3.0, 4.0], [6.0, 6.0]])
    np.testing.assert_allclose(MinMaxScaler().fit(x).transform(x)[:, 0], [0, 0.2, 0.4, 1])
    standard = StandardScaler().fit(x)
    np.testing.assert_allclose(standard.mean, [3, 2])
    np.testing.assert_allclose(standard.variance, [3.5, 10])
    robust = RobustScaler().fit(x)
    np.testing.assert_allclose(robust.median, [2.5, 2])
    np.testing.assert_allclose(robust.lower, [1.75, -0.5])
    np.testing.assert_allclose(robust.iqr, [2, 5])
    np.testing.assert_allclose(MaxAbsScaler().fit(x).max_abs, [6, 6])


@every_scaler
def test_nan_is_ignored_in_fit_and_kept_in_transform(scaler):
    x = np.random.default_rng(0).normal(size=(20, 3))
    holed = np.vstack([x, np.full(3, np.nan)])
    fitted, reference = scaler.fit(holed), scaler.fit(x)
    np.testing.assert_allclose(fitted.shift, reference.shift, rtol=1e-13)
    np.testing.assert_allclose(fitted.scale, reference.scale, rtol=1e-13)
    assert fitted.count.tolist() == [20, 20, 20]
    assert np.isnan(fitted.transform(holed)[-1]).all()
    assert np.isfinite(fitted.transform(holed)[:-1]).all()


@every_scaler
def test_a_constant_feature_stays_finite_for_unseen_values(scaler):
    x = np.column_stack([np.zeros(5), np.arange(5.0)])
    fitted = scaler.fit(x)
    assert fitted.constant.tolist() == [True, False]
    assert (fitted.transform(x)[:, 0] == fitted.low).all()
    assert np.isfinite(fitted.transform([[7.0, 7.0]])).all()


def test_noise_of_rounding_does_not_count_as_variation():
    x = np.full((100, 1), 0.1)
    x[::2] = np.nextafter(0.1, 1)
    assert StandardScaler().fit(x).constant.all()
    assert np.abs(StandardScaler().fit(x).transform(x)).max() < 1e-15
    assert MinMaxScaler().fit(x).constant.all()


def test_digits_have_three_pixels_that_never_vary():
    fitted = StandardScaler().fit(data.load("digits").x)
    assert np.flatnonzero(fitted.constant).tolist() == [0, 32, 39]


def test_unseen_values_leave_the_range_unless_clipped():
    x = np.array([[0.0], [10.0]])
    np.testing.assert_allclose(MinMaxScaler().fit(x).transform([[-5.0], [15.0]]), [[-0.5], [1.5]])
    np.testing.assert_allclose(MinMaxScaler(clip=True).fit(x).transform([[-5.0], [15.0]]), [[0.0], [1.0]])
    clipped = MinMaxScaler(feature_range=(-1, 1), clip=True).fit(x).transform([[-5.0], [np.nan]])
    assert clipped[0, 0] == -1
    assert np.isnan(clipped[1, 0])


@every_scaler
@pytest.mark.parametrize("dtype", [np.float16, np.float32, np.float64])
def test_the_floating_dtype_stays(scaler, dtype):
    x = np.arange(12).reshape(6, 2)
    assert scaler.fit(x.astype(dtype)).transform(x.astype(dtype)).dtype == dtype
    assert scaler.fit(x).transform(x).dtype == np.float64


def test_float16_sums_do_not_overflow():
    x = np.full((4000, 1), 60000, dtype=np.float16)
    x[::2] = -60000
    fitted = StandardScaler().fit(x)
    np.testing.assert_allclose(fitted.std, [59999.99], rtol=1e-3)
    np.testing.assert_allclose(np.abs(fitted.transform(x)), 1)


@every_scaler
def test_a_vector_is_one_feature(scaler):
    x = np.array([3.0, 1.0, 2.0, 9.0])
    fitted = scaler.fit(x)
    assert fitted.shift.shape == (1,)
    assert fitted.transform(x).shape == (4,)
    np.testing.assert_array_equal(fitted.transform(x), scaler.fit(x[:, None]).transform(x[:, None])[:, 0])


@every_scaler
def test_refusals_name_values_and_the_next_move(scaler):
    x = np.ones((4, 3))
    bad = x.copy()
    bad[2, 1] = -np.inf
    with pytest.raises(ValueError, match="x is -inf in row 2, column 1"):
        scaler.fit(bad)
    with pytest.raises(ValueError, match="z is -inf in row 2, column 1"):
        scaler.fit(x).inverse_transform(bad)
    bad[:, 1] = np.nan
    with pytest.raises(ValueError, match=r"no value but NaN in column 1 .*leave such columns out"):
        scaler.fit(bad)
    with pytest.raises(ValueError, match=r"shape \(2, 3, 4\).*x\.reshape\(len\(x\), -1\)"):
        scaler.fit(np.ones((2, 3, 4)))
    with pytest.raises(ValueError, match=r"shape \(0, 3\) holds no values"):
        scaler.fit(np.ones((0, 3)))
    with pytest.raises(ValueError, match=r"shape \(0,\) holds no values"):
        scaler.fit([])
    with pytest.raises(ValueError, match=r"\(4, 2\) has 2 features, but the scaler was fitted on 3"):
        scaler.fit(x).transform(x[:, :2])
    with pytest.raises(ValueError, match=r"\(3,\) has 1 feature, .* on 3: .*x\.reshape\(1, -1\)"):
        scaler.fit(x).transform(x[0])
    with pytest.raises(TypeError, match="dtype <U1"):
        scaler.fit([["a"], ["b"]])


@pytest.mark.parametrize("scaler", [MinMaxScaler(), StandardScaler(), RobustScaler()], ids=str)
def test_a_spread_beyond_float64_is_refused(scaler):
    with pytest.raises(ValueError, match="spread of column 1 exceeds"):
        scaler.fit([[1.0, -1.7e308], [2.0, 1.7e308], [3.0, 1.7e308], [4.0, -1.7e308]])


def test_settings_that_make_no_sense():
    with pytest.raises(ValueError, match=r"feature_range=\(1, 1\)"):
        MinMaxScaler(feature_range=(1, 1))
    with pytest.raises(ValueError, match=r"quantile_range=\(75, 25\)"):
        RobustScaler(quantile_range=(75, 25))


@every_scaler
def test_a_fitted_scaler_is_frozen(scaler):
    fitted = scaler.fit([[1.0], [2.0]])
    with pytest.raises(dataclasses.FrozenInstanceError):
        fitted.low = 1.0


@every_scaler
def test_fitting_does_not_touch_or_keep_the_data(scaler):
    x = np.random.default_rng(1).normal(size=(10, 2))
    before = x.copy()
    fitted = scaler.fit(x)
    z = fitted.transform(x)
    np.testing.assert_array_equal(x, before)
    assert not np.shares_memory(z, x)
    x[:] = 0
    np.testing.assert_array_equal(fitted.transform(before), z)
