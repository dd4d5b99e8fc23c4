"""Min-max scaling: one feature squeezed into a range, with one value to drag away."""

import numpy as np
import streamlit as st

from normlib.figures.look import SCALERS
from normlib.scalers import FittedMinMaxScaler, MinMaxScaler
from normlib.words import count, number, percent, tex
from pages.parts.control_kinds import Choice, Switch
from pages.parts.controls import Controls
from pages.parts.frame import what_next
from pages.parts.lab import Lab, lab
from pages.parts.one_feature import OUTLIER, View, draw, explain_one, view
from pages.parts.rows import FITTED_ON
from pages.parts.source import FEATURE, WITH_OWN, choose, choose_feature

NAME = "min-max scaled"
RANGES = {"0 to 1": (0.0, 1.0), "−1 to 1": (-1.0, 1.0)}
CONTROLS = Controls(
    "mm",
    {
        "data": WITH_OWN,
        "feature": FEATURE,
        "outlier": OUTLIER,
        "fitted": FITTED_ON,
        "range": Choice("Range", tuple(RANGES), "0 to 1", segments=True),
        "clip": Switch("Clip unseen values", help="Cut what lies beyond the fitted range to its ends."),
    },
)


def learned(shown: View) -> FittedMinMaxScaler:
    """Return the scaler at all positions of the outlier."""
    assert isinstance(shown.sweep.fitted, FittedMinMaxScaler)  # noqa: S101 - told to the type checker
    return shown.sweep.fitted


def lowest_tenth(shown: View, at: int) -> float:
    """Return the share of the values, but for the moved one, that land in the lowest tenth of the range."""
    fitted = learned(shown)
    below = np.searchsorted(shown.others, fitted.data_min[at] + 0.1 * fitted.data_range[at])
    return float(below / shown.others.size)


def unseen_outside(shown: View, at: int) -> int:
    """Return how many values that the scaler never saw lie beyond what it was fitted on."""
    fitted = learned(shown)
    below = np.searchsorted(shown.unseen, fitted.data_min[at])
    return int(below + shown.unseen.size - np.searchsorted(shown.unseen, fitted.data_max[at], side="right"))


def title(shown: View, at: int) -> str:
    """Say what to see at one position of the outlier."""
    fitted = learned(shown)
    if fitted.constant[at]:
        return "A constant feature has no range to fill"
    taken = 1 - shown.range_of_others / fitted.data_range[at]
    if taken < 0.005:
        low = lowest_tenth(shown, at)
        if low > 0.5:
            return f"{percent(low)} of the values share the lowest tenth"
        outside = unseen_outside(shown, at)
        if outside:
            return f"{outside} of {count(len(shown.unseen), 'unseen value')} lie outside the range"
        return "The data fill the whole range"
    return f"One {shown.source.noun} takes {percent(taken)} of the range"


def sentence(shown: View, at: int) -> str:
    """Answer the page's question for one position of the outlier."""
    fitted, sweep, source, unit = learned(shown), shown.sweep, shown.source, shown.unit
    low, high = fitted.feature_range
    if fitted.constant[at]:
        return (
            f"All {source.many(int(fitted.count[at]))} have {number(fitted.data_min[at])}{unit} here. There is "
            f"no range to divide by: the scaler divides by 1 instead, and every value becomes {number(low)}."
        )
    if sweep.positions[at] == 0:
        text = (
            f"The smallest {shown.feature}, {number(fitted.data_min[at])}{unit}, becomes {number(low)} and the "
            f"largest, {number(fitted.data_max[at])}{unit}, becomes {number(high)}; the others keep their places, "
            f"{percent(lowest_tenth(shown, at))} of them in the lowest tenth of the range."
        )
    else:
        lowest, highest = shown.ends_after[at]
        text = (
            f"With one {source.noun} at {number(sweep.moved[at])}{unit}, the other {source.many(sweep.others.size)} "
            f"share the stretch from {number(lowest)} to {number(highest)}."
        )
    if shown.unseen.size:
        outside = unseen_outside(shown, at)
        fate = "and are cut to its ends" if fitted.clip else "and leave the range"
        text += (
            f" Of {source.many(shown.unseen.size)} that the scaler never saw, "
            f"{outside} lie beyond what it was fitted on{f', {fate}' if outside else ''}."
        )
    return text


def computed(shown: View) -> None:
    """Show the formula with the numbers of one sample in it."""
    fitted = shown.fitted
    assert isinstance(fitted, FittedMinMaxScaler)  # noqa: S101 - told to the type checker
    low, high = fitted.feature_range
    row = int(np.nanargmin(np.abs(shown.moved - np.nanmedian(shown.moved))))
    value, small, large = shown.moved[row], fitted.data_min[0], fitted.data_max[0]
    st.markdown("Subtract the smallest fitted value *min*, divide by the range, then stretch to *a* … *b*.")
    st.latex(r"x' = \frac{x - \min}{\max - \min}\,(b - a) + a")
    if fitted.constant[0]:
        st.markdown("Here max = min. Dividing by zero is avoided by dividing by 1, so *x'* = *a* for every row.")
        return
    st.markdown(f"For a {shown.source.noun} in the middle, with *a* = {number(low)} and *b* = {number(high)}:")
    st.latex(
        rf"x' = \frac{{{tex(value, 6)} - {tex(small, 6, after_sign=True)}}}{{{tex(large, 6)} - {tex(small, 6, after_sign=True)}}}"
        rf"\cdot {high - low:g} {low:+g} = {tex(shown.scaled[row], 4)}"
    )
    st.markdown(
        "The map is a straight line, so order and ratios of differences stay as they are. Its two ends come "
        "from two values only, which is why one outlier can move all the others."
    )


def code(shown: View) -> str:
    """Return a program that computes the same."""
    fitted = shown.fitted
    assert isinstance(fitted, FittedMinMaxScaler)  # noqa: S101 - told to the type checker
    low, high = fitted.feature_range
    values = ", ".join(f"[{value:.6g}]" for value in np.nanpercentile(shown.moved, [0, 50, 100]))
    return f"""import keras
import numpy as np
from normlib import MinMaxScaler

x = np.array([{values}])  # smallest, median, largest {shown.feature}
fitted = MinMaxScaler(feature_range=({low:g}, {high:g}), clip={bool(fitted.clip)}).fit(x)  # training rows only
print(fitted.transform(x))

# The same map as a layer, so that it travels with a Keras model{" (the layer does not clip)" if fitted.clip else ""}:
offset = fitted.low - fitted.shift / fitted.scale
layer = keras.layers.Rescaling(1 / fitted.scale, offset)
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
            low, high = RANGES[panel.choice("range")]
            clip = panel.switch("clip")
    shown = view(source, column, MinMaxScaler((low, high), clip), outlier, fitted_on)
    page.reading("lowest_tenth", 100 * lowest_tenth(shown, shown.at))
    with page.figure:
        draw(
            shown,
            panel,
            name=NAME,
            style=SCALERS["min-max"],
            after_range=(low, high),
            marks=(low, high),
            title=title,
            sentence=sentence,
        )
        explain_one(shown, panel, NAME, lambda: computed(shown), lambda: code(shown))


lab("min-max", "Drag the outlier and watch where the other values go.", CONTROLS, body)
what_next("Measure in standard deviations instead, with the same outlier.", "standardization")
