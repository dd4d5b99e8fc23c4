"""What leaks and what does not, on real data; scores and shares against scikit-learn and theory."""

import numpy as np
import pytest
from sklearn.feature_selection import f_classif
from sklearn.neighbors import KNeighborsClassifier
from sklearn.preprocessing import MinMaxScaler as ScikitMinMaxScaler

from normlib import data
from normlib.leakage import anova_f, outside_share, scaler_leak, selection_leak
from normlib.scalers import MinMaxScaler, StandardScaler
from normlib.splits import stratified_split

WINE = data.load("wine")


@pytest.mark.parametrize("name", ["wine", "breast cancer"])
@pytest.mark.parametrize("scaler", [MinMaxScaler(), StandardScaler()])
def test_a_scaler_leaks_next_to_nothing_at_120_rows(name: str, scaler: StandardScaler | MinMaxScaler) -> None:
    dataset = data.load(name)
    leak = scaler_leak(dataset.x, dataset.y, scaler=scaler, train_rows=120)
    assert leak.honest.shape == leak.difference.shape == (200,)
    assert leak.honest.mean() == pytest.approx(0.955, abs=0.015)
    assert -0.01 < leak.interval.low <= leak.interval.mean <= leak.interval.high < 0.01
    assert leak.cautious.low < 0 < leak.cautious.high
    assert leak.interval.mean == pytest.approx(leak.difference.mean())


def test_a_minmax_range_from_twenty_rows_is_bettered_by_seeing_all() -> None:
    cancer = data.load("breast cancer")
    leak = scaler_leak(cancer.x, cancer.y, scaler=MinMaxScaler(), train_rows=20)
    assert 0.005 < leak.interval.mean < 0.025
    assert leak.outside == pytest.approx(2 / 21, abs=0.01)


def test_each_split_is_what_scikit_learn_finds() -> None:
    leak = scaler_leak(WINE.x, WINE.y, scaler=MinMaxScaler(), train_rows=90, splits=3, seed=7)
    rng = np.random.default_rng(7)
    for split in range(3):
        train, test = stratified_split(WINE.y, 90, rng)
        for fit_on, got in ((train, leak.honest), (np.arange(178), leak.leaking)):
            scaler = ScikitMinMaxScaler().fit(WINE.x[fit_on])
            peer = KNeighborsClassifier().fit(scaler.transform(WINE.x[train]), WINE.y[train])
            assert got[split] == pytest.approx(peer.score(scaler.transform(WINE.x[test]), WINE.y[test]))


def test_selecting_features_with_the_test_labels_invents_accuracy() -> None:
    leak = selection_leak(WINE.x, WINE.y, noise_features=500, keep=10, train_rows=120, splits=100)
    assert leak.chance == pytest.approx(0.342, abs=0.001)
    assert leak.shuffled.honest.mean() == pytest.approx(leak.chance, abs=0.03)
    assert leak.shuffled.interval.low > 0.08
    assert 0 < leak.real.interval.mean < 0.01
    assert leak.real.honest.mean() > 0.94


def test_without_a_choice_a_selection_cannot_leak() -> None:
    leak = selection_leak(WINE.x, WINE.y, noise_features=0, keep=13, train_rows=100, splits=5)
    assert not leak.real.difference.any()
    assert not leak.shuffled.difference.any()


def test_seeds_repeat() -> None:
    a, b, c = (
        selection_leak(WINE.x, WINE.y, noise_features=20, train_rows=60, splits=10, seed=s).shuffled.honest
        for s in (1, 1, 2)
    )
    assert np.array_equal(a, b)
    assert not np.array_equal(a, c)


def test_f_statistic_is_that_of_scikit_learn() -> None:
    for dataset in (WINE, data.load("breast cancer")):
        np.testing.assert_allclose(anova_f(dataset.x, dataset.y), f_classif(dataset.x, dataset.y)[0], rtol=1e-8)
    x = np.array([[1e9, 0.1, 0.0], [1e9 + 1, 0.1, 0.0], [1e9 + 2, 0.1, 1.0], [1e9 + 3, 0.1, 1.0]])
    assert anova_f(x, np.array([0, 0, 2, 2])).tolist() == [8.0, 0.0, np.inf]


def test_unseen_values_leave_the_range_as_often_as_theory_says() -> None:
    x = np.random.default_rng(0).standard_cauchy(size=(400, 20))
    curve = outside_share(x, [1, 2, 5, 20, 100, 300])
    np.testing.assert_allclose(curve.expected, [1, 2 / 3, 1 / 3, 2 / 21, 2 / 101, 2 / 301])
    np.testing.assert_allclose(curve.share, curve.expected, rtol=0.06)
    assert (curve.low <= curve.share).all()
    assert (curve.share <= curve.high).all()


def test_ties_only_lower_the_share_on_wine() -> None:
    curve = outside_share(WINE.x, [20, 124])
    assert curve.share[1] == pytest.approx(0.016, abs=0.002)
    assert (curve.share < curve.expected * 1.02).all()


def test_missing_values_are_neither_inside_nor_outside() -> None:
    x = np.column_stack([np.arange(50.0), np.full(50, np.nan)])
    alone = outside_share(x[:, :1], 10, splits=20).share
    assert outside_share(x, 10, splits=20).share == pytest.approx(alone)


def test_errors_name_the_values() -> None:
    with pytest.raises(ValueError, match="train_rows=178 of 178 samples leaves none to test"):
        scaler_leak(WINE.x, WINE.y, scaler=StandardScaler(), train_rows=178)
    with pytest.raises(ValueError, match="neighbours=5 cannot vote among 3"):
        scaler_leak(WINE.x, WINE.y, scaler=StandardScaler(), train_rows=3)
    with pytest.raises(ValueError, match="splits=1"):
        scaler_leak(WINE.x, WINE.y, scaler=StandardScaler(), train_rows=100, splits=1)
    with pytest.raises(ValueError, match=r"keep=40 of 33 columns \(13 real and 20 noise\)"):
        selection_leak(WINE.x, WINE.y, noise_features=20, keep=40, train_rows=100)
    with pytest.raises(ValueError, match="noise_features=-1"):
        selection_leak(WINE.x, WINE.y, noise_features=-1, train_rows=100)
    with pytest.raises(ValueError, match=r"train_rows=\[0, 5\] must be whole numbers from 1 to 177"):
        outside_share(WINE.x, [0, 5])
