"""A page that draws a run's results itself, in a fragment below a line that follows the run."""

import streamlit as st

from normlib.components.run_progress import run_progress
from tests.browser.run_app.runs import JOBS, experiments

state = st.session_state
arms = experiments(2, int(st.query_params.get("steps", 60)), "wine", 0.1)


def begin(engine):
    state.run = JOBS.submit(arms, engine=engine, learner="ada", again=True)
    state.turn = state.get("turn", 0) + 1


def note(what):
    def noted(run):
        state.setdefault(what, []).append(run)
        if what == "stopped":
            JOBS.stop(run, "ada")

    return noted


st.title("A run")


@st.fragment
def draw():
    state.count = state.get("count", 0) + 1
    for label, engine in {"Run": "numpy", "Run slowly": "slow"}.items():
        st.button(label, on_click=begin, args=(engine,))
    run_progress(
        key="line",
        run=state.get("run"),
        turn=state.get("turn", 0),
        learner="ada",
        on_progress=note("progress"),
        on_ended=note("ended"),
        on_stop=note("stopped"),
    )
    results = JOBS.events(state.run, 0).results if "run" in state else None
    points = sum(int((one.values["loss"] == one.values["loss"]).sum()) for one in results or () if one.values)
    told = " ".join(f"{what} {len(state.get(what, []))}" for what in ("progress", "ended", "stopped"))
    st.text(f"drawn {state.count} {told} points {points}")
    st.text("below")


draw()
