"""A view of a run whose settings are in the address, with a button that begins it."""

import streamlit as st

from normlib.components.run_view import ACCURACY, LOSS, Measure, RunArm, Toy, forget_step, run_view
from normlib.figures.look import DARK, GREY, METHODS
from normlib.training.regions import grid
from normlib.training.toys import points
from tests.browser.run_app.runs import JOBS, experiments

MEASURES = {"accuracy": ACCURACY, "loss": LOSS, "gradient": Measure("gradient", "Norm of the gradient", log=True)}

state, asked = st.session_state, st.query_params
data = asked.get("data", "wine")
arms = experiments(int(asked.get("seeds", 3)), int(asked.get("steps", 60)), data, float(asked.get("rate", 0.1)))


def begin(engine):
    state.run = JOBS.submit(arms, engine=engine, learner="ada", again="again" in asked)
    state.turn = state.get("turn", 0) + 1


def check():
    state.check = JOBS.submit(arms, engine="slow", learner="ben")


def ended(run):
    state.setdefault("ended", []).append(run)


def stopped(run):
    state.setdefault("stopped", []).append(run)
    JOBS.stop(run, "ada")


st.set_page_config(layout="wide")
state.count = state.get("count", 0) + 1
st.title("A run")
for column, (label, engine) in zip(st.columns(2), {"Run": "numpy", "Run slowly": "slow"}.items(), strict=True):
    column.button(label, on_click=begin, args=(engine,))
st.button("Check", on_click=check)
st.button("Reset", on_click=forget_step, args=("rv_step",))
show = st.radio("Show", list(MEASURES))
swapped = st.checkbox("Swap the arms")
run = state.get("run", asked.get("run"))
toy = Toy(*points(data), grid(data).extent) if arms[0].size.features == 2 else None
done = run in state.get("ended", [])
run_view(
    key="view",
    run=run,
    check=state.get("check"),
    turn=state.get("turn", 0),
    arms=[
        RunArm(style.name, style.color, style.dash, style.symbol, norms=style.name != "None", of=of)
        for of, style in zip((1, 0) if swapped else (0, 1), (METHODS[arm.method] for arm in arms), strict=True)
    ]
    + ([RunArm("Training", GREY, "dash", of=0, values={"test_accuracy": "accuracy"})] if "twice" in asked else []),
    show=MEASURES[show],
    steps=arms[0].recorded,
    seeds=arms[0].seeds,
    layers=arms[0].depth,
    toy=toy,
    title="The run has ended" if done else "What will a run bring?",
    sentence="This is what was measured." if done else "Nothing was measured yet.",
    alt="Curves of two arms.",
    waiting="Press Run.",
    learner="ada",
    step_parameter="rv_step",
    on_ended=ended,
    on_stop=stopped,
    dark=DARK,
)
st.text(f"ran {state.count} ended {len(state.get('ended', []))} stopped {len(state.get('stopped', []))}")
