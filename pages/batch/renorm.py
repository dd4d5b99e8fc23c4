"""Batch renormalization: training outputs on their way from batch norm to inference."""

import numpy as np
import streamlit as st

from normlib.figures.renorm import training_against_inference
from normlib.words import number, table, tex
from pages.parts.control_kinds import Choice, Number
from pages.parts.controls import Controls
from pages.parts.dial import Dial, dial_chart
from pages.parts.frame import what_next
from pages.parts.lab import Download, Lab, explain, lab
from pages.parts.renormalized import BATCHES, EPS, SEEN, STEPS, Setting, batches, sentence, title, trained
from pages.parts.rows import csv_text
from pages.parts.source import BUILT_IN, FEATURE, choose, choose_feature

CONTROLS = Controls(
    "rn",
    {
        "data": BUILT_IN,
        "feature": FEATURE,
        "size": Choice("Samples in a batch", ("2", "4", "8", "16"), "4", segments=True),
        "step": Number(
            "Training step",
            0,
            int(STEPS[-1]),
            10_000,
            2_500,
            help="The paper opens the limits between step 5,000 and step 40,000.",
        ),
        "rmax": Number("r at most, in the end", 1, 5, 3, 0.5, field=True, help="3 in the paper. At 1, r stays 1."),
        "dmax": Number("d at most, in the end", 0, 10, 5, 0.5, field=True, help="5 in the paper. At 0, d stays 0."),
        "seed": Number("Seed of the batches", 0, 9, 0),
    },
)


def numbers(setting: Setting, at: int) -> None:
    """Show every batch with what it wanted and what it got."""
    x, running = batches(setting)
    found = trained(setting)[1][at]
    deviation = np.sqrt(x.var(axis=0) + EPS)
    wanted = deviation / running.std[0], (x.mean(axis=0) - running.mean[0]) / running.std[0]
    columns = x.mean(axis=0), deviation, wanted[0], found.r, wanted[1], found.d
    rows = [
        [str(b + 1), *(number(float(one[b]), 2) for one in columns), "yes" if found.limited[b] else "no"]
        for b in range(BATCHES)
    ]
    st.markdown(table(["no.", "mean", "sd", "r wanted", "r", "d wanted", "d", "limit met"], rows))
    st.caption(
        f"Running mean {number(running.mean[0])} and standard deviation {number(running.std[0])}, after {SEEN} other batches "
        "and in standard deviations of the feature. Deviations of small batches are too small on average, and so is theirs."
    )


def computed(setting: Setting, at: int) -> None:
    """Show the formula with the numbers of the first batch."""
    x, running = batches(setting)
    rmax, dmax = setting.limits(at)
    found = trained(setting)[1][at]
    mean, deviation = float(x[:, 0].mean()), float(np.sqrt(x[:, 0].var() + EPS))
    st.latex(r"y = \frac{x - \mu_B}{\sigma_B}\, r + d")
    st.latex(
        r"r = \text{clip}\Big(\frac{\sigma_B}{\sigma},\ \tfrac{1}{r_{\max}},\ r_{\max}\Big), \qquad "
        r"d = \text{clip}\Big(\frac{\mu_B - \mu}{\sigma},\ -d_{\max},\ d_{\max}\Big)"
    )
    st.markdown(f"For the first batch, with $r_{{\\max}} = {tex(rmax)}$ and $d_{{\\max}} = {tex(dmax)}$:")
    run_mean, run_std = float(running.mean[0]), float(running.std[0])
    st.latex(
        rf"\frac{{{tex(deviation)}}}{{{tex(run_std)}}} = {tex(deviation / run_std)} \to r = {tex(float(found.r[0]))}, \qquad "
        rf"\frac{{{tex(mean)} - {tex(run_mean, after_sign=True)}}}{{{tex(run_std)}}} = "
        rf"{tex((mean - run_mean) / run_std)} \to d = {tex(float(found.d[0]))}"
    )
    st.markdown(
        "Without limits, $r$ and $d$ turn the batch's mean and deviation into the running ones exactly: "
        "$\\frac{x - \\mu_B}{\\sigma_B} \\cdot \\frac{\\sigma_B}{\\sigma} + \\frac{\\mu_B - \\mu}{\\sigma} = \\frac{x - \\mu}{\\sigma}$. "
        "Gradients take $r$ and $d$ for constants, so they still flow through $\\mu_B$ and $\\sigma_B$. The running $\\sigma$ is an "
        "average of deviations, not of variances.\n\n"
        "The paper keeps the limits closed for 5,000 steps, while the running statistics settle, then opens $d$ until step "
        "25,000 and $r$ until step 40,000, “gradually”; in a straight line is our reading. Source: "
        "[Ioffe 2017](https://arxiv.org/abs/1702.03275).\n\n"
        "Keras 3.15 has it as `BatchNormalization(renorm=True)`, with no limits unless `renorm_clipping` names them, and "
        "with 0 as the lower limit of $r$ unless `rmin` is named too."
    )


def code(setting: Setting, at: int) -> str:
    """Return a program that computes the first batch, and compares it with Keras."""
    x, running = batches(setting)
    rmax, dmax = setting.limits(at)
    values = ", ".join(f"[{value:.6g}]" for value in x[:, 0])
    return f"""import keras
import numpy as np
from normlib.renorm import RenormStatistics, batch_renorm

x = np.array([{values}])
running = RenormStatistics(np.array([{running.mean[0]:.6g}]), np.array([{running.std[0]:.6g}]))
found = batch_renorm(x, running, rmax={rmax:.6g}, dmax={dmax:.6g})
ours = found.output
print(found.r, found.d, ours.ravel())

clipping = {{"rmax": {rmax:.6g}, "rmin": 1 / {rmax:.6g}, "dmax": {dmax:.6g}}}
layer = keras.layers.BatchNormalization(renorm=True, renorm_clipping=clipping)
layer.build(x.shape)
layer.renorm_mean.assign(running.mean)
layer.renorm_stddev.assign(running.std)
theirs = np.asarray(layer(x, training=True))
print(theirs.ravel())
"""


def body(page: Lab) -> None:
    """Draw the controls and, beside them, what they show."""
    panel = page.panel
    with page.controls:
        source = choose(panel)
        column = choose_feature(panel, source)
        size = int(panel.choice("size"))
        with panel.more():
            step = panel.number("step")
            rmax, dmax, seed = panel.number("rmax"), panel.number("dmax"), int(panel.number("seed"))
    setting = Setting(source.title, column, size, rmax, dmax, seed)
    at = int(np.argmin(np.abs(STEPS - step)))
    inference, every = trained(setting)
    drawn = training_against_inference(inference, np.stack([one.output for one in every]), at)
    titles = [title(setting, f) for f in range(STEPS.size)]
    sentences = [sentence(setting, f) for f in range(STEPS.size)]

    def text() -> str:
        x, _ = batches(setting)
        flat, outputs = trained(setting)
        head = ["batch", "value", "inference", "training"]
        numbered = np.repeat(np.arange(1, BATCHES + 1), len(x))
        return csv_text(head, [numbered, x.T.ravel(), flat.T.ravel(), outputs[at].output.T.ravel()])

    with page.figure:
        dial_chart(
            panel,
            drawn,
            Dial("step", "Training step", [float(one) for one in STEPS], at, format=",.0f"),
            titles=titles,
            sentences=sentences,
            alt=f"Lines of {BATCHES} batches: output in training over output in inference, with the diagonal.",
            height=430,
            file_name="batch renormalization",
        )
        explain(
            "rn_tabs",
            {
                "Numbers": lambda: numbers(setting, at),
                "How it is computed": lambda: computed(setting, at),
                "Code": lambda: st.code(code(setting, at), language="python"),
            },
            Download("batch-renormalization.csv", text),
        )


lab("batch-renorm", "Drag the training step and watch the batches turn to the diagonal.", CONTROLS, body)
what_next("Layer norm has no such gap to close: it never looks at the batch.", "layer-norm")
