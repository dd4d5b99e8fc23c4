"""Numbers about leaks, against scikit-learn's splits, selection and neighbours, and the law of order."""

import numpy as np
import pytest
from sklearn.datasets import load_wine
from sklearn.feature_selection import SelectKBest
from sklearn.model_selection import train_test_split
from sklearn.neighbors import KNeighborsClassifier
from sklearn.preprocessing import StandardScaler

from normlib.course.values import ValueCallError, evaluate


def number(call: str) -> float:
    return evaluate(call).number


def score(train, test, y_train, y_test):
    scaler = StandardScaler().fit(train)
    return KNeighborsClassifier(5).fit(scaler.transform(train), y_train).score(scaler.transform(test), y_test)


def test_a_selection_by_shuffled_labels_invents_about_ten_points_in_scikit_learn_too():
    known, rng = load_wine(), np.random.default_rng(5)
    honest, leaking = [], []
    for _ in range(40):
        x = np.hstack([known.data, rng.standard_normal((178, 300))])
        y = rng.permutation(known.target)
        parts = train_test_split(x, y, train_size=120, stratify=y, random_state=int(rng.integers(1e6)))
        train, test, y_train, y_test = parts
        for scores, seen in ((honest, (train, y_train)), (leaking, (x, y))):
            keep = SelectKBest(k=10).fit(*seen).get_support()
            scores.append(score(train[:, keep], test[:, keep], y_train, y_test))
    shown = "data=wine, train_rows=120, labels=shuffled"
    assert number(f"selection_accuracy({shown}, saw=training rows)") == pytest.approx(np.mean(honest), abs=0.04)
    assert number(f"selection_accuracy({shown}, saw=all rows)") == pytest.approx(np.mean(leaking), abs=0.04)
    assert number(f"selection_leak({shown})") == pytest.approx(
        100
        * (
            number(f"selection_accuracy({shown}, saw=all rows)")
            - number("selection_accuracy(" + shown + ", saw=training rows)")
        )
    )


def test_a_scaler_leaks_less_than_a_point_and_a_selection_by_true_labels_little_more():
    scaler = evaluate("scaler_leak(data=wine, scaler=standard, train_rows=120)")
    assert abs(scaler.number) < 0.5
    low, high = scaler.text.replace("\xa0", " ").replace("−", "-").split("interval ")[1].rstrip(")").split(" to ")
    assert float(low) < 0 < float(high) < 1
    assert 0 < number("selection_leak(data=wine, train_rows=120)") < 3


def test_twenty_rows_leave_a_min_max_scaler_something_to_leak():
    shown = evaluate("scaler_leak(data=wine, scaler=minmax, train_rows=20)").text
    assert float(shown.split("interval ")[1].split(" to ")[0].replace("−", "-")) > 0


def test_chance_is_guessing_as_often_as_a_class_occurs():
    shares = np.bincount(load_wine().target) / 178
    assert number("chance(data=wine)") == pytest.approx(np.square(shares).sum())


@pytest.mark.parametrize("train_rows", [20, 120])
def test_unseen_values_leave_the_range_as_often_as_order_says(train_rows):
    x, rng = load_wine().data, np.random.default_rng(3)
    outside = []
    for _ in range(300):
        train, test = np.split(rng.permutation(x), [train_rows])
        outside.append(np.mean((test < train.min(axis=0)) | (test > train.max(axis=0))))
    found = number(f"outside_range(data=wine, train_rows={train_rows})")
    assert found == pytest.approx(np.mean(outside), rel=0.1)
    assert 0.8 * 2 / (train_rows + 1) < found <= 2 / (train_rows + 1)


def test_more_training_rows_than_there_are_is_answered_with_both_numbers():
    with pytest.raises(ValueCallError, match="178"):
        evaluate("outside_range(data=wine, train_rows=178)")
