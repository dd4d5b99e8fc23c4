"""The browser that benchmarks drive."""

from __future__ import annotations

import os
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

CHROMIUM = os.environ.get("CHROMIUM", "/usr/bin/chromium")
READY = "[data-testid=stApp][data-test-script-state=notRunning][data-test-connection-state=CONNECTED]"
"""CSS of a page whose script has run."""


@contextmanager
def browsing() -> Iterator[Browser]:
    """Start Chromium without a window, and close it at the end."""
    from playwright.sync_api import sync_playwright  # noqa: PLC0415  the table is also printed without it

    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        try:
            yield browser
        finally:
            browser.close()


def poll(page: Page, expression: str, argument: object = None, *, seconds: float = 60.0) -> object:
    """Evaluate until the result is true, and return it; the page's policy forbids `page.wait_for_function`.

    Raises: TimeoutError naming the expression.
    """
    end = time.monotonic() + seconds
    while not (result := page.evaluate(expression, argument)):
        if time.monotonic() > end:
            raise TimeoutError(f"Not true within {seconds:.0f} s: {expression}")
        page.wait_for_timeout(20)
    return result
