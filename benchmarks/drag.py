"""Drag a chart's range input with a real mouse in a real browser, and count.

    python -m benchmarks.drag                              starts app.py and drags its first chart
    python -m benchmarks.drag --page scalers --chart sc_chart
    python -m benchmarks.drag --url http://localhost:8501  a server that runs already

Frames are counted between the times that the browser gives to `requestAnimationFrame` while the mouse moves;
a frame without a change of the figure counts as well, so the table also says how many changes were shown.
The time of a release runs from `pointerup` until the browser has painted the server's figure and its texts.
A figure that equals the frame on screen counts from the moment that this is known.
"""

import argparse
import json
import os
import statistics
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import pairwise

from playwright.sync_api import Page, WebSocket, sync_playwright

from benchmarks.serving import serving

FRAMES_PER_SECOND = 50
RELEASE_P50 = 80  # ms
RELEASE_P95 = 150
LATE = 20  # ms
STEPS = 240  # mouse positions of one drag
READY = "[data-testid=stApp][data-test-script-state=notRunning]"

RECORD = """key => {
  const chart = document.querySelector(`.st-key-${key}`);
  const input = chart.querySelector("input[type=range]");
  const record = (window.normlabRecord = { frames: [], changes: 0, running: true });
  input.addEventListener("input", () => (record.changes += 1));
  const frame = time => {
    record.frames.push(time);
    if (record.running) requestAnimationFrame(frame);
  };
  requestAnimationFrame(frame);
}"""

STOP = """() => {
  window.normlabRecord.running = false;
  return window.normlabRecord;
}"""

# The chart says in `data-answered` how many releases the figure on screen has in it.
AWAIT_ANSWER = """key => {
  const plot = document.querySelector(`.st-key-${key} .js-plotly-plot`);
  window.normlabAnswer = null;
  let released;
  addEventListener("pointerup", event => (released = event.timeStamp), { once: true, capture: true });
  const before = plot.dataset.answered;
  const seen = new MutationObserver(() => {
    if (plot.dataset.answered === before) return;
    seen.disconnect();
    requestAnimationFrame(() => setTimeout(() => (window.normlabAnswer = performance.now() - released)));
  });
  seen.observe(plot, { attributeFilter: ["data-answered"] });
}"""


@dataclass(frozen=True)
class Drag:
    """What one drag cost.

    Args:
        frames: milliseconds between the frames that the browser showed.
        changes: input events, that is positions that were asked for.
        messages: network messages and requests while the mouse was down.
    """

    frames: list[float]
    changes: int
    messages: int

    @property
    def per_second(self) -> float:
        """Frames per second.

        >>> Drag([16.0, 16.0, 18.0], 3, 0).per_second
        60.0
        """
        return 1000 * len(self.frames) / sum(self.frames)

    @property
    def in_time(self) -> float:
        """Share of the frames that took less than 20 ms."""
        return sum(frame < LATE for frame in self.frames) / len(self.frames)


def ready(page: Page, key: str) -> None:
    """Wait until the script rests and the chart has its figure."""
    page.locator(READY).wait_for(state="attached", timeout=60_000)
    page.locator(f".st-key-{key} .js-plotly-plot .main-svg").first.wait_for(timeout=60_000)
    page.wait_for_timeout(500)


def first_chart(page: Page) -> str:
    """Find the key of the first chart with a range input."""
    page.locator(".nl-chart input[type=range]").first.wait_for(timeout=60_000)
    classes = page.locator("[class*=st-key-]:has(> * .nl-chart input[type=range])").last.get_attribute("class") or ""
    return next(name.removeprefix("st-key-") for name in classes.split() if name.startswith("st-key-"))


def places(page: Page, key: str) -> tuple[float, float, float]:
    """Give the left end, the length and the height on the page of the range's track."""
    box = page.locator(f".st-key-{key} input[type=range]").bounding_box()
    if box is None:
        raise RuntimeError(f"The chart {key!r} has no range input that can be seen.")
    return box["x"] + 8, box["width"] - 16, box["y"] + box["height"] / 2


def grab(page: Page, key: str) -> None:
    """Press the mouse on the thumb."""
    left, length, top = places(page, key)
    part = page.locator(f".st-key-{key} input[type=range]").evaluate("node => node.value / node.max")
    page.mouse.move(left + part * length, top)
    page.mouse.down()


def drag(page: Page, key: str, messages: list[str]) -> Drag:
    """Drag from end to end and back."""
    left, length, top = places(page, key)
    grab(page, key)
    quiet = len(messages)
    page.evaluate(RECORD, key)
    for step in range(STEPS):
        part = abs(1 - 2 * ((step / STEPS + 0.25) % 1))
        page.mouse.move(left + part * length, top)
    record = page.evaluate(STOP)
    counted = len(messages) - quiet
    page.mouse.up()
    times = record["frames"]
    return Drag([after - before for before, after in pairwise(times)], record["changes"], counted)


def watch(page: Page) -> list[str]:
    """Give a list that grows with every request and socket message of the page."""
    messages: list[str] = []

    def listen(socket: WebSocket) -> None:
        socket.on("framesent", lambda _: messages.append("sent"))
        socket.on("framereceived", lambda _: messages.append("received"))

    page.on("websocket", listen)
    page.on("request", lambda request: messages.append(request.url))
    return messages


def release(page: Page, key: str, part: float) -> float:
    """Let go at a part of the range and give the milliseconds until the answer is painted."""
    left, length, top = places(page, key)
    grab(page, key)
    page.mouse.move(left + part * length, top, steps=4)
    page.wait_for_timeout(60)
    page.evaluate(AWAIT_ANSWER, key)
    page.mouse.up()
    for _ in range(500):
        answer = page.evaluate("() => window.normlabAnswer")
        if answer is not None:
            page.wait_for_timeout(150)
            return float(answer)
        page.wait_for_timeout(10)
    raise RuntimeError(f"No new figure within 5 s of a release of {key!r}.")


def table(drags: list[Drag], releases: list[float]) -> str:
    """Write the numbers beside their budgets."""
    ordered = sorted(releases)
    p95 = ordered[min(len(ordered) - 1, round(0.95 * len(ordered)))]
    rows = [
        ("frames per second while dragging, median drag", f"{statistics.median(d.per_second for d in drags):.1f}",
         f"{FRAMES_PER_SECOND} or more"),
        ("frames under 20 ms", f"{100 * statistics.mean(d.in_time for d in drags):.1f} %", ""),
        ("longest frame", f"{max(max(d.frames) for d in drags):.1f} ms", ""),
        ("positions per drag", f"{statistics.mean(d.changes for d in drags):.0f}", ""),
        ("network messages while dragging", f"{sum(d.messages for d in drags)}", "0"),
        ("release until painted, p50", f"{statistics.median(releases):.0f} ms", f"{RELEASE_P50} ms"),
        ("release until painted, p95", f"{p95:.0f} ms", f"{RELEASE_P95} ms"),
    ]  # fmt: skip
    lines = ["| what | measured | budget |", "|---|---|---|"]
    return "\n".join([*lines, *(f"| {what} | {measured} | {budget} |" for what, measured, budget in rows)])


@contextmanager
def address(url: str | None) -> Iterator[str]:
    """Give the server's address; start the app when there is none."""
    if url:
        yield url.rstrip("/")
    else:
        with serving() as server:
            yield server.url


def measure(
    url: str | None, path: str, key: str | None = None, *, drags: int = 3, releases: int = 30
) -> tuple[str, list[Drag], list[float]]:
    """Drag and release a chart's range in Chromium.

    Args:
        url: address of a running server; the app is started when there is none.
        path: path of the page.
        key: of the chart; the first one with a range when left out.
        drags: how often to drag from end to end and back.
        releases: how often to let go somewhere and wait for the answer.
    Returns: the chart's key, the drags, and milliseconds from each release to its answer on the screen.
    """
    with address(url) as root, sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=os.environ.get("CHROMIUM", "/usr/bin/chromium"), args=["--no-sandbox"]
        )
        page = browser.new_page(viewport={"width": 1440, "height": 900})
        messages = watch(page)
        page.goto(f"{root}/{path}")
        key = key or first_chart(page)
        ready(page, key)
        dragged = []
        for _ in range(drags):
            dragged.append(drag(page, key, messages))
            ready(page, key)
        answers = [release(page, key, (7 * turn % 10) / 10) for turn in range(releases)]
        browser.close()
    return key, dragged, answers


def main() -> None:
    """Measure one chart and print the table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--url", help="address of a running server; left out, app.py is started")
    parser.add_argument("--page", default="min-max", help="path of the page (default: %(default)s)")
    parser.add_argument("--chart", help="key of the chart (default: the first one with a range)")
    parser.add_argument("--drags", type=int, default=3)
    parser.add_argument("--releases", type=int, default=30)
    parser.add_argument("--json", action="store_true", help="print all numbers")
    options = parser.parse_args()
    key, drags, releases = measure(
        options.url, options.page, options.chart, drags=options.drags, releases=options.releases
    )
    print(f"page {options.page}, chart {key}, {len(drags)} drags, {len(releases)} releases\n")
    print(table(drags, releases))
    if options.json:
        print(json.dumps({"drags": [drag.__dict__ for drag in drags], "releases": releases}))


if __name__ == "__main__":
    main()
