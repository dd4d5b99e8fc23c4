"""What the page on all layers says, against the layers themselves."""

import numpy as np
import pytest

from normlib import batch_norm, group_norm, layer_norm
from normlib.defaults import LAYER_DEFAULTS
from tests.pages.opened import charts, open_page, open_tab, plain


def rows(tab):
    lines = [line.strip("| ").split(" | ") for line in plain(tab.markdown[0].value).split("\n")]
    return {line[0]: line[1:] for line in lines[2:]}


def test_the_counts_are_those_of_the_layers():
    app = open_page("compare", cm_size="8", cm_side="7", cm_channels="64", cm_groups="4")
    x = np.random.default_rng(0).normal(size=(8, 7, 7, 64))
    made = [batch_norm(x), layer_norm(x, axes=(1, 2, 3)), None, group_norm(x, 4), None]
    shown = rows(open_tab(app, "Numbers"))
    for at, one in enumerate(made):
        if one is not None:
            assert shown["values per mean"][at] == f"{one.count:,}"
            assert shown["means"][at] == f"{one.mean.size:,}"
    assert shown["needs other samples"] == ["yes", "no", "no", "no", "no"]
    assert shown["training = inference"] == ["no", "yes", "yes", "yes", "yes"]
    assert shown["stored"] == ["128", "none", "none", "none", "none"]
    assert shown["averages over"] == ["N, H, W", "H, W, C", "H, W", "H, W, 16 of C", "H, W, C"]
    chart = charts(app)[0]
    assert f"{made[0].count:,} values" in chart["title"]
    assert f"{2 * made[0].count:,}" in chart["sentence"]


def test_layer_norm_over_channels_alone():
    shown = rows(open_tab(open_page("compare", cm_over="C"), "Numbers"))
    assert shown["averages over"][1] == shown["averages over"][4] == "C"
    assert shown["learned"][1] == "128"
    assert shown["learned"][4] == "64"


@pytest.mark.parametrize(
    ("link", "lost", "usable"),
    [
        ({"cm_size": "1", "cm_side": "1"}, "batch and instance norm would", "layer, group and RMS norm"),
        ({"cm_side": "1", "cm_groups": "64"}, "instance and group norm would", "batch, layer and RMS norm"),
        ({"cm_size": "1", "cm_side": "1", "cm_channels": "1"}, "batch, layer, instance and group", "more samples"),
    ],
)
def test_a_mean_of_one_value_is_named_with_what_still_works(link, lost, usable):
    chart = charts(open_page("compare", **link))[0]
    assert "nothing" in chart["title"]
    assert lost in chart["sentence"]
    assert usable in chart["sentence"]


def test_every_default_is_on_the_page_with_its_source():
    tab = open_tab(open_page("compare"), "Defaults")
    said = plain(" ".join(one.value for one in tab.markdown))
    links = " ".join(one.value for one in tab.caption)
    for one in LAYER_DEFAULTS:
        assert one.name in said
        assert one.source in links
    assert "0.001" in said
    assert "0.99" in said
