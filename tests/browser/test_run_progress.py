"""The line that follows a run in a real browser: it tells the page what is new, seldom, and the end once."""

import re
from pathlib import Path

import pytest

from benchmarks.serving import serving
from tests.browser.conftest import poll
from tests.browser.run_app.runs import experiments

pytestmark = pytest.mark.browser
APP = Path(__file__).parent / "progress_app" / "server.py"


@pytest.fixture(scope="module")
def address():
    with serving(APP) as server:
        yield server.url


@pytest.fixture
def open_page(new_page, address):
    def opened(query="", **options):
        page = new_page(**options)
        page.goto(f"{address}/?{query}")
        poll(page, "() => Boolean(document.querySelector('.nl-run-progress'))")
        return page

    return opened


def counts(page):
    texts = page.evaluate("() => [...document.querySelectorAll('[data-testid=stText]')].map(node => node.textContent)")
    (text,) = (one for one in texts if "drawn" in one)
    return dict(zip(*[iter(re.split(" ", text))] * 2, strict=True)) | {"text": text}


def number(page, name):
    return int(counts(page)[name])


def press(page, name):
    page.get_by_role("button", name=name, exact=True).click()


def state(page, wanted, seconds=20):
    poll(page, "wanted => document.querySelector('.nl-run-progress').dataset.state === wanted", wanted, seconds=seconds)


def below(page):
    return page.get_by_text("below", exact=True).bounding_box()["y"]


def ended(page):
    poll(page, "() => /ended 1/.test(document.body.innerText)")
    page.wait_for_timeout(2500)


def test_a_page_draws_what_is_new_and_the_end_once(open_page):
    page = open_page()
    state(page, "none")
    drawn = number(page, "drawn")
    page.wait_for_timeout(1500)
    assert number(page, "drawn") == drawn
    place = below(page)
    press(page, "Run slowly")
    state(page, "running")
    assert below(page) == pytest.approx(place, abs=1)
    poll(page, "() => / points [1-9]/.test(document.body.innerText)")
    assert number(page, "ended") == 0
    began = page.evaluate("() => performance.now()")
    state(page, "done")
    took = page.evaluate("() => performance.now()") - began
    ended(page)
    assert below(page) == pytest.approx(place, abs=1)
    (arms, records) = (2, len(experiments(2, 60, "wine", 0.1)[0].recorded))
    assert number(page, "points") == arms * 2 * records
    # Once a second at most, besides the press of the button and the end.
    assert 1 <= number(page, "progress") <= took / 1000 + 3
    assert number(page, "drawn") == drawn + 1 + number(page, "progress") + 1
    last = counts(page)["text"]
    page.wait_for_timeout(2500)
    assert counts(page)["text"] == last


def test_stop_and_another_run(open_page):
    page = open_page("steps=4000")
    press(page, "Run slowly")
    state(page, "running")
    press(page, "Stop")
    state(page, "stopped")
    ended(page)
    assert number(page, "stopped") == 1
    press(page, "Run")
    state(page, "done")
    poll(page, "() => /ended 2/.test(document.body.innerText)")


def test_on_a_phone_nothing_jumps(open_page):
    page = open_page(viewport={"width": 390, "height": 800})
    state(page, "none")
    place = below(page)
    press(page, "Run slowly")
    state(page, "running")
    assert below(page) == pytest.approx(place, abs=1)
    assert page.evaluate("() => document.documentElement.scrollWidth <= innerWidth")
    state(page, "done")
    assert below(page) == pytest.approx(place, abs=1)
