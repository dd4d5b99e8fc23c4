import itertools

import numpy as np
import pytest

from normlib.figures.look import SCALERS
from normlib.figures.side_by_side import LEVELS, Panel, side_by_side
from tests.figures.drawn import check_figure, check_frames

RNG = np.random.default_rng(3)
FEATURES, POSITIONS, ROW = ("ash", "hue", "proline"), 5, 1


def panel(kind):
    percentiles = np.sort(RNG.normal(size=(len(LEVELS), len(FEATURES))), axis=0)
    moving = np.sort(RNG.normal(size=(POSITIONS, len(LEVELS))), axis=1)
    return Panel(SCALERS[kind], percentiles, moving, np.r_[np.nan, RNG.normal(size=POSITIONS - 1)], (-4.0, 4.0))


PANELS = [panel(kind) for kind in SCALERS]


def test_the_figure_is_one_that_plotly_draws():
    made = side_by_side(PANELS, FEATURES, ROW, 2)
    check_figure(made.figure, {path: value for path, value in made.narrow.items() if path != "height"})
    assert made.height > 0
    assert made.narrow["height"] > made.height


def test_every_frame_is_the_figure_of_its_position():
    moving = side_by_side(PANELS, FEATURES, ROW, 0).moving
    check_frames(lambda f: side_by_side(PANELS, FEATURES, ROW, f).figure, moving, POSITIONS)


def picture(figure, suffix, name):
    """Return what the traces of one name show in one panel: the places of each row, gaps left out."""
    parts = [one for one in figure["data"] if one["xaxis"] == f"x{suffix}" and one["name"] == name]
    x, y = (np.concatenate([part[axis] for part in parts]) for axis in ("x", "y"))
    drawn = ~np.isnan(x)
    return {row: x[drawn & (y == row)].tolist() for row in range(len(FEATURES))}


@pytest.mark.parametrize("at", [0, 3])
def test_the_rows_show_the_percentiles_that_were_given(at):
    made = side_by_side(PANELS, FEATURES, ROW, at).figure
    levels = {"smallest, largest": [0, 6], "5 to 95 %": [1, 5], "25 to 75 %": [2, 4], "median": [3]}
    for index, panel_ in enumerate(PANELS):
        suffix = "" if index == 0 else str(index + 1)
        shown = panel_.percentiles.copy()
        shown[:, ROW] = panel_.moving[at]
        for name, which in levels.items():
            assert picture(made, suffix, name) == {row: shown[which, row].tolist() for row in range(len(FEATURES))}
        landed = [] if at == 0 else [panel_.outlier[at]]
        assert picture(made, suffix, "outlier") == {row: landed if row == ROW else [] for row in range(len(FEATURES))}
        lines = [one for one in made["data"] if one["xaxis"] == f"x{suffix}" and one["mode"] == "lines"]
        assert {one["line"]["color"] for one in lines} == {panel_.style.color}


def test_panels_stand_beside_each_other_and_below_each_other_when_narrow():
    made = side_by_side(PANELS, FEATURES, ROW, 0)
    wide = [made.figure["layout"][f"xaxis{suffix}"]["domain"] for suffix in ("", "2", "3", "4", "5")]
    tall = [made.narrow[f"yaxis{suffix}.domain"] for suffix in ("", "2", "3", "4", "5")]
    assert all(one[1] < other[0] for one, other in itertools.pairwise(wide))
    assert all(one[0] > other[1] for one, other in itertools.pairwise(tall))
    assert wide[0][0] == pytest.approx(0)
    assert wide[-1][1] == pytest.approx(1)
    assert tall[0][1] == pytest.approx(1)
    assert tall[-1][0] == pytest.approx(0)
    assert [one["text"] for one in made.figure["layout"]["annotations"]] == [
        f"<b>{one.style.name}</b>" for one in PANELS
    ]
