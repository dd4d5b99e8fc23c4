import numpy as np
import pytest

from normlib.figures.bars import share_bars
from normlib.figures.look import SCALERS
from tests.figures.drawn import check_figure

FEATURES = ("proline", "hue", "ash")
RAW, SCALED = np.array([0.9, 0.07, 0.03]), np.array([0.4, 0.35, 0.25])


@pytest.mark.parametrize("groups", [[(SCALERS["none"], RAW)], [(SCALERS["none"], RAW), (SCALERS["standard"], SCALED)]])
def test_bars_show_the_shares_in_percent_from_the_top(groups):
    made, height = share_bars(FEATURES, groups, "share")
    check_figure(made)
    for trace, (style, shares) in zip(made["data"], groups, strict=True):
        np.testing.assert_allclose(trace["x"], 100 * shares)
        assert trace["marker"]["color"] == style.color
        assert trace["name"] == style.name
    axis = made["layout"]["yaxis"]
    assert axis["ticktext"] == list(FEATURES)
    assert axis["range"][0] > axis["range"][1]
    assert made["layout"]["showlegend"] == (len(groups) > 1)
    assert made["layout"]["xaxis"]["range"][1] >= 90
    assert height > 25 * len(FEATURES)


def test_bars_of_two_groups_do_not_overlap():
    made, _ = share_bars(FEATURES, [(SCALERS["none"], RAW), (SCALERS["robust"], SCALED)], "share")
    first, second = made["data"]
    assert np.all(first["y"] + first["width"] / 2 <= second["y"] - second["width"] / 2)
    assert np.all(second["y"][:-1] + second["width"] / 2 <= first["y"][1:] - first["width"] / 2)


def test_nothing_to_share_is_drawn_as_nothing():
    made, _ = share_bars(FEATURES, [(SCALERS["none"], np.zeros(3))], "share")
    check_figure(made)
    low, high = made["layout"]["xaxis"]["range"]
    assert high > low
