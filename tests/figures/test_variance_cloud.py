import numpy as np
import pytest

from normlib.figures.variance_cloud import HIGHEST, LOWEST, SHOWN, WIDEST, variance_cloud
from normlib.variance import compare
from tests.figures.drawn import check_figure, check_frames

MEANS = (1.0, 100.0, 1000.0, 1e5)
FORMS = [("float32", "float32"), ("float16", "float16"), ("bfloat16", "float64")]


def found(stored="float32", computed="float32"):
    return compare(MEANS, std=0.1, stored=stored, computed=computed, order="one after another")


def draw(at=2, forms=FORMS[0]):
    return variance_cloud(np.array(MEANS), at, 0.1, found(*forms))


@pytest.mark.parametrize("forms", FORMS)
def test_the_figure_is_one_that_plotly_draws(forms):
    made = draw(forms=forms)
    check_figure(made.figure, {path: value for path, value in made.narrow.items() if path != "height"})


@pytest.mark.parametrize("forms", FORMS)
def test_every_frame_is_the_figure_of_its_position(forms):
    check_frames(lambda f: draw(f, forms).figure, draw(0, forms).moving, len(MEANS))


def named(figure, name):
    (only,) = [trace for trace in figure["data"] if trace["name"] == name]
    return only


def test_points_are_true_and_computed_variances_brought_to_the_edge():
    both = found()
    for at in range(len(MEANS)):
        made = draw(at).figure
        for name, side in (("one pass", both.one), ("two passes", both.two)):
            points = named(made, name)
            assert len(points["x"]) == SHOWN
            np.testing.assert_allclose(points["x"], np.clip(side.true[at, :SHOWN] / 0.01, 0, WIDEST))
            np.testing.assert_allclose(points["y"], np.clip(side.variance[at, :SHOWN] / 0.01, LOWEST, HIGHEST))


def test_what_overflows_is_no_point():
    made = draw(3, FORMS[1]).figure
    assert np.isnan(named(made, "one pass")["y"]).all()
    assert np.isnan(named(made, "two passes")["x"]).all()


def test_curves_are_errors_and_shares():
    both = found()
    made = draw().figure
    np.testing.assert_allclose(named(made, "error of one pass")["y"], both.one.error)
    np.testing.assert_allclose(named(made, "error of two passes")["y"], both.two.error)
    shares = named(made, "negative or overflow by one pass")["y"]
    np.testing.assert_allclose(shares, (both.one.variance < 0).mean(axis=1))
    assert shares.max() > 0.3


def test_both_formulas_can_be_told_apart_without_colour():
    made = draw().figure
    one, two = (named(made, name)["marker"]["symbol"] for name in ("one pass", "two passes"))
    assert one != two
    one, two = (named(made, f"error of {name}")["line"]["dash"] for name in ("one pass", "two passes"))
    assert one != two
