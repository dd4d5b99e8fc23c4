"""Gamma, beta and a bias: what gives the input back, and what changes nothing."""

import numpy as np
import streamlit as st

from normlib.affine import Stages
from normlib.figures.three_stages import three_stages
from normlib.population import population
from normlib.words import number, table, tex
from pages.parts.affine import BATCH, EPS, RANGES, Setting, restoring_of, stages_over, stages_with, values_of
from pages.parts.control_kinds import Choice, Number, Switch
from pages.parts.controls import Controls
from pages.parts.dial import Dial, dial_chart
from pages.parts.frame import what_next
from pages.parts.lab import Download, Lab, explain, lab
from pages.parts.rows import csv_text

UNITS = population("dense").channels
CONTROLS = Controls(
    "gb",
    {
        "drag": Choice("Drag", ("Bias", "Gamma", "Beta"), "Bias", segments=True),
        "restore": Switch(
            "Give the input back",
            help="Sets gamma to the root of variance plus epsilon, and beta to the mean of the batch.",
        ),
        "unit": Choice("Unit", UNITS, UNITS[0]),
        "bias": Number("Bias", *RANGES["Bias"], field=True, help="Added before batch norm."),
        "gamma": Number("Gamma", *RANGES["Gamma"], field=True),
        "beta": Number("Beta", *RANGES["Beta"], field=True),
    },
)


def rounding(change: float, scale: float = 1.0) -> str:
    """Write a change, and call it rounding where it is nothing else."""
    if change == 0:
        return "exactly 0"
    return f"{number(change, 2)}{', which is rounding' if abs(change) < 1e-11 * scale else ''}"


def difference(first: np.ndarray, second: np.ndarray) -> float:
    """Return the largest difference of two arrays."""
    return float(np.abs(first - second).max())


def title(setting: Setting, shown: Stages) -> str:
    """Say what to see at one setting."""
    if setting.drag == "Bias":
        if setting.bias == 0:
            return "Without a bias: drag it, and see who notices"
        return f"A bias of {number(setting.bias)} moves the input and no output"
    if setting.gamma == 0:
        return f"Gamma 0 wipes the input out: every output is {number(setting.beta)}"
    spread, mean = float(shown.after.std()), setting.beta
    return f"After batch norm the mean is {number(mean)} and the standard deviation {number(spread, 2)}"


def sentence(setting: Setting, shown: Stages) -> str:
    """Answer the page's question for one setting."""
    x = values_of(setting.unit)
    gamma, beta = restoring_of(setting.unit)
    back = difference(shown.after, x)
    if setting.restore:
        return (
            f"Gamma = √(variance + ε) = {number(gamma)} and beta = mean = {number(beta)} give back the input as it was before "
            f"the bias: the largest difference between output and x is {rounding(back)}."
        )
    learns = (
        f"The loss pulls at the bias with a gradient of {rounding(shown.bias_gradient)}, at beta with "
        f"{number(shown.beta_gradient, 2)} and at gamma with {number(shown.gamma_gradient, 2)}"
    )
    if setting.drag == "Bias":
        still = difference(shown.after, stages_with(setting.without_bias()).after)
        return (
            f"The largest change of an output by the bias is {rounding(still)}. {learns}: only beta can learn to shift."
        )
    return (
        f"Normalizing alone would fix mean and spread for ever; gamma and beta may choose them again. At gamma {number(gamma)} and "
        f"beta {number(beta)} the input comes back; now the largest difference is {number(back, 2)}. {learns}."
    )


def numbers(setting: Setting, shown: Stages) -> None:
    """Show the three stages, and biases of all sizes."""
    rows = [
        [name, *(number(float(f(values))) for f in (np.mean, np.std, np.min, np.max))]
        for name, values in (
            ("x", values_of(setting.unit)),
            ("x + bias", shown.before),
            ("normalized", np.where(np.abs(shown.normalized) < 1e-12, 0.0, shown.normalized)),
            ("output", shown.after),
        )
    ]
    rows[2][1] = "0" if abs(float(shown.normalized.mean())) < 1e-11 else rows[2][1]
    rows[3][1] = number(round(float(shown.after.mean()), 11))
    st.markdown(table(["", "mean", "sd", "smallest", "largest"], rows))
    plain = stages_with(setting.without_bias())
    rough = stages_with(setting.without_bias(), np.float32)
    rows = []
    for bias in (1.0, 10.0, 100.0, 10_000.0):
        exact, single = (stages_with(setting.with_bias(bias), kind) for kind in (np.float64, np.float32))
        rows.append(
            [
                number(bias),
                number(difference(exact.after, plain.after), 2),
                number(difference(single.after, rough.after), 2),
                number(exact.bias_gradient, 2),
                number(exact.beta_gradient, 2),
            ]
        )
    st.markdown(table(["bias", "change", "in float32", "its gradient", "gradient of beta"], rows))
    st.caption(
        f"{population('dense').layer} Batch: the first {BATCH} digits. Change: the largest of any output. In float32, in which "
        "networks compute, a large bias costs digits of x: that is the whole effect it can have."
    )


def computed(setting: Setting, shown: Stages) -> None:
    """Show the formulas with the present numbers."""
    x = values_of(setting.unit)
    gamma, beta = restoring_of(setting.unit)
    first = float(x[0])
    st.markdown(f"The first digit of the batch, with mean {number(x.mean())} and variance {number(x.var())} of x:")
    st.latex(
        rf"\hat x = \frac{{({tex(first)} + {tex(setting.bias, after_sign=True)}) - ({tex(x.mean())} + "
        rf"{tex(setting.bias, after_sign=True)})}}{{\sqrt{{{tex(x.var())} + {EPS}}}}} = {tex(float(shown.normalized[0]))}"
    )
    st.latex(
        rf"y = \gamma \hat x + \beta = {tex(setting.gamma)} \cdot {tex(float(shown.normalized[0]), after_sign=True)} + "
        rf"{tex(setting.beta, after_sign=True)} = {tex(float(shown.after[0]))}"
    )
    st.markdown(
        "The bias stands in both brackets and drops out. For the same reason its gradient, the sum of the gradients of "
        "all x in the batch, is 0: raising every x by the same amount changes no output. So a layer before batch norm "
        "needs no bias (`use_bias=False` in Keras, `bias=False` in PyTorch); beta takes over."
    )
    st.latex(
        r"\gamma = \sqrt{\sigma^2 + \varepsilon}, \; \beta = \mu \quad \Rightarrow \quad y = x, \qquad "
        rf"\gamma = {tex(gamma)}, \; \beta = {tex(beta)}"
    )
    st.markdown(
        "This is why nothing is lost by normalizing: the network can undo it. Whether training goes there is another "
        "question. In training gamma and beta stay while mean and variance change from batch to batch, so the input comes back "
        "exactly for one batch only. The loss here is the mean squared distance to 1 for the digit 0 and to 0 for the others, halved."
    )


def code(setting: Setting) -> str:
    """Return a program that computes the same."""
    return f"""import keras
import numpy as np
from normlib import batch_norm
from normlib.affine import restoring
from normlib.population import population

x = population("dense").channel("{setting.unit}")[:{BATCH}]  # {BATCH} digits, 1 unit
gamma, beta, bias = {setting.gamma!r}, {setting.beta!r}, {setting.bias!r}

result = batch_norm(x + bias, gamma=[gamma], beta=[beta])
ours = result.output
print("changed by the bias:", np.abs(ours - batch_norm(x, gamma=[gamma], beta=[beta]).output).max())

dx, dgamma, dbeta = result.backward(np.random.default_rng(0).normal(size=x.shape))
print("gradient of the bias", dx.sum(), "of beta", dbeta)

back = restoring(x)
print("given back:", np.abs(batch_norm(x, gamma=back[0], beta=back[1]).output - x).max())

layer = keras.layers.BatchNormalization()
layer.build(x.shape)
layer.gamma.assign([gamma])
layer.beta.assign([beta])
theirs = np.asarray(layer(x + bias, training=True))
print(np.abs(ours - theirs).max())
"""


def body(page: Lab) -> None:
    """Draw the controls and, beside them, what they show."""
    panel = page.panel
    with page.controls:
        restore = panel.switch("restore")
        drag = panel.choice("drag", idle=restore)
        with panel.more():
            unit = panel.choice("unit")
            bias = panel.number("bias")
            gamma = panel.number("gamma", idle=restore)
            beta = panel.number("beta", idle=restore)
    if restore:
        drag = "Bias"
        gamma, beta = restoring_of(unit)
    setting = Setting(drag, restore, unit, float(bias), float(gamma), float(beta))
    positions, every = stages_over(setting.at(0))
    at = int(np.argmin(np.abs(positions - setting.dragged)))
    drawn = three_stages(
        every, at, titles=("input of batch norm: x + bias", "normalized", "output: gamma · normalized + beta")
    )
    titles = [title(setting.at(value), one) for value, one in zip(positions, every, strict=True)]
    sentences = [sentence(setting.at(value), one) for value, one in zip(positions, every, strict=True)]
    with page.figure:
        dial_chart(
            panel,
            drawn,
            Dial(drag.lower(), drag, positions, at, format=".0f" if drag == "Bias" else ".1f"),
            titles=titles,
            sentences=sentences,
            alt="Three histograms one below the other: the inputs of batch norm, the normalized values and the outputs, each with its mean.",
            height=450,
            narrow={"height": 480},
            file_name="gamma beta bias",
        )

        def text() -> str:
            again = stages_with(setting)
            return csv_text(
                ["x", "x_plus_bias", "normalized", "output"],
                [values_of(setting.unit), again.before, again.normalized, again.after],
            )

        explain(
            "gb_tabs",
            {
                "Numbers": lambda: numbers(setting, every[at]),
                "How it is computed": lambda: computed(setting, every[at]),
                "Code": lambda: st.code(code(setting), language="python"),
            },
            Download("gamma-beta-bias.csv", text),
        )


lab(
    "gamma-beta-bias", "Drag the bias, then gamma and beta, and see which of the three histograms move.", CONTROLS, body
)
what_next("Training and inference still differ. There is a way to bring them together.", "batch-renorm")
