"""Batch size: how far the mean and the variance of a random batch lie from those of all samples."""

import numpy as np
import streamlit as st

from normlib import batch_norm
from normlib.batch_noise import last_batch
from normlib.figures.batch_cloud import batch_cloud
from normlib.population import Population, population
from normlib.words import count, number, percent, table, tex
from pages.parts.batches import (
    CHANNEL,
    DRAWS,
    LAYER,
    LAYERS,
    SIZES,
    View,
    choose_channel,
    near_one,
    noise_of,
    shares_of,
)
from pages.parts.control_kinds import Choice, Number
from pages.parts.controls import Controls
from pages.parts.dial import Dial, dial_chart
from pages.parts.embedding import brief
from pages.parts.frame import what_next
from pages.parts.lab import Download, Lab, explain, lab
from pages.parts.rows import csv_text

CONTROLS = Controls(
    "bs",
    {
        "layer": LAYER,
        "size": Choice("Batch size", tuple(map(str, SIZES)), "8"),
        "channel": CHANNEL,
        "rows": Number(
            "Training rows", 2, 5000, 1257, help="Only for what the last batch of an epoch holds.", field=True
        ),
    },
)


def title(shown: View, at: int) -> str:
    """Say what to see at one batch size."""
    if shown.values(at) == 1:
        return "A batch of one has no spread: every output is 0"
    if shown.values(at) == 2:
        return "In a batch of two the outputs are +1 and −1, up to epsilon"
    measured, _ = shown.spread(at)
    return f"In batches of {SIZES[at]} the mean wanders by ±{number(measured, 2)} standard deviations"


def sentence(shown: View, at: int) -> str:
    """Answer the page's question for one batch size."""
    (measured, theory), m = shown.spread(at), shown.values(at)
    if m == 1:
        return (
            f"The mean of a batch of one is the sample itself: it wanders by ±{number(measured, 2)} standard deviations, "
            f"and x − mean is 0 for each of the {shown.samples(shown.noise.samples)}."
        )
    wanders = f"the mean wanders by ±{number(measured, 2)} standard deviations, theory says {number(theory, 2)}"
    if m == 2:
        return (
            f"{percent(near_one(shown.layer.name, shown.channel))} of the outputs lie within 0.05 of ±1, however far apart "
            f"the two inputs were; epsilon shrinks pairs that lie close together. Over {DRAWS} batches {wanders}."
        )
    if shown.noise.positions == 1:
        kept, expected = shown.kept(at)
        return (
            f"Over {DRAWS} random batches of {shown.samples(SIZES[at])} {wanders}; the standard deviation wanders by "
            f"±{number(shown.std_spread(at), 2)}. The variance of a batch is {percent(kept)} of that of all on average, "
            f"theory says {percent(expected)}."
        )
    alone = float(shown.noise.independent_spread[at]) / shown.sigma
    pixels = shown.noise.positions
    return (
        f"{m:,} values stand behind the mean of {shown.samples(SIZES[at])}, and unrelated values would let it wander by "
        f"±{number(alone, 2)}. In fact {wanders}: the {pixels} pixels of one {shown.layer.sample} "
        f"steady the mean as much as {number(shown.noise.worth)} unrelated values."
    )


def leftover(shown: View, rows: int, at: int) -> str:
    """Say what the last batch of an epoch holds, and what that means."""
    size = SIZES[at]
    left, full = last_batch(rows, size), rows // size
    if left == size:
        return f"**The last batch.** {rows:,} training rows make {count(full, 'batch', 'batches')} of {size}; none is short."
    makes = (
        f"{count(full, 'full batch', 'full batches')} of {size} and a last one of {left}"
        if full
        else f"a single batch of {left}"
    )
    text = f"**The last batch.** {rows:,} training rows make {makes}. "
    if left * shown.noise.positions == 1:
        return text + (
            "In it every output is beta, whatever the input: Keras says nothing, PyTorch stops with an error. Leave the "
            "last batch out (`drop_remainder=True` in tf.data, `drop_last=True` in PyTorch) or change the batch size."
        )
    noise = shown.noise
    # The training rows stand for many more: without the correction for having drawn most of them.
    wander = [float(np.sqrt(noise.between / n)) / shown.sigma for n in (left, size)]
    return text + (
        f"Its mean wanders by ±{number(wander[0], 2)} standard deviations instead of ±{number(wander[1], 2)} "
        "(for rows that never repeat)."
    )


def refusal(layer: Population) -> str:
    """Return what the core says to a batch of one."""
    try:
        batch_norm(layer.x[:1, 0])
    except ValueError as problem:
        return str(problem)
    raise AssertionError("batch_norm took a batch of one")


def numbers(shown: View) -> None:
    """Show every size."""
    rows = []
    for at, size in enumerate(SIZES):
        m = shown.values(at)
        rows.append(
            [
                f"{size}",
                f"{m:,}",
                " / ".join(number(value) for value in shown.spread(at)),
                number(shown.std_spread(at)) if m > 1 else "0",
                " / ".join(percent(max(value, 0.0)) for value in shown.kept(at)),
                number(float(np.sqrt(m - 1))),
            ]
        )
    head = ["batch", "values m", "mean ± / theory", "sd ±", "variance / theory", "√(m − 1)"]
    st.markdown(table(head, rows))
    st.caption(
        f"{shown.layer.layer} Shown: {shown.channel} of {shown.samples(shown.noise.samples)}, with mean "
        f"{number(shown.noise.mean)} and standard deviation (sd) {number(shown.sigma)}, the unit of both ±. The average variance "
        "of a batch is a share of the variance of all. No output can pass ±√(m − 1)."
    )


def computed(shown: View, at: int) -> None:
    """Show the theory with the present numbers."""
    noise, size = shown.noise, SIZES[at]
    st.markdown(
        f"Each of {DRAWS} batches holds different random samples out of N = {noise.samples:,} (seed 0); a larger batch "
        "goes on from a smaller one. With *S*² the variance of the samples' own means (divided by N − 1), n samples "
        "in a batch and σ² the variance of all values:"
    )
    st.latex(
        r"\operatorname{sd}(\mu_B) = \frac{S}{\sqrt{n}} \sqrt{1 - \frac{n}{N}}, \qquad "
        r"\operatorname{E}(\sigma_B^2) = \sigma^2 - \operatorname{Var}(\mu_B)"
    )
    st.latex(
        rf"\operatorname{{sd}}(\mu_B) = \frac{{{tex(float(np.sqrt(noise.between)))}}}{{\sqrt{{{size}}}}} "
        rf"\sqrt{{1 - \frac{{{size}}}{{{noise.samples}}}}} = {tex(float(noise.expected_spread[at]))} = "
        rf"{tex(shown.spread(at)[1])}\,\sigma"
    )
    st.markdown(
        "Both hold for any data, normal or not. What the mean of the batch takes along is missing from its variance, which "
        "is why the points lie below the cross. For images the samples are drawn whole: only when the pixels of one image "
        "are unrelated does a batch of n images count as n · H · W values. Where they resemble each other, as brightness does, "
        "it counts for less; where they cancel within each image, as the two sides of a stroke under an edge filter do, for more."
    )
    st.markdown(
        "Whatever the data, no normalized value can pass √(m − 1): one value far away pulls mean and variance along. "
        "For the spread of the standard deviation there is no formula that holds for all data."
    )


def code(shown: View, at: int) -> str:
    """Return a program that computes the same."""
    return f"""import keras
import numpy as np
from normlib.batch_noise import batch_noise, batch_outputs
from normlib.population import population

x = population("{shown.layer.name}").channel("{shown.channel}")  # {shown.noise.samples} samples x {shown.noise.positions} positions
noise = batch_noise(x, [{SIZES[at]}], draws={DRAWS})
print("spread of the mean", noise.means.std(axis=1), "theory", noise.expected_spread)
print("mean variance", noise.variances.mean(axis=1), "theory", noise.expected_variance)

# The first batch through batch norm in training, here and in Keras
ours = batch_outputs(x, noise.order[:1])[0]
layer = keras.layers.BatchNormalization()
theirs = np.asarray(layer(x[noise.order[0]][..., None], training=True))[..., 0]
print(np.abs(ours).max(), np.abs(ours - theirs).max())
"""


def body(page: Lab) -> None:
    """Draw the controls and, beside them, what they show."""
    panel = page.panel
    with page.controls:
        layer = population(LAYERS[panel.choice("layer")])
        at = SIZES.index(int(panel.choice("size")))
        with panel.more():
            channel = choose_channel(panel, layer.name)
            rows = int(panel.number("rows", idle=brief()))
    shown = View(layer, channel)
    drawn = batch_cloud(shown.noise, shares_of(layer.name, channel), at)
    page.reading("values_per_mean", shown.values(at))
    titles = [title(shown, k) for k in range(len(SIZES))]
    sentences = [sentence(shown, k) for k in range(len(SIZES))]
    with page.figure:
        dial_chart(
            panel,
            drawn,
            Dial("size", "Batch size", SIZES, at),
            titles=titles,
            sentences=sentences,
            alt=f"Left: {DRAWS} random batches as points, mean against standard deviation, with a cross for all samples. "
            "Right: their spread against the batch size, and a histogram of the outputs of batch norm.",
            height=450,
            file_name=f"batches of {channel}",
        )
        if shown.values(at) == 1:
            st.info(
                f"Keras and Flax return these zeros plus beta, PyTorch stops with an error. `normlib.batch_norm` refuses, too:\n\n{refusal(layer)}"
            )
        if not brief():
            # A lesson has a step of its own for it.
            st.markdown(leftover(shown, rows, at))
        # The session keeps the download's function: it holds names, not arrays.
        names = layer.name, channel
        explain(
            "bs_tabs",
            {
                "Numbers": lambda: numbers(shown),
                "How it is computed": lambda: computed(shown, at),
                "Code": lambda: st.code(code(shown, at), language="python"),
            },
            Download(
                f"batches-of-{SIZES[at]}.csv",
                lambda: csv_text(
                    ["batch", "mean", "variance"],
                    [np.arange(DRAWS), noise_of(*names).means[at], noise_of(*names).variances[at]],
                ),
            ),
        )


lab(
    "batch-size",
    "Drag the batch size and watch 400 random batches close in on the cross, which is all samples.",
    CONTROLS,
    body,
)
what_next("See what this noise does to one sample of yours.", "batch-mates")
