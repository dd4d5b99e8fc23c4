"""Lessons and laboratories by keyboard alone: where the focus goes, what each stop is called, and what is said."""

import os
import signal

import pytest

from benchmarks.serving import serving
from normlib.course.blocks import Lab, Predict, Quiz, within
from pages.catalogue import START, by_slug
from pages.course import shelf
from tests.browser.conftest import drawn, poll, rest
from tests.browser.reader import Reader

pytestmark = pytest.mark.browser
LESSON = "why-scale-matters"
ANSWER = "[class*=st-key-lesson_right_], [class*=st-key-lesson_wrong_]"
TOP = "() => document.querySelector('[data-testid=stMain]').scrollTop === 0"
# What has a name for its own sake, and what says how it stands.
ROLES = {
    "application", "button", "checkbox", "combobox", "DisclosureTriangle", "group", "link", "main", "radio", "slider",
    "spinbutton", "switch", "tab", "tabpanel", "textbox",
}  # fmt: skip


@pytest.fixture(scope="module")
def server(tmp_path_factory):
    with serving(environment={"NORMLAB_DATA": str(tmp_path_factory.mktemp("data"))}) as server:
        yield server


@pytest.fixture
def reader(new_page):
    granted = ["clipboard-read", "clipboard-write"]
    return Reader(new_page(viewport={"width": 1440, "height": 900}, permissions=granted, bypass_csp=True))


def opened(reader, server, address, chart=""):
    reader.page.goto(f"{server.url}/{address}")
    rest(reader.page)
    if chart:
        drawn(reader.page, chart, seconds=60)
    # Streamlit draws kinds of elements as their scripts come.
    poll(reader.page, "() => !document.querySelector('[data-testid=stSkeleton], .nl-room')", seconds=60)


@pytest.mark.parametrize(
    ("address", "chart"),
    [(f"lesson-{LESSON}?step=2", "di_shares"), ("training-curves", ""), ("axes", "")],
)
def test_every_stop_has_a_name_and_can_be_seen(reader, server, address, chart):
    opened(reader, server, address, chart)
    found = reader.stops()
    assert [stop for stop, _ in found if not stop.name and stop.role != "main"] == []
    assert [stop for stop, _ in found if stop.role not in ROLES] == []
    assert [stop for stop, _ in found if stop.name and stop.name == stop.description] == [], "read twice"
    assert [stop for stop, seen in found if not seen] == []


def test_the_stops_of_a_laboratory_follow_the_page(reader, server):
    opened(reader, server, "min-max", "mm_chart")
    found = reader.stops()
    assert found[0][0].name == "Skip to main content"
    names = [stop.name for stop, _ in found]
    contents = names[next(at for at, (stop, _) in enumerate(found) if stop.role == "main") + 1 :]
    assert contents[:-1] == [
        "Copy link",
        "Reset",
        "Data",
        "Feature",
        "More",
        "Outlier",
        "Download the figure as PNG",
        "Download the figure as SVG",
        "Numbers",
        "Download the data (CSV)",
    ]
    assert [stop for stop, seen in found if not seen] == []
    reader.page.locator("[data-testid=stSidebar]").get_by_role("link", name="Min-max scaling").wait_for()
    here = reader.page.locator("[data-testid=stSidebar] [aria-current=page]")
    assert [one.strip() for one in here.all_inner_texts()] == [by_slug("min-max").title]


def test_a_whole_lesson_from_the_start_page_to_the_next_lesson(reader, server):
    page, lesson = reader.page, shelf.lesson(LESSON)
    opened(reader, server, "")
    assert page.locator("h1").inner_text() == START.question
    reader.to(f"{lesson.number} {lesson.title}")
    reader.press("Enter")
    reader.title(lesson.title)
    for at, step in enumerate(lesson.steps):
        poll(page, TOP)
        poll(page, "() => document.querySelectorAll('.st-key-lesson_steps [aria-current=step]').length === 1")
        for block in within(step.blocks):
            if isinstance(block, Lab):
                use_laboratory(reader, block)
            elif isinstance(block, Predict):
                predict(reader, block)
            elif isinstance(block, Quiz):
                answer(reader, block)
        if at + 1 < len(lesson.steps):
            following = lesson.steps[at + 1].title
            reader.to(f"Next: {following}")
            reader.press("Enter")
            reader.title(following)
    page.get_by_text("Key points").wait_for()
    following = shelf.after(lesson)
    reader.to(f"Lesson {following.number}: {following.title}")
    reader.press("Enter")
    reader.title(following.title)
    # What is finished is ticked, in words that are read, too.
    menu = page.locator("[data-testid=stSidebar]")
    menu.get_by_role("link", name=f"{lesson.number} {lesson.title} ✓", exact=True).wait_for()
    page.go_back()
    reader.title(lesson.steps[-1].title)
    done = page.locator(".st-key-lesson_steps button").first
    assert done.get_attribute("aria-label").endswith(", finished")


def use_laboratory(reader, block):
    """Choose another option of the first list, and hear the new sentence."""
    page = reader.page
    laboratory = f".st-key-lesson_lab_{block.slug}"
    poll(page, f"() => Boolean(document.querySelector('{laboratory} .js-plotly-plot .main-svg'))", seconds=60)
    rest(page)
    field = page.locator(f"{laboratory} [role=combobox]").first
    reader.to(field.get_attribute("aria-label"), role="combobox")
    before = page.locator(f"{laboratory} .nl-chart-sentence").first.inner_text()
    reader.press("ArrowDown", "ArrowDown", "Enter")
    poll(
        page,
        "([where, before]) => document.querySelector(`${where} .nl-chart-sentence`).innerText !== before",
        [laboratory, before],
        seconds=30,
    )
    reader.says(page.locator(f"{laboratory} .nl-chart-sentence").first.inner_text())
    rest(page)
    assert field.evaluate("field => field === document.activeElement")


def predict(reader, block):
    """Choose and commit: the focus goes on to what was measured, which is said."""
    page = reader.page
    box = page.locator(f"[class*=st-key-lesson_box_predict][class*={block.name}]")
    box.get_by_role("radio").first.wait_for(state="attached")
    reader.to("", role="radio")
    assert box.evaluate("box => box.contains(document.activeElement)")
    reader.press("ArrowDown")
    poll(page, "() => [...document.querySelectorAll('button')].some(b => b.innerText === 'Commit' && !b.disabled)")
    rest(page)
    reader.to("Commit")
    reader.press("Enter")
    box.locator(ANSWER).wait_for()
    poll(page, f"() => document.activeElement.matches('{ANSWER}')")
    reader.says("Measured: ")
    rest(page)


def answer(reader, block):
    """Answer a question in some way: the verdict is said, and the focus stays."""
    page = reader.page
    box = page.locator(f"[class*=st-key-lesson_box_quiz][class*={block.name}]")
    if block.kind == "numeric":
        reader.to("Your number")
        page.keyboard.type("five")
        reader.press("Enter")
        reader.says("is no number")
        rest(page)
        reader.press("Control+a")
        page.keyboard.type("5")
        reader.press("Enter")
    else:
        reader.to("", role="radio" if block.kind == "single" else "checkbox")
        assert box.evaluate("box => box.contains(document.activeElement)")
        reader.press("ArrowDown" if block.kind == "single" else "Space")
        poll(page, "() => [...document.querySelectorAll('button')].some(b => b.innerText === 'Check' && !b.disabled)")
        rest(page)
        reader.to("Check")
        reader.press("Enter")
    box.locator(ANSWER).wait_for()
    verdict = box.locator(ANSWER).locator("strong, p").first.inner_text()
    reader.says(verdict)
    rest(page)
    assert box.evaluate("box => box.contains(document.activeElement)")


def test_a_whole_laboratory(reader, server):
    page = reader.page
    opened(reader, server, "min-max", "mm_chart")
    sentence = page.locator(".st-key-mm_chart .nl-chart-sentence")
    # A list, and the range of the chart.
    reader.skip()
    reader.to("Feature", role="combobox")
    first = sentence.inner_text()
    reader.press("ArrowUp", "ArrowUp", "Enter")
    poll(page, "() => location.search.includes('mm_feature=')")
    poll(page, "first => document.querySelector('.st-key-mm_chart .nl-chart-sentence').innerText !== first", first)
    reader.says(sentence.inner_text())
    rest(page)
    assert reader.stop.name == "Feature"
    reader.to("Outlier", role="slider")
    reader.press("ArrowRight", "ArrowRight")
    poll(page, "() => location.search.includes('mm_outlier=4.4')")
    rest(page)
    assert reader.stop.role == "slider"
    reader.says(sentence.inner_text())
    # The tabs, one after the other, and what is in each.
    reader.to("Numbers", role="tab")
    for name in page.locator(".st-key-mm_tabs [role=tab]").all_inner_texts()[1:]:
        reader.press("ArrowRight")
        poll(page, "name => document.querySelector('[role=tab][aria-selected=true]').innerText === name", name)
        rest(page)
        # A run switches tabs off for a moment.
        poll(page, "name => document.activeElement.innerText === name", name)
    reader.press("Home")
    poll(page, "() => document.querySelector('[role=tab][aria-selected=true]').innerText === 'Numbers'")
    rest(page)
    # To take away.
    reader.to("Download the data (CSV)")
    with page.expect_download() as download:
        reader.press("Enter")
    assert download.value.suggested_filename.endswith(".csv")
    poll(page, "() => document.activeElement.innerText === 'Download the data (CSV)'")
    page.locator("[data-testid=stMain]").focus()
    reader.to("Copy link")
    reader.press("Enter")
    poll(page, "async () => (await navigator.clipboard.readText()) === location.href")
    reader.to("Reset")
    reader.press("Enter")
    poll(page, "() => location.search === ''")
    rest(page)
    assert reader.stop.name == "Reset"
    reader.says(first)
    # On to another page: it begins at its title.
    reader.to(by_slug("standardization").question)
    reader.press("Enter")
    reader.title(by_slug("standardization").question)
    poll(page, TOP)


def test_a_run_is_begun_stopped_and_looked_through(reader, server):
    page = reader.page
    opened(reader, server, "training-curves?tc_steps=5000")
    view = page.locator(".st-key-tc_view .nl-run")
    reader.skip()
    reader.to("Run", role="button")
    reader.press("Enter")
    reader.says("networks are training", seconds=60)
    assert reader.stop.name == "Run"
    poll(page, "() => Number(document.querySelector('.nl-run').dataset.step) > 0", seconds=120)
    reader.to("Stop")
    reader.press("Enter")
    poll(page, "() => document.querySelector('.nl-run').dataset.state === 'stopped'", seconds=60)
    poll(page, "() => document.activeElement.textContent === 'Ended by Stop'")
    reader.says("updates", seconds=60)
    rest(page)
    reader.to("One record back")
    reader.to("Step", role="slider")
    newest = int(view.get_attribute("data-step"))
    reader.press("Home")
    poll(page, "() => location.search.includes('tc_step=0')")
    reader.says("Step 0 of 5")
    reader.press("End")
    poll(page, "newest => Number(document.querySelector('.nl-run').dataset.step) === newest", newest)


def test_the_values_of_a_tensor(reader, server):
    page = reader.page
    opened(reader, server, "axes")
    pair = page.locator(".nl-tensor-pair[data-place]")
    pair.wait_for()
    reader.skip()
    stop = reader.to("", role="application")
    assert "Arrow keys move by one value" in stop.description
    place = pair.get_attribute("data-place")
    reader.press("ArrowRight")
    poll(page, "place => document.querySelector('.nl-tensor-pair').dataset.place !== place", place)
    reader.says(" becomes ")
    poll(page, "() => new URLSearchParams(location.search).has('ax_at')")
    reader.press("Escape")
    poll(page, "place => document.querySelector('.nl-tensor-pair').dataset.place === place", place)
    reader.says("Not pinned.")
    assert reader.stop.role == "application"


def test_a_move_that_the_server_does_not_answer_says_so_and_goes_on(reader, server):
    page = reader.page
    opened(reader, server, "min-max", "mm_chart")
    sentence = page.locator(".st-key-mm_chart .nl-chart-sentence")
    before = sentence.inner_text()
    reader.skip()
    reader.to("Feature", role="combobox")
    os.kill(server.pid, signal.SIGSTOP)
    try:
        reader.press("ArrowUp", "ArrowUp", "Enter")
        reader.says("Waiting for the server")
        reader.says("The server does not answer.", seconds=40)
    finally:
        os.kill(server.pid, signal.SIGCONT)
    poll(page, "before => document.querySelector('.st-key-mm_chart .nl-chart-sentence').innerText !== before", before)
    poll(page, "() => document.querySelector('.nl-away').textContent === ''")
    assert sentence.inner_text() != before
    assert reader.stop.name == "Feature"
