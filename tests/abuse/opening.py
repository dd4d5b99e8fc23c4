"""Pages and lessons opened by their addresses, and what has to hold on each, whatever was asked for."""

from __future__ import annotations

import re
from collections.abc import Mapping

import plotly.graph_objects as go
from streamlit.testing.v1 import AppTest
from streamlit.util import calc_hash

from pages.catalogue import LABORATORIES, PAGES
from pages.course import shelf
from tests.pages import opened
from tests.pages.lessons_opened import said
from tests.pages.opened import ROUTER, charts, plain, run_views, tensor_views

Link = Mapping[str, str | list[str]]

HIDDEN = re.compile("[\x00-\x08\x0e-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]")
"""Characters that no sentence of a page has: they would hide or turn what follows them."""
LONGEST = 3_000
"""Characters that a page may need to say what is wrong with a link of any length."""


def addresses() -> list[str]:
    """Return the addresses of all pages and lessons, without a slash."""
    return [*(page.slug for page in PAGES), *(f"lesson-{lesson.slug}" for lesson in shelf.lessons())]


def open_at(address: str, link: Link | None = None) -> AppTest:
    """Open an address the way a browser does: the page is named in the first request."""
    app = AppTest.from_file(str(ROUTER), default_timeout=120)
    app._page_hash = calc_hash(address) if address else ""
    for name, value in (link or {}).items():
        app.query_params[name] = value
    return app.run()


def holds(app: AppTest, address: str) -> None:
    """Assert what holds on every page at any time: no error, a heading, and something to see or to read."""
    assert not app.exception, [problem.value for problem in app.exception]
    assert not app.error, [problem.value for problem in app.error]
    assert heading(app), "The page has no heading."
    for warning in app.warning:
        assert len(plain(warning.value)) < LONGEST, warning.value
    for text in [*app.main.markdown, *app.main.caption, *app.warning, *app.info]:
        assert not HIDDEN.search(text.value), text.value
    if address in LABORATORIES:
        shows(app)
        opened.check(app)
    else:
        assert len(said(app)) > len(heading(app)), "The page says nothing."


def survives(app: AppTest) -> None:
    """Assert what holds on a page whatever file it was given: a figure or a sentence, and words that can be read."""
    assert not app.exception, [problem.value for problem in app.exception]
    assert len(app.error) <= 1
    for problem in app.error:
        assert len(problem.value) < LONGEST, problem.value
    shows(app)
    for chart in charts(app):
        go.Figure(chart["figure"])
        for text in (chart["title"], chart["sentence"], chart["alt"]):
            assert text.strip()
            assert not HIDDEN.search(text), text
            assert not re.search(r"\bnan\b", text), text


def shows(app: AppTest) -> None:
    """Assert that a laboratory shows a figure, or says why there is none."""
    drawn = [*charts(app), *tensor_views(app), *run_views(app), *app.main.code]
    assert drawn or app.info or app.warning, "There is neither a figure nor a sentence."


def heading(app: AppTest) -> str:
    """Return the words at the top of a page."""
    return "".join(one.value for one in [*app.main.title, *app.main.header][:1])
