import numpy as np
import pytest
from scipy import stats

from normlib import data
from normlib.figures.before_after import before_after
from normlib.figures.look import SCALERS
from normlib.outlier import outlier_sweep
from normlib.scalers import MinMaxScaler, RobustScaler, StandardScaler
from tests.figures.drawn import check_figure, check_frames

PROLINE = data.load("wine").x[:, 12]
POSITIONS = np.array([0.0, 1.0, 4.0, 10.0])
KINDS = {
    "min-max": (MinMaxScaler(), (0, 1)),
    "standard": (StandardScaler(), (-4, 10)),
    "robust": (RobustScaler(), (-3, 3)),
}


def draw(kind="min-max", at=2, values=PROLINE, **more):
    scaler, after_range = KINDS[kind]
    sweep = outlier_sweep(values, scaler, POSITIONS)
    made = before_after(
        sweep,
        at,
        style=SCALERS[kind],
        after_range=after_range,
        before_title="proline, mg/L",
        after_title="scaled",
        **more,
    )
    return sweep, made


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("normal_curve", [False, True])
def test_the_figure_is_one_that_plotly_draws(kind, normal_curve):
    check_figure(draw(kind, marks=(0.0, 1.0), normal_curve=normal_curve)[1].figure)


@pytest.mark.parametrize("kind", KINDS)
def test_every_frame_is_the_figure_of_its_position(kind):
    check_frames(lambda f: draw(kind, f)[1].figure, draw(kind)[1].moving, POSITIONS.size)


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("at", range(POSITIONS.size))
def test_the_bars_count_every_value_but_the_dragged_one(kind, at):
    sweep, made = draw(kind, at)
    before, after = made.figure["data"][0], made.figure["data"][2]
    for bars, values in ((before, sweep.others), (after, sweep.after(sweep.others)[at])):
        width = np.diff(bars["x"]).mean()
        edges = np.append(bars["x"] - width / 2, bars["x"][-1] + width / 2)
        assert bars["y"].sum() == PROLINE.size - 1
        # A value on an edge may fall to either side of it after rounding.
        np.testing.assert_array_equal(np.abs(np.cumsum(bars["y"] - np.histogram(values, edges)[0])) <= 2, True)


@pytest.mark.parametrize("at", range(POSITIONS.size))
def test_a_line_goes_from_where_a_value_was_to_where_it_is(at):
    sweep, made = draw("standard", at)
    layout, lines = made.figure["layout"], made.figure["data"][1]["x"].reshape(-1, 3)
    assert np.isnan(lines[:, 2]).all()
    ends = [np.array(layout[axis]["range"]) for axis in ("xaxis", "xaxis2")]
    value = ends[0][0] + lines[:, 0] * np.ptp(ends[0])
    scaled = ends[1][0] + lines[:, 1] * np.ptp(ends[1])
    np.testing.assert_allclose(sweep.after(value)[at], scaled, atol=1e-9)
    assert value.min() == pytest.approx(PROLINE.min())
    assert value.max() == pytest.approx(PROLINE.max())


def test_the_outlier_is_marked_where_it_is_and_not_at_rest():
    sweep, made = draw("min-max", 0)
    assert np.isnan(made.figure["data"][3]["x"]).all()
    rows = made.moving[3, "x"]
    ends = [np.array(made.figure["layout"][axis]["range"]) for axis in ("xaxis", "xaxis2")]
    np.testing.assert_allclose(ends[0][0] + rows[1:, 0] * np.ptp(ends[0]), sweep.moved[1:])
    np.testing.assert_allclose(ends[1][0] + rows[1:, 1] * np.ptp(ends[1]), sweep.moved_after()[1:])


@pytest.mark.parametrize("kind", KINDS)
def test_nothing_leaves_the_picture_at_any_position(kind):
    sweep, made = draw(kind)
    low, high = made.figure["layout"]["xaxis2"]["range"]
    every = np.concatenate([sweep.after(sweep.others).ravel(), sweep.moved_after()])
    assert low <= every.min()
    assert every.max() <= high
    assert low <= KINDS[kind][1][0] < KINDS[kind][1][1] <= high


def test_the_normal_curve_holds_as_many_values_as_the_bars():
    made = draw("standard", 0, normal_curve=True)[1].figure
    curve, bars = made["data"][-1], made["data"][2]
    width = np.diff(bars["x"])[0]
    np.testing.assert_allclose(curve["y"], (PROLINE.size - 1) * width * stats.norm.pdf(curve["x"]))
    assert np.trapezoid(curve["y"], curve["x"]) / width == pytest.approx(PROLINE.size - 1, rel=1e-3)


@pytest.mark.parametrize(
    "values", [np.full(9, 3.0), np.array([1.0, 2.0]), np.array([0.0, np.nan, 1.0, 5.0]), np.arange(4) + 1e9]
)
def test_awkward_features_are_drawn(values):
    for at in range(POSITIONS.size):
        sweep, made = draw("standard", at, values)
        check_figure(made.figure)
        assert made.figure["data"][2]["y"].sum() == sweep.others.size
