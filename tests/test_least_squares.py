"""Least squares against scikit-learn; its predictions do not care about scale, ridge regression's do."""

from typing import Any

import numpy as np
import pytest
from sklearn.linear_model import LinearRegression, Ridge

from normlib import data
from normlib.least_squares import fit_line, prediction_change
from normlib.scalers import MaxAbsScaler, MinMaxScaler, RobustScaler, StandardScaler

SCALERS = [MinMaxScaler(), StandardScaler(), RobustScaler(), MaxAbsScaler()]


@pytest.mark.parametrize("name", ["wine", "breast cancer"])
def test_fit_is_that_of_scikit_learn(name: str) -> None:
    dataset = data.load(name)
    target = np.eye(len(dataset.classes))[dataset.y]
    fit, peer = fit_line(dataset.x, target), LinearRegression().fit(dataset.x, target)
    np.testing.assert_allclose(fit.predict(dataset.x), peer.predict(dataset.x), atol=1e-9)
    assert fit.rank == dataset.x.shape[1]


@pytest.mark.parametrize("scaler", SCALERS)
@pytest.mark.parametrize("name", ["wine", "breast cancer", "digits"])
def test_scaling_changes_no_prediction(name: str, scaler: Any) -> None:
    dataset = data.load(name)
    change = prediction_change(dataset.x, np.eye(len(dataset.classes))[dataset.y], scaler)
    assert change.absolute < 1e-13
    assert change.relative == pytest.approx(change.absolute / np.ptp(change.raw))
    assert change.raw.shape == change.scaled.shape == (len(dataset.x), len(dataset.classes))


def test_a_penalty_on_the_weights_does_care() -> None:
    wine = data.load("wine")
    z = StandardScaler().fit(wine.x).transform(wine.x)
    raw, scaled = (Ridge(10).fit(x, wine.y).predict(x) for x in (wine.x, z))
    assert np.abs(raw - scaled).max() > 0.1


def test_units_twenty_digits_apart_do_not_hurt() -> None:
    rng = np.random.default_rng(0)
    x = rng.normal(size=(40, 3))
    target = x @ [1.0, 2.0, 3.0] + 5
    fit = fit_line(x * [1e-10, 1.0, 1e10], target)
    np.testing.assert_allclose(fit.weights[:, 0] * [1e-10, 1.0, 1e10], [1, 2, 3], rtol=1e-12)


def test_constant_and_collinear_features() -> None:
    x = np.column_stack([np.arange(6.0), 2 * np.arange(6.0), np.full(6, 0.1)])
    fit = fit_line(x, np.arange(6.0))
    assert fit.rank == 1
    assert fit.weights[2, 0] == 0
    np.testing.assert_allclose(fit.predict(x)[:, 0], np.arange(6.0), atol=1e-12)
    assert prediction_change(np.ones((3, 1)), [1.0, 2.0, 3.0], StandardScaler()).relative == 0


def test_errors_name_the_counts() -> None:
    with pytest.raises(ValueError, match="3 samples and 2 targets"):
        fit_line([[1.0], [2.0], [3.0]], [1.0, 2.0])
    with pytest.raises(ValueError, match="x has 2 features, but 1 were fitted"):
        fit_line([[1.0], [2.0]], [1.0, 2.0]).predict([[1.0, 2.0]])
