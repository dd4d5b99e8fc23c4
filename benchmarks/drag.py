"""Drag a chart's range input with a real mouse in a real browser, and count.

    python -m benchmarks.drag                              starts app.py and drags its first chart
    python -m benchmarks.drag --page scalers --chart sc_chart
    python -m benchmarks.drag --url http://localhost:8501  a server that runs already

Frames are counted between the times that the browser gives to `requestAnimationFrame` while the mouse moves;
a frame without a change of the figure counts as well, so the table also says how many changes were shown.
The time of a release runs from `pointerup` until the browser has painted the server's figure and its texts.
A figure that equals the frame on screen counts from the moment that this is known.
"""

from __future__ import annotations

import argparse
import json

import numpy as np
from playwright.sync_api import Page

from benchmarks.browser import poll
from benchmarks.recording import DRAWING, Drag, opened, ready, recorded, summary

# The chart says in `data-answered` how many releases the figure on screen has in it.
AWAIT_ANSWER = """([key, drawing]) => {
  const plot = document.querySelector(`.st-key-${key}`).querySelector(drawing);
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
    found = recorded(
        page, key, messages, lambda part: page.mouse.move(left + abs(1 - 2 * ((part + 0.25) % 1)) * length, top)
    )
    page.mouse.up()
    return found


def elsewhere(page: Page, key: str, turn: int) -> float:
    """Give a part of the range where the thumb is not; letting go where it was is no release."""
    value, most = page.locator(f".st-key-{key} input[type=range]").evaluate("node => [+node.value, +node.max]")
    return (7 * turn % 10) / 10 if most >= 10 else float(value < most / 2)


def release(page: Page, key: str, part: float) -> float:
    """Let go at a part of the range and give the milliseconds until the answer is painted."""
    left, length, top = places(page, key)
    grab(page, key)
    page.mouse.move(left + part * length, top, steps=4)
    page.wait_for_timeout(60)
    page.evaluate(AWAIT_ANSWER, [key, DRAWING])
    page.mouse.up()
    answer = poll(page, "() => window.normlabAnswer")
    page.wait_for_timeout(150)
    return float(str(answer))


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
    with opened(url, path) as (page, messages):
        key = key or first_chart(page)
        ready(page, key)
        dragged = []
        for _ in range(drags):
            dragged.append(drag(page, key, messages))
            ready(page, key)
        answers = [release(page, key, elsewhere(page, key, turn)) for turn in range(releases)]
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
    print(summary("dragging", drags))
    p50, p95 = np.percentile(releases, [50, 95])
    print(f"release until painted, p50 / p95: {p50:.0f} / {p95:.0f} ms")
    if options.json:
        print(json.dumps({"drags": [drag.__dict__ for drag in drags], "releases": releases}))


if __name__ == "__main__":
    main()
