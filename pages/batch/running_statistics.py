"""Running statistics: what a batch norm layer remembers for inference, update by update."""

import numpy as np
import streamlit as st

from normlib.conventions import CONVENTIONS
from normlib.population import Population, population
from normlib.running import share_left, updates_until
from normlib.running_history import RunningHistory
from normlib.words import number, percent, table, tex
from pages.parts.batches import (
    AS_SET,
    CHANNEL,
    LAYER,
    LAYERS,
    POSITIONS,
    STEP,
    STEPS,
    choose_channel,
    history_of,
    picture_of_history,
    with_keep,
)
from pages.parts.control_kinds import Choice, Number
from pages.parts.controls import Controls
from pages.parts.dial import Dial, dial_chart
from pages.parts.frame import what_next
from pages.parts.lab import Download, Lab, explain, lab
from pages.parts.rows import csv_text

BY_TITLE = {one.title: name for name, one in CONVENTIONS.items()}
CONTROLS = Controls(
    "ru",
    {
        "like": Choice("Convention", tuple(BY_TITLE), "Keras"),
        "size": Choice("Batch size", ("2", "4", "8", "16", "32", "64", "128"), "32"),
        "keep": Choice("Weight of the old value", (AS_SET, "0.5", "0.9", "0.99", "0.999"), AS_SET),
        "layer": LAYER,
        "channel": CHANNEL,
        "step": Number("Updates", 0, STEPS, 42, STEP, field=True),
    },
)


def title(history: RunningHistory, at: int) -> str:
    """Say what to see after some updates."""
    step = int(POSITIONS[at])
    if step == 0:
        return "Before the first update the layer knows nothing: mean 0, variance 1"
    return f"After {step} updates, {percent(float(history.left[step]))} of the start is still in the memory"


def sentence(history: RunningHistory, at: int) -> str:
    """Answer the page's question after some updates."""
    convention, step = history.convention, int(POSITIONS[at])
    remembers = (
        f"{convention.title} (momentum {number(convention.momentum)}) remembers mean {number(history.means[step], 2)} and "
        f"variance {number(history.variances[step], 2)}; all samples have {number(history.noise.mean, 2)} and "
        f"{number(history.noise.variance, 2)}"
    )
    return (
        f"{remembers}. In inference the outputs get the standard deviation {number(history.output_stds[step])}; "
        f"with ever more updates it wanders around {number(history.settled_std)}."
    )


def numbers(layer: Population, channel: str, history: RunningHistory, keep: str, at: int) -> None:
    """Show all conventions on the same batches."""
    step, rows = int(POSITIONS[at]), []
    for convention in (with_keep(one, keep) for one in CONVENTIONS.values()):
        other = history_of(layer.name, channel, history.size, convention)
        rows.append(
            [
                convention.title,
                f"{number(convention.momentum)} of the {convention.momentum_weighs}",
                "m − 1" if convention.unbiased else "m",
                f"{updates_until(convention.keep, 0.01):,}",
                percent(float(other.left[step])),
                number(other.output_stds[step]),
                number(other.settled_std),
            ]
        )
    head = [
        "",
        "momentum",
        "divides by",
        "updates to 1 %",
        f"left after {step}",
        f"output sd after {step}",
        "in the long run",
    ]
    st.markdown(table(head, rows))
    st.caption(
        f"{layer.layer} Shown: {channel}. The same {STEPS} random batches of {history.size} for every row; output sd is "
        "the standard deviation of all samples in inference, 1 at its best. The paper leaves momentum open: its row is customary. "
        "Keras 3.15 and PyTorch 2.13 were run, Flax 0.12 was read in its source."
    )


def computed(history: RunningHistory, at: int) -> None:
    """Show the formula with the present numbers."""
    convention, step, m = history.convention, int(POSITIONS[at]), history.count
    keep, first = convention.keep, max(step, 1)
    st.markdown(
        f"Each training batch moves the memory a little. {convention.title} calls {number(convention.momentum)} its momentum, "
        f"the weight of the {convention.momentum_weighs} value, so the old value keeps {number(keep)}. Update {first}:"
    )
    st.latex(
        rf"\mu \leftarrow {tex(keep)} \cdot {tex(history.means[first - 1], after_sign=True)} + {tex(1 - keep)} \cdot "
        rf"{tex(history.noise.means[0, first - 1], after_sign=True)} = {tex(history.means[first])}"
    )
    st.latex(
        rf"\sigma^2 \leftarrow {tex(keep)} \cdot {tex(history.variances[first - 1])} + {tex(1 - keep)} \cdot "
        rf"{tex(history.stored[first - 1])} = {tex(history.variances[first])}"
    )
    st.markdown("After *t* updates the start still has its share:")
    st.latex(
        rf"{tex(keep)}^{{{step}}} = {tex(share_left(keep, step))}, \qquad "
        rf"{tex(keep)}^{{{updates_until(keep, 0.01)}}} \le 0.01"
    )
    divides = "m − 1, without bias," if convention.unbiased else "m"
    st.markdown(
        f"The variance that normalizes a training batch divides by *m* everywhere. For its memory {convention.title} takes the one "
        f"that divides by {divides} with m = {m:,} here. The mean of a batch follows its own values, which is why the "
        "variance around it is too small on average; a memory of such variances makes the outputs of inference too wide. With one value "
        "per sample the factor is"
    )
    st.latex(rf"\sqrt{{\frac{{m}}{{m - 1}}}} = {tex(float(np.sqrt(m / (m - 1))), 4)}")
    if history.noise.positions > 1:
        st.markdown(
            "Here the values of one image belong together, so what is missing depends on the number of images, not of values: "
            "dividing by m − 1 hardly mends it."
        )
    st.markdown(
        "What helps against a slow memory: a smaller weight of the old value, more updates, or mean and variance measured anew over many "
        "batches once training is done. Dividing by 1 − keepᵗ, as Adam does, would remove the share of a start at 0; "
        "none of the four does it."
    )


def code(layer: Population, channel: str, history: RunningHistory, at: int) -> str:
    """Return a program that computes the same."""
    convention, step = history.convention, max(int(POSITIONS[at]), 1)
    start = f'RunningStatistics.start(1, "{convention.name}", momentum={convention.momentum:g})'
    draw = f"""x = population("{layer.name}").channel("{channel}")[..., None]  # samples, positions, 1 channel
batches = batch_noise(x[..., 0], [{history.size}], draws={STEPS}).order[:{step}]
running = {start}
"""
    if convention.unbiased:
        return f"""from normlib import RunningStatistics, batch_norm
from normlib.batch_noise import batch_noise
from normlib.population import population

{draw}
for batch in batches:
    running = batch_norm(x[batch], running=running).running
print(running.mean, running.variance, running.share_of_start)
print(batch_norm(x, running=running, training=False, eps={convention.eps:g}).output.std())
# Keras would store the variance that divides by m instead.
"""
    return f"""import keras
import numpy as np
from normlib import RunningStatistics, batch_norm
from normlib.batch_noise import batch_noise
from normlib.population import population

{draw}
layer = keras.layers.BatchNormalization(momentum={convention.momentum:g}, epsilon={convention.eps:g})
for batch in batches:
    running = batch_norm(x[batch], running=running).running
    layer(x[batch], training=True)
print(batch_norm(x, running=running, training=False, eps={convention.eps:g}).output.std())

ours = np.concatenate([running.mean, running.variance])
theirs = np.concatenate([layer.moving_mean, layer.moving_variance])
print(ours, theirs)
"""


def body(page: Lab) -> None:
    """Draw the controls and, beside them, what they show."""
    panel = page.panel
    with page.controls:
        base = CONVENTIONS[BY_TITLE[panel.choice("like")]]
        size = int(panel.choice("size"))
        keep = panel.choice("keep")
        with panel.more():
            layer = population(LAYERS[panel.choice("layer")])
            channel = choose_channel(panel, layer.name)
            at = int(panel.number("step")) // STEP
    convention = with_keep(base, keep)
    settings = layer.name, channel, size, convention
    history = history_of(*settings)
    drawn = picture_of_history(*settings, at)
    page.reading("left_of_start", 100 * float(history.left[int(POSITIONS[at])]))
    titles = [title(history, k) for k in range(POSITIONS.size)]
    sentences = [sentence(history, k) for k in range(POSITIONS.size)]
    with page.figure:
        dial_chart(
            panel,
            drawn,
            Dial("step", "Updates", POSITIONS, at),
            titles=titles,
            sentences=sentences,
            alt="Left: running mean and running variance over the updates, with those of each batch behind them and of all "
            "samples as a dotted line. Right: histogram of the outputs in inference.",
            height=440,
            file_name=f"running statistics {convention.name}",
        )

        # The session keeps the download's function: it holds settings, not arrays.
        def text() -> str:
            again = history_of(*settings)
            return csv_text(
                ["update", "running_mean", "running_variance", "share_of_start", "output_std"],
                [np.arange(STEPS + 1), again.means, again.variances, again.left, again.output_stds],
            )

        explain(
            "ru_tabs",
            {
                "Numbers": lambda: numbers(layer, channel, history, keep, at),
                "How it is computed": lambda: computed(history, at),
                "Code": lambda: st.code(code(layer, channel, history, at), language="python"),
            },
            Download("running-statistics.csv", text),
        )


lab(
    "running-statistics",
    "Drag the number of updates, then compare the conventions and small batches.",
    CONTROLS,
    body,
)
what_next("After the statistics come two parameters that may undo it all.", "gamma-beta-bias")
