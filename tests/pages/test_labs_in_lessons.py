"""Laboratories as learners meet them in a lesson: what is drawn, what waits for a guess, and what is wrong by line."""

import pytest

from normlib.course.blocks import Lab, Predict, within
from pages.catalogue import LABORATORIES as PAGES
from pages.course import shelf
from pages.course.laboratories import controls_of
from pages.parts.control_kinds import Choice
from tests.pages.lessons_opened import open_lesson, press, said
from tests.pages.opened import charts, check, control, controls, open_page, plain, run_line, run_views

FRONT = "---\ntitle: Made\nsummary: Something.\n---\n# Made\n\n"
PREDICT = ":::{predict} vote\nWhich?\n\n- [x] A\n- [ ] B\n\n:measured: knn_gain(data=wine, scaler=standard)\n:::\n\n"
GUESS = "Your guess: which gets more right with first weights × 10?"


@pytest.fixture
def lesson(tmp_path, monkeypatch):
    """Return what opens a lesson with some body."""
    monkeypatch.setenv("NORMLAB_LESSONS", str(tmp_path))

    def opened(body, **link):
        (tmp_path / "91-made.md").write_text(FRONT + body, encoding="utf-8")
        app = open_lesson("made", **link)
        assert not app.exception, [problem.value for problem in app.exception]
        return app

    return opened


def keys(node):
    """Return the keys of the controls in a part of a page."""
    return [one.key for one in controls(node)]


def names(node):
    """Return the controls in a part of a page without the prefix of their page."""
    return [key.partition("_")[2] for key in keys(node)]


def run_of(app):
    """Return the run that a page shows."""
    views = run_views(app)
    return (views[0] if views else run_line(app))["run"]


# --- what is drawn


def test_what_is_locked_is_one_line_and_no_control(lesson):
    app = lesson(":::{lab} min-max\n:data: Wine\n:outlier: 2\n:lock: data, outlier, clip\nTry.\n:::\n")
    assert not {"mm_data", "mm_outlier", "mm_clip"} & set(keys(app))
    (line,) = [plain(one.value) for one in app.main.caption if one.value.startswith("Fixed here")]
    assert line == "Fixed here: data *Wine*, outlier *2 sd above the mean*, clip unseen values *off*."
    (chart,) = charts(app)
    assert chart["frames"] is None
    assert "Locked" not in said(app)


def test_the_instructor_sees_what_is_locked_as_a_control(lesson):
    app = lesson(":::{lab} min-max\n:data: Wine\n:lock: data\nTry.\n:::\n", view="instructor")
    assert (control(app, "mm_data").value, control(app, "mm_data").disabled) == ("Wine", True)
    assert "Locked in this lesson: Data." in said(app)
    assert "Fixed here" not in said(app)


def test_each_label_is_named_once_and_only_where_it_says_something(lesson):
    app = lesson(":::{lab} small-batches\n:network: Dense\n:lock: all\nTry.\n:::\n", view="learner")
    (line,) = [plain(one.value) for one in app.main.caption if one.value.startswith("Fixed here")]
    assert line.count("learning rate at batches of 32 *0.1*") == 1
    assert line.count("seeds") == 1


def test_two_controls_stand_before_the_figure_and_the_others_after_it(lesson):
    app = lesson(":::{lab} one-nan\nTry.\n:::\n")
    before, _, after = app.main.columns
    assert names(before) == ["layer", "bad"]
    (more,) = after.expander
    assert more.label == "More"
    assert set(names(more)) == {"guard", "kind", "momentum", "step"}


def test_nothing_opens_where_nothing_can_be_moved(lesson):
    app = lesson(":::{lab} one-nan\n:lock: guard, kind, momentum, step\nTry.\n:::\n")
    assert not app.main.expander
    assert "Reset" in [button.label for button in app.main.button]
    app = lesson(":::{lab} one-nan\n:lock: all\nTry.\n:::\n")
    assert not controls(app)
    assert "Reset" not in [button.label for button in app.main.button]
    assert charts(app)


def test_settings_with_parts_of_their_own_open_after_the_figure_too(lesson):
    app = lesson(":::{lab} training-curves\nTry.\n:::\n")
    before, *_, after = [one for one in app.main.columns if names(one)]
    assert set(names(before)) >= {"compare", "method_arms"}
    assert [one.label for one in after.expander] == ["All settings"]
    assert set(names(after)) >= {"data", "depth", "learning_rate", "first", "live"}
    assert not lesson(":::{lab} training-curves\n:lock: all\nTry.\n:::\n").main.expander


@pytest.mark.parametrize(
    ("slug", "link", "key", "without"),
    [
        ("one-nan", {"layer": "Batch norm"}, "guard", {"layer": "Group norm"}),
        ("one-nan", {"layer": "Batch norm"}, "momentum", {"layer": "Group norm"}),
        ("one-nan", {"layer": "Group norm"}, "groups", {"layer": "Batch norm"}),
        ("gamma-beta-bias", {}, "drag", {"restore": True}),
    ],
)
def test_a_control_without_effect_is_not_drawn_on_a_page_either(slug, link, key, without):
    prefix = controls_of(slug).prefix
    app = open_page(slug, **{f"{prefix}_{name}": value for name, value in link.items()})
    assert key in names(app)
    for name, value in without.items():
        control(app, f"{prefix}_{name}").set_value(value).run()
    assert key not in names(app)
    assert not app.exception


# --- a guess before what was measured


DENSE = ":::{lab} placement-trained\n:network: Dense\n:lock: all\nLook.\n:::\n\nWhat follows.\n"


def test_what_was_measured_is_not_shown_before_the_guess(lesson):
    app = lesson(DENSE)
    (guess,) = app.main.radio
    assert guess.label == GUESS
    assert "Run" not in [button.label for button in app.main.button]
    (chart,) = charts(app)
    assert all(len(trace["y"]) == 0 or not any(value > 0 for value in trace["y"]) for trace in chart["figure"]["data"])
    assert chart["sentence"] == "Guess, and what was measured is shown."
    assert "What follows." not in said(app)
    assert "This step goes on once you have guessed." in said(app)

    guess.set_value("After").run()
    assert not app.exception
    assert not app.main.radio
    assert "You guessed: After." in said(app)
    (chart,) = charts(app)
    assert "points more right than after" in chart["sentence"]
    assert "You expected after" in chart["sentence"]
    assert "What follows." in said(app)
    assert "goes on once" not in said(app)


def test_a_guess_is_remembered_in_another_step(lesson):
    app = lesson(DENSE + "\n## Second\n\nText.\n")
    app.main.radio[0].set_value("Before").run()
    app = press(press(app, "Next: Second"), "Back")
    assert "You guessed: Before." in said(app)
    assert "What follows." in said(app)


def test_what_the_page_has_shown_already_waits_for_the_guess_as_well(lesson):
    app = lesson(DENSE)
    app.switch_page(str(PAGES["placement-trained"].path)).run()
    assert "points more right than after" in charts(press(app, "Run"))[0]["sentence"]
    app = lesson(DENSE)
    assert charts(app)[0]["sentence"].startswith("Guess")


def test_a_link_with_a_run_does_not_answer_before_the_guess(lesson):
    app = press(open_page("placement-trained"), "Run")
    shown = app.session_state["pt/asked"].wanted.key[:8]
    app = lesson(DENSE, pt_run=shown)
    assert charts(app)[0]["sentence"].startswith("Guess")


def test_a_guess_in_a_lesson_counts_on_the_page_as_well(lesson):
    app = lesson(DENSE)
    app.main.radio[0].set_value("After").run()
    app.switch_page(str(PAGES["placement-trained"].path)).run()
    assert not app.exception
    assert charts(app)[0]["sentence"].startswith("You expected after")


def test_the_instructor_sees_everything_at_once(lesson):
    app = lesson(DENSE, view="instructor")
    assert "points more right than after" in charts(app)[0]["sentence"]
    assert "What follows." in said(app)


def test_a_run_that_is_not_there_is_asked_for_after_the_guess(lesson):
    app = lesson(":::{lab} placement-trained\n:activation: Tanh\n:seeds: 1\n:steps: 100\nLook.\n:::\n")
    run = next(button for button in app.main.button if button.label == "Run")
    assert run.disabled
    app.main.radio[0].set_value("After").run()
    run = next(button for button in app.main.button if button.label == "Run")
    assert not run.disabled
    assert ", about " in said(app)


@pytest.mark.parametrize("slug", ["small-batches", "shift-inside", "learning-rate", "placement-trained"])
def test_every_stored_run_waits_for_a_guess_and_is_shown_after_it(lesson, slug):
    app = lesson(f":::{{lab}} {slug}\nLook.\n:::\n\nWhat follows.\n")
    assert "This step goes on once you have guessed." in said(app)
    assert run_of(app) is None
    guess = next(one for one in app.main.radio if one.label.startswith("Your guess"))
    guess.set_value(guess.options[0]).run()
    assert not app.exception
    assert "What follows." in said(app)
    assert run_of(app) is not None


def test_a_run_of_one_s_own_is_begun_after_the_guess(lesson):
    body = ":::{lab} training-curves\n:depth: 2\n:steps: 100\n:seeds: 1\nTry.\n:::\n"
    app = lesson(body)
    run = next(button for button in app.main.button if button.label == "Run")
    assert run.disabled
    app.main.radio[0].set_value("Batch").run()
    app = press(app, "Run")
    assert run_of(app) is not None
    assert run_of(lesson(body)) is None


# --- a prediction of the lesson in its place


AFTER = ":::{lab} placement-trained\n:network: Dense\n:after: vote\nLook.\n:::\n\nWhat follows.\n"


def test_a_laboratory_waits_for_a_prediction_of_another_step_and_asks_no_guess_of_its_own(lesson):
    app = lesson(f"{PREDICT}## Second\n\n{AFTER}", step="2")
    assert not charts(app)
    assert "you are asked to predict in step 1" in said(app)
    assert "What follows." not in said(app)
    app = press(app, "Step 1: Made")
    app.radio[0].set_value(0).run()
    app = press(press(app, "Commit"), "Next: Second")
    assert not app.main.radio
    assert "points more right than after" in charts(app)[0]["sentence"]
    assert "What follows." in said(app)


def test_the_instructor_does_not_wait_for_predictions(lesson):
    app = lesson(f"{PREDICT}## Second\n\n{AFTER}", step="2", view="instructor")
    assert charts(app)
    assert not [one for one in app.main.radio if one.label.startswith("Your guess")]


def test_in_our_lessons_every_laboratory_waits_for_a_prediction_that_is_there():
    found = 0
    for one in shelf.lessons():
        before = set()
        for block in one.blocks():
            if isinstance(block, Predict):
                before.add(block.name)
            if isinstance(block, Lab) and block.after:
                assert block.after in before, (one.slug, block.line)
                found += 1
    assert found


# --- options of the directive that are also names of controls


def test_a_control_named_show_can_be_set_and_locked_by_a_lesson(lesson):
    app = lesson(":::{lab} placement-start\n:show: What goes in\nTry.\n:::\n")
    assert control(app, "ps_show").value == "What goes in"
    app = lesson(":::{lab} placement-start\n:parts: all\n:show: What goes in\n:lock: show\nTry.\n:::\n")
    assert "histograms of the activation *What goes in*" in said(app)
    assert "Numbers" in [tab.label for tab in app.tabs]


def test_show_still_says_which_parts_where_it_says_all_or_figure(lesson):
    for slug in ("placement-start", "min-max"):
        assert lesson(f":::{{lab}} {slug}\n:show: all\nTry.\n:::\n").tabs
        assert not lesson(f":::{{lab}} {slug}\n:show: figure\nTry.\n:::\n").tabs


def test_no_option_of_the_directive_hides_a_control():
    for slug in PAGES:
        table = controls_of(slug).table
        assert not {"lock", "parts", "after"} & set(table), slug
        show = table.get("show")
        assert not isinstance(show, Choice) or not {"figure", "all"} & set(show.options), slug


# --- what is wrong, by line


@pytest.mark.parametrize(
    ("option", "words"),
    [
        (":outlier: 11", "Line 10 of 91-made.md asks for outlier “11” (`outlier`). It goes from 0 to 10"),
        (":clip: maybe", "Line 10 of 91-made.md asks for clip unseen values “maybe” (`clip`)."),
        (":feature: nothing", "Line 10 of 91-made.md asks for feature “nothing” (`feature`)."),
        (":fitted: nothing", "Line 10 of 91-made.md: “fitted” cannot be “nothing”."),
        (":foo: 1", "Line 10 of 91-made.md: There is no control of “min-max” named “foo”."),
        (":show: tabs", "Line 10 of 91-made.md: “:show:” is “tabs”. What is shown of “min-max” is said by :parts:"),
        (":lock: foo", "Line 10 of 91-made.md: There is no control of “min-max” named “foo”."),
    ],
)
def test_a_setting_that_cannot_be_is_told_with_its_own_line(lesson, option, words):
    app = lesson(f":::{{lab}} min-max\n:data: Wine\n:range: 0 to 1\n{option}\nTry.\n:::\n\nWhat follows.\n")
    (warning,) = app.warning
    assert plain(warning.value).startswith(words)
    assert charts(app)
    assert "What follows." in said(app)


# --- our lessons


def test_a_lesson_before_lesson_12_does_not_show_its_answer():
    order = [one.slug for one in shelf.lessons()]
    for slug in order[: order.index("before-or-after")]:
        for block in shelf.lesson(slug).blocks():
            if isinstance(block, Lab) and block.slug == "placement-start":
                assert block.settings["placements"] == "No norm"
                assert {"placements", "all"} & set(block.lock)


def embedded():
    for one in shelf.lessons():
        for at, step in enumerate(one.steps, 1):
            for block in within(step.blocks):
                if isinstance(block, Lab):
                    yield pytest.param(one.slug, at, block, id=f"{one.slug}-{at}")


@pytest.mark.parametrize(("slug", "step", "block"), list(embedded()))
def test_a_learner_meets_at_most_two_controls_before_a_figure(slug, step, block):
    app = open_lesson(slug, step=str(step))
    for one in shelf.lesson(slug).steps[step - 1].blocks:
        if one == block:
            break
        if isinstance(one, Predict):
            next(radio for radio in app.main.radio if not radio.disabled).set_value(0).run()
            app = press(app, "Commit")
    assert not app.exception
    if not app.main.columns:
        assert "Predict first, then come back." in said(app)
        return
    drawn = next(one for one in app.main.columns if one.children)
    before = [key for key in keys(drawn) if "guess" not in key]
    assert len(before) <= 2, before
    assert not [one.key for one in [*app.main.selectbox, *app.main.number_input] if one.disabled]


@pytest.mark.parametrize("link", [False, True])
def test_a_lesson_is_left_while_a_laboratory_s_setting_stands_in_the_address(link, monkeypatch):
    lesson = shelf.lesson("min-max-scaling")
    app = open_lesson(lesson.slug, step=str(len(lesson.steps)), mm_feature="magnesium")
    assert control(app, "mm_feature").value == "magnesium"
    following = shelf.after(lesson)
    if link:
        # What a press on a link in the text tells the page.
        pressed = iter([f"lesson-{following.slug}"])
        monkeypatch.setattr("pages.course.lesson.arrive", lambda *_, **__: next(pressed, ""))
        app.run()
    else:
        app.get_by_key("lesson_following").click().run()
    check(app)
    assert app.title[0].value == following.title
    assert dict(app.query_params) == {}
