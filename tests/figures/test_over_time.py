"""Panels of curves with bands over the updates."""

import numpy as np
import plotly.graph_objects as go
import pytest

from normlib.figures.look import BLUE, GREY, Style
from normlib.figures.over_time import Band, over_time

ONE, TWO = Style("One", BLUE, "solid", "circle"), Style("Two", GREY, "dot", "square")
X = np.array([0.0, 10.0, 20.0])


def band(style, factor=1.0):
    middle = factor * np.array([1.0, 10.0, 100.0])
    return Band(style, X, middle / 2, middle, middle * 2)


@pytest.mark.parametrize("log", [False, True])
def test_every_panel_is_drawn_and_a_row_shares_its_axis(log):
    drawn = over_time(
        [("Up", [[band(ONE), band(TWO)], [band(ONE, 5)]]), ("Down", [[band(TWO, 0.1)], []])], ["Left", "Right"], log=log
    )
    made = go.Figure(drawn.figure)
    assert [note.text for note in made.layout.annotations] == ["Left", "Right"]
    assert [trace.xaxis for trace in made.data] == ["x"] * 4 + ["x2"] * 2 + ["x3"] * 2
    assert made.layout.yaxis.range == made.layout.yaxis2.range
    low, high = (10**end if log else end for end in made.layout.yaxis.range)
    assert low < 0.5
    assert high > 1000
    assert made.layout.yaxis3.range != made.layout.yaxis.range
    # Domains do not overlap.
    assert made.layout.yaxis3.domain[1] < made.layout.yaxis.domain[0]
    assert made.layout.xaxis.domain[1] < made.layout.xaxis2.domain[0]


def test_a_curve_is_named_once_and_told_by_its_dash():
    drawn = over_time([("Up", [[band(ONE), band(TWO)], [band(ONE)]])], ["Left", "Right"], legend=True)
    named = [trace["name"] for trace in drawn.figure["data"] if trace["showlegend"]]
    assert named == ["One", "Two"]
    assert len({trace["line"].get("dash") for trace in drawn.figure["data"] if trace["showlegend"]}) == 2


def test_what_is_not_there_is_not_drawn():
    gap = Band(ONE, X, *(np.array([1.0, 2.0, np.nan]) for _ in range(3)))
    drawn = over_time([("Up", [[gap]])], ["Only"], log=True)
    assert list(drawn.figure["data"][0]["x"]) == [0, 10, 10, 0]
    nothing = Band(ONE, X, *(np.full(3, np.nan) for _ in range(3)))
    go.Figure(over_time([("Up", [[nothing]])], ["Only"]).figure)
