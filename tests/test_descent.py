"""Gradient descent on two features, against closed forms, numeric gradients and NumPy's least squares."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from normlib import data
from normlib.descent import Quadratic, condition_number, descend, quadratic, steps_to
from normlib.scalers import MinMaxScaler, StandardScaler

WINE = data.load("wine")
PAIR = WINE.x[:, [WINE.features.index("proline"), WINE.features.index("hue")]]
TARGET = (WINE.y == 0).astype(float)


def standardized() -> Quadratic:
    return quadratic(StandardScaler().fit(PAIR).transform(PAIR), TARGET)


@pytest.mark.parametrize("problem_x", [PAIR, StandardScaler().fit(PAIR).transform(PAIR)])
def test_surface_is_the_mean_squared_error_with_the_best_intercept(problem_x: np.ndarray) -> None:
    problem = quadratic(problem_x, TARGET)
    design = np.column_stack([problem_x, np.ones(len(problem_x))])
    solution = np.linalg.lstsq(design, TARGET, rcond=None)[0]
    np.testing.assert_allclose(problem.minimum, solution[:2], rtol=1e-8)
    grid = problem.minimum + np.random.default_rng(0).normal(size=(4, 5, 2))
    scores = grid @ problem_x.T
    best_intercept = np.mean(TARGET - scores, axis=-1, keepdims=True)
    expected = np.mean(np.square(scores + best_intercept - TARGET), axis=-1)
    np.testing.assert_allclose(problem.loss(grid), expected, rtol=1e-9)
    assert problem.floor == pytest.approx(np.mean(np.square(design @ solution - TARGET)))


def test_hessian_is_the_second_difference_of_the_loss() -> None:
    problem, w, h = standardized(), np.array([0.3, -0.2]), 1e-4
    e = np.eye(2) * h
    numeric = [
        [
            (problem.loss(w + a + b) - problem.loss(w + a - b) - problem.loss(w - a + b) + problem.loss(w - a - b))
            for b in e
        ]
        for a in e
    ]
    np.testing.assert_allclose(np.array(numeric) / (4 * h * h), problem.hessian, rtol=1e-5)
    np.testing.assert_allclose(np.linalg.eigvalsh(problem.hessian), problem.eigenvalues)
    np.testing.assert_allclose(
        problem.hessian @ problem.eigenvectors, problem.eigenvectors * problem.eigenvalues, atol=1e-12
    )


def test_path_follows_the_closed_form() -> None:
    problem, start = standardized(), np.array([1.0, -2.0])
    rate = 0.7 * problem.largest_stable_rate
    walk = descend(problem, start=start, rate=rate, steps=30)
    shrink = np.eye(2) - rate * problem.hessian
    for t in (0, 1, 7, 30):
        expected = problem.minimum + np.linalg.matrix_power(shrink, t) @ (start - problem.minimum)
        np.testing.assert_allclose(walk.path[t], expected, atol=1e-12)
    np.testing.assert_allclose(walk.losses, problem.loss(walk.path))
    assert (walk.steps_taken, walk.diverged) == (30, False)


def test_several_rates_at_once_are_the_single_ones() -> None:
    problem = standardized()
    rates = problem.largest_stable_rate * np.array([0.1, 0.9, 1.5, 10.0])
    together = descend(problem, start=[1.0, 1.0], rate=rates, steps=40)
    assert together.path.shape == (4, 41, 2)
    assert together.losses.shape == (4, 41)
    for i, rate in enumerate(rates):
        single = descend(problem, start=[1.0, 1.0], rate=rate, steps=40)
        np.testing.assert_array_equal(single.path, together.path[i])
        assert (single.steps_taken, single.diverged) == (together.steps_taken[i], together.diverged[i])


def test_the_largest_stable_rate_is_the_edge() -> None:
    problem = standardized()
    below, above = 0.99 * problem.largest_stable_rate, 1.01 * problem.largest_stable_rate
    walk = descend(problem, start=[1.0, 1.0], rate=[below, above], steps=4000)
    assert walk.diverged.tolist() == [False, True]
    assert walk.losses[0, -1] == pytest.approx(problem.floor)
    assert np.isfinite(steps_to(problem, start=[1.0, 1.0], rate=below))
    assert steps_to(problem, start=[1.0, 1.0], rate=above) == np.inf


def test_a_diverging_path_stops_and_says_so() -> None:
    problem = standardized()
    walk = descend(problem, start=[1.0, 1.0], rate=5 * problem.largest_stable_rate, steps=200)
    taken = int(walk.steps_taken)
    assert walk.diverged
    assert 0 < taken < 200
    assert np.isfinite(walk.path[: taken + 1]).all()
    assert np.isnan(walk.path[taken + 1 :]).all()
    assert np.nanmax(walk.losses) <= 1e12 * walk.losses[0] < np.nanmax(walk.losses) * 81.1
    huge = descend(problem, start=[1.0, 1.0], rate=1e300, steps=5)
    assert (huge.steps_taken, huge.diverged) == (0, True)


@given(st.floats(0.05, 0.95), st.floats(0.001, 0.9), st.floats(-3, 3), st.floats(-3, 3))
def test_steps_to_is_what_the_loop_counts(share: float, tolerance: float, a: float, b: float) -> None:
    problem = standardized()
    rate = share * problem.largest_stable_rate
    excess = descend(problem, start=[a, b], rate=rate, steps=300).losses - problem.floor
    counted = np.flatnonzero(excess <= tolerance * excess[0])[0]
    predicted = steps_to(problem, start=[a, b], rate=rate, tolerance=tolerance)
    if excess[0] > 1e-6:  # further down the floor's rounding decides
        assert abs(predicted - counted) <= (abs(excess[counted] / excess[0] - tolerance) < 1e-8)


def test_scale_costs_a_million_steps_on_wine() -> None:
    raw, scaled = quadratic(PAIR, TARGET), standardized()
    assert raw.condition_number == pytest.approx(2.0e6, rel=0.02)
    assert scaled.condition_number == pytest.approx(1.62, abs=0.01)
    slow = steps_to(raw, start=[0.0, 0.0], rate=raw.best_rate)
    fast = steps_to(scaled, start=[0.0, 0.0], rate=scaled.best_rate)
    assert slow > 1e6
    assert fast < 10


@pytest.mark.parametrize(
    ("name", "raw", "minmax", "standard"),
    [("wine", 1.2e7, 50, 45), ("breast cancer", 6e11, 9e4, 1e5)],
)
def test_condition_numbers_scaling_cures_scale_but_not_collinearity(
    name: str, raw: float, minmax: float, standard: float
) -> None:
    x = data.load(name).x
    assert condition_number(x) == pytest.approx(raw, rel=0.06)
    assert condition_number(MinMaxScaler().fit(x).transform(x)) == pytest.approx(minmax, rel=0.02)
    assert condition_number(StandardScaler().fit(x).transform(x)) == pytest.approx(standard, rel=0.02)


def test_condition_number_is_that_of_the_covariance() -> None:
    x = np.random.default_rng(0).normal(size=(50, 4)) * [1, 2, 3, 4]
    assert condition_number(x) == pytest.approx(np.linalg.cond(np.cov(x.T)))
    assert condition_number(np.ones((5, 2))) == np.inf
    assert condition_number(data.load("digits").x) == np.inf


def test_a_flat_direction_is_flat() -> None:
    x = np.column_stack([np.arange(5.0), np.full(5, 0.1)])
    problem = quadratic(x, np.arange(5.0))
    assert problem.condition_number == np.inf
    assert problem.eigenvalues[0] == 0
    np.testing.assert_allclose(problem.minimum, [1, 0], atol=1e-12)
    assert problem.loss([1.0, 99.0]) == pytest.approx(0, abs=1e-20)
    assert np.isfinite(steps_to(problem, start=[5.0, 5.0], rate=0.1))
    both = quadratic(np.ones((4, 2)), [0.0, 1.0, 0.0, 1.0])
    assert both.largest_stable_rate == np.inf
    assert descend(both, start=[1.0, 1.0], rate=1.0, steps=3).path[-1].tolist() == [1.0, 1.0]
    assert quadratic([[1.0, 2.0]], [3.0]).eigenvalues.tolist() == [0.0, 0.0]


def test_errors_name_the_values() -> None:
    problem = standardized()
    with pytest.raises(ValueError, match=r"\(178, 13\).*choose two features"):
        quadratic(WINE.x, TARGET)
    with pytest.raises(ValueError, match="1 values of target"):
        quadratic([[1.0, 2.0], [2.0, 1.0]], [0.0, np.nan])
    with pytest.raises(ValueError, match=r"rate=-0\.1"):
        descend(problem, start=[0.0, 0.0], rate=-0.1, steps=3)
    with pytest.raises(ValueError, match="steps=0"):
        descend(problem, start=[0.0, 0.0], rate=0.1, steps=0)
    with pytest.raises(ValueError, match=r"start=\[0\.0\]"):
        steps_to(problem, start=[0.0], rate=0.1)
    with pytest.raises(ValueError, match=r"tolerance=1\.5"):
        steps_to(problem, start=[0.0, 0.0], rate=0.1, tolerance=1.5)
