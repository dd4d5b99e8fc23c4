"""One value that is no number: which outputs each layer infects, and what running statistics keep of it."""

from collections.abc import Callable
from functools import partial

import numpy as np
import streamlit as st

from normlib.checks import divisors
from normlib.figures.infected import infected
from normlib.figures.look import METHODS
from normlib.infection import BAD, BAD_CHANNEL, BAD_SAMPLE, BAD_STEP, STEPS, Course, course, stream
from normlib.words import number, table, tex
from pages.parts.control_kinds import Choice, Number, Switch
from pages.parts.controls import Controls
from pages.parts.dial import Dial, dial_chart
from pages.parts.frame import what_next
from pages.parts.lab import Download, Lab, explain, lab
from pages.parts.nan_words import sentence, title, totals
from pages.parts.rows import csv_text

LAYERS = {f"{METHODS[kind].name} norm": kind for kind in ("batch", "layer", "instance", "group", "rms")}
KINDS = {"Feature maps": "maps", "Dense layer": "dense"}
CONTROLS = Controls(
    "nn",
    {
        "layer": Choice("Layer", tuple(LAYERS), "Batch norm"),
        "bad": Choice("The bad value", tuple(BAD), "NaN", segments=True, help="NaN: the result of 0 / 0, for example."),
        "guard": Switch(
            "Skip a batch that is not finite", help="Leave it out of the running statistics, and count it."
        ),
        "kind": Choice("Values", tuple(KINDS), "Feature maps", segments=True),
        "groups": Choice("Groups", ("1", "2", "3"), "2", varies=True),
        "momentum": Number("Momentum", 0.5, 0.99, 0.99, 0.01, field=True, help="Weight of the old running mean."),
        "step": Number("Step", 0, STEPS, BAD_STEP, 1, field=True, help=f"The bad value comes at step {BAD_STEP}."),
    },
)


def group_options(kind: str) -> tuple[str, ...]:
    """Return the numbers of groups that leave more than one value in a group."""
    *_, height, width, channels = stream(kind).shape
    return tuple(str(d) for d in divisors(channels) if channels // d * height * width > 1)


def state(value: float) -> str:
    """Write a running mean in a table."""
    return "NaN" if np.isnan(value) else "infinity" if np.isinf(value) else number(value, 4)


def numbers(kind: str, bad: str, groups: int, momentum: float) -> None:
    """Show who is infected under every layer, with and without the guard."""
    zeros = bad == "infinity"  # only then can outputs turn into 0
    rows = []
    for label, method in LAYERS.items():
        for guard in (False, True) if method == "batch" else (False,):
            run = course(method, kind, bad, guard=guard, momentum=momentum, groups=groups if method == "group" else 2)
            now, later = totals(run, BAD_STEP), totals(run, STEPS)
            mean = state(float(run.mean[STEPS, BAD_CHANNEL])) if method == "batch" else "–"
            name = f"{label}, guarded" if guard else label
            rows.append(
                [name, number(now.trained), *([number(now.wiped)] if zeros else []), number(later.served), mean]
            )
    head = [
        "layer",
        f"NaN in training, step {BAD_STEP}",
        *(["turned into 0"] if zeros else []),
        f"NaN in inference, step {STEPS}",
        f"running mean, step {STEPS}",
    ]
    st.markdown(table(head, rows))
    st.caption(
        f"One {bad} in sample {BAD_SAMPLE}, channel {BAD_CHANNEL}, at step {BAD_STEP} of {STEPS}; every step normalizes six other "
        f"digits. {number(course('batch', kind, bad, momentum=momentum).total, 4)} values per batch."
    )


def computed(run: Course, step: int, momentum: float) -> None:
    """Show how NaN spreads by averages, and how it stays."""
    st.markdown("Every sum with NaN in it is NaN. So is the mean, the variance, and all that is normalized with them:")
    st.latex(
        r"\mu = \frac{1}{m} (x_1 + \dots + \mathrm{NaN} + \dots + x_m) = \mathrm{NaN}, \qquad y_i = \frac{x_i - \mu}{\sqrt{\sigma^2 + \varepsilon}} = \mathrm{NaN}"
    )
    st.markdown(
        "The layer infects exactly the values that share a mean with the bad one. Infinity ends the same way, because ∞ − ∞ is "
        "NaN; only RMS norm, which subtracts no mean, divides by ∞ instead. The running mean of batch norm is updated by"
    )
    st.latex(
        rf"\text{{new}} = {tex(momentum)} \cdot \text{{old}} + {tex(1 - momentum)} \cdot \text{{batch}}, \qquad "
        rf"{tex(momentum)} \cdot \mathrm{{NaN}} + {tex(1 - momentum)} \cdot {tex(0.5)} = \mathrm{{NaN}}"
    )
    st.markdown(
        "A smaller momentum forgets numbers faster, but not NaN. Keras 3.15 and Flax 0.12 update without looking. The guard asks "
        f"first whether mean and variance are finite; at step {step} it would have left out "
        f"{'one batch' if step >= BAD_STEP else 'none'}. The weights are another matter: a NaN in the loss reaches them through "
        "the gradient in the same step, and no guard of a normalization layer helps there."
    )


KERAS = {
    "batch": ("batch_norm(x)", "BatchNormalization()", ", training=True"),
    "layer": ("layer_norm(x, axes=(1, 2, 3))", "LayerNormalization(axis=[1, 2, 3])", ""),
    "instance": ("instance_norm(x)", "GroupNormalization(groups=-1)", ""),
    "group": ("group_norm(x, {groups})", "GroupNormalization(groups={groups})", ""),
    "rms": ("rms_norm(x, axes=(1, 2, 3))", "RMSNormalization(axis=[1, 2, 3])", ""),
}


def code(method: str, kind: str, bad: str, groups: int) -> str:
    """Return a program that computes the same, beside the layer of Keras."""
    ours, theirs, mode = (part.format(groups=groups) for part in KERAS[method])
    function = ours.partition("(")[0]
    height, width = stream(kind).shape[2:4]
    after = (
        """
for clean in stream("KIND")[21:26]:
    layer(clean, training=True)
print(np.asarray(layer.moving_mean))  # five clean batches later
""".replace("KIND", kind)
        if method == "batch"
        else ""
    )
    return f"""import keras
import numpy as np
from normlib import {function}
from normlib.infection import stream

x = stream("{kind}")[{BAD_STEP}].copy()
x[{BAD_SAMPLE}, {height // 2}, {width // 2}, {BAD_CHANNEL}] = np.{"nan" if bad == "NaN" else "inf"}
layer = keras.layers.{theirs}

# How many outputs of each channel of each sample are not finite
ours = np.sum(~np.isfinite({ours}.output), axis=(1, 2))
theirs = np.sum(~np.isfinite(layer(x{mode})), axis=(1, 2))
print(ours)
print(theirs)
{after}"""


def download(run: Callable[[], Course]) -> str:
    """Return what is infected at every step as a CSV file."""
    found = run()
    head = ["step", "infected_in", "infected_in_training", "turned_into_0", "infected_in_inference", "skipped_batches"]
    sums = [part.sum(axis=(1, 2)) for part in (found.given, found.trained, found.wiped, found.served)]
    return csv_text(head, [np.arange(STEPS + 1), *sums, found.skipped])


def body(page: Lab) -> None:
    """Draw the controls and, beside them, what they show."""
    panel = page.panel
    with page.controls:
        method = LAYERS[panel.choice("layer")]
        bad = panel.choice("bad")
        guard = panel.switch("guard", idle=method != "batch")
        with panel.more():
            kind = KINDS[panel.choice("kind")]
            groups = int(panel.choice("groups", group_options(kind), idle=method != "group"))
            momentum = panel.number("momentum", idle=method != "batch")
            step = int(panel.number("step"))
    # Computed once per setting; the session keeps the settings, not the arrays.
    find = partial(course, method, kind, bad, guard=guard and method == "batch", momentum=momentum, groups=groups)
    run = find()
    drawn = infected(run, step)
    steps = range(STEPS + 1)
    titles = [title(method, bad, run, k) for k in steps]
    sentences = [sentence(method, bad, run, k) for k in steps]
    with page.figure:
        dial_chart(
            panel,
            drawn,
            Dial("step", "Step", list(steps), step),
            titles=titles,
            sentences=sentences,
            alt="Three grids of samples by channels with crosses where values are infected, and their number over the steps.",
            height=480,
            file_name=f"one {bad} in {METHODS[method].name.lower()} norm",
        )
        explain(
            "nn_tabs",
            {
                "Numbers": lambda: numbers(kind, bad, groups, momentum),
                "How it is computed": lambda: computed(run, step, momentum),
                "Code": lambda: st.code(code(method, kind, bad, groups), language="python"),
            },
            Download("one-bad-value.csv", lambda: download(find)),
        )


lab("one-nan", "NaN means “not a number”. Drag past step 20, then switch the layer.", CONTROLS, body)
what_next("Point at any value of a tensor, and see whom it would infect.", "axes")
