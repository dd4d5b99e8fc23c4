from pathlib import Path

import pytest

from benchmarks.serving import serving
from tests.browser.conftest import drawn, poll, rest

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
          document.querySelector(`.st-key-${slider} input[type=range]`)?.value === value &&
          document.body.innerText.includes(`${title.toLowerCase()} ${value}`) &&
          location.pathname + location.search === path""",
        [title, slider, value, path],
    )
    rest(page)  # Streamlit mixes up the addresses when Back comes while a script runs


def go(page, name):
    page.get_by_role("link", name=f"To {name}").click()


def test_back_and_forward_restore_the_controls(page):
    stands(page, "First", "first_x", "5", "/first?first_x=5")
    go(page, "second")
    stands(page, "Second", "second_y", "2", "/second")
    drawn(page, "second_chart")
    page.get_by_role("slider", name="y").focus()
    page.keyboard.press("ArrowRight")
    stands(page, "Second", "second_y", "3", "/second?second_y=3")
    page.go_back()
    stands(page, "First", "first_x", "5", "/first?first_x=5")
    page.go_forward()
    stands(page, "Second", "second_y", "3", "/second?second_y=3")
    go(page, "third")
    poll(page, "() => document.querySelector('h1')?.innerText === 'Third'")
    page.go_back()
    stands(page, "Second", "second_y", "3", "/second?second_y=3")
    page.go_back()
    stands(page, "First", "first_x", "5", "/first?first_x=5")


def test_a_reset_keeps_its_own_entry(page):
    page.get_by_role("button", name="Reset", exact=True).click()
    stands(page, "First", "first_x", "2", "/first")
    go(page, "second")
    stands(page, "Second", "second_y", "2", "/second")
    page.go_back()
    stands(page, "First", "first_x", "2", "/first")
    page.go_back()
    stands(page, "First", "first_x", "5", "/first?first_x=5")


def test_every_change_of_page_adds_one_entry(page):
    length = page.evaluate("() => history.length")
    go(page, "second")
    stands(page, "Second", "second_y", "2", "/second")
    go(page, "third")
    poll(page, "() => document.querySelector('h1')?.innerText === 'Third'")
    poll(page, "() => location.pathname === '/'")
    assert page.evaluate("() => history.length") == length + 2
