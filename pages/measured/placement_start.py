"""Placement at the start: what batch norm before or after the activation does before the first update."""

from collections.abc import Sequence

import streamlit as st

from normlib.training.expectations import AT_START, PLACEMENTS
from normlib.training.slopes import SATURATED
from normlib.words import count, listed, percent, table
from pages.parts.control_kinds import Choice, Several
from pages.parts.controls import Controls
from pages.parts.dial import Dial, dial_chart
from pages.parts.embedding import brief
from pages.parts.frame import what_next
from pages.parts.lab import Download, Lab, explain, lab
from pages.parts.placement_start import (
    ACTIVATIONS,
    ALL,
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
PLACEMENTS_SHOWN = tuple(style.name for style in STYLES)
EPSILONS = {"0.001 (Keras)": 1e-3, "0.00001 (PyTorch, Flax)": 1e-5, "0.00000001": 1e-8}
CONTROLS = Controls(
    "ps",
    {
        "activation": Choice("Activation", tuple(ACTIVATIONS), "Sigmoid", segments=True),
        "depth": Choice("Hidden layers", ("3", "5", "6", "10"), "5", segments=True),
        "show": Choice("Histograms of the activation", (LEAVING, ENTERING), LEAVING, radio=True),
        "scale": Choice("Scale of the first weights", LABELS, "10"),
        "placements": Several(
            "Placements",
            PLACEMENTS_SHOWN,
            PLACEMENTS_SHOWN,
            help="Of batch norm, around the activation. If none is chosen, all are shown.",
        ),
        "eps": Choice("Epsilon of batch norm", tuple(EPSILONS), "0.001 (Keras)"),
    },
)


def numbers(shown: Start, places: Sequence[int]) -> None:
    """Show every scale."""
    a = shown.about
    styles = [STYLES[place].name.lower() for place in places]
    st.markdown(
        table(
            ["scale", *(f"{a.idle}, {name}" for name in styles)],
            [[LABELS[f], *(share_span(shown.idle(place, f)) for place in places)] for f in range(len(SCALES))],
        )
    )
    st.markdown(
        table(
            ["scale", *(f"gradient of layer 1, {name}" for name in styles)],
            [[LABELS[f], *(span(shown.gradient(place, f)) for place in places)] for f in range(len(SCALES))],
        )
    )
    shared = f", which the {'three' if len(places) == len(ALL) else 'two'} placements share" if len(places) > 1 else ""
    st.caption(
        f"Over {SEEDS} seeds, each with its own split, batch and first weights{shared}. "
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


def computed(shown: Start, at: int, places: Sequence[int]) -> None:
    """Say what was measured, what was expected, and what the page does not show."""
    a, expected = shown.about, AT_START["placement"]
    formulas = (
        r"\text{none: } \varphi(x W + b)",
        r"\text{before: } \varphi(\mathrm{BN}(x W))",
        r"\text{after: } \mathrm{BN}(\varphi(x W + b))",
    )
    st.latex(r" \qquad ".join(formulas[place] for place in places))
    st.markdown(
        f"A dense network of {shown.depth} × {WIDTH} units on digits, {ROWS} rows in a batch, nothing trained. The first weights "
        f"are drawn by {INIT[a.init]}'s rule, usual for this activation, and those of the hidden layers are multiplied by "
        f"the scale. A sigmoid or tanh counts as saturated where its slope is under {SATURATED:g}; a ReLU unit is dead if it "
        "is 0 for the whole batch. The gradient norm is the root of the sum of squares over all weights of a layer. "
        "Each histogram has its own height; the outer bins hold all that lies beyond."
    )
    reasons = (
        "",
        "Before the activation, the norm gives every unit a standard deviation of about 1, whatever the scale of the weights, as "
        "long as epsilon is small beside the variance.",
        "After the activation, the norm repairs the values for the next layer, but "
        "they have been through the activation already: what was saturated there passes on hardly any gradient.",
    )
    st.markdown(" ".join(reasons[place] for place in places))
    found = listed([f"{percent(shown.share(place, at))} {a.idle} {NAMES[place]}" for place in places])
    if not {1, 2} <= set(places):
        st.markdown(f"**Measured** at scale {LABELS[at]}: {found}.")
        return
    st.markdown(
        f"**Expected.** {expected.expected} **What would refute it.** {expected.refuted} **Measured** at scale {LABELS[at]}: "
        f"{found}. {versus(shown, at)}"
    )
    st.markdown(
        "A good start is not yet a good end: which placement trains better is tried on the page “Placement, trained”, each at its best learning rate. "
        f"Source of the placement before the activation: {listed(expected.sources)}."
    )


def code(shown: Start, at: int, places: Sequence[int]) -> str:
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
    for placement in {tuple(PLACES[place] for place in places)}
]
for arm, found in zip(arms, at_start(arms)):
    print(arm.placement, found.idle.mean(), found.gradient_norm[:, 0])
"""


def download(shown: Start, places: Sequence[int]) -> str:
    """Return one line per placement, scale, seed and layer."""
    rows = [
        (PLACES[place], scale, seed, layer + 1, one.gradient_norm[seed, layer], one.idle[seed, layer])
        for place in places
        for scale, one in zip(SCALES, shown.found[place], strict=True)
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
        with panel.more():
            label = panel.choice("scale")
            chosen = panel.several("placements")
            places = tuple(place for place in ALL if not chosen or PLACEMENTS_SHOWN[place] in chosen)
            eps = EPSILONS[panel.choice("eps", idle=places == (0,))]
    at = LABELS.index(label)
    shown = start(activation, depth, eps)
    titles, sentences = said(activation, depth, eps, places, brief=brief())
    columns = listed([f"one {NAMES[place]}" for place in places])
    tabs = {
        "Numbers": lambda: numbers(shown, places),
        "Published elsewhere": published,
        "How it is computed": lambda: computed(shown, at, places),
        "Code": lambda: st.code(code(shown, at, places), language="python"),
    }
    if not {1, 2} <= set(places):
        del tabs["Published elsewhere"]
    with page.figure:
        dial_chart(
            panel,
            picture(shown, leaving, at, places),
            Dial("scale", "Scale of the first weights", SCALES, at, "×", ".4g"),
            titles=titles,
            sentences=sentences,
            alt=f"Histograms of {'the outputs' if leaving else 'the inputs'} of the activation in three layers, in "
            f"{count(len(places), 'column')}: {columns}; and the gradient norm of every layer.",
            file_name=f"{activation.lower()} before and after at the start",
        )
        explain("ps_tabs", tabs, Download(f"placement-{activation.lower()}.csv", lambda: download(shown, places)))


lab("placement-start", "Drag the scale of the first weights, then change the activation.", CONTROLS, body)
what_next("A good start is not yet a good end: see the three placements after training.", "placement-trained")
