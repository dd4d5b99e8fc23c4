"""Locked controls: what a link can lock, what stays as it is, and what a lesson locks."""

import pytest
from streamlit.testing.v1 import AppTest

from pages.catalogue import LABORATORIES as PAGES
from pages.course.laboratories import LABORATORIES
from pages.parts import readings
from pages.parts.locks import Locks, locks
from tests.pages.opened import LABS, charts, control, controls, open_page, plain, tensor_views

every_lab = pytest.mark.parametrize("slug", LABS)


@every_lab
def test_a_link_can_lock_every_control_and_the_range_under_the_figure(slug):
    app = open_page(slug, lock="all")
    assert not app.exception
    assert not app.warning
    assert not controls(app), [one.key for one in controls(app)]
    assert "Locked by this link: all controls." in [caption.value for caption in app.caption]
    for chart in charts(app):
        assert not chart["frames"] or chart["frames"]["locked"]
    assert all(view["locked"] for view in tensor_views(app))


def test_without_a_lock_nothing_is_locked():
    app = open_page("min-max")
    assert not charts(app)[0]["frames"]["locked"]
    assert not any("Locked" in caption.value for caption in app.caption)


def test_a_locked_control_has_the_value_of_the_link_and_the_others_move():
    app = open_page("distances", lock="data", di_data="Digits")
    assert (control(app, "di_data").value, control(app, "di_data").disabled) == ("Digits", True)
    assert not control(app, "di_scaler").disabled
    assert "Locked by this link: Data." in [caption.value for caption in app.caption]


def test_reset_leaves_what_is_locked_as_the_link_has_it():
    app = open_page("min-max", lock="outlier, DATA", mm_outlier="6", mm_data="Digits", mm_range="−1 to 1")
    next(button for button in app.button if button.label == "Reset").click().run()
    assert control(app, "mm_outlier").value == 6
    assert control(app, "mm_data").value == "Digits"
    assert control(app, "mm_range").value == "0 to 1"


def released(name, locked):
    from pages.parts.control_kinds import Number  # noqa: PLC0415 - a script of its own
    from pages.parts.controls import Controls  # noqa: PLC0415 - a script of its own
    from pages.parts.locks import Locks  # noqa: PLC0415

    panel = Controls("p", {name: Number("Number", 0, 10, 5)}).open(Locks(frozenset(locked)))
    panel.set(name, 2)
    panel.number(name)


@pytest.mark.parametrize(("locked", "value"), [([], 2), (["n"], 5)])
def test_a_range_that_is_let_go_of_moves_a_control_unless_it_is_locked(locked, value):
    app = AppTest.from_function(released, args=("n", locked)).run()
    assert not app.exception
    assert app.slider[0].value == value
    assert app.slider[0].disabled == bool(locked)


@pytest.mark.parametrize("asked", ["foo", "data,foo", "<b>", "' OR 1=1", "mm_data"])
def test_a_lock_that_is_not_there_is_answered_with_those_that_are(asked):
    app = open_page("min-max", lock=asked)
    (warning,) = app.warning
    message = plain(warning.value)
    assert f"“{asked.split(',')[-1].lower()[:40]}”" in message
    assert "It can lock data, feature, outlier, fitted, range, clip, or all." in message


def test_an_empty_lock_locks_nothing():
    app = open_page("min-max", lock="")
    assert not app.warning
    assert not control(app, "mm_data").disabled


def test_a_link_may_lock_by_label_and_by_several_parameters():
    app = open_page("min-max", lock=["Fitted on", "Clip unseen values"])
    assert control(app, "mm_fitted").disabled
    assert control(app, "mm_clip").disabled
    assert not app.warning


def test_what_a_lesson_locks_comes_before_what_a_link_locks():
    found = locks({"data": "Data", "size": "Size", "other": "Other"}, ["data"])
    assert found == Locks(frozenset({"data"}), frozenset({"data"}))
    both = Locks(frozenset({"data", "size"}), frozenset({"data"}))
    labels = {"data": "Data", "size": "Size", "other": "Other"}
    assert both.line(labels) == "Locked in this lesson: Data. Locked by this link: Size."


# --- the laboratories as the checker sees them


def test_every_laboratory_says_what_its_controls_can_be():
    assert list(LABORATORIES.names()) == list(PAGES)
    for name in LABORATORIES.names():
        said = LABORATORIES.controls(name)
        assert said, name
        assert all(text.endswith(".") for text in said.values()), (name, said)


@pytest.mark.parametrize(
    ("name", "control_", "value", "words"),
    [
        ("min-max", "outlier", "11", ("outlier", "11", "0 to 10")),
        ("min-max", "outlier", "2.05", ("2.05", "steps of 0.2")),
        ("min-max", "range", "0 to 2", ("0 to 2", "0 to 1, −1 to 1")),
        ("min-max", "clip", "maybe", ("maybe", "true or false")),
        ("min-max", "foo", "1", ("foo", "data, feature, outlier")),
        ("training-curves", "method_arms", "Batch", ("Batch", "2 or more of")),
        ("training-curves", "method_arms", "Batch, Nothing", ("Nothing", "2 or more of")),
    ],
)
def test_a_setting_that_cannot_be_is_refused_with_what_can(name, control_, value, words):
    said = LABORATORIES.refuse(name, control_, value)
    assert said
    assert all(word in said for word in words), said


@pytest.mark.parametrize(
    ("name", "control_", "value"),
    [
        ("min-max", "outlier", "2"),
        ("min-max", "feature", "hue"),
        ("min-max", "range", "-1 to 1"),
        ("min-max", "clip", "true"),
        ("training-curves", "method_arms", "Batch, None"),
        ("group-norm", "at", "1.2.3.4"),
    ],
)
def test_a_setting_that_can_be_is_taken(name, control_, value):
    assert LABORATORIES.refuse(name, control_, value) is None


@pytest.mark.parametrize("name", PAGES)
def test_every_laboratory_runs_inside_a_lesson(name):
    trial = LABORATORIES.try_out(name, {}, ["all"])
    assert trial.problems == ()


def test_a_trial_says_what_did_not_fit_and_what_it_shows():
    assert LABORATORIES.try_out("min-max", {"feature": "hue"}, []).readings["lowest_tenth"] > 0
    trial = LABORATORIES.try_out("min-max", {"feature": "nothing"}, ["foo"])
    assert any("“foo” cannot be locked: min-max can lock data" in one for one in trial.problems)
    assert any("“nothing”" in one and "proline is used" in one for one in trial.problems)
    (idle,) = LABORATORIES.try_out("axes", {"groups": "2"}, []).problems
    assert "“groups” has no effect here" in idle


def test_the_readings_are_those_of_the_table():
    rows = [line.split("|")[1:3] for line in readings.__doc__.splitlines() if line.startswith("| `")]
    named = {(slug.strip(" `"), name.strip(" `")) for slug, name in rows}
    found = {(slug, name) for slug, _ in named for name in LABORATORIES.try_out(slug, {}, []).readings}
    assert named == found
