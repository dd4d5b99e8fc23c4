"""The page of Keras programs: without a browser, and without Keras."""

import ast
import json

import pytest

from normlib.server.runs import events_message
from normlib.training import Experiment, collect, train
from normlib.training.jobs import InlineJobs, Store
from normlib.training.programs import in_epochs, notebook, recipe
from pages.parts import runs
from tests.pages.opened import check, control, open_page, open_tab, plain, press, run_views

SLUG = "recipes"
HERE = {"program": "tests.pages.program_here:train"}
FEW = {"kr_epochs": "2", "kr_recipe": "Dense, layer norm"}
WANTED = in_epochs(Experiment(method="layer", depth=3, width=64, optimizer="adam", keep=0.9, learning_rate=0.003), 2)


@pytest.fixture(autouse=True)
def jobs(monkeypatch, tmp_path):
    inline = InlineJobs(Store(tmp_path), threaded=False, engines=HERE)
    monkeypatch.setattr(runs, "shared_jobs", lambda: inline)
    return inline


def opened(**link):
    app = open_page(SLUG, **link)
    check(app)
    return app


def view(app):
    (only,) = run_views(app)
    return only


@pytest.mark.parametrize(
    "name", ["Dense, batch norm", "Dense, layer norm", "Convolutions, batch norm", "Transformer, pre-LN"]
)
def test_a_network_is_shown_as_a_program(name):
    app = opened(kr_recipe=name, kr_epochs="7", kr_batch="64", kr_rate="0.01")
    (code,) = app.code
    assert code.language == "python"
    ast.parse(code.value)
    for part in ("epochs=7", "batch_size=64", "learning_rate=0.01"):
        assert part in code.value
    assert ("LayerNormalization" in code.value) is ("layer" in name or "LN" in name)
    assert not run_views(app)
    assert [button.label for button in app.get("download_button")] == [
        "Download as script (.py)",
        "Download as notebook (.ipynb)",
    ]


def test_what_is_shown_is_what_is_asked_for(jobs):
    app = press(opened(**FEW), "Run it")
    (job,) = jobs._jobs.values()
    assert job.experiments == (WANTED,)
    assert app.code[-1].value + "\n" == recipe(WANTED) == jobs.result(job.key)[0].texts["program"]
    assert app.query_params["kr_run"] == WANTED.key[:8]


def test_the_sentence_and_the_table_are_what_was_measured():
    app = press(opened(**FEW), "Run it")
    values = {name: own[0] for name, own in collect([WANTED], train([WANTED]))[0].values.items()}
    reached = f"{100 * values['test_accuracy'][-1]:.1f} %"
    assert plain(view(app)["title"]) == f"{reached} of the test digits are right"
    said = plain(view(app)["sentence"])
    assert f"After 2 epochs {reached} of 539 test digits are right" in said
    # 64 x 64 weights and 64 biases, twice more, 64 x 10 and 10, and 2 x 3 x 64 of the norms.
    assert f"{3 * (64 * 64 + 64) + 650 + 384:,} parameters are trained, which is all of them" in said
    assert "1.25 s" in said or "1.3 s" in said or "1.2 s" in said
    table = plain(open_tab(app, "Numbers").markdown[0].value)
    assert [line.split(" | ")[0] for line in table.splitlines()[2:]] == ["| 0", "| 1", "| 2"]
    for value in values["test_accuracy"]:
        assert f"{100 * value:.1f}".removesuffix(".0") in table
    assert open_tab(app, "Numbers").download_button


def test_running_statistics_are_counted_apart():
    app = press(opened(kr_epochs="1"), "Run it")
    assert "384 are not: running means and variances" in plain(view(app)["sentence"])


def test_every_tab_opens_and_shows_what_the_program_told():
    app = press(opened(**FEW), "Run it")
    assert "Trainable params" in open_tab(app, "Summary").code[0].value
    assert "printed" in open_tab(app, "Output").code[0].value
    assert open_tab(app, "How it is computed").latex
    assert "NumPy engine" in " ".join(one.value for one in open_tab(app, "How it is computed").caption)


def test_both_curves_come_from_one_run():
    app = press(opened(**FEW), "Run it")
    test, training = view(app)["arms"]
    assert (test["name"], test["of"], training["name"], training["of"]) == ("Test", None, "Training", 0)
    for shown, own in (("Accuracy", "accuracy"), ("Loss", "loss")):
        control(app, "kr_show").set_value(shown)
        app.run()
        check(app)
        assert training["values"][view(app)["show"]["name"]] == own
    assert test["color"] != training["color"]
    assert test["dash"] != training["dash"]


def test_a_link_to_a_run_shows_it_and_a_link_to_other_settings_does_not(jobs):
    assert view(opened(**FEW, kr_run=WANTED.key[:8]))["run"] in jobs._jobs
    assert not run_views(opened(kr_epochs="3", kr_run=WANTED.key[:8]))


def test_after_a_change_the_program_is_new_and_the_old_curves_are_called_old():
    app = press(opened(**FEW), "Run it")
    before = view(app)["run"]
    control(app, "kr_epochs").set_value(3)
    app.run()
    check(app)
    assert view(app)["run"] == before
    assert "epochs=3" in app.code[-1].value
    assert "before this change" in " ".join(one.value for one in app.caption)
    assert view(press(app, "Run it"))["run"] != before


def test_a_second_run_is_looked_at_anew_and_compared(jobs, monkeypatch, tmp_path):
    app = press(opened(**FEW), "Run it")
    assert view(app)["turn"] == 0
    assert view(press(app, "Run it"))["turn"] == 1
    restarted = InlineJobs(Store(tmp_path), threaded=False, engines=HERE)
    monkeypatch.setattr(runs, "shared_jobs", lambda: restarted)
    app = opened(**FEW, kr_run=WANTED.key[:8])
    open_tab(app, "Numbers")
    press(app, "Run it again")
    assert "to the last bit" in " ".join(one.value for one in app.caption)


def test_a_full_queue_is_said_and_the_page_goes_on(monkeypatch, tmp_path):
    full = InlineJobs(Store(tmp_path / "other"), most_waiting=0, engines=HERE)
    monkeypatch.setattr(runs, "shared_jobs", lambda: full)
    app = press(opened(**FEW), "Run it")
    assert "runs are waiting" in app.warning[0].value
    assert app.code
    assert not run_views(app)


def test_an_engine_that_cannot_be_loaded_is_said(monkeypatch, tmp_path):
    without = InlineJobs(Store(tmp_path / "other"), threaded=False, engines={"program": "tests.pages.nowhere:train"})
    monkeypatch.setattr(runs, "shared_jobs", lambda: without)
    app = press(opened(**FEW), "Run it")
    assert view(app)["title"] == "The program did not run to its end"
    status = events_message(without.events(view(app)["run"]))["status"]
    assert (status["state"], "tests.pages.nowhere" in status["message"]) == ("failed", True)
    assert "Numbers" not in [tab.label for tab in app.tabs]


def script(arms, labels):
    import streamlit as st  # noqa: PLC0415 - runs as a page of its own

    from pages.parts.keras_code import keras_code  # noqa: PLC0415

    keras_code(arms, labels)
    st.caption("end")


def test_the_program_of_each_arm_and_seed_can_be_chosen():
    from streamlit.testing.v1 import AppTest  # noqa: PLC0415

    arms = [Experiment(data="wine", seeds=2, method=method) for method in ("none", "batch")]
    app = AppTest.from_function(script, kwargs={"arms": arms, "labels": ["None", "Batch"]}).run()
    assert not app.exception
    assert "BatchNormalization" not in app.code[0].value
    app.selectbox("keras_code_arm").set_value("Batch").run()
    assert "BatchNormalization" in app.code[0].value
    assert "SeedSequence((0," in app.code[0].value
    app.selectbox("keras_code_seed").set_value(1).run()
    assert "SeedSequence((1," in app.code[0].value
    assert json.loads(notebook(app.code[0].value))["nbformat"] == 4
