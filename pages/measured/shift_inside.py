"""Covariate shift inside the network: does batch norm calm what a layer sees, and is that why it helps?"""

from __future__ import annotations

from functools import partial
from typing import Final

import streamlit as st

from normlib.components.chart import chart
from normlib.components.run_view import Measure, RunArm, run_view
from normlib.figures.look import DARK
from normlib.training import cost
from normlib.training.crossed import Crossed, CrossedError
from normlib.training.inside_shift import NONE, place
from normlib.words import count
from pages.parts.control_kinds import Choice
from pages.parts.controls import Controls, Panel
from pages.parts.embedding import brief
from pages.parts.frame import what_next
from pages.parts.grids import inside_shift
from pages.parts.guess import Guess, ask, start_over
from pages.parts.inside import LABELS, RATES, STYLES, Inside, rates_of, rates_said
from pages.parts.inside_charts import cosine_chart, drift_chart, percentile_chart
from pages.parts.inside_notes import code, computed
from pages.parts.inside_tables import data_rows, numbers
from pages.parts.inside_words import (
    AS_WELL,
    NO_BETTER,
    UNDECIDED,
    both_sides,
    drift_title,
    drifting,
    learning,
    quiet,
    turning,
    turning_title,
)
from pages.parts.lab import Download, Lab, explain, lab
from pages.parts.learner import learner_id
from pages.parts.measured import title
from pages.parts.rows import csv_text
from pages.parts.runs import ENDED, Asked, RunDesk, again_button, came_along, results_of, status_of

DESK: Final = RunDesk("si")
ACTIVATIONS: Final = {"Sigmoid": "sigmoid", "ReLU": "relu"}
PERCENTILES, DRIFT, GRADIENTS = "Percentiles", "Drift", "Gradients"
CURVES: Final = {
    "Accuracy": Measure("test_accuracy", "Test accuracy", percent=True),
    "Loss": Measure("loss_mean", "Training loss", log=True),
}
CONTROLS = Controls(
    "si",
    {
        "activation": Choice("Activation", tuple(ACTIVATIONS), "Sigmoid", segments=True),
        "rate": Choice(
            "Learning rate",
            RATES,
            "Low",
            segments=True,
            help="All are trained at three rates. Own best: each at the one with the lowest test loss.",
        ),
        "look": Choice("Inside", (PERCENTILES, DRIFT, GRADIENTS), PERCENTILES, segments=True),
        "curves": Choice("Curves", tuple(CURVES), "Accuracy", segments=True),
        "noise": Choice("Noise", ("0.25", "0.5", "1"), "1", help="1 is the strength usually quoted for the paper."),
        "steps": Choice("Updates", ("300", "1000", "3000"), "1000"),
        "seeds": Choice("Seeds", ("1", "3", "8", "16"), "8"),
    },
    forget=partial(start_over, DESK, "si"),
)


def wanted(panel: Panel) -> tuple[Crossed | None, str]:
    """Draw the controls of the run; return what they ask for, or why it cannot run."""
    activation = ACTIVATIONS[panel.choice("activation")]
    with panel.more():
        noise, steps, seeds = float(panel.choice("noise")), int(panel.choice("steps")), int(panel.choice("seeds"))
    try:
        return inside_shift(activation, noise=noise, steps=steps, seeds=seeds), ""
    except CrossedError as error:
        return None, error.problem.message


def run_controls(crossed: Crossed | None) -> Guess:
    """Draw the guess and the button; a run that came with NormLab waits for the guess alone."""
    guess = ask(
        "Your guess: shaken at every update, batch norm learns",
        [AS_WELL, NO_BETTER, UNDECIDED],
        key="si_guess",
        stored=lambda: crossed is not None and came_along(crossed, "numpy"),
        shown=crossed is not None and DESK.shows(crossed),
        ready=crossed is not None,
    )
    if crossed is None:
        return guess
    asked = DESK.asked
    changed = asked is None or asked.wanted.key != crossed.key
    known = guess.open and changed and (DESK.asked_by_link(crossed) or came_along(crossed, "numpy"))
    if guess.pressed or known:
        DESK.ask(crossed, "numpy", 0)
        changed = False
    if guess.brief:
        return guess
    seconds = sum(cost.seconds(one) for one in crossed.experiments)
    st.caption(
        f"Digits, 3 × {crossed.base.width} units. {len(LABELS)} arms × {crossed.shape[-1]} rates × "
        f"{count(len(crossed.base.seeds), 'seed')}, {crossed.base.steps:,} updates each, {guess.takes(seconds)}."
        + (" The curves still show the run before this change." if changed and DESK.asked is not None else "")
    )
    if DESK.refused:
        st.warning(DESK.refused)
    return guess


def draw_run(panel: Panel, crossed: Crossed | None, guess: Guess, problem: str) -> None:
    """Draw the run that was asked for, or the place where it will be, and what is inside once it has ended."""
    asked = DESK.asked if guess.open else None
    shown = asked.wanted if asked is not None else crossed
    if not isinstance(shown, Crossed):
        st.info(problem)
        return
    if problem:
        st.info(problem)
    with panel.column(st.container(horizontal=True, gap="large")):
        choice, measure = panel.choice("rate"), CURVES[panel.choice("curves")]
    results = None if asked is None else results_of(asked.key)
    rates = rates_of(shown, results, choice)
    inside = Inside(shown, results, rates) if results is not None else None
    complete = inside is not None and inside.learned is not None and _complete(inside)
    run_view(
        key="si_view",
        run=None if asked is None else asked.key,
        turn=0 if asked is None else asked.about,
        arms=[
            RunArm(style.name, style.color, style.dash, style.symbol, of=place(shown, arm, rate))
            for arm, (style, rate) in enumerate(zip(STYLES, rates, strict=True))
        ],
        show=measure,
        steps=shown.base.recorded,
        seeds=shown.base.seeds,
        title=title(inside.learned) if complete else "Does batch norm work because layers stay calm?",
        sentence=learning(inside, guess.value)
        if complete
        else ENDED
        if inside is not None
        else "Four arms, equal but for batch norm and the noise behind it.",
        alt=f"{measure.label} of the four arms over the updates, with the median and the range of the seeds.",
        waiting=guess.first("Guess, then press Run."),
        learner=learner_id(),
        on_stop=DESK.stop,
        dark=DARK,
        height=260,
        file_name="shift inside",
    )
    st.caption(rates_said(shown, rates, choice))
    if complete and asked is not None:
        after_run(panel, asked, inside)
    else:
        panel.choice("look")
        st.caption("What happens inside is drawn when the run has ended.")


def _complete(inside: Inside) -> bool:
    """Say whether every network came to its end and was looked into: a run that was ended early has gaps."""
    names = ("probe_input_percentiles", "input_drift", "ics_cosine")
    measured = all(name in one.values for one in inside.results for name in names)
    return measured and inside.crossed.ended(inside.results)


def after_run(panel: Panel, asked: Asked, inside: Inside) -> None:
    """Draw the view of the inside that was chosen, both readings, and what stands behind them."""
    look = panel.choice("look")
    made = {PERCENTILES: percentile_chart, DRIFT: drift_chart, GRADIENTS: cosine_chart}[look](inside)
    titles = {
        PERCENTILES: f"One typical unit of the last hidden layer, seed {inside.crossed.base.seeds[inside.seed]}: 15th, 50th and 85th percentile",
        DRIFT: drift_title(inside),
        GRADIENTS: turning_title(inside),
    }
    said = {PERCENTILES: quiet, DRIFT: drifting, GRADIENTS: turning}[look](inside)
    alts = {
        PERCENTILES: "Percentiles of one unit over the updates, a column for each arm, above where they enter the norm and "
        "below where they leave it, for one seed.",
        DRIFT: "How far the units of the last hidden layer move from record to record, for each arm, with the range of the seeds.",
        GRADIENTS: "The cosine between a layer's gradient before and after the step of the layers before it, a panel per layer.",
    }
    chart(
        made.figure,
        key="si_inside",
        title=titles[look],
        sentence=said,
        alt=alts[look],
        height=made.height or 380,
        narrow=made.narrow,
        dark=DARK,
        file_name=f"shift inside {look.lower()}",
    )
    if not brief():
        st.markdown(both_sides(inside))
    status = status_of(asked.key)
    if status is not None and status.agrees:
        st.caption("The second run gave the same numbers as the first, to the last bit.")
    crossed, results = inside.crossed, inside.results
    explain(
        "si_tabs",
        {
            "Numbers": lambda: numbers_tab(asked, inside),
            "How it is computed": lambda: computed(inside),
            "Code": lambda: st.code(code(crossed, inside.rates[NONE]), language="python"),
        },
        Download("shift-inside.csv", lambda: csv_text(*data_rows(crossed, results))),
    )


def run_again(asked: Asked) -> None:
    """Train anew what was read from the store."""
    DESK.ask(asked.wanted, "numpy", asked.about + 1, again=True)


def numbers_tab(asked: Asked, inside: Inside) -> None:
    """Show every arm at every rate."""
    st.markdown(numbers(inside.crossed, inside.results))
    st.caption(
        f"Medians over {count(len(inside.crossed.base.seeds), 'seed')}; one that stopped counts with its last rows right, and not in the other columns. Drift is the geometric mean over records, at the norm's input and "
        "output; without norm and noise these are the same place. Cosine and distance are means over records and the layers "
        "from the second. Best: lowest mean test loss, so chosen by the rows it is judged by. Each interval is about its own "
        "comparison, and not joint with the others."
    )
    status = status_of(asked.key)
    if status is not None and status.stored:
        again_button("si", run_again, asked)


def body(page: Lab) -> None:
    """Draw the controls and, beside them, the run."""
    with page.controls:
        # What to do first stands first: the rest decides what it does, and is drawn before it.
        first = st.container()
        with first:
            begin = st.container()
        crossed, problem = wanted(page.panel)
        with begin:
            guess = run_controls(crossed)
    with page.figure:
        draw_run(page.panel, crossed, guess, problem)


lab(
    "shift-inside",
    "Guess what noise does to batch norm. Then look inside: does it keep layers calm, and does calm matter?",
    CONTROLS,
    body,
)
what_next("Now let the data move after training, and see which network notices.", "shift-between")
