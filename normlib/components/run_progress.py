"""How a run is getting on, for pages that draw its results themselves: a line of status, and word of what is new."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import cache
from typing import Any, Final, NamedTuple

import streamlit as st

from normlib.components.base import base_path
from normlib.components.payload import pack
from normlib.components.run_view import RUNS_URL, stopped

__all__ = ["Heard", "heard", "run_progress"]

_MOST_NEWS: Final = 10**9


class Heard(NamedTuple):
    """What the browser has told the page of a run.

    Attributes:
        run: key of the run and the turn, as "KEY/TURN".
        news: number of the newest event it had heard of.
        ended: whether the run had ended.
    """

    run: str
    news: int
    ended: bool


def run_progress(
    *,
    key: str,
    run: str | None,
    learner: str,
    turn: int = 0,
    on_progress: Callable[[str], None] | None = None,
    on_ended: Callable[[str], None] | None = None,
    on_stop: Callable[[str], None] | None = None,
) -> None:
    """Draw a line that follows a run: how far it is, how long it takes, its place in the queue, Stop, notes.

    The script, or the fragment this stands in, runs again at most once a second while something new was
    measured, and once at the end, so that the page can draw what there is. Its room is reserved.

    Args:
        key: identity of the line on its page.
        run: key of the run in `normlib.training.jobs`; None before there is one.
        learner: who watches, as told to the jobs.
        turn: raised to follow a run anew that was asked for again under the same key.
        on_progress: called with the key of the run when there is something new, before the script runs again.
        on_ended: called once with the key of a run that has ended, before the script runs again.
        on_stop: called with the key of the run that the learner wants to stop.
    """
    name = f"{run}/{turn}"
    known = _known(key)
    payload = {
        "runs": base_path() + RUNS_URL,
        "run": run,
        "name": name,
        "learner": learner,
        "news": known.news if known.run == name else 0,
        "ended": known.ended and known.run == name,
    }
    _component()(
        key=key,
        data=pack(payload),
        on_heard_change=_told(key, on_progress, on_ended),
        on_stop_change=stopped(key, on_stop),
    )


@cache
def _component() -> Any:
    # Registered at the first call, as the chart is. Not isolated: it takes over the run view's styles.
    return st.components.v2.component(
        "normlib.run_progress", js="main.js", css="run_progress.css", isolate_styles=False
    )


def _known(key: str) -> Heard:
    """Return what this session was told last."""
    known = st.session_state.get(f"{key}/heard")
    return known if isinstance(known, Heard) else Heard("", 0, ended=False)


def heard(message: object) -> Heard | None:
    """Read what the browser sent, or return None for anything else.

    >>> heard({"run": "ab12/0", "news": 3, "ended": False})
    Heard(run='ab12/0', news=3, ended=False)
    >>> heard({"run": "ab12"}) is heard("ab12/0") is heard({"run": "ab12/0", "news": -1, "ended": 1}) is None
    True
    """
    if not isinstance(message, Mapping):
        return None
    run, news, ended = (message.get(name) for name in ("run", "news", "ended"))
    fits = isinstance(run, str) and "/" in run and len(run) < 200 and type(ended) is bool
    whole = isinstance(news, int | float) and not isinstance(news, bool) and 0 <= news <= _MOST_NEWS
    return Heard(str(run), int(news or 0), bool(ended)) if fits and whole else None


def _told(
    key: str, on_progress: Callable[[str], None] | None, on_ended: Callable[[str], None] | None
) -> Callable[[], None]:
    """Return the callback of news.

    What the page was told is kept in the session and sent back: the browser tells nothing twice, so that whatever
    the page does then cannot bring it about once more.
    """

    def told() -> None:
        new = heard(st.session_state[key].get("heard"))
        before = _known(key)
        if new is None or new == before:
            return
        st.session_state[f"{key}/heard"] = new
        repeated = before.run == new.run and before.ended
        then = on_ended if new.ended else on_progress
        if then is not None and not repeated:
            then(new.run.rpartition("/")[0])

    return told
