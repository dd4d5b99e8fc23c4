"""All layers in one table: which axes, how many means, who depends on the batch, and what the libraries set."""

from typing import Final

import streamlit as st

from normlib.checks import divisors
from normlib.figures.layer_counts import layer_counts
from normlib.figures.look import METHODS
from normlib.layer_facts import LAYERS, LayerFacts, layer_facts
from normlib.words import count, listed, table
from pages.parts.control_kinds import Choice
from pages.parts.controls import Controls
from pages.parts.dial import Dial, dial_chart
from pages.parts.frame import what_next
from pages.parts.lab import Download, Lab, explain, lab
from pages.parts.layer_tables import defaults, uses
from pages.parts.rows import csv_text

SIZES: Final = (1, 2, 3, 4, 6, 8, 12, 16, 24, 32, 48, 64, 96, 128, 192, 256)
OVER: Final = {"H, W, C": (1, 2, 3), "C": (3,)}
CONTROLS = Controls(
    "cm",
    {
        "size": Choice("Samples", tuple(str(n) for n in SIZES), "32"),
        "side": Choice("Height and width", ("1", "2", "4", "7", "14", "28", "56"), "14"),
        "channels": Choice("Channels", ("1", "2", "6", "16", "32", "64", "128", "256"), "64"),
        "groups": Choice(
            "Groups", ("1", "2", "32"), "32", help="Only divisors of the number of channels.", varies=True
        ),
        "over": Choice(
            "Layer and RMS norm average over",
            tuple(OVER),
            "H, W, C",
            help="The papers average over all units of a layer. Keras takes C alone unless told otherwise.",
            segments=True,
        ),
    },
)


def facts_of(side: int, channels: int, groups: int, over: str) -> tuple[tuple[LayerFacts, ...], ...]:
    """Return what every layer does at every batch size."""
    return tuple(
        tuple(layer_facts(m, (n, side, side, channels), groups=groups, axes=OVER[over]) for m in LAYERS) for n in SIZES
    )


def of(every: tuple[LayerFacts, ...], method: str) -> LayerFacts:
    """Return one layer's facts."""
    return every[LAYERS.index(method)]


def norms(methods: list[str]) -> str:
    """Name layers in a sentence: "layer, group and RMS norm"."""
    names = [METHODS[one].name for one in methods]
    return f"{listed([name if name == 'RMS' else name.lower() for name in names])} norm"


def empty(every: tuple[LayerFacts, ...]) -> list[str]:
    """Return the layers whose mean is that of one value, which leaves nothing."""
    return [one.method for one in every if one.values == 1 and one.method != "rms"]


def title(every: tuple[LayerFacts, ...]) -> str:
    """Say what to see at one batch size."""
    if lost := empty(every):
        return f"One value per mean leaves nothing: {norms(lost)}"
    batch = of(every, "batch")
    return f"Only batch norm follows the batch: {count(batch.values, 'value')} per mean with {count(batch.shape[0], 'sample')}"


def sentence(every: tuple[LayerFacts, ...]) -> str:
    """Answer the page's question for one batch size."""
    batch, layer = of(every, "batch"), of(every, "layer")
    if lost := empty(every):
        return lost_sentence(every, lost)
    alone = [one.method for one in every if not one.other_samples]
    return (
        f"Batch norm takes {count(batch.means, 'mean')}, one per channel, of {count(batch.values, 'value')} each; with "
        f"twice the samples it would be {2 * batch.values:,}. The other four, {norms(alone)}, never look at another "
        f"sample: each mean of layer norm has {count(layer.values, 'value')}, whatever the number of samples."
    )


def lost_sentence(every: tuple[LayerFacts, ...], lost: list[str]) -> str:
    """Say which layers leave nothing, and what to do."""
    samples, side, _, channels = every[0].shape
    if "batch" in lost:
        answers = "Batch norm refuses this in training mode here and in PyTorch; Keras returns zeros."
    else:
        answers = "Keras returns zeros and says nothing."
    # RMS norm of one value leaves its sign, which is little more.
    usable = [one.method for one in every if one.values > 1]
    move = f"What still works: {norms(usable)}." if usable else "Choose more samples, positions or channels."
    return (
        f"With N = {samples}, H = W = {side} and C = {channels}, {norms(lost)} would subtract each value from itself, "
        f"and every output is 0. {answers} {move}"
    )


def axes_text(one: LayerFacts) -> str:
    """Write what was found to share a mean; an axis of length 1 adds nothing."""
    parts = []
    for name, reached, length in zip("NHWC", one.reach, one.shape, strict=True):
        if reached > 1 or (name == "N" and one.other_samples):
            parts.append(name if reached == length else f"{reached} of C")
    return ", ".join(parts) or "nothing"


def numbers(every: tuple[LayerFacts, ...]) -> None:
    """Show everything that was found as a table."""
    rows = {
        "averages over": [axes_text(one) for one in every],
        "values per mean": [f"{one.values:,}" for one in every],
        "means": [f"{one.means:,}" for one in every],
        "learned": [f"{one.parameters:,}" for one in every],
        "stored": [f"{one.stored:,}" if one.stored else "none" for one in every],
        "needs other samples": ["yes" if one.other_samples else "no" for one in every],
        "training = inference": ["yes" if one.training_is_inference else "no" for one in every],
    }
    st.markdown(
        table(["", *(METHODS[one.method].name for one in every)], [[name, *cells] for name, cells in rows.items()])
    )
    st.caption(
        "Learned: gammas and betas. Stored: running means and variances for inference. The last two lines were found "
        "by changing all other samples of a batch, and by showing a sample alone to the finished layer."
    )


def computed(every: tuple[LayerFacts, ...], groups: int) -> None:
    """Show the one formula and the five choices of axes, with the present lengths."""
    st.markdown("All five compute the same thing. They differ in the set $S$ of values that share a mean.")
    st.latex(r"y = \frac{x - \mu_S}{\sqrt{\sigma_S^2 + \varepsilon}}\,\gamma + \beta")
    lines = []
    for one in every:
        lengths = r" \times ".join(str(n) for n in one.reach if n > 1) or "1"
        lines.append(rf"\text{{{METHODS[one.method].name}}} &: |S| = {lengths} = {one.values}")
    st.latex(r"\begin{aligned}" + r" \\ ".join(lines) + r"\end{aligned}")
    channels = every[0].shape[-1]
    st.markdown(
        f"RMS norm subtracts no mean: its $\\mu$ is 0, and $\\sigma^2$ is the mean of the squares. Group norm takes "
        f"{channels} channels in {count(groups, 'group')} of {channels // groups}. The squares in the figure were found by "
        "changing a single value of a small random tensor and looking which outputs moved."
    )


def code(shape: tuple[int, ...], groups: int, over: str) -> str:
    """Return a program that counts the same, and compares one layer with Keras."""
    samples, side, _, channels = shape
    small = (min(samples, 8), min(side, 7), min(side, 7), channels)
    axes = list(OVER[over])
    return f"""import keras
import numpy as np
from normlib import group_norm, layer_norm
from normlib.layer_facts import LAYERS, layer_facts

for name in LAYERS:
    facts = layer_facts(name, {shape}, groups={groups}, axes={OVER[over]})
    print(name, facts.values, facts.means, facts.other_samples)

x = np.random.default_rng(0).normal(size={small}).astype("float32")
ours = np.stack([group_norm(x, {groups}).output, layer_norm(x, axes={axes}).output])
theirs = np.stack(
    [
        keras.layers.GroupNormalization(groups={groups})(x),
        keras.layers.LayerNormalization(axis={axes})(x),
    ]
)
print(np.abs(ours - theirs).max())
"""


def body(page: Lab) -> None:
    """Draw the controls and, beside them, what they show."""
    panel = page.panel
    with page.controls:
        side = int(panel.choice("side"))
        channels = int(panel.choice("channels"))
        groups = int(panel.choice("groups", tuple(str(one) for one in divisors(channels))))
        with panel.more():
            size = int(panel.choice("size"))
            over = panel.choice("over")
    found = facts_of(side, channels, groups, over)
    at = SIZES.index(size)
    drawn = layer_counts(found, at)
    titles, sentences = [title(every) for every in found], [sentence(every) for every in found]
    settings = side, channels, groups, over, at

    def text() -> str:
        every = facts_of(*settings[:4])[settings[4]]
        return csv_text(
            ["layer", "values_per_mean", "means", "learned", "stored", "needs_other_samples", "training_is_inference"],
            [
                [one.method for one in every],
                [one.values for one in every],
                [one.means for one in every],
                [one.parameters for one in every],
                [one.stored for one in every],
                [one.other_samples for one in every],
                [one.training_is_inference for one in every],
            ],
        )

    with page.figure:
        dial_chart(
            panel,
            drawn,
            Dial("size", "Samples N", SIZES, at),
            titles=titles,
            sentences=sentences,
            alt="A row per layer: squares for the axes it averages over, and marks for values per mean and number of means.",
            file_name="layers compared",
        )
        explain(
            "cm_tabs",
            {
                "Numbers": lambda: numbers(found[at]),
                "Defaults": defaults,
                "Typical use": uses,
                "How it is computed": lambda: computed(found[at], groups),
                "Code": lambda: st.code(code((size, side, side, channels), groups, over), language="python"),
            },
            Download("layers-compared.csv", text),
        )


lab(
    "compare",
    "Drag the number of samples: the filled mark shows how many values stand behind each mean.",
    CONTROLS,
    body,
)
what_next("See which changes of weights and data each layer does not notice.", "invariance")
