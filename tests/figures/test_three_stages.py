import numpy as np
import pytest

from normlib.affine import stages
from normlib.figures.three_stages import BINS, three_stages
from tests.figures.drawn import check_figure, check_frames

X = np.random.default_rng(0).normal(1, 0.3, 100)
TARGET = np.zeros(100)
TITLES = ("before", "normalized", "after")
DIALS = {
    "bias": [stages(X, TARGET, bias=value) for value in (-100.0, 0.0, 50.0)],
    "gamma": [stages(X, TARGET, gamma=value) for value in (-2.0, 0.0, 1.0, 3.0)],
    "beta": [stages(X, TARGET, beta=value) for value in (-5.0, 0.0, 5.0)],
}


@pytest.mark.parametrize("dial", DIALS)
def test_the_figure_is_one_that_plotly_draws_at_every_position(dial):
    every = DIALS[dial]
    drawn = three_stages(every, 0, titles=TITLES)
    check_figure(drawn.figure)
    check_frames(lambda at: three_stages(every, at, titles=TITLES).figure, drawn.moving, len(every))


@pytest.mark.parametrize("dial", DIALS)
def test_every_value_is_counted_and_every_mean_marked(dial):
    for at, one in enumerate(DIALS[dial]):
        drawn = three_stages(DIALS[dial], at, titles=TITLES).figure
        for panel, name in enumerate(("before", "normalized", "after")):
            bars, mark = drawn["data"][2 * panel : 2 * panel + 2]
            values = np.asarray(getattr(one, name))
            assert bars["y"].sum() == X.size
            assert len(bars["y"]) == BINS[panel]
            assert mark["x"][0] == pytest.approx(values.mean())
            low, high = drawn["layout"][mark["xaxis"].replace("x", "xaxis")]["range"]
            edges = np.linspace(low, high, BINS[panel] + 1)
            inside = values.clip(low, np.nextafter(high, low))
            np.testing.assert_array_equal(bars["y"], np.histogram(inside, edges)[0])


def test_the_bias_moves_the_first_histogram_only():
    first, second = (three_stages(DIALS["bias"], at, titles=TITLES).figure["data"] for at in (0, 2))
    assert (first[0]["y"] != second[0]["y"]).any()
    for panel in (1, 2):
        np.testing.assert_array_equal(first[2 * panel]["y"], second[2 * panel]["y"])
