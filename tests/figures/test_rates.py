from itertools import pairwise

import numpy as np
import plotly.graph_objects as go
import pytest

from normlib.figures.look import METHODS
from normlib.figures.rates import RateLine, RatePanel, by_rate

RATES = (0.01, 0.1, 1.0)


def line(mean, lost=(0.0, 0.0, 0.0), best=1):
    mean = np.array(mean)
    return RateLine(METHODS["batch"], mean, mean - 0.1, mean + 0.1, np.array(lost), best)


def drawn(*lines, panels=2):
    return by_rate([RatePanel(f"Start {at}", lines) for at in range(panels)], RATES, 0.1)


def test_means_intervals_and_the_best_rate_stand_at_their_rates():
    figure = drawn(line([0.2, 0.9, 0.4]), panels=1).figure
    go.Figure(figure)
    curve, ring = figure["data"]
    np.testing.assert_allclose(curve["x"], [-2, -1, 0], atol=1e-12)
    np.testing.assert_allclose(curve["y"], [0.2, 0.9, 0.4])
    np.testing.assert_allclose(curve["error_y"]["array"], 0.1)
    assert (ring["x"], ring["y"]) == ([pytest.approx(-1)], [0.9])
    assert "rate 0.1: 90.0 % right<br>95 % interval 80.0 to 100.0 %" in curve["customdata"]
    assert figure["layout"]["shapes"][0]["x0"] == pytest.approx(-1)


def test_rates_at_which_most_seeds_stop_are_crossed():
    figure = drawn(line([0.2, 0.9, 0.0], lost=(0, 0.2, 1.0)), panels=1).figure
    assert figure["data"][0]["marker"]["symbol"] == ["circle", "circle", "x-thin"]
    assert "stopped being a number" in figure["data"][0]["customdata"][2]


def test_what_is_not_known_yet_is_left_out():
    nothing = np.full(3, np.nan)
    unknown = RateLine(METHODS["batch"], nothing, nothing, nothing, np.zeros(3), None)
    partly = RateLine(METHODS["layer"], np.array([np.nan, 0.5, 0.6]), nothing, nothing, np.zeros(3), None)
    figure = drawn(unknown, partly).figure
    go.Figure(figure)
    assert [len(trace["x"]) for trace in figure["data"][:4]] == [0, 0, 2, 0]
    assert not np.any(figure["data"][2]["error_y"]["array"])


@pytest.mark.parametrize("panels", [2, 3])
def test_panels_stand_side_by_side_and_below_each_other(panels):
    made = drawn(line([0.2, 0.9, 0.4]), panels=panels)
    figure = go.Figure(made.figure)
    axes = [figure.layout[f"xaxis{at + 1 if at else ''}"] for at in range(panels)]
    assert all(one.domain[1] < other.domain[0] for one, other in pairwise(axes))
    assert axes[-1].domain[1] == pytest.approx(1)
    rows = [made.narrow[f"yaxis{at + 1 if at else ''}.domain"] for at in range(panels)]
    assert all(one[0] > other[1] for one, other in pairwise(rows))
    assert rows[-1][0] == pytest.approx(0, abs=1e-9)
    assert [trace.showlegend for trace in figure.data] == [True, False] + [False, False] * (panels - 1)
