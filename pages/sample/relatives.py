"""Relatives of layer norm: without the mean, without statistics, or on the weights."""

from typing import Final

import streamlit as st

from pages.parts.control_kinds import Choice, Number, Switch
from pages.parts.controls import Controls
from pages.parts.dial import Dial, dial_chart
from pages.parts.frame import what_next
from pages.parts.lab import Download, Lab, explain, lab
from pages.parts.relative import SHIFTS, Told, rms
from pages.parts.relative_tanh import ALPHAS, tanh
from pages.parts.relative_weights import FACTORS, weights
from pages.parts.tensors import TENSOR, choose_tensor

RELATIVES: Final = ("RMS norm", "Dynamic tanh", "Weight standardization")
DIVISORS: Final = ("n", "n − 1")
DIALS: Final = dict(zip(RELATIVES, ("shift", "alpha", "factor"), strict=True))
CONTROLS = Controls(
    "rl",
    {
        "relative": Choice("Instead of layer norm", RELATIVES, RELATIVES[0]),
        "tensor": TENSOR,
        "shift": Number(
            "Mean added",
            0,
            float(SHIFTS[-1]),
            1,
            0.1,
            "sd",
            field=True,
            help="Added to every value, in standard deviations of all activations.",
        ),
        "own": Switch(
            "Keep each sample's own mean", help="Otherwise it is taken out first, so that the dial is the mean."
        ),
        "alpha": Choice("Alpha", tuple(f"{one:g}" for one in ALPHAS), "0.5"),
        "factor": Choice("First filter times", tuple(f"{one:g}" for one in FACTORS), "5"),
        "add": Switch("Add 0.5 to its weights"),
        "divisor": Choice("Deviation divides by", DIVISORS, "n", segments=True),
    },
)


def told(page: Lab) -> tuple[str, Told]:
    """Draw the controls of the chosen relative, and compute it."""
    panel = page.panel
    with page.controls:
        chosen = panel.choice("relative")
        if chosen == "Weight standardization":
            with panel.more():
                factor, add = float(panel.choice("factor")), panel.switch("add")
                unbiased = panel.choice("divisor") == DIVISORS[1]
            return chosen, weights(factor, add, unbiased)
        tensor = choose_tensor(panel)
        with panel.more():
            if chosen == "Dynamic tanh":
                return chosen, tanh(tensor, float(panel.choice("alpha")))
            return chosen, rms(tensor, panel.number("shift"), panel.switch("own"))


def computed(shown: Told) -> None:
    """Show the formula with the present values."""
    for formula in shown.formulas:
        st.latex(formula)
    st.markdown(shown.remarks)


def body(page: Lab) -> None:
    """Draw the controls and, beside them, what they show."""
    chosen, shown = told(page)
    dial, panel = DIALS[chosen], page.panel

    with page.figure:
        dial_chart(
            panel,
            shown.drawn,
            Dial(dial, shown.label, shown.positions, shown.at, shown.unit, format="g" if dial != "shift" else ".1f"),
            titles=shown.titles,
            sentences=shown.sentences,
            alt=shown.alt,
            height=420,
            file_name=f"{chosen.lower()} and layer norm",
            key=f"chart_{dial}",
        )
        explain(
            "rl_tabs",
            {
                "Numbers": lambda: st.markdown(shown.numbers),
                "How it is computed": lambda: computed(shown),
                "Code": lambda: st.code(shown.code, language="python"),
            },
            Download(f"{chosen.lower().replace(' ', '-')}.csv", shown.csv),
        )


lab("relatives", "Choose what stands in for layer norm, then drag the slider under the figure.", CONTROLS, body)
what_next("All of them add a small epsilon. See what it does to a small spread.", "epsilon")
