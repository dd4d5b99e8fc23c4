"""Standardization: mean 0 and standard deviation 1, and the shape that does not change."""

import math

import numpy as np
import streamlit as st

from normlib.figures.look import SCALERS
from normlib.scalers import FittedStandardScaler, StandardScaler
from normlib.statistics import axis_statistics
from normlib.words import number, percent, tex
from pages.parts.control_kinds import Switch
from pages.parts.controls import Controls
from pages.parts.frame import what_next
from pages.parts.lab import Lab, lab
from pages.parts.one_feature import OUTLIER, View, draw, explain_one, view
from pages.parts.rows import FITTED_ON
from pages.parts.source import FEATURE, WITH_OWN, choose, choose_feature

NAME = "standardized"
CONTROLS = Controls(
    "st",
    {
        "data": WITH_OWN,
        "feature": FEATURE,
        "outlier": OUTLIER,
        "fitted": FITTED_ON,
        "normal": Switch("Compare with a normal curve", help="The counts that a normal distribution would give."),
    },
)


def learned(shown: View) -> FittedStandardScaler:
    """Return the scaler at all positions of the outlier."""
    assert isinstance(shown.sweep.fitted, FittedStandardScaler)  # noqa: S101 - told to the type checker
    return shown.sweep.fitted


def title(shown: View, at: int) -> str:
    """Say what to see at one position of the outlier."""
    fitted = learned(shown)
    if fitted.constant[at]:
        return "A constant feature has nothing to standardize"
    stretched = fitted.std[at] / fitted.std[0] - 1
    if shown.sweep.positions[at] == 0 or abs(stretched) < 0.005:
        return "Mean 0, standard deviation 1, and the same shape"
    return f"One {shown.source.noun} raises the standard deviation by {percent(stretched)}"


def sentence(shown: View, at: int) -> str:
    """Answer the page's question for one position of the outlier."""
    fitted, sweep, unit = learned(shown), shown.sweep, shown.unit
    count = int(fitted.count[at])
    if fitted.constant[at]:
        return (
            f"All {shown.source.many(count)} have {number(fitted.mean[at])}{unit} here. The standard deviation "
            "is 0: the scaler divides by 1 instead, and every value becomes 0."
        )
    if sweep.positions[at] == 0:
        before = axis_statistics(sweep.values, axes=(0,)).skewness
        after = axis_statistics(
            fitted.transform(np.repeat(sweep.values[:, None], fitted.mean.size, 1))[:, at], axes=(0,)
        )
        return (
            f"Subtracting {number(fitted.mean[at])}{unit} and dividing by {number(fitted.std[at])}{unit} moves and "
            f"stretches the axis. The skewness is {number(float(before))} before and {number(float(after.skewness))} "
            "after: the shape is the same."
        )
    landed = sweep.moved_after()[at]
    return (
        f"With one {shown.source.noun} at {number(sweep.moved[at])}{unit}, the mean goes from "
        f"{number(fitted.mean[0])} to {number(fitted.mean[at])} and the standard deviation from "
        f"{number(fitted.std[0])} to {number(fitted.std[at])}. The outlier itself lands at {number(landed)}; "
        f"among {count:,} values none can pass √({count:,}\u00a0−\u00a01)\u00a0=\u00a0{number(math.sqrt(count - 1))}."
    )


def computed(shown: View) -> None:
    """Show the formula with the numbers of one sample in it."""
    fitted = shown.fitted
    assert isinstance(fitted, FittedStandardScaler)  # noqa: S101 - told to the type checker
    row = int(np.nanargmin(np.abs(shown.moved - np.nanmedian(shown.moved))))
    value, mean, std = shown.moved[row], fitted.mean[0], fitted.std[0]
    st.markdown("Subtract the mean, divide by the standard deviation. The variance divides by *n*, not *n* − 1.")
    st.latex(r"z = \frac{x - \mu}{\sigma}, \qquad \sigma^2 = \frac{1}{n} \sum_i (x_i - \mu)^2")
    if fitted.constant[0]:
        st.markdown("Here σ = 0. Dividing by zero is avoided by dividing by 1, so *z* = 0 for every row.")
        return
    st.markdown(f"For a {shown.source.noun} in the middle:")
    st.latex(
        rf"z = \frac{{{tex(value, 6)} - {tex(mean, 6, after_sign=True)}}}{{{tex(std, 6)}}} = {tex(shown.scaled[row], 4)}"
    )
    st.markdown(
        "Adding and multiplying move and stretch the axis under the data. Skewness and kurtosis are measured in "
        "standard deviations from the mean, so they cannot notice. Nothing becomes normal by standardizing."
    )


def code(shown: View) -> str:
    """Return a program that computes the same."""
    values = ", ".join(f"[{value:.6g}]" for value in np.nanpercentile(shown.moved, [0, 50, 100]))
    return f"""import keras
import numpy as np
from normlib import StandardScaler

x = np.array([{values}])  # smallest, median, largest {shown.feature}
fitted = StandardScaler().fit(x)  # training rows only
print(fitted.transform(x))

# The same as a layer, so that it travels with a Keras model (it divides by n too):
layer = keras.layers.Normalization(axis=-1)
layer.adapt(x)
print(layer(x))
"""


def body(page: Lab) -> None:
    """Draw the controls and, beside them, what they show."""
    panel = page.panel
    with page.controls:
        source = choose(panel)
        column = choose_feature(panel, source)
        with panel.more():
            outlier = panel.number("outlier")
            fitted_on = panel.choice("fitted")
            normal = panel.switch("normal")
    shown = view(source, column, StandardScaler(), outlier, fitted_on)
    page.reading("outlier", float(shown.scaled[shown.sweep.row]))
    with page.figure:
        draw(
            shown,
            panel,
            name=NAME,
            style=SCALERS["standard"],
            after_range=(-4, 10),
            marks=(-1, 0, 1),
            title=title,
            sentence=sentence,
            normal_curve=normal,
        )
        explain_one(shown, panel, NAME, lambda: computed(shown), lambda: code(shown))


lab("standardization", "Pick a feature, move the outlier, and compare the two shapes.", CONTROLS, body)
what_next("Put the same outlier before four scalers at once and see which of them cope.", "scalers")
