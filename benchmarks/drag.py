"""Drag a chart's range input with a real mouse in a real browser, and count.

    python -m benchmarks.drag                              starts app.py and drags its first chart
    python -m benchmarks.drag --page scalers --chart sc_chart
    python -m benchmarks.drag --page axes --chart ax_view --point  moves over the values of a tensor view instead
    python -m benchmarks.drag --url http://localhost:8501  a server that runs already

Frames are counted between the times that the browser gives to `requestAnimationFrame` while the mouse moves;
a frame without a change of the figure counts as well, so the table also says how many changes were shown.
The time of a release runs from `pointerup` until the browser has painted the server's figure and its texts.
A figure that equals the frame on screen counts from the moment that this is known.
"""

import argparse
import json
import math
import os
import statistics
from collections.abc import Callable, Iterator
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

# The drawing of a chart, or of a tensor view, which says in `data-place` what it points at.
DRAWING = ".js-plotly-plot, .nl-tensor-pair"
DRAWN = ".js-plotly-plot .main-svg, .nl-tensor-pair[data-place]"

RECORD = """key => {
  const chart = document.querySelector(`.st-key-${key}`);
  const record = (window.normlabRecord = { frames: [], changes: 0, running: true });
  const changed = () => (record.changes += 1);
  chart.querySelector("input[type=range]")?.addEventListener("input", changed);
  const pointed = chart.querySelector("[data-place]");
  if (pointed) new MutationObserver(changed).observe(pointed, { attributeFilter: ["data-place"] });
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


@dataclass(frozen=True)
class Drag:
    """What one drag cost.

    Args:
        frames: milliseconds between the frames that the browser showed.
        changes: positions that were asked for: input events, or values that were pointed at.
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
    page.locator(f".st-key-{key}").locator(DRAWN).first.wait_for(timeout=60_000)
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
    found = recorded(
        page, key, messages, lambda part: page.mouse.move(left + abs(1 - 2 * ((part + 0.25) % 1)) * length, top)
    )
    page.mouse.up()
    return found


def point(page: Page, key: str, messages: list[str]) -> Drag:
    """Move the mouse over the values of a tensor view, through both grids and across their edges."""
    box = page.locator(f".st-key-{key} .nl-tensor-pair").bounding_box()
    if box is None:
        raise RuntimeError(f"{key!r} has no tensor view that can be seen.")
    page.mouse.move(box["x"] + 60, box["y"] + 60)
    return recorded(
        page,
        key,
        messages,
        lambda part: page.mouse.move(
            box["x"] + box["width"] * (0.5 - 0.48 * math.cos(4 * math.pi * part)),
            box["y"] + box["height"] * (0.55 - 0.35 * math.cos(14 * math.pi * part)),
        ),
    )


def press(page: Page, key: str, messages: list[str]) -> Drag:
    """Walk over the values of a tensor view with the arrow keys."""
    page.locator(f".st-key-{key} .nl-tensor-pair").focus()
    turns = ("ArrowRight", "ArrowRight", "ArrowDown", "Shift+ArrowRight", "ArrowLeft", "Shift+ArrowLeft")
    steps = iter(range(STEPS))
    return recorded(page, key, messages, lambda _: page.keyboard.press(turns[next(steps) % len(turns)]))


def recorded(page: Page, key: str, messages: list[str], move: Callable[[float], None]) -> Drag:
    """Count frames, changes and messages while `move` is called with a rising part of 1."""
    quiet = len(messages)
    page.evaluate(RECORD, key)
    for step in range(STEPS):
        move(step / STEPS)
    record = page.evaluate(STOP)
    counted = len(messages) - quiet
    times = record["frames"]
    return Drag([after - before for before, after in pairwise(times)], record["changes"], counted)


def watch(page: Page) -> list[str]:
    """Give a list that grows with every request and socket message of the page."""
    messages: list[str] = []

    def listen(socket: WebSocket) -> None:
        socket.on("framesent", lambda _: messages.append("sent"))
        socket.on("framereceived", lambda _: messages.append("received"))

    page.on("websocket", listen)
    # Chromium itself asks for the icon again whenever the address changes.
    page.on("request", lambda request: None if "favicon" in request.url else messages.append(request.url))
    return messages


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
        *moves("dragging", drags),
        ("release until painted, p50", f"{statistics.median(releases):.0f} ms", f"{RELEASE_P50} ms"),
        ("release until painted, p95", f"{p95:.0f} ms", f"{RELEASE_P95} ms"),
    ]
    return markdown(rows)


def moves(what: str, drags: list[Drag]) -> list[tuple[str, str, str]]:
    """Write what moving cost."""
    return [
        (f"frames per second while {what}, median", f"{statistics.median(d.per_second for d in drags):.1f}",
         f"{FRAMES_PER_SECOND} or more"),
        ("frames under 20 ms", f"{100 * statistics.mean(d.in_time for d in drags):.1f} %", ""),
        ("longest frame", f"{max(max(d.frames) for d in drags):.1f} ms", ""),
        ("positions shown or asked for", f"{statistics.mean(d.changes for d in drags):.0f}", ""),
        (f"network messages while {what}", f"{sum(d.messages for d in drags)}", "0"),
    ]  # fmt: skip


def markdown(rows: list[tuple[str, str, str]]) -> str:
    """Write rows as a table."""
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


@contextmanager
def opened(url: str | None, path: str) -> Iterator[tuple[Page, list[str]]]:
    """Open a page in Chromium; give it with the growing list of its messages."""
    with address(url) as root, sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=os.environ.get("CHROMIUM", "/usr/bin/chromium"), args=["--no-sandbox"]
        )
        page = browser.new_page(viewport={"width": 1440, "height": 900})
        messages = watch(page)
        page.goto(f"{root}/{path}")
        yield page, messages
        browser.close()


def measure_pointing(url: str | None, path: str, key: str, *, turns: int = 3) -> tuple[list[Drag], list[Drag]]:
    """Move over the values of a tensor view with the mouse, then with the keys, in Chromium.

    Args:
        url: address of a running server; the app is started when there is none.
        path: path of the page.
        key: of the view.
        turns: how often.
    Returns: what the mouse cost, and what the keys cost.
    """
    with opened(url, path) as (page, messages):
        ready(page, key)
        mouse = [point(page, key, messages) for _ in range(turns)]
        return mouse, [press(page, key, messages) for _ in range(turns)]


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
    parser.add_argument("--point", action="store_true", help="move over the values of the tensor view --chart")
    options = parser.parse_args()
    if options.point:
        if not options.chart:
            parser.error("--point needs --chart, the key of a tensor view")
        mouse, keys = measure_pointing(options.url, options.page, options.chart, turns=options.drags)
        print(f"page {options.page}, tensor view {options.chart}, {options.drags} turns each\n")
        print(markdown(moves("pointing", mouse) + moves("pressing keys", keys)))
        return
    key, drags, releases = measure(
        options.url, options.page, options.chart, drags=options.drags, releases=options.releases
    )
    print(f"page {options.page}, chart {key}, {len(drags)} drags, {len(releases)} releases\n")
    print(table(drags, releases))
    if options.json:
        print(json.dumps({"drags": [drag.__dict__ for drag in drags], "releases": releases}))


if __name__ == "__main__":
    main()
