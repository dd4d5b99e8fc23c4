import numpy as np
import plotly.graph_objects as go
import pytest

from normlib.figures.batch_sizes import SizeLine, SizePanel, by_batch_size
from normlib.figures.look import METHODS

SIZES = (2, 8, 32)


def line(name, mean, half):
    mean, half = np.array(mean), np.array(half)
    return SizeLine(METHODS[name], SIZES, mean, mean - half, mean + half)


LINES = [line("batch", [0.3, 0.1, 0.05], [0.1, 0.02, 0.2]), line("group", [0.04, 0.05, 0.0], [0.01, 0.01, 0.0])]


def test_intervals_are_drawn_where_they_are_and_end_at_the_axis():
    drawn = by_batch_size([SizePanel("", LINES, "rows")], "error")
    go.Figure(drawn.figure)
    batch, group = drawn.figure["data"]
    bars = batch["error_y"]
    np.testing.assert_allclose(batch["y"], [0.3, 0.1, 0.05])
    np.testing.assert_allclose(batch["y"] + bars["array"], [0.4, 0.12, 0.25])
    floor = 10 ** drawn.figure["layout"]["yaxis"]["range"][0]
    np.testing.assert_allclose(batch["y"] - bars["arrayminus"], [0.2, 0.08, floor])
    # No error at all has no place on a logarithmic axis.
    assert group["y"][2] == pytest.approx(floor)
    assert "batches of 32: 0.0 %" in group["customdata"][2]
    assert "5.0 %<br>95 % interval -15.0 to 25.0 %".replace("-", "−") in batch["customdata"][2].replace("-", "−")


def test_all_that_is_drawn_is_inside_the_axes():
    figure = by_batch_size([SizePanel("", LINES, "rows")], "error").figure
    low, high = figure["layout"]["yaxis"]["range"]
    for trace in figure["data"]:
        assert np.all(np.log10(trace["y"] + trace["error_y"]["array"]) <= high)
        assert np.all(np.log10(trace["y"]) >= low - 1e-12)
    left, right = figure["layout"]["xaxis"]["range"]
    assert all(left < x < right for trace in figure["data"] for x in trace["x"])
    assert figure["layout"]["xaxis"]["ticktext"] == ["2", "8", "32"]


def test_points_that_are_not_there_yet_are_left_out():
    nothing = np.full(3, np.nan)
    partly = SizeLine(METHODS["batch"], SIZES, np.array([np.nan, 0.2, 0.1]), nothing, nothing)
    figure = by_batch_size([SizePanel("", [partly], "rows")], "error").figure
    go.Figure(figure)
    (trace,) = figure["data"]
    assert trace["y"].tolist() == [0.2, 0.1]
    assert len(trace["customdata"]) == 2
    assert not np.any(trace["error_y"]["array"])
    empty = SizeLine(METHODS["batch"], SIZES, nothing, nothing, nothing)
    for zero in (False, True):
        drawn = by_batch_size([SizePanel("", [empty], "rows")], "error", zero=zero).figure
        go.Figure(drawn)
        assert np.isfinite(drawn["layout"]["yaxis"]["range"]).all()


def test_differences_are_drawn_around_zero():
    figure = by_batch_size(
        [SizePanel("", [line("batch", [-0.3, -0.1, 0.01], [0.05] * 3)], "rows")], "d", zero=True
    ).figure
    go.Figure(figure)
    low, high = figure["layout"]["yaxis"]["range"]
    assert low < -0.35
    assert high > 0.06
    assert "type" not in figure["layout"]["yaxis"]
    assert figure["layout"]["shapes"][0]["y0"] == 0


def test_two_panels_have_the_same_axes_and_one_legend():
    drawn = by_batch_size([SizePanel("Theirs", LINES, "images"), SizePanel("Ours", LINES, "rows")], "error")
    figure = go.Figure(drawn.figure)
    assert figure.layout.yaxis.range == figure.layout.yaxis2.range
    assert figure.layout.xaxis.range == figure.layout.xaxis2.range
    assert [trace.showlegend for trace in figure.data] == [True, True, False, False]
    assert figure.layout.xaxis.domain[1] < figure.layout.xaxis2.domain[0]
    assert [one.text for one in figure.layout.annotations] == ["<b>Theirs</b>", "<b>Ours</b>"]
    assert drawn.narrow["yaxis.domain"][0] > drawn.narrow["yaxis2.domain"][1]
