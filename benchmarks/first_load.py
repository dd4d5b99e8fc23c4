"""The first visit to a page: bytes over the wire and seconds, for a browser that knows nothing yet.

    python -m benchmarks.first_load --page min-max

Four situations, all in headless Chromium on this machine: the server has just been started by the same
command (the browser waits for it), a browser with an empty cache, a reload, and the page opened again in a
new tab. The bytes are what Chromium counts on the wire, headers included; websocket frames are extra.
"""

import argparse
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from playwright.sync_api import Browser, BrowserContext, CDPSession, Page

from benchmarks.browser import READY, browsing
from benchmarks.serving import ROOT, serving


@dataclass
class Visit:
    """One way to reach the page."""

    name: str
    seconds: float
    requests: int
    wire_bytes: int
    websocket_bytes: int
    largest: list[tuple[int, str]]


class Wire:
    """Count what a page receives, from Chromium's own network events."""

    def __init__(self, session: CDPSession) -> None:
        self.sizes: dict[str, int] = {}
        self.urls: dict[str, str] = {}
        self.websocket_bytes = 0
        session.on("Network.requestWillBeSent", self._sent)
        session.on("Network.loadingFinished", self._finished)
        session.on("Network.webSocketFrameReceived", self._frame)
        session.send("Network.enable")

    def clear(self) -> None:
        """Start counting from nothing."""
        self.sizes.clear()
        self.websocket_bytes = 0

    def _sent(self, event: dict[str, dict[str, str]]) -> None:
        self.urls[str(event["requestId"])] = event["request"]["url"]

    def _finished(self, event: dict[str, float]) -> None:
        self.sizes[str(event["requestId"])] = int(event["encodedDataLength"])

    def _frame(self, event: dict[str, dict[str, str]]) -> None:
        # Binary frames are reported in base64: four characters for three bytes.
        self.websocket_bytes += len(event["response"]["payloadData"]) * 3 // 4

    def visit(self, name: str, seconds: float) -> Visit:
        """Return what was counted since the last `clear`."""
        largest = sorted(((size, self.urls.get(key, key)) for key, size in self.sizes.items()), reverse=True)
        requests = sum(size > 0 for size in self.sizes.values())
        return Visit(name, seconds, requests, sum(self.sizes.values()), self.websocket_bytes, largest[:6])


def wait_until_readable(page: Page, selector: str) -> None:
    """Wait until the script has run and, where a selector is given, something is drawn."""
    page.wait_for_selector(READY, timeout=60_000)
    page.wait_for_selector("[data-testid=stMainBlockContainer] [data-testid=stElementContainer]")
    if selector:
        page.locator(selector).first.wait_for(state="visible", timeout=60_000)


def timed(page: Page, wire: Wire, name: str, act: Callable[[], object], selector: str) -> Visit:
    """Do something that loads the page and measure until it is readable."""
    wire.clear()
    started = time.perf_counter()
    act()
    wait_until_readable(page, selector)
    seconds = time.perf_counter() - started
    # What still arrives after the page is readable was paid for too.
    page.wait_for_timeout(1500)
    return wire.visit(name, seconds)


def new_page(context: BrowserContext) -> tuple[Page, Wire]:
    """Open a tab and count from its first byte."""
    page = context.new_page()
    return page, Wire(context.new_cdp_session(page))


def measure(
    browser: Browser, path: str, selector: str, app: Path = ROOT / "app.py"
) -> tuple[list[Visit], float, float]:
    """Measure all situations on a server of its own.

    Args:
        browser: a running Chromium.
        path: the page's path and query, without the first slash.
        selector: CSS of something that must be visible; empty when the script's end is enough.
        app: the file with the `st.App`.

    Returns: the visits, seconds from the start command to the first answer of the server, and seconds from
        the start command until a browser showed the page.
    """
    with serving(app) as server:
        url = f"{server.url}/{path}"
        context = browser.new_context()
        page, wire = new_page(context)
        visits = [timed(page, wire, "first visitor of the server", lambda: page.goto(url), selector)]
        served = server.start_seconds + visits[0].seconds
        context.close()
        context = browser.new_context()
        page, wire = new_page(context)
        visits.append(timed(page, wire, "empty cache", lambda: page.goto(url), selector))
        visits.append(timed(page, wire, "reload", page.reload, selector))
        tab, tab_wire = new_page(context)
        visits.append(timed(tab, tab_wire, "another tab", lambda: tab.goto(url), selector))
        context.close()
        return visits, server.start_seconds, served


def main() -> None:
    """Measure and print the table."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--page", default="min-max", help="path of the page, with or without settings")
    parser.add_argument("--selector", default=".main-svg", help="CSS of what must be drawn; '' for nothing")
    parser.add_argument("--largest", action="store_true", help="also list the largest files")
    chosen = parser.parse_args()
    with browsing() as browser:
        visits, answer, served = measure(browser, chosen.page, chosen.selector)
    print(f"| page /{chosen.page} | readable after | requests | over the wire | websocket |\n|---|---|---|---|---|")
    for visit in visits:
        print(
            f"| {visit.name} | {visit.seconds:.2f} s | {visit.requests} | {visit.wire_bytes / 1e6:.2f} MB "
            f"| {visit.websocket_bytes / 1e3:.0f} kB |"
        )
    print(f"| start command to first answer | {answer:.2f} s | | | |")
    print(f"| start command to a page in the browser | {served:.2f} s | | | |")
    if chosen.largest:
        for size, url in visits[1].largest:
            print(f"{size / 1e3:9.1f} kB  {url.removeprefix(str(ROOT))}")


if __name__ == "__main__":
    main()
