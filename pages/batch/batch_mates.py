"""Batch mates: one sample in many batches, and what its neighbours do to its outputs."""

import numpy as np
import streamlit as st

from normlib.batch_mates import Mates
from normlib.figures.batch_mates import KINDS, batch_mates
from normlib.population import Population, population
from normlib.words import count, number, table, tex
from pages.parts.batches import LAYERS, MATE_DRAWS, WHO, mates_of, position_of, sample_of
from pages.parts.control_kinds import Choice, Number
from pages.parts.controls import Controls
from pages.parts.dial import Dial, dial_chart
from pages.parts.frame import what_next
from pages.parts.lab import Download, Lab, explain, lab
from pages.parts.rows import csv_text

CONTROLS = Controls(
    "bm",
    {
        "mine": Choice("My digit", tuple(map(str, range(10))), "3"),
        "size": Choice("Batch size", ("2", "4", "8", "16", "32", "64"), "8"),
        "layer": Choice("Layer", ("Dense layer", "Feature maps of digits"), "Dense layer"),
        "mates": Choice("Mates", WHO, WHO[0], help="Which images may come along."),
        "draw": Number("Draw", 0, MATE_DRAWS - 1, 0, field=True, help="Each draw picks other mates at random."),
    },
)


def largest(change: float) -> str:
    """Write a largest change; what rounding leaves is called so."""
    if change == 0:
        return "exactly 0"
    return f"{number(change, 2)}{', which is rounding' if change < 1e-12 else ''}"


def title(found: Mates, layer: Population, at: int) -> str:
    """Say what to see at one draw."""
    widest = int(found.ranges("training").argmax())
    return f"The same sample, other mates: {layer.channels[widest]} now gives {number(float(found.training[at, widest]), 2)}"


def sentence(found: Mates, layer: Population, digit: str) -> str:
    """Answer the page's question over all draws."""
    widest = int(found.ranges("training").argmax())
    outputs = found.training[:, widest]
    ends = number(float(outputs.min()), 2), number(float(outputs.max()), 2)
    anything = f"anything from {ends[0]} to {ends[1]}"
    if found.mates.shape[1] == 1 and layer.x.shape[1] == 1:
        anything = (
            f"values around −1 and +1 only (from {ends[0]} to {ends[1]}), depending on which of the two is larger"
        )
    return (
        f"Over {MATE_DRAWS} draws of {count(found.mates.shape[1], 'mate')}, batch norm in training gives {layer.channels[widest]} "
        f"of the same {digit} {anything}. "
        f"The largest change of any output is {largest(float(found.ranges('inference').max()))} in inference and "
        f"{largest(float(found.ranges('layer').max()))} under layer norm."
    )


def numbers(found: Mates, layer: Population, at: int) -> None:
    """Show every channel."""
    rows = [
        [
            channel,
            f"{number(float(found.training[:, c].min()))} to {number(float(found.training[:, c].max()))}",
            *(number(float(getattr(found, kind)[at, c])) for kind in KINDS),
        ]
        for c, channel in enumerate(layer.channels)
    ]
    st.markdown(table(["", "training, all draws", "training, now", "inference", "layer norm"], rows))
    st.caption(
        f"{layer.layer} Who is in the batch matters, not where: putting each batch into another order changes no output of "
        f"my sample by more than {number(found.shuffled, 2)}."
    )


def computed(found: Mates, layer: Population, digit: str, at: int) -> None:
    """Show the formula with the present numbers."""
    widest = int(found.ranges("training").argmax())
    mine, position = sample_of(layer, digit), position_of(layer)
    batch = layer.x[[mine, *found.mates[at]]].astype(float)
    channel, every = batch[..., widest], layer.x[..., widest].astype(float)
    value = channel[0, position]
    where = "" if layer.x.shape[1] == 1 else ", at the pixel in the middle"
    st.markdown(
        f"{layer.channels[widest].capitalize()}{where}. In training, mean and variance are those of the batch, "
        "so each mate has a share in them; ε = 0.001:"
    )
    st.latex(
        rf"\hat x = \frac{{x - \mu_B}}{{\sqrt{{\sigma_B^2 + \varepsilon}}}} = \frac{{{tex(value)} - "
        rf"{tex(channel.mean(), after_sign=True)}}}{{\sqrt{{{tex(channel.var())} + 0.001}}}} = "
        rf"{tex(float(found.training[at, widest]))}"
    )
    st.markdown("In inference they are the running statistics, here those of all images, whoever is in the batch:")
    st.latex(
        rf"\hat x = \frac{{{tex(value)} - {tex(every.mean(), after_sign=True)}}}{{\sqrt{{{tex(every.var())} + 0.001}}}} = "
        rf"{tex(float(found.inference[at, widest]))}"
    )
    over = f"the {layer.x.shape[2]} units" if layer.x.shape[1] == 1 else "all pixels and channels"
    st.markdown(
        f"Layer norm takes both over {over} of my sample alone, so there is nobody to depend on. The same holds for "
        "instance, group and RMS norm. Gamma is 1 and beta 0 throughout."
    )
    st.markdown(
        "This dependence is noise while a network learns; whether that helps it to generalize depends on the task. "
        "It also leaks: where mates tell something about the answer, as in contrastive learning, a network can learn to use it."
    )


def code(found: Mates, layer: Population, digit: str, at: int) -> str:
    """Return a program that computes the same."""
    mates = ", ".join(str(one) for one in found.mates[at])
    return f"""import keras
import numpy as np
from normlib import batch_norm, layer_norm
from normlib.population import population

x = population("{layer.name}").x
mine, mates = {sample_of(layer, digit)}, [{mates}]
batch = x[[mine, *mates]]
others = x[[mine, *range(100, {100 + len(found.mates[at])})]]

print(np.abs(batch_norm(batch).output[0] - batch_norm(others).output[0]).max())
print(np.abs(layer_norm(batch, axes=(1, 2)).output[0] - layer_norm(others, axes=(1, 2)).output[0]).max())

ours = batch_norm(batch).output[0]
theirs = np.asarray(keras.layers.BatchNormalization()(batch, training=True))[0]
print(np.abs(ours - theirs).max())
"""


def body(page: Lab) -> None:
    """Draw the controls and, beside them, what they show."""
    panel = page.panel
    with page.controls:
        digit = panel.choice("mine")
        size = int(panel.choice("size"))
        with panel.more():
            layer = population(LAYERS[panel.choice("layer")])
            mates = panel.choice("mates")
            at = int(panel.number("draw"))
    found = mates_of(layer.name, digit, size, mates)
    drawn = batch_mates(found, at, images=layer.images, mine=sample_of(layer, digit), channels=layer.channels)
    page.reading("widest_range", float(found.ranges("training").max()))
    titles = [title(found, layer, k) for k in range(MATE_DRAWS)]
    with page.figure:
        dial_chart(
            panel,
            drawn,
            Dial("draw", "Draw of mates", range(MATE_DRAWS), at),
            titles=titles,
            sentences=sentence(found, layer, digit),
            alt="Above: the images of the batch. Below, for each unit or channel: the outputs of one sample over all draws "
            "under batch norm in training, batch norm in inference, and layer norm.",
            file_name="batch mates",
        )
        # The session keeps the download's function: it holds settings, not arrays.
        settings = layer.name, digit, size, mates

        def text() -> str:
            again = mates_of(*settings)
            names = population(settings[0]).channels
            columns = [getattr(again, kind)[:, c] for kind in KINDS for c in range(len(names))]
            head = [f"{kind} {name}" for kind in KINDS for name in names]
            return csv_text(["draw", *head], [np.arange(MATE_DRAWS), *columns])

        explain(
            "bm_tabs",
            {
                "Numbers": lambda: numbers(found, layer, at),
                "How it is computed": lambda: computed(found, layer, digit, at),
                "Code": lambda: st.code(code(found, layer, digit, at), language="python"),
            },
            Download("batch-mates.csv", text),
        )


lab("batch-mates", "Drag to give the same sample other batch mates, and watch which outputs move.", CONTROLS, body)
what_next("Inference needs statistics that belong to no batch. See where they come from.", "running-statistics")
