"""Progress on the pages: kept for the next visit, and for this one whatever the database does."""

import json

import pytest
from streamlit.runtime.context import ContextProxy
from streamlit.testing.v1 import AppTest

from normlib.course.blocks import Predict, Quiz
from normlib.store.address import database_url
from normlib.store.errors import StoreError
from normlib.store.identity import COOKIE, new_id
from normlib.store.store import Store
from pages.course import shelf
from pages.parts import progress as part
from pages.parts.progress import Progress, Visit
from tests.pages.lessons_opened import open_lesson, press, said
from tests.pages.opened import ROUTER, open_page, plain

LESSON = shelf.lessons()[0]


@pytest.fixture
def store(tmp_path, monkeypatch):
    """A store that can be broken, and counts what it is asked."""
    store = Store(database_url({"NORMLAB_DATA": str(tmp_path)}), pause=0.0)
    run = store.database.run

    def counted(work, *, write=False):
        if store.broken:
            raise StoreError(store.broken)
        store.asked.append("write" if write else "read")
        return run(work, write=write)

    store.broken, store.asked = "", []
    monkeypatch.setattr(store.database, "run", counted)
    monkeypatch.setattr(part, "shared_store", lambda: store)
    yield store
    store.close()


@pytest.fixture
def ada(monkeypatch):
    """Every page that is opened comes from one browser."""
    learner = new_id()
    monkeypatch.setattr(ContextProxy, "cookies", {COOKIE: learner})
    return learner


def visit(learner):
    return Progress(Visit(learner))


def test_the_next_visit_finds_everything(store):
    learner = new_id()
    first = visit(learner)
    first.visit("a", 0)
    first.answer("a", "q", [0, 2], False)
    first.done("a", 0)
    first.visit("a", 1)
    first.answer("a", "q", [0], True)
    for one in (first, visit(learner)):
        assert one.is_kept
        assert one.problem == ""
        assert one.last() == ("a", 1)
        assert one.steps_done("a") == {0}
        assert one.steps_seen("a") == {0, 1}
        answer = one.answers("a")["q"]
        assert (answer.first.value, answer.first.right) == ([0, 2], False)
        assert (answer.latest.value, answer.latest.right, answer.attempts) == ([0], True, 2)
        assert set(one.summary()) == {"a"}
    assert visit(new_id()).last() is None


def test_the_database_is_asked_once_for_a_lesson_and_told_of_nothing_twice(store):
    one = visit(new_id())
    for _ in range(5):
        one.visit("a", 0)
        one.done("a", 0)
        one.answers("a")
        one.steps_done("a")
        one.last()
    assert sorted(store.asked) == ["read", "read", "write", "write"]
    one.visit("a", 1)
    one.visit("a", 0)
    assert one.last() == ("a", 0)
    assert store.asked.count("write") == 4


def test_without_a_cookie_nothing_is_written_and_the_visit_remembers(store):
    one = visit(None)
    one.visit("a", 2)
    one.answer("a", "q", 1, True)
    one.done("a", 2)
    assert not one.is_kept
    assert one.answers("a")["q"].latest.value == 1
    assert one.steps_done("a") == {2}
    assert one.last() == ("a", 2)
    assert set(one.summary()) == {"a"}
    assert one.problem == ""
    assert one.delete() == ""
    assert one.summary() == {}
    assert one.last() is None
    assert store.asked == []


def test_what_was_missed_is_sent_with_the_next_success(store):
    learner = new_id()
    one = visit(learner)
    one.visit("a", 0)
    store.broken = "The database is busy."
    one.answer("a", "q", 1, False)
    one.done("a", 0)
    one.visit("b", 4)
    assert one.problem == "Your answers are not being kept just now: the database is busy."
    assert one.answers("a")["q"].first.value == 1
    assert one.steps_done("a") == {0}
    assert one.last() == ("b", 4)
    assert set(one.summary()) == {"a", "b"}
    store.broken = ""
    one.answer("a", "q", 2, True)
    assert one.problem == ""
    later = visit(learner)
    assert later.answers("a")["q"].first.value == 1
    assert later.answers("a")["q"].attempts == 2
    assert later.steps_done("a") == {0}
    assert later.last() == ("b", 4)


def test_a_visit_that_begins_while_the_database_is_away_catches_up(store):
    learner = new_id()
    before = visit(learner)
    before.answer("a", "old", 1, True)
    before.answer("a", "both", 1, False)
    store.broken = "The database does not answer."
    one = visit(learner)
    assert one.answers("a") == {}
    assert one.problem == "What you did before cannot be shown just now: the database does not answer."
    assert one.last() is None
    one.answer("a", "both", 2, True)
    store.broken = ""
    found = one.answers("a")
    assert set(found) == {"old", "both"}
    assert (found["both"].first.value, found["both"].latest.value, found["both"].attempts) == (1, 2, 2)
    one.visit("a", 1)
    assert visit(learner).answers("a") == found


def test_two_tabs_agree_after_a_reload(store):
    learner = new_id()
    left, right = visit(learner), visit(learner)
    assert left.answers("a") == right.answers("a") == {}
    left.answer("a", "q", "left", False)
    right.answer("a", "q", "right", True)
    left.done("a", 0)
    right.done("a", 1)
    assert left.answers("a")["q"].latest.value == "left"
    for tab in (visit(learner), visit(learner)):
        answer = tab.answers("a")["q"]
        assert (answer.first.value, answer.latest.value, answer.attempts) == ("left", "right", 2)
        assert tab.steps_done("a") == {0, 1}


def test_what_can_never_be_kept_is_said_and_not_tried_again(store):
    one = visit(new_id())
    one.answer("a", "q", "x" * 3000, True)
    assert one.problem.startswith("Your answers are not being kept just now: the answer to “q” takes 3,002 bytes")
    one.visit("x" * 200, 0)
    assert "this one has 200" in one.problem
    one.answer("a", "q", 1, True)
    assert one.problem == ""
    assert visit(one._visit.learner).answers("a")["q"].attempts == 1


def test_delete_waits_for_the_database(store):
    learner = new_id()
    one = visit(learner)
    one.answer("a", "q", 1, True)
    store.broken = "The database is busy."
    assert one.delete() == "Nothing is deleted yet, try again in a moment: the database is busy."
    assert set(one.answers("a")) == {"q"}
    store.broken = ""
    assert one.delete() == ""
    assert one.answers("a") == {}
    assert visit(learner).summary() == {}


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
    assert visit(ada).steps_done(LESSON.slug) == {0}
    assert visit(ada).last() == (LESSON.slug, 1)
    store.asked.clear()
    app.run()
    assert store.asked == []


def test_the_start_page_leads_back_to_where_one_stopped(store, ada):
    app = AppTest.from_file(str(ROUTER), default_timeout=60).run()
    assert not [button for button in app.main.button if button.label.startswith("Continue")]
    visit(ada).visit(LESSON.slug, 1)
    app = AppTest.from_file(str(ROUTER), default_timeout=60).run()
    press(app, f"Continue: {LESSON.number} {LESSON.title}, step 2")
    assert not app.exception
    assert LESSON.steps[1].title in said(app)


def filled(learner):
    one = visit(learner)
    quizzes = [block.name for block in LESSON.blocks() if isinstance(block, Quiz)]
    (prediction, *_) = [block.name for block in LESSON.blocks() if isinstance(block, Predict)]
    for step in range(len(LESSON.steps)):
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
    assert "for 400 days, `normlab_learner`" in text
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
    assert [step["step"] for step in kept[LESSON.slug]["steps"]] == list(range(1, len(LESSON.steps) + 1))
    assert json.loads(json.dumps(store.export(ada)["lessons"])) == kept
    app.get_by_key("my_progress_sure").click().run()
    assert not app.exception
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
