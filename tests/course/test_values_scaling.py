"""Numbers about distances and votes, against plain NumPy and scikit-learn's own neighbours and folds."""

import ast
from collections import Counter
from pathlib import Path

import numpy as np
import pytest
from sklearn.datasets import load_breast_cancer, load_digits, load_wine
from sklearn.model_selection import RepeatedStratifiedKFold, cross_val_score
from sklearn.neighbors import KNeighborsClassifier
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import RobustScaler, StandardScaler

import normlib.course.values
from normlib.course.values import ValueCallError, evaluate, names


def number(call: str) -> float:
    return evaluate(call).number


def vote(x, y, *scalers, repeats=1):
    model = make_pipeline(*scalers, KNeighborsClassifier(5))
    return cross_val_score(
        model, x, y, cv=RepeatedStratifiedKFold(n_splits=5, n_repeats=repeats, random_state=1)
    ).mean()


@pytest.mark.parametrize("name", ["wine", "breast cancer", "digits"])
def test_rows_are_counted(name):
    known = {"wine": load_wine, "breast cancer": load_breast_cancer, "digits": load_digits}[name]()
    found = evaluate(f"rows(data={name})")
    assert found.number == len(known.data)
    assert found.text == f"{len(known.data):,}"


def test_the_share_of_a_distance_is_that_of_all_pairs():
    x = load_wine().data
    pairs = np.square(x[:, None] - x[None]).sum(axis=(0, 1))
    assert number("distance_share(data=wine, feature=proline)") == pytest.approx(pairs[-1] / pairs.sum())
    assert number("distance_share(data=wine, feature=hue, scaler=standard)") == pytest.approx(1 / 13)


@pytest.mark.parametrize(
    ("name", "scaler", "within"),
    [
        ("wine", "none", 0.02),
        ("wine", "standard", 0.02),
        ("breast cancer", "standard", 0.02),
        ("digits", "robust", 0.02),
    ],
)
def test_the_vote_agrees_with_scikit_learn_on_folds_of_its_own(name, scaler, within):
    known = {"wine": load_wine, "breast cancer": load_breast_cancer, "digits": load_digits}[name]()
    made = {"none": [], "standard": [StandardScaler()], "robust": [RobustScaler()]}[scaler]
    repeats = {"wine": 10, "breast cancer": 3, "digits": 1}[name]
    expected = vote(known.data, known.target, *made, repeats=repeats)
    assert number(f"knn_accuracy(data={name}, scaler={scaler})") == pytest.approx(expected, abs=within)


def test_a_gain_is_the_difference_of_two_accuracies_and_says_how_sure_it_is():
    gain = evaluate("knn_gain(data=digits, scaler=standard)")
    raw, scaled = (number(f"knn_accuracy(data=digits, scaler={one})") for one in ("none", "standard"))
    assert gain.number == pytest.approx(100 * (scaled - raw))
    assert gain.text.replace("\xa0", " ").startswith(f"−{abs(gain.number):.1f} points (95 % interval −")
    known = load_digits()
    fresh = vote(known.data, known.target, StandardScaler()) - vote(known.data, known.target)
    assert gain.number == pytest.approx(100 * fresh, abs=0.6)


def test_rarely_inked_pixels_explain_part_of_the_loss_on_digits():
    known = load_digits()
    kept = (known.data > 0).mean(axis=0) > 0.1
    assert number("inked_features(data=digits, inked=0.1)") == kept.sum()
    x = known.data[:, kept]
    fresh = vote(x, known.target, StandardScaler()) - vote(x, known.target)
    found = number("knn_gain(data=digits, scaler=standard, inked=0.1)")
    assert found == pytest.approx(100 * fresh, abs=0.6)
    assert number("knn_gain(data=digits, scaler=standard)") < found < 0


@pytest.mark.parametrize(
    ("call", "says"),
    [
        ("distance_share(data=wine, feature=prolin)", "wine has no feature “prolin”; it has alcohol"),
        ("inked_features(data=digits, inked=1.0)", "inked is 1, but it is a share"),
        ("inked_features(data=wine, inked=-0.5)", "inked is -0.5"),
    ],
)
def test_a_call_that_asks_for_what_there_is_not_is_told(call, says):
    with pytest.raises(ValueCallError, match=says):
        evaluate(call)


def test_no_two_topics_offer_a_number_under_one_name():
    offered = Counter(
        node.name
        for file in Path(normlib.course.values.__file__).parent.glob("*.py")
        for node in ast.parse(file.read_text(encoding="utf-8")).body
        if isinstance(node, ast.FunctionDef) and any(ast.unparse(one) == "value" for one in node.decorator_list)
    )
    assert [name for name, times in offered.items() if times > 1] == []
    assert set(offered) == {call.split("(")[0] for call in names()}
