import numpy as np
import pytest

from normlib.activations import activations
from normlib.averages import all_averages, averages
from normlib.figures.averages import average_pictures, averages_table, axes_name, closeness, span, unfolded
from normlib.figures.look import METHODS
from normlib.methods import normalize_by
from tests.figures.drawn import check_figure


@pytest.mark.parametrize("name", ["digits", "dense"])
def test_the_table_has_a_row_per_combination_and_tints_what_became_0_and_1(name):
    x = activations(name).x
    before, after = all_averages(x), all_averages(normalize_by("batch", x, eps=1e-8).output)
    own = [row for row, one in enumerate(before) if set(one.axes) == {a for a in (0, 1, 2) if x.shape[a] > 1}]
    made, height = averages_table(before, after, METHODS["batch"], own)
    check_figure(made)
    trace, ranges = made["data"]
    assert trace["z"].shape == (len(before), 4)
    assert height > 20 * len(before)
    np.testing.assert_array_equal(trace["z"][own[0], [1, 3]], [1, 1])
    text = [ranges["text"][start : start + 4] for start in range(0, len(ranges["text"]), 4)]
    assert text[own[0]][1::2] == ["0", "1"]
    assert made["layout"]["yaxis"]["ticktext"][own[0]].startswith("<b>")
    for row, (old, new) in enumerate(zip(before, after, strict=True)):
        assert text[row] == [span(one) for one in (old.mean, new.mean, old.std, new.std)]


def test_unfolding_keeps_each_map_whole_and_in_its_place():
    values = np.arange(2 * 3 * 4 * 2, dtype=float).reshape(2, 3, 4, 2)
    picture = unfolded(values)
    np.testing.assert_array_equal(picture[4:7, 5:9], values[1, :, :, 1])
    assert np.isnan(picture[3]).all()
    assert np.isnan(picture[:, 4]).all()
    assert np.isfinite(picture).sum() == values.size


def test_pictures_share_a_scale_in_which_middle_grey_is_0_or_1():
    x = activations("digits").x
    made = average_pictures(averages(x, (1, 2)), averages(normalize_by("instance", x).output, (1, 2)))
    check_figure(made)
    for trace in made["data"]:
        assert trace["zmin"] == -trace["zmax"]
    means, means_after, _, deviations_after = made["data"]
    assert means["zmax"] == means_after["zmax"] == np.nanmax(np.abs(means["z"]))
    assert np.abs(means_after["z"]).max() < 1e-5
    assert np.abs(deviations_after["z"]).max() < 0.01
    assert {text for line in deviations_after["text"] for text in line} == {"1"}
    assert "texttemplate" in means


def test_a_deviation_of_0_still_has_a_shade():
    made = average_pictures(averages(np.zeros((2, 2, 2, 2)), (1, 2)), averages(np.ones((2, 2, 2, 2)), (1, 2)))
    check_figure(made)
    assert np.isfinite(made["data"][2]["z"]).all()


def test_names_and_numbers():
    assert axes_name((0, 3)) == "N, C"
    assert span(np.array([-1.0, 1.0])).replace("\N{NO-BREAK SPACE}", " ") == "−1 to 1"
    assert closeness(0.0) == 1
    assert closeness(1.0) == 0
