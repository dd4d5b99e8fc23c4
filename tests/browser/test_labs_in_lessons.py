"""Laboratories in a lesson in a real browser: what stands where on a screen and on a phone, and a guess by keyboard."""

import pytest

from benchmarks.serving import serving
from tests.browser.conftest import drawn, poll, rest

pytestmark = pytest.mark.browser
FRONT = "---\ntitle: Laboratories\nsummary: Of the tests.\n---\n# Laboratories\n\n"
BODY = """
:::{lab} one-nan
:lock: bad
Try.
:::

## Guess

:::{lab} placement-trained
:network: Dense
:lock: all
Look.
:::

What follows.

## Nothing to move

:::{lab} min-max
:lock: all
Look.
:::
"""


@pytest.fixture(scope="module")
def address(tmp_path_factory):
    lessons, data = tmp_path_factory.mktemp("lessons"), tmp_path_factory.mktemp("data")
    (lessons / "91-labs.md").write_text(FRONT + BODY, encoding="utf-8")
    with serving(environment={"NORMLAB_LESSONS": str(lessons), "NORMLAB_DATA": str(data)}) as server:
        yield f"{server.url}/lesson-labs"


def opened(new_page, address, width, step, key):
    page = new_page(viewport={"width": width, "height": 900}, bypass_csp=True)
    page.goto(f"{address}?step={step}")
    drawn(page, key)
    return page


def box(page, selector):
    return page.locator(selector).first.bounding_box()


def test_on_a_phone_the_figure_comes_before_what_opens(new_page, address):
    page = opened(new_page, address, 390, 1, "nn_chart")
    lab, layer = box(page, ".st-key-lesson_lab_one-nan"), box(page, ".st-key-nn_layer")
    chart, more = box(page, ".st-key-nn_chart"), box(page, ".st-key-lesson_parts_nn [data-testid=stExpander]")
    assert lab["y"] < layer["y"] < chart["y"] < chart["y"] + chart["height"] <= more["y"]
    assert chart["y"] - lab["y"] < 250


def test_on_a_screen_all_controls_stand_beside_the_figure(new_page, address):
    page = opened(new_page, address, 1440, 1, "nn_chart")
    layer, chart = box(page, ".st-key-nn_layer"), box(page, ".st-key-nn_chart")
    more = box(page, ".st-key-lesson_parts_nn [data-testid=stExpander]")
    assert layer["y"] < more["y"] < chart["y"] + chart["height"]
    assert more["x"] == pytest.approx(layer["x"], abs=1)
    assert more["x"] + more["width"] <= chart["x"]


def test_where_nothing_can_be_moved_the_figure_takes_the_whole_width(new_page, address):
    page = opened(new_page, address, 1440, 3, "mm_chart")
    lab, chart = box(page, ".st-key-lesson_lab_min-max"), box(page, ".st-key-mm_chart")
    assert chart["width"] > 0.95 * lab["width"]
    assert page.get_by_text("Fixed here:").bounding_box()["y"] >= chart["y"] + chart["height"]


@pytest.mark.parametrize("width", [390, 1440])
def test_a_guess_by_keyboard_shows_what_was_measured_and_the_rest_of_the_step(new_page, address, width):
    page = opened(new_page, address, width, 2, "pt_chart")
    assert page.get_by_text("What follows.").count() == 0
    page.locator(".st-key-guess_pt_guess_dense input").first.focus()
    page.keyboard.press("Space")
    poll(page, "() => document.body.innerText.includes('You guessed: Before.')", seconds=60)
    poll(page, "() => document.body.innerText.includes('What follows.')", seconds=60)
    poll(page, "() => document.body.innerText.includes('You expected before')", seconds=60)
    rest(page)
    assert page.locator(".st-key-guess_pt_guess_dense").count() == 0
