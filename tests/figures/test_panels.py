import numpy as np
import pytest

from normlib.figures.look import METHODS
from normlib.figures.panels import Curve, Panel, panels, theory
from tests.figures.drawn import check_figure, check_frames

X = np.arange(1.0, 5.0)
MOVING = np.arange(12.0).reshape(3, 4) + 1
MOVING[0, 3] = np.nan


def made(at):
    left = Panel(
        [Curve(METHODS["batch"], X, MOVING, (MOVING - 0.5, MOVING + 0.5)), Curve(theory("law"), X, 1 / X)],
        {"type": "log"},
        {"type": "log"},
    )
    rings = np.array([[1.0], [2.0], [3.0]]), np.array([[5.0], [6.0], [7.0]])
    right = Panel([Curve(METHODS["batch"], X, 2 * X, (X, 3 * X)), Curve(METHODS["none"], X, X, (X, X))], {}, {}, rings)
    return panels(left, right, at)


def test_the_figure_is_one_that_plotly_draws_at_every_position():
    for at in range(3):
        drawn = made(at)
        check_figure(drawn.figure, {path: value for path, value in drawn.narrow.items() if path != "height"})
    check_frames(lambda at: made(at).figure, made(0).moving, 3)


def test_a_curve_moves_only_if_it_has_a_row_for_every_position():
    drawn = made(1)
    names = {(drawn.figure["data"][trace]["name"], path) for trace, path in drawn.moving}
    assert names == {("Batch, interval", "y"), ("Batch", "y"), ("the dial", "x"), ("the dial", "y")}


def test_each_interval_is_a_line_from_its_lower_to_its_upper_end():
    bars = made(2).figure["data"][0]
    assert bars["x"].tolist() == np.repeat(X, 3).tolist()
    np.testing.assert_array_equal(bars["y"].reshape(-1, 3)[:, 0], MOVING[2] - 0.5)
    np.testing.assert_array_equal(bars["y"].reshape(-1, 3)[:, 1], MOVING[2] + 0.5)
    assert np.isnan(bars["y"].reshape(-1, 3)[:, 2]).all()


def test_theory_is_thin_and_without_marks_and_each_name_is_once_in_the_legend():
    traces = made(0).figure["data"]
    law = next(one for one in traces if one["name"] == "law")
    batch = [one for one in traces if one["name"] == "Batch"]
    assert law["mode"] == "lines"
    assert law["line"]["width"] < batch[0]["line"]["width"]
    assert [one["showlegend"] for one in batch] == [True, False]
    assert sum(one["showlegend"] for one in traces) == 3


@pytest.mark.parametrize("at", range(3))
def test_the_rings_stand_where_the_dial_stands(at):
    ring = made(at).figure["data"][-1]
    assert (ring["x"].tolist(), ring["y"].tolist()) == ([1.0 + at], [5.0 + at])
