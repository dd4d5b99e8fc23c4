"""Progress on the pages: kept for the next visit, and for this one whatever the database does."""

from datetime import UTC, datetime, timedelta
from types import SimpleNamespace

from sqlalchemy import update

from normlib.store.events import Visited
from normlib.store.identity import key_of, new_id
from normlib.store.shared import close_shared_store, shared_store
from normlib.store.statements import LEARNERS
from pages.course.shelf import names_of_steps
from pages.parts import progress
from pages.parts.progress import Progress, Visit
from pages.warm import open_store


def visit(learner):
    return Progress(Visit(learner))


def test_the_next_visit_finds_everything(store):
    learner = new_id()
    first = visit(learner)
    first.visit("a", "s0")
    first.answer("a", "q", [0, 2], False)
    first.done("a", "s0")
    first.visit("a", "s1")
    first.answer("a", "q", [0], True)
    for one in (first, visit(learner)):
        assert one.is_kept
        assert one.problem == ""
        assert one.last() == ("a", "s1")
        assert one.steps_done("a") == {"s0"}
        assert one.steps_seen("a") == {"s0", "s1"}
        answer = one.answers("a")["q"]
        assert (answer.first.value, answer.first.right) == ([0, 2], False)
        assert (answer.latest.value, answer.latest.right, answer.attempts) == ([0], True, 2)
        assert set(one.summary()) == {"a"}
    assert visit(new_id()).last() is None


def test_the_database_is_asked_once_for_a_lesson_and_told_of_nothing_twice(store):
    one = visit(new_id())
    for _ in range(5):
        one.visit("a", "s0")
        one.done("a", "s0")
        one.answers("a")
        one.steps_done("a")
        one.last()
    assert sorted(store.asked) == ["read", "read", "write", "write"]
    one.visit("a", "s1")
    one.visit("a", "s0")
    assert one.last() == ("a", "s0")
    assert store.asked.count("write") == 4


def test_without_a_cookie_nothing_is_written_and_the_visit_remembers(store):
    one = visit(None)
    one.visit("a", "s2")
    one.answer("a", "q", 1, True)
    one.done("a", "s2")
    assert not one.is_kept
    assert one.answers("a")["q"].latest.value == 1
    assert one.steps_done("a") == {"s2"}
    assert one.last() == ("a", "s2")
    assert set(one.summary()) == {"a"}
    assert one.problem == ""
    assert one.delete() == ""
    assert one.summary() == {}
    assert one.last() is None
    assert store.asked == []


def test_what_was_missed_is_sent_with_the_next_success(store):
    learner = new_id()
    one = visit(learner)
    one.visit("a", "s0")
    store.broken = "The database is busy."
    one.answer("a", "q", 1, False)
    one.done("a", "s0")
    one.visit("b", "s4")
    assert one.problem == "Your answers are not being kept just now: the database is busy."
    assert one.answers("a")["q"].first.value == 1
    assert one.steps_done("a") == {"s0"}
    assert one.last() == ("b", "s4")
    assert set(one.summary()) == {"a", "b"}
    store.broken = ""
    one.answer("a", "q", 2, True)
    assert one.problem == ""
    later = visit(learner)
    assert later.answers("a")["q"].first.value == 1
    assert later.answers("a")["q"].attempts == 2
    assert later.steps_done("a") == {"s0"}
    assert later.last() == ("b", "s4")


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
    one.visit("a", "s1")
    assert visit(learner).answers("a") == found


def test_a_page_that_is_opened_anew_goes_on_with_what_could_not_be_written(store):
    learner = new_id()
    before = visit(learner)
    before.answer("a", "old", 1, True)
    store.broken = "The database does not answer."
    before.visit("a", "s1")
    before.answer("a", "q", 1, False)
    before.answer("a", "q", 2, True)
    # The page is loaded anew, and the database is still away.
    again = visit(learner)
    assert again.last() == ("a", "s1")
    assert again.steps_seen("a") == {"s1"}
    assert again.answers("a")["q"].attempts == 2
    assert set(visit(learner).summary()) == {"a"}
    again.done("a", "s1")
    assert again.problem == "Your answers are not being kept just now: the database does not answer."
    store.broken = ""
    for one in (again, visit(learner)):
        one._send([])
        one.visit("a", "s2")
        assert one.problem == ""
        assert set(one.answers("a")) == {"old", "q"}
        assert one.answers("a")["q"].attempts == 2
        assert one.steps_done("a") == {"s1"}
    assert store.lesson(learner, "a").answers["q"].attempts == 2


def test_what_one_tab_could_not_write_another_one_writes_and_both_know(store):
    learner = new_id()
    left, right = visit(learner), visit(learner)
    store.broken = "The database is busy."
    left.answer("a", "q", 1, True)
    store.broken = ""
    right.visit("a", "s0")
    assert store.lesson(learner, "a").answers["q"].attempts == 1
    assert "busy" in left.problem
    left._visit.again = 1.0  # long ago
    left._send([])
    assert left.problem == ""
    assert store.lesson(learner, "a").answers["q"].attempts == 1


def test_a_page_that_is_drawn_again_does_not_wait_for_a_busy_database_each_time(store, monkeypatch):
    now, learner = [100.0], new_id()
    monkeypatch.setattr(progress, "time", SimpleNamespace(monotonic=lambda: now[0]))
    one = visit(learner)
    store.broken, store.failed = "The database is busy.", 0
    one.visit("a", "s0")
    tried = store.failed
    for _ in range(10):
        one._send([])
    assert store.failed == tried > 0
    store.broken = ""
    one._send([])
    assert store.everything(learner) == {}
    now[0] += 5.1
    one._send([])
    assert set(store.lesson(learner, "a").steps) == {"s0"}
    assert one.problem == ""


def test_two_tabs_agree_after_a_reload(store):
    learner = new_id()
    left, right = visit(learner), visit(learner)
    assert left.answers("a") == right.answers("a") == {}
    left.answer("a", "q", "left", False)
    right.answer("a", "q", "right", True)
    left.done("a", "s0")
    right.done("a", "s1")
    assert left.answers("a")["q"].latest.value == "left"
    for tab in (visit(learner), visit(learner)):
        answer = tab.answers("a")["q"]
        assert (answer.first.value, answer.latest.value, answer.attempts) == ("left", "right", 2)
        assert tab.steps_done("a") == {"s0", "s1"}


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
    one.answer("a", "q", 2, True)
    assert one.delete() != ""
    assert visit(learner).answers("a")["q"].latest.value == 2
    store.broken = ""
    assert one.delete() == ""
    assert one.answers("a") == {}
    one._send([])
    assert visit(learner).summary() == {}


def test_at_the_start_the_database_is_made_and_those_who_cannot_come_back_are_forgotten(monkeypatch, tmp_path, caplog):
    monkeypatch.setenv("DATABASE_URL", f"sqlite:///{tmp_path}/progress.db")
    close_shared_store()
    try:
        learners = [new_id(), new_id()]
        for learner, days in zip(learners, (399, 402), strict=True):
            shared_store(names_of_steps).write(learner, [Visited("a", "s0")])
            shared_store(names_of_steps).database.run(
                lambda connection, learner=learner, days=days: connection.execute(
                    update(LEARNERS)
                    .where(LEARNERS.c.key == key_of(learner))
                    .values(seen=datetime.now(UTC).date() - timedelta(days=days))
                ),
                write=True,
            )
        open_store()
        assert [bool(shared_store(names_of_steps).everything(learner)) for learner in learners] == [True, False]
        assert caplog.records == []
    finally:
        close_shared_store()


def test_a_server_starts_without_its_database_and_says_so(monkeypatch, caplog):
    monkeypatch.setenv("DATABASE_URL", "mysql://ada:secret@db/course")
    close_shared_store()
    try:
        open_store()
    finally:
        close_shared_store()
    assert "DATABASE_URL begins with mysql://, which NormLab does not speak." in caplog.text
    assert "secret" not in caplog.text
