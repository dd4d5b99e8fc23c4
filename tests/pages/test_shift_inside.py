"""Covariate shift inside the network: without a browser, and with jobs that run where they are asked for."""

import contextlib
import io
from dataclasses import replace

import numpy as np
import pytest

from normlib.training import collect, train
from normlib.training.inside_shift import RATES, best_rates, inside_shift
from normlib.training.jobs import InlineJobs, Store
from pages.parts import inside_words, runs
from pages.parts.inside import LABELS, Inside, common
from pages.parts.inside_words import AS_WELL, NO_BETTER, learning
from tests.pages.opened import charts, check, choices, control, open_page, open_tab, plain, press, run_views

SLUG = "shift-inside"
SMALL = {"si_steps": "300", "si_seeds": "3", "si_noise": "0.5"}


@pytest.fixture(scope="module")
def results():
    crossed = inside_shift(noise=0.5, steps=300, seeds=3)
    return collect(crossed.experiments, train(crossed.experiments))


@pytest.fixture(autouse=True)
def jobs(monkeypatch, tmp_path):
    inline = InlineJobs(Store(tmp_path), threaded=False)
    monkeypatch.setattr(runs, "shared_jobs", lambda: inline)
    return inline


@pytest.fixture
def quick(monkeypatch, jobs, results):
    """Take the small run from results trained once."""
    wanted = {one.experiment.key: one for one in results}

    def found(job):
        return tuple(wanted[e.key] for e in job.experiments) if all(e.key in wanted for e in job.experiments) else None

    perform = jobs._perform
    monkeypatch.setattr(jobs, "_perform", lambda job: found(job) or perform(job))
    return jobs


def small(**more):
    app = open_page(SLUG, **{**SMALL, **more})
    check(app)
    return app


def view(app):
    (only,) = run_views(app)
    return only


def test_before_a_run_the_page_says_what_to_do():
    app = small()
    assert view(app)["run"] is None
    assert "press Run" in view(app)["waiting"]
    assert [arm["name"] for arm in view(app)["arms"]] == list(LABELS)
    assert not charts(app)
    assert "4 arms × 3 rates × 3 seeds, 300 updates each" in plain(" ".join(one.value for one in app.caption))


def test_a_run_is_what_the_engine_measures(quick, results):
    app = press(small())
    crossed = inside_shift(noise=0.5, steps=300, seeds=3)
    m = Inside(crossed, results, common(crossed, 0))
    assert view(app)["sentence"] == learning(m)
    table = plain(open_tab(app, "Numbers").markdown[0].value)
    assert table.count("(best)") == 4
    assert table.count("\n") == 13
    for one in m.shown:
        assert f"{100 * np.median(one.values['test_accuracy'][:, -1]):.1f}".removesuffix(".0") in table
    assert app.query_params["si_run"] == crossed.key[:8]
    assert len(charts(app)) == 1


def test_what_is_shown_does_not_touch_the_run(quick):
    app = press(small())
    before, trained = view(app), len(quick._jobs)
    titles = set()
    for key in ("si_look", "si_rate", "si_curves"):
        for option in control(app, key).options:
            control(app, key).set_value(option)
            app.run()
            check(app)
            titles.add(charts(app)[0]["title"])
            assert (view(app)["run"], view(app)["turn"]) == (before["run"], before["turn"])
    assert len(quick._jobs) == trained
    assert len(titles) >= 3


def test_each_arm_can_be_seen_at_its_own_best_rate(quick, results):
    app = press(small(si_rate="Own best"))
    crossed = inside_shift(noise=0.5, steps=300, seeds=3)
    best = best_rates(crossed, results)
    said = plain(" ".join(one.value for one in app.caption))
    for rate in best:
        assert f"at {RATES['sigmoid'][rate]:g}" in said
    assert [arm["of"] % 3 for arm in view(app)["arms"]] == list(best)


def test_a_network_that_never_leaves_the_start_is_named(quick):
    assert "No norm never left the start" in plain(view(press(small()))["sentence"])


def test_the_output_is_said_to_be_flat_by_construction(quick):
    app = press(small())
    assert "no evidence" in charts(app)[0]["sentence"]
    assert "contested" in " ".join(one.value for one in app.markdown)


@pytest.mark.parametrize("guess", [AS_WELL, NO_BETTER])
def test_a_guess_is_answered(quick, guess):
    app = small()
    next(one for one in app.radio if "guess" in one.label).set_value(guess)
    press(app)
    assert f"You expected “{guess[0].lower()}{guess[1:]}”" in view(app)["sentence"]


def test_one_seed_decides_nothing():
    app = press(small(si_seeds="1"))
    assert "One seed cannot say" in view(app)["sentence"]
    for option in control(app, "si_look").options:
        control(app, "si_look").set_value(option)
        app.run()
        check(app)


def test_what_is_expected_and_measured_stand_together(quick):
    tab = open_tab(press(small()), "How it is computed")
    said = plain(" ".join(one.value for one in tab.markdown))
    for part in ("Would be refuted by", "Definition 2.1", "figure 1", "Measured, as shown now"):
        assert part in said


def test_the_code_runs_and_prints_numbers(quick):
    tab = open_tab(press(small()), "Code")
    out = io.StringIO()
    with contextlib.redirect_stdout(out):
        exec(compile(tab.code[0].value, "shown", "exec"), {})  # noqa: S102
    assert out.getvalue().count("test accuracy") == 4
    assert out.getvalue().count("cosine") == 4


def test_too_long_a_run_is_answered():
    app = small(si_steps="3000", si_seeds="16")
    assert "s are allowed" in plain(" ".join(one.value for one in app.info))
    assert next(button for button in app.button if button.label == "Run").disabled


def test_every_option_can_be_chosen():
    app = small()
    for key in [one.key for one in choices(app) if one.key and "guess" not in one.key]:
        first = control(app, key).value
        for option in [*control(app, key).options, first]:
            control(app, key).set_value(option)
            app.run()
            check(app)


def test_seeds_that_stop_are_named_and_left_out(results):
    crossed = inside_shift(noise=0.5, steps=300, seeds=3)
    place = inside_words.NOISY_BATCH
    m = Inside(crossed, results, common(crossed, 1))
    values = {name: array.copy() for name, array in m.shown[place].values.items()}
    for array in values.values():
        array[0, 4:] = np.nan
    m.__dict__["shown"] = tuple(
        type(one)(one.experiment, one.steps, values) if arm == place else one for arm, one in enumerate(m.shown)
    )
    assert "1 seed left out" not in learning(m)
    assert "1 seed left out" in inside_words.drifting(m)
    for words in (inside_words.drifting, inside_words.turning, inside_words.quiet, inside_words.both_sides):
        assert "nan" not in words(m)


def test_a_run_that_was_ended_early_decides_nothing(quick, results, monkeypatch):
    def cut(values):
        # What was recorded before the first update, and nothing after it.
        return np.where(np.arange(values.shape[1]).reshape(1, -1, *[1] * (values.ndim - 2)) > 0, np.nan, values)

    early = tuple(
        replace(one, values={name: cut(own) if own.ndim > 1 else own for name, own in one.values.items()})
        for one in results
    )
    app = press(small())
    monkeypatch.setattr(runs, "results_of", lambda key: early)
    app.run()
    check(app)
    assert "ended before its last update" in view(app)["sentence"]
    assert "learned" not in view(app)["title"]
    assert not charts(app)
    assert not app.tabs
