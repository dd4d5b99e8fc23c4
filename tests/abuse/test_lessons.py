"""Lesson files of any kind: read and checked without a failure and soon, and drawn with what is left of them."""

from __future__ import annotations

import logging
import math
import re
import time

import pytest

from normlib.course.preview import preview
from normlib.course.values import ValueCallError, evaluate
from normlib.course.within import links, roles
from pages.catalogue import PAGES
from pages.course import shelf
from pages.course.laboratories import LABORATORIES
from tests.abuse.amount import drawn, numbers
from tests.abuse.calls import call
from tests.abuse.damaged_lessons import damaged_bytes, damaged_lesson
from tests.abuse.opening import HIDDEN, heading, open_at
from tests.abuse.walk import move
from tests.course.test_any_text import checked

LONGEST = 1_000
SECONDS = 30.0
"""Of processor time: a lesson of 100 kB takes about one."""


@numbers(60, 1_000)
def test_any_lesson_is_read_and_checked(number, told):
    _, text = damaged_lesson(drawn("lesson", number))
    told.append(text[:50_000])
    began = time.process_time()
    checked(text)
    found = preview(text, LABORATORIES, shelf.lessons(), [page.slug for page in PAGES])
    assert time.process_time() - began < SECONDS
    list(roles(found.lesson)), list(links(found.lesson))
    for one in found.problems:
        assert one.message.endswith((".", "…", "?")), one
        assert len(one.message) < LONGEST, one
        assert not HIDDEN.search(one.message), one


@numbers(40, 2_000)
def test_any_number_is_computed_or_refused(number, told):
    asked = call(drawn("call", number))
    told.append(asked)
    began = time.process_time()
    found = value_of(asked)
    assert time.process_time() - began < SECONDS
    if isinstance(found, str):
        assert found.endswith((".", "?"))
        assert len(found) < LONGEST
    else:
        assert not math.isnan(found.number)
        assert not re.search(r"\b(nan|inf)\b", found.text), found


@numbers(12, 250)
@pytest.mark.usefixtures("ada", "store")
def test_any_lesson_is_drawn(number, told, tmp_path, monkeypatch, caplog):
    rng = drawn("drawn lesson", number)
    name, text = damaged_lesson(rng)
    (tmp_path / f"77-{name[3:]}").write_bytes(damaged_bytes(text, rng))
    monkeypatch.setattr(shelf, "folders", lambda: (tmp_path,))
    (lesson,) = shelf.lessons()
    step = rng.randrange(len(lesson.steps)) + 1
    link = {"step": str(step), "view": rng.choice(("learner", "learner", "instructor", "print"))}
    told.append(f"/lesson-{lesson.slug} {link}\n{text[:50_000]}")
    with caplog.at_level(logging.ERROR):
        app = open_at(f"lesson-{lesson.slug}", link)
        is_drawn(app, caplog)
        for _ in range(3):
            told.append(move(app, rng))
            is_drawn(app, caplog)


@numbers(4, 100)
def test_any_text_can_be_tried_out(number, told, caplog):
    rng = drawn("text tried out", number)
    _, text = damaged_lesson(rng)
    told.append(text[:50_000])
    app = open_at("add-a-lesson")
    with caplog.at_level(logging.ERROR):
        app.main.text_area[0].set_value(text.encode("utf-8", "replace").decode()).run()
        is_drawn(app, caplog)
        for _ in range(3):
            told.append(move(app, rng))
            is_drawn(app, caplog)


def value_of(asked):
    """Return a number, or the sentence why it is not computed."""
    try:
        return evaluate(asked)
    except ValueCallError as problem:
        return str(problem)


def is_drawn(app, caplog):
    assert not app.exception, [problem.value for problem in app.exception]
    # A block that fails is caught for the learner's sake, and logged.
    assert [one.getMessage() for one in caplog.records if one.levelno >= logging.ERROR] == []
    assert not [one.value for one in app.error if "nobody expected" in one.value]
    assert heading(app)
    for text in [*app.main.markdown, *app.main.caption, *app.warning, *app.info]:
        assert not HIDDEN.search(text.value), text.value
