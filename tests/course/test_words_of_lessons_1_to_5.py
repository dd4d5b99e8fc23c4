"""What lessons 1 to 5 say in words, and the options that they mark, hold for the numbers that they show."""

import re
from pathlib import Path

import numpy as np
import pytest
from sklearn.datasets import load_digits, load_wine
from sklearn.preprocessing import RobustScaler, StandardScaler

from normlib.course.blocks import Code
from normlib.course.reader import read_lesson
from normlib.course.values import evaluate

LESSONS = Path(__file__).parents[2] / "lessons"


def number(call: str) -> float:
    return evaluate(call).number


def interval(call: str) -> tuple[float, float]:
    """The ends of the interval, as the lesson shows them."""
    low, high = re.search(r"interval (\S+) to ([^)]+)\)", evaluate(call).text).groups()
    return float(low.replace("−", "-")), float(high.replace("−", "-"))


def test_the_middle_wine_lands_below_the_middle_of_the_range():
    assert number("feature_measure(data=wine, feature=proline, of=median, scaler=minmax)") < 0.4


def test_standardizing_makes_the_vote_much_better_on_wines_and_worse_on_digits():
    assert interval("knn_gain(data=wine, scaler=standard)")[0] > 10
    assert interval("knn_gain(data=breast cancer, scaler=standard)")[0] > 0
    assert interval("knn_gain(data=digits, scaler=standard)")[1] < 0
    assert interval("knn_gain(data=digits, scaler=robust)")[1] < interval("knn_gain(data=digits, scaler=standard)")[0]


def test_without_rare_pixels_the_loss_on_digits_can_no_longer_be_told_from_none():
    low, high = interval("knn_gain(data=digits, scaler=standard, inked=0.1)")
    assert low < 0 < high


def test_shares_of_the_distance_are_equal_after_standardizing_and_only_there():
    features = ("alcohol", "magnesium", "hue", "proline")
    for scaler in ("none", "minmax", "standard", "robust", "maxabs"):
        shares = [number(f"distance_share(data=wine, feature={one}, scaler={scaler})") for one in features]
        assert (np.ptp(shares) < 1e-9) == (scaler == "standard")


def test_after_a_hundred_raw_steps_one_weight_has_arrived_and_the_other_has_hardly_left():
    assert number("way_gone(data=wine, first=proline, second=hue)") < 0.001
    assert number("way_gone(data=wine, first=hue, second=proline)") > 0.9
    assert number("steps_needed(data=wine, first=proline, second=hue)") > 100_000
    assert number("steps_needed(data=wine, first=proline, second=hue, scaler=standard)") < 10


def test_scaling_leaves_the_condition_number_of_collinear_features_large():
    assert number("condition_number(data=wine, scaler=standard)") < 100
    assert number("condition_number(data=breast cancer, scaler=standard)") > 10_000


def test_one_outlier_leaves_less_than_half_of_the_range_and_robust_scaling_keeps_most():
    kept = {
        scaler: number(f"spread_kept(data=wine, feature=proline, scaler={scaler}, outlier=10)")
        for scaler in ("minmax", "standard", "robust", "maxabs")
    }
    assert kept["minmax"] < 0.5
    assert max(kept, key=kept.__getitem__) == "robust"
    assert kept["minmax"] < kept["maxabs"] < kept["standard"] < kept["robust"]


def test_the_others_begin_to_move_where_the_outlier_overtakes_the_richest_wine():
    richest = number("feature_measure(data=wine, feature=proline, of=largest, scaler=standard)")
    call = "spread_kept(data=wine, feature=proline, scaler=minmax, outlier={})"
    assert number(call.format(richest - 0.01)) == pytest.approx(1)
    assert number(call.format(richest + 0.05)) < 1


def test_standardizing_keeps_the_shape_that_a_logarithm_bends():
    asked = "data=breast cancer, feature=area error"
    for of in ("skewness", "kurtosis"):
        raw, scaled = (number(f"feature_measure({asked}, of={of}, scaler={one})") for one in ("none", "standard"))
        assert raw == pytest.approx(scaled)
    assert 0 < number(f"log_skewness({asked})") < 0.2 * number(f"feature_measure({asked}, of=skewness)")


def test_one_faint_dot_outweighs_all_other_pixels_of_its_image():
    x = load_digits().data
    image = int(np.flatnonzero(x[:, 56])[0])
    squares = np.square(StandardScaler().fit_transform(x)[image])
    assert squares[56] > squares.sum() - squares[56]


def test_pixels_without_spread_for_robust_scaling_are_empty_in_more_than_three_quarters():
    x = load_digits().data
    quartiles = np.percentile(x, [25, 75], axis=0)
    assert ((np.ptp(quartiles, axis=0) == 0) == ((x == 0).mean(axis=0) > 0.75)).all()


def test_a_thousand_becomes_498_and_a_half_and_four_a_half():
    x = np.array([[1.0], [2.0], [3.0], [4.0], [1000.0]])
    assert RobustScaler().fit_transform(x)[:, 0].tolist() == [-1, -0.5, 0, 0.5, 498.5]


def test_the_scaler_leaks_less_than_a_point_and_twenty_rows_leak_something():
    low, high = interval("scaler_leak(data=wine, scaler=standard, train_rows=120)")
    assert -1 < low < 0 < high < 1
    assert 0 < interval("scaler_leak(data=wine, scaler=minmax, train_rows=20)")[0] < 1


def test_a_selection_that_saw_the_test_rows_beats_chance_on_labels_that_mean_nothing():
    shown = "data=wine, train_rows=120, labels=shuffled"
    assert number(f"selection_accuracy({shown}, saw=training rows)") == pytest.approx(
        number("chance(data=wine)"), abs=0.02
    )
    assert number(f"selection_accuracy({shown}, saw=all rows)") > number("chance(data=wine)") + 0.05
    assert interval(f"selection_leak({shown})")[0] > 5


def test_the_program_of_lesson_5_runs_and_fits_on_the_training_rows():
    file = LESSONS / "05-outliers-constants-leakage.md"
    lesson = read_lesson(file.read_text(encoding="utf-8"), file.name)
    (program,) = [block.text for block in lesson.blocks() if isinstance(block, Code)]
    made: dict[str, np.ndarray] = {}
    exec(program, made)  # noqa: S102 - our own lesson
    assert len(made["x_train"]) + len(made["x_test"]) == len(load_wine().data)
    assert np.abs(made["x_train"].mean(axis=0)).max() < 1e-12
    assert np.abs(made["x_test"].mean(axis=0)).max() > 0.05
