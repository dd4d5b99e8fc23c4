"""A server that is started anew under open pages: they go on by themselves, with their settings."""

import os
import signal
from pathlib import Path
from urllib.parse import urlencode

import psutil
import pytest

from benchmarks.serving import free_port, serving
from tests.browser.conftest import drawn, poll, rest

pytestmark = pytest.mark.browser
CONNECTION = "document.querySelector('[data-testid=stApp]').dataset.testConnectionState"
BACK = 60  # s; the browser tries again after pauses that grow
SOON = 20  # s; how long a page may be out of date, on a busy machine
ADDRESS = "/min-max?mm_feature=alcohol&mm_outlier=5.0"
RANGE = ".st-key-mm_chart input[type=range]"
FIELD = ".st-key-mm_outlier input"
# What is done in each page, and how wide it is.
PAGES = {"control": 1440, "range": 390, "away": 1440, "away again": 390, "reset": 1440}


def opened(chromium, url, width=1440):
    page = chromium.new_page(viewport={"width": width, "height": 900})
    page.errors = []
    page.on("pageerror", lambda error: page.errors.append(str(error)))
    page.goto(url)
    drawn(page, "mm_chart")
    page.get_by_text("More", exact=True).first.click()
    return page


@pytest.fixture(scope="module")
def port():
    return free_port()


@pytest.fixture(scope="module")
def pages(chromium, port):
    """Open some pages, stop the server, move two ranges meanwhile, and start it again."""
    url = f"http://localhost:{port}{ADDRESS}"
    with serving(port=port):
        pages = {name: opened(chromium, url, width) for name, width in PAGES.items()}
        pages["away again"].locator(RANGE).press("End")
        poll(pages["away again"], "() => location.search.endsWith('mm_outlier=10.0')")
        rest(pages["away again"])
    for page in pages.values():
        poll(page, f"() => {CONNECTION} !== 'CONNECTED'")
        page.evaluate("() => window.addEventListener('normlab:back', () => { window.isBack = true; })")
    for name in ("away", "away again"):
        pages[name].locator(RANGE).press("Home")
        poll(
            pages[name],
            "() => document.querySelector('.nl-away')?.textContent.startsWith('The server does not answer')",
        )
    with serving(port=port) as server:
        for page in pages.values():
            poll(page, f"() => {CONNECTION} === 'CONNECTED'", seconds=BACK)
            poll(page, "() => Boolean(window.isBack)", seconds=SOON)
            rest(page)
            assert page.locator(".nl-away:not(:empty)").count() == 0
        yield pages
        log = server.log()
    assert "Traceback" not in log
    assert "does not exist anymore" not in log
    assert [page.errors for page in pages.values()] == [[]] * len(pages)


def follows(chromium, page, outlier):
    """Assert that address, control and figure agree, and that the figure is the one of a fresh page."""
    poll(page, "end => location.search === '?mm_feature=alcohol' + end", f"&mm_outlier={outlier}", seconds=SOON)
    fresh = opened(chromium, page.url)
    wanted = fresh.locator(".st-key-mm_chart h2").inner_text()
    fresh.close()
    poll(page, "wanted => document.querySelector('.st-key-mm_chart h2').innerText === wanted", wanted, seconds=SOON)
    rest(page)
    assert float(page.locator(FIELD).input_value()) == float(outlier)


def test_a_control_moves_the_figure(chromium, pages):
    field = pages["control"].locator(FIELD)
    assert field.input_value() == "5.0"
    field.press("ArrowUp")
    field.press("ArrowUp")
    follows(chromium, pages["control"], "5.4")


def test_the_range_of_the_chart_moves_the_control(chromium, pages):
    pages["range"].locator(RANGE).press("End")
    follows(chromium, pages["range"], "10.0")


@pytest.mark.parametrize("name", ["away", "away again"])
def test_a_range_that_was_moved_while_the_server_was_away_is_heard_later(chromium, pages, name):
    follows(chromium, pages[name], "0.0")


def test_reset_resets(pages):
    page = pages["reset"]
    page.get_by_role("button", name="Reset", exact=True).click()
    poll(page, "() => location.search === ''", seconds=SOON)
    rest(page)
    assert page.locator(FIELD).input_value() == "4.0"


# --- killed, with a lesson half done and a run going on

LESSONS = Path(__file__).parents[1] / "pages" / "lessons"
RUN = {"tc_data": "Digits", "tc_depth": "8", "tc_width": "64", "tc_steps": "5000", "tc_learning_rate": "0.1"}
ANSWERED = "The coefficients absorb the scale."
STATE = "() => document.querySelector('.nl-run')?.dataset.state"


def answer(page, address):
    """Answer the first question of the last step."""
    page.goto(f"{address}/lesson-every-block?step=3")
    page.get_by_text("something else", exact=True).click()
    poll(page, "() => [...document.querySelectorAll('button')].some(b => b.innerText === 'Check' && !b.disabled)")
    rest(page)
    page.get_by_role("button", name="Check").first.click()
    poll(page, "text => document.body.innerText.includes(text)", ANSWERED, seconds=SOON)
    rest(page)


def run(page, address):
    """Begin a run of many seconds."""
    page.goto(f"{address}/training-curves?{urlencode(RUN)}")
    page.get_by_role("button", name="Run", exact=True).click(timeout=1000 * BACK)
    poll(page, f"() => ({STATE})() === 'running'", seconds=BACK)


def test_a_server_that_is_killed_costs_no_answer_and_leaves_no_process(chromium, tmp_path):
    port = free_port()
    address = f"http://localhost:{port}"
    environment = {"NORMLAB_LESSONS": str(LESSONS), "NORMLAB_DATA": str(tmp_path), "DATABASE_URL": ""}
    context = chromium.new_context(viewport={"width": 1440, "height": 900})
    lesson, training = context.new_page(), context.new_page()
    with serving(port=port, environment=environment) as server:
        answer(lesson, address)
        run(training, address)
        workers = psutil.Process(server.pid).children(recursive=True)
        assert any("spawn_main" in " ".join(worker.cmdline()) for worker in workers)
        os.kill(server.pid, signal.SIGKILL)
        assert psutil.wait_procs(workers, timeout=BACK)[1] == []
    for page in (lesson, training):
        poll(page, f"() => {CONNECTION} !== 'CONNECTED'", seconds=BACK)
        page.evaluate("() => window.addEventListener('normlab:back', () => { window.isBack = true; })")
    with serving(port=port, environment=environment) as server:
        for page in (lesson, training):
            poll(page, "() => Boolean(window.isBack)", seconds=2 * BACK)
            rest(page, seconds=BACK)
        # The page has asked for its run again, and follows it.
        poll(training, f"() => ({STATE})() === 'running'", seconds=BACK)
        training.get_by_role("button", name="Stop", exact=True).click()
        poll(training, f"() => ({STATE})() === 'stopped'", seconds=BACK)
        assert lesson.evaluate("location.search") == "?step=3"
        assert ANSWERED in lesson.inner_text("body")
        fresh = context.new_page()
        fresh.goto(lesson.url)
        poll(fresh, "text => document.body.innerText.includes(text)", ANSWERED, seconds=BACK)
        # And the lesson goes on where it stopped.
        lesson.get_by_role("button", name="Back", exact=True).click()
        poll(lesson, "() => location.search === '?step=2'", seconds=SOON)
        rest(lesson)
        log = server.log()
    context.close()
    assert "Traceback" not in log
    assert "does not exist anymore" not in log
