"""A training run as the browser follows it: curves that grow, and the inside of the networks at every recorded step."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import cache
from itertools import pairwise
from typing import Any, Final

import numpy as np
import streamlit as st

from normlib.components.base import base_path
from normlib.components.payload import pack
from normlib.components.plotly_asset import PLOTLY_URL
from normlib.components.room import ROOM
from normlib.components.run_parts import ACCURACY, LOSS, Measure, RunArm, Toy

__all__ = ["ACCURACY", "LOSS", "RUNS_URL", "Measure", "RunArm", "Toy", "ended_runs", "forget_step", "run_view"]

RUNS_URL: Final = "/lab/runs"
"""Path on our own server below which the browser asks for runs; `normlib.server.runs` answers there."""

MOST_ARMS: Final = 12
_MOST_TOLD: Final = 64
# About, in pixels on a wide screen: what stands around the curves, and what is shown of the inside of the networks.
_AROUND, _INSIDE = 257, 780


def run_view(
    *,
    key: str,
    run: str | None,
    arms: Sequence[RunArm],
    show: Measure,
    title: str,
    sentence: str,
    alt: str,
    learner: str,
    steps: Sequence[int] = (),
    seeds: Sequence[int] = (0,),
    layers: int | Sequence[str] = 0,
    toy: Toy | None = None,
    check: str | None = None,
    waiting: str = "",
    turn: int = 0,
    step_parameter: str = "",
    on_ended: Callable[[str], None] | None = None,
    on_stop: Callable[[str], None] | None = None,
    dark: Mapping[str, str] | None = None,
    height: int = 300,
    file_name: str = "normlab",
) -> None:
    """Draw a run while it goes on and afterwards, without running the script again.

    The browser asks the server for what is new. Changing anything but `run` and `turn` leaves the run alone.

    Args:
        key: identity of the view on its page.
        run: key of the run in `normlib.training.jobs`; None before there is one.
        arms: what is compared, in the order of the run's experiments.
        show: what the curves show.
        title: what to see; while the run goes on, the view says how far it is instead.
        sentence: the answer, from the numbers.
        alt: what is shown, for those who do not see it.
        learner: who watches, as told to the jobs.
        steps: steps that will be recorded; the run itself knows them better.
        seeds: of every arm.
        layers: number of layers, or their names, which are looked into; 0 to show the curves alone.
        toy: the points, where a run records how the plane is divided.
        check: key of a second run of the same arms, drawn as thin dotted lines: Keras.
        waiting: stands in the middle before there is a run.
        turn: raised to follow a run anew that was asked for again under the same key.
        step_parameter: parameter of the address that holds the chosen step; "" to keep it out of the address.
        on_ended: called once with the key of a run that has ended, before the script runs again.
        on_stop: called with the key of the run that the learner wants to stop.
        dark: colour -> its twin in the dark theme.
        height: of the curves in pixels; a little less on a phone.
        file_name: name of the downloaded picture, without ending.
    Raises: ValueError naming what does not fit.
    """
    names = [f"{n + 1}" for n in range(layers)] if isinstance(layers, int) else list(layers)
    _check(arms, steps, seeds, names)
    twins = dark or {}

    def coloured(color: str) -> list[str]:
        return [color, twins.get(color, color)]

    payload = {
        "plotly": base_path() + PLOTLY_URL,
        "runs": base_path() + RUNS_URL,
        "key": key,
        "run": run,
        "check": check,
        "turn": turn,
        "learner": learner,
        "arms": [
            {
                "name": arm.name,
                "color": coloured(arm.color),
                "dash": arm.dash,
                "symbol": arm.symbol,
                "norms": [arm.norms] * len(names) if isinstance(arm.norms, bool) else list(arm.norms),
                "idle": arm.idle,
                "of": arm.of,
                "values": dict(arm.values),
            }
            for arm in arms
        ],
        "show": {"name": show.name, "label": show.label, "percent": show.percent, "log": show.log},
        "steps": [int(step) for step in steps],
        "seeds": [int(seed) for seed in seeds],
        "layers": names,
        "toy": None if toy is None else _toy_payload(toy, coloured),
        "title": title,
        "sentence": sentence,
        "alt": alt,
        "waiting": waiting,
        "stepParameter": step_parameter,
        "forgotten": st.session_state.get(f"{step_parameter}/forgotten", 0),
        "told": [name for name in _told(key) if name in {_name(run, turn), _name(check, turn)}],
        "height": height,
        "fileName": file_name,
    }
    _component()(
        key=key,
        data=pack(payload),
        height=height + _AROUND + (_INSIDE if names or toy else 0),
        on_ended_change=_ended(key, on_ended),
        on_stop_change=stopped(key, on_stop),
    )


def forget_step(step_parameter: str) -> None:
    """Bring the view back to the newest step, and take the chosen one out of the address (a callback)."""
    st.session_state[f"{step_parameter}/forgotten"] = st.session_state.get(f"{step_parameter}/forgotten", 0) + 1
    if step_parameter in st.query_params:
        del st.query_params[step_parameter]


@cache
def _component() -> Any:
    # Registered at the first call, as the chart is. Not isolated: it takes over the chart's styles.
    return st.components.v2.component(
        "normlib.run_view", html=ROOM, js="main.js", css="run_view.css", isolate_styles=False
    )


def _name(run: str | None, turn: int) -> str:
    """Return how the browser names a run that was followed to its end."""
    return f"{run}/{turn}"


def _told(key: str) -> list[str]:
    """Return the runs whose end the page was told of, in this session."""
    told: list[str] = st.session_state.get(f"{key}/told", [])
    return told


def _ended(key: str, then: Callable[[str], None] | None) -> Callable[[], None]:
    """Return the callback of runs that have ended.

    What the page was told of is kept in the session: a view that is drawn anew does not tell it again, so that
    whatever the page does at the end of a run cannot bring about that end once more.
    """

    def ended() -> None:
        told = _told(key)
        new = [name for name in ended_runs(st.session_state[key].get("ended")) if name not in told]
        st.session_state[f"{key}/told"] = [*told, *new][-_MOST_TOLD:]
        for name in new:
            if then is not None:
                then(name.rpartition("/")[0])

    return ended


def ended_runs(message: object) -> list[str]:
    """Read which runs have ended from what the browser sent.

    >>> ended_runs({"runs": ["ab12/0", 7]}), ended_runs("ab12")
    (['ab12/0'], [])
    """
    runs = message.get("runs") if isinstance(message, Mapping) else None
    return [name for name in runs[:2] if isinstance(name, str) and "/" in name] if isinstance(runs, list) else []


def stopped(key: str, then: Callable[[str], None] | None) -> Callable[[], None]:
    """Return the callback of the button Stop.

    Args:
        key: of the component that has the button.
        then: called with the key of the run.
    """

    def pressed() -> None:
        message = st.session_state[key].get("stop")
        run = message.get("run") if isinstance(message, Mapping) else None
        if then is not None and isinstance(run, str):
            then(run)

    return pressed


def _toy_payload(toy: Toy, coloured: Callable[[str], list[str]]) -> dict[str, Any]:
    return {
        "x": np.asarray(toy.x, dtype=np.float32),
        "y": np.asarray(toy.y, dtype=np.uint8),
        "extent": [float(end) for end in toy.extent],
        "colors": [coloured(color) for color in toy.colors],
    }


def _check(arms: Sequence[RunArm], steps: Sequence[int], seeds: Sequence[int], layers: Sequence[str]) -> None:
    if not 1 <= len(arms) <= MOST_ARMS:
        raise ValueError(f"There are {len(arms)} arms: show 1 to {MOST_ARMS}.")
    if not seeds:
        raise ValueError("seeds is empty: name those that every arm has.")
    for first, second in pairwise(steps):
        if not first < second:
            raise ValueError(f"steps must ascend, but {second} follows {first}.")
    for arm in arms:
        if not isinstance(arm.norms, bool) and len(arm.norms) != len(layers):
            raise ValueError(
                f"Arm {arm.name!r} says of {len(arm.norms)} layers whether they have a norm, but there are "
                f"{len(layers)}."
            )
