import numpy as np
import pytest

from normlib.figures.ladder import Panel, ladder
from normlib.figures.look import METHODS
from tests.figures.drawn import check_figure

RATES = (0.01, 0.1, 1.0, 10.0)
SCALES = (0.1, 1.0, 10.0)
RIGHT = np.array([[0.2, 0.95, 0.97, 0.5], [0.1, 0.2, 0.3, 0.91], [0.5, 0.5, 0.5, np.nan]])
STOPPED = np.array([[0, 0, 0, 0], [0, 0, 0, 0.6], [0, 0, 0.4, 1.0]])


def draw(panels=1):
    names = list(METHODS)[:panels]
    return ladder([Panel(METHODS[name], RIGHT, STOPPED) for name in names], RATES, SCALES, 0.9)


@pytest.mark.parametrize("panels", [1, 2, 3, 4])
def test_the_figure_is_one_that_plotly_draws(panels):
    drawn = draw(panels)
    check_figure(drawn.figure, {path: value for path, value in drawn.narrow.items() if path != "height"})
    assert len(drawn.figure["data"]) == 4 * panels


def test_cells_that_work_carry_their_number_and_lost_ones_a_cross():
    _, words, crosses, rings = draw().figure["data"]
    assert list(zip(words["x"], words["y"], words["text"], strict=True)) == [(1, 0, "95"), (2, 0, "97")]
    assert list(zip(crosses["x"], crosses["y"], strict=True)) == [(3, 1), (3, 2)]
    assert (rings["x"], rings["y"]) == ([2], [0])


def test_a_lost_cell_has_no_tint_and_an_unknown_one_is_empty():
    cells = draw().figure["data"][0]["z"]
    assert cells[1, 3] == 0
    assert cells[0, 2] == 0.97
    unknown = ladder([Panel(METHODS["batch"], np.full((3, 4), np.nan), np.zeros((3, 4)))], RATES, SCALES, 0.9)
    assert np.isnan(unknown.figure["data"][0]["z"]).all()
    assert not len(unknown.figure["data"][3]["x"])
