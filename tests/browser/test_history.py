from pathlib import Path

import pytest

from benchmarks.serving import serving
from tests.browser.conftest import drawn, poll

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def address():
    with serving(Path(__file__).parent / "chart_app" / "two_pages_server.py") as server:
        yield server.url


@pytest.fixture
def page(chromium, address):
    page = chromium.new_page()
    page.goto(f"{address}/first?first_x=5")
    drawn(page, "first_chart")
    yield page
    page.close()


def stands(page, title, slider, value, path):
    """Wait until the page, its slider and its address are these."""
    poll(
        page,
        """([title, slider, value, path]) =>
          document.querySelector("h1")?.innerText === title &&
          document.querySelector(`input[type=range][aria-label="${slider}"], input[type=range]`)?.value === value &&
          location.pathname + location.search === path""",
        [title, slider, value, path],
    )


def go(page, name):
    page.get_by_role("link", name=f"To {name}").click()


def test_back_and_forward_restore_the_controls(page):
    stands(page, "First", "x", "5", "/first?first_x=5")
    go(page, "second")
    stands(page, "Second", "y", "2", "/second")
    drawn(page, "second_chart")
    page.get_by_role("slider", name="y").focus()
    page.keyboard.press("ArrowRight")
    stands(page, "Second", "y", "3", "/second?second_y=3")
    page.go_back()
    stands(page, "First", "x", "5", "/first?first_x=5")
    page.go_forward()
    stands(page, "Second", "y", "3", "/second?second_y=3")
    go(page, "third")
    poll(page, "() => document.querySelector('h1')?.innerText === 'Third'")
    page.go_back()
    stands(page, "Second", "y", "3", "/second?second_y=3")
    page.go_back()
    stands(page, "First", "x", "5", "/first?first_x=5")


def test_a_reset_keeps_its_own_entry(page):
    page.get_by_role("button", name="Reset").click()
    stands(page, "First", "x", "2", "/first")
    go(page, "second")
    stands(page, "Second", "y", "2", "/second")
    page.go_back()
    stands(page, "First", "x", "2", "/first")
    page.go_back()
    stands(page, "First", "x", "5", "/first?first_x=5")


def test_a_page_without_settings_is_left_by_one_entry(page):
    length = page.evaluate("() => history.length")
    go(page, "second")
    stands(page, "Second", "y", "2", "/second")
    go(page, "third")
    poll(page, "() => document.querySelector('h1')?.innerText === 'Third'")
    poll(page, "() => location.pathname === '/third'")
    assert page.evaluate("() => history.length") == length + 2
