"""The simulated learner against the real server, and the tours of the soak."""

import asyncio

import pytest

from benchmarks.learner import Learner
from benchmarks.learners import FLOOR
from benchmarks.serving import serving
from benchmarks.soak import Soaked, tours, visit
from pages.catalogue import PAGES
from pages.course import shelf


@pytest.fixture(scope="module")
def app(tmp_path_factory):
    with serving(environment={"NORMLAB_DATA": str(tmp_path_factory.mktemp("data"))}, timeout=120) as server:
        yield server


def test_a_learner_comes_back_to_the_same_session(app):
    async def come_back():
        async with Learner(app.port, "min-max") as learner:
            await learner.open()
            await learner.move("Feature")
            before = learner.session
            await learner.reconnect()
            return before, learner.session

    before, after = asyncio.run(come_back())
    assert before
    assert before == after


def test_a_learner_goes_from_page_to_page(app):
    async def walk():
        async with Learner(app.port) as learner:
            found = []
            for page in ("min-max", "lesson-start-here", "glossary"):
                await learner.go(page)
                found.append({widget.label for widget in learner.widgets.values()})
            return found, learner.session

    (laboratory, _, glossary), session = asyncio.run(walk())
    assert session
    assert laboratory
    assert not laboratory & glossary


def test_a_visit_of_the_soak(app):
    seen = Soaked()
    asyncio.run(visit(app, 1, [("min-max", ""), ("lesson-start-here", "step=2")], seen))
    assert seen.errors == []
    assert seen.visits == 1
    assert seen.moves >= 3


def test_a_page_that_is_not_there_is_an_error_of_the_soak(app):
    seen = Soaked()
    asyncio.run(visit(app, 1, [("no-such-page", "")], seen))
    assert len(seen.errors) == 1
    assert "no-such-page" in seen.errors[0]


def test_the_tours_pass_every_page_and_every_step_once():
    places = [place for tour in tours() for place in tour]
    assert len(set(places)) == len(places)
    assert {page for page, query in places if not query} == {page.slug for page in PAGES}
    for lesson in shelf.lessons():
        steps = [query for page, query in places if page == f"lesson-{lesson.slug}"]
        assert sorted(steps) == sorted(f"step={number + 1}" for number in range(len(lesson.steps)))


def test_the_floor_is_a_page_with_one_control():
    async def look(port):
        async with Learner(port) as learner:
            await learner.open()
            await learner.move()
            return [widget.label for widget in learner.widgets.values()]

    with serving(FLOOR, timeout=120) as server:
        assert asyncio.run(look(server.port)) == ["Frequency"]
