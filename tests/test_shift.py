"""Measures of shift, against SciPy and by hand."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp
from scipy import stats

from normlib import shift

MEASURES = [
    shift.standardized_mean_difference,
    shift.variance_ratio,
    shift.wasserstein_1,
    shift.kolmogorov_smirnov,
    shift.population_stability_index,
]
samples = hnp.arrays(np.float64, st.integers(2, 30), elements=st.integers(-20, 20).map(lambda v: v / 4))


@given(samples, samples)
def test_wasserstein_and_kolmogorov_smirnov_agree_with_scipy(a, b):
    assert shift.wasserstein_1(a, b) == pytest.approx(stats.wasserstein_distance(a, b), abs=1e-12)
    assert shift.kolmogorov_smirnov(a, b) == pytest.approx(stats.ks_2samp(a, b).statistic, abs=1e-12)


@given(samples)
def test_no_shift(a):
    assert shift.standardized_mean_difference(a, a) == 0
    assert shift.wasserstein_1(a, a) == shift.kolmogorov_smirnov(a, a) == 0
    assert shift.population_stability_index(a, a) == 0


@given(samples, samples, st.sampled_from([0.5, 3.0]), st.sampled_from([-2.0, 10.0]))
def test_units_matter_only_to_the_distance_that_has_units(a, b, scale, offset):
    u, v = a * scale + offset, b * scale + offset
    assert shift.kolmogorov_smirnov(u, v) == pytest.approx(shift.kolmogorov_smirnov(a, b))
    assert shift.wasserstein_1(u, v) == pytest.approx(scale * shift.wasserstein_1(a, b), abs=1e-12)
    if a.std() > 0 and b.std() > 0:
        moved = shift.standardized_mean_difference(u, v)
        assert moved == pytest.approx(shift.standardized_mean_difference(a, b), rel=1e-9, abs=1e-12)


def test_each_measure_on_a_case_worked_by_hand():
    a, b = [1.0, 2.0, 3.0], [2.0, 4.0, 6.0]
    assert shift.standardized_mean_difference(a, b) == pytest.approx(2 / np.sqrt((1 + 4) / 2))
    assert shift.variance_ratio(a, b) == pytest.approx(4)
    assert shift.wasserstein_1(a, b) == pytest.approx(2)
    assert shift.kolmogorov_smirnov(a, b) == pytest.approx(2 / 3)
    # Two bins, cut at the median 2 of `a`: counts 2, 1 and 1, 2; plus a half each, over 4.
    p, q = np.array([2.5, 1.5]) / 4, np.array([1.5, 2.5]) / 4
    assert shift.population_stability_index(a, b, bins=2) == pytest.approx(float(((q - p) * np.log(q / p)).sum()))


def test_a_moved_gaussian_is_as_far_as_theory_says():
    quantiles = (np.arange(4000) + 0.5) / 4000
    a = stats.norm.ppf(quantiles)
    b = a + 0.5
    assert shift.standardized_mean_difference(a, b) == pytest.approx(0.5, rel=1e-3)
    assert shift.wasserstein_1(a, b) == pytest.approx(0.5)
    assert shift.kolmogorov_smirnov(a, b) == pytest.approx(2 * stats.norm.cdf(0.25) - 1, abs=1e-3)
    edges = np.concatenate([[-np.inf], stats.norm.ppf(np.arange(1, 10) / 10), [np.inf]])
    q = np.diff(stats.norm.cdf(edges - 0.5))
    assert shift.population_stability_index(a, b) == pytest.approx(((q - 0.1) * np.log(q / 0.1)).sum(), rel=0.01)


def test_constant_samples():
    assert shift.standardized_mean_difference([1, 1], [2, 2]) == np.inf
    assert shift.standardized_mean_difference([2, 2], [1, 1]) == -np.inf
    assert shift.variance_ratio([1, 1], [1, 2]) == np.inf
    assert np.isnan(shift.variance_ratio([1, 1], [2, 2]))
    assert shift.population_stability_index([1, 1, 1], [5, 5, 5]) < np.inf


@pytest.mark.parametrize("measure", MEASURES, ids=lambda m: m.__name__)
def test_nan_is_left_out_and_infinity_refused(measure):
    a, b = np.array([1.0, 2.0, 4.0]), np.array([2.0, 3.0, 7.0])
    assert measure(a, np.append(b, np.nan)) == measure(a, b)
    with pytest.raises(ValueError, match="b is inf at position 1"):
        measure(a, [1.0, np.inf, 2.0])
    with pytest.raises(ValueError, match="a holds 0 values without NaN"):
        measure([np.nan], b)


def test_one_bin_is_refused():
    with pytest.raises(ValueError, match="bins=1"):
        shift.population_stability_index([1, 2], [1, 2], bins=1)
