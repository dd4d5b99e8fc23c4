"""The page that trains: without a browser, and with jobs that run where they are asked for."""

import csv
import inspect
import io
from dataclasses import replace

import pytest
import streamlit as st
from streamlit.testing.v1 import AppTest

from normlib.training import collect, train
from normlib.training.findings import findings
from normlib.training.jobs import InlineJobs, Store
from normlib.training.jobs.keys import ENGINES
from pages.parts import runs
from pages.parts.experiment_settings import SETTINGS
from pages.parts.experiment_wanted import wanted
from pages.parts.experiment_words import spoken, styles
from pages.parts.measured import UNDECIDED, measured, rows, sentence, title
from pages.parts.rows import csv_text
from tests.pages.opened import check, choices, control, numbers, open_page, open_tab, plain, press, run_views, switches

SLUG = "training-curves"
SMALL = {
    "tc_data": "Wine",
    "tc_depth": "2",
    "tc_width": "8",
    "tc_steps": "100",
    "tc_seeds": "3",
    "tc_learning_rate": "0.1",
}
BOTH = {"numpy": ENGINES["numpy"], "keras": ENGINES["numpy"]}


@pytest.fixture(autouse=True)
def jobs(monkeypatch, tmp_path):
    """Run in this process; what is called Keras here is the other engine once more."""
    inline = InlineJobs(Store(tmp_path), threaded=False, engines=BOTH)
    monkeypatch.setattr(runs, "shared_jobs", lambda: inline)
    return inline


def small(**more):
    app = open_page(SLUG, **{**SMALL, **more})
    check(app)
    return app


def view(app):
    (only,) = run_views(app)
    return only


def asked_for(**chosen):
    labels = chosen.pop("labels", ("None", "Batch", "Layer"))
    short = {name.removeprefix("tc_"): value for name, value in {**SMALL, **chosen}.items()}
    return wanted("method", labels, short)


def test_before_a_run_the_page_says_what_to_do():
    app = small()
    assert view(app)["run"] is None
    assert "press Run" in view(app)["waiting"]
    assert [arm["name"] for arm in view(app)["arms"]] == ["None", "Batch", "Layer"]
    assert "Numbers" not in [tab.label for tab in app.tabs]
    said = plain(" ".join(one.value for one in app.caption))
    assert "3 × 3 seeds, 100 updates each" in said
    assert "Only “method” differs" in view(app)["sentence"]


def test_a_run_is_what_the_engine_measures():
    app = press(small())
    compared = asked_for().comparison
    results = collect(compared.arms, train(compared.arms))
    m = measured(results, ("None", "Batch", "Layer"), ("no norm", "batch norm", "layer norm"))
    assert view(app)["title"] == title(m)
    assert view(app)["sentence"] == sentence(m)
    table = plain(open_tab(app, "Numbers").markdown[0].value)
    for arm in findings(results).arms:
        assert f"{100 * arm.median:.1f}".removesuffix(".0") in table
    assert app.query_params["tc_run"] == compared.key[:8]


def test_the_file_has_a_line_per_arm_seed_and_step():
    compared = asked_for().comparison
    results = collect(compared.arms, train(compared.arms))
    m = measured(results, ("None", "Batch", "Layer"), ("no norm", "batch norm", "layer norm"))
    lines = list(csv.DictReader(io.StringIO(csv_text(*rows(m)))))
    assert len(lines) == 3 * 3 * len(compared.base.recorded)
    assert (lines[0]["arm"], lines[0]["seed"], lines[0]["step"]) == ("no norm", "0", "0")
    last = lines[-1]
    assert (last["arm"], last["seed"], last["step"]) == ("layer norm", "2", "100")
    assert float(last["test_accuracy"]) == pytest.approx(results[2].values["test_accuracy"][2, -1], rel=1e-5)


def test_a_link_to_a_run_shows_it_and_a_link_to_other_settings_does_not():
    key = asked_for().comparison.key[:8]
    app = small(tc_run=key)
    assert view(app)["run"]
    assert "Numbers" in [tab.label for tab in app.tabs]
    for other in (small(tc_run=key, tc_depth="4"), small(tc_run="zzz"), small(tc_run="")):
        assert view(other)["run"] is None


def test_after_a_change_the_old_run_stays_and_this_is_said():
    app = press(small())
    before = view(app)
    control(app, "tc_width").set_value("16")
    app.run()
    check(app)
    assert view(app)["run"] == before["run"]
    assert view(app)["title"] == before["title"]
    assert "before this change" in " ".join(one.value for one in app.caption)
    press(app)
    assert view(app)["run"] != before["run"]
    assert "before this change" not in " ".join(one.value for one in app.caption)


def test_what_is_shown_does_not_touch_the_run(jobs):
    app = press(small())
    before = view(app)
    trained = len(jobs._jobs)
    for option in control(app, "tc_show").options:
        control(app, "tc_show").set_value(option)
        app.run()
        check(app)
        assert (view(app)["run"], view(app)["turn"]) == (before["run"], before["turn"])
    assert len(jobs._jobs) == trained


def test_it_can_run_after_every_change():
    app = press(small())
    before = view(app)["run"]
    control(app, "tc_live").set_value(True)
    app.run()
    assert view(app)["run"] == before
    control(app, "tc_width").set_value("16")
    app.run()
    check(app)
    assert view(app)["run"] not in {None, before}


@pytest.mark.parametrize("guess", ["None", "Batch", "Layer", UNDECIDED])
def test_a_guess_is_answered(guess):
    app = small()
    (radio,) = (one for one in app.radio if "guess" in one.label)
    radio.set_value(guess)
    press(app)
    said = view(app)["sentence"]
    name = "no clear difference" if guess == UNDECIDED else spoken("method", guess)
    assert f"You expected {name}" in said


def test_a_stored_run_can_be_run_again_and_agrees(jobs, monkeypatch, tmp_path):
    press(small())
    # After a restart of the server it is in the store alone.
    restarted = InlineJobs(Store(tmp_path), threaded=False, engines=BOTH)
    monkeypatch.setattr(runs, "shared_jobs", lambda: restarted)
    app = small(tc_run=asked_for().comparison.key[:8])
    assert view(app)["turn"] == 0
    press(app, "Run it again")
    assert view(app)["turn"] == 1
    assert restarted.status(view(app)["run"]).agrees


def test_the_curves_can_be_checked_with_the_other_engine():
    app = press(small())
    open_tab(app, "Check with Keras")
    press(app, "Check with Keras")
    assert view(app)["check"] not in {None, view(app)["run"]}
    tab = open_tab(app, "Check with Keras")
    said = " ".join(one.value for one in tab.markdown)
    # The same engine under both names: nothing may differ.
    assert said.count("never more than 0 % apart") == 3


def test_a_full_queue_is_said_and_the_page_goes_on(monkeypatch, tmp_path):
    full = InlineJobs(Store(tmp_path / "other"), most_waiting=0, engines=BOTH)
    monkeypatch.setattr(runs, "shared_jobs", lambda: full)
    app = press(small())
    assert "runs are waiting" in app.warning[0].value
    assert view(app)["run"] is None


@pytest.mark.parametrize(
    ("link", "words"),
    [
        ({"tc_method_arms": ["Group", "None"], "tc_groups": "16"}, "Groups 16 does not divide the 8 units"),
        ({"tc_compare": "Batch size", "tc_batch_size_arms": ["512", "16"]}, "Batch size 512 is more than the 125"),
        ({"tc_network": "Convolutional"}, "digits"),
        ({"tc_network": "Transformer", "tc_data": "Digits", "tc_method_arms": ["Instance", "None"]}, "transformer"),
        (
            {"tc_data": "Digits", "tc_depth": "50", "tc_width": "128", "tc_steps": "5000", "tc_seeds": "16"},
            "120 s are allowed",
        ),
    ],
)
def test_settings_that_do_not_go_together_are_answered_with_their_values(link, words):
    app = small(**link)
    said = plain(" ".join(one.value for one in [*app.info, *app.warning]))
    assert words in said
    assert next(button for button in app.button if button.label == "Run").disabled


def test_a_link_to_one_arm_alone_is_answered_and_the_default_is_used():
    app = small(tc_method_arms=["Batch", "Batchnorm"])
    assert "Batch, Batchnorm" in plain(app.warning[0].value)
    assert "None, Batch, Layer are used" in plain(app.warning[0].value)
    assert [arm["name"] for arm in view(app)["arms"]] == ["None", "Batch", "Layer"]
    press(app)
    assert view(app)["run"]


def test_one_arm_left_is_answered():
    app = small()
    control(app, "tc_method_arms").set_value(["Batch"])
    app.run()
    assert "Choose two or more" in app.info[0].value


def test_every_tab_opens():
    app = press(small())
    for title_of_tab in ("Numbers", "Check with Keras", "How it is computed", "Code"):
        assert open_tab(app, title_of_tab).children
        check(app)
    assert "keras" in app.code[0].value


@pytest.mark.parametrize("network", ["Convolutional", "Transformer"])
def test_settings_that_fit_another_network_are_one_click_away(network):
    app = open_page(SLUG, tc_network=network, tc_data="Wine")
    assert app.info
    next(button for button in app.button if button.label == "Use settings that fit").click()
    app.run()
    check(app)
    assert not app.info
    assert not next(button for button in app.button if button.label == "Run").disabled


def test_every_arm_of_a_run_that_diverges_is_explained():
    app = press(
        small(tc_data="Digits", tc_depth="8", tc_width="32", tc_learning_rate="10", tc_method_arms=["None", "RMS"])
    )
    assert "stopped, the first" in view(app)["sentence"]


@pytest.mark.parametrize("label", [setting.label for setting in SETTINGS.values()])
def test_every_setting_can_be_compared(label):
    app = press(small(tc_compare=label, tc_data="Digits"))
    (name,) = (name for name, setting in SETTINGS.items() if setting.label == label)
    assert [arm["name"] for arm in view(app)["arms"]] == list(SETTINGS[name].arms)
    assert view(app)["run"]
    assert len({(arm["color"][0], arm["dash"]) for arm in view(app)["arms"]}) == len(SETTINGS[name].arms)


def test_a_toy_set_shows_its_points():
    app = press(small(tc_data="Moons"))
    assert view(app)["toy"]["x"].shape[1] == 2
    assert view(small())["toy"] is None


def test_every_option_can_be_chosen():
    app = small()
    for key in [one.key for one in choices(app) if one.key and "guess" not in one.key]:
        widget = control(app, key)
        if isinstance(widget.value, list):
            continue
        first = widget.value
        for option in [*widget.options, first]:
            control(app, key).set_value(option)
            app.run()
            check(app)
    for one in numbers(app):
        for end in (one.min, one.max):
            control(app, one.key).set_value(end)
            app.run()
            check(app)
    for one in switches(app):
        control(app, one.key).set_value(not one.value)
        app.run()
        check(app)


@pytest.mark.parametrize("factor", list(SETTINGS))
def test_every_arm_can_be_told_by_its_look_and_its_name(factor):
    labels = tuple(SETTINGS[factor].values)
    looks = {(style.color, style.dash) for style in styles(factor, labels)}
    assert len({spoken(factor, label) for label in labels}) == len(labels)
    assert len(looks) >= min(len(labels), 8)
    for label in labels[1:]:
        assert len({(style.color, style.dash) for style in styles(factor, (labels[0], label))}) == 2


def test_arms_of_a_run_that_was_ended_early_are_compared_where_all_have_been():
    none, batch = (asked_for().comparison.arms[place].but(record=[]) for place in (0, 1))
    short = none.but(steps=20)
    results = [collect([one], train([one]))[0] for one in (short, batch)]
    found = measured(results, ["None", "Batch"], ["no norm", "batch norm"])
    assert max(arm.step for arm in found.found.arms) == 20
    assert "20 updates" in sentence(found)
    assert "100" not in sentence(found)


def test_the_best_leads_the_title_where_another_is_not_told_apart_from_it():
    arms = [arm.but(record=[]) for arm in asked_for().comparison.arms]
    found = measured(collect(arms, train(arms)), ["None", "Batch", "Layer"], ["no norm", "batch norm", "layer norm"])
    best, other = found.found.best, (found.found.best + 1) % 3
    alike = replace(found, found=replace(found.found, winners=(best, other)))
    said = title(alike)
    assert said.lower().startswith(f"{found.names[best]} gets most test rows right, ")
    assert said.endswith(f"not told apart from {found.names[other]}")


def test_an_emptied_choice_keeps_what_was_chosen_last():
    app = open_page(SLUG)
    app.get_by_key("tc_method_arms").set_value(["Batch", "Layer"]).run()
    app.get_by_key("tc_method_arms").set_value([]).run()
    check(app)
    assert app.get_by_key("tc_method_arms").value == ["Batch", "Layer"]


def test_settings_that_fit_leave_alone_what_is_locked():
    app = open_page(SLUG, tc_network="Transformer", tc_depth="8", lock="depth")
    app.get_by_key("tc_fit").click().run()
    assert not app.exception
    assert app.get_by_key("tc_depth").value == "8"
    assert app.get_by_key("tc_width").value == "16"


def test_a_guess_after_the_run_is_answered_too():
    app = press(small())
    without = view(app)["sentence"]
    next(one for one in app.radio if "guess" in one.label).set_value(UNDECIDED)
    app.run()
    check(app)
    assert view(app)["sentence"].startswith("You expected no clear difference")
    assert view(app)["sentence"].endswith(without)


def test_a_run_that_was_ended_by_stop_does_not_begin_again_with_a_reload():
    app = press(small())
    link = app.query_params["tc_run"]
    script = AppTest.from_string(
        f"import streamlit as st\nfrom pages.parts import runs\n{inspect.getsource(stop_shown)}\nstop_shown()"
    )
    script.session_state["tc/asked"] = app.session_state["tc/asked"]
    script.query_params["tc_run"] = link
    script.run()
    assert not script.exception
    assert "tc_run" not in script.query_params


def stop_shown():
    desk = runs.RunDesk("tc")
    desk.stop("another run")
    assert "tc_run" in st.query_params
    desk.stop(desk.asked.key)
