"""The page on small batches: with jobs that run where they are asked for, and numbers that are known beforehand."""

import numpy as np
import pytest

from normlib.training import collect
from normlib.training.jobs import InlineJobs, Shipped, Store
from normlib.training.jobs.keys import ENGINES
from normlib.training.presets import BATCHES, WU_HE, small_batches
from pages.parts import runs
from pages.parts.small_batches import grid
from pages.parts.small_batches_words import UNDECIDED, dearest, gap_power, gap_sentence, judged, sentence, title
from tests.pages import made_up
from tests.pages.opened import charts, check, choices, control, open_page, open_tab, plain, press, run_line

SLUG = "small-batches"
FAKES = dict.fromkeys(ENGINES, "tests.pages.made_up:train")
FEW = {"sm_epochs": "1", "sm_seeds": "3"}


@pytest.fixture(autouse=True)
def jobs(monkeypatch, tmp_path):
    inline = InlineJobs(Store(tmp_path / "store"), threaded=False, engines=FAKES)
    monkeypatch.setattr(runs, "shared_jobs", lambda: inline)
    monkeypatch.setattr(runs, "SHIPPED_RUNS", tmp_path / "shipped")
    return inline


def opened(**link):
    app = open_page(SLUG, **link)
    check(app)
    return app


def chart(app):
    (only,) = charts(app)
    return only


def measured(**settings):
    crossed = small_batches(**settings)
    return grid(crossed, collect(crossed.experiments, made_up.train(crossed.experiments)))


def test_without_a_run_the_page_says_what_to_do():
    app = opened(**FEW)
    assert run_line(app)["run"] is None
    assert "press Run" in chart(app)["sentence"]
    assert "84 networks: 4 methods × 7 batch sizes × 3 seeds" in plain(" ".join(one.value for one in app.caption))
    assert not app.tabs


def test_a_run_shows_what_was_measured():
    app = press(opened(**FEW))
    crossed = small_batches(epochs=1, seeds=3)
    traces = {trace["name"]: trace for trace in chart(app)["figure"]["data"]}
    for name, label in {"none": "None", "batch": "Batch", "layer": "Layer", "group": "Group"}.items():
        arms = [one for one in crossed.experiments if one.method == name]
        wanted = [np.mean([made_up.error(one, seed, one.steps) for seed in one.seeds]) for one in arms]
        np.testing.assert_allclose(traces[label]["y"], wanted, rtol=1e-6)
    assert chart(app)["title"] == title(measured(epochs=1, seeds=3))
    assert app.query_params["sm_run"] == crossed.key[:8]


def test_the_sentence_has_the_paired_differences():
    g = measured(epochs=1, seeds=3)
    said = plain(sentence(g))
    # Batch norm minus group norm: 0.01 + 0.4 / B for every seed.
    assert "batches of 2, batch norm makes 21 points more errors than group norm (95 % interval 21 to 21)" in said
    assert "with batches of 32, batch norm makes 2.2 points more" in said
    assert "costs batch norm 19 points more than group norm" in said
    assert "as expected" in judged(g)


def test_a_null_is_said_as_such(monkeypatch):
    monkeypatch.setattr(
        made_up, "error", lambda e, seed, step: 0.05 + 0.01 * ((seed * 7 + e.batch_size + len(e.method)) % 3)
    )
    g = measured(seeds=7)
    assert "no difference is detected at this scale" in sentence(g)
    assert len(dearest(g)) > 1


def test_an_expectation_that_fails_is_called_refuted(monkeypatch):
    monkeypatch.setattr(made_up, "error", lambda e, seed, step: 0.05 + 0.001 * seed * len(e.method))
    assert "refutes the expectation" in judged(measured(seeds=5))


def test_the_two_modes_and_their_power(monkeypatch):
    monkeypatch.setattr(
        made_up,
        "in_batches",
        lambda e, seed, step: made_up.error(e, seed, step) + (0.1 + 1e-4 * seed) * e.batch_size**-0.5,
    )
    g = measured(seeds=3)
    assert gap_power(g) == pytest.approx(-0.5)
    assert "power −0.5 " in gap_sentence(g)
    np.testing.assert_allclose(g.gaps[:, 0], [-0.1 * size**-0.5 for size in BATCHES])
    monkeypatch.setattr(
        made_up, "in_batches", lambda e, seed, step: made_up.error(e, seed, step) + 0.01 * (20 - e.batch_size)
    )
    g = measured(seeds=3)
    assert gap_power(g) is None
    assert "sign changes" in gap_sentence(g)


def test_published_numbers_are_drawn_apart_from_ours():
    app = press(opened(**FEW, sm_show="Wu and He 2018"))
    theirs = [trace for trace in chart(app)["figure"]["data"] if trace["xaxis"] == "x"]
    assert [trace["name"] for trace in theirs] == ["Batch", "Group"]
    for trace, errors in zip(theirs, WU_HE.errors.values(), strict=True):
        np.testing.assert_allclose(trace["y"], errors, rtol=1e-6)
    assert "Not our numbers" in chart(app)["sentence"]
    assert len([trace for trace in chart(app)["figure"]["data"] if trace["xaxis"] == "x2"]) == 2


def test_what_is_shown_does_not_touch_the_run(jobs):
    app = press(opened(**FEW))
    before, trained = run_line(app), len(jobs._jobs)
    for option in control(app, "sm_show").options:
        control(app, "sm_show").set_value(option)
        app.run()
        check(app)
        assert run_line(app) == before
    assert len(jobs._jobs) == trained


def test_a_shipped_run_waits_for_run_and_can_be_run_again(monkeypatch, tmp_path):
    crossed, shipped = small_batches(), Shipped(tmp_path / "shipped")
    shipped.put(crossed.experiments, "keras", collect(crossed.experiments, made_up.train(crossed.experiments)))
    inline = InlineJobs(Store(tmp_path / "other"), threaded=False, engines=FAKES, shipped=shipped)
    monkeypatch.setattr(runs, "shared_jobs", lambda: inline)
    app = opened()
    assert chart(app)["sentence"].startswith("Guess, and what was measured is shown")
    assert "× 7 seeds, trained already." in plain(" ".join(one.value for one in app.caption))
    assert run_line(app)["run"] is None
    app = press(app)
    assert "errors with batch norm" in chart(app)["title"]
    first = run_line(app)
    link = {"sm_run": app.query_params["sm_run"]}
    assert run_line(opened(**link))["run"] == first["run"]
    press(app, "Run it again")
    assert run_line(app)["name"] != first["name"]
    # Other settings do not come along: the figure stays, and the page says so.
    control(app, "sm_seeds").set_value("3")
    app.run()
    check(app)
    assert "before this change" in " ".join(one.value for one in app.caption)


def test_a_link_shows_its_run():
    key = small_batches("dense", epochs=1, seeds=3).key[:8]
    assert run_line(opened(**FEW, sm_network="Dense", sm_run=key))["run"]
    assert run_line(opened(**FEW, sm_network="Convolutional", sm_run=key))["run"] is None


@pytest.mark.parametrize(
    ("guess", "words"),
    [("Batch", "and it does"), ("Group", "batch norm loses more."), (UNDECIDED, "batch norm loses more than")],
)
def test_a_guess_is_answered(guess, words):
    app = opened(**FEW)
    control(app, "sm_guess").set_value(guess)
    press(app)
    assert words in chart(app)["sentence"]


def test_nobody_is_said_to_lose_where_no_loss_is_shown(monkeypatch):
    monkeypatch.setattr(
        made_up, "error", lambda e, seed, step: 0.1 + 0.01 * ((seed * e.batch_size + len(e.method)) % 3)
    )
    g = measured(seeds=7)
    assert "do not show that any method loses" in sentence(g, "Batch")


def test_reset_forgets_the_guess_and_the_run():
    app = opened(**FEW)
    control(app, "sm_guess").set_value("Batch")
    press(app)
    press(app, "Reset")
    assert control(app, "sm_guess").value is None
    assert run_line(app)["run"] is None
    assert "sm_run" not in app.query_params


def test_the_numbers_tell_how_small_a_batch_is():
    app = press(opened(**FEW))
    errors, facts = (plain(one.value) for one in open_tab(app, "Numbers").markdown)
    assert "| 2 | 8.1 ± 0.25 | 25.1 ± 0.25 | 6.1 ± 0.25 | 4.1 ± 0.25 | 21 (21 to 21) |" in errors
    assert "| 2 | 629 | 0.0187 | 128 | 32 | 1.9 |" in facts
    assert "| 4 | 314 | 0.0375 | 256 | 64 | 3.4 |" in facts
    said = " ".join(one.value for one in open_tab(app, "How it is computed").markdown)
    assert "What would refute it" in said
    assert "drop" in said
    check(app)
    assert open_tab(app, "Code").code[0].value


def test_one_seed_is_answered():
    assert "One seed" in chart(press(opened(sm_epochs="1", sm_seeds="1")))["sentence"]


def test_networks_that_stop_are_counted():
    app = press(opened(**FEW, sm_rate="30"))
    assert "36 networks of 84 stopped" in plain(chart(app)["sentence"])
    table = plain(open_tab(app, "Numbers").markdown[0].value)
    rows = [line for line in table.splitlines() if line.startswith(("| 16 ", "| 32 "))]
    assert [line.split(" | ")[-1] for line in rows] == ["0 of 12 |", "12 of 12 |"]


def test_a_run_in_which_every_network_stops_is_answered(monkeypatch):
    monkeypatch.setattr(made_up, "HIGHEST", 0)
    app = press(opened(**FEW))
    assert "Every network stopped" in chart(app)["title"]
    assert "smaller learning rate" in chart(app)["sentence"]


def test_too_much_work_is_answered():
    app = opened(sm_seeds="10", sm_epochs="10")
    assert "10 seeds of 10 epochs would take longer than the 6 minutes" in app.info[0].value
    assert "10 seeds of 10 epochs" in chart(app)["sentence"]
    assert next(button for button in app.button if button.label == "Run").disabled


def test_networks_that_learned_nothing_are_not_ranked(monkeypatch):
    monkeypatch.setattr(made_up, "error", lambda e, seed, step: 0.9 - 0.001 * seed)
    assert title(measured(seeds=3)) == "Nothing was learned: a guess is wrong in 90\N{NO-BREAK SPACE}%"


def test_results_come_in_cell_by_cell():
    crossed = small_batches(epochs=1, seeds=2)
    events = list(made_up.train(crossed.experiments))
    g = grid(crossed, collect(crossed.experiments, events[:2]))
    assert np.isnan(g.errors[0, 1:]).all()
    assert np.isfinite(g.errors[0, 0]).all()
    assert not g.complete
    assert "Nothing is decided" in sentence(g)


def test_a_run_that_was_ended_early_decides_nothing(monkeypatch):
    crossed = small_batches(epochs=1, seeds=3)
    events = list(made_up.train(crossed.experiments))
    early = collect(crossed.experiments, events[: len(events) // 2])
    app = press(opened(**FEW))
    monkeypatch.setattr(runs, "results_so_far", lambda key: early)
    app.run()
    check(app)
    assert "ended before its last update: press Run" in chart(app)["sentence"]
    assert not app.tabs


def test_a_difference_that_is_not_told_apart_does_not_stand_in_the_title(monkeypatch):
    monkeypatch.setattr(made_up, "error", lambda e, seed, step: 0.05 + 0.01 * ((seed * 7 + len(e.method)) % 3))
    assert "batch norm and group norm are not told apart" in title(measured(seeds=7))


def test_every_option_can_be_chosen():
    app = press(opened(**FEW))
    for key in [one.key for one in choices(app) if one.key and "code" not in one.key]:
        widget = control(app, key)
        first = widget.value
        for option in [*widget.options, *([first] if first else [])]:
            control(app, key).set_value(option)
            app.run()
            check(app)


def test_each_cell_can_be_shown_at_its_own_best_rate(monkeypatch):
    # Batch norm does better at the highest rate, all others at the lowest.
    plain_error = made_up.error

    def error(e, seed, step):
        at_32 = e.learning_rate * 32 / e.batch_size
        return plain_error(e, seed, step) + (0.1 / at_32 if e.method == "batch" else 0.1 * at_32)

    monkeypatch.setattr(made_up, "error", error)
    app = press(opened(**FEW, sm_tuned="true"))
    assert "252 networks: 4 methods × 7 batch sizes × 3 seeds × 3 rates" in plain(
        " ".join(one.value for one in app.caption)
    )
    assert "chosen on these same test rows" in chart(app)["sentence"]
    table = plain(open_tab(app, "Numbers").markdown[2].value)
    assert "| batch | no norm | batch norm | layer norm | group norm |" in table
    assert "| 2 | 0.00625 | 0.0562 | 0.00625 | 0.00625 |" in table
    traces = {trace["name"]: trace for trace in chart(app)["figure"]["data"]}
    np.testing.assert_allclose(traces["Group"]["y"], 0.04 + 0.001 + 0.1 * 0.1, rtol=1e-6)
    assert "too good" in " ".join(one.value for one in open_tab(app, "How it is computed").markdown)
