"""Placement at the start: what batch norm before or after the activation does before the first update."""

import streamlit as st

from normlib.training.expectations import AT_START, PLACEMENTS
from normlib.training.slopes import SATURATED
from normlib.words import listed, percent, table
from pages.parts.control_kinds import Choice
from pages.parts.controls import Controls
from pages.parts.dial import Dial, dial_chart
from pages.parts.frame import what_next
from pages.parts.lab import Download, Lab, explain, lab
from pages.parts.placement_start import (
    ACTIVATIONS,
    INIT,
    NAMES,
    PLACES,
    ROWS,
    SCALES,
    SEEDS,
    STYLES,
    WIDTH,
    Start,
    experiments,
    picture,
    start,
)
from pages.parts.placement_start_words import said, share_span, span, versus
from pages.parts.rows import csv_text

LABELS = tuple(f"{scale:g}" for scale in SCALES)
LEAVING, ENTERING = "What it puts out", "What goes in"
EPSILONS = {"0.001 (Keras)": 1e-3, "0.00001 (PyTorch, Flax)": 1e-5, "0.00000001": 1e-8}
CONTROLS = Controls(
    "ps",
    {
        "activation": Choice("Activation", tuple(ACTIVATIONS), "Sigmoid", segments=True),
        "depth": Choice("Hidden layers", ("3", "5", "6", "10"), "5", segments=True),
        "show": Choice("Histograms of the activation", (LEAVING, ENTERING), LEAVING, radio=True),
        "scale": Choice("Scale of the first weights", LABELS, "10"),
        "eps": Choice("Epsilon of batch norm", tuple(EPSILONS), "0.001 (Keras)"),
    },
)


def numbers(shown: Start) -> None:
    """Show every scale."""
    a = shown.about
    st.markdown(
        table(
            ["scale", *(f"{a.idle}, {style.name.lower()}" for style in STYLES)],
            [[LABELS[f], *(share_span(shown.idle(place, f)) for place in range(3))] for f in range(len(SCALES))],
        )
    )
    st.markdown(
        table(
            ["scale", *(f"gradient of layer 1, {style.name.lower()}" for style in STYLES)],
            [[LABELS[f], *(span(shown.gradient(place, f)) for place in range(3))] for f in range(len(SCALES))],
        )
    )
    st.caption(
        f"Over {SEEDS} seeds, each with its own split, batch and first weights, which the three placements share. "
        f"“{a.idle.capitalize()}” is the share of the {a.what} in all hidden layers with a 95 % interval (±, in percentage "
        "points) where the seeds differ. Gradients are geometric means, in brackets with their 95 % interval."
    )


def published() -> None:
    """Show what others measured after training."""
    st.markdown(
        table(
            ["network", "no batch norm", "before", "after"],
            [
                [row.network, *(f"{100 * share:.1f}\xa0%" for share in (row.none, row.before, row.after))]
                for row in PLACEMENTS
            ],
        )
    )
    signs = [row.after - row.before for row in PLACEMENTS]
    leads = listed(
        [
            f"{'after' if sign > 0 else 'before'} leads by {abs(100 * sign):.1f} points in {row.network.partition(',')[0]}"
            for sign, row in zip(signs, PLACEMENTS, strict=True)
        ]
    )
    st.markdown(
        f"Not our numbers: test accuracy on ImageNet after training, with ReLU, by Mishkin and others "
        f"(github.com/ducha-aiki/caffenet-benchmark, batchnorm.md). In them {leads}. They are single runs with different "
        "first weights and no intervals, so which place is better for ReLU stays contested."
    )


def computed(shown: Start, at: int) -> None:
    """Say what was measured, what was expected, and what the page does not show."""
    a, expected = shown.about, AT_START["placement"]
    st.latex(
        r"\text{before: } \varphi(\mathrm{BN}(x W)) \qquad \text{after: } \mathrm{BN}(\varphi(x W + b)) \qquad \text{none: } \varphi(x W + b)"
    )
    st.markdown(
        f"A dense network of {shown.depth} × {WIDTH} units on digits, {ROWS} rows in a batch, nothing trained. The first weights "
        f"are drawn by {INIT[a.init]}'s rule, usual for this activation, and those of the hidden layers are multiplied by "
        f"the scale. A sigmoid or tanh counts as saturated where its slope is under {SATURATED:g}; a ReLU unit is dead if it "
        "is 0 for the whole batch. The gradient norm is the root of the sum of squares over all weights of a layer. "
        "Each histogram has its own height; the outer bins hold all that lies beyond."
    )
    st.markdown(
        "Before the activation, the norm gives every unit a standard deviation of about 1, whatever the scale of the weights, as "
        "long as epsilon is small beside the variance. After it, the norm repairs the values for the next layer, but "
        "they have been through the activation already: what was saturated there passes on hardly any gradient."
    )
    st.markdown(
        f"**Expected.** {expected.expected} **What would refute it.** {expected.refuted} **Measured** at scale {LABELS[at]}: "
        f"{listed([f'{percent(shown.share(place, at))} {a.idle} {name}' for place, name in enumerate(NAMES)])}. {versus(shown, at)}"
    )
    st.markdown(
        "A good start is not yet a good end: which placement trains better is tried on the page “Placement, trained”, each at its best learning rate. "
        f"Source of the placement before the activation: {listed(expected.sources)}."
    )


def code(shown: Start, at: int) -> str:
    """Return a program that measures the same networks."""
    e = experiments(shown.activation, shown.depth, shown.eps)[1][at]
    return f"""from normlib.training import Experiment
from normlib.training.at_start import at_start

arms = [
    Experiment(
        placement=placement,
        method="batch",
        eps={e.eps:g},
        activation="{e.activation}",
        init="{e.init}",
        scale={e.scale:g},
        depth={e.depth},
        width={e.width},
        batch_size={e.batch_size},
        steps={e.steps},
        seeds={len(e.seeds)},
        dtype="{e.dtype}",
    )
    for placement in {PLACES}
]
for arm, found in zip(arms, at_start(arms)):
    print(arm.placement, found.idle.mean(), found.gradient_norm[:, 0])
"""


def download(shown: Start) -> str:
    """Return one line per placement, scale, seed and layer."""
    rows = [
        (place, scale, seed, layer + 1, one.gradient_norm[seed, layer], one.idle[seed, layer])
        for place, found in zip(PLACES, shown.found, strict=True)
        for scale, one in zip(SCALES, found, strict=True)
        for seed in range(SEEDS)
        for layer in range(shown.depth)
    ]
    return csv_text(
        ["placement", "scale", "seed", "layer", "gradient_norm", shown.about.idle], list(zip(*rows, strict=True))
    )


def body(page: Lab) -> None:
    """Draw the controls and, beside them, what they show."""
    panel = page.panel
    with page.controls:
        activation = panel.choice("activation")
        depth = int(panel.choice("depth"))
        leaving = panel.choice("show") == LEAVING
        with st.expander("More"):
            label = panel.choice("scale")
            eps = EPSILONS[panel.choice("eps")]
    at = LABELS.index(label)
    shown = start(activation, depth, eps)
    titles, sentences = said(activation, depth, eps)
    with page.figure:
        dial_chart(
            panel,
            picture(shown, leaving, at),
            Dial("scale", "Scale of the first weights", SCALES, at, "×", ".4g"),
            titles=titles,
            sentences=sentences,
            alt=f"Histograms of {'the outputs' if leaving else 'the inputs'} of the activation in three layers, a column for each "
            "placement, and the gradient norm of every layer.",
            file_name=f"{activation.lower()} before and after at the start",
        )
        explain(
            "ps_tabs",
            {
                "Numbers": lambda: numbers(shown),
                "Published elsewhere": published,
                "How it is computed": lambda: computed(shown, at),
                "Code": lambda: st.code(code(shown, at), language="python"),
            },
            Download(f"placement-{activation.lower()}.csv", lambda: download(shown)),
        )


lab("placement-start", "Drag the scale of the first weights, then change the activation.", CONTROLS, body)
what_next("A good start is not yet a good end: see the three placements after training.", "placement-trained")
