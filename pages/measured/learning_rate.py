"""Which learning rates train a network, from which first weights: every combination, for three methods."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from typing import Final

import streamlit as st

from normlib.components.chart import chart
from normlib.components.run_progress import run_progress
from normlib.figures.ladder import ladder
from normlib.figures.look import DARK, METHODS
from normlib.training import Collector, Result, cost
from normlib.training.crossed import Crossed, CrossedError
from normlib.training.presets import LADDER_METHODS, LEARNING_RATES, RATES, SCALES
from normlib.words import count
from pages.parts.control_kinds import Choice
from pages.parts.controls import Controls, Panel
from pages.parts.embedding import brief
from pages.parts.frame import what_next
from pages.parts.grids import learning_rates
from pages.parts.guess import Guess, ask, start_over
from pages.parts.lab import Download, Lab, explain, lab
from pages.parts.ladders import (
    LEVEL,
    Ladders,
    ladders,
    numbers,
    rows,
    sentence,
    title,
)
from pages.parts.learner import learner_id
from pages.parts.measured import share
from pages.parts.rows import csv_text
from pages.parts.runs import Asked, RunDesk, again_button, came_along, results_so_far, status_of

DESK: Final = RunDesk("lr")
ACTIVATIONS: Final = {"ReLU": "relu", "Sigmoid": "sigmoid", "Tanh": "tanh"}
CONTROLS = Controls(
    "lr",
    {
        "activation": Choice("Activation", tuple(ACTIVATIONS), "ReLU", segments=True),
        "depth": Choice("Hidden layers", ("2", "5", "10"), "5", segments=True),
        "placement": Choice("Norm", ("Before", "After"), "Before", segments=True, help="The activation."),
        "steps": Choice("Updates", ("100", "300"), "300", segments=True),
        "seeds": Choice("Seeds", ("1", "3", "5", "10"), "5", segments=True),
    },
    forget=partial(start_over, DESK, "lr"),
)


def settings(panel: Panel) -> Crossed:
    """Draw the controls and return the run that they ask for."""
    activation, depth = ACTIVATIONS[panel.choice("activation")], int(panel.choice("depth"))
    with panel.more():
        placement = panel.choice("placement").lower()
        steps, seeds = int(panel.choice("steps")), int(panel.choice("seeds"))
    return learning_rates(activation, depth=depth, placement=placement, steps=steps, seeds=seeds)


def draw_run_controls(crossed: Crossed) -> Guess:
    """Draw the guess and the button; a run that came along waits for the guess alone."""
    guess = ask(
        "Your guess: which bears the highest learning rate?",
        [METHODS[name].name for name in LADDER_METHODS],
        key="lr_guess",
        stored=lambda: came_along(crossed, "numpy"),
        shown=DESK.shows(crossed),
    )
    asked = DESK.asked
    changed = asked is None or asked.wanted.key != crossed.key
    known = guess.open and changed and (DESK.asked_by_link(crossed) or came_along(crossed, "numpy"))
    if guess.pressed or known:
        same = asked is not None and not changed
        DESK.ask(crossed, "numpy", (guess.value, asked.about[1] + 1 if same and asked else 0))
        changed = False
    elif guess.value and guess.open and asked is not None and asked.about[0] != guess.value:
        DESK.remember((guess.value, asked.about[1]))
    if guess.brief:
        return guess
    networks = len(crossed.experiments) * len(crossed.base.seeds)
    seconds = sum(cost.seconds(one) for one in crossed.experiments)
    st.caption(
        f"{networks:,} networks, {crossed.base.steps:,} updates each, {guess.takes(seconds)}."
        + (" The picture still shows the run before this change." if changed and asked else "")
    )
    if DESK.refused:
        st.warning(DESK.refused)
    return guess


def run_again(asked: Asked) -> None:
    """Train anew what was read from the store."""
    DESK.ask(asked.wanted, "numpy", (asked.about[0], asked.about[1] + 1), again=True)


def found_so_far(asked: Asked | None, crossed: Crossed) -> tuple[Crossed, Sequence[Result], Ladders]:
    """Return the run shown, its results up to now and what they say."""
    shown = asked.wanted if asked is not None and isinstance(asked.wanted, Crossed) else crossed
    results = None if asked is None else results_so_far(asked.key)
    known = results or Collector(shown.experiments).results()
    return shown, results or (), ladders(shown, known)


def computed(crossed: Crossed) -> None:
    """Say what is run, what counts as working, and what would refute the claim."""
    e = crossed.base
    st.markdown(
        f"For each method, {len(SCALES)} scales of the first weights (factors on He's) times {len(RATES)} learning rates are "
        f"trained by plain gradient descent on digits: {e.depth} hidden layers of {e.width}, batches of {e.batch_size}, "
        f"{e.steps} updates. The same seed has the same rows, batches and random draws in every cell. A rate works if "
        f"{share(LEVEL)} of the test rows are right at the end; a range's width counts the rates that work, in decades:"
    )
    st.latex(r"\text{width} = \#\{\eta : \text{accuracy}(\eta) \ge " + f"{LEVEL:g}" + r"\}\cdot\Delta\log_{10}\eta")
    st.markdown(
        f"**Expected** ({LEARNING_RATES.source}). {LEARNING_RATES.expected} **What would refute it.** {LEARNING_RATES.refuted} Other rates suit other methods: compare each at its own best rate (*Numbers*), not only "
        "in one column. The networks here are small and the task is easy; the upper ends move with depth and time."
    )


def code(crossed: Crossed) -> str:
    """Return a program that trains one row of the picture."""
    e = crossed.base
    return f"""import numpy as np
from normlib.training import Experiment, collect, train
from normlib.training.workable import workable

rates = {list(RATES)}
for method in ("none", "batch"):
    arms = [
        Experiment(method=method, placement="{e.placement}", activation="{e.activation}", depth={e.depth}, width={e.width},
                   learning_rate=rate, steps=50, seeds=2, points=2, record=())
        for rate in rates
    ]
    right = np.array([one.values["test_accuracy"][:, -1] for one in collect(arms, train(arms))])
    found = workable(right, rates, {LEVEL})
    print(method, found.medians.round(2), found.decades)
"""


def body(page: Lab) -> None:
    """Draw the controls and, beside them, the run."""
    with page.controls:
        first, second = st.container(), st.container()
        with second:
            try:
                crossed = settings(page.panel)
            except CrossedError as error:
                st.info(str(error))
                return
        with first:
            guess = draw_run_controls(crossed)
    with page.figure:
        draw_figure(crossed, guess)


def draw_figure(crossed: Crossed, before: Guess) -> None:
    """Draw what is known of the run that was asked for."""
    asked = DESK.asked if before.open else None
    shown, results, found = found_so_far(asked, crossed)
    status = status_of(asked.key) if asked else None
    guess, turn = asked.about if asked else (None, 0)
    drawn = ladder(found.panels(), RATES, SCALES, LEVEL)
    waiting = asked is None
    run_progress(
        key="lr_progress", run=asked.key if asked else None, turn=turn, learner=learner_id(), on_stop=DESK.stop
    )
    chart(
        drawn.figure,
        key="lr_chart",
        title="Which learning rates will train from which first weights?" if waiting else title(found),
        sentence=before.first("Guess, then press Run: the cells fill in while the networks train.")
        if waiting
        else sentence(found, guess, over=status is not None and status.ended, brief=brief()),
        alt="A panel per method: learning rates across, scales of the first weights upwards; tint and number say how many "
        "test rows are right, a cross that the loss stopped being a number, a frame marks the best of each row.",
        height=drawn.height or 330,
        narrow=drawn.narrow,
        dark=DARK,
        file_name="learning rates",
    )
    if asked is None or status is None or not status.ended or not results or not found.ended:
        return

    def text() -> str:
        return csv_text(*rows(results))

    def table() -> None:
        st.markdown(numbers(found))
        st.caption(
            f"Median share of test rows right over {count(found.seeds, 'seed')}. The best rate was chosen on the same test rows, which "
            "flatters it a little, each method alike."
        )
        if status.stored:
            again_button("lr", run_again, asked)

    explain(
        "lr_tabs",
        {
            "Numbers": table,
            "How it is computed": lambda: computed(shown),
            "Code": lambda: st.code(code(shown), language="python"),
        },
        Download("learning-rates.csv", text),
    )


lab(
    "learning-rate",
    "Guess, then see which cells get nine of ten test rows right. Change the activation and press Run.",
    CONTROLS,
    body,
)
what_next("See the exact law behind it: what the scale of the weights does to the first gradient.", "gradients")
