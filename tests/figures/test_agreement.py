import numpy as np
import pytest

from normlib.figures.agreement import agreement, weight_bars
from normlib.figures.look import SCALERS
from tests.figures.drawn import check_figure

RAW = np.array([12.9, 13.4, 11.8, 14.1])


def test_points_are_the_pairs_and_the_line_is_the_diagonal():
    scaled = RAW + 0.01
    made = agreement(RAW, scaled, SCALERS["robust"], ("raw, % vol", "scaled"), ("raw", "scaled"))
    check_figure(made)
    diagonal, points = made["data"]
    np.testing.assert_array_equal(diagonal["x"], diagonal["y"])
    np.testing.assert_array_equal(points["x"], RAW)
    np.testing.assert_array_equal(points["y"], scaled)
    assert points["marker"]["color"] == SCALERS["robust"].color
    for axis in ("xaxis", "yaxis"):
        low, high = made["layout"][axis]["range"]
        assert low < RAW.min()
        assert scaled.max() < high


def test_equal_predictions_still_have_an_axis():
    made = agreement(np.full(3, 2.0), np.full(3, 2.0), SCALERS["robust"], ("raw", "scaled"), ("raw", "scaled"))
    check_figure(made)
    low, high = made["layout"]["xaxis"]["range"]
    assert low < 2 < high


def test_weights_are_drawn_by_their_size_and_zero_has_none():
    raw, scaled = np.array([-0.002, 3.0, 0.0]), np.array([1.5, -2.0, 0.0])
    made, narrow = weight_bars(("proline", "hue", "ash"), raw, scaled, SCALERS["standard"])
    check_figure(made, narrow)
    before, after = made["data"]
    np.testing.assert_array_equal(before["x"], [0.002, 3.0, np.nan])
    np.testing.assert_array_equal(after["x"], [1.5, 2.0, np.nan])
    assert np.all(before["y"] != after["y"])
    assert made["layout"]["xaxis"]["type"] == "log"
    assert made["layout"]["yaxis"]["ticktext"] == ["proline", "hue", "ash"]
    assert [before["marker"]["color"], after["marker"]["color"]] == [SCALERS["none"].color, SCALERS["standard"].color]
    assert after["y"] == pytest.approx(np.round(before["y"]) + 0.14)
