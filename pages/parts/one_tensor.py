"""A laboratory on one tensor: the view of its values before and after a layer, and what stands behind it."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import streamlit as st

from normlib.activations import Activations, activations
from normlib.components.tensor_view import Step, tensor_view
from normlib.figures.look import DARK
from normlib.methods import affine_shape, parameters
from normlib.normalized import Normalized
from normlib.regions import Regions, moments_of, regions
from normlib.words import count, number, table, tex
from pages.parts.controls import Panel
from pages.parts.lab import Download, explain
from pages.parts.rows import csv_text
from pages.parts.sharing import measure, members
from pages.parts.tensors import Layer, shape_words, spoken

# The first value under the eye: in the middle of a map with a stroke in it.
FIRST = {"digits": (2, 3, 4, 1), "photographs": (0, 9, 9, 1), "dense": (1, 0, 0, 3)}
MOST_ROWS = 40


def draw_tensor(
    panel: Panel, layer: Layer, name: str, steps: Sequence[Step], value: float, *, dial: str, label: str, shown: str
) -> tuple[int, ...]:
    """Draw the view and return the value that the learner has open.

    Args:
        panel: the page's controls; "at" holds the open value.
        layer: the method.
        name: of the activations.
        steps: positions of the dial.
        value: present position.
        dial: the control that the dial moves.
        label: name of the dial.
        shown: what is shown, for those who do not see it.
    """
    tensor = activations(name)
    place = panel.place("at", tensor.x.shape, FIRST[name])
    prefix = panel.controls.prefix
    tensor_view(
        tensor.x,
        steps,
        value=value,
        key=f"{prefix}_view",
        samples=tensor.samples,
        channels=tensor.channels,
        style=layer.style,
        alt=shown,
        place=place,
        place_key=panel.controls.key("at"),
        dark=DARK,
        range_label=label,
        locked=panel.locked(dial),
        on_release=lambda released: panel.set(dial, released),
        file_name=f"{spoken(layer.method)} {name}",
    )
    return place


def explain_tensor(
    panel: Panel, layer: Layer, tensor: Activations, result: Normalized | None, place: Sequence[int]
) -> None:
    """Draw the tabs below the view."""
    name, samples = tensor.name, len(tensor.x)
    inside = tuple(min(at, length - 1) for at, length in zip(place, tensor.x.shape, strict=True))
    explain(
        f"{panel.controls.prefix}_tabs",
        {
            "Numbers": lambda: numbers(layer, tensor, result),
            "How it is computed": lambda: computed(layer, tensor, result, inside),
            "Code": lambda: st.code(code(layer, tensor), language="python"),
        },
        Download(f"{name}-{layer.method}.csv", lambda: downloaded(layer, name, samples)),
    )


def numbers(layer: Layer, tensor: Activations, result: Normalized | None) -> None:
    """List every group of values that share a mean, up to a limit."""
    if result is None:
        st.markdown(
            f"{shape_words(tensor)}: {count(tensor.x.size, 'value')}, none normalized. The download has them all."
        )
        return
    found = regions(result)
    after = moments_of(result.output, found.spans)
    learned = affine_shape(layer.method, tensor.x.shape, layer.axes)
    st.markdown(
        f"{count(result.mean.size, measure(layer))} of {count(found.size, 'value')} each; gamma has the shape "
        f"{learned}, and the layer learns {count(parameters(layer.method, tensor.x.shape, layer.axes), 'number')}."
    )
    before = moments_of(tensor.x, found.spans)
    rows = [
        [
            where(tensor, found, index),
            number(float(before.mean[index])),
            number(float(found.variance[index])),
            number(_clean(float(after.mean[index]))),
            number(float(after.variance[index])),
        ]
        for index in list(np.ndindex(found.counts))[:MOST_ROWS]
    ]
    divisor = "mean square" if layer.method == "rms" else "variance"
    st.markdown(table(["who shares", "mean", divisor, "mean after", "variance after"], rows))
    if found.mean.size > MOST_ROWS:
        st.caption(f"The first {MOST_ROWS} of {found.mean.size:,}. The download has every value with its mean.")


def where(tensor: Activations, found: Regions, index: Sequence[int]) -> str:
    """Say which values a group holds, by name."""
    n, h, w, c = (at * span for at, span in zip(index, found.spans, strict=True))
    spans, shape = found.spans, found.shape
    parts = []
    if spans[0] == 1:
        parts.append(tensor.samples[n])
    if spans[3] < shape[3]:
        last = c + spans[3] - 1
        parts.append(tensor.channels[c] if spans[3] == 1 else f"{tensor.channels[c]} to {tensor.channels[last]}")
    if spans[1] < shape[1]:
        parts.append(f"row {h + 1}")
    if spans[2] < shape[2]:
        parts.append(f"column {w + 1}")
    return ", ".join(parts) or "everything"


def _clean(mean: float) -> float:
    """Leave out what float32 leaves of a mean of 0."""
    return 0.0 if abs(mean) < 1e-6 else mean


def computed(layer: Layer, tensor: Activations, result: Normalized | None, place: Sequence[int]) -> None:
    """Write the formula, and its statistics for the value that is open."""
    if result is None:
        st.markdown("Nothing is computed: the values pass as they are. Choose a method.")
        return
    found = regions(result)
    index = found.index(place)
    mean, variance, m = float(found.mean[index]), float(found.variance[index]), found.size
    if layer.method == "rms":
        st.latex(r"y = \frac{x}{\sqrt{q + \varepsilon}}\,\gamma, \qquad q = \frac{1}{m} \sum x^2")
    else:
        st.latex(
            r"y = \frac{x - \mu}{\sqrt{\sigma^2 + \varepsilon}}\,\gamma + \beta, \qquad \mu = \frac{1}{m} \sum x, "
            r"\qquad \sigma^2 = \frac{1}{m} \sum (x - \mu)^2"
        )
    st.markdown(
        f"The sums run over {members(found)}: *m* = {m:,}. For the open value ({where(tensor, found, index)}), with "
        f"ε = {number(layer.eps)}:"
    )
    letter = (
        rf"q = {tex(variance, 6)}"
        if layer.method == "rms"
        else rf"\mu = {tex(mean, 6)},\quad \sigma^2 = {tex(variance, 6)}"
    )
    x, y = float(tensor.x[tuple(place)]), float(result.output[tuple(place)])
    st.latex(rf"{letter},\quad x = {tex(x, 6)} \;\mapsto\; y = {tex(y, 6)}")
    st.markdown(f"{SOURCES[layer.method]} The variance divides by *m*, not *m* − 1, and ε stands inside the root.")


SOURCES = {
    "batch": "Ioffe and Szegedy 2015, arXiv:1502.03167.",
    "layer": "Ba, Kiros and Hinton 2016, arXiv:1607.06450.",
    "instance": "Ulyanov, Vedaldi and Lempitsky 2016, arXiv:1607.08022.",
    "group": "Wu and He 2018, arXiv:1803.08494.",
    "rms": "Zhang and Sennrich 2019, arXiv:1910.07467.",
}


def code(layer: Layer, tensor: Activations) -> str:
    """Return a program that computes the same with normlib and, where there is a layer for it, with Keras."""
    head = f"""import normlib
from normlib.activations import activations

x = activations("{tensor.name}", {len(tensor.x)}).x  # {shape_words(tensor)}
"""
    if layer.method == "none":
        return f"{head}print(x.mean(), x.std())\n"
    eps = f"epsilon={layer.eps}"
    keras_layer = {
        "batch": f"BatchNormalization({eps})",
        "layer": f"LayerNormalization(axis={layer.axes}, {eps})",
        "instance": f"GroupNormalization(groups=-1, {eps})",
        "group": f"GroupNormalization(groups={layer.groups}, {eps})",
        "rms": f"RMSNormalization(axis={layer.axes}, {eps})",
    }[layer.method]
    scaled = ""
    if (layer.gamma, layer.beta) != (1.0, 0.0):
        scaled = f" * {layer.gamma:g}" + (f" + {layer.beta:g}" if layer.method != "rms" else "")
    training = ", training=True" if layer.method == "batch" else ""
    return f"""import keras
{head}
result = {layer.call()}
ours = result.output{scaled}
print(result.count, "values per mean;", result.mean.size, "means")
print(result.mean.ravel()[:6], result.variance.ravel()[:6])

layer = keras.layers.{keras_layer}
theirs = layer(x{training}).numpy(){scaled}
print(abs(ours - theirs).max())
"""


def downloaded(layer: Layer, name: str, samples: int) -> str:
    """Write every value with the statistics it was normalized with."""
    tensor = activations(name, samples)
    result = layer.run(tensor)
    n, h, w, c = (axis.ravel() for axis in np.indices(tensor.x.shape))
    columns = [
        ("sample", np.array(tensor.samples)[n]),
        ("row", h + 1),
        ("column", w + 1),
        ("channel", np.array(tensor.channels)[c]),
        ("x", tensor.x.ravel()),
    ]
    if result is not None:
        found = regions(result)
        spread = [axis // span for axis, span in zip((n, h, w, c), found.spans, strict=True)]
        columns += [
            ("mean", found.mean[tuple(spread)]),
            ("mean_square" if layer.method == "rms" else "variance", found.variance[tuple(spread)]),
            ("y", result.output.ravel()),
        ]
    return csv_text([head for head, _ in columns], [values for _, values in columns])
