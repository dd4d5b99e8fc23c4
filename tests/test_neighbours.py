"""The neighbours' vote, against scikit-learn and against distances written out; accuracies on real data."""

from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from sklearn.model_selection import RepeatedStratifiedKFold, cross_val_score
from sklearn.neighbors import KNeighborsClassifier
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler as ScikitStandardScaler

from normlib import data
from normlib.neighbours import nearest_vote, neighbour_accuracy, paired_difference
from normlib.scalers import MinMaxScaler, RobustScaler, StandardScaler
from normlib.splits import stratified_folds


def vote_by_the_book(train: np.ndarray, labels: np.ndarray, query: np.ndarray, k: int) -> np.ndarray:
    distance = np.square(query[:, None, :] - train[None, :, :]).sum(axis=-1)
    nearest = np.argsort(distance, axis=1, kind="stable")[:, :k]
    return np.array([np.bincount(labels[row]).argmax() for row in nearest])


@pytest.mark.parametrize("name", ["wine", "breast cancer", "digits"])
@pytest.mark.parametrize("scaler", [None, MinMaxScaler(), StandardScaler(), RobustScaler()])
def test_predictions_are_those_of_scikit_learn(name: str, scaler: Any) -> None:
    dataset = data.load(name)
    for fold in stratified_folds(dataset.y, repeats=1)[0][None] == np.arange(2)[:, None]:
        train, test = dataset.x[~fold], dataset.x[fold]
        if scaler is not None:
            fitted = scaler.fit(train)
            train, test = fitted.transform(train), fitted.transform(test)
        peer = KNeighborsClassifier(5, algorithm="brute").fit(train, dataset.y[~fold])
        differ = nearest_vote(train, dataset.y[~fold], test) != peer.predict(test)
        # Whole-number pixels have exact ties, where scikit-learn promises no order.
        distances = np.sort(np.square(test[differ, None] - train).sum(axis=-1), axis=1)
        assert (distances[:, 4] == distances[:, 5]).all()
        assert differ.sum() <= (2 if name == "digits" and scaler is None else 0)


@given(
    arrays(np.float64, (12, 2), elements=st.integers(-3, 3).map(float)),
    arrays(np.int64, 12, elements=st.integers(0, 2)).filter(lambda y: len(set(y)) > 1),
    st.integers(1, 12),
    st.integers(-(2**30), 2**30),
)
def test_ties_are_settled_by_row_and_by_class_wherever_the_data_lie(
    x: np.ndarray, y: np.ndarray, k: int, shift: int
) -> None:
    query = np.random.default_rng(0).integers(-3, 4, (20, 2)).astype(float)
    expected = vote_by_the_book(x, y, query, k)
    assert np.array_equal(nearest_vote(x, y, query, neighbours=k), expected)
    assert np.array_equal(nearest_vote(x + shift, y, query + shift, neighbours=k), expected)


def test_small_differences_count_on_top_of_a_large_mean() -> None:
    rng = np.random.default_rng(0)
    x, y = rng.normal(size=(60, 3)), np.arange(60) % 3
    far = 1e6 + 1e-4 * x
    assert np.array_equal(nearest_vote(far[:40], y[:40], far[40:]), vote_by_the_book(x[:40], y[:40], x[40:], 5))


@pytest.mark.parametrize("size", [1e-170, 1e170, 1e308])
def test_squares_neither_vanish_nor_overflow(size: float) -> None:
    x = np.array([[-1.0], [-0.9], [0.8], [1.0]]) * size
    assert nearest_vote(x, [0, 0, 1, 1], x * 0.95, neighbours=1).tolist() == [0, 0, 1, 1]


@pytest.mark.parametrize(
    ("name", "raw", "standardized"),
    [("wine", 0.702, 0.962), ("breast cancer", 0.931, 0.966), ("digits", 0.986, 0.976)],
)
def test_accuracies_on_real_data(name: str, raw: float, standardized: float) -> None:
    dataset = data.load(name)
    before = neighbour_accuracy(dataset.x, dataset.y, None)
    after = neighbour_accuracy(dataset.x, dataset.y, StandardScaler())
    assert before.accuracies.shape == after.accuracies.shape == (10, 5)
    assert before.mean == pytest.approx(raw, abs=0.01)
    assert after.mean == pytest.approx(standardized, abs=0.005)
    assert 0 <= after.interval.low < after.mean < after.interval.high <= 1
    difference = paired_difference(before, after)
    assert difference.mean == pytest.approx(after.mean - before.mean)
    assert (difference.high < 0) if name == "digits" else (difference.low > 0)


def test_cross_validation_agrees_with_scikit_learn_on_other_random_folds() -> None:
    wine = data.load("wine")
    model = make_pipeline(ScikitStandardScaler(), KNeighborsClassifier())
    peer = cross_val_score(model, wine.x, wine.y, cv=RepeatedStratifiedKFold(n_splits=5, n_repeats=10, random_state=0))
    assert neighbour_accuracy(wine.x, wine.y, StandardScaler()).mean == pytest.approx(peer.mean(), abs=0.01)


def test_the_scaler_never_sees_a_test_row() -> None:
    class Recorder:
        def __init__(self) -> None:
            self.fitted_on: list[np.ndarray] = []

        def fit(self, x: np.ndarray) -> Any:
            self.fitted_on.append(x[:, 0])
            return StandardScaler().fit(x)

    x, y = np.column_stack([np.arange(30.0), np.ones(30)]), np.arange(30) % 2
    recorder = Recorder()
    neighbour_accuracy(x, y, recorder, folds=3, repeats=2, seed=5)
    folds = stratified_folds(y, folds=3, repeats=2, seed=5)
    expected = [np.flatnonzero(fold != k).tolist() for fold in folds for k in range(3)]
    assert [rows.tolist() for rows in recorder.fitted_on] == expected


def test_labels_may_be_text_and_order_of_features_does_not_matter() -> None:
    wine = data.load("wine")
    names = np.array(wine.classes)[wine.y]
    a = neighbour_accuracy(wine.x, wine.y, None, repeats=2)
    b = neighbour_accuracy(wine.x[:, ::-1], names, None, repeats=2)
    assert np.array_equal(a.accuracies, b.accuracies)


def test_errors_name_the_values() -> None:
    x, y = np.arange(8.0).reshape(4, 2), [0, 0, 1, 1]
    with pytest.raises(ValueError, match=r"neighbours=5 cannot vote among 4 .* use 1 to 4"):
        nearest_vote(x, y, x)
    with pytest.raises(ValueError, match="train has 2 features and query has 1"):
        nearest_vote(x, y, x[:, :1])
    with pytest.raises(ValueError, match=r"labels has shape \(3,\), but there are 4"):
        nearest_vote(x, y[:3], x)
    with pytest.raises(ValueError, match=r"x\[1, 1\] is nan"):
        neighbour_accuracy([[1.0, 2.0], [3.0, np.nan]], [0, 1], None)
    with pytest.raises(ValueError, match=r"\(1, 2\) and \(2, 2\) repeats and folds"):
        paired_difference(*(neighbour_accuracy(x, y, None, neighbours=1, folds=2, repeats=r) for r in (1, 2)))
