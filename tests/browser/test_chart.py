import base64
import io
import re
from pathlib import Path

import numpy as np
import pytest
from axe_playwright_python.sync_playwright import Axe
from PIL import Image

from benchmarks.serving import serving
from tests.browser.conftest import drawn, poll, rest

pytestmark = pytest.mark.browser
APP = Path(__file__).parent / "chart_app" / "server.py"
PLOT = "document.querySelector('.st-key-wave .js-plotly-plot')"
POSITIONS = np.linspace(0, 10, 21)


@pytest.fixture(scope="module")
def address():
    with serving(APP) as server:
        yield server.url


@pytest.fixture
def open_page(new_page, address):
    """Open the page with the charts."""

    def opened(*, viewport=(1000, 900), **options):
        page = new_page(viewport={"width": viewport[0], "height": viewport[1]}, **options)
        page.on("websocket", lambda socket: setattr(page, "messages", listen(socket)))
        page.goto(address)
        drawn(page, "wave")
        drawn(page, "still")
        return page

    return opened


def listen(socket):
    messages = []
    socket.on("framesent", lambda _: messages.append("sent"))
    socket.on("framereceived", lambda _: messages.append("received"))
    return messages


def numbers(page, trace, name="y", key="wave"):
    """What the browser drew, as bytes of float32, so that NaN stays NaN."""
    text = page.evaluate(
        """([key, trace, name]) => {
          const array = document.querySelector(`.st-key-${key} .js-plotly-plot`)._fullData[trace][name];
          const bytes = new Uint8Array(Float32Array.from(array).buffer);
          return btoa(String.fromCharCode(...bytes));
        }""",
        [key, trace, name],
    )
    return np.frombuffer(base64.b64decode(text), dtype="<f4")


def await_numbers(page, trace, expected):
    """Wait until Plotly has been given these numbers."""
    for _ in range(200):
        if np.array_equal(numbers(page, trace), expected, equal_nan=True):
            break
        page.wait_for_timeout(20)
    np.testing.assert_array_equal(numbers(page, trace), expected)


def wave(shift, scale=1):
    x = np.arange(200.0)
    y = np.sin(x / 20 + shift) * (1 + shift) * scale
    y[50:60] = np.nan
    return y.astype(np.float32)


def slider(page):
    return page.get_by_role("slider", name="Shift")


def drag(page, *stops, release=True):
    """Move the thumb with the mouse; stops are parts of the range's length."""
    box = slider(page).bounding_box()
    thumb = 8  # half its width: the thumb's centre stays that far from the ends
    place = lambda part: box["x"] + thumb + part * (box["width"] - 2 * thumb)  # noqa: E731
    middle = box["y"] + box["height"] / 2
    page.mouse.move(place(float(slider(page).input_value()) / 20), middle)
    page.mouse.down()
    for stop in stops:
        page.mouse.move(place(stop), middle, steps=10)
    page.evaluate("() => new Promise(done => requestAnimationFrame(() => requestAnimationFrame(done)))")
    if release:
        page.mouse.up()


def test_one_node_lives_through_twelve_updates(open_page):
    page = open_page()
    page.evaluate(f"() => {{ window.before = {PLOT}; before.mark = before.querySelector('.main-svg'); }}")
    for update in range(12):
        page.get_by_role("button", name="Scale").click()
        await_numbers(page, 0, wave(2.0, 2 ** (update + 1)))
    assert page.evaluate(f"() => before === {PLOT} && before.mark === {PLOT}.querySelector('.main-svg')")
    assert page.locator(".st-key-wave .js-plotly-plot").count() == 1


def test_zoom_and_hidden_traces_survive_an_update(open_page):
    page = open_page()
    page.locator(".st-key-wave .modebar-btn[data-val=zoom]").first.click()
    box = page.locator(".st-key-wave .nsewdrag").bounding_box()
    page.mouse.move(box["x"] + 100, box["y"] + 50)
    page.mouse.down()
    page.mouse.move(box["x"] + 300, box["y"] + 200, steps=5)
    page.mouse.up()
    zoomed = f"() => {PLOT}._fullLayout.xaxis.range.map(Number)"
    poll(page, f"() => {PLOT}._fullLayout.xaxis.range[1] < 150")
    page.locator(".st-key-wave .legendtoggle").nth(1).click()
    poll(page, f"() => {PLOT}._fullData[1].visible === 'legendonly'")
    before = page.evaluate(zoomed)
    page.get_by_role("button", name="Scale").click()
    await_numbers(page, 0, wave(2.0, 2))
    assert page.evaluate(zoomed) == before
    assert page.evaluate(f"() => {PLOT}._fullData[1].visible") == "legendonly"


def test_dragging_swaps_frames_without_the_server_and_releases_once(open_page):
    page = open_page()
    del page.messages[:]
    drag(page, 0.9, 0.5, release=False)
    assert page.messages == []
    assert page.locator(".st-key-wave h2").inner_text() == "A shift of 5.0 makes the wave taller"
    assert page.locator(".nl-chart-sentence").first.inner_text() == "The wave reaches 6.0."
    assert page.locator(".st-key-wave .annotation-text").text_content() == "shift 5.0"
    assert page.locator(".st-key-wave [role=status]").text_content() == ""  # silent until the hand rests
    page.mouse.up()
    poll(page, "() => document.body.innerText.includes('calls [5.0] returned 5.0')")
    rest(page)
    await_numbers(page, 0, wave(5.0))
    assert page.messages.count("sent") == 1
    assert page.locator(".st-key-wave [role=status]").text_content() == "The wave reaches 6.0."


def picture(page):
    image = Image.open(io.BytesIO(page.locator(".st-key-wave .nl-chart-figure").screenshot())).convert("L")
    return np.asarray(image, dtype=float)


def test_the_picture_under_the_finger_is_the_one_that_plotly_draws(open_page):
    page = open_page()
    first = picture(page)
    drag(page, 0.65, release=False)
    moving = picture(page)
    page.mouse.up()
    await_numbers(page, 0, wave(6.5))
    rest(page)
    resting = picture(page)
    assert np.abs(moving - first).mean() > 1
    assert (np.abs(moving - resting) > 32).sum() < 20  # of 300 000 pixels: a rounded edge


def test_keys_move_the_range_and_release_after_a_pause(open_page):
    page = open_page()
    slider(page).focus()
    for key, text in [
        ("ArrowRight", "2.5 mm"), ("Home", "0.0 mm"), ("PageUp", "1.0 mm"), ("End", "10.0 mm"), ("ArrowLeft", "9.5 mm")
    ]:  # fmt: skip
        page.keyboard.press(key)
        poll(
            page,
            "text => document.querySelector('.st-key-wave input').ariaValueText === text",
            text.replace(" ", "\xa0"),
        )
    poll(page, "() => document.body.innerText.includes('calls [9.5] returned 9.5')")
    await_numbers(page, 0, wave(9.5))
    assert slider(page).evaluate("node => node === document.activeElement")


def test_a_run_in_mid_drag_does_not_move_the_hand_and_its_data_are_used_later(open_page):
    page = open_page()
    page.get_by_role("button", name="Slow").click()  # answers after 0.4 s, with all values times 7
    drag(page, 0.8, release=False)
    poll(page, "() => document.body.innerText.includes('scale 7')")
    rest(page)
    assert slider(page).input_value() == "16"
    assert page.locator(".st-key-wave h2").inner_text() == "A shift of 8.0 makes the wave taller"
    page.evaluate(
        f"""() => {{
          window.seen = [];
          {PLOT}.on('plotly_afterplot', () => seen.push({PLOT}._fullData[0].y[0] / {PLOT}._fullData[1].y[0]));
        }}"""
    )
    page.mouse.up()
    poll(page, "() => document.body.innerText.includes('calls [8.0] returned 8.0 scale 1')")
    await_numbers(page, 0, wave(8.0))
    assert slider(page).input_value() == "16"
    assert len(page.evaluate("() => seen")) >= 2  # the newest data at release, then the answer


def test_gaps_stay_gaps(open_page):
    page = open_page()
    drawn_numbers = numbers(page, 0)
    assert np.isnan(drawn_numbers[50:60]).all()
    np.testing.assert_array_equal(drawn_numbers, wave(2.0))
    assert page.evaluate(f"() => {PLOT}._fullData[0].y.constructor.name") == "Float32Array"


def test_the_theme_changes_colours_in_place(open_page):
    page = open_page(color_scheme="light")
    line = f"() => {PLOT}._fullData[0].line.color"
    text = f"() => {PLOT}._fullLayout.font.color"
    assert page.evaluate(line) == "#0072B2"
    light = page.evaluate(text)
    page.evaluate(f"() => {{ window.before = {PLOT}; }}")
    page.emulate_media(color_scheme="dark")
    poll(page, f"() => {PLOT}._fullData[0].line.color === '#56B4E9'")
    assert page.evaluate(text) != light
    assert page.evaluate(f"() => before === {PLOT}")
    assert page.evaluate(f"() => {PLOT}._fullLayout.paper_bgcolor") == "rgba(0, 0, 0, 0)"


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_nothing(open_page, scheme):
    page = open_page(color_scheme=scheme, bypass_csp=True)
    found = Axe().run(page, context=".st-key-wave").response["violations"]
    found += Axe().run(page, context=".st-key-still").response["violations"]
    assert [(rule["id"], [node["html"] for node in rule["nodes"]]) for rule in found] == []


def test_the_drawing_is_an_image_and_the_present_sentence_is_read_once(open_page):
    page = open_page()
    drag(page, 0.3, release=False)
    page.get_by_text("The wave reaches 4.0.").wait_for()
    read = page.locator(".st-key-wave .nl-chart").aria_snapshot()
    assert 'img "A wave with a gap, and ten bars."' in read
    assert read.count("The wave reaches") == 1
    page.mouse.up()


def test_the_answer_to_a_control_is_said_once_and_the_first_is_not(open_page):
    page = open_page()
    page.evaluate(
        """() => {
          const status = document.querySelector('.st-key-wave [role=status]');
          window.spoken = [status.textContent];
          new MutationObserver(() => spoken.push(status.textContent)).observe(status, {childList: true});
        }"""
    )
    drag(page, 0.3)
    poll(page, f"() => {PLOT}.dataset.answered === '1'")
    page.get_by_role("button", name="Scale").click()
    page.get_by_text("scale 2").wait_for()
    rest(page)
    assert page.evaluate("spoken") == ["", "The wave reaches 4.0."]


@pytest.mark.parametrize(("button", "start"), [("PNG", b"\x89PNG"), ("SVG", b"<svg")])
def test_pictures_are_made_in_the_browser(open_page, button, start):
    page = open_page()
    del page.messages[:]
    with page.expect_download() as download:
        page.get_by_role("button", name=f"Download the figure as {button}").first.click()
    content = Path(download.value.path()).read_bytes()
    assert download.value.suggested_filename == f"normlab.{button.lower()}"
    assert content.startswith(start)
    assert len(content) > 5000
    if button == "SVG":
        assert b"A shift of 2.0 makes the wave taller" in content
    assert page.messages == []


def test_a_phone_gets_the_narrow_layout_and_no_sideways_scrolling(open_page):
    page = open_page(viewport=(390, 844))
    assert page.evaluate(f"() => {PLOT}._fullLayout.legend.orientation") == "h"
    assert page.locator(".st-key-wave .nl-chart-figure").bounding_box()["height"] == 300
    assert page.evaluate("() => document.documentElement.scrollWidth") <= 390
    page.set_viewport_size({"width": 1000, "height": 900})
    poll(page, f"() => {PLOT}._fullLayout.legend.orientation === 'v' && {PLOT}._fullLayout.height === 420")


def test_the_range_stays_on_screen_while_the_figure_is_taller(open_page):
    page = open_page(viewport=(1000, 400))
    figure = page.locator(".st-key-wave .nl-chart-figure")
    main = page.locator("[data-testid=stMain]")
    for _ in range(3):
        shown = figure.bounding_box()
        assert shown["y"] < 400 < shown["y"] + shown["height"], "the figure reaches over the lower edge"
        box = slider(page).bounding_box()
        assert box["y"] >= 0
        assert box["y"] + box["height"] <= 400
        main.evaluate("node => node.scrollBy(0, 40)")


def test_a_failure_is_one_sentence_in_the_place_of_the_figure(chromium, address):
    page = chromium.new_page()
    page.route(re.compile("/lab/plotly"), lambda route: route.abort())
    page.goto(address)
    alert = page.locator(".st-key-wave [role=alert]")
    alert.wait_for()
    assert "could not be loaded" in alert.inner_text()
    assert page.locator(".st-key-wave .nl-chart-figure").bounding_box()["height"] == 420
    page.close()


def test_leaving_the_page_releases_the_figure(open_page):
    page = open_page()
    page.evaluate(f"() => {{ window.before = {PLOT}; }}")
    page.get_by_role("checkbox", name="Charts").press("Space")
    rest(page)
    poll(page, "() => !document.querySelector('.js-plotly-plot') && before._fullLayout === undefined")


def test_an_answer_that_is_on_screen_already_is_drawn_when_the_hand_rests(open_page):
    page = open_page()
    page.evaluate(
        f"""() => {{
          window.order = [];
          const react = Plotly.react;
          Plotly.react = (...all) => {{ order.push("drawn"); return react(...all); }};
          new MutationObserver(() => order.push("answered"))
            .observe({PLOT}, {{ attributeFilter: ["data-answered"] }});
        }}"""
    )
    drag(page, 0.7)
    await_numbers(page, 0, wave(7.0))
    assert page.evaluate("() => order")[:2] == ["answered", "drawn"]
