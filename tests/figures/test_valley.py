import numpy as np
import pytest

from normlib import data
from normlib.descent import descend, quadratic
from normlib.figures.look import SCALERS
from normlib.figures.valley import DEEPEST, valley
from normlib.scalers import StandardScaler
from tests.figures.drawn import check_figure, check_frames

WINE = data.load("wine")
X = StandardScaler().fit(WINE.x[:, [12, 10]]).transform(WINE.x[:, [12, 10]])
PROBLEM = quadratic(X, (WINE.y == 0).astype(float))
RATES = np.array([0.1, 0.5, 0.9, 1.05]) * PROBLEM.largest_stable_rate
WALK = descend(PROBLEM, start=(0.0, 0.0), rate=RATES, steps=40)


def draw(at=1, problem=PROBLEM, walk=WALK):
    return valley(problem, walk, at, style=SCALERS["standard"], names=("proline", "hue"))


def test_the_figure_is_one_that_plotly_draws():
    made = draw()
    check_figure(made.figure, {path: value for path, value in made.narrow.items() if path != "height"})


def test_every_frame_is_the_figure_of_its_position():
    check_frames(lambda f: draw(f).figure, draw().moving, RATES.size)


def test_the_path_is_the_walk_while_it_is_near():
    for at in range(3):
        path = draw(at).figure["data"][1]
        np.testing.assert_array_equal(np.stack([path["x"], path["y"]], axis=1), WALK.path[at])
    swinging = draw(3).figure["data"][1]
    kept = ~np.isnan(swinging["x"])
    np.testing.assert_array_equal(swinging["x"][kept], WALK.path[3, kept, 0])
    assert kept[0]


def test_the_surface_is_the_loss_above_its_lowest():
    surface = draw().figure["data"][0]
    target = (WINE.y == 0) - np.mean(WINE.y == 0)
    for row, column in ((0, 0), (10, 50), (60, 30)):
        weights = np.array([surface["x"][column], surface["y"][row]])
        loss = np.mean((X @ weights - target) ** 2)
        assert 10 ** surface["z"][row, column] == pytest.approx(loss - PROBLEM.floor, rel=1e-6)


def test_both_axes_have_the_same_unit_and_hold_start_and_minimum():
    made = draw().figure
    layout = made["layout"]
    assert layout["yaxis"]["scaleanchor"] == "x"
    marks = made["data"][2]
    np.testing.assert_array_equal([marks["x"][0], marks["y"][0]], [0, 0])
    np.testing.assert_array_equal([marks["x"][1], marks["y"][1]], PROBLEM.minimum)
    for axis, values in (("xaxis", marks["x"]), ("yaxis", marks["y"])):
        low, high = layout[axis]["range"]
        assert low < values.min()
        assert values.max() < high


def test_the_loss_along_the_path_is_the_share_that_is_left():
    made = draw(1).figure["data"][3]
    left = (WALK.losses[1] - PROBLEM.floor) / (WALK.losses[1, 0] - PROBLEM.floor)
    drawn = ~np.isnan(made["y"])
    np.testing.assert_allclose(made["y"][drawn], left[drawn])
    assert made["y"][0] == 1
    assert np.all(left[~drawn] <= DEEPEST)


def test_a_flat_surface_is_drawn():
    flat = quadratic(np.ones((5, 2)), np.arange(5.0))
    walk = descend(flat, start=(0.0, 0.0), rate=np.array([0.5, 1.0]), steps=3)
    check_figure(draw(0, flat, walk).figure)
