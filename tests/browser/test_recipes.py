"""The page of Keras programs in a real browser, with Keras in a worker process."""

import re

import numpy as np
import pytest

from benchmarks.serving import serving
from tests.browser.conftest import poll, rest

pytestmark = pytest.mark.browser
STATE = "wanted => document.querySelector('.st-key-kr_view .nl-run')?.dataset.state === wanted"
LINES = """() => document.querySelector('.st-key-kr_view .js-plotly-plot').data
  .filter(({ name, mode }) => name && mode === 'lines').map(({ name, x, y }) => ({ name, x: [...x], y: [...y] }))"""


@pytest.fixture(scope="module")
def address(tmp_path_factory):
    with serving(environment={"NORMLAB_DATA": str(tmp_path_factory.mktemp("data"))}) as server:
        yield server.url


@pytest.fixture
def page(new_page):
    return new_page(viewport={"width": 1440, "height": 900})


def run(page, url):
    page.goto(url)
    rest(page)
    page.get_by_role("button", name="Run it", exact=True).click()
    poll(page, "() => Boolean(document.querySelector('.st-key-kr_view .nl-run'))")


def test_training_and_test_are_two_lines_of_one_network(page, address):
    run(page, f"{address}/recipes?kr_epochs=3")
    titles = set()
    for _ in range(2000):
        titles.add(page.locator(".st-key-kr_view .nl-chart-title").inner_text())
        if page.evaluate(STATE, "done"):
            break
        page.wait_for_timeout(50)
    live = [title for title in titles if "training:" in title or "waiting" in title]
    assert live
    assert all(title.startswith("1 network is") for title in live)
    page.locator(".st-key-kr_tabs table").wait_for()
    rest(page)
    cells = [row.split("\t") for row in page.locator(".st-key-kr_tabs table").inner_text().splitlines()]
    table = np.array([[float(re.sub(r"[^0-9.]", "", cell)) for cell in row] for row in cells if row[0].isdecimal()])
    lines = {line["name"]: line for line in page.evaluate(LINES)}
    assert lines.keys() == {"Test", "Training"}
    assert lines["Test"]["x"] == lines["Training"]["x"] == [0, 40, 80, 120]
    np.testing.assert_allclose(100 * np.array(lines["Training"]["y"]), table[:, 2], atol=0.051)
    np.testing.assert_allclose(100 * np.array(lines["Test"]["y"]), table[:, 4], atol=0.051)
    page.get_by_text("Loss", exact=True).first.click()
    poll(page, "() => document.querySelector('.st-key-kr_view .js-plotly-plot').layout.yaxis.title.text === 'Loss'")
    lines = {line["name"]: line for line in page.evaluate(LINES)}
    np.testing.assert_allclose(lines["Training"]["y"], table[:, 1], rtol=6e-3)
    np.testing.assert_allclose(lines["Test"]["y"], table[:, 3], rtol=6e-3)
    # The link shows the run again, without training it.
    link = page.url
    page.goto("about:blank")
    page.goto(link)
    poll(page, STATE, "done", seconds=30)


def test_a_program_can_be_stopped_and_run_again(page, address):
    run(page, f"{address}/recipes?kr_epochs=30&kr_recipe=Transformer%2C+pre-LN")
    poll(page, "() => /training: [1-9]/.test(document.querySelector('.nl-chart-title').textContent)", seconds=90)
    page.get_by_role("button", name="Stop", exact=True).click()
    poll(page, STATE, "stopped")
    rest(page)
    page.get_by_role("button", name="Run it", exact=True).click()
    poll(page, STATE, "running", seconds=60)
    page.get_by_role("button", name="Stop", exact=True).click()
    poll(page, STATE, "stopped")
