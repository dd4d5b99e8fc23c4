"""Epsilon: what the default of each framework leaves of a small standard deviation."""

import numpy as np
import streamlit as st

from normlib.epsilon import GROUPS, defaults, half_point, left_over, measure, some_values, unit_slices
from normlib.figures.look import METHODS
from normlib.figures.spread import Curve, spread
from normlib.words import listed, number, table, tex
from pages.parts.control_kinds import Choice
from pages.parts.controls import Controls
from pages.parts.dial import Dial, dial_chart
from pages.parts.frame import what_next
from pages.parts.lab import Download, Lab, explain, lab
from pages.parts.rows import csv_text

# Ascending, and evenly spaced to the eye on a logarithmic axis.
INPUTS = (*(m * 10.0**p for p in range(-4, 0) for m in (1, 1.5, 2, 3, 5, 7)), 1.0)
LABELS = tuple(f"{value:.5f}".rstrip("0").rstrip(".") for value in INPUTS)
TABLE_ROWS = ("1", "0.1", "0.03", "0.01", "0.001", "0.0001")
LAYERS = {f"{METHODS[kind].name} norm": kind for kind in ("batch", "layer", "instance", "group", "rms")}
SLICES = {
    "batch": "every channel",
    "layer": "every sample",
    "instance": "every channel of every sample",
    "group": "every group of channels of a sample",
    "rms": "every sample",
}
KERAS = {
    "batch": "BatchNormalization()",
    "layer": "LayerNormalization(axis=[1, 2, 3])",
    "instance": "GroupNormalization(groups=-1)",
    "group": f"GroupNormalization(groups={GROUPS})",
    "rms": "RMSNormalization(axis=[1, 2, 3])",
}
OURS = {
    "batch": "batch_norm(x, ",
    "layer": "layer_norm(x, axes=(1, 2, 3), ",
    "instance": "instance_norm(x, ",
    "group": f"group_norm(x, {GROUPS}, ",
    "rms": "rms_norm(x, axes=(1, 2, 3), ",
}


def small(eps: float) -> str:
    """Write an epsilon; a pure power of ten stands without its 1."""
    return number(eps).removeprefix("1\u00a0×\u00a0")


OWN = {small(eps): eps for eps in (*(10.0**-power for power in range(13)), 0.0)}
CONTROLS = Controls(
    "ep",
    {
        "layer": Choice("Layer", tuple(LAYERS), "Layer norm"),
        "own": Choice("Your epsilon", tuple(OWN), "0.0001", help="Drawn beside the defaults of the frameworks."),
        "input": Choice("Standard deviation in", LABELS, "0.01"),
    },
)


def curves(kind: str, own: float) -> list[tuple[float, Curve]]:
    """Return what each default epsilon leaves, and last what the learner's own leaves, each after its epsilon."""
    named = [(one.eps, ", ".join(one.titles), False) for one in defaults(kind)] + [(own, "yours", True)]
    found = []
    for eps, short, is_own in named:
        measured = measure(kind, eps, INPUTS)
        name = f"{short.capitalize() if is_own else short}: {small(eps)}"
        found.append((eps, Curve(short, name, measured.std, measured.values, is_own)))
    return found


def title(drawn: list[tuple[float, Curve]], at: int) -> str:
    """Say what to see at one standard deviation."""
    left = {curve.short: float(curve.std[at]) for _, curve in drawn if not curve.own}
    least = number(min(left.values()), 4)
    if min(left.values()) > 0.99:
        return f"At {LABELS[at]} no default epsilon is felt: all give {'1, to four digits' if least == '1' else f'{least} or more'}"
    spoken = [f"{number(value)} ({name})" for name, value in left.items()]
    return f"{LABELS[at]} goes in, 1 is wanted, and out {'come' if len(spoken) > 1 else 'comes'} {listed(spoken)}"


def sentence(kind: str, drawn: list[tuple[float, Curve]], at: int) -> str:
    """Answer the page's question for one standard deviation."""
    spoken = []
    for k, (eps, curve) in enumerate(drawn):
        whose = "the default epsilon of" if k == 0 else "that of"
        owner = "yours" if curve.own else f"{whose} {listed(curve.short.split(', '))}"
        spoken.append(f"{number(float(curve.std[at]))} with {owner} ({small(eps)})")
    largest, first = drawn[0]
    return (
        f"{METHODS[kind].name} norm should bring {SLICES[kind]} to {'a mean square' if kind == 'rms' else 'a standard deviation'} of 1. From {LABELS[at]} it makes "
        f"{listed(spoken)}. With {small(largest)} ({first.short}) half is lost where {number(half_point(largest))} goes in."
    )


def numbers(drawn: list[tuple[float, Curve]], at: int) -> None:
    """Show what comes out for round inputs and for the present one."""
    rows = sorted({*(LABELS.index(label) for label in TABLE_ROWS), at}, reverse=True)
    st.markdown(
        table(
            ["standard deviation in", *(curve.name for _, curve in drawn)],
            [[LABELS[row], *(number(float(curve.std[row]), 4) for _, curve in drawn)] for row in rows],
        )
    )
    st.caption(
        "Measured: six digits under six filters, standardized, multiplied by the number on the left, and given to the "
        "layer. Defaults as in Keras 3.15, PyTorch 2.13 and Flax 0.12; other versions may differ."
    )


def computed(kind: str, drawn: list[tuple[float, Curve]], at: int) -> None:
    """Show the formula with the present numbers."""
    eps, first = drawn[0]
    spread_in = INPUTS[at]
    st.markdown("Epsilon is added to the variance inside the root, so that a constant slice is not divided by zero.")
    st.latex(
        r"y = \frac{x - \mu}{\sqrt{\sigma^2 + \varepsilon}}, \qquad \sigma_y = \frac{\sigma}{\sqrt{\sigma^2 + \varepsilon}}"
    )
    st.latex(
        rf"\sigma_y = \frac{{{tex(spread_in)}}}{{\sqrt{{{tex(spread_in**2)} + {tex(eps)}}}}} = "
        rf"{tex(float(left_over(spread_in, eps)))} \quad \text{{({first.short})}}"
    )
    if kind == "rms":
        st.markdown(
            "RMS norm does not subtract the mean and divides by the root of the mean square. Here the mean is 0, so that "
            "both are the same. PyTorch's default is the smallest step above 1 of the data's type, here float32."
        )
    st.markdown(
        "What matters is epsilon beside the variance: 0.001 is nothing beside 1 and ten times a variance of 0.0001. "
        "After training, gamma can make up for it, but only by one factor per channel, learned for the spreads seen. "
        "Who carries weights from one framework to another has to carry the epsilon too. The papers leave its value open."
    )


def code(kind: str, label: str) -> str:
    """Return a program that computes the same, beside the layer of Keras."""
    function = OURS[kind].partition("(")[0]
    call = "layer(x, training=True)" if kind == "batch" else "layer(x)"
    return f"""import keras
import numpy as np
from normlib import {function}
from normlib.epsilon import unit_slices

x = {label} * unit_slices("{kind}")  # feature maps with a standard deviation of {label}
layer = keras.layers.{KERAS[kind]}
theirs = np.asarray({call})
ours = {OURS[kind]}eps=layer.epsilon).output
print(layer.epsilon, theirs.std(), ours.std())

# The default of PyTorch, and the one you chose, go in the same way: eps=...
"""


def body(page: Lab) -> None:
    """Draw the controls and, beside them, what they show."""
    panel = page.panel
    with page.controls:
        kind = LAYERS[panel.choice("layer")]
        own = OWN[panel.choice("own")]
        with panel.more():
            label = panel.choice("input")
    at = LABELS.index(label)
    drawn = curves(kind, own)
    before = np.outer(INPUTS, some_values(kind, unit_slices(kind)))
    made = spread(np.array(INPUTS), at, before, [curve for _, curve in drawn], METHODS[kind].color)
    titles = [title(drawn, k) for k in range(len(INPUTS))]
    sentences = [sentence(kind, drawn, k) for k in range(len(INPUTS))]
    with page.figure:
        dial_chart(
            panel,
            made,
            Dial("input", "Standard deviation in", INPUTS, at, format=".5g"),
            titles=titles,
            sentences=sentences,
            alt="The standard deviation after the layer over the one before it, one curve per epsilon; beside it the values.",
            height=420,
            file_name=f"epsilon of {METHODS[kind].name.lower()} norm",
        )
        explain(
            "ep_tabs",
            {
                "Numbers": lambda: numbers(drawn, at),
                "How it is computed": lambda: computed(kind, drawn, at),
                "Code": lambda: st.code(code(kind, label), language="python"),
            },
            Download(f"epsilon-{kind}.csv", lambda: download(kind, own)),
        )


def download(kind: str, own: float) -> str:
    """Return all curves as a CSV file."""
    drawn = curves(kind, own)
    return csv_text(
        ["standard_deviation_in", *(f"{curve.short} {eps:g}" for eps, curve in drawn)],
        [INPUTS, *(curve.std for _, curve in drawn)],
    )


lab("epsilon", "Drag the standard deviation down and watch which framework lets it shrink.", CONTROLS, body)
what_next("Rounding is the other way to lose a small spread.", "rounding")
