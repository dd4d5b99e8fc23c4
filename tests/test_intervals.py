"""Student's t and the corrected interval, against SciPy and against figures worked out by hand."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import special, stats

from normlib.intervals import incomplete_beta, mean_interval, student_t_cdf, student_t_quantile


@pytest.mark.parametrize("df", [0.5, 1, 2, 3, 9, 49, 199, 1e4, 1e6])
@pytest.mark.parametrize("p", [1e-8, 0.001, 0.025, 0.3, 0.5, 0.51, 0.9, 0.975, 0.9999])
def test_quantile_is_that_of_scipy(p: float, df: float) -> None:
    assert student_t_quantile(p, df) == pytest.approx(stats.t.ppf(p, df), rel=1e-8, abs=1e-12)


@given(st.floats(-1e4, 1e4), st.floats(0.3, 1e4))
def test_cdf_is_that_of_scipy(t: float, df: float) -> None:
    assert student_t_cdf(t, df) == pytest.approx(stats.t.cdf(t, df), rel=1e-8, abs=1e-13)


@given(st.floats(0.1, 500), st.floats(0.1, 500), st.floats(0, 1))
def test_incomplete_beta_is_that_of_scipy(a: float, b: float, x: float) -> None:
    assert incomplete_beta(a, b, x) == pytest.approx(special.betainc(a, b, x), rel=1e-7, abs=1e-12)


def test_textbook_values() -> None:
    assert student_t_quantile(0.975, 10) == pytest.approx(2.228139, abs=1e-6)
    assert student_t_quantile(0.75, 1) == pytest.approx(1.0)  # Cauchy: tan(pi / 4)
    assert student_t_quantile(0.9, 2) == pytest.approx(2 * 0.4 * math.sqrt(2 / (1 - 4 * 0.16)), rel=1e-12)


def test_plain_interval_is_the_usual_t_interval() -> None:
    values = np.random.default_rng(0).normal(size=(4, 5))
    interval = mean_interval(values, confidence=0.9)
    expected = stats.t.interval(0.9, 19, values.mean(), stats.sem(values, axis=None))
    assert (interval.low, interval.high) == pytest.approx(expected)


def test_correction_adds_the_ratio_of_test_to_training_samples() -> None:
    # J = 4, s^2 = 5/3, ratio 1/4: half width t(0.975, 3) * sqrt((1/4 + 1/4) * 5/3)
    interval = mean_interval([1, 2, 3, 4], test_to_train=0.25)
    assert interval.high - interval.mean == pytest.approx(3.182446305 * math.sqrt(0.5 * 5 / 3))
    assert interval.mean - interval.low == pytest.approx(interval.high - interval.mean)


def test_corrected_interval_does_not_shrink_to_nothing_with_more_repeats() -> None:
    values = np.random.default_rng(0).normal(size=10_000)
    plain, corrected = mean_interval(values), mean_interval(values, test_to_train=0.25)
    assert plain.high - plain.low < 0.05
    assert corrected.high - corrected.low == pytest.approx(2 * 1.96 * 0.5, rel=0.02)


def test_plain_interval_covers_the_true_mean_as_often_as_it_says() -> None:
    rng = np.random.default_rng(1)
    intervals = [mean_interval(rng.normal(size=5)) for _ in range(2000)]
    assert np.mean([i.low <= 0 <= i.high for i in intervals]) == pytest.approx(0.95, abs=0.015)


def test_errors_name_the_values() -> None:
    with pytest.raises(ValueError, match="at least two values, but 1 came"):
        mean_interval([0.5])
    with pytest.raises(ValueError, match="1 of 3 values are not finite"):
        mean_interval([0.5, np.nan, 1.0])
    with pytest.raises(ValueError, match="confidence=95"):
        mean_interval([0.5, 0.6], confidence=95)
    with pytest.raises(ValueError, match=r"test_to_train=-0\.1"):
        mean_interval([0.5, 0.6], test_to_train=-0.1)
    with pytest.raises(ValueError, match=r"p=1\.0"):
        student_t_quantile(1.0, 3)
