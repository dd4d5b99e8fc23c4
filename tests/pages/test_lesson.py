"""A lesson in the browser's place: its steps, its blocks, what is revealed when, and what hostile files do."""

import re
from pathlib import Path

import pytest

from normlib.course.values import evaluate
from pages.catalogue import LABORATORIES
from pages.course import shelf
from pages.parts.lesson.text import harmless
from pages.parts.lesson.typed import Typed, read_number
from tests.pages.lessons_opened import open_lesson, press, said
from tests.pages.opened import charts, open_page, plain

OURS = Path(__file__).parent / "lessons"
SLUG = "every-block"


@pytest.fixture(autouse=True)
def with_the_lesson_of_the_tests(monkeypatch):
    monkeypatch.setenv("NORMLAB_LESSONS", str(OURS))


def quiet(app):
    assert not app.exception, [problem.value for problem in app.exception]
    assert not app.error, [problem.value for problem in app.error]
    assert not app.warning, [problem.value for problem in app.warning]
    return app


# --- steps


def test_the_first_step_shows_title_summary_minutes_and_its_blocks():
    app = quiet(open_lesson(SLUG))
    assert [title.value for title in app.title] == ["Every block"]
    words = said(app)
    for part in ("A lesson of the tests", "3 minutes", "beginner", "See every block once", "Switch the scaler."):
        assert part in words
    assert "Beside the argument" not in words
    assert len(charts(app)) == 2


def test_a_number_in_the_text_is_the_computed_one():
    text = plain(evaluate("distance_share(data=wine, feature=proline)").text)
    assert f"the number {text}." in said(open_lesson(SLUG))


def test_icons_and_emoji_of_streamlit_stay_the_text_that_they_are():
    (text,) = [part.value for part in open_lesson(SLUG).main.markdown if "12:30" in part.value]
    assert not re.search(r":smile:|:material/home:", text)
    assert ":\u2060smile:" in text


def test_next_and_back_go_step_by_step_and_the_address_says_where():
    app = press(open_lesson(SLUG), "Next: Boxes")
    assert app.query_params["step"] == "2"
    assert [title.value for title in app.title] == ["Boxes"]
    app = press(app, "Next: Questions")
    assert [title.value for title in app.title] == ["Questions"]
    assert not [button for button in app.main.button if button.label.startswith("Next: ")]
    app = press(press(app, "Back"), "Back")
    assert "step" not in app.query_params
    assert [title.value for title in app.title] == ["Every block"]


def marks(app):
    return [bool(button.proto.icon) for button in app.main.button if re.match(r"\d ", button.label)]


def test_the_list_of_steps_leads_to_each_and_marks_those_whose_questions_were_answered():
    app = press(press(press(open_lesson(SLUG), "Next: Boxes"), "1 "), "3 ")
    assert [title.value for title in app.title] == ["Questions"]
    assert marks(app) == [False, False, False]
    app = press(app, "1 ")
    app.radio[0].set_value(1).run()
    app = press(press(app, "Commit"), "3 ")
    assert marks(app) == [True, False, False]


def test_what_is_wrong_with_the_whole_file_stands_above_its_first_step(tmp_path, monkeypatch):
    (tmp_path / "92-open.md").write_text('---\ntitle: Open\nsummary: "never closed\n---\n\n# Open\n\nText.\n')
    monkeypatch.setenv("NORMLAB_LESSONS", str(tmp_path))
    app = open_lesson("open")
    assert "line 3 of 92-open.md" in plain(app.warning[0].value)
    assert "Text." in said(app)


@pytest.mark.parametrize("asked", ["0", "4", "-1", "1.5", "two", "", "9" * 400, "²", "<b>2</b>"])
def test_a_step_that_is_not_there_is_answered_and_the_first_is_shown(asked):
    app = open_lesson(SLUG, step=asked)
    assert not app.exception
    assert [title.value for title in app.title] == ["Every block"]
    (warning,) = app.warning
    assert "the steps 1 to 3" in warning.value
    assert asked[:5].replace("<", "") in plain(warning.value).replace("<", "")


def test_a_view_that_is_not_there_is_answered():
    app = open_lesson(SLUG, view="teacher")
    assert "“teacher” (`view`). It can be learner, instructor, print." in app.warning[0].value
    assert "Ask for hands" not in said(app)


def test_the_last_step_ends_with_sources_and_the_way_on():
    app = open_lesson(SLUG, step="3")
    words = said(app)
    for part in ("Scale is a choice.", "Somebody 2020, A source", "Written by The tests."):
        assert part in words
    order = [one.slug for one in shelf.lessons()]
    following = order[order.index("why-scale-matters") + 1]
    last = len(shelf.lesson("why-scale-matters").steps)
    app = open_lesson("why-scale-matters", step=str(last))
    assert not [button for button in app.main.button if button.label.startswith("Next")]
    app = press(app, f"Lesson {shelf.lesson(following).number}: {shelf.lesson(following).title}")
    assert [title.value for title in app.title] == [shelf.lesson(following).title]


# --- what is revealed when


def test_what_was_measured_is_not_sent_before_the_commitment():
    measured = plain(evaluate("knn_gain(data=wine, scaler=standard)").text)
    app = open_lesson(SLUG)
    commit = next(button for button in app.main.button if button.label == "Commit")
    assert commit.disabled
    app.radio[0].set_value(1).run()
    assert measured not in said(app)
    assert "Because every feature has one voice." not in said(app)
    assert "Twelve features are heard." not in said(app)
    app = press(app, "Commit")
    words = said(app)
    assert f"Measured: {measured}.** Your prediction was another one." in words
    assert "What the measurement supports: It gets better" in words
    assert "Because every feature has one voice." in words
    assert app.radio[0].disabled


def test_what_follows_a_prediction_waits_for_it_and_not_for_the_instructor(tmp_path, monkeypatch):
    call = "knn_gain(data=wine, scaler=standard)"
    predict = f":::{{predict}} p\nWhich?\n\n- [x] A\n- [ ] B\n\n:measured: {call}\n:::\n"
    (tmp_path / "91-waits.md").write_text(f"{front('Waits')}{predict}\n:::{{lab}} min-max\nTry.\n:::\n", "utf-8")
    monkeypatch.setenv("NORMLAB_LESSONS", str(tmp_path))
    app = quiet(open_lesson("waits"))
    assert not charts(app)
    assert "This step goes on once you have predicted." in said(app)
    app.radio[0].set_value(0).run()
    app = press(app, "Commit")
    assert charts(app)
    assert charts(press(app, "Try again"))
    teacher = open_lesson("waits", view="instructor")
    assert charts(teacher)
    assert "After their prediction learners read:" in said(teacher)
    assert f"Measured: {plain(evaluate(call).text)}." in said(teacher)


def test_the_first_prediction_stays_recorded_when_it_is_tried_again():
    app = open_lesson(SLUG)
    app.radio[0].set_value(0).run()
    app = press(app, "Commit")
    assert "It was worse before." in said(app)
    app = press(app, "Try again")
    assert not app.radio[0].disabled
    assert "Measured" not in said(app)
    assert "Your first prediction stays recorded: It gets worse" in said(app)
    app.radio[0].set_value(2).run()
    app = press(app, "Commit")
    assert "Your prediction agrees." in said(app)
    assert "Your first prediction was: It gets worse" in said(app)


def test_a_prediction_is_still_there_after_another_step():
    app = open_lesson(SLUG)
    app.radio[0].set_value(2).run()
    app = press(press(press(app, "Commit"), "Next: Boxes"), "Back")
    assert app.radio[0].value == 2
    assert app.radio[0].disabled
    assert "Your prediction agrees." in said(app)


@pytest.mark.parametrize(("chosen", "words"), [(0, "Not quite."), (1, "Right.")])
def test_a_single_question_answers_each_option(chosen, words):
    app = open_lesson(SLUG, step="3")
    assert "absorb" not in said(app)
    app.radio[0].set_value(chosen).run()
    assert "absorb" not in said(app)
    app = press(app, "Check", nth=0)
    assert words in said(app)
    assert ("Yes, the coefficients" if chosen else "The coefficients absorb") in said(app)
    app.radio[0].set_value(1 - chosen).run()
    assert "absorb" not in said(app)


def test_a_question_with_several_answers_says_what_holds_and_how_many_are_missing():
    app = open_lesson(SLUG, step="3")
    app.checkbox[0].check().run()
    app.checkbox[1].check().run()
    app = press(app, "Check", nth=1)
    words = said(app)
    for part in ("Holds: neighbours", "Does not hold: trees", "No, they ask", "1 more option holds."):
        assert part in words
    assert "one step for all" not in words
    app.checkbox[1].uncheck().run()
    app.checkbox[2].check().run()
    assert "Right, these and no others." in said(press(app, "Check", nth=1))


@pytest.mark.parametrize(
    ("typed", "words"),
    [
        ("5", "Right."),
        ("5.0", "Right."),
        ("5,005", "Read as 5,005."),
        ("4.9", "Not this number."),
        ("five", "“five” is no number. Write digits, such as 5 or 0.5."),
        ("", "Type a number first"),
        ("<b>5</b>", "“<b>5</b>” is no number"),
    ],
)
def test_a_numeric_question_takes_numbers_and_answers_what_is_none(typed, words):
    app = open_lesson(SLUG, step="3")
    app.text_input[0].set_value(typed)
    app = quiet(press(app, "Check", nth=2))
    assert words in said(app)


def test_a_question_about_the_present_run_asks_for_the_laboratory_and_then_takes_its_number():
    app = open_lesson(SLUG, step="3")
    app.text_input[1].set_value("12")
    app = press(app, "Check", nth=3)
    assert "“Min-max scaling” shows. Open it in this lesson first" in said(app)
    app = press(press(app, "Back"), "Next: Questions")
    shown = app.session_state["readings"]["min-max"]["lowest_tenth"]
    for typed, words in ((f"{shown:.1f} %", "That is what it shows."), (f"{shown + 30:.0f}", "Look again.")):
        app.text_input[1].set_value(typed)
        app = press(app, "Check", nth=3)
        assert words in said(app)


@pytest.mark.parametrize(
    ("text", "number"),
    {
        "5": 5,
        " 5.0 ": 5,
        "5,0": 5,
        "−3": -3,
        "-3": -3,
        "+2": 2,
        ".5": 0.5,
        "1,234,567": 1234567,
        "1 000": 1000,
        "0,125": 0.125,
        "1e-3": 0.001,
        "1,000.5": 1000.5,
    }.items(),
)
def test_numbers_are_read_as_people_type_them(text, number):
    found = read_number(text)
    assert isinstance(found, Typed)
    assert found.number == pytest.approx(number)


@pytest.mark.parametrize("text", ["1.2.3", "1,2,3", "1.000,5"])
def test_a_number_with_several_readings_is_answered(text):
    assert f"“{text}” can be read in several ways" in read_number(text)


@pytest.mark.parametrize("text", ["x", "5x", "--5", "0x10", "nan", "inf", "1/2", "٣"])
def test_what_is_no_number_is_answered(text):
    assert read_number(text).startswith(f"“{text}” is no number")


def test_a_percentage_hits_a_share_and_a_percentage():
    typed = read_number("12 %")
    assert typed.hits(0.12, 0.001)
    assert typed.hits(12, 0.1)
    assert not typed.hits(0.14, 0.001)
    assert read_number("96").hits(0.96, 0.001, percent=True)
    assert not read_number("96").hits(0.96, 0.001)


# --- views


def test_the_instructor_sees_remarks_and_what_to_lock_and_nobody_else_is_sent_them():
    assert "Ask for hands" not in said(open_lesson(SLUG, step="3"))
    assert "Ask for hands" in said(open_lesson(SLUG, step="3", view="instructor"))
    app = quiet(open_lesson(SLUG, view="instructor"))
    assert [group.label for group in app.button_group if group.key == "lock"] == ["Lock for learners"]


def test_print_draws_all_steps_with_empty_boxes_and_the_answers_at_the_end():
    app = quiet(open_lesson(SLUG, view="print"))
    assert not [*app.radio, *app.checkbox, *app.text_input, *app.selectbox, *app.slider, *charts(app)]
    words = [plain(part.value) for part in app.main.markdown]
    assert [head.value for head in app.header] == ["Boxes", "Questions", "Answers"]
    assert "☐ It gets better" in words
    measured = plain(evaluate("knn_gain(data=wine, scaler=standard)").text)
    at = next(k for k, text in enumerate(words) if measured in text)
    assert at > words.index("☐ gradient descent")
    assert any("Settings: Data: Wine; Scaler: No scaling." in text for text in words)
    assert any("/lesson-every-block?step=2" in text and "/min-max" in text for text in words)


# --- laboratories inside


def test_a_laboratory_begins_with_the_lessons_settings_and_keeps_what_is_locked():
    app = open_lesson(SLUG, di_data="Digits")
    scaler = app.get_by_key("di_scaler")
    assert (scaler.value, scaler.disabled) == ("No scaling", False)
    assert "Fixed here: data *Wine*." in said(app)
    scaler.set_value("Min-max").run()
    app = press(app, "Reset")
    assert app.get_by_key("di_scaler").value == "No scaling"


def test_a_laboratory_in_a_lesson_has_no_heading_and_no_end_and_tabs_only_when_asked_for():
    first = open_lesson(SLUG)
    assert LABORATORIES["distances"].question not in [title.value for title in first.title]
    assert "Try next." not in said(first)
    assert not first.tabs
    assert "Numbers" in [tab.label for tab in open_lesson(SLUG, step="2").tabs]


def test_a_link_to_a_lesson_changes_and_locks_what_the_lesson_leaves_free():
    app = open_lesson(SLUG, step="2", mm_outlier="6", lock="outlier")
    assert charts(app)[0]["frames"] is None
    assert "Fixed here: outlier *6 sd above the mean*." in said(app)
    app = press(app, "Reset")
    assert "Fixed here: outlier *6 sd above the mean*." in said(app)


def test_a_lock_of_one_step_is_no_mistake_on_another_and_an_unknown_one_is():
    assert not open_lesson(SLUG, lock=["outlier", "Clip unseen values"]).warning
    (warning,) = open_lesson(SLUG, lock="outlier,nothing").warning
    assert "“nothing”" in plain(warning.value)
    assert "outlier" not in plain(warning.value)


def test_what_a_link_locks_is_still_there_after_another_step():
    app = open_lesson(SLUG, step="2", mm_outlier="6", lock="outlier")
    app = press(press(app, "Next: Questions"), "Back")
    assert "Fixed here: outlier *6 sd above the mean*." in said(app)


def test_two_steps_with_one_laboratory_each_begin_with_their_own_settings(tmp_path, monkeypatch):
    lab = ":::{{lab}} min-max\n:feature: {}\n:outlier: {}\nTry.\n:::\n"
    text = f"{front('Two')}{lab.format('hue', 2)}\n## Second\n\n{lab.format('alcohol', 8)}"
    (tmp_path / "91-two.md").write_text(text, encoding="utf-8")
    monkeypatch.setenv("NORMLAB_LESSONS", str(tmp_path))
    app = open_lesson("two")
    app.get_by_key("mm_outlier").set_value(5.0).run()
    app = press(app, "Next: Second")
    assert (app.get_by_key("mm_feature").value, app.get_by_key("mm_outlier").value) == ("alcohol", 8)
    app = press(app, "Back")
    assert (app.get_by_key("mm_feature").value, app.get_by_key("mm_outlier").value) == ("hue", 2)


# --- files that anybody may have written


def front(slug):
    return f"---\ntitle: {slug}\nsummary: Something.\n---\n# {slug}\n\n"


HOSTILE = {
    "html": front("html") + "<script>alert(1)</script>\n\n<img src=x onerror=alert(1)>",
    "unknown": front("unknown") + ":::{quizz} single\nWhat?\n:::\n\nAfter it.",
    "unclosed": front("unclosed") + ":::{note} Never closed\n\nText.",
    "no-lab": front("no-lab") + ":::{lab} no-such-page\n:data: Wine\n:::\n\nAfter it.",
    "wrong-setting": front("wrong-setting")
    + ":::{lab} min-max\n:feature: nothing\n:foo: 1\n:lock: foo\n:::\n\nAfter it.",
    "no-value": front("no-value") + "The number {value}`no_such_number()`. After it.",
    "picture": front("picture") + ":::{figure} ../../../../etc/passwd\n:alt: secrets\n:::\n\nAfter it.",
    "alias-bomb": "---\na: &a [x, x]\nb: &b [*a, *a]\ntitle: *b\n---\n# T\n\nAfter it.",
    "tag": "---\ntitle: !!python/object/apply:os.system ['true']\n---\n# T\n\nAfter it.",
    "empty": "",
    "dollars": front("dollars") + "Costs $5 and $6, :red[loud] :material/delete: [^1].\n\n[^1]: note",
    "twice": front("twice") + ":::{lab} min-max\n:::\n\n:::{lab} min-max\n:::\n\nAfter it.",
}


@pytest.mark.parametrize("slug", [*HOSTILE, "latin1", "huge"])
def test_a_broken_or_hostile_file_leaves_the_page_and_the_menu_standing(slug, tmp_path, monkeypatch):
    content = {
        "latin1": "---\ntitle: é\n---\n# é".encode("latin-1"),
        "huge": (front("huge") + "word " * 40_000).encode(),
    }.get(slug) or HOSTILE[slug].encode()
    (tmp_path / f"92-{slug}.md").write_bytes(content)
    monkeypatch.setenv("NORMLAB_LESSONS", str(tmp_path))
    app = open_lesson(slug)
    assert not app.exception, [problem.value for problem in app.exception]
    assert not app.error, [problem.value for problem in app.error]
    words = said(app)
    assert "root:" not in words
    if "After it." in HOSTILE.get(slug, "") and slug not in {"alias-bomb", "tag"}:
        assert "After it." in words
    assert {link.label for link in app.sidebar.get("page_link")} >= {page.title for page in LABORATORIES.values()}
    assert not any(getattr(part.proto, "allow_html", False) for part in app.main.markdown)


def test_a_block_that_is_wrong_shows_why_and_where():
    lines = HOSTILE["unknown"].split("\n")
    assert lines.index(":::{quizz} single") == 6
    broken = shelf.library().problems()
    assert not [problem for problem in broken if problem.file.startswith("90-")]


def test_lessons_come_and_go_with_their_files(tmp_path, monkeypatch):
    monkeypatch.setenv("NORMLAB_LESSONS", str(tmp_path))
    app = open_page("")

    def menu():
        return [link.label for link in app.run().sidebar.get("page_link")]

    assert "93 New" not in menu()
    file = tmp_path / "93-new.md"
    file.write_text(front("new").replace("title: new", "title: New") + "Text.", encoding="utf-8")
    assert "93 New" in menu()
    file.unlink()
    assert "93 New" not in menu()
    assert [title.value for title in open_lesson("new").title] != ["New"]


@pytest.mark.parametrize("lesson", shelf.lessons(), ids=lambda lesson: lesson.slug)
def test_every_step_of_our_lessons_is_drawn_without_a_word_of_complaint(lesson):
    app = open_lesson(lesson.slug, view="instructor")  # who sees what waits for predictions, too
    for at, _ in enumerate(lesson.steps):
        quiet(app)
        assert "cannot be" not in "\n".join(part.value for part in app.main.info), at
        if at + 1 < len(lesson.steps):
            app = press(app, "Next: ")


# --- text


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        (":red[x]", "\\:red[x]"),
        ("`:red[x]` :a:", "`:red[x]` :\u2060a:"),
        ("```\n:a: [^1]\n```\n[^1]", "```\n:a: [^1]\n```\n\\[^1]"),
        ("$a:b:c$ :b:", "$a:b:c$ :\u2060b:"),
        ("- [ ] x", "- \\[ ] x"),
        ("![a](b.png)", "\\![a](b.png)"),
        ("[a](lesson:min-max) [b](page:axes)", "[a](lesson-min-max) [b](axes)"),
        ("at 12:30, and a: b", "at 12:30, and a: b"),
    ],
)
def test_what_streamlit_alone_would_read_is_taken_out_of_the_text(text, shown):
    assert harmless(text) == shown
