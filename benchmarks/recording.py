"""Count frames, changes and network messages while something moves in a page."""

from __future__ import annotations

import statistics
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import pairwise

from playwright.sync_api import Page, WebSocket

from benchmarks.browser import READY, browsing
from benchmarks.serving import serving

LATE = 20  # ms
STEPS = 240  # mouse positions of one drag

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
    with address(url) as root, browsing() as browser:
        page = browser.new_page(viewport={"width": 1440, "height": 900})
        messages = watch(page)
        page.goto(f"{root}/{path}")
        yield page, messages


def summary(what: str, drags: list[Drag]) -> str:
    """Write what moving cost, a line each."""
    lines = {
        f"frames per second while {what}, median": f"{statistics.median(d.per_second for d in drags):.1f}",
        "frames under 20 ms": f"{100 * statistics.mean(d.in_time for d in drags):.1f} %",
        "longest frame": f"{max(max(d.frames) for d in drags):.1f} ms",
        "positions shown or asked for": f"{statistics.mean(d.changes for d in drags):.0f}",
        f"network messages while {what}": f"{sum(d.messages for d in drags)}",
    }
    return "\n".join(f"{name}: {value}" for name, value in lines.items())
