"""Numbers about one feature, against scikit-learn's scalers and SciPy's moments."""

import numpy as np
import pytest
from scipy import stats
from sklearn.datasets import load_breast_cancer, load_digits, load_wine
from sklearn.preprocessing import MaxAbsScaler, MinMaxScaler, RobustScaler, StandardScaler

from normlib.course.values import ValueCallError, evaluate

MADE = {"minmax": MinMaxScaler, "standard": StandardScaler, "robust": RobustScaler, "maxabs": MaxAbsScaler}
MEASURES = {
    "smallest": np.min,
    "largest": np.max,
    "mean": np.mean,
    "median": np.median,
    "deviation": np.std,
    "skewness": stats.skew,
    "kurtosis": stats.kurtosis,
}


def number(call: str) -> float:
    return evaluate(call).number


def proline():
    return load_wine().data[:, [12]]


def area_error():
    known = load_breast_cancer()
    return known.data[:, [list(known.feature_names).index("area error")]]


@pytest.mark.parametrize("of", MEASURES)
@pytest.mark.parametrize("scaler", ["none", "minmax", "standard"])
def test_measures_agree_with_scipy_before_and_after_scaling(of, scaler):
    x = area_error()
    expected = MEASURES[of]((MADE[scaler]().fit_transform(x) if scaler in MADE else x)[:, 0])
    found = number(f"feature_measure(data=breast cancer, feature=area error, of={of}, scaler={scaler})")
    assert found == pytest.approx(expected, abs=1e-12)


def test_the_logarithm_bends_the_shape_that_scaling_keeps():
    assert number("log_skewness(data=breast cancer, feature=area error)") == pytest.approx(
        stats.skew(np.log(area_error()[:, 0]))
    )


def test_most_tumours_share_the_lowest_tenth():
    expected = np.mean(MinMaxScaler().fit_transform(area_error()) < 0.1)
    assert number("lowest_tenth(data=breast cancer, feature=area error)") == pytest.approx(expected)


def test_one_pixel_is_inked_in_one_image_and_three_in_none():
    x = load_digits().data
    assert number('nonzero(data=digits, feature="pixel 7,0")') == (x[:, 56] != 0).sum() == 1
    assert number("constant_features(data=digits)") == (x.std(axis=0) == 0).sum()
    assert number("constant_features(data=digits, scaler=robust)") == (stats.iqr(x, axis=0) == 0).sum()


@pytest.mark.parametrize(("scaler", "made"), MADE.items())
def test_an_outlier_leaves_as_much_of_the_spread_as_scikit_learn_does(scaler, made):
    x = proline()
    moved = x.copy()
    row = np.argmin(np.abs(x - x.mean()))
    moved[row] = x.mean() + 10 * x.std()
    before, after = made().fit(x), made().fit(moved)
    others = np.delete(x, row, axis=0)
    kept = np.ptp(after.transform(others)) / np.ptp(before.transform(others))
    asked = f"(data=wine, feature=proline, scaler={scaler}, outlier=10)"
    assert number(f"spread_kept{asked}") == pytest.approx(kept)
    assert number(f"outlier_lands{asked}") == pytest.approx(after.transform(moved)[row, 0])


@pytest.mark.parametrize(
    ("call", "says"),
    [
        ("feature_measure(data=wine, feature=taste, of=mean)", "wine has no feature “taste”"),
        ("feature_measure(data=wine, feature=hue, of=mode)", "“of” of “feature_measure” is “mode”"),
        ('log_skewness(data=digits, feature="pixel 3,4")', "pixel 3,4 of digits goes down to 0"),
        ("spread_kept(data=wine, feature=hue, scaler=robust, outlier=11)", "outlier is 11, but .* from 0 to 10"),
    ],
)
def test_a_call_that_asks_for_what_there_is_not_is_told(call, says):
    with pytest.raises(ValueCallError, match=says):
        evaluate(call)
