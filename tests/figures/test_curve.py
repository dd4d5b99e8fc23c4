import numpy as np
import pytest

from normlib.figures.curve import curve_with_band
from normlib.figures.look import SCALERS
from tests.figures.drawn import check_figure

X = np.array([5.0, 10.0, 20.0, 40.0])
Y = 2 / (X + 1)
BAND = (0.8 * Y, 1.3 * Y)
THEORY = (np.linspace(4, 50, 30), 2 / (np.linspace(4, 50, 30) + 1))


@pytest.mark.parametrize("marked", [None, 20.0])
def test_curve_band_and_theory_are_what_was_given(marked):
    made = curve_with_band(X, Y, BAND, THEORY, style=SCALERS["min-max"], titles=("rows", "share"), marked=marked)
    check_figure(made)
    band, theory, curve = made["data"]
    np.testing.assert_array_equal(curve["x"], X)
    np.testing.assert_array_equal(curve["y"], Y)
    np.testing.assert_array_equal(theory["x"], THEORY[0])
    np.testing.assert_array_equal(theory["y"], THEORY[1])
    for at, x in enumerate(X):
        np.testing.assert_array_equal(np.sort(band["y"][band["x"] == x]), [BAND[0][at], BAND[1][at]])
    assert [made["layout"][axis]["title"]["text"] for axis in ("xaxis", "yaxis")] == ["rows", "share"]
    assert [one["x0"] for one in made["layout"]["shapes"]] == ([] if marked is None else [marked])
    assert made["layout"]["xaxis"]["range"][1] > X.max()
