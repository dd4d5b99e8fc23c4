"""Which values share a mean? One real tensor, every layer, down to the arithmetic of one number."""

from dataclasses import replace

import streamlit as st

from normlib.activations import activations
from normlib.components.tensor_view import Step
from normlib.words import count
from pages.parts.control_kinds import Place
from pages.parts.controls import Controls
from pages.parts.frame import what_next
from pages.parts.lab import Lab, lab
from pages.parts.one_tensor import draw_tensor, explain_tensor
from pages.parts.sharing import lonely, sentence, title
from pages.parts.tensors import (
    BETA,
    EPS,
    GAMMA,
    GROUPS,
    METHOD,
    OVER,
    SAMPLES,
    TENSOR,
    Layer,
    choose_layer,
    choose_tensor,
    eps_of,
)

CONTROLS = Controls(
    "ax",
    {
        "method": METHOD,
        "over": OVER,
        "groups": GROUPS,
        "tensor": TENSOR,
        "samples": SAMPLES,
        "gamma": GAMMA,
        "beta": BETA,
        "eps": EPS,
        "at": Place("Value"),
    },
)


def step(layer: Layer, name: str, samples: int) -> Step:
    """Return the view with some samples in the batch."""
    tensor = activations(name, samples)
    text = count(samples, "sample")
    if layer.method == "batch" and tensor.x[..., 0].size == 1:
        problem = lonely(tensor)
        return Step(text, samples, None, "One value has no spread to divide by", problem, problem, samples)
    result = layer.run(tensor)
    return Step(text, samples, result, title(layer, result), sentence(layer, tensor, result), samples=samples)


def body(page: Lab) -> None:
    """Draw the controls and, beside them, what they show."""
    panel = page.panel
    with page.controls:
        name = choose_tensor(panel)
        layer = choose_layer(panel, activations(name))
        with panel.more():
            samples = int(panel.number("samples"))
            layer = replace(layer, gamma=panel.number("gamma"), eps=eps_of(panel))
            if layer.method != "rms":
                layer = replace(layer, beta=panel.number("beta"))
    steps = [step(layer, name, batch) for batch in range(int(SAMPLES.low), int(SAMPLES.high) + 1)]
    present = steps[samples - 1]
    with page.figure:
        place = draw_tensor(
            panel,
            layer,
            name,
            steps,
            samples,
            dial="samples",
            label=SAMPLES.label,
            shown=(
                "Activations unfolded: one row per sample, one column per channel, each cell a map; on the left before and "
                "on the right after normalization. All values that share a mean with the chosen one are marked."
            ),
        )
        if present.problem:
            st.stop()
        explain_tensor(panel, layer, activations(name, samples), present.result, place)


lab(
    "axes",
    "Point at a value, or use the arrow keys: all that share a mean with it light up. A click keeps it.",
    CONTROLS,
    body,
)
what_next("Look at the averages themselves: along which axes are they 0 now?", "averages")
