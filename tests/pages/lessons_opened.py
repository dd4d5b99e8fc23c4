"""Lessons opened without a browser."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from streamlit.testing.v1 import AppTest
from streamlit.util import calc_hash

from tests.pages.opened import ROUTER, plain


def open_lesson(slug: str, **link: str | list[str]) -> AppTest:
    """Open a lesson the way a link does, with the parameters of the link."""
    app = AppTest.from_file(str(ROUTER), default_timeout=60).run()
    # A page that is a function has no file to switch to: its hash is what a browser sends.
    app._page_hash = calc_hash(f"lesson-{slug}")
    for name, value in link.items():
        app.query_params[name] = value
    return app.run()


def press(app: AppTest, label: str, *, nth: int = 0) -> AppTest:
    """Press a button of the page by the beginning of its label."""
    return [button for button in app.main.button if button.label.startswith(label)][nth].click().run()


def said(app: AppTest) -> str:
    """Return every text that a browser is sent of a page, what its components are given included."""
    return plain("\n".join(_below(app.main)))


def _below(node: Any) -> Iterator[str]:
    if hasattr(node, "proto"):
        yield from _texts(node.proto)
    for child in getattr(node, "children", {}).values():
        yield from _below(child)


def _texts(proto: Any) -> Iterator[str]:
    """Yield the texts in a message, however deep."""
    if isinstance(proto, str):
        yield proto
    elif isinstance(proto, bytes):
        yield proto.decode("utf-8", "replace")
    elif hasattr(proto, "ListFields"):
        for _, value in proto.ListFields():
            yield from _texts(value)
    elif hasattr(proto, "__iter__"):
        for value in proto:
            yield from _texts(value)
