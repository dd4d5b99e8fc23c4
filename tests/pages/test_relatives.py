"""What the page on relatives says, against formulas written out here."""

import re

import numpy as np
import pytest
from numpy.lib.stride_tricks import sliding_window_view

from normlib import data
from normlib.activations import activations
from tests.pages.opened import charts, open_page, open_tab, plain

TENSORS = {"Feature maps of digits": "digits", "Feature maps of photographs": "photographs", "A dense layer": "dense"}


def rows(tensor):
    x = activations(TENSORS[tensor]).x
    x = x.reshape(-1, x.shape[-1]).astype(float)
    return x[np.unique(np.linspace(0, len(x) - 1, min(40, len(x))).round().astype(int))]


def layer(x):
    return (x - x.mean(axis=-1, keepdims=True)) / np.sqrt(x.var(axis=-1, keepdims=True) + 1e-6)


def found(text):
    return [float(number.replace(",", "").replace("−", "-")) for number in re.findall(r"−?\d[\d,]*\.?\d*", plain(text))]


@pytest.mark.parametrize("tensor", TENSORS)
def test_at_mean_zero_rms_norm_is_layer_norm(tensor):
    chart = charts(open_page("relatives", rl_tensor=tensor, rl_shift="0"))[0]
    points = chart["figure"]["data"][1]
    x = rows(tensor)
    expected = layer(x - x.mean(axis=1, keepdims=True)).ravel()
    np.testing.assert_allclose(points["x"], expected, atol=1e-6)
    np.testing.assert_allclose(points["y"], expected, atol=1e-6)
    assert chart["title"] == "At mean 0, RMS norm is layer norm"


@pytest.mark.parametrize("tensor", TENSORS)
@pytest.mark.parametrize(("shift", "own"), [(2.5, False), (1.0, True)])
def test_with_a_mean_rms_norm_departs(tensor, shift, own):
    link = {"rl_tensor": tensor, "rl_shift": str(shift), "rl_own": str(own).lower()}
    app = open_page("relatives", **link)
    chart = charts(app)[0]
    x = rows(tensor)
    moved = (x if own else x - x.mean(axis=1, keepdims=True)) + shift * x.std()
    root = moved / np.sqrt((moved**2).mean(axis=1, keepdims=True) + 1e-6)
    np.testing.assert_allclose(chart["figure"]["data"][1]["y"], root.ravel(), atol=1e-5)
    np.testing.assert_allclose(chart["figure"]["data"][1]["x"], layer(x).ravel(), atol=1e-4)
    said = found(chart["sentence"])
    assert said[0] == shift
    assert said[1] == pytest.approx(root.mean(), rel=0.006)
    assert said[2] == pytest.approx(root.std(axis=1).mean(), rel=0.006)
    away = np.sqrt(((root - layer(x)) ** 2).mean() / (layer(x) ** 2).mean())
    assert said[-1] == pytest.approx(100 * away, abs=0.51)
    assert found(chart["title"])[1] == pytest.approx(
        100 * root.std(axis=1).mean() / layer(x).std(axis=1).mean(), abs=0.51
    )


def test_own_means_alone_make_a_difference():
    chart = charts(open_page("relatives", rl_shift="0", rl_own="true"))[0]
    assert "own means alone" in chart["title"]
    assert found(chart["title"])[0] > 1


@pytest.mark.parametrize("tensor", TENSORS)
@pytest.mark.parametrize("alpha", ["0.05", "0.5", "5"])
def test_the_tanh_is_the_best_one_of_its_alpha(tensor, alpha):
    app = open_page("relatives", rl_relative="Dynamic tanh", rl_tensor=tensor, rl_alpha=alpha)
    chart = charts(app)[0]
    x = rows(tensor)
    y, t = layer(x).ravel(), np.tanh(float(alpha) * x).ravel()
    (gamma,), *_ = np.linalg.lstsq(t[:, None], y, rcond=None)
    points, _, curve = chart["figure"]["data"]
    np.testing.assert_allclose(points["y"], y, atol=1e-5)
    np.testing.assert_allclose(curve["y"], gamma * np.tanh(float(alpha) * curve["x"]), rtol=1e-4, atol=1e-5)
    away = np.sqrt(((gamma * t - y) ** 2).mean() / (y**2).mean())
    assert found(chart["title"])[-1] == pytest.approx(100 * away, abs=0.51)
    straight = np.abs(np.tanh(float(alpha) * x) - float(alpha) * x) <= 0.05 * float(alpha) * np.abs(x)
    assert found(chart["sentence"])[0] == pytest.approx(100 * straight.mean(), abs=0.51)


def test_of_all_alphas_the_nearest_is_named():
    frames = charts(open_page("relatives", rl_relative="Dynamic tanh", rl_tensor="A dense layer"))[0]["frames"]
    away = [found(title)[-1] for title in frames["titles"]]
    (best,) = [at for at, title in enumerate(frames["titles"]) if "closest" in title]
    assert away[best] == min(away)
    assert all("Nearest here" in text for at, text in enumerate(frames["sentences"]) if at != best)


@pytest.mark.parametrize(("factor", "add"), [("10", "false"), ("0.1", "false"), ("1", "true")])
def test_one_filter_moves_all_of_layer_norm_and_none_of_weight_standardization(factor, add):
    app = open_page("relatives", rl_relative="Weight standardization", rl_factor=factor, rl_add=add)
    chart = charts(app)[0]
    images = data.load("digits").x[:20].reshape(-1, 8, 8) / 16
    patches = sliding_window_view(images, (3, 3), axis=(1, 2)).reshape(-1, 9)
    w = np.random.default_rng(0).normal(0, np.sqrt(2 / 9), (9, 8))
    changed = w.copy()
    changed[:, 0] = float(factor) * w[:, 0] + (0.5 if add == "true" else 0)
    treatments = [
        lambda k: patches @ k,
        lambda k: layer(patches @ k),
        lambda k: patches @ ((k - k.mean(0)) / (k.std(0) + 1e-5)),
    ]
    for treat, trace in zip(treatments, chart["figure"]["data"], strict=True):
        np.testing.assert_allclose(trace["y"], treat(changed).std(axis=0) / treat(w).std(axis=0), rtol=1e-4)
    raw, normed, standard = (np.asarray(trace["y"]) for trace in chart["figure"]["data"])
    np.testing.assert_allclose(raw[1:], 1)
    assert (np.abs(normed[1:] - 1) > 0.001).all()
    np.testing.assert_allclose(standard, 1, atol=1e-3)
    others = layer(patches @ changed).std(axis=0)[1:].mean() / layer(patches @ w).std(axis=0)[1:].mean() - 1
    assert found(chart["title"])[0] == pytest.approx(100 * abs(others), abs=0.51)
    assert ("lifts" if others > 0 else "shrinks") in chart["title"]


def test_both_divisors_of_the_authors_are_told_apart():
    link = {"rl_relative": "Weight standardization"}
    tabs = [
        plain(open_tab(open_page("relatives", **link, **more), "Numbers").markdown[0].value)
        for more in ({}, {"rl_divisor": "n − 1"})
    ]
    last = [np.array([float(line.strip("| ").split(" | ")[3]) for line in tab.split("\n")[2:]]) for tab in tabs]
    np.testing.assert_allclose(last[0] / last[1], np.sqrt(9 / 8), rtol=0.01)  # three digits are shown
