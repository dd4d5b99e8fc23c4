"""What the page on covariate shift says, against SciPy, plain NumPy and the networks themselves."""

import re

import numpy as np
import pytest
from scipy import stats

from normlib import data
from normlib.splits import stratified_split
from pages.parts.deployed import BY, Setting, answered, trained
from pages.parts.deployed_words import EXPECTATIONS
from tests.pages.opened import attribute, charts, open_page, open_tab, plain

WINE = data.load("wine")
TRAIN, TEST = stratified_split(WINE.y, 125, np.random.default_rng(0))


def chart(**link):
    return charts(open_page("shift-between", **link))[0]


def curve(shown, name):
    (trace,) = [trace for trace in shown["figure"]["data"] if trace["name"] == name]
    return np.asarray(trace["y"], dtype=float)


def moved(column, by, spread=1.0):
    train, test = WINE.x[TRAIN, column], WINE.x[TEST, column]
    return train, train.mean() + spread * (test - train.mean()) + by * train.std()


@pytest.mark.parametrize("spread", [0.5, 1.0, 3.0])
@pytest.mark.parametrize(("feature", "column"), [("proline", 12), ("ash", 2)])
def test_distances_and_the_share_out_of_range_are_those_of_scipy_and_numpy(feature, column, spread):
    shown = chart(sb_feature=feature, sb_spread=str(spread), sb_moves="One feature", sb_scaler="Min-max")
    for at in (0, 9, 12, 24):
        train, deployed = moved(column, BY[at], spread)
        assert curve(shown, "Wasserstein")[at] == pytest.approx(
            stats.wasserstein_distance(train, deployed) / train.std(), abs=1e-5
        )
        assert curve(shown, "KS")[at] == pytest.approx(stats.ks_2samp(train, deployed).statistic, abs=1e-5)
        pooled = np.sqrt((train.var(ddof=1) + deployed.var(ddof=1)) / 2)
        assert curve(shown, "Means")[at] == pytest.approx(abs(deployed.mean() - train.mean()) / pooled, abs=1e-5)
        out = np.mean((deployed < train.min()) | (deployed > train.max()))
        assert curve(shown, "Min-max")[at] == pytest.approx(out, abs=1e-6)


def test_the_bars_hold_all_rows_at_every_move():
    shown = chart(sb_spread="4", sb_by="-3")
    assert curve(shown, "training").sum() == pytest.approx(1)
    assert curve(shown, "deployed").sum() == pytest.approx(1)
    (rows,) = [rows for trace, path, rows in shown["frames"]["data"] if trace == 1 and path == "y"]
    np.testing.assert_allclose(np.asarray(rows).sum(axis=1), 1, rtol=1e-5)
    bars = shown["figure"]["data"][1]
    middle = np.sum(np.asarray(bars["x"]) * np.asarray(bars["y"]))
    train, deployed = moved(12, -3, 4.0)
    assert middle == pytest.approx(deployed.mean(), abs=train.std() / 8)


def test_accuracies_are_those_of_the_networks_one_by_one():
    shown = chart(sb_by="2", sb_scaler="Min-max")
    right = []
    for seed, split in enumerate(trained("Wine", "min-max", "none")):
        train, test = stratified_split(WINE.y, 125, np.random.default_rng(seed))
        low, width = WINE.x[train].min(axis=0), np.ptp(WINE.x[train], axis=0)
        z = (WINE.x[test] + 2 * WINE.x[train].std(axis=0) - low) / width
        hidden = np.maximum(z @ split.network.weights + split.network.offset, 0)
        scores = hidden @ split.network.out_weights + split.network.out_offset
        right.append((scores.argmax(axis=1) == WINE.y[test]).mean())
    assert curve(shown, "No norm")[20] == pytest.approx(np.mean(right), abs=1e-6)
    said = float(re.search(r"Without a norm ([\d.]+) %", plain(shown["sentence"]))[1])
    assert said == pytest.approx(100 * np.mean(right), abs=0.06)


def test_fresh_statistics_do_not_notice_a_move_and_the_page_says_why():
    shown = chart(sb_by="2")
    assert np.ptp(curve(shown, "Fresh")) == 0
    assert np.ptp(curve(shown, "Running")) > 0.4
    assert "the move cancels: every answer is the one given without it" in shown["sentence"]
    assert "(no change detected)" in shown["sentence"]


@pytest.mark.parametrize("place", ["On the inputs", "In the hidden layer"])
def test_one_class_per_batch_fails_fresh_statistics_alone(place):
    mixed, blocks = (chart(sb_place=place, sb_by="0", sb_one_class=one) for one in ("false", "true"))
    for name in ("No norm", "Running", "Wasserstein", "Standardization"):
        np.testing.assert_array_equal(curve(mixed, name), curve(blocks, name))
    assert curve(blocks, "Fresh").max() < 0.5
    assert curve(mixed, "Fresh").min() > 0.95
    assert "subtract the mean of that class" in blocks["sentence"]
    assert blocks["title"].startswith("One class per batch")


def test_one_row_is_said_to_have_no_statistics():
    shown = chart(sb_rows="1", sb_by="0")
    assert "all rows the same answer" in shown["title"]
    assert "A single row is its own mean" in shown["sentence"]
    assert curve(shown, "Fresh").max() < 0.41


def test_a_spread_of_one_feature_stays_in_the_hidden_layer():
    shown = chart(sb_place="In the hidden layer", sb_moves="One feature", sb_spread="4", sb_feature="flavanoids")
    assert "does not cancel" in shown["sentence"]
    assert "so the move cancels" in chart(sb_moves="One feature", sb_spread="4", sb_feature="flavanoids")["sentence"]


def test_a_feature_that_never_varies_is_said_not_to_move():
    shown = chart(sb_data="Digits", sb_feature="pixel 0,0", sb_moves="One feature", sb_by="3")
    assert shown["title"].startswith("Pixel 0,0 never varies")
    assert "standard deviation is 0" in shown["sentence"]
    assert np.ptp(curve(shown, "No norm")) == 0


def test_every_frame_says_what_its_own_position_gives():
    frames = chart(sb_spread="2")["frames"]
    for at in (0, 7, 12, 24):
        here = chart(sb_spread="2", sb_by=str(BY[at]))
        assert (here["title"], here["sentence"]) == (frames["titles"][at], frames["sentences"][at])


def test_the_table_shows_what_the_figure_shows():
    app = open_page("shift-between", sb_by="1.5")
    tab = plain(open_tab(app, "Numbers").markdown[0].value)
    shown = charts(app)[0]
    for name in ("No norm", "Running", "Fresh"):
        (line,) = [line for line in tab.split("\n") if line.startswith(f"| {name} ")]
        said = float(re.search(r"([\d.]+) %", line)[1])
        assert said == pytest.approx(100 * curve(shown, name)[18], abs=0.06)


def test_what_was_expected_stands_beside_what_came_out():
    tab = open_tab(open_page("shift-between"), "How it is computed")
    text = plain(" ".join(one.value for one in tab.markdown))
    for one in EXPECTATIONS:
        assert one.expected in text
        assert plain(one.measured(Setting("Wine", 12))) in text
    assert (answered(Setting("Wine", 12), "fresh").same == 1).all()
    assert "all answers stay" in text


def test_what_the_dial_moves_stays_in_its_panel():
    shown = chart()
    for trace, path, rows in shown["frames"]["data"]:
        axis = shown["figure"]["data"][trace].get("xaxis" if path == "x" else "yaxis", path)
        low, high = attribute(shown["figure"]["layout"], f"{axis[0]}axis{axis[1:]}")["range"]
        assert low - 1e-6 <= np.min(rows)
        assert np.max(rows) <= high + 1e-6
