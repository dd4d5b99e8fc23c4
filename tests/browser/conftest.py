"""A real Chromium for the tests of this folder, and how to wait for Streamlit in it."""

import os
import time
from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright

collect_ignore = ["chart_app", "run_app", "tensor_app"]  # Streamlit scripts, which nobody imports
READY = "[data-testid=stApp][data-test-script-state=notRunning][data-test-connection-state=CONNECTED]"
VIOLATIONS = (
    "window.violations = [];"
    "addEventListener('securitypolicyviolation', e => violations.push(e.violatedDirective + ' ' + e.blockedURI))"
)


def poll(page: Page, expression: str, argument: object = None, *, seconds: float = 15) -> object:
    """Evaluate until the result is true; the page's policy forbids `page.wait_for_function`."""
    end = time.monotonic() + seconds
    while True:
        result = page.evaluate(expression, argument)
        if result:
            return result
        if time.monotonic() > end:
            raise AssertionError(f"Not true within {seconds} s: {expression} with {argument!r}")
        page.wait_for_timeout(20)


def rest(page: Page, *, seconds: float = 20) -> None:
    """Wait until the script has run and the browser has drawn what it sent."""
    poll(page, f"() => Boolean(document.querySelector('{READY}'))", seconds=seconds)
    page.evaluate("() => new Promise(done => requestAnimationFrame(() => requestAnimationFrame(done)))")


def drawn(page: Page, key: str, *, seconds: float = 20) -> None:
    """Wait until the chart with this key has a figure."""
    poll(page, f"() => Boolean(document.querySelector('.st-key-{key} .js-plotly-plot .main-svg'))", seconds=seconds)
    rest(page)


@pytest.fixture(scope="module")
def chromium() -> Iterator[Browser]:
    # A module at most: Playwright keeps an event loop in this thread, and other tests start their own.
    path = os.environ.get("CHROMIUM", "/usr/bin/chromium")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=["--no-sandbox"])
        yield browser
        browser.close()


@pytest.fixture(scope="module")
def context_with(chromium: Browser) -> Callable[..., BrowserContext]:
    """Return a context for settings, the same for the same: a new one takes a browser half a second."""
    known: dict[str, BrowserContext] = {}

    def context(**options: object) -> BrowserContext:
        name = repr(sorted(options.items()))
        if name not in known:
            known[name] = chromium.new_context(**options)  # type: ignore[arg-type]
            known[name].add_init_script(VIOLATIONS)
        return known[name]

    return context


@pytest.fixture
def new_page(context_with: Callable[..., BrowserContext]) -> Iterator[Callable[..., Page]]:
    """Return pages for settings; what goes wrong in one of them fails the test at its end."""
    pages, problems = [], []

    def page(**options: object) -> Page:
        opened = context_with(**options).new_page()
        opened.on("pageerror", lambda error: problems.append(str(error)))
        pages.append(opened)
        return opened

    yield page
    for opened in pages:
        problems += opened.evaluate("() => window.violations")
        opened.close()
    assert problems == []
