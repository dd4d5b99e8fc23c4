"""Lessons that get another step, or lose one: a learner's marks stay with their steps."""

import pytest

from normlib.store.events import Visited
from normlib.store.identity import new_id
from pages.course import shelf
from pages.course.go_on import stopped_at
from pages.parts.progress import Progress, Visit
from tests.pages.lessons_opened import open_lesson, press, said
from tests.pages.opened import open_page

SLUG = "made-up"


@pytest.fixture
def write(tmp_path, monkeypatch):
    """Write the lesson with these steps, as somebody does while the server runs."""
    monkeypatch.setenv("NORMLAB_LESSONS", str(tmp_path))

    def write(*headings):
        front = "---\ntitle: Made up\nsummary: One.\nobjectives: [See]\n---\n\n# Made up\n\nText.\n\n"
        steps = "\n".join(f"## {heading}\n\nText of {heading}.\n" for heading in headings)
        (tmp_path / "95-made-up.md").write_text(front + steps, encoding="utf-8")
        assert [step.title for step in shelf.lesson(SLUG).steps[1:]] == list(headings)

    return write


def steps(app):
    """Return the list of steps, each with whether it has a mark; the present one never has."""
    found = [button for button in app.main.button if (button.key or "").startswith("lesson_step_")]
    return [(button.label.replace("*", ""), bool(button.proto.icon)) for button in found]


def read_until(label):
    app = open_lesson(SLUG)
    while not any(button.label == f"Next: {label}" for button in app.main.button):
        press(app, "Next: ")
    return press(app, f"Next: {label}")


def test_marks_and_the_place_follow_their_steps(store, ada, write):
    write("Apples", "Pears", "Plums")
    app = read_until("Plums")
    assert steps(app) == [("1 Made up", True), ("2 Apples", True), ("3 Pears", True), ("4 Plums", False)]

    write("Nuts", "Apples", "Plums", "Pears")
    app = open_lesson(SLUG, step="2")
    assert not app.exception
    assert steps(app) == [
        ("1 Made up", True), ("2 Nuts", False), ("3 Apples", True), ("4 Plums", True), ("5 Pears", True)
    ]  # fmt: skip
    # The last step is finished by being read to the end, and it was the last one then.
    page = said(open_page("my-progress"))
    assert "95 Made up: 4 of 5 steps finished" in page
    press(app, "Next: ")
    assert "95 Made up: 5 of 5 steps finished" in said(open_page("my-progress"))
    assert f"1 of {len(shelf.lessons())} lessons finished." in said(open_page("my-progress"))


def test_one_goes_on_at_the_step_where_one_stopped_wherever_it_stands_now(store, ada, write):
    write("Apples", "Pears", "Plums", "Quinces")
    read_until("Pears")
    assert "Continue: 95 Made up, step 3" in said(open_page("my-progress"))
    write("Nuts", "Seeds", "Apples", "Pears", "Quinces")
    app = open_page("my-progress")
    assert "Continue: 95 Made up, step 5" in said(app)
    press(app, "Continue: 95 Made up, step 5")
    assert not app.exception
    assert "Text of Pears." in said(app)


def test_a_step_that_is_gone_counts_for_nothing_and_says_nothing(store, ada, write):
    write("Apples", "Pears", "Plums")
    read_until("Pears")
    write("Apples", "Plums")
    page = open_page("my-progress")
    assert not page.exception
    text = said(page)
    assert "95 Made up: 2 of 3 steps finished" in text
    assert "ears" not in text
    # It goes on with the first step that is still to do.
    assert "Continue: 95 Made up, step 3" in text
    assert steps(open_lesson(SLUG, step="3")) == [("1 Made up", True), ("2 Apples", True), ("3 Plums", False)]
    write("Apples", "Pears", "Plums")
    assert "Continue: 95 Made up, step 4" in said(open_page("my-progress"))


def test_who_has_finished_what_is_left_goes_on_at_the_beginning(store, monkeypatch, write):
    write("Apples", "Pears")
    visit = Progress(Visit(new_id()))
    for step in shelf.names_of_steps(SLUG):
        visit.done(SLUG, step)
    store.write(visit._visit.learner, [Visited(SLUG, "gone")])
    monkeypatch.setattr(Progress, "of_this_learner", lambda: visit)
    lesson, step = stopped_at(shelf.lessons())
    assert (lesson.slug, step) == (SLUG, 0)


def test_links_with_a_number_go_on_working(store, ada, write):
    write("Apples", "Pears")
    assert "Text of Pears." in said(open_lesson(SLUG, step="3"))
    write("Apples")
    app = open_lesson(SLUG, step="3")
    assert not app.exception
    assert "The link asks for step “3”" in said(app)
