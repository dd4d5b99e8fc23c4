from itertools import pairwise

import numpy as np
import pytest

from normlib.figures.deployed import ARMS, HEIGHT, MEASURES, Seen, train_against_deployed
from normlib.figures.look import SCALERS
from tests.figures.drawn import check_figure, check_frames

BY = np.linspace(-3, 3, 7)
CENTERS = np.linspace(0, 10, 20)
RNG = np.random.default_rng(0)
SEEN = Seen(CENTERS, RNG.dirichlet(np.ones(20)), RNG.dirichlet(np.ones(20), 7), (1.0, 8.0), "proline, mg/L")
DISTANCES = [(style, np.abs(BY) * factor) for factor, style in enumerate(MEASURES.values(), start=1)]
OUTSIDE = SCALERS["min-max"], np.abs(BY) / 4
ARMS_DRAWN = [(style, m, m - 0.1, m + 0.05) for style in ARMS.values() for m in [RNG.uniform(0.2, 0.9, 7)]]


def draw(at, distances=DISTANCES):
    return train_against_deployed(SEEN, BY, distances=distances, outside=OUTSIDE, accuracies=ARMS_DRAWN, position=at)


def named(made, name):
    return [trace for trace in made["data"] if trace["name"] == name]


def test_every_frame_is_the_figure_of_its_position():
    drawn = draw(0)
    check_figure(drawn.figure, {path: value for path, value in drawn.narrow.items() if path != "height"})
    check_frames(lambda f: draw(f).figure, drawn.moving, 7)
    assert drawn.height == HEIGHT


@pytest.mark.parametrize("at", [0, 3, 6])
def test_marks_stand_on_their_curves_at_the_present_move(at):
    made = draw(at).figure
    for style, values in [*DISTANCES, OUTSIDE, *((style, mean) for style, mean, _, _ in ARMS_DRAWN)]:
        (curve,), (mark,) = named(made, style.name), named(made, f"{style.name}, now")
        np.testing.assert_array_equal(curve["y"], values)
        assert (mark["x"][0], mark["y"][0]) == (BY[at], values[at])
        assert (mark["xaxis"], mark["yaxis"]) == (curve["xaxis"], curve["yaxis"])
        assert mark["marker"]["color"] == curve["line"]["color"] == style.color
    lines = named(made, "present move")
    assert [line["x"].tolist() for line in lines] == [[BY[at]] * 2] * 3
    assert len({line["xaxis"] for line in lines}) == 3


def test_bands_reach_from_end_to_end_of_the_intervals():
    made = draw(0).figure
    for style, _, low, high in ARMS_DRAWN:
        (band,) = named(made, f"{style.name}, 95 % interval")
        np.testing.assert_array_equal(band["y"], np.concatenate([high, low[::-1]]))


def test_the_ends_of_the_range_stand_where_they_are_and_are_named_once():
    ends = named(draw(0).figure, "range")
    assert [line["x"].tolist() for line in ends] == [[1.0, 1.0], [8.0, 8.0]]
    assert sum(line["showlegend"] for line in ends) == 1


def test_every_named_curve_has_its_legend_in_its_panel():
    made = draw(0).figure
    for trace in made["data"]:
        if trace["showlegend"]:
            number = trace.get("yaxis", "y")[1:]
            legend, axis = made["layout"][f"legend{number}"], made["layout"][f"yaxis{number}"]
            assert trace.get("legend", "legend") == f"legend{number}"
            assert legend["y"] == axis["domain"][1]
    assert not any(trace["showlegend"] for trace in made["data"] if trace.get("yaxis") == "y4")


def test_panels_do_not_overlap_wide_or_narrow():
    drawn = draw(0)
    layout = drawn.figure["layout"]
    assert layout["xaxis"]["domain"][1] < layout["xaxis2"]["domain"][0]
    assert layout["yaxis3"]["domain"][1] < layout["yaxis"]["domain"][0]
    tops = [drawn.narrow[f"yaxis{number}.domain"] for number in ("", "2", "3", "4")]
    for (low, _), (_, high) in pairwise(tops):
        assert high < low
    assert drawn.narrow["height"] > drawn.height


def test_a_distance_that_does_not_exist_is_left_out():
    gone = [(style, np.full(7, np.nan)) for style, _ in DISTANCES]
    made = draw(0, gone).figure
    check_figure(made)
    assert np.isfinite(made["layout"]["yaxis3"]["range"]).all()
