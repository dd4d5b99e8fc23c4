"""One learner who tries everything: moves at random, the address that a browser then shows, and the ways back."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from functools import partial
from random import Random
from typing import Any, Final
from unittest.mock import patch

from streamlit.runtime.scriptrunner import RerunData
from streamlit.testing.v1 import AppTest, local_script_runner
from streamlit.testing.v1.element_tree import Widget
from streamlit.util import calc_hash

from tests.abuse.links import TYPED
from tests.abuse.tables import rows, table_file, written

Link = dict[str, str | list[str]]

KINDS: Final = ("selectbox", "radio", "button_group", "multiselect", "number_input", "slider", "toggle", "checkbox")
TYPED_INTO: Final = ("text_input", "text_area")


def widgets(app: AppTest) -> list[Widget]:
    """Return everything on a page that can be moved, pressed or typed into; the menu stays as it is."""
    found = [one for kind in (*KINDS, *TYPED_INTO, "button", "file_uploader") for one in app.main.get(kind)]
    return [one for one in found if not one.disabled]


def move(app: AppTest, rng: Random) -> str:
    """Do one thing on a page as a browser would, and return what."""
    tabs = [key for key in app.session_state if str(key).endswith("_tabs")]
    if tabs and app.tabs and rng.random() < 0.08:
        tab = rng.choice([one.label for one in app.tabs])
        app.session_state[tabs[0]] = tab
        return _ran(app, f"tab {tab!r}")
    choices = widgets(app)
    if not choices:
        return _ran(app, "reload")
    one = rng.choice(choices)
    done = f"{one.type} {one.key or one.label!r}"
    if one.type == "button":
        one.click()
    elif one.type == "file_uploader":
        content = table_file(rng) if rng.random() < 0.5 else written(rows(rng), Random(1)).encode()  # noqa: S311
        one.upload("people.csv", content, "text/csv")
        done += f" {content[:200]!r}"
    else:
        value = _value(one, rng)
        one.set_value(value)
        done += f" = {value!r}"[:200]
    return _ran(app, done)


def _ran(app: AppTest, done: str) -> str:
    """Run with the address that a browser has by then: it writes what was moved at once."""
    there = address_of(app)
    known = {one.proto.query_param_key for one in bound(app)}
    rest = {name: value for name, value in app.query_params.items() if name not in known}
    app.query_params.clear()
    app.query_params.update({**rest, **there})
    app.run()
    return done


def bound(app: AppTest) -> list[Widget]:
    """Return the controls that are part of the address, the disabled ones, too."""
    found = [one for kind in (*KINDS, *TYPED_INTO) for one in app.main.get(kind)]
    return [one for one in found if one.proto.query_param_key]


def state(app: AppTest) -> dict[str, Any]:
    """Return the value of every control that is part of the address."""
    return {one.proto.query_param_key: one.value for one in bound(app)}


def address_of(app: AppTest, *, defaults: bool = False) -> Link:
    """Return the parameters that a browser shows for the controls of a page; it leaves defaults out."""
    found: Link = {}
    for one in bound(app):
        if one.value is not None and (defaults or one.value != _default(one)):
            found[one.proto.query_param_key] = _text(one.value)
    return found


def leave_and_return(app: AppTest, address: str, other: str, link: Link) -> None:
    """Go to another page, and come back by a link that stands there."""
    for where, parameters in ((other, {}), (address, link)):
        app._page_hash = calc_hash(where) if where else ""
        app.query_params.clear()
        app.query_params.update(parameters)
        app.run()


def back(app: AppTest, link: Link) -> None:
    """Come back to an earlier address of the same page by the browser's own button."""
    app.query_params.clear()
    app.query_params.update(link)
    with patch.object(local_script_runner, "RerunData", partial(RerunData, is_history_navigation=True)):
        app.run()


def _value(one: Any, rng: Random) -> Any:
    if one.type in TYPED_INTO:
        text = rng.choice(TYPED if rng.random() < 0.7 else ("5", "0.5", "batch", "mean of the batch", "12 %"))
        return text[: one.proto.max_chars or None].encode("utf-8", "replace").decode()
    if one.type in {"toggle", "checkbox"}:
        return not one.value
    if one.type in {"slider", "number_input"}:
        low, high, step = one.min, one.max, one.step
        steps = max(1, round((high - low) / step))
        # A box takes what is typed, which may lie between two steps.
        between = rng.uniform(0, steps) if isinstance(step, float) else 1
        place = rng.choice((0, steps, rng.randrange(steps + 1), between))
        return type(step)(min(low + place * step, high))
    options = _options(one)
    if one.type == "multiselect" or (one.type == "button_group" and not one._is_single_select):
        return rng.sample(options, rng.randrange(len(options) + 1))
    return rng.choice(options)


def _options(one: Any) -> list[Any]:
    """Return the values behind the options: the options themselves, or what the page words as them."""
    return [_behind(one.format_func, text, at) for at, text in enumerate(one.options)]


def _behind(word: Callable[[Any], str], text: str, at: int) -> Any:
    for value in (text, at, text.partition(":")[0]):
        with suppress(TypeError, IndexError, KeyError):
            if word(value) == text:
                return value
    raise LookupError(f"Nobody knows which value is worded as {text!r}.")


def _default(one: Any) -> Any:
    proto = one.proto
    if one.type in {"selectbox", "radio"}:
        return one.options[proto.default] if proto.HasField("default") and one.options else None
    if one.type == "button_group":
        chosen = [one.options[at] for at in proto.default]
        return (chosen or [None])[0] if one._is_single_select else chosen
    if one.type == "slider":
        return proto.default[0]
    return proto.default


def _text(value: Any) -> str | list[str]:
    if isinstance(value, list):
        return [str(one) for one in value]
    # As JavaScript writes it.
    return str(value).lower() if isinstance(value, bool) else str(value).removesuffix(".0")
