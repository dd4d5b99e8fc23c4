"""Numbers about descent and least squares, against plain NumPy and scikit-learn."""

import numpy as np
import pytest
from sklearn.datasets import load_breast_cancer, load_wine
from sklearn.linear_model import LinearRegression
from sklearn.preprocessing import MinMaxScaler, StandardScaler

from normlib.course.values import ValueCallError, evaluate

MADE = {"minmax": MinMaxScaler, "standard": StandardScaler}
PAIR = "data=wine, first=proline, second=hue"


def number(call: str) -> float:
    return evaluate(call).number


def scaled(x, scaler):
    return MADE[scaler]().fit_transform(x) if scaler in MADE else x


def pair(scaler):
    """Proline and hue, centred, and whether a wine is of the first class."""
    known = load_wine()
    x = scaled(known.data[:, [12, 10]], scaler)
    target = (known.target == 0).astype(float)
    return x - x.mean(axis=0), target - target.mean()


@pytest.mark.parametrize("scaler", ["none", "minmax", "standard"])
@pytest.mark.parametrize(("name", "loader"), [("wine", load_wine), ("breast cancer", load_breast_cancer)])
def test_condition_numbers_agree_with_numpy(name, loader, scaler):
    x = scaled(loader().data, scaler)
    expected = np.linalg.cond(x - x.mean(axis=0)) ** 2
    assert number(f"condition_number(data={name}, scaler={scaler})") == pytest.approx(expected, rel=1e-6)


@pytest.mark.parametrize("scaler", ["none", "standard"])
def test_the_fewest_steps_are_enough_at_one_step_size_and_one_step_less_at_none(scaler):
    x, target = pair(scaler)
    hessian = 2 * x.T @ x / len(x)
    curvature, directions = np.linalg.eigh(hessian)
    assert number(f"pair_condition({PAIR}, scaler={scaler})") == pytest.approx(curvature[1] / curvature[0], rel=1e-6)
    start = directions.T @ np.linalg.lstsq(x, target, rcond=None)[0]
    rates = 2 / curvature[1] * np.linspace(0.0005, 0.9995, 2000)

    def left(steps):
        share = np.abs(1 - rates[:, None] * curvature) ** (2 * steps)
        return (share * curvature * start**2).sum(axis=1) / (curvature * start**2).sum()

    fewest = number(f"steps_needed({PAIR}, scaler={scaler})")
    assert left(fewest).min() <= 0.01 < left(fewest - 1).min()


@pytest.mark.parametrize("scaler", ["none", "standard"])
def test_the_way_of_a_weight_is_what_a_loop_of_plain_steps_comes_to(scaler):
    x, target = pair(scaler)
    weights, rate = np.zeros(2), 0.9 * 2 / np.linalg.eigvalsh(2 * x.T @ x / len(x))[1]
    for _ in range(100):
        weights -= rate * 2 * x.T @ (x @ weights - target) / len(x)
    best = LinearRegression(fit_intercept=False).fit(x, target).coef_
    assert number(f"way_gone({PAIR}, scaler={scaler})") == pytest.approx(weights[1] / best[1], rel=1e-4)


def test_least_squares_predicts_the_same_as_scikit_learn_finds_too():
    x = load_wine().data
    others, target = np.delete(x, 0, axis=1), x[:, 0]
    raw, standard = (
        LinearRegression().fit(z, target).predict(z) for z in (others, StandardScaler().fit_transform(others))
    )
    assert np.abs(raw - standard).max() < 1e-10
    assert 0 < number("prediction_change(data=wine, target=alcohol, scaler=standard)") < 1e-10


def test_a_feature_that_is_not_there_is_named():
    with pytest.raises(ValueCallError, match="wine has no feature “price”"):
        evaluate("steps_needed(data=wine, first=proline, second=price)")
