"""Covariate shift inside the network: does batch norm calm what a layer sees, and is that why it helps?"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import streamlit as st

from normlib.components.chart import chart
from normlib.components.run_view import Measure, RunArm, run_view
from normlib.figures.look import DARK
from normlib.training import Result, cost
from normlib.training.crossed import Crossed, CrossedError
from normlib.training.expectations import INSIDE
from normlib.training.inside_shift import NONE, best_rates, inside_shift, place
from pages.parts.controls import Choice, Controls, Panel
from pages.parts.frame import what_next
from pages.parts.inside_words import (
    AS_WELL,
    LABELS,
    NAMES,
    NO_BETTER,
    STYLES,
    UNDECIDED,
    Inside,
    both_sides,
    common,
    cosine_chart,
    data_rows,
    drift_chart,
    drift_title,
    drifting,
    learning,
    numbers,
    percentile_chart,
    quiet,
    turning,
    turning_title,
)
from pages.parts.lab import Download, Lab, explain, lab
from pages.parts.learner import learner_id
from pages.parts.measured import title
from pages.parts.rows import csv_text
from pages.parts.runs import Asked, RunDesk, came_along, results_of, status_of, stop
from pages.parts.words import count, listed

DESK: Final = RunDesk("si")
ACTIVATIONS: Final = {"Sigmoid": "sigmoid", "ReLU": "relu"}
OWN_BEST: Final = "Own best"
RATES: Final = ("Low", "Middle", "High", OWN_BEST)
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
)


def wanted(panel: Panel) -> tuple[Crossed | None, str]:
    """Draw the controls of the run; return what they ask for, or why it cannot run."""
    activation = ACTIVATIONS[panel.choice("activation")]
    with st.expander("More"):
        noise, steps, seeds = float(panel.choice("noise")), int(panel.choice("steps")), int(panel.choice("seeds"))
    try:
        return inside_shift(activation, noise=noise, steps=steps, seeds=seeds), ""
    except CrossedError as error:
        return None, error.problem.message


def run_controls(crossed: Crossed | None) -> str | None:
    """Draw the guess and the button; a run that came with NormLab is shown at once. Return the guess."""
    guess = st.radio(
        "Your guess: shaken at every update, batch norm learns",
        [AS_WELL, NO_BETTER, UNDECIDED],
        index=None,
        key="si_guess",
    )
    pressed = st.button("Run", type="primary", key="si_button", width="stretch", disabled=crossed is None)
    if crossed is None:
        return guess
    asked = DESK.asked
    changed = asked is None or asked.wanted.key != crossed.key
    if pressed or (changed and (DESK.asked_by_link(crossed) or came_along(crossed, "numpy"))):
        DESK.ask(crossed, "numpy", 0)
        changed = False
    seconds = sum(cost.seconds(one) for one in crossed.experiments)
    st.caption(
        f"Digits, 3 × {crossed.base.width} units. {len(LABELS)} arms × {crossed.shape[-1]} rates × "
        f"{count(len(crossed.base.seeds), 'seed')}, {crossed.base.steps:,} updates each, about "
        f"{count(max(1, round(seconds)), 'second')}."
        + (" The curves still show the run before this change." if changed and DESK.asked is not None else "")
    )
    if DESK.refused:
        st.warning(DESK.refused)
    return guess


def rates_of(crossed: Crossed, results: Sequence[Result] | None, choice: str) -> tuple[int, ...]:
    """Return the learning rate of each arm; before the end nobody knows the best, and the middle one stands in."""
    if choice != OWN_BEST:
        return common(crossed, RATES.index(choice))
    return common(crossed, 1) if results is None else best_rates(crossed, results)


def rates_said(crossed: Crossed, rates: Sequence[int], choice: str) -> str:
    """Say which learning rates are shown."""
    values = [f"{crossed.axes['learning_rate'][rate]:g}" for rate in rates]
    if choice != OWN_BEST:
        return f"All at the learning rate {values[0]}."
    each = listed([f"{name} at {value}" for name, value in zip(NAMES, values, strict=True)])
    return f"Each at its own best rate, chosen by these very test rows: {each}."


def draw_run(panel: Panel, crossed: Crossed | None, guess: str | None, problem: str) -> None:
    """Draw the run that was asked for, or the place where it will be, and what is inside once it has ended."""
    asked = DESK.asked
    shown = asked.wanted if asked is not None else crossed
    if not isinstance(shown, Crossed):
        st.info(problem)
        return
    if problem:
        st.info(problem)
    with st.container(horizontal=True, gap="large"):
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
        sentence=learning(inside, guess)
        if complete
        else "Four arms, equal but for batch norm and the noise behind it.",
        alt=f"{measure.label} of the four arms over the updates, with the median and the range of the seeds.",
        waiting="Guess, then press Run.",
        learner=learner_id(),
        on_stop=stop,
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
    """Say whether every arm was measured to the end by some seed's first records: a stopped run has gaps."""
    names = ("probe_input_percentiles", "input_drift", "ics_cosine")
    return all(name in one.values for one in inside.results for name in names)


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
        st.button(
            "Run it again",
            key="si_again",
            help="These numbers were stored. Train anew and compare.",
            on_click=run_again,
            args=(asked,),
        )


def computed(inside: Inside) -> None:
    """Say what is measured, how the noise is made, what was expected, and what came out elsewhere."""
    e = inside.crossed.base
    st.markdown(
        "**Drift.** Fixed training rows, up to 256 per seed, go through the network in training mode at every record "
        "(with its noise; running statistics stay as they are). For each unit $u$ of the last hidden layer, with sorted values $x_{(i)}$:"
    )
    st.latex(
        r"\text{drift} = \frac{1}{U}\sum_u \frac{\frac1n\sum_i \left|x^{t}_{(i)u} - x^{t-1}_{(i)u}\right|}{\mathrm{sd}(x^{t-1}_u)}"
    )
    st.markdown(
        "the Wasserstein distance to the record before, in units of the spread then: a network whose values begin close together and spread out moves far by this measure. The typical unit is the one whose spread is "
        "the median one at the start.\n\n"
        "**Gradients.** $G_i$ is the gradient of the weights of layer $i$; $G'_i$ is taken on the same batch after the "
        f"layers before $i$ have taken their step, here with the learning rate $\\eta = {e.but(learning_rate=inside.shown[NONE].experiment.learning_rate).learning_rate:g}$ of no norm:"
    )
    st.latex(
        r"\cos = \frac{G_i \cdot G'_i}{\lVert G_i\rVert\,\lVert G'_i\rVert}, \qquad W'_j = W_j - \eta\,G_j \ \text{ for } j < i"
    )
    noise = max(one.experiment.noise for one in inside.shown)
    st.markdown(
        f"**Noise.** Behind the norm, or where it would stand, with strength $c = {noise:g}$ and draws that all arms share:"
    )
    st.latex(
        r"y = x + c\left((s-1)\,x + m + e\right), \quad s \sim U(1, 1.25),\ m \sim U(-0.5, 0.5),\ e \sim N(0, 0.1^2)"
    )
    st.markdown(
        "$s$ and $m$ are drawn for each unit and update, $e$ for each row as well. It is off in inference mode, and part of what "
        "leaves the norm. The text of the paper asks for such noise without numbers; those of $s$ and $m$ are usually quoted "
        "from its appendix, that of $e$ is chosen here. Noise on raw values weighs as much as their own scale lets it, so the "
        "same noise is not equally strong in a network without a norm."
    )
    st.markdown(
        "Expected before anything was measured:\n\n"
        + "\n".join(
            f"- **{name.capitalize()}.** {one.expected} *Would be refuted by:* {one.refuted} ({'; '.join(one.sources)})"
            for name, one in INSIDE.items()
        )
    )
    measured = [drifting(inside), learning(inside), turning(inside)]
    st.markdown("Measured, as shown now:\n\n" + "\n".join(f"- {text}" for text in measured))
    st.markdown(
        "Published, on other data and larger networks: Santurkar and others report that a VGG network on CIFAR-10 trains with noisy "
        "batch norm as with batch norm, that the same noise keeps the network without it from training, and that cosines are "
        "similar or lower with batch norm. Where the numbers here say otherwise, size, data and learning rate differ."
    )
    st.caption(
        f"Each seed has its own split ({e.train_rows:,} training rows), batches of {e.batch_size} and first weights, the same in all arms. "
        f"Plain gradient descent. Trained by {inside.shown[0].made_by}."
    )


def code(crossed: Crossed, rate: int) -> str:
    """Return a program that trains one seed of the four arms, shorter than the run shown."""
    e = crossed.experiments[place(crossed, NONE, rate)]
    noise = max(crossed.axes["noise"])
    return f"""import numpy as np
from normlib.training import Experiment, collect, train

base = Experiment(depth={e.depth}, width={e.width}, activation="{e.activation}", init="{e.init}", batch_size={e.batch_size},
                  learning_rate={e.learning_rate:g}, steps={min(e.steps, 200)}, points=5, spacing="even", seeds=1,
                  record=("drift", "shift"))
arms = [base.but(method=method, noise=noise) for method in ("none", "batch") for noise in (0.0, {noise:g})]
for one in collect(arms, train(arms)):
    print(one.experiment.method, "norm, noise", one.experiment.noise)
    print("  test accuracy", one.values["test_accuracy"][0, -1].round(3))
    print("  input drift  ", one.values["input_drift"][0, 1:].round(3))
    print("  cosine       ", one.values["ics_cosine"][0, -1].round(3))
"""


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
