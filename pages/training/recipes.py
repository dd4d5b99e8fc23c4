"""Keras recipes: four complete programs to read, run here and take away."""

from __future__ import annotations

from functools import partial
from typing import Final

import numpy as np
import streamlit as st

from normlib.components.run_view import Measure, RunArm, forget_step, run_view
from normlib.figures.look import DARK, GREY, METHODS
from normlib.training import Experiment, Result
from normlib.training.batches import batches_per_epoch
from normlib.training.programs import counted, in_epochs, recipe
from normlib.words import count, number, table
from pages.parts.control_kinds import Choice, Number
from pages.parts.controls import Controls
from pages.parts.frame import what_next
from pages.parts.keras_code import downloads
from pages.parts.lab import Download, Lab, explain, lab
from pages.parts.learner import learner_id
from pages.parts.rows import csv_text
from pages.parts.runs import Asked, RunDesk, again_button, results_of, status_of

# Adam, as in most programs one meets. At 40 batches per epoch, running statistics have to forget their start quickly.
_SHARED: Final = {"optimizer": "adam", "keep": 0.9}
RECIPES: Final = {
    "Dense, batch norm": Experiment(method="batch", depth=3, width=64, **_SHARED),
    "Dense, layer norm": Experiment(method="layer", depth=3, width=64, **_SHARED),
    "Convolutions, batch norm": Experiment(kind="conv", method="batch", depth=4, width=16, **_SHARED),
    "Transformer, pre-LN": Experiment(kind="transformer", method="layer", depth=2, width=32, **_SHARED),
}
RATES: Final = ("0.0003", "0.001", "0.003", "0.01", "0.03", "0.1", "1")
SHOWN: Final = {
    "Accuracy": Measure("test_accuracy", "Accuracy", percent=True),
    "Loss": Measure("test_nll", "Loss", log=True),
}
TRAINING: Final = {"test_accuracy": "accuracy", "test_nll": "loss"}
"""What the line of the training rows shows where that of the test rows shows this."""
STEP: Final = "kr_step"
DESK: Final = RunDesk("kr")
CONTROLS = Controls(
    "kr",
    {
        "recipe": Choice("Network", tuple(RECIPES), "Dense, batch norm"),
        "epochs": Number("Epochs", 1, 30, 10),
        "batch": Choice("Batch size", ("16", "32", "64", "128"), "32", segments=True),
        "rate": Choice("Learning rate", RATES, "0.003", help="Of the optimizer Adam, in every program."),
        "show": Choice("Show", tuple(SHOWN), "Accuracy", segments=True),
    },
    forget=partial(forget_step, STEP),
)


def settings(page: Lab) -> Experiment:
    """Draw the settings and return the experiment that the program is written from."""
    panel = page.panel
    chosen = RECIPES[panel.choice("recipe")]
    many = int(panel.number("epochs"))
    with panel.more():
        batch, rate = panel.choice("batch"), panel.choice("rate")
    return in_epochs(chosen.but(batch_size=int(batch), learning_rate=float(rate)), many)


def ask(e: Experiment, *, again: bool = False) -> None:
    """Ask for a run; what the page remembers of it is how often it was asked for, so that the view looks anew."""
    before = DESK.asked
    turn = before.about + 1 if before is not None and before.wanted == e else 0
    DESK.ask(e, "program", turn, again=again)


def run_controls(e: Experiment) -> None:
    """Draw the button, and begin the run where it is asked for."""
    pressed = st.button("Run it", type="primary", key="kr_button", width="stretch")
    asked = DESK.asked
    if pressed or (asked is None and DESK.asked_by_link(e)):
        ask(e)
        asked = DESK.asked
    batches = batches_per_epoch(e)
    epochs = count(e.steps // batches, "epoch")
    st.caption(
        f"{epochs} of {batches} batches, about {e.train_rows / batches:.0f} digits each, on this server. Loading Keras "
        "takes some seconds the first time."
    )
    if asked is not None and asked.wanted != e:
        st.caption("The curves still show the run before this change.")
    if DESK.refused:
        st.warning(DESK.refused)


def share(value: float) -> str:
    """Write a share of digits to a tenth of a percent: good networks differ there."""
    return f"{number(round(100 * value, 1))}\xa0%"


def title(result: Result | None, state: str) -> str:
    """Say what came out."""
    if state == "failed":
        return "The program did not run to its end"
    if result is None:
        return "Training and test, epoch by epoch"
    if result.stopped:
        return "The loss left the numbers"
    return f"{share(result.values['test_accuracy'][0, -1])} of the test digits are right"


def sentence(result: Result | None, state: str) -> str:
    """Say what was reached, how long it took and how many parameters there are."""
    if result is None:
        return (
            "Press Run it to try again."
            if state in {"failed", "stopped"}
            else "Every epoch adds a point to each curve."
        )
    if result.stopped:
        return result.stopped[0].message
    e, values = result.experiment, {name: own[0] for name, own in result.values.items()}
    epochs = e.steps // batches_per_epoch(e)
    said = (
        f"After {count(epochs, 'epoch')} {share(values['test_accuracy'][-1])} of {e.size.rows - e.train_rows} test digits "
        f"are right, and {share(values['accuracy'][-1])} of the training digits in the last epoch."
    )
    best = int(np.nanargmax(values["test_accuracy"]))
    if values["test_accuracy"][best] > values["test_accuracy"][-1]:
        most = share(values["test_accuracy"][best])
        said += f" The best epoch was {best}, with {most} in the test." if best else f" Before training it was {most}."
    trained, kept = counted(result.texts["summary"])
    said += f" Training took {number(float(result.texts['seconds']), 2)} s. {trained:,} parameters are trained"
    return f"{said}; {kept:,} are not: running means and variances." if kept else f"{said}, which is all of them."


def draw_run(asked: Asked, show: str) -> None:
    """Draw the run that was asked for."""
    e = asked.wanted
    assert isinstance(e, Experiment)  # noqa: S101 - told to the type checker
    found = results_of(asked.key)
    status = status_of(asked.key)
    state = "" if status is None else status.state
    whole = found[0] if found and state == "done" else None
    shown = SHOWN[show]
    style = METHODS[e.method]
    run_view(
        key="kr_view",
        run=asked.key,
        arms=[
            RunArm("Test", style.color, "solid", style.symbol),
            RunArm("Training", GREY, "dash", "circle-open", of=0, values=TRAINING),
        ],
        show=shown,
        steps=e.recorded,
        seeds=e.seeds,
        turn=asked.about,
        title=title(whole, state),
        sentence=sentence(whole, state),
        alt=f"{shown.label} of the training rows and of the test rows at the end of each epoch.",
        waiting="Press Run it.",
        learner=learner_id(),
        step_parameter=STEP,
        on_stop=DESK.stop,
        dark=DARK,
        height=240,
        file_name="keras recipe",
    )
    if found and status is not None and status.ended and found[0].values:
        behind(found[0], asked, stored=status.stored)
        if status.agrees:
            st.caption("The second run gave the same numbers as the first, to the last bit.")


def behind(result: Result, asked: Asked, *, stored: bool) -> None:
    """Draw what stands behind a run that has ended."""
    heads, columns = epoch_rows(result)
    explain(
        "kr_tabs",
        {
            "Numbers": lambda: epoch_table(heads, columns, asked if stored else None),
            "Summary": lambda: st.code(result.texts.get("summary", ""), language=None),
            "Output": lambda: st.code(result.texts.get("output", "") or "Nothing was printed.", language=None),
            "How it is computed": lambda: computed(result, stored=stored),
        },
        Download("keras-recipe.csv", lambda: csv_text(heads, columns)),
    )


def epoch_rows(result: Result) -> tuple[list[str], list[np.ndarray]]:
    """Return the columns of the table by epoch, without epochs that were not reached."""
    there = np.isfinite(result.values["loss"][0])
    names = {
        "training loss": "loss",
        "training accuracy": "accuracy",
        "test loss": "test_nll",
        "test accuracy": "test_accuracy",
    }
    epochs = result.steps // batches_per_epoch(result.experiment)
    return ["epoch", *names], [epochs[there], *(result.values[name][0][there] for name in names.values())]


def epoch_table(heads: list[str], columns: list[np.ndarray], stored: Asked | None) -> None:
    """Show what Keras reported after every epoch, and offer to run anew what was read from the store."""
    rows = [
        [f"{epoch}", number(loss), share(accuracy), number(nll), share(test)]
        for epoch, loss, accuracy, nll, test in zip(*columns, strict=True)
    ]
    st.markdown(table(heads, rows))
    st.caption("Epoch 0 is before the first update; its training loss is that of one batch.")
    if stored is not None and isinstance(stored.wanted, Experiment):
        again_button("kr", ask, stored.wanted, again=True)


def computed(result: Result, *, stored: bool) -> None:
    """Say what was run and what its numbers mean."""
    e = result.experiment
    st.markdown(
        "What ran is the text shown here, to the last character; the curves come from a callback that is handed to "
        "`model.fit` from outside. After epoch $k$ of $B$ batches, Keras reports"
    )
    st.latex(
        r"\text{training loss} = \frac{1}{B} \sum_{b=1}^{B} L_b, \qquad \text{test loss} = "
        r"\frac{1}{n} \sum_{i=1}^{n} -\log p_i"
    )
    st.markdown(
        f"with $B = {batches_per_epoch(e)}$ and $n = {e.size.rows - e.train_rows}$. Each $L_b$ is taken just before its "
        "update, in training mode, so the training loss lags behind the weights that the test sees, which are those at "
        "the end of the epoch, in inference mode. That is why the test can look better than training at first."
    )
    words = "The stored numbers of an earlier run of the same program" if stored else "Trained just now"
    st.caption(f"{words}, by {result.made_by}.")


def body(page: Lab) -> None:
    """Draw the controls and, beside them, the program and its run."""
    with page.controls:
        e = settings(page)
        run_controls(e)
        asked = DESK.asked
        show = page.panel.choice("show") if asked is not None else "Accuracy"
    with page.figure:
        if asked is not None:
            draw_run(asked, show)
        program = recipe(e)
        st.code(program, language="python", wrap_lines=True)
        downloads(program, f"{e.kind}-{e.method}", key="kr_code")


lab("recipes", "Choose a network, read its program, and run it here or at home.", CONTROLS, body)
what_next("Change one setting of such a network and watch what it does to training.", "training-curves")
