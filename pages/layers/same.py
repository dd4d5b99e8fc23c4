"""Pairs of layers that are the same under one condition: move the slider until they meet."""

from __future__ import annotations

from dataclasses import replace
from math import prod

import numpy as np
import streamlit as st

from normlib import without_warnings
from normlib.activations import Activations, activations
from normlib.figures.agreement import agreement
from normlib.figures.drawn import Drawn
from normlib.figures.look import METHODS
from normlib.identities import PAIRS, Pair, largest_difference
from normlib.methods import affine_shape
from normlib.normalized import Normalized
from normlib.words import count, number, table
from pages.parts.control_kinds import Choice, Number
from pages.parts.controls import Controls
from pages.parts.dial import Dial, dial_chart
from pages.parts.frame import what_next
from pages.parts.lab import Download, Lab, explain, lab
from pages.parts.rows import csv_text
from pages.parts.tensors import EPS, GROUPS, SAMPLES, TENSOR, Layer, choose_tensor, eps_of, shape_words, spoken

# Differences down to the rounding of float32 outputs of the order of 1.
ROUNDING = 1e-5
AT = {
    "Group and layer": "groups",
    "Group and instance": "groups",
    "Batch and instance": "samples",
    "RMS and layer": "share",
}
CONTROLS = Controls(
    "sa",
    {
        "pair": Choice("Layers", tuple(PAIRS), next(iter(PAIRS))),
        "tensor": TENSOR,
        "groups": GROUPS,
        "samples": replace(SAMPLES, default=3),
        "share": Number("Share of the mean taken away", 0, 100, 50, 5, "%"),
        "eps": EPS,
    },
)


def run(pair: Pair, tensor: Activations, position: float, eps: float) -> tuple[Normalized, Normalized]:
    """Run both layers; that a mean of one value gives zeros is for the page to say."""
    with without_warnings():
        return pair.run(tensor.x, position, eps)


def positions(pair: Pair, tensor: Activations) -> list[float]:
    """Return the positions of the dial that both layers can work with."""
    found = pair.positions(tensor.x)
    # A single value per channel has no spread: batch norm needs at least two.
    return found[1:] if pair.first == "batch" and tensor.x[0, ..., 0].size == 1 else found


def first_sample(results: tuple[Normalized, Normalized]) -> tuple[np.ndarray, np.ndarray]:
    """Return the outputs for the first sample, which every position of the dial has."""
    first, second = (one.output[0].ravel().astype(np.float64) for one in results)
    return first, second


def title(pair: Pair, apart: float) -> str:
    """Say what to see."""
    names = f"{METHODS[pair.first].name} and {spoken(pair.second)}"
    if apart == 0:
        return f"{names} give the same output, to the last digit"
    if apart < ROUNDING:
        return f"{names} give the same output, up to rounding"
    return f"{names} differ by up to {number(apart, 2)}"


def sentence(pair: Pair, tensor: Activations, position: float, results: tuple[Normalized, Normalized]) -> str:
    """Answer the page's question for the present setting."""
    apart = largest_difference(*results)
    values = count(results[0].output.size, "value")
    if apart >= ROUNDING:
        return f"Of {values}, the largest difference is {number(apart, 2)}. They meet under one condition: {pair.condition}."
    if not results[0].output.any():
        return (
            f"All {values} are 0 in both: every mean here is the mean of one value. The layers agree, and nothing of the "
            "input is left."
        )
    learned = [affine_shape(method, tensor.x.shape, (1, 2, 3)) for method in (pair.first, pair.second)]
    gammas = (
        f"Both learn {count(prod(learned[0]), 'gamma')}."
        + (" RMS norm has no beta, and layer norm as many as gammas." if pair.first == "rms" else "")
        if learned[0] == learned[1]
        else f"What they learn still differs: {spoken(pair.first)} has {count(prod(learned[0]), 'gamma')}, "
        f"one per channel, {spoken(pair.second)} {count(prod(learned[1]), 'gamma')}, one per value of a sample."
    )
    return f"The condition is met: {pair.condition}. The largest of {values} differs by {number(apart, 2)}. {gammas}"


def code(pair: Pair, tensor: Activations, position: float, eps: float) -> str:
    """Return a program that computes the same."""
    batch = f"x[:{int(position)}]" if pair.first == "batch" else "x"
    first, second = (Layer(one, groups=int(position), eps=eps).call(batch) for one in (pair.first, pair.second))
    lines = [
        "import normlib",
        "from normlib.activations import activations",
        "from normlib.identities import largest_difference, without_means",
        "",
        f'x = activations("{tensor.name}").x  # {shape_words(tensor)}',
    ]
    if pair.first == "rms":
        lines.append(f"x = without_means(x, {position / 100})")
    else:
        lines[2] = "from normlib.identities import largest_difference"
    lines += [
        f"first = {first}",
        f"second = {second}",
        'print("largest difference", largest_difference(first, second))',
        'print("means", first.mean.size, second.mean.size)',
    ]
    return "\n".join(lines)


def computed(pair: Pair, tensor: Activations, results: tuple[Normalized, Normalized]) -> None:
    """Show why both meet."""
    st.markdown(
        f"Both layers compute the same formula, over different values. They are the same with {pair.condition}."
    )
    st.latex(r"y = \frac{x - \mu}{\sqrt{\sigma^2 + \varepsilon}}\,\gamma + \beta")
    for method, result in zip((pair.first, pair.second), results, strict=True):
        st.markdown(
            f"- **{METHODS[method].name} norm** has {count(result.mean.size, 'mean')} of {count(result.count, 'value')} each here."
        )
    if pair.first == "rms":
        st.markdown("RMS norm leaves the mean in; where every mean is 0, subtracting it changes nothing.")
    st.markdown(
        "The same statistics do not make the same layer: gamma and beta may have other shapes, and training may "
        "therefore end elsewhere."
    )


def numbers(tensor: Activations, eps: float) -> None:
    """Measure every pair at the position where it meets."""
    rows = []
    for pair in PAIRS.values():
        place = pair.meets(tensor.x)
        if place not in positions(pair, tensor):
            rows.append([pair.name, pair.condition, "one value per mean: batch norm cannot work", "", ""])
            continue
        apart = largest_difference(*run(pair, tensor, place, eps))
        shapes = [str(affine_shape(one, tensor.x.shape, (1, 2, 3))) for one in (pair.first, pair.second)]
        rows.append([pair.name, pair.condition, number(apart, 2), *shapes])
    st.markdown(
        table(["layers", "the same with", "largest difference then", "gamma of the first", "of the second"], rows)
    )


def body(page: Lab) -> None:
    """Draw the controls and, beside them, what they show."""
    panel = page.panel
    with page.controls:
        pair = PAIRS[panel.choice("pair")]
        tensor = activations(choose_tensor(panel))
        dial = AT[pair.name]
        places = positions(pair, tensor)
        if dial == "groups":
            position = float(panel.choice("groups", tuple(str(int(one)) for one in places)))
        else:
            position = max(float(panel.number(dial)), places[0])
        with panel.more():
            eps = eps_of(panel)
    every = [run(pair, tensor, one, eps) for one in places]
    apart = [largest_difference(*one) for one in every]
    at = places.index(position)
    first, second = zip(*map(first_sample, every), strict=True)
    # All positions share the axes, so that only the points move.
    limits = np.concatenate([*first, *second])
    ends = float(limits.min()), float(limits.max())
    drawn = agreement(
        first[at],
        second[at],
        METHODS[pair.first],
        (f"output of {spoken(pair.first)}", f"output of {spoken(pair.second)}"),
        (METHODS[pair.first].name, METHODS[pair.second].name),
    )
    pad = 0.05 * ((ends[1] - ends[0]) or 1.0)
    for axis in ("xaxis", "yaxis"):
        drawn["layout"][axis]["range"] = [ends[0] - pad, ends[1] + pad]
    drawn["data"][0] |= {
        "x": np.array(drawn["layout"]["xaxis"]["range"]),
        "y": np.array(drawn["layout"]["xaxis"]["range"]),
    }
    titles = [title(pair, one) for one in apart]
    sentences = [sentence(pair, tensor, *one) for one in zip(places, every, strict=True)]
    with page.figure:
        dial_chart(
            panel,
            Drawn(drawn, {(1, "x"): np.stack(first), (1, "y"): np.stack(second)}),
            Dial(dial, pair.dial, places, at, pair.unit),
            titles=titles,
            sentences=sentences,
            alt=f"Scatter: each value of the first sample after {spoken(pair.first)}, against the same value after {spoken(pair.second)}.",
            height=400,
            file_name=pair.name,
        )
        name = tensor.name
        explain(
            "sa_tabs",
            {
                "Numbers": lambda: numbers(activations(name), eps),
                "How it is computed": lambda: computed(pair, tensor, run(pair, tensor, position, eps)),
                "Code": lambda: st.code(code(pair, tensor, position, eps), language="python"),
            },
            Download("two-layers.csv", lambda: downloaded(pair, name, position, eps)),
        )


def downloaded(pair: Pair, name: str, position: float, eps: float) -> str:
    """Write both outputs as CSV."""
    first, second = run(pair, activations(name), position, eps)
    return csv_text([f"{pair.first}_norm", f"{pair.second}_norm"], [first.output.ravel(), second.output.ravel()])


lab("same", "Drag the slider under the figure until all points lie on the diagonal.", CONTROLS, body)
what_next("Put all five layers side by side, for a tensor of your own shape.", "compare")
