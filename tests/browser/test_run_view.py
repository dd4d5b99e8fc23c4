"""The view of a run in a real browser: it follows a run without the page's script, and shows what was measured."""

import re
import time
from pathlib import Path

import numpy as np
import pytest
from axe_playwright_python.sync_playwright import Axe

from benchmarks.serving import serving
from normlib.components.run_view import ACCURACY, LOSS
from normlib.training import collect, train
from normlib.training.findings import findings
from tests.browser.conftest import poll, rest
from tests.browser.run_app.runs import experiments

pytestmark = pytest.mark.browser
APP = Path(__file__).parent / "run_app" / "server.py"
PLOT = "document.querySelector('.nl-run .js-plotly-plot')"
RANGE = ".nl-run input[type=range]"
NAMES = ["Batch", "None"]


@pytest.fixture(scope="module")
def address():
    with serving(APP) as server:
        yield server.url


@pytest.fixture
def open_page(new_page, address):
    def opened(query="", *, viewport=(1300, 1000), routes=None, **options):
        page = new_page(viewport={"width": viewport[0], "height": viewport[1]}, **options)
        page.sent, page.asked = [], []
        page.on("websocket", lambda socket: socket.on("framesent", lambda _: page.sent.append("sent")))
        page.on("request", lambda request: page.asked.append(request.url) if "/lab/runs/" in request.url else None)
        for pattern, answer in (routes or {}).items():
            page.route(pattern, answer)
        page.goto(f"{address}/?{query}")
        poll(page, f"() => Boolean({PLOT}?.querySelector('.main-svg'))")
        rest(page)
        return page

    return opened


def frame(page):
    page.evaluate("() => new Promise(done => requestAnimationFrame(() => requestAnimationFrame(done)))")


def press(page, name):
    page.get_by_role("button", name=name, exact=True).click()


def state(page, wanted, seconds=15):
    poll(page, "wanted => document.querySelector('.nl-run').dataset.state === wanted", wanted, seconds=seconds)


def ended(page):
    """Wait for the end of the run, and for the page to know of it."""
    state(page, "done")
    poll(page, "() => document.querySelector('.nl-chart-title').textContent === 'The run has ended'")
    rest(page)


def inside(page):
    """Wait until the first histogram is drawn."""
    poll(page, "() => document.querySelector('.nl-run-layers').getAttribute('aria-label')?.includes('mean')")


def count(page):
    """How often the script ran, how many ends and stops it heard of."""
    text = page.locator("[data-testid=stText]").inner_text()
    return tuple(int(number) for number in re.fullmatch(r"ran (\d+) ended (\d+) stopped (\d+)", text).groups())


def lines(page):
    """The curves by the arm's name: steps and values."""
    traces = page.evaluate(
        f"() => {PLOT}.data.filter(t => t.name).map(t => [t.name, Array.from(t.x), Array.from(t.y)])"
    )
    return {name: (steps, values) for name, steps, values in traces}


def title(page):
    return page.locator(".nl-run .nl-chart-title").inner_text().replace("\xa0", " ")


def words(page):
    return page.locator(".nl-run-words").inner_text().replace("\xa0", " ")


def readout(page):
    return page.locator(".nl-run output").inner_text()


def head(page, arm):
    """The numbers above a column: rows of seed and median."""
    rows = page.locator(".nl-run-head").nth(arm).locator("tbody tr").all()
    return {
        row.locator("th").inner_text(): [cell.replace("\xa0", " ") for cell in row.locator("td").all_inner_texts()]
        for row in rows
    }


@pytest.fixture(scope="module")
def measured():
    """What the engine itself measures in the run of the page."""
    arms = experiments(3, 60, "wine", 0.1)
    return collect(arms, train(arms))


def share(value):
    return f"{100 * value:.1f} %".replace("100.0 %", "100 %")


def test_before_a_run_the_axes_are_there(open_page):
    page = open_page()
    assert page.locator(".nl-run-waiting").inner_text() == "Press Run."
    assert title(page) == "What will a run bring?"
    assert page.evaluate(f"() => {PLOT}.layout.xaxis.range") == [0, 60]
    drawn = page.evaluate(f"() => [...{PLOT}.querySelectorAll('.annotation-text')].map(node => node.textContent)")
    assert drawn == NAMES
    assert page.locator(RANGE).is_disabled()
    assert page.asked == []


def test_a_run_streams_without_the_script(open_page, measured):
    page = open_page()
    places = (
        "() => ['.nl-chart-figure', '.nl-chart-range', '.nl-run-inside', '.nl-run-layers']"
        ".map(name => Math.round(document.querySelector(name).getBoundingClientRect().top))"
    )
    before = page.evaluate(places)
    page.evaluate(f"() => ({PLOT}.normlabMark = 1)")
    press(page, "Run slowly")
    state(page, "running")
    rest(page)
    began, sent = count(page), len(page.sent)
    seen = set()
    for _ in range(400):
        seen.add(max((len(steps) for steps, _ in lines(page).values()), default=0))
        # In one go: between two questions the run may end.
        now, said = page.evaluate(
            "() => [document.querySelector('.nl-run').dataset.state,"
            " document.querySelector('.nl-run .nl-chart-title').textContent]"
        )
        if now != "running":
            break
        assert "networks are training" in said.replace("\xa0", " ")
        assert page.evaluate(places) == before
        page.wait_for_timeout(20)
    assert len(seen) >= 5, seen
    assert len(page.sent) - sent <= 1  # the end alone is told
    ended(page)
    assert count(page) == (began[0] + 1, 1, 0)
    assert page.evaluate(f"() => {PLOT}.normlabMark") == 1
    assert page.evaluate(places) == before
    for name, result in zip(NAMES, measured, strict=True):
        steps, values = lines(page)[name]
        assert steps == result.steps.tolist()
        np.testing.assert_allclose(values, np.median(result.values["test_accuracy"], axis=0), rtol=1e-5)


def test_its_end_is_told_once(open_page):
    page = open_page()
    press(page, "Run")
    ended(page)
    assert count(page) == (3, 1, 0)
    asked = len(page.asked)
    page.wait_for_timeout(1500)
    assert count(page) == (3, 1, 0)
    assert len(page.asked) == asked


def test_another_measure_leaves_the_run_alone(open_page, measured):
    page = open_page()
    press(page, "Run")
    ended(page)
    inside(page)
    page.wait_for_timeout(300)
    asked = len(page.asked)
    page.get_by_text("gradient", exact=True).click()
    poll(page, f"() => {PLOT}.layout.yaxis.type === 'log'")
    rest(page)
    for name, result in zip(NAMES, measured, strict=True):
        norms = np.sqrt(np.square(result.values["gradient_norm"]).sum(axis=2))
        np.testing.assert_allclose(lines(page)[name][1], np.median(norms, axis=0), rtol=1e-5)
    assert len(page.asked) == asked
    assert count(page)[1] == 1


def test_other_arms_of_the_same_run_are_drawn_at_once(open_page):
    page = open_page()
    press(page, "Run")
    ended(page)
    before = lines(page)
    assert before["Batch"] != before["None"]
    page.get_by_text("Swap the arms").click()
    poll(page, "() => document.querySelector('[type=checkbox]').checked")
    rest(page)
    deadline = time.monotonic() + 10
    while lines(page) == before and time.monotonic() < deadline:
        page.wait_for_timeout(50)
    after = lines(page)
    assert (after["Batch"], after["None"]) == (before["None"], before["Batch"])


def test_the_range_shows_what_was_measured_at_each_step(open_page, measured):
    page = open_page()
    press(page, "Run")
    ended(page)
    inside(page)
    began, sent = count(page), len(page.sent)
    page.locator(RANGE).focus()
    steps = measured[0].steps.tolist()
    places = []
    for key in ("Home", "ArrowRight", "ArrowUp", "PageUp", "ArrowLeft", "End"):
        page.keyboard.press(key)
        frame(page)
        place = int(page.locator(RANGE).input_value())
        places.append(place)
        assert readout(page) == f"step {steps[place]} of 60"
        for arm, result in enumerate(measured):
            accuracy = result.values["test_accuracy"][:, place]
            assert head(page, arm)["Test accuracy"] == [share(accuracy[0]), share(np.median(accuracy))]
    assert places[:3] == [0, 1, 2]
    assert places[3] >= 3
    assert places[4:] == [places[3] - 1, 11]
    assert count(page) == began
    assert len(page.sent) == sent


def test_the_words_for_the_open_step_are_what_was_measured(open_page, measured):
    page = open_page()
    press(page, "Run")
    ended(page)
    inside(page)
    page.locator(RANGE).focus()
    page.keyboard.press("Home")
    poll(page, "() => document.querySelector('.nl-chart-status').textContent.startsWith('Step 0 of 60.')")
    spoken = page.locator(".nl-chart-status").text_content()
    for arm, (name, result) in enumerate(zip(NAMES, measured, strict=True)):
        mean, sd = (result.values[f"input_{what}"][0, 0] for what in ("mean", "sd"))
        said = [f"layer {n + 1}: mean {m:.2f}, sd {s:.2f}" for n, (m, s) in enumerate(zip(mean, sd, strict=True))]
        for text in said:
            assert text.replace("-", "−").replace("−0.00", "0.00") in spoken
        label = page.locator(".nl-run-layers").nth(arm).get_attribute("aria-label")
        assert label.startswith(f"{name}: layer 1: mean")


def test_leaving_the_norm_the_values_are_others(open_page, measured):
    page = open_page()
    press(page, "Run")
    ended(page)
    inside(page)
    picture = "n => document.querySelectorAll('.nl-run-layers')[n].toDataURL()"
    before = [page.evaluate(picture, arm) for arm in (0, 1)]
    page.get_by_label("Leaving the norm").check()
    frame(page)
    after = [page.evaluate(picture, arm) for arm in (0, 1)]
    assert before[0] != after[0]
    assert before[1] == after[1]  # without a norm nothing changes


def test_another_seed(open_page, measured):
    page = open_page()
    press(page, "Run")
    ended(page)
    inside(page)
    page.locator(".nl-run-seed select").select_option("2")
    poll(page, "() => !document.querySelector('.nl-run-dim')")
    assert any("inside?seed=2" in address for address in page.asked)
    accuracy = measured[0].values["test_accuracy"][:, -1]
    assert head(page, 0)["Test accuracy"] == [share(accuracy[2]), share(np.median(accuracy))]


def test_dragging_asks_nobody(open_page):
    page = open_page()
    press(page, "Run")
    ended(page)
    inside(page)
    page.wait_for_timeout(300)
    sent, asked, began = len(page.sent), len(page.asked), count(page)
    box = page.locator(RANGE).bounding_box()
    middle = box["y"] + box["height"] / 2
    page.mouse.move(box["x"] + box["width"] - 8, middle)
    page.mouse.down()
    seen = set()
    for part in np.linspace(1, 0.1, 30):
        page.mouse.move(box["x"] + part * box["width"], middle)
        frame(page)
        seen.add(readout(page))
    assert len(seen) >= 8
    page.mouse.up()
    frame(page)
    assert re.search(r"rv_step=\d+", page.url)
    assert (len(page.sent), len(page.asked), count(page)) == (sent, asked, began)


def test_a_link_opens_its_step(open_page, measured):
    page = open_page()
    press(page, "Run")
    ended(page)
    page.locator(RANGE).focus()
    page.keyboard.press("Home")
    page.keyboard.press("ArrowRight")
    poll(page, "() => location.search.includes('rv_step=')")
    step = int(re.search(r"rv_step=(\d+)", page.url)[1])
    assert step == measured[0].steps[1]
    run = next(re.search(r"/runs/(\w+)/", address)[1] for address in page.asked)
    other = open_page(f"run={run}&rv_step={step}")
    state(other, "done")
    poll(other, "step => document.querySelector('.nl-run').dataset.step === step", str(step))
    assert f"rv_step={step}" in other.url
    press(other, "Reset")
    poll(other, "() => document.querySelector('.nl-run').dataset.step === '60'")
    assert "rv_step" not in other.url


@pytest.mark.parametrize("text", ["-3", "many", "1e2", "9999999999"])
def test_a_link_that_names_no_step_shows_the_last(open_page, text):
    page = open_page(f"rv_step={text}")
    press(page, "Run")
    ended(page)
    assert readout(page) == "step 60 of 60"
    assert "rv_step" not in page.url


def test_a_run_that_goes_on_is_followed_until_the_learner_looks_elsewhere(open_page):
    page = open_page("steps=200")
    press(page, "Run slowly")
    poll(page, "() => Number(document.querySelector('.nl-run').dataset.step) >= 3")
    page.locator(RANGE).focus()
    page.keyboard.press("Home")
    frame(page)
    assert readout(page) == "step 0 of 200"
    state(page, "done")
    assert readout(page) == "step 0 of 200"
    press(page, "One record forward")
    assert readout(page) != "step 0 of 200"


def test_play_runs_through_the_records(open_page, measured):
    page = open_page()
    press(page, "Run")
    ended(page)
    page.locator(RANGE).focus()
    page.keyboard.press(" ")
    assert page.get_by_role("button", name="Pause").count() == 1
    poll(page, "() => Number(document.querySelector('.nl-run').dataset.step) > 0")
    page.keyboard.press(" ")
    held = readout(page)
    assert held != "step 60 of 60"
    page.wait_for_timeout(700)
    assert readout(page) == held
    page.keyboard.press(" ")
    poll(page, "() => document.querySelector('.nl-run').dataset.step === '60'")
    poll(page, "() => Boolean(document.querySelector('[aria-label=Play]'))")


def test_with_less_motion_play_goes_record_by_record(open_page, measured):
    page = open_page(reduced_motion="reduce")
    press(page, "Run")
    ended(page)
    press(page, "Play")
    assert readout(page) == "step 0 of 60"
    page.wait_for_timeout(400)
    assert readout(page) == "step 0 of 60"
    poll(page, "step => document.querySelector('.nl-run').dataset.step === step", str(measured[0].steps[1]))
    press(page, "Pause")


def test_stop(open_page):
    page = open_page("steps=400&seeds=2")
    press(page, "Run slowly")
    poll(page, "() => Number(document.querySelector('.nl-run').dataset.step) > 0")
    press(page, "Stop")
    state(page, "stopped")
    rest(page)
    assert count(page)[2] == 1
    assert words(page) == "Ended by Stop"
    assert re.search(r"Ended by Stop after \d+\s% of its steps\.", page.locator(".nl-run-notes").inner_text())
    assert len(lines(page)["Batch"][0]) >= 1
    assert not page.get_by_role("button", name="Stop").is_visible()


def test_an_unknown_run_is_a_sentence(open_page):
    page = open_page("run=abcdef123456")
    state(page, "unknown")
    assert words(page) == "There is no run abcdef123456 here: press Run again."
    asked = len(page.asked)
    page.wait_for_timeout(1500)
    assert len(page.asked) == asked
    assert count(page) == (1, 0, 0)
    assert page.locator(".nl-chart-error").is_hidden()
    press(page, "Run")
    ended(page)
    assert words(page) == "Trained to the end"


def test_a_lost_connection_is_said_and_found_again(open_page):
    page = open_page("steps=300&seeds=1")
    press(page, "Run slowly")
    poll(page, "() => Number(document.querySelector('.nl-run').dataset.step) > 0")
    page.route("**/lab/runs/**", lambda route: route.abort())
    poll(
        page, "() => document.querySelector('.nl-run-words').textContent.includes('connection to the server was lost')"
    )
    assert len(lines(page)["Batch"][0]) >= 1
    page.unroute("**/lab/runs/**")
    ended(page)
    assert readout(page) == "step 300 of 300"
    assert words(page) == "Trained to the end"


def test_the_old_curves_stay_until_the_new_ones_come(open_page):
    page = open_page("seeds=2")
    press(page, "Run")
    ended(page)
    waiting, released = [], []
    page.route("**/events?**", lambda route: route.continue_() if released else waiting.append(route))
    press(page, "Run slowly")
    poll(page, f"() => {PLOT}.data.find(t => t.name === 'Batch').opacity === 0.25")
    assert len(lines(page)["Batch"][0]) == 12
    released.append(True)
    for route in waiting:
        route.continue_()
    poll(page, f"() => {PLOT}.data.find(t => t.name === 'Batch').opacity === 1")
    assert len(lines(page)["Batch"][0]) < 12
    state(page, "done")


def message(state="queued", points=(), **status):
    status = {"state": state, "place": 0, "share": 0.0, "seconds": 0.0, "message": "", "notes": [], "stored": False,
              "agrees": None, "learners": 1} | status  # fmt: skip
    arms = [{"seeds": [0, 1, 2], "steps": [0, 5, 20, 60]}] * 2
    return {"cursor": 0, "reset": True, "status": status, "arms": arms, "points": list(points), "stopped": []}


def answering(*messages):
    """Answer with these messages in turn, the last one again and again."""
    left = list(messages)
    return {"**/events?**": lambda route: route.fulfill(json=left.pop(0) if len(left) > 1 else left[0])}


def test_a_place_in_the_queue(open_page):
    page = open_page("run=abc", routes=answering(message(place=3, seconds=8, message="A worker is starting.")))
    state(page, "queued")
    assert words(page) == "Place 3 in the queue, about 8 s left. A worker is starting."
    assert title(page) == "6 networks are waiting"
    asked = len(page.asked)
    page.wait_for_timeout(1500)
    assert 1 <= len(page.asked) - asked <= 2


def test_what_the_server_says_is_text(open_page):
    evil = "<img src=x onerror=alert(1)><b>bold</b>"
    stopped = {"arm": 0, "seed": 1, "step": 5, "layer": 1, "where": "logits", "message": evil}
    point = {"arm": 0, "step": 0, "seeds": [0, 1, 2], "values": {"test_accuracy": [0.1, None, 0.3], "loss": [1, 2, 3]}}
    answer = message("failed", [point], message=evil, notes=[evil], share=0.5) | {"stopped": [stopped]}
    page = open_page("run=abc", routes=answering(answer))
    state(page, "failed")
    assert page.locator(".nl-run-notes p").all_inner_texts() == [evil, evil]
    assert page.locator(".nl-run img, .nl-run b").count() == 0
    texts = page.evaluate(f"() => {PLOT}.data.flatMap(t => t.text ?? [])")
    assert any("&lt;img" in text for text in texts)
    assert not any("<img" in text for text in texts)


@pytest.fixture(scope="module")
def diverged():
    """Runs of which some seeds stop: the link to them, and what the engine measures."""
    for rate in (3.0, 5.0, 8.0, 12.0, 20.0, 40.0):
        arms = experiments(8, 60, "wine", rate)
        results = collect(arms, train(arms))
        if any(0 < len(result.stopped) < 8 for result in results):
            return f"rate={rate}&seeds=8", results
    raise AssertionError("At none of these rates some seeds stop and others go on.")


def test_a_seed_that_stopped_is_marked(open_page, diverged):
    link, results = diverged
    page = open_page(link)
    press(page, "Run")
    ended(page)
    stopped = [one for result in results for one in result.stopped]
    marks = page.evaluate(f"() => {PLOT}.data.filter(t => t.marker?.symbol === 'x-thin').map(t => [[...t.x], t.text])")
    assert sorted(x for xs, _ in marks for x in xs) == sorted(one.step for one in stopped)
    texts = [text.replace("<br>", " ") for _, texts in marks for text in texts]
    for one in stopped:
        assert any(f"seed {one.seed}, stopped at step {one.step} {one.message}" in text for text in texts)
    assert "topped" in page.locator(".nl-run-ended").nth(stopped[0].arm).inner_text()


@pytest.mark.parametrize(("shown", "measure"), [("accuracy", "test_accuracy"), ("loss", "loss_mean")])
def test_seeds_that_stopped_count_as_the_findings_count_them(open_page, diverged, shown, measure):
    link, results = diverged
    page = open_page(link)
    press(page, "Run")
    ended(page)
    page.get_by_text(shown, exact=True).click()
    poll(page, f"label => {PLOT}.layout.yaxis.title.text === label", {"accuracy": ACCURACY, "loss": LOSS}[shown].label)
    for arm, (name, result) in enumerate(zip(NAMES, results, strict=True)):
        drawn = dict(zip(*lines(page)[name], strict=True))
        for step in result.steps.tolist():
            if step in drawn:
                wanted = findings(results, measure, step=step).arms[arm].median
                # The browser writes what is infinite as null.
                assert (np.inf if drawn[step] is None else drawn[step]) == pytest.approx(wanted, rel=1e-5)


def test_a_second_run_lies_over_the_first(open_page):
    arms = experiments(2, 90, "wine", 0.1)
    measured = collect(arms, train(arms))
    page = open_page("seeds=2&steps=90")
    press(page, "Run")
    ended(page)
    # It may be over before the next question is asked.
    page.evaluate(
        "() => { const look = () => { window.stoppable ||= document.querySelector('.nl-run-status button')"
        ".checkVisibility(); requestAnimationFrame(look); }; look(); }"
    )
    press(page, "Check")
    poll(page, "() => window.stoppable")
    poll(page, f"() => {PLOT}.data.some(t => t.line?.dash === '1px,3px' && t.x.length === 12)")
    dotted = page.evaluate(f"() => {PLOT}.data.filter(t => t.line?.dash === '1px,3px').map(t => Array.from(t.y))")
    for values, result in zip(dotted, measured, strict=True):
        np.testing.assert_allclose(values, np.median(result.values["test_accuracy"], axis=0), rtol=1e-5)
    poll(page, "() => document.querySelector('[data-testid=stText]').innerText.includes('ended 2')")
    names = page.evaluate(f"() => [...{PLOT}.querySelectorAll('.annotation-text')].map(node => node.textContent)")
    assert "Keras" in names


def test_a_line_may_show_an_arm_once_more(open_page, measured):
    page = open_page("twice&seeds=3")
    press(page, "Run")
    ended(page)
    np.testing.assert_allclose(lines(page)["Training"][1], np.median(measured[0].values["accuracy"], axis=0), rtol=1e-5)
    np.testing.assert_allclose(
        lines(page)["Batch"][1], np.median(measured[0].values["test_accuracy"], axis=0), rtol=1e-5
    )
    assert "stopped" not in "".join(page.locator(".nl-run-ended").all_inner_texts())


def test_a_toy_set_is_divided_as_the_network_divides_it(open_page):
    page = open_page("data=moons&seeds=1&steps=300")
    press(page, "Run")
    ended(page)
    arms = experiments(1, 300, "moons", 0.1)
    regions = collect(arms, train(arms))[0].values["regions"][0, -1].reshape(32, 32)
    poll(page, "() => !document.querySelector('.nl-run-dim')")
    for row, column in [(0, 0), (31, 31), (31, 0), (0, 31)]:  # corners, away from the points
        pixel = page.evaluate(
            "([x, y]) => { const canvas = document.querySelector('.nl-run-region');"
            "const place = part => Math.round((part + 0.5) / 32 * canvas.width);"
            "return [...canvas.getContext('2d').getImageData(place(x), place(31 - y), 1, 1).data] }",
            [column, row],
        )
        if abs(regions[row, column] - 0.5) > 0.2:
            assert (pixel[0] > pixel[2]) == (regions[row, column] > 0.5), (row, column, pixel)


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [390, 1300])
def test_everybody_can_use_it(open_page, scheme, width):
    page = open_page(viewport=(width, 900), color_scheme=scheme, bypass_csp=True)
    press(page, "Run")
    ended(page)
    inside(page)
    found = Axe().run(page, ".nl-run").response["violations"]
    assert [(one["id"], [node["html"] for node in one["nodes"]]) for one in found] == []
    assert page.evaluate("() => document.querySelector('[data-testid=stMain]').scrollWidth") <= width


@pytest.mark.parametrize("format", ["PNG", "SVG"])
def test_a_picture_to_take_away(open_page, format):
    page = open_page()
    press(page, "Run")
    ended(page)
    with page.expect_download() as download:
        press(page, f"Download the curves as {format}")
    content = Path(download.value.path()).read_bytes()
    assert download.value.suggested_filename == f"normlab.{format.lower()}"
    if format == "SVG":
        assert b"The run has ended" in content
        assert b"Batch" in content
    else:
        assert content.startswith(b"\x89PNG")


PARTS = """async () => {
  const { Records } = await import('/_stcore/bidi-components/normlib.run_view/records.js');
  const records = new Records([0, 10], [0, 1, 2, 3], 1);
  const message = (seeds, values) => ({
    reset: false, status: { state: 'running' }, arms: [{ seeds: [0, 1, 2, 3], steps: [0, 10] }],
    points: [{ arm: 0, step: 10, seeds, values: { loss: values } }], stopped: [],
  });
  const medians = [];
  for (const part of [message([0, 1], [1, 3]), message([2, 3], [5, 7])]) {
    records.add(part);
    medians.push([records.curve(0, 'loss').median.at(-1), records.at(0, 10, 'loss', 3).median]);
  }
  return medians;
}"""


def test_a_step_whose_seeds_come_in_parts_is_measured_anew(open_page):
    page = open_page()
    assert page.evaluate(PARTS) == [[2, 2], [4, 4]]
