import numpy as np
import pytest

from normlib.figures.look import METHODS
from normlib.figures.relatives import RELATIVES, filter_spreads, rms_against_layer, tanh_through_points
from tests.figures.drawn import check_figure, check_frames

RNG = np.random.default_rng(0)
LAYER, RMS = RNG.normal(size=20), RNG.normal(size=(3, 20)) + 1
X, Y = RNG.normal(size=30) * 2, RNG.normal(size=30)
SLOPES, FACTORS = np.array([0.1, 0.5, 5.0]), np.array([9.0, 2.0, 1.0])
RAW, STANDARD = np.exp(RNG.normal(size=(3, 8))), np.ones((3, 8))


def spreads(at):
    return filter_spreads([(METHODS["none"], RAW), (RELATIVES["weights"], STANDARD)], at)


BUILDERS = {
    "rms": lambda at: rms_against_layer(LAYER, RMS, at),
    "tanh": lambda at: tanh_through_points(X, Y, SLOPES, FACTORS, at),
    "weights": spreads,
}


@pytest.mark.parametrize("build", BUILDERS.values(), ids=BUILDERS)
def test_every_frame_is_the_figure_of_its_position(build):
    check_figure(build(1).figure)
    check_frames(lambda f: build(f).figure, build(0).moving, 3)


def test_points_stand_at_both_outputs_and_the_diagonal_crosses_the_picture():
    made = BUILDERS["rms"](2).figure
    np.testing.assert_array_equal(made["data"][1]["x"], LAYER)
    np.testing.assert_array_equal(made["data"][1]["y"], RMS[2])
    np.testing.assert_array_equal(made["data"][0]["x"], made["data"][0]["y"])
    assert made["layout"]["xaxis"]["range"] == made["layout"]["yaxis"]["range"] == list(made["data"][0]["x"])
    assert made["layout"]["xaxis"]["range"][1] > max(np.abs(LAYER).max(), np.abs(RMS).max())


def test_the_curve_is_the_tanh_and_the_line_its_tangent_at_zero():
    made = BUILDERS["tanh"](1).figure
    points, line, curve = made["data"]
    np.testing.assert_array_equal(points["y"], Y)
    np.testing.assert_allclose(curve["y"], 2.0 * np.tanh(0.5 * curve["x"]))
    np.testing.assert_allclose(line["y"], 2.0 * 0.5 * line["x"])
    assert np.abs(curve["x"]).max() > np.abs(X).max()


def test_spreads_stand_over_their_filters_inside_the_picture():
    made = spreads(0).figure
    np.testing.assert_allclose(made["data"][0]["y"], RAW[0])
    np.testing.assert_array_equal(made["data"][0]["x"], np.arange(1, 9))
    low, high = made["layout"]["yaxis"]["range"]
    assert low < np.log10(RAW.min())
    assert np.log10(RAW.max()) < high
    ticks = made["layout"]["yaxis"]
    assert [float(text) for text in ticks["ticktext"]] == pytest.approx(ticks["tickvals"])


def test_a_spread_of_zero_is_left_out():
    raw = RAW.copy()
    raw[1, 3] = 0.0
    made = filter_spreads([(METHODS["none"], raw)], 1)
    check_figure(made.figure)
    assert np.isnan(made.figure["data"][0]["y"][3])
