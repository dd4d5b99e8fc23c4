import numpy as np
import pytest

from normlib.figures.look import ACCENT, METHODS
from normlib.figures.spread import Curve, spread
from tests.figures.drawn import check_figure, check_frames

INPUTS = np.logspace(-4, 0, 9)
RNG = np.random.default_rng(5)
BEFORE = np.outer(INPUTS, np.sort(RNG.normal(size=7)))
COLOR = METHODS["group"].color


def curve(name, eps, own=False):
    std = INPUTS / np.sqrt(INPUTS**2 + eps)
    return Curve(name, f"{name}: {eps}", std, np.outer(std, BEFORE[-1]), own)


CURVES = [curve("Keras", 1e-3), curve("PyTorch", 1e-5), curve("Flax", 1e-6), curve("yours", 1e-4, own=True)]


def draw(at=4, curves=CURVES):
    return spread(INPUTS, at, BEFORE, curves, COLOR)


@pytest.mark.parametrize("curves", [CURVES, CURVES[1:]])
def test_the_figure_is_one_that_plotly_draws(curves):
    made = draw(curves=curves)
    check_figure(made.figure, {path: value for path, value in made.narrow.items() if path != "height"})


@pytest.mark.parametrize("curves", [CURVES, CURVES[1:]])
def test_every_frame_is_the_figure_of_its_position(curves):
    check_frames(lambda f: draw(f, curves).figure, draw(0, curves).moving, INPUTS.size)


def named(figure, name):
    (only,) = [trace for trace in figure["data"] if trace["name"] == name]
    return only


def test_curves_marks_and_values_are_what_was_given():
    made = draw(3).figure
    for k, one in enumerate(CURVES):
        drawn = named(made, one.name)
        np.testing.assert_array_equal(drawn["x"], INPUTS)
        np.testing.assert_array_equal(drawn["y"], one.std)
        np.testing.assert_array_equal(named(made, one.short)["x"], one.values[3])
        assert named(made, "left at the present input")["y"][k] == one.std[3]
    np.testing.assert_array_equal(named(made, "before")["x"], BEFORE[3])
    np.testing.assert_array_equal(named(made, "present input")["x"], [INPUTS[3]] * 2)


def test_rows_are_named_where_they_stand():
    made = draw().figure
    names = dict(zip(made["layout"]["yaxis2"]["tickvals"], made["layout"]["yaxis2"]["ticktext"], strict=True))
    for short in ("before", *(one.short for one in CURVES)):
        (row,) = set(named(made, short)["y"])
        assert names[row] == short


def test_curves_can_be_told_apart_without_colour_and_the_own_one_is_marked():
    made = draw().figure
    drawn = [named(made, one.name) for one in CURVES]
    assert len({one["line"]["dash"] for one in drawn}) == len({one["marker"]["symbol"] for one in drawn}) == 4
    assert [one["line"]["color"] for one in drawn] == [COLOR, COLOR, COLOR, ACCENT]


def test_the_axis_of_values_holds_all_of_them():
    low, high = draw().figure["layout"]["xaxis2"]["range"]
    everything = [BEFORE, *(one.values for one in CURVES)]
    assert low < min(one.min() for one in everything)
    assert high > max(one.max() for one in everything)
