"""What the page on invariances says, against layers called one by one and against the published table."""

import re

import numpy as np
import pytest

from normlib import batch_norm, data, group_norm, layer_norm, rms_norm
from normlib.scalers import StandardScaler
from tests.pages.opened import charts, open_page, open_tab, plain

METHODS = ("None", "Batch", "Layer", "Group", "RMS", "Weight norm", "Weight standardization")
CHANGES = (
    "scale all weights",
    "shift all weights",
    "scale one neuron",
    "scale the data",
    "shift the data",
    "scale one sample",
)


def cells(chart):
    """Return what stands in the table, by row and column."""
    layout = chart["figure"]["layout"]
    rows, columns = layout["yaxis"]["ticktext"], [name.replace("<br>", " ") for name in layout["xaxis"]["ticktext"]]
    return {(rows[note["y"]], columns[note["x"]]): plain(note["text"]) for note in layout["annotations"]}


def batch(seed=0, size=64, name="digits"):
    x = data.load(name).x
    x = x / 16 if name == "digits" else StandardScaler().fit(x).transform(x)
    rng = np.random.default_rng(seed)
    x = x[np.sort(rng.permutation(len(x))[:size])]
    return x, rng.normal(size=(x.shape[1], 16)) / np.sqrt(x.shape[1])


def test_the_table_has_a_cell_for_every_method_and_change():
    assert set(cells(charts(open_page("invariance"))[0])) == {(m, c) for m in METHODS for c in CHANGES}


@pytest.mark.parametrize("factor", ["0.1", "3", "10"])
def test_entries_are_what_the_layers_give(factor):
    chart = charts(open_page("invariance", iv_factor=factor))[0]
    shown, by = cells(chart), float(factor)
    x, w = batch()
    scaled, shifted, sample, neuron = w * by, x + (by - 1) * x[:1], x.copy(), w.copy()
    sample[0] *= by
    neuron[:, 0] *= by
    layers = {
        "Batch": lambda a: batch_norm(a, eps=0).output,
        "Layer": lambda a: layer_norm(a, eps=0).output,
        "Group": lambda a: group_norm(a, 4, eps=0).output,
        "RMS": lambda a: rms_norm(a, eps=0).output,
    }
    changed = {
        "scale all weights": x @ scaled,
        "shift all weights": x @ (w + (by - 1) * w[:, :1]),
        "scale one neuron": x @ neuron,
        "scale the data": by * x @ w,
        "shift the data": shifted @ w,
        "scale one sample": sample @ w,
    }
    for method, layer in layers.items():
        before = layer(x @ w)
        for name, after in changed.items():
            relative = np.linalg.norm(layer(after) - before) / np.linalg.norm(before)
            said = shown[method, name]
            if relative < 1e-9:
                assert said == "same", (method, name)
            else:
                assert float(said.removesuffix(" %").replace(",", "")) == pytest.approx(100 * relative, rel=0.06)
    others = batch_norm(sample @ w, eps=0).output[1:] - batch_norm(x @ w, eps=0).output[1:]
    share = np.linalg.norm(others) / np.linalg.norm(batch_norm(x @ w, eps=0).output[1:])
    said = re.search(r"change as well, by ([\d.]+) %", plain(chart["sentence"]))[1]
    assert float(said) == pytest.approx(100 * share, rel=0.06)
    assert f"{sum(text == 'same' for (m, _), text in shown.items() if m != 'None')} leave" in chart["sentence"]


def test_the_kind_of_shift_decides_about_weight_standardization():
    pattern, number = (cells(charts(open_page("invariance", iv_shift=s))[0]) for s in ("A pattern", "One number"))
    for change in ("shift all weights", "shift the data"):
        assert pattern["Weight standardization", change] != "same"
        assert number["Weight standardization", change] == "same"
    assert {key for key in pattern if (pattern[key] == "same") != (number[key] == "same")} == {
        ("Weight standardization", "shift all weights"),
        ("Weight standardization", "shift the data"),
    }


def test_epsilon_leaves_only_nearly_the_same():
    exact = cells(charts(open_page("invariance", iv_factor="0.1"))[0])
    chart = charts(open_page("invariance", iv_factor="0.1", iv_eps="0.001"))[0]
    loose = cells(chart)
    assert exact["Batch", "scale all weights"] == "same"
    x, w = batch()
    before, after = (batch_norm(a, eps=1e-3).output for a in (x @ w, 0.1 * x @ w))
    share = 100 * np.linalg.norm(after - before) / np.linalg.norm(before)
    assert float(loose["Batch", "scale all weights"].removesuffix(" %")) == pytest.approx(share, rel=0.06)
    # A mean is subtracted exactly, whatever epsilon is.
    assert loose["Layer", "shift all weights"] == loose["Batch", "shift the data"] == "same"
    assert "exact with epsilon 0" in chart["sentence"]
    kept = sum(text == "same" and loose[key] == "same" for key, text in exact.items() if key[0] != "None")
    assert f"{kept} of 19 exact entries stay exact" in chart["title"]


def test_the_published_table_agrees_in_every_entry():
    said = plain(" ".join(one.value for one in open_tab(open_page("invariance"), "Published table").markdown))
    assert "18 of 18 entries agree" in said
    assert "not here" not in said
    assert "| Batch | same | changes | same | same | same | changes |" in said
    assert "| Weight norm | same | changes | same | changes | changes | changes |" in said
    assert "| Layer | same | same | changes | same | changes | same |" in said


def test_a_factor_of_one_and_a_batch_of_two_are_said():
    still = charts(open_page("invariance", iv_factor="1"))[0]
    assert set(cells(still).values()) == {"same"}
    assert "Move the factor" in still["sentence"]
    assert "+1 and −1" in charts(open_page("invariance", iv_batch="2"))[0]["sentence"]


def test_other_data_are_measured_too():
    shown = cells(charts(open_page("invariance", iv_data="Wine", iv_seed="3"))[0])
    x, w = batch(3, name="wine")
    x2 = x.copy()
    x2[0] *= 3
    before, after = (batch_norm(a, eps=0).output for a in (x @ w, x2 @ w))
    share = 100 * np.linalg.norm(after - before) / np.linalg.norm(before)
    assert float(shown["Batch", "scale one sample"].removesuffix(" %")) == pytest.approx(share, rel=0.06)
