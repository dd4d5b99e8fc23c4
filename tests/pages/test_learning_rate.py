"""The ladder of learning rates: without a browser, and with jobs that run where they are asked for."""

import numpy as np
import pytest

from normlib.training import Experiment, collect, train
from normlib.training import presets as presets_module
from normlib.training.crossed import Crossed
from normlib.training.jobs import InlineJobs, Shipped, Store
from pages.parts import ladders as words
from pages.parts import runs
from pages.parts.ladders import Ladders, sentence, title
from pages.parts.rows import csv_text
from tests.pages.opened import charts, check, control, open_page, open_tab, plain, press

SLUG = "learning-rate"


@pytest.fixture(autouse=True)
def jobs(monkeypatch, tmp_path):
    """Run in this process, small networks for a few updates."""

    def small(activation="relu", *, depth=5, placement="before", steps=300, seeds=5):
        base = Experiment(
            data="wine",
            activation=activation,
            depth=min(depth, 2),
            width=8,
            placement=placement,
            steps=steps // 50,
            seeds=min(seeds, 3),
            points=3,
            record=[],
        )
        axes = {"method": presets_module.LADDER_METHODS, "scale": presets_module.SCALES}
        return Crossed(base, {**axes, "learning_rate": presets_module.RATES})

    monkeypatch.setattr(presets_module, "learning_rates", small)
    inline = InlineJobs(Store(tmp_path / "store"), threaded=False)
    monkeypatch.setattr(runs, "shared_jobs", lambda: inline)
    monkeypatch.setattr(runs, "SHIPPED_RUNS", tmp_path / "none")
    return inline


def test_before_a_run_the_page_says_what_to_do():
    app = open_page(SLUG)
    check(app)
    (chart,) = charts(app)
    assert "press Run" in chart["sentence"]
    assert not app.tabs
    assert all(np.isnan(np.asarray(trace["z"], float)).all() for trace in chart["figure"]["data"] if "z" in trace)


def test_a_run_shows_what_the_engine_measures():
    app = press(open_page(SLUG))
    crossed = presets_module.learning_rates()
    found = words.ladders(crossed, collect(crossed.experiments, train(crossed.experiments)))
    (chart,) = charts(app)
    assert (chart["title"], chart["sentence"]) == (title(found), sentence(found))
    heat = [trace for trace in chart["figure"]["data"] if trace["type"] == "heatmap"]
    for panel, trace in zip(found.panels(), heat, strict=True):
        shown = np.where(panel.stopped > 0.5, 0.0, panel.medians)
        np.testing.assert_allclose(np.asarray(trace["z"], float), shown, rtol=1e-6)
    for name in ("Numbers", "How it is computed", "Code"):
        assert open_tab(app, name).children
    assert app.query_params["lr_run"] == crossed.key[:8]


def test_the_file_has_a_line_per_network():
    crossed = presets_module.learning_rates()
    results = collect(crossed.experiments, train(crossed.experiments))
    lines = csv_text(*words.rows(results)).splitlines()
    assert len(lines) == 1 + len(crossed.experiments) * len(crossed.base.seeds)
    assert lines[0].startswith("method,scale,learning_rate,seed")
    assert lines[1].startswith("none,0.01,0.001,0,")


def test_a_link_shows_its_run_and_other_settings_do_not():
    key = presets_module.learning_rates().key[:8]
    assert open_page(SLUG, lr_run=key).tabs
    assert not open_page(SLUG, lr_run=key, lr_activation="Tanh").tabs


def test_a_run_that_came_along_waits_for_a_guess_or_for_run(monkeypatch, tmp_path):
    crossed = presets_module.learning_rates()
    shipped = Shipped(tmp_path / "box")
    shipped.put(crossed.experiments, "numpy", collect(crossed.experiments, train(crossed.experiments)))
    boxed = InlineJobs(Store(tmp_path / "own"), shipped=shipped, threaded=False)
    monkeypatch.setattr(runs, "shared_jobs", lambda: boxed)
    monkeypatch.setattr(runs, "SHIPPED_RUNS", tmp_path / "box")
    app = open_page(SLUG)
    check(app)
    assert "Guess, and what was measured is shown" in charts(app)[0]["sentence"]
    assert not boxed._jobs
    control(app, "lr_guess").set_value("Batch")
    app.run()
    check(app)
    assert charts(app)[0]["sentence"].startswith("You expected batch norm to bear the highest rate")
    assert "Run it again" in [button.label for button in app.button]
    again = press(open_page(SLUG))
    assert "Run it again" in [button.label for button in again.button]
    assert "You expected" not in charts(again)[0]["sentence"]
    press(app, "Run it again")
    assert not boxed.status(next(iter(boxed._jobs))).stored


def test_every_option_can_be_chosen():
    app = open_page(SLUG)
    for key in ("lr_activation", "lr_depth", "lr_placement", "lr_steps", "lr_seeds"):
        for option in control(app, key).options:
            control(app, key).set_value(option)
            app.run()
            check(app)


def ladder_of(right, stopped=0):
    """Return findings in which every method and scale has the same ladder."""
    accuracy = np.broadcast_to(np.asarray(right, float), (3, 5, *np.shape(right))).copy()
    return Ladders(accuracy, np.full((3, 5, 10), stopped), ended=True)


def test_equal_ladders_are_not_told_apart():
    right = np.full((10, 4), 0.95)
    right[7:] = 0.1
    right[6, :2] = 0.1
    said = plain(sentence(ladder_of(right)))
    assert said.count("not detected at this scale (95 % interval 0 to 0 decades)") == 2
    assert "no norm from 0.001 to 0.3;" in said


def test_a_wider_range_is_measured_seed_by_seed():
    found = ladder_of(np.full((10, 4), 0.95))
    found.accuracy[0, 2, 6:] = 0.1  # none, at scale 1: the four highest rates fail
    found.accuracy[0, 2, 5, 0] = 0.1
    said = plain(sentence(found, "Batch"))
    step = np.log10(30 / 0.001) / 9
    assert f"{np.mean([5, 4, 4, 4]) * step:.1f} decades wider than without norm" in said
    assert "You expected batch norm" in said


def test_nothing_that_works_is_said():
    found = ladder_of(np.full((10, 2), 0.5))
    assert "No setting gets 90" in title(found)
    assert "no norm at none" in sentence(found)
    assert title(ladder_of(np.full((10, 2), np.nan), stopped=2)).startswith("No setting")
