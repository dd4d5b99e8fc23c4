import numpy as np
import pytest

from normlib.figures.bar_table import BAR, bar_table
from normlib.figures.look import METHODS
from tests.figures.drawn import check_figure
from tests.pages.opened import attribute

ROWS = (METHODS["batch"], METHODS["layer"])
SHARES = np.array([[[0.0, 0.5, 7.0], [1.0, 1e-12, 0.25]], [[0.1, 0.2, 0.3], [0.4, 0.5, 0.6]]])


def draw(at):
    return bar_table(SHARES, at, rows=ROWS, columns=("a", "b<br>c", "d"), words=lambda share: f"{share:.2f}")


@pytest.mark.parametrize("at", range(2))
def test_every_position_is_drawn_as_its_own_figure(at):
    made = draw(at)
    check_figure(made.figure)
    for (trace, path), rows in draw(0).moving.items():
        np.testing.assert_array_equal(made.figure["data"][trace][path], rows[at])
    for path, entries in draw(0).notes.items():
        assert attribute(made.figure["layout"], path) == entries[at]


@pytest.mark.parametrize("at", range(2))
def test_a_cell_is_filled_up_to_its_share_and_a_full_one_no_further(at):
    for row, trace in enumerate(draw(at).figure["data"]):
        assert trace["line"]["color"] == ROWS[row].color
        assert set(trace["y"]) == {row}
        ends = trace["x"].reshape(-1, 3)
        assert np.isnan(ends[:, 2]).all()
        filled = (ends[:, 1] - ends[:, 0]) / BAR
        shares = SHARES[at, row]
        np.testing.assert_allclose(np.nan_to_num(filled), np.where(shares < 0.002, 0, np.minimum(shares, 1)))
        started = ~np.isnan(filled)
        np.testing.assert_allclose(ends[started, 0], np.arange(3)[started] - BAR / 2)


def test_every_cell_says_its_number_in_its_place():
    notes = draw(0).figure["layout"]["annotations"]
    assert [(note["y"], note["x"], note["text"]) for note in notes] == [
        (row, column, f"{SHARES[0, row, column]:.2f}") for row in range(2) for column in range(3)
    ]
