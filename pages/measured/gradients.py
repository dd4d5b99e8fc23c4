"""First gradients: how they depend on the scale of the weights and on depth, before any training."""

import numpy as np
import streamlit as st

from normlib.training.at_start import MEAN_FIELD_GROWTH
from normlib.training.expectations import AT_START
from normlib.words import count, listed, number, table
from pages.parts.control_kinds import Choice
from pages.parts.controls import Controls
from pages.parts.dial import Dial, dial_chart
from pages.parts.first_gradients import (
    BY_DEPTH,
    BY_SCALE,
    DEPTHS,
    LAYERS,
    SCALES,
    SEEDS,
    ByDepth,
    ByScale,
    Setting,
    by_depth,
    by_scale,
    depth_picture,
    scale_picture,
)
from pages.parts.first_gradients_words import around, depth_words, names, rms_default, scale_words
from pages.parts.frame import what_next
from pages.parts.lab import Download, Lab, explain, lab
from pages.parts.rows import csv_text

BY_WEIGHTS, BY_LAYERS = "Scale of the weights", "Depth"
SCALE_LABELS = tuple(f"{scale:g}" for scale in SCALES)
DEPTH_LABELS = tuple(str(depth) for depth in DEPTHS)
EPSILONS = {"0.001 (Keras)": 1e-3, "0.00001 (PyTorch)": 1e-5, "0.00000001": 1e-8}
CONTROLS = Controls(
    "gr",
    {
        "view": Choice("Over", (BY_WEIGHTS, BY_LAYERS), BY_WEIGHTS, segments=True),
        "eps": Choice("Epsilon", tuple(EPSILONS), "0.001 (Keras)", help="The same for every norm here."),
        "rows": Choice("Batch size", ("32", "128"), "128", segments=True),
        "width": Choice(
            "Units per layer",
            tuple(map(str, SEEDS)),
            "64",
            help="Wider networks take longer, so fewer seeds stand behind them.",
            segments=True,
        ),
        "scale": Choice("Scale of the weights", SCALE_LABELS, "10"),
        "depth": Choice("Hidden layers", DEPTH_LABELS, "30"),
    },
)


def set_up(setting: Setting) -> str:
    """Say what the networks are."""
    return (
        f"Dense networks with ReLU, {setting.width} units per layer, on {setting.rows} digits in a batch; first weights by He's "
        f"rule, the norm before the activation, nothing trained, {count(setting.seeds, 'seed')}."
    )


def scale_numbers(shown: ByScale) -> None:
    """Show layer 1 at every scale."""
    rows = []
    for f, label in enumerate(SCALE_LABELS):
        spans = [shown.here(method, f) for method in BY_SCALE]
        rows.append([label, *(f"{number(s.mean)} ({number(s.low)} to {number(s.high)})" for s in spans)])
    st.markdown(table(["scale", *names(BY_SCALE)], rows))
    last = len(SCALES) - 1
    pairs = [(f, f + 1) for f in range(last)]
    steps = [
        [f"{SCALES[a]:g} to {SCALES[b]:g}", *(f"{shown.power(m, a, b).mean:.3f}".replace("-", "−") for m in BY_SCALE)]
        for a, b in pairs
    ]
    st.markdown(table(["power of the scale, from one scale to the next", *names(BY_SCALE)], steps))
    st.caption(
        f"{set_up(shown.setting)} {LAYERS} hidden layers. Gradient norm of layer 1: geometric mean, and in brackets its 95 % interval."
    )


def depth_numbers(shown: ByDepth) -> None:
    """Show the growth at every depth."""
    rows = [
        [
            str(depth),
            *(around(shown.growth(method, at), 4, "") for method in BY_DEPTH),
            number(shown.ratio("batch", at).mean),
        ]
        for at, depth in enumerate(DEPTHS)
    ]
    st.markdown(table(["layers", *names(BY_DEPTH), "layer 2 / last, batch norm"], rows))
    st.caption(
        f"{set_up(shown.setting)} Growth of the gradient norm per layer towards the first, with its 95 % interval; theory for "
        f"batch norm: {MEAN_FIELD_GROWTH:.4f}."
    )


def scale_computed(shown: ByScale, at: int) -> None:
    """Derive the law, and say where it ends."""
    expected, found = AT_START["scale"], shown.power("batch")
    st.latex(
        r"\mathrm{BN}(a\,xW) = \mathrm{BN}(xW) \quad\Rightarrow\quad \frac{\partial \ell}{\partial (aW)} = \frac{1}{a}\,\frac{\partial \ell}{\partial W}"
    )
    st.markdown(
        "The factor a multiplies the mean and the standard deviation too, and cancels. It is exact where epsilon is 0. With epsilon "
        "the norm divides by the root of a²σ² + ε: once a²σ² falls under ε, the values shrink with a, layer after layer, and the "
        "gradient of layer 1 falls instead of rising. Layer norm and RMS norm divide the scale out as well. "
        f"All have the same epsilon here; Keras itself takes {f'{rms_default():.6f}'} for RMS norm."
    )
    st.markdown(
        f"**Expected.** {expected.expected} **What would refute it.** {expected.refuted} **Measured** from scale 1 to "
        f"{SCALES[-1]:,.0f}: {around(found, 5)}. The power is the slope of a straight line through the logarithms of both, "
        "fitted for each seed by least squares."
    )
    st.markdown(
        "Without a norm the scale passes through every layer above as well, so that the power is about the number of those layers. "
        f"A smaller gradient for larger weights also means smaller relative steps. Source: {listed(expected.sources)}."
    )


def depth_computed(shown: ByDepth, at: int) -> None:
    """Say how the growth is fitted, and what theory it meets."""
    expected = AT_START["depth"]
    found = {method: shown.growth(method, at) for method in ("batch", "none")}
    st.latex(r"\ln \lVert \nabla W_l \rVert = c - l \,\ln g \qquad l = 2, \dots, L")
    st.latex(rf"g_\text{{theory}} = \sqrt{{\frac{{\pi}}{{\pi - 1}}}} = {MEAN_FIELD_GROWTH:.4f}")
    st.markdown(
        "The growth g is fitted for each seed by least squares over all hidden layers but the first, which has other inputs. "
        "The theory is for batch norm before ReLU in infinitely wide networks without shortcuts; the thin dashed line begins at "
        "the last hidden layer. Smaller batches let the gradient grow faster: change the batch size and see."
    )
    st.markdown(
        f"**Expected.** {expected.expected} **What would refute it.** {expected.refuted} **Measured** at {DEPTHS[at]} layers: "
        f"{around(found['batch'], 4)} with batch norm, {around(found['none'], 4)} without."
    )
    st.markdown(
        "This is the state before the first update. Updates change it, and shortcuts, as in residual networks, are the usual remedy; neither is measured here. "
        f"Sources: {listed(expected.sources)}."
    )


def code(setting: Setting, view: str, at: int) -> str:
    """Return a program that measures the same."""
    e = setting.network("batch")
    common = f"eps={e.eps:g}, width={e.width}, batch_size={e.batch_size}, steps={e.steps}, seeds={len(e.seeds)}"
    if view == BY_WEIGHTS:
        return f"""from normlib.training import Experiment
from normlib.training.at_start import at_start, power

scales = [1.0, {SCALES[at]:g}, 1000.0]
for method in {BY_SCALE}:
    networks = [Experiment(method=method, scale=scale, depth={e.depth}, {common}) for scale in scales]
    first = [found.gradient_norm[:, 0] for found in at_start(networks)]
    print(method, [one.mean() for one in first])
    print("power of the scale from 1 to 1000:", power([1, 1000], [[a, b] for a, b in zip(first[0], first[2])]))
"""
    return f"""from normlib.training import Experiment
from normlib.training.at_start import MEAN_FIELD_GROWTH, at_start, growth

for method in {BY_DEPTH}:
    network = Experiment(method=method, depth={DEPTHS[at]}, {common})
    print(method, growth(at_start([network])[0].gradient_norm))
print("theory for batch norm:", MEAN_FIELD_GROWTH)
"""


def download(setting: Setting, view: str) -> str:
    """Return every gradient norm, one line each."""
    places = SCALES if view == BY_WEIGHTS else DEPTHS
    shown = by_scale(setting) if view == BY_WEIGHTS else by_depth(setting)
    lines = [
        (method, place, seed, layer + 1, float(value))
        for method, found in shown.norms.items()
        for place, norms in zip(places, found, strict=True)
        for (seed, layer), value in np.ndenumerate(norms)
    ]
    head = ["method", "scale" if view == BY_WEIGHTS else "hidden_layers", "seed", "layer", "gradient_norm"]
    return csv_text(head, list(zip(*lines, strict=True)))


def body(page: Lab) -> None:
    """Draw the controls and, beside them, what they show."""
    panel = page.panel
    with page.controls:
        view = panel.choice("view")
        eps = EPSILONS[panel.choice("eps")]
        rows = int(panel.choice("rows"))
        with panel.more():
            width = int(panel.choice("width"))
            at = (
                SCALE_LABELS.index(panel.choice("scale"))
                if view == BY_WEIGHTS
                else DEPTH_LABELS.index(panel.choice("depth"))
            )
    setting = Setting(width, rows, eps)
    with page.figure:
        if view == BY_WEIGHTS:
            titles, sentences = scale_words(setting)
            drawn, dial = scale_picture(setting, at), Dial("scale", "Scale of the weights", SCALES, at, "×", ".4g")
            alt = "Gradient norm of layer 1 over the scale of the weights, a curve for each norm; beside it all layers."
        else:
            titles, sentences = depth_words(setting)
            drawn, dial = depth_picture(setting, at), Dial("depth", "Hidden layers", DEPTHS, at)
            alt = "Gradient norm of every layer, a curve for each norm; beside it the growth per layer over depth."
        dial_chart(
            panel, drawn, dial, titles=titles, sentences=sentences, alt=alt, file_name="gradients before the first step"
        )
        numbers, computed, shown = (
            (scale_numbers, scale_computed, by_scale(setting))
            if view == BY_WEIGHTS
            else (depth_numbers, depth_computed, by_depth(setting))
        )
        explain(
            "gr_tabs",
            {
                "Numbers": lambda: numbers(shown),
                "How it is computed": lambda: computed(shown, at),
                "Code": lambda: st.code(code(setting, view, at), language="python"),
            },
            Download("first-gradients.csv", lambda: download(setting, view)),
        )


lab("gradients", "Drag the scale of the weights, then look over depth instead.", CONTROLS, body)
what_next("See what else the scale of the weights does to the output of a norm: nothing.", "invariance")
