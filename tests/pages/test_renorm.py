"""What the page on batch renormalization says, against the formula written out here."""

import re

import numpy as np
import pytest

from normlib import data
from tests.pages.opened import charts, open_page, open_tab, plain


def drawn_batches(size, seed=0, feature=12):
    x = data.load("wine").x[:, feature]
    values = (x - x.mean()) / x.std()
    rng = np.random.default_rng(seed)
    draws = np.array([rng.choice(values, size, replace=False) for _ in range(612)])
    mean, std = 0.0, 1.0
    for batch in draws[:600]:
        mean = 0.99 * mean + 0.01 * batch.mean()
        std = 0.99 * std + 0.01 * np.sqrt(batch.var() + 1e-3)
    return draws[600:], mean, std


def limits(step, rmax=3.0, dmax=5.0):
    return 1 + (rmax - 1) * np.clip((step - 5e3) / 35e3, 0, 1), dmax * np.clip((step - 5e3) / 20e3, 0, 1)


@pytest.mark.parametrize("size", ["2", "4", "16"])
@pytest.mark.parametrize("step", [0, 5000, 12500, 20000, 45000])
def test_the_points_are_those_of_the_formula(size, step):
    chart = charts(open_page("batch-renorm", rn_size=size, rn_step=str(step)))[0]
    batches, mean, std = drawn_batches(int(size))
    rmax, dmax = limits(step)
    deviation = np.sqrt(batches.var(axis=1, keepdims=True) + 1e-3)
    own = batches.mean(axis=1, keepdims=True)
    r, d = deviation / std, (own - mean) / std
    y = (batches - own) / deviation * np.clip(r, 1 / rmax, rmax) + np.clip(d, -dmax, dmax)
    inference = (batches - mean) / std
    points = chart["figure"]["data"][2]
    np.testing.assert_allclose(points["x"], inference.T.ravel(), atol=1e-5)
    np.testing.assert_allclose(points["y"], y.T.ravel(), atol=1e-5)
    away = 100 * np.sqrt(((y - inference) ** 2).mean() / (inference**2).mean())
    if away > 1e-6:
        assert float(re.search(r"([\d.]+) % away", plain(chart["title"]))[1]) == pytest.approx(away, abs=0.51)
    met = int(((r > rmax) | (r < 1 / rmax) | (np.abs(d) > dmax)).sum())
    if step > 5000 and met:
        assert f"{met} batch" in chart["sentence"]


def test_closed_limits_are_batch_norm_and_wide_ones_inference():
    closed = charts(open_page("batch-renorm", rn_step="0"))[0]
    assert "batch norm" in closed["title"]
    y = np.asarray(closed["figure"]["data"][2]["y"]).reshape(4, 12)
    np.testing.assert_allclose(y.mean(axis=0), 0, atol=1e-6)
    assert (y.std(axis=0) > 0.98).all()  # 1 but for epsilon
    wide = charts(open_page("batch-renorm", rn_step="45000", rn_rmax="5", rn_dmax="10", rn_size="16"))[0]
    assert wide["title"] == "No batch meets a limit: training gives what inference gives"
    np.testing.assert_allclose(wide["figure"]["data"][2]["x"], wide["figure"]["data"][2]["y"], atol=1e-6)


def test_limits_that_never_open_stay_batch_norm():
    for title in charts(open_page("batch-renorm", rn_rmax="1", rn_dmax="0"))[0]["frames"]["titles"]:
        assert "batch norm" in title


def test_a_constant_feature_is_said():
    chart = charts(open_page("batch-renorm", rn_data="Digits", rn_feature="pixel 0,0"))[0]
    assert "constant" in chart["title"]
    assert "Choose another" in chart["sentence"]
    assert not np.any(chart["figure"]["data"][2]["y"])


def test_the_table_says_which_batches_meet_a_limit():
    tab = plain(open_tab(open_page("batch-renorm", rn_step="10000"), "Numbers").markdown[0].value)
    batches, mean, std = drawn_batches(4)
    rmax, dmax = limits(10000)
    for line, batch in zip(tab.split("\n")[2:], batches, strict=True):
        cells = [cell.replace("−", "-") for cell in line.strip("| ").split(" | ")]
        r, d = np.sqrt(batch.var() + 1e-3) / std, (batch.mean() - mean) / std
        shown = [batch.mean(), np.sqrt(batch.var() + 1e-3), r, np.clip(r, 1 / rmax, rmax), d, np.clip(d, -dmax, dmax)]
        np.testing.assert_allclose([float(cell) for cell in cells[1:7]], shown, rtol=0.06)
        assert cells[7] == ("yes" if not (1 / rmax <= r <= rmax and abs(d) <= dmax) else "no")
