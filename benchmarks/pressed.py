"""Press Run in a real browser, and wait until points are drawn: python -m benchmarks.pressed

The time runs from the click until the browser has painted the first points of the curves. NumPy's engine trains what
the page compares by default. Keras' engine trains a convolutional network: first on a server that has not loaded
TensorFlow yet, then again with other seeds, from the same worker. No run is read from the store.
"""

from __future__ import annotations

import argparse
import os
from tempfile import TemporaryDirectory
from typing import Final
from unittest.mock import patch
from urllib.parse import urlencode

from playwright.sync_api import Browser

from benchmarks.browser import READY, browsing, poll
from benchmarks.serving import Server, serving

PAGE: Final = "training-curves"
KERAS: Final = {
    "tc_network": "Convolutional",
    "tc_data": "Digits",
    "tc_depth": "2",
    "tc_width": "16",
    "tc_steps": "200",
    "tc_seeds": "3",
}
"""What the page itself sets where a convolutional network would take too long."""
POINTS: Final = ".nl-run .scatterlayer .points path, .nl-run .scatterlayer path.js-line"
WATCH: Final = """points => {
  window.normlabDrawn = null;
  addEventListener("click", ({ timeStamp }) => {
    const look = () => {
      const drawn = [...document.querySelectorAll(points)].some(path => path.getAttribute("d")?.startsWith("M"));
      if (drawn) setTimeout(() => (window.normlabDrawn = performance.now() - timeStamp));
      else requestAnimationFrame(look);
    };
    look();
  }, { once: true, capture: true });
}"""


def press(browser: Browser, server: Server, settings: dict[str, str]) -> float:
    """Open the page in a new window, press Run, and return the seconds until points are drawn.

    Raises: RuntimeError when there are points before anybody has pressed.
    """
    context = browser.new_context(viewport={"width": 1440, "height": 900})
    try:
        page = context.new_page()
        page.goto(f"{server.url}/{PAGE}?{urlencode(settings)}")
        page.locator(READY).wait_for(state="attached", timeout=60_000)
        page.locator(".nl-run .js-plotly-plot .main-svg").first.wait_for(timeout=60_000)
        page.wait_for_timeout(500)
        if page.locator(POINTS).count():
            raise RuntimeError(f"Page /{PAGE} shows points before Run was pressed.")
        page.evaluate(WATCH, POINTS)
        page.get_by_role("button", name="Run", exact=True).click()
        drawn = float(str(poll(page, "() => window.normlabDrawn", seconds=120))) / 1000
        # The next one is not to wait for this run.
        poll(page, "() => document.querySelector('.nl-run').dataset.state === 'done'", seconds=300)
        return drawn
    finally:
        context.close()


def measure(repeats: int) -> tuple[list[float], list[float], list[float]]:
    """Return the seconds with NumPy's engine, and with Keras' for the first time and warm.

    Each repetition has a server of its own.
    """
    plain, first, warm = [], [], []
    with browsing() as browser:
        for _ in range(repeats):
            with (
                TemporaryDirectory() as folder,
                patch.dict(os.environ, {"NORMLAB_DATA": folder}),
                serving() as server,
            ):
                server.wait_for_log("Warmed up")
                plain += [press(browser, server, {"tc_first": str(8 * turn)}) for turn in range(1, 3)]
                first.append(press(browser, server, {**KERAS, "tc_first": "3"}))
                warm += [press(browser, server, {**KERAS, "tc_first": str(3 * turn)}) for turn in range(2, 4)]
    return plain, first, warm


def main() -> None:
    """Print all times."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--repeats", type=int, default=3, help="servers that are started (default 3)")
    names = ("NumPy engine", "Keras engine, first", "Keras engine, warm")
    for name, seconds in zip(names, measure(parser.parse_args().repeats), strict=True):
        print(f"{name}: {', '.join(f'{one:.2f} s' for one in seconds)}")


if __name__ == "__main__":
    main()
