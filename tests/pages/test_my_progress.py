"""The pages that show what is kept of a learner, and lead back to where one stopped."""

import json

import pytest
from streamlit.runtime.context import ContextProxy
from streamlit.testing.v1 import AppTest

from normlib.course.blocks import Predict, Quiz
from normlib.course.step_names import step_names
from normlib.store.identity import COOKIE
from pages.course import shelf
from pages.parts.progress import Progress, Visit
from tests.pages.lessons_opened import open_lesson, press, said
from tests.pages.opened import ROUTER, open_page, plain

LESSON = shelf.lessons()[0]
NAMES = step_names(LESSON)


def visit(learner):
    return Progress(Visit(learner))


@pytest.mark.parametrize("cookie", [None, "", "ada", "0" * 33, "../../etc/passwd"])
def test_a_cookie_that_is_no_id_is_none(store, monkeypatch, cookie):
    monkeypatch.setattr(ContextProxy, "cookies", {} if cookie is None else {COOKIE: cookie})
    app = open_page("my-progress")
    assert not app.exception
    assert "your progress lasts for this visit only" in said(app)
    assert store.asked == []


def test_a_lesson_is_kept_for_the_next_visit(store, ada):
    app = open_lesson(LESSON.slug)
    press(app, "Next")
    assert not app.exception
    assert visit(ada).steps_done(LESSON.slug) == {NAMES[0]}
    assert visit(ada).last() == (LESSON.slug, NAMES[1])
    store.asked.clear()
    app.run()
    assert store.asked == []


def test_the_start_page_leads_back_to_where_one_stopped(store, ada):
    app = AppTest.from_file(str(ROUTER), default_timeout=60).run()
    assert not [button for button in app.main.button if button.label.startswith("Continue")]
    visit(ada).visit(LESSON.slug, NAMES[1])
    app = AppTest.from_file(str(ROUTER), default_timeout=60).run()
    press(app, f"Continue: {LESSON.number} {LESSON.title}, step 2")
    assert not app.exception
    assert LESSON.steps[1].title in said(app)


def filled(learner):
    one = visit(learner)
    quizzes = [block.name for block in LESSON.blocks() if isinstance(block, Quiz)]
    (prediction, *_) = [block.name for block in LESSON.blocks() if isinstance(block, Predict)]
    for step in NAMES:
        one.visit(LESSON.slug, step)
        one.done(LESSON.slug, step)
    one.answer(LESSON.slug, quizzes[0], 0, False)
    one.answer(LESSON.slug, quizzes[0], 1, True)
    one.answer(LESSON.slug, prediction, 1, True)
    one.answer(LESSON.slug, "gone-question", 1, False)
    one.answer("gone-lesson", "q", 1, True)
    return sum(isinstance(block, Predict | Quiz) for block in LESSON.blocks())


def test_my_progress_shows_what_is_kept(store, ada):
    questions = filled(ada)
    app = open_page("my-progress")
    assert not app.exception
    text = said(app)
    steps = len(LESSON.steps)
    assert f"1 of {len(shelf.lessons())} lessons finished." in text
    assert f"{LESSON.title}: {steps} of {steps} steps finished, 3 answers, 1 right at first" in text
    assert "**Right in the end, after 2 answers.**" in text
    assert "**Your first prediction agreed.**" in text
    assert "gone-question, a question that is no longer there. **Not right yet.**" in text
    assert "gone-lesson, a lesson that is no longer here: 0 steps finished, 1 answer, 1 right at first." in text
    assert f"{questions - 2} question" in text
    assert f"Continue: {LESSON.number} {LESSON.title}, step {steps}" in text
    assert "for 400 days after your last visit, `normlab_learner`" in text
    assert ada not in text


def test_my_progress_can_be_taken_along_and_deleted(store, ada, monkeypatch):
    filled(ada)
    given = []
    monkeypatch.setattr("streamlit.download_button", lambda label, data, **_: given.append((label, data)))
    app = open_page("my-progress")
    label, data = given[-1]
    assert label == "Download all of it (JSON)"
    kept = json.loads(data)["lessons"]
    assert kept["gone-lesson"]["answers"]["q"]["first"]["right"] is True
    assert sorted(step["step"] for step in kept[LESSON.slug]["steps"]) == sorted(NAMES)
    assert json.loads(json.dumps(store.export(ada)["lessons"])) == kept
    shown = f"lesson_{LESSON.slug}_q/shown"
    app.session_state[shown] = 1
    app.get_by_key("my_progress_sure").click().run()
    assert not app.exception
    assert shown not in app.session_state
    assert "Everything is deleted." in said(app)
    assert "Nothing is kept yet." in said(app)
    assert store.everything(ada) == {}
    assert "Everything is deleted." not in said(app.run())


def test_my_progress_without_its_database(store, ada):
    filled(ada)
    app = open_page("my-progress")
    store.broken = "The database is busy."
    app.get_by_key("my_progress_sure").click().run()
    assert not app.exception
    assert "Nothing is deleted yet, try again in a moment: the database is busy." in plain(said(app))
    store.broken = ""
    assert set(store.everything(ada)) == {LESSON.slug, "gone-lesson"}
    store.broken = "The database does not answer."
    fresh = open_page("my-progress")
    assert not fresh.exception
    assert "What you did before cannot be shown just now: the database does not answer." in said(fresh)
