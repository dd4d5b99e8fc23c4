"""Gradient descent: the loss of two features as a landscape, and a path whose step can be dragged."""

import numpy as np
import streamlit as st

from normlib.figures.look import SCALERS
from normlib.figures.valley import valley
from normlib.words import number, percent, table, tex
from pages.parts.control_kinds import Choice, Number
from pages.parts.controls import Controls
from pages.parts.dial import Dial, dial_chart
from pages.parts.frame import what_next
from pages.parts.kinds import KIND_OF, class_name, scaler_choice
from pages.parts.lab import Download, Lab, explain, lab
from pages.parts.landscape import SHARES, STEPS, Landscape, condition_of_all, fewest_steps, landscape, surface
from pages.parts.rows import csv_text
from pages.parts.source import BUILT_IN, Source, built_in

PAIRS = {
    "Wine": ("proline", "hue"),
    "Breast cancer": ("mean area", "mean smoothness"),
    "Digits": ("pixel 3,4", "pixel 5,2"),
}
FEATURE = Choice("First feature", ("proline",), "proline", varies=True)
CONTROLS = Controls(
    "gd",
    {
        "scaler": scaler_choice("none"),
        "data": BUILT_IN,
        "first": FEATURE,
        "second": Choice("Second feature", ("hue",), "hue", varies=True),
        "rate": Number("Step size", 0.05, 1.1, 0.9, 0.05, "of the largest stable one", field=True),
    },
)


def progress(land: Landscape, at: int) -> np.ndarray:
    """Return how much of its way from 0 to the minimum each weight has gone after the last step, (2,)."""
    way = land.problem.minimum
    gone = 1 - np.abs(land.walk.path[at, -1] - way) / np.where(way == 0, np.inf, np.abs(way))
    return np.asarray(gone, dtype=float)


def title(land: Landscape, at: int, names: tuple[str, str]) -> str:
    """Say what to see at one step size."""
    if land.problem.eigenvalues[1] == 0:
        return "Two constant features have no slope to follow"
    if SHARES[at] > 1:
        return "The steps are too long: the path swings further out each time"
    gone = progress(land, at)
    slower = int(np.argmin(gone))
    if gone[slower] > 0.999:
        return f"Both weights arrive within {STEPS} steps"
    return f"After {STEPS} steps the weight of {names[slower]} has gone {percent(max(gone[slower], 0.0))} of its way"


def sentence(land: Landscape, at: int) -> str:
    """Answer the page's question for one step size."""
    problem = land.problem
    if problem.eigenvalues[0] == 0:
        return "At least one direction is flat, because a feature is constant or repeats the other: no step is taken there."
    needed = float(land.needed[at])
    text = (
        f"Across the valley the loss bends {number(problem.condition_number)} times as sharply as along it. "
        f"The sharp direction limits the step to {number(problem.largest_stable_rate)}; "
    )
    if not np.isfinite(needed):
        return text + f"at {number(float(land.walk.rate[at]))} the loss grows instead of shrinking."
    return (
        text
        + f"with {number(float(land.walk.rate[at]))}, 99 % of the avoidable loss is gone after {number(needed)} steps."
    )


def numbers(source: Source, columns: list[int]) -> None:
    """Show condition number and steps for every scaler."""
    rows = []
    for kind in SCALERS:
        problem = surface(source.title, tuple(columns), kind)
        needed = fewest_steps(source.title, tuple(columns), kind)
        rows.append(
            [
                SCALERS[kind].name,
                number(problem.condition_number),
                number(problem.largest_stable_rate),
                number(needed) if np.isfinite(needed) else "never",
                number(condition_of_all(source.title, kind)),
            ]
        )
    st.markdown(
        table(
            [
                "scaler",
                "condition number",
                "largest stable step",
                "fewest steps",
                "condition number, all features",
            ],
            rows,
        )
    )
    st.caption(
        "Fewest steps until 1 % of the avoidable loss is left, over 2,000 constant step sizes. The last column takes all features: "
        "what scaling cannot cure there is collinearity. Infinite: some direction does not vary at all."
    )


def computed(land: Landscape, at: int) -> None:
    """Show the formula with the present numbers."""
    st.markdown(
        "The score is a weighted sum of the two features, the target is 1 for the first class and 0 for the others, the "
        "loss is the mean squared error. The intercept is taken at its best, by centring. Each step goes against the gradient:"
    )
    st.latex(r"w_{t+1} = w_t - \eta\, H (w_t - w^*), \qquad H = \tfrac{2}{N} X^\top X")
    small, large = land.problem.eigenvalues
    st.latex(
        rf"\lambda_{{\min}} = {tex(small)}, \quad \lambda_{{\max}} = {tex(large)}, \quad "
        rf"\eta = {tex(float(land.walk.rate[at]))} = {SHARES[at]:g} \cdot \frac{{2}}{{\lambda_{{\max}}}}"
    )
    st.markdown(
        "Along each direction the distance to the minimum is multiplied by 1 − ηλ at every step. The sharpest direction "
        "forbids η above 2/λmax, and then a step leaves at least the share 1 − 2λmin/λmax of the way along the flattest one. "
        "Both axes of the picture have the same unit, so a narrow valley looks narrow. Methods with one step size per "
        "weight, such as Adam, feel this much less."
    )


def code(source: Source, columns: list[int], kind: str, share: float) -> str:
    """Return a program that computes the same."""
    made = class_name(kind)
    return f"""import keras
import numpy as np
from normlib import data
from normlib.descent import descend, quadratic
from normlib.scalers import {made}

{source.code()}[:, {columns}]  # {source.features[columns[0]]}, {source.features[columns[1]]}
x = {made}().fit(x).transform(x)
x = x - x.mean(axis=0)
target = (known.y == 0) - np.mean(known.y == 0)

problem = quadratic(x, target)
rate = {share:g} * problem.largest_stable_rate
print(descend(problem, start=(0, 0), rate=rate, steps=5).path[-1])

# The same five steps by a Keras model: all rows in one batch, weights from zero
model = keras.Sequential([keras.layers.Dense(1, use_bias=False, kernel_initializer="zeros")])
model.compile(keras.optimizers.SGD(rate), loss="mse")
model.fit(x, target, batch_size=len(x), epochs=5, verbose=0)
print(model.get_weights()[0][:, 0])
"""


def body(page: Lab) -> None:
    """Draw the controls and, beside them, what they show."""
    panel = page.panel
    with page.controls:
        kind = KIND_OF[panel.choice("scaler")]
        source = built_in(panel.choice("data"))
        with panel.more():
            first, second = PAIRS[source.title]
            names = panel.choice("first", source.features, first), panel.choice("second", source.features, second)
            share = panel.number("rate")
    columns = [source.features.index(name) for name in names]
    land = landscape(source.title, tuple(columns), kind)
    at = int(np.argmin(np.abs(SHARES - share)))
    drawn = valley(land.problem, land.walk, at, style=SCALERS[kind], names=names)
    page.reading("condition", land.problem.condition_number)
    titles = [title(land, k, names) for k in range(SHARES.size)]
    sentences = [sentence(land, k) for k in range(SHARES.size)]
    with page.figure:
        dial_chart(
            panel,
            drawn,
            Dial("rate", "Step size", SHARES, at, "of the largest stable one", format=".2f"),
            titles=titles,
            sentences=sentences,
            alt=f"Contours of the loss over the weights of {names[0]} and {names[1]}, with the path of gradient descent.",
            height=430,
            file_name="gradient descent",
        )
        explain(
            "gd_tabs",
            {
                "Numbers": lambda: numbers(source, columns),
                "How it is computed": lambda: computed(land, at),
                "Code": lambda: st.code(code(source, columns, kind, share), language="python"),
            },
            Download(
                "gradient-descent.csv",
                lambda: csv_text(
                    ["step", "weight_1", "weight_2", "loss"],
                    [np.arange(STEPS + 1), land.walk.path[at, :, 0], land.walk.path[at, :, 1], land.walk.losses[at]],
                ),
            ),
        )


lab("gradient-descent", "Switch the scaler, then drag the step size until the path breaks.", CONTROLS, body)
what_next("There is a model that takes no steps at all.", "least-squares")
