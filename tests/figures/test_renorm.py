import numpy as np
import pytest

from normlib.figures.renorm import training_against_inference
from tests.figures.drawn import check_figure, check_frames

INFERENCE = np.random.default_rng(0).normal(size=(4, 5))
TRAINING = np.stack([INFERENCE * 2 + 1, INFERENCE, INFERENCE * np.arange(1, 6)])


def draw(at):
    return training_against_inference(INFERENCE, TRAINING, at)


def test_every_frame_is_the_figure_of_its_position():
    check_figure(draw(0).figure)
    check_frames(lambda f: draw(f).figure, draw(0).moving, 3)


@pytest.mark.parametrize("at", range(3))
def test_every_batch_is_a_line_from_its_smallest_to_its_largest_value(at):
    _, line, points = draw(at).figure["data"]
    np.testing.assert_array_equal(points["x"], INFERENCE.ravel())
    np.testing.assert_array_equal(points["y"], TRAINING[at].ravel())
    ends = np.stack([line["x"], line["y"]], axis=1).reshape(5, 3, 2)
    assert np.isnan(ends[:, 2]).all()
    for b in range(5):
        for end, pick in ((0, np.argmin), (1, np.argmax)):
            row = pick(INFERENCE[:, b])
            assert ends[b, end].tolist() == [INFERENCE[row, b], TRAINING[at, row, b]]


def test_everything_is_inside_the_picture_and_the_diagonal_crosses_it():
    made = draw(0).figure
    low, high = made["layout"]["yaxis"]["range"]
    assert low < TRAINING.min() <= TRAINING.max() < high
    np.testing.assert_array_equal(made["data"][0]["x"], made["data"][0]["y"])


def test_a_channel_without_spread_is_drawn():
    check_figure(training_against_inference(np.zeros((4, 5)), np.zeros((2, 4, 5)), 1).figure)
