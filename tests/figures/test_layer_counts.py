import numpy as np
import pytest

from normlib import rms_norm
from normlib.figures.layer_counts import layer_counts
from normlib.figures.look import METHODS
from normlib.layer_facts import LAYERS, layer_facts
from tests.figures.drawn import check_figure
from tests.pages.opened import attribute

SIZES = (1, 8, 64)


def facts(side=4, channels=8, groups=2):
    return [[layer_facts(m, (n, side, side, channels), groups=groups) for m in LAYERS] for n in SIZES]


@pytest.mark.parametrize(("side", "channels", "groups"), [(4, 8, 2), (1, 8, 8), (1, 1, 1), (56, 256, 32)])
@pytest.mark.parametrize("at", range(len(SIZES)))
def test_every_position_is_drawn_as_its_own_figure(at, side, channels, groups):
    found = facts(side, channels, groups)
    made = layer_counts(found, at)
    check_figure(made.figure, made.narrow)
    for (trace, path), rows in layer_counts(found, 0).moving.items():
        np.testing.assert_array_equal(made.figure["data"][trace][path], rows[at])
    for path, entries in layer_counts(found, 0).notes.items():
        assert attribute(made.figure["layout"], path) == entries[at]


def test_marks_stand_at_the_logarithm_of_the_counts_and_say_them():
    found = facts()[1]
    made = layer_counts(facts(), 1).figure
    values, means = made["data"][-2], made["data"][-1]
    np.testing.assert_allclose(10 ** values["x"], [one.values for one in found], rtol=1e-5)
    np.testing.assert_allclose(10 ** means["x"], [one.means for one in found], rtol=1e-5)
    assert values["marker"]["color"] == [METHODS[m].color for m in LAYERS]
    texts = [note["text"] for note in made["layout"]["annotations"]]
    assert texts[0::2] == [f"{one.values:,}" for one in found]
    assert texts[1::2] == [f"{one.means:,} means" for one in found]
    low, high = made["layout"]["xaxis2"]["range"]
    assert low < 0 <= values["x"].max() < high


def squares(made, name):
    trace = next(one for one in made["data"] if one["name"] == name)
    return set(zip(trace["y"].astype(int), trace["x"].astype(int), strict=True))


def test_squares_tell_which_axes_share_a_mean():
    made = layer_counts(facts(), 1).figure
    row = {method: at for at, method in enumerate(LAYERS)}
    full = {row["batch"]: "NHW", row["layer"]: "HWC", row["instance"]: "HW", row["group"]: "HW", row["rms"]: "HWC"}
    assert squares(made, "all of the axis") == {(r, "NHWC".index(one)) for r, axes in full.items() for one in axes}
    assert squares(made, "part of the axis") == {(row["group"], 3)}


def test_one_value_per_mean_is_said():
    texts = [note["text"] for note in layer_counts(facts(side=1), 0).figure["layout"]["annotations"]]
    assert texts[0] == texts[4] == "1 value: nothing left"
    alone = [note["text"] for note in layer_counts(facts(1, 1, 1), 0).figure["layout"]["annotations"]]
    assert alone[8] == "1 value: only its sign"
    assert np.abs(rms_norm([[2.0], [-5.0]]).output).round(3).tolist() == [[1.0], [1.0]]
