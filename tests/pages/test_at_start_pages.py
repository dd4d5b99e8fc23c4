"""The two pages about networks before their first update say what was measured, and measure once."""

import re

import numpy as np
import pytest

from normlib.training import Experiment
from normlib.training.at_start import at_start, geometric_interval, growth
from normlib.training.expectations import AT_START, PLACEMENTS
from normlib.words import number, percent
from pages.parts import first_gradients, placement_start
from tests.pages.opened import charts, control, open_page, open_tab, plain

PLACES = {"No norm": "none", "Before": "before", "After": "after"}


def said(app):
    (chart,) = charts(app)
    return plain(chart["title"]), plain(chart["sentence"])


def text_of(app, tab):
    return plain(" ".join(one.value for one in open_tab(app, tab).markdown))


def forbidden(*_, **__):
    raise AssertionError("measured again")


def test_the_default_says_what_three_placements_start_with():
    title, sentence = said(open_page("placement-start"))
    base = Experiment(
        depth=5,
        width=100,
        batch_size=60,
        activation="sigmoid",
        init="xavier",
        method="batch",
        scale=10.0,
        steps=0,
        seeds=10,
        dtype="float64",
    )
    none, before, after = at_start([base.but(placement=place) for place in ("none", "before", "after")])
    for found in (none, before, after):
        assert plain(percent(float(found.idle.mean()))) in title
        assert number(geometric_interval(found.gradient_norm[:, 0]).mean, 2) in sentence
    apart = after.idle.mean(axis=1) - before.idle.mean(axis=1)
    assert f"After minus before is {100 * apart.mean():.1f} points (95 % interval " in sentence
    assert before.idle.max() == 0
    assert after.idle.mean() == pytest.approx(0.65, abs=0.015)
    assert none.idle.mean() == pytest.approx(0.53, abs=0.015)


@pytest.mark.parametrize("scale", ["0.01", "0.1"])
def test_no_difference_is_said_as_such(scale):
    _, sentence = said(open_page("placement-start", ps_scale=scale))
    assert "Before and after do not differ in any of the 10 seeds." in sentence


def test_where_before_has_more_saturated_values_the_page_says_so():
    shown = placement_start.start("Tanh", 5, 1e-3)
    at = placement_start.SCALES.index(0.5)
    assert shown.share(1, at) > shown.share(2, at)
    _, sentence = said(open_page("placement-start", ps_activation="Tanh", ps_scale="0.5"))
    assert re.search(r"After minus before is −0\.\d+ points", sentence)


def test_switching_the_histograms_measures_nothing(monkeypatch):
    app = open_page("placement-start")
    before = said(app)
    monkeypatch.setattr(placement_start, "at_start", forbidden)
    control(app, "ps_show").set_value("What goes in").run()
    assert not app.exception
    assert said(app) == before
    (chart,) = charts(app)
    assert "what goes into the activation" in str(chart["figure"]["layout"])


@pytest.mark.parametrize(
    ("chosen", "others"),
    [(["No norm"], ["Before", "After"]), (["Before"], ["No norm", "After"]), (["No norm", "After"], ["Before"])],
)
def test_only_the_chosen_placements_are_drawn_said_and_written(chosen, others):
    app = open_page("placement-start", ps_placements=chosen)
    (chart,) = charts(app)
    drawn = {trace["name"].partition(",")[0] for trace in chart["figure"]["data"]}
    assert drawn == set(chosen)
    spoken = {"No norm": "without", "Before": "before", "After": "after"}
    for text in (*said(app), plain(chart["alt"])):
        assert all(spoken[one] in text for one in chosen), text
        assert not any(spoken[one] in text for one in others), text
    table = text_of(app, "Numbers")
    assert all(one.lower() in table for one in chosen)
    assert not any(f", {one.lower()}" in table for one in others)
    written = open_tab(app, "Code").code[0].value
    assert all(f"'{PLACES[one]}'" in written for one in chosen)
    assert not any(f"'{PLACES[one]}'" in written for one in others)
    computed = text_of(app, "How it is computed")
    assert "What would refute it" not in computed
    assert "Published elsewhere" not in [tab.label for tab in app.tabs]


def test_without_a_norm_its_epsilon_is_not_shown():
    shown = {tuple(chosen): open_page("placement-start", ps_placements=chosen) for chosen in (["No norm"], ["After"])}
    assert "ps_eps" not in {one.key for one in shown["No norm",].selectbox}
    assert "ps_eps" in {one.key for one in shown["After",].selectbox}


def test_placements_that_are_all_taken_away_are_all_shown():
    app = open_page("placement-start")
    before = said(app)
    control(app, "ps_placements").set_value([]).run()
    assert not app.exception
    assert said(app) == before


def test_published_numbers_stand_in_a_tab_of_their_own():
    app = open_page("placement-start")
    shown = text_of(app, "Published elsewhere")
    for row in PLACEMENTS:
        for share in (row.none, row.before, row.after):
            assert f"{100 * share:.1f} %" in shown
    assert "contested" in shown
    assert not {row.network for row in PLACEMENTS} & set(re.findall(r"\w+Net", str(charts(app)[0]["figure"])))


@pytest.mark.parametrize(
    ("slug", "link", "name"),
    [
        ("placement-start", {}, "placement"),
        ("gradients", {}, "scale"),
        ("gradients", {"gr_view": "Depth"}, "depth"),
    ],
)
def test_what_would_refute_it_comes_from_the_record(slug, link, name):
    shown = text_of(open_page(slug, **link), "How it is computed")
    assert AT_START[name].expected in shown
    assert AT_START[name].refuted in shown
    assert all(source in shown for source in AT_START[name].sources)


def test_epsilon_decides_how_far_down_the_law_holds():
    law = {eps: said(open_page("gradients", gr_scale="0.01", gr_eps=eps))[1] for eps in ("0.001 (Keras)", "0.00000001")}
    assert "within 1 % of the law 1 / scale" in law["0.00000001"]
    assert "epsilon (0.001) is not small beside the variance" in law["0.001 (Keras)"]
    for sentence in law.values():
        mean, low, high = (float(one.replace("−", "-")) for one in re.findall(r"−[\d.]+", sentence)[:3])
        assert low <= mean <= high
        assert -1.01 < low <= high < -0.99


def test_the_growth_in_depth_is_that_of_the_networks():
    title, sentence = said(open_page("gradients", gr_view="Depth", gr_depth="50"))
    (found,) = at_start([Experiment(method="batch", depth=50, width=64, batch_size=128, steps=0, seeds=10)])
    expected = geometric_interval(growth(found.gradient_norm))
    assert f"× {expected.mean:.2f} per layer with batch norm" in title
    assert f"{expected.mean:.4f} (95 % interval {expected.low:.4f} to {expected.high:.4f})" in sentence


def test_the_theory_is_a_line_of_its_own_and_is_marked_as_one():
    (chart,) = charts(open_page("gradients", gr_view="Depth"))
    lines = [one for one in chart["figure"]["data"] if one["name"].startswith("theory")]
    assert len(lines) == 2
    np.testing.assert_allclose(lines[1]["y"], np.sqrt(np.pi / (np.pi - 1)), rtol=1e-6)
    steps = lines[0]["y"][:-1] / lines[0]["y"][1:]
    np.testing.assert_allclose(steps[np.isfinite(steps)], np.sqrt(np.pi / (np.pi - 1)), rtol=1e-5)


def test_a_setting_is_measured_once(monkeypatch):
    app = open_page("gradients", gr_view="Depth")
    first = said(app)
    monkeypatch.setattr(first_gradients, "at_start", forbidden)
    control(app, "gr_depth").set_value("10").run()
    control(app, "gr_depth").set_value("30").run()
    assert not app.exception
    assert said(app) == first


def test_wide_networks_have_fewer_seeds_and_the_page_says_how_many():
    for width, seeds in first_gradients.SEEDS.items():
        _, sentence = said(open_page("gradients", gr_width=str(width), gr_rows="32"))
        assert f"({seeds} seeds)." in sentence
