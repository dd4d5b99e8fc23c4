"""Pages opened without a browser, and what a test wants to read on them."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
import plotly.graph_objects as go
from streamlit.testing.v1 import AppTest
from streamlit.testing.v1.element_tree import Widget

from normlib.components.payload import unpack
from pages.catalogue import LABORATORIES, PAGES, by_slug

ROUTER = Path(__file__).parents[2] / "pages" / "router.py"
# Pages whose figure comes from a run; tests of their own run them.
TRAINING = [
    page.slug
    for page in PAGES
    if page.section == "Training"
    or page.slug in {"learning-rate", "placement-trained", "small-batches", "shift-inside"}
]
LABS = [slug for slug in LABORATORIES if slug not in TRAINING]
OWN = "Your own CSV"

Chart = dict[str, Any]


def open_page(slug: str, **link: str | list[str]) -> AppTest:
    """Open a page the way a link does, with the parameters of the link."""
    app = AppTest.from_file(str(ROUTER), default_timeout=60).run()
    app.switch_page(str(by_slug(slug).path))
    for name, value in link.items():
        app.query_params[name] = value
    return app.run()


def charts(app: AppTest) -> list[Chart]:
    """Return what each chart on the page was given, in page order."""
    return _given(app, "normlib.chart")


def tensor_views(app: AppTest) -> list[Chart]:
    """Return what each tensor view on the page was given, in page order."""
    return _given(app, "normlib.tensor_view")


def run_views(app: AppTest) -> list[Chart]:
    """Return what each view of a run on the page was given, in page order."""
    return _given(app, "normlib.run_view")


def run_line(app: AppTest) -> Chart:
    """Return what the line about a run, the only one on the page, was given."""
    (only,) = _given(app, "normlib.run_progress")
    return only


def press(app: AppTest, label: str = "Run") -> AppTest:
    """Press a button by its label, and check the page that comes of it."""
    next(button for button in app.button if button.label == label).click()
    app.run()
    check(app)
    return app


def _given(app: AppTest, component: str) -> list[Chart]:
    parts = [part.proto for part in app.get("bidi_component")]
    return [unpack(proto.bytes) for proto in parts if proto.component_name == component]


def plain(text: str) -> str:
    """Return a text as it is read: ordinary spaces, and no backslashes that keep it from being markup."""
    return re.sub(r"\\([^A-Za-z0-9\s])", r"\1", text.replace("\N{NO-BREAK SPACE}", " "))


def choices(app: AppTest) -> list[Widget]:
    """Return the controls that offer options."""
    return [control for control in [*app.selectbox, *app.radio, *app.button_group] if not control.disabled]


def numbers(app: AppTest) -> list[Widget]:
    """Return the controls that take a number."""
    return [control for control in [*app.number_input, *app.slider] if not control.disabled]


def switches(app: AppTest) -> list[Widget]:
    """Return the controls that are on or off."""
    return [control for control in [*app.toggle, *app.checkbox] if not control.disabled]


def controls(app: AppTest) -> list[Widget]:
    """Return all controls on the page."""
    return [*choices(app), *numbers(app), *switches(app)]


def control(app: AppTest, key: str) -> Any:
    """Return the control of one parameter."""
    return app.get_by_key(key)


def values(app: AppTest) -> dict[str, object]:
    """Return the value of every control by its parameter."""
    return {one.key: one.value for one in controls(app)}


def prefix(app: AppTest) -> str:
    """Return what the parameters of a page begin with."""
    (only,) = {one.key.partition("_")[0] for one in controls(app)}
    return str(only)


def open_tab(app: AppTest, title: str) -> Any:
    """Open one of the tabs below the figure and return it."""
    app.session_state[f"{prefix(app)}_tabs"] = title
    app.run()
    return next(tab for tab in app.tabs if tab.label == title)


def attribute(node: Any, path: str) -> Any:
    """Return what stands at a dotted path such as "marker.size" or "shapes[0].x0"."""
    for part in re.findall(r"[^.\[\]]+", path):
        node = node[int(part) if part.isdigit() else part]
    return node


def texts(chart: Chart) -> Iterator[str]:
    """Return everything that a chart may say."""
    yield from (chart["title"], chart["sentence"], chart["alt"])
    if chart["frames"]:
        yield from chart["frames"]["titles"]
        yield from chart["frames"]["sentences"]


def check(app: AppTest) -> None:
    """Assert what holds for every page under every setting."""
    shown = values(app)
    assert not app.exception, (shown, [problem.value for problem in app.exception])
    assert not app.error, (shown, [problem.value for problem in app.error])
    for chart in charts(app):
        check_chart(chart, shown)
    for view in run_views(app):
        check_words([view["title"], view["sentence"], view["alt"], view["waiting"]], shown)
    for view in tensor_views(app):
        for step in view["steps"]:
            check_words([step["title"], step["sentence"], view["alt"]], shown)


def check_words(said: Iterable[str], shown: object) -> None:
    """Assert that texts hold no slips of a program."""
    for text in said:
        assert text.strip(), shown
        slip = re.search(r"\b(nan|inf|None|array|infinite|not a number)\b|\d[eE][-+−]?\d|(?<![\w)])-\d|!", text)
        assert slip is None, (slip, text, shown)


def check_chart(chart: Chart, shown: object) -> None:
    """Assert that a chart speaks well, draws a valid figure, and agrees with its own frames."""
    check_words(texts(chart), shown)
    assert chart["sentence"].endswith("."), (chart["sentence"], shown)
    assert not chart["title"].endswith("."), (chart["title"], shown)
    go.Figure(chart["figure"])
    if not (frames := chart["frames"]):
        return
    at = int(np.argmin(np.abs(np.array(frames["values"]) - frames["value"])))
    assert np.isclose(frames["values"][at], frames["value"]), (shown, frames["value"])
    for single, every in (("title", "titles"), ("sentence", "sentences")):
        if frames[every]:
            assert len(frames[every]) == len(frames["values"])
            assert frames[every][at] == chart[single], shown
    for trace, path, rows in frames["data"]:
        assert len(rows) == len(frames["values"])
        np.testing.assert_array_equal(attribute(chart["figure"]["data"][trace], path), rows[at], f"{path} {shown}")
    for path, entries in frames["layout"]:
        assert attribute(chart["figure"]["layout"], path) == entries[at], (path, shown)
