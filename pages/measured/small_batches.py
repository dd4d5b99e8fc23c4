"""Small batches: every norm with batches of 2 to 128 rows, and what the small ones cost it."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from typing import Final

import numpy as np
import streamlit as st

from normlib.components.chart import chart
from normlib.components.run_progress import run_progress
from normlib.figures.batch_sizes import by_batch_size
from normlib.figures.look import DARK, METHODS
from normlib.training import Result, cost
from normlib.training.crossed import MOST_SECONDS, Crossed, CrossedError
from normlib.training.ladder import Ladder
from normlib.training.presets import COMMON, COMMON_RATES, PRESETS
from normlib.words import count
from pages.parts.control_kinds import Choice, Switch
from pages.parts.controls import Controls
from pages.parts.embedding import brief
from pages.parts.frame import what_next
from pages.parts.grids import small_batches
from pages.parts.guess import Guess, ask, start_over
from pages.parts.keras_code import keras_code
from pages.parts.lab import Download, Lab, explain, lab
from pages.parts.learner import learner_id
from pages.parts.rows import csv_text
from pages.parts.runs import (
    ENDED,
    Asked,
    Guessed,
    RunDesk,
    again_button,
    came_along,
    duration,
    idle,
    results_so_far,
    status_of,
)
from pages.parts.small_batches import NAMES, Grid, measured, nothing, rung
from pages.parts.small_batches_charts import error_panel, gap_panel, published_panels
from pages.parts.small_batches_notes import computed, numbers, rows
from pages.parts.small_batches_words import (
    UNDECIDED,
    gap_sentence,
    gap_title,
    published_sentence,
    published_title,
    sentence,
    title,
)

KINDS: Final = {"Convolutional": "conv", "Dense": "dense"}
ENGINES: Final = {"conv": "keras", "dense": "numpy"}
ERRORS, MODES, PUBLISHED = "Test error", "Training against inference mode", "Wu and He 2018"
PROPORTION: Final = "For other batch sizes it is changed in proportion."
LADDER: Final = ("0.01", "0.03", "0.1", "0.3", "1", "3", "30")
FACTORS: Final = (1 / 3, 1.0, 3.0)
DESK: Final = RunDesk("sm")
CONTROLS = Controls(
    "sm",
    {
        "network": Choice(
            "Network",
            tuple(KINDS),
            "Convolutional",
            segments=True,
            help="The convolutional network trains in Keras, for minutes; the dense one in NumPy, for seconds.",
        ),
        "show": Choice("Show", (ERRORS, MODES, PUBLISHED), ERRORS, segments=True),
        "rate": Choice(f"Learning rate at batches of {COMMON}", LADDER, f"{COMMON_RATES['conv']:g}", help=PROPORTION),
        "dense_rate": Choice(
            f"Learning rate at batches of {COMMON}", LADDER, f"{COMMON_RATES['dense']:g}", help=PROPORTION
        ),
        "tuned": Switch(
            "Each at its best learning rate",
            help="Three rates instead of one, a third, once and three times as high; of each method and batch size the best.",
        ),
        "epochs": Choice("Epochs", ("1", "3", "5", "10"), "10", help="How often every training row is seen."),
        "seeds": Choice("Seeds", ("1", "3", "5", "7", "10"), "7"),
    },
    forget=partial(start_over, DESK, "sm"),
)


def engine_of(crossed: Crossed | Ladder) -> str:
    """Name the engine that trains the networks."""
    return ENGINES[crossed.base.kind]


def run_again(asked: Asked) -> None:
    """Train anew what was read from the store."""
    again = asked.about._replace(turn=asked.about.turn + 1)
    DESK.ask(asked.wanted, engine_of(asked.wanted), again, again=True)


def wanted(page: Lab) -> Crossed | Ladder | str:
    """Draw the settings and return the run they ask for, or why there is none."""
    kind = KINDS[page.panel.choice("network")]
    with page.panel.more():
        names = ("rate" if kind == "conv" else "dense_rate", "epochs", "seeds")
        rate, epochs, seeds = (page.panel.choice(name) for name in names)
        tuned = page.panel.switch("tuned")
    factors = FACTORS if tuned else (1.0,)
    try:
        rungs = tuple(
            small_batches(kind, rate=factor * float(rate), epochs=int(epochs), seeds=int(seeds)) for factor in factors
        )
        return Ladder(rungs) if tuned else rungs[0]
    except CrossedError:
        return (
            f"{count(int(seeds), 'seed')} of {count(int(epochs), 'epoch')}{' at three rates' if tuned else ''} would take longer "
            f"than the {duration(MOST_SECONDS)} that a run may take: choose fewer seeds or epochs."
        )


def run_controls(crossed: Crossed | Ladder | str) -> Guess:
    """Draw the guess and the button, and begin the run where it is asked for."""
    guess = ask(
        "Your guess: who loses most with batches of 2?",
        [*(METHODS[name].name for name in NAMES), UNDECIDED],
        key="sm_guess",
        stored=lambda: not isinstance(crossed, str) and came_along(crossed, engine_of(crossed)),
        shown=not isinstance(crossed, str) and DESK.shows(crossed),
        ready=not isinstance(crossed, str),
    )
    if isinstance(crossed, str):
        st.info(crossed)
        return guess
    asked, engine = DESK.asked, engine_of(crossed)
    if guess.pressed or (guess.open and asked is None and DESK.asked_by_link(crossed)):
        DESK.ask(crossed, engine, Guessed(guess.value, 0))
    elif guess.open and idle(asked) and (asked is None or asked.wanted != crossed) and came_along(crossed, engine):
        DESK.ask(crossed, engine, Guessed(guess.value, 0))  # there is nothing to wait for
    if guess.value and (now := DESK.asked) is not None and now.about.guess != guess.value:
        DESK.remember(now.about._replace(guess=guess.value))
    if guess.brief:
        return guess
    changed = DESK.asked is not None and DESK.asked.wanted != crossed
    seconds = sum(cost.seconds(one) for one in crossed.experiments)
    first = rung(crossed)
    networks = len(crossed.experiments) * len(crossed.base.seeds)
    st.caption(
        f"{count(networks, 'network')}: {first.shape[0]} methods × {first.shape[1]} batch sizes × "
        f"{count(len(crossed.base.seeds), 'seed')}{' × 3 rates' if crossed != first else ''}, {guess.takes(seconds)}."
        + (" The figure still shows the run before this change." if changed else "")
    )
    if DESK.refused:
        st.warning(DESK.refused)
    return guess


def draw_figure(page: Lab, crossed: Crossed | Ladder | str, guess: Guess) -> None:
    """Draw the line of status and what was measured up to now."""
    show = page.panel.choice("show")
    asked = DESK.asked if guess.open else None
    # Settings that cannot run leave the axes where they are.
    shown = asked.wanted if asked else PRESETS[0].crossed if isinstance(crossed, str) else crossed
    run_progress(
        key="sm_progress",
        run=asked.key if asked else None,
        learner=learner_id(),
        turn=asked.about.turn if asked else 0,
        on_stop=DESK.stop,
    )
    results = (results_so_far(asked.key) if asked else None) or ()
    g = measured(shown, results) if results else nothing(rung(shown))
    told: dict[str, object]
    if show == ERRORS:
        drawn = by_batch_size([error_panel(g)], "test error")
        first = crossed if isinstance(crossed, str) else guess.first("Guess who loses most, then press Run.")
        early = asked is not None and not g.complete and idle(asked)
        asks = first if asked is None else ENDED if early else sentence(g, asked.about.guess, brief=brief())
        if isinstance(shown, Ladder) and asked is not None:
            asks += " Each point is at the best of three rates, chosen on these same test rows."
        told = {"title": title(g), "sentence": asks, "alt": "Test error of every method against the batch size."}
    elif show == MODES:
        drawn = by_batch_size([gap_panel(g)], "accuracy, training − inference mode", zero=True)
        told = {
            "title": gap_title(g),
            "sentence": gap_sentence(g),
            "alt": "Accuracy of batch norm, training mode minus inference mode.",
        }
    else:
        drawn = by_batch_size(published_panels(g), "error")
        told = {
            "title": published_title(),
            "sentence": published_sentence(g),
            "alt": "Errors of batch and group norm, of Wu and He and ours.",
        }
    chart(
        drawn.figure,
        key="sm_chart",
        height=drawn.height or 400,
        narrow=drawn.narrow,
        dark=DARK,
        file_name="small batches",
        **told,
    )
    if asked is not None and results:
        behind(asked, g, results)


def behind(asked: Asked, g: Grid, results: Sequence[Result]) -> None:
    """Draw what stands behind the figure."""
    status = status_of(asked.key)
    if np.isnan(g.errors).any() or status is None:
        return

    def text() -> str:
        return csv_text(*rows(results))

    experiments = [one.experiment for one in g.results]
    labels = [f"{NAMES[one.method].capitalize()}, batches of {one.batch_size}" for one in experiments]
    explain(
        "sm_tabs",
        {
            "Numbers": lambda: numbers_tab(asked, g, stored=status.stored),
            "How it is computed": lambda: computed(g, results[0].made_by, tuned=isinstance(asked.wanted, Ladder)),
            "Code": lambda: keras_code(experiments, labels, key="sm_code"),
        },
        Download("small-batches.csv", text),
    )


def numbers_tab(asked: Asked, g: Grid, *, stored: bool) -> None:
    """Show the numbers, and where they were stored, the way to train anew."""
    numbers(asked.wanted, g)
    if stored:
        again_button("sm", run_again, asked)


def body(page: Lab) -> None:
    """Draw the controls and, beside them, what was measured."""
    with page.controls:
        begin = st.container()
        crossed = wanted(page)
        with begin:
            guess = run_controls(crossed)
    with page.figure:
        draw_figure(page, crossed, guess)


lab(
    "small-batches",
    "Guess, then compare the left end of the lines with the middle. Change to the dense network and look again.",
    CONTROLS,
    body,
)
what_next("See what a batch of two does to a single value.", "batch-mates")
