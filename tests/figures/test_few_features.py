import numpy as np

from normlib.few_features import few_features
from normlib.figures.few_features import few_features_figure
from tests.figures.drawn import check_figure, check_frames

FOUND = few_features(np.random.default_rng(0).normal(size=(4, 7)))


def test_the_figure_is_valid_and_its_frames_are_its_positions():
    drawn = few_features_figure(FOUND, 2)
    check_figure(drawn.figure, drawn.narrow)
    check_frames(lambda at: few_features_figure(FOUND, at).figure, drawn.moving, 7)


def test_every_dot_lies_between_the_dotted_lines():
    for at in range(7):
        bound, dots = few_features_figure(FOUND, at).figure["data"][:2]
        shown = np.isfinite(dots["y"])
        assert shown.sum() == 4 * (at + 1)
        assert np.abs(dots["y"][shown]).max() <= bound["y"][0] + 1e-12
        assert bound["y"][0] == -bound["y"][-1] == np.sqrt(at)


def test_dots_of_one_feature_stand_near_its_number():
    dots = few_features_figure(FOUND, 6).figure["data"][1]
    np.testing.assert_array_equal(np.round(dots["x"]).reshape(4, 7), np.tile(np.arange(1, 8), (4, 1)))
