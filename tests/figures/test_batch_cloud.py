import numpy as np
import pytest

from normlib.batch_noise import batch_noise, batch_outputs
from normlib.figures.batch_cloud import EDGES, batch_cloud, output_shares
from tests.figures.drawn import check_figure, check_frames

SIZES = [1, 2, 5, 20]
DENSE = np.random.default_rng(0).normal(5, 3, (60, 1))
MAPS = np.random.default_rng(1).normal(5, 3, (60, 4))


def made(x, at=1):
    noise = batch_noise(x, SIZES, draws=30)
    return noise, batch_cloud(noise, output_shares(x, noise), at)


def without_notes(figure):
    """Leave out what has a test of its own: the note at a bar that is cut off."""
    return figure | {"layout": {name: value for name, value in figure["layout"].items() if name != "annotations"}}


def trace(drawn, name):
    return next(one for one in drawn.figure["data"] if one["name"] == name)


@pytest.mark.parametrize("x", [DENSE, MAPS], ids=["dense", "maps"])
def test_the_figure_is_one_that_plotly_draws_at_every_size(x):
    for at in range(len(SIZES)):
        drawn = made(x, at)[1]
        check_figure(drawn.figure, {path: value for path, value in drawn.narrow.items() if path != "height"})
    check_frames(lambda at: without_notes(made(x, at)[1].figure), made(x)[1].moving, len(SIZES))


@pytest.mark.parametrize("x", [DENSE, MAPS], ids=["dense", "maps"])
def test_a_point_is_a_batch_in_standard_deviations_of_all(x):
    noise, drawn = made(x, 2)
    points = trace(drawn, "one batch")
    for d in range(30):
        batch = x[noise.order[d, :5]]
        assert points["x"][d] == pytest.approx((batch.mean() - x.mean()) / x.std())
        assert points["y"][d] == pytest.approx(batch.std() / x.std())
    ring = trace(drawn, "this size")
    np.testing.assert_allclose(ring["x"], 5)
    np.testing.assert_allclose(ring["y"], [points["x"].std(), points["y"].std()])
    (low, high), (bottom, top) = drawn.figure["layout"]["xaxis"]["range"], drawn.figure["layout"]["yaxis"]["range"]
    everything = drawn.moving[0, "x"], drawn.moving[0, "y"]
    assert low <= everything[0].min() <= everything[0].max() <= high
    assert bottom <= everything[1].min() <= everything[1].max() <= top


def test_unrelated_pixels_are_only_drawn_where_there_are_pixels():
    names = [{one["name"] for one in made(x)[1].figure["data"]} for x in (DENSE, MAPS)]
    assert names[1] - names[0] == {"mean, if pixels were unrelated"}


def test_the_histogram_holds_every_output():
    noise, drawn = made(DENSE, 1)
    for at, size in enumerate(SIZES):
        shares = drawn.moving[6, "y"][at]
        assert shares.sum() == pytest.approx(100)
        outputs = batch_outputs(DENSE, noise.order[:, :size])
        expected = np.histogram(outputs, EDGES)[0] / outputs.size
        np.testing.assert_allclose(shares, 100 * expected, atol=1e-9)
    middle = (EDGES[:-1] + EDGES[1:]) / 2
    assert middle[drawn.moving[6, "y"][0].argmax()] == 0
    assert set(middle[drawn.moving[6, "y"][1] > 10]) == {-1.0, 1.0}


def test_a_bar_that_is_cut_off_says_how_tall_it_is():
    drawn = made(DENSE, 0)[1]
    top = drawn.figure["layout"]["yaxis3"]["range"][1]
    for at in range(len(SIZES)):
        text, x = (drawn.notes[f"annotations[0].{name}"][at] for name in ("text", "x"))
        tallest = drawn.moving[6, "y"][at].max()
        assert text.strip() == (f"{tallest:.0f} %, cut off" if tallest > top else "")
        note = made(DENSE, at)[1].figure["layout"]["annotations"][0]
        assert (note["text"], note["x"]) == (text, x)
    assert drawn.moving[6, "y"][0].max() == 100
    assert top < 100


def test_the_bound_is_drawn_where_it_fits():
    bounds = made(DENSE)[1].moving[7, "x"]
    np.testing.assert_allclose(bounds[1, [0, 4]], [-1, 1])
    np.testing.assert_allclose(bounds[2, [0, 4]], [-2, 2])
    assert np.isnan(made(MAPS)[1].moving[7, "x"][3]).all()
