"""The scalers agree with scikit-learn's, on real data and on its own awkward cases."""

import warnings

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp
from sklearn import preprocessing

from normlib import MaxAbsScaler, MinMaxScaler, RobustScaler, StandardScaler, data

PAIRS = [
    (MinMaxScaler(), preprocessing.MinMaxScaler()),
    (MinMaxScaler(feature_range=(-2, 3), clip=True), preprocessing.MinMaxScaler(feature_range=(-2, 3), clip=True)),
    (StandardScaler(), preprocessing.StandardScaler()),
    (RobustScaler(), preprocessing.RobustScaler()),
    (RobustScaler(quantile_range=(10, 80)), preprocessing.RobustScaler(quantile_range=(10, 80))),
    (MaxAbsScaler(), preprocessing.MaxAbsScaler()),
]
every_pair = pytest.mark.parametrize(("ours", "theirs"), PAIRS, ids=repr)


@every_pair
@pytest.mark.parametrize("name", ["wine", "breast cancer", "digits"])
@pytest.mark.parametrize("holes", [False, True])
def test_real_data(ours, theirs, name, holes):
    x = data.load(name).x.copy()
    if holes:
        x[np.random.default_rng(0).random(x.shape) < 0.1] = np.nan
    half = len(x) // 2
    fitted, reference = ours.fit(x[:half]), theirs.fit(x[:half])
    z, expected = fitted.transform(x), reference.transform(x)
    np.testing.assert_allclose(z, expected, rtol=1e-10, atol=1e-12)
    np.testing.assert_allclose(
        fitted.inverse_transform(z), reference.inverse_transform(expected), rtol=1e-10, atol=1e-10
    )


@every_pair
@given(
    x=hnp.arrays(
        np.float64,
        st.tuples(st.integers(1, 12), st.integers(1, 4)),
        elements=st.one_of(st.floats(-1e6, 1e6), st.sampled_from([0.0, 1.0, 1e-9, 1e-300, 5e5])),
    )
)
def test_any_data(ours, theirs, x):
    fitted, reference = ours.fit(x), theirs.fit(x)
    scale = 1 / reference.scale_ if hasattr(reference, "min_") else reference.scale_
    np.testing.assert_allclose(fitted.scale, scale, rtol=1e-7)
    z = fitted.transform(x)
    np.testing.assert_allclose(z, reference.transform(x), rtol=1e-7, atol=1e-7 * max(1.0, np.abs(z).max()))


@pytest.mark.parametrize("value", [0.0, 1.0, 1e-7, 10.0, 1e8])
@pytest.mark.parametrize("n", [2, 10, 1000])
@pytest.mark.parametrize("noise", [0.0, 1e-17, 1e-15, 1e-12, 1e-8])
def test_constant_and_near_constant_features_by_the_same_rule(value, n, noise):
    x = np.full((n, 1), value)
    x[::2] += noise * max(value, 1.0)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        reference = preprocessing.StandardScaler().fit(x)
    fitted = StandardScaler().fit(x)
    assert (fitted.scale == 1) == (reference.scale_ == 1)
    np.testing.assert_allclose(fitted.transform(x), reference.transform(x), atol=1e-6)
