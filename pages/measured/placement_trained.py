"""Placement, trained: a norm before or after the activation, each at its own best learning rate, after training."""

from __future__ import annotations

from functools import partial
from typing import Final

import streamlit as st

from normlib.components.chart import chart
from normlib.components.run_progress import run_progress
from normlib.figures.look import DARK
from normlib.training import Collector, Result, cost
from normlib.training.crossed import Crossed, CrossedError
from normlib.training.placement_trained import Placements, placed
from normlib.training.presets import PRESETS
from normlib.words import count
from pages.parts.control_kinds import Choice
from pages.parts.controls import Controls, Panel
from pages.parts.embedding import brief
from pages.parts.frame import what_next
from pages.parts.grids import dense_placements, transformer_placements
from pages.parts.guess import Guess, ask, start_over
from pages.parts.keras_code import keras_code
from pages.parts.lab import Download, Lab, explain, lab
from pages.parts.learner import learner_id
from pages.parts.placement_trained import differences, gradients, labels, numbers, picture, rows
from pages.parts.placement_trained_notes import computed, published
from pages.parts.placement_trained_words import guesses, question, sentence, title, without
from pages.parts.rows import csv_text
from pages.parts.runs import (
    Asked,
    Guessed,
    RunDesk,
    again_button,
    came_along,
    idle,
    results_so_far,
    status_of,
)

DENSE, TRANSFORMER = "Dense", "Transformer"
ENGINES: Final = {"dense": "numpy", "transformer": "keras"}
FIRST: Final = next(one.crossed for one in PRESETS if one.slug == "placement-trained")
ACTIVATIONS: Final = {"Sigmoid": "sigmoid", "Tanh": "tanh", "ReLU": "relu"}
DESK: Final = RunDesk("pt")
CONTROLS = Controls(
    "pt",
    {
        "network": Choice(
            "Network",
            (DENSE, TRANSFORMER),
            DENSE,
            segments=True,
            help="Dense: batch norm before or after the activation. Transformer: layer norm before attention and MLP "
            "(pre-LN), or after what they add (post-LN).",
        ),
        "activation": Choice("Activation", tuple(ACTIVATIONS), "Sigmoid", segments=True),
        "depth": Choice("Hidden layers", ("3", "5", "10"), "5", help="Of the dense network."),
        "steps": Choice("Updates", ("100", "200", "300"), "300", help="Of the dense network."),
        "seeds": Choice("Seeds", ("1", "5", "10", "20"), "20", help="Of the dense network."),
        "short": Choice("Updates", ("50", "100", "200"), "200", help="Of the transformer."),
        "few": Choice("Seeds", ("1", "3", "5"), "5", help="Of the transformer."),
    },
    forget=partial(start_over, DESK, "pt"),
)


def wanted(panel: Panel) -> Crossed | str:
    """Draw the settings and return the run they ask for, or why there is none."""
    transformer = panel.choice("network") == TRANSFORMER
    activation = ACTIVATIONS[panel.choice("activation", idle=transformer)]
    with panel.more():
        if not transformer:
            depth = int(panel.choice("depth"))
        steps, seeds = (int(panel.choice(name)) for name in (("short", "few") if transformer else ("steps", "seeds")))
    try:
        if transformer:
            return transformer_placements(steps=steps, seeds=seeds)
        return dense_placements(activation, depth=depth, steps=steps, seeds=seeds)
    except CrossedError as error:
        return error.problem.message


def run_controls(crossed: Crossed | str) -> Guess:
    """Draw the guess and the button, and begin the run where it is asked for; one that came along waits for the guess."""
    kind = crossed.base.kind if isinstance(crossed, Crossed) else "dense"
    asks = question(nothing(crossed)) if isinstance(crossed, Crossed) else "Your guess"
    guess = ask(
        asks,
        guesses(kind),
        key=f"pt_guess_{kind}",
        stored=lambda: not isinstance(crossed, str) and came_along(crossed, ENGINES[kind]),
        shown=not isinstance(crossed, str) and DESK.shows(crossed),
        ready=not isinstance(crossed, str),
    )
    if isinstance(crossed, str):
        st.info(crossed)
        return guess
    asked, engine = DESK.asked, ENGINES[kind]
    changed = asked is None or asked.wanted != crossed
    if guess.pressed or (guess.open and asked is None and DESK.asked_by_link(crossed)):
        turn = asked.about.turn + 1 if asked is not None and not changed else 0
        DESK.ask(crossed, engine, Guessed(guess.value, turn))
    elif guess.open and changed and idle(asked) and came_along(crossed, engine):
        DESK.ask(crossed, engine, Guessed(guess.value, 0))  # there is nothing to wait for
    if guess.value and (now := DESK.asked) is not None and now.about.guess != guess.value:
        DESK.remember(now.about._replace(guess=guess.value))
    if guess.brief:
        return guess
    changed = DESK.asked is not None and DESK.asked.wanted != crossed
    seconds = sum(cost.seconds(one) for one in crossed.experiments)
    e = crossed.base
    places, panels, rates = crossed.shape
    what = "numbers of blocks" if kind == "transformer" else "scales"
    st.caption(
        f"{count(len(crossed.experiments) * len(e.seeds), 'network')}: {places} placements × {panels} {what} × {rates} learning "
        f"rates × {count(len(e.seeds), 'seed')}, {e.steps:,} updates each, {guess.takes(seconds)}."
        + (" The figure still shows the run before this change." if changed else "")
    )
    if DESK.refused:
        st.warning(DESK.refused)
    return guess


def run_again(asked: Asked) -> None:
    """Train anew what was read from the store."""
    again = asked.about._replace(turn=asked.about.turn + 1)
    DESK.ask(asked.wanted, ENGINES[asked.wanted.base.kind], again, again=True)


def nothing(crossed: Crossed) -> Placements:
    """Return what is known of a run of which nothing was heard."""
    return placed(crossed, Collector(crossed.experiments).results())


def draw_figure(crossed: Crossed | str, guess: Guess) -> None:
    """Draw the line of status and what was measured up to now."""
    asked = DESK.asked if guess.open else None
    run_progress(
        key="pt_progress",
        run=asked.key if asked else None,
        learner=learner_id(),
        turn=asked.about.turn if asked else 0,
        on_stop=DESK.stop,
    )
    # Settings that cannot run leave the axes where they are.
    shown = asked.wanted if asked else FIRST if isinstance(crossed, str) else crossed
    results = (results_so_far(asked.key) if asked else None) or ()
    p = placed(shown, results) if results else nothing(shown)
    status = status_of(asked.key) if asked else None
    drawn = picture(p)
    chart(
        drawn.figure,
        key="pt_chart",
        title=title(p),
        sentence=(
            crossed
            if isinstance(crossed, str)
            else guess.first("Guess, then press Run: the lines grow while the networks train.")
        )
        if asked is None
        else sentence(p, asked.about.guess, over=status is None or status.ended, brief=brief()),
        alt="Share of test rows right against the learning rate, a panel for each start and a line for each placement; a ring "
        "marks each line's best rate, a dotted line the rate that is looked at for all.",
        height=drawn.height or 380,
        narrow=drawn.narrow,
        dark=DARK,
        file_name="placement trained",
    )
    if asked is not None and results and p.ended and status is not None:
        behind(asked, p, results, stored=status.stored)


def behind(asked: Asked, p: Placements, results: tuple[Result, ...], *, stored: bool) -> None:
    """Draw what stands behind the figure."""
    explain(
        "pt_tabs",
        {
            "Numbers": lambda: numbers_tab(asked, p, stored=stored),
            "Published elsewhere": lambda: published(p),
            "How it is computed": lambda: computed(p),
            "Code": lambda: keras_code(p.crossed.experiments, labels(p), key="pt_code"),
        },
        Download("placement-trained.csv", lambda: csv_text(*rows(results))),
    )


def numbers_tab(asked: Asked, p: Placements, *, stored: bool) -> None:
    """Show every placement, and the differences."""
    st.markdown(numbers(p))
    st.markdown(differences(p))
    lost = int(p.stopped.sum())
    st.caption(
        f"Mean of {count(p.seeds, 'seed')} ± half of its 95 % interval; in brackets 95 % intervals of differences seed by seed, with "
        "the same rows, batches and first weights on both sides. "
        + (f"{lost:,} of {p.right.size:,} networks stopped and count as no row right. " if lost else "")
        + f"A decade is a factor of 10. {without(p)}"
    )
    first = gradients(p)
    if first:
        st.markdown("Gradient norm of the last block's MLP before the first update:")
        st.markdown(first)
    if stored:
        again_button("pt", run_again, asked)


def body(page: Lab) -> None:
    """Draw the controls and, beside them, what was measured."""
    with page.controls:
        begin = st.container()
        crossed = wanted(page.panel)
        with begin:
            guess = run_controls(crossed)
    with page.figure:
        draw_figure(crossed, guess)


lab(
    "placement-trained",
    "Guess, then compare the rings: each marks the best learning rate of its line. Change the activation and look again.",
    CONTROLS,
    body,
)
what_next("See what the scale of the first weights does to the first gradient, with an exact law.", "gradients")
