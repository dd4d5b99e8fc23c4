"""Averages along every combination of axes, before and after a layer: which became 0 and 1?"""

import numpy as np
import streamlit as st

from normlib.activations import Activations, activations
from normlib.averages import Averages, all_averages
from normlib.components.chart import chart
from normlib.figures.averages import AXES, average_pictures, averages_table, axes_name, span
from normlib.figures.look import DARK
from normlib.normalized import Normalized
from normlib.words import count, number, table, tex
from pages.parts.control_kinds import Choice
from pages.parts.controls import Controls
from pages.parts.frame import what_next
from pages.parts.lab import Download, Lab, explain, lab
from pages.parts.rows import csv_text
from pages.parts.tensors import (
    EPS,
    GROUPS,
    METHOD,
    OVER,
    SAMPLES,
    TENSOR,
    Layer,
    choose_layer,
    choose_tensor,
    eps_of,
    shape_words,
)
from pages.parts.tensors import own_axes as own

CONTROLS = Controls(
    "av",
    {
        "method": METHOD,
        "over": OVER,
        "groups": GROUPS,
        "tensor": TENSOR,
        "samples": SAMPLES,
        "eps": EPS,
        "along": Choice(
            "Show as pictures", (), "H, W", help="The averages along these axes, each in its place.", varies=True
        ),
    },
)


def title(layer: Layer, after: list[Averages]) -> str:
    """Say what to see."""
    settled = [one for one in after if one.means_are_zero and one.stds_are_one]
    if layer.method == "none":
        return "Without a layer no average is where it should be"
    if not settled:
        return f"{layer.style.name} norm brings no row to mean 0 and sd 1"
    return f"{layer.style.name} norm brings {len(settled)} of {len(after)} rows to mean 0 and sd 1"


def sentence(layer: Layer, tensor: Activations, result: Normalized | None, after: list[Averages]) -> str:
    """Answer the page's question for the present setting."""
    settled = [one for one in after if one.means_are_zero and one.stds_are_one]
    if result is None:
        whole = after[-1]
        return f"The whole tensor has the mean {span(whole.mean)} and the standard deviation {span(whole.std)}. Choose a method."
    if layer.method == "rms":
        means = averages_of(after, own(layer, result))
        return (
            "RMS norm divides and subtracts nothing, so the means along its own axes stay: "
            f"they go from {span(means.mean)}."
            if " to " in span(means.mean)
            else f"RMS norm divides and subtracts nothing, so the mean stays at {span(means.mean)}."
        )
    if result.count == 1:
        return (
            "Each mean here is the mean of a single value, so every output is 0: the means are 0, but the "
            "standard deviations are 0 as well, and nothing of the input is left."
        )
    shared = axes_name(own(layer, result)) or f"H, W and {tensor.x.shape[-1] // layer.groups} of the channels"
    if not settled:
        worst = averages_of(after, own(layer, result) or after[-1].axes)
        return (
            f"It averages over {shared}, and the means there are 0, but the standard deviations go from {span(worst.std)}: "
            f"some variances are as small as epsilon ({number(layer.eps)})."
        )
    return (
        f"It averages over {shared}. Every row that contains these axes is settled with it, and in no other row are the "
        f"means 0: along {axes_name(farthest(after).axes)} they still go from {span(farthest(after).mean)}."
        if any(not one.means_are_zero for one in after)
        else f"It averages over {shared}, and every row contains these axes."
    )


def averages_of(found: list[Averages], axes: tuple[int, ...]) -> Averages:
    """Return the row of some axes."""
    return next(one for one in found if one.axes == axes)


def farthest(found: list[Averages]) -> Averages:
    """Return the row whose means are farthest from 0."""
    return max(found, key=lambda one: one.farthest_mean)


def computed(layer: Layer, result: Normalized | None, before: Averages, after: Averages) -> None:
    """Show how one row comes about."""
    along = axes_name(before.axes)
    st.markdown(
        f"Along {along}, {count(before.count, 'value')} give one mean and one standard deviation, and there are "
        f"{count(before.mean.size, 'such pair')}:"
    )
    st.latex(
        r"\mu = \frac{1}{m} \sum x, \qquad \sigma^2 = \frac{1}{m} \sum (x - \mu)^2, \qquad m = " + str(before.count)
    )
    st.markdown(f"Before, the means go from {span(before.mean)}; after, from {span(after.mean)}.")
    if result is not None:
        st.markdown(
            "A cell is tinted when its means are near 0, or its standard deviations near 1: fully from a distance of 0.01 down. "
            "Standard deviations do not become exactly 1, because epsilon stands beside the variance:"
        )
        st.latex(
            r"\sigma_{after} = \frac{\sigma}{\sqrt{\sigma^2 + \varepsilon}}, \qquad \varepsilon = " + tex(layer.eps)
        )
        st.markdown(
            "Why the larger sets follow: the mean of means that are all 0 is 0, and the variance of a union of slices is "
            "the mean of their variances plus the variance of their means, here 1 + 0."
        )


def code(layer: Layer, tensor: Activations, along: tuple[int, ...]) -> str:
    """Return a program that computes the same."""
    call = "x" if layer.method == "none" else f"{layer.call()}.output"
    return f"""import normlib
from normlib.activations import activations
from normlib.averages import averages

x = activations("{tensor.name}", {len(tensor.x)}).x  # {shape_words(tensor)}
y = {call}
for values in (x, y):
    found = averages(values, {along})  # {axes_name(along)}
    print(found.mean.ravel().round(3), found.std.ravel().round(3))
"""


def body(page: Lab) -> None:
    """Draw the controls and, beside them, what they show."""
    panel = page.panel
    with page.controls:
        chosen = choose_tensor(panel)
        layer = choose_layer(panel, activations(chosen))
        with panel.more():
            tensor = activations(chosen, int(panel.number("samples")))
            layer = Layer(layer.method, layer.axes, layer.groups, eps_of(panel))
    if layer.method == "batch" and tensor.x[..., 0].size == 1:
        with page.figure:
            st.info(
                "One sample of a dense layer gives batch norm a single value per channel: its mean is the value itself "
                "and its variance 0. Take more samples, or feature maps. (Keras answers with zeros plus beta, PyTorch "
                "with an error.)"
            )
            st.stop()
    result = layer.run(tensor)
    before = all_averages(tensor.x)
    after = all_averages(tensor.x if result is None else result.output)
    rows = [row for row, one in enumerate(before) if result is not None and one.axes == own(layer, result)]
    with page.figure:
        drawn, height = averages_table(before, after, layer.style, rows)
        chart(
            drawn,
            key="av_chart",
            title=title(layer, after),
            sentence=sentence(layer, tensor, result, after),
            alt="A table: for every combination of the axes N, H, W and C, the range of the means and of the standard deviations, before and after.",
            height=height,
            narrow={"margin.l": 64, "yaxis.tickfont.size": 12},
            dark=DARK,
            file_name="averages along axes",
        )
        combinations = [axes_name(one.axes) for one in before]
        with st.container(width=280):
            along = panel.choice("along", combinations)
        row = combinations.index(along)
        chart(
            average_pictures(before[row], after[row]),
            key="av_pictures",
            title=f"{count(before[row].mean.size, 'mean')} along {along}",
            sentence=(
                f"Each cell stands for {count(before[row].count, 'value')}. Means before: {span(before[row].mean)}; "
                f"after: {span(after[row].mean)}. Middle grey is a mean of 0, or a standard deviation of 1."
            ),
            alt="Four grey pictures: means and standard deviations along the chosen axes, before and after.",
            height=380,
            dark=DARK,
            file_name=f"averages along {along}",
        )
        explain(
            "av_tabs",
            {
                "Numbers": lambda: numbers(before, after),
                "How it is computed": lambda: computed(layer, result, before[row], after[row]),
                "Code": lambda: st.code(code(layer, tensor, before[row].axes), language="python"),
            },
            Download("averages.csv", lambda: downloaded(tensor.name, len(tensor.x), layer)),
        )


def numbers(before: list[Averages], after: list[Averages]) -> None:
    """List every combination with its counts and ranges."""
    st.markdown(
        table(
            [
                "over",
                "values",
                "means",
                "mean before",
                "mean after",
                "sd before",
                "sd after",
            ],
            [
                [
                    axes_name(old.axes).replace(", ", ""),
                    f"{old.count:,}",
                    f"{old.mean.size:,}",
                    span(old.mean),
                    span(new.mean),
                    span(old.std),
                    span(new.std),
                ]
                for old, new in zip(before, after, strict=True)
            ],
        )
    )


def downloaded(name: str, samples: int, layer: Layer) -> str:
    """Write all averages as CSV."""
    tensor = activations(name, samples)
    result = layer.run(tensor)
    before, after = all_averages(tensor.x), all_averages(tensor.x if result is None else result.output)
    sizes = [one.mean.size for one in before]
    return csv_text(
        ["axes", "mean_before", "std_before", "mean_after", "std_after"],
        [
            np.repeat(["".join(AXES[axis] for axis in one.axes) for one in before], sizes),
            *(
                np.concatenate([getattr(one, name).ravel() for one in found])
                for found in (before, after)
                for name in ("mean", "std")
            ),
        ],
    )


lab(
    "averages",
    "Choose a method and look for the fullest tint: there the mean is 0, or the standard deviation (sd) 1.",
    CONTROLS,
    body,
)
what_next("Some layers settle the same rows. See when they are the same layer.", "same")
