"""What leaks: a scaler fitted on all rows, a selection of features on all rows, and unseen values."""

import numpy as np
import streamlit as st

from normlib import data
from normlib.components.chart import chart
from normlib.figures.curve import curve_with_band
from normlib.figures.intervals import Group, interval_dots
from normlib.figures.look import BLUE, DARK, PURPLE, SCALERS, VERMILION, Style
from normlib.leakage import Leak, SelectionLeak
from normlib.words import count, number, percent, table
from pages.parts.control_kinds import Choice
from pages.parts.controls import Controls
from pages.parts.frame import what_next
from pages.parts.kinds import KIND_OF, class_name, scaler_choice
from pages.parts.lab import Download, Lab, explain, lab
from pages.parts.leaks import NOISE, leak_of_scaler, leak_of_selection, outside
from pages.parts.rows import csv_text

NAMES = {"Wine": "wine", "Breast cancer": "breast cancer"}
SIZES = (5, 10, 20, 30, 40, 60, 80, 100, 120, 140)
CONTROLS = Controls(
    "le",
    {
        "data": Choice("Data", tuple(NAMES), "Wine"),
        "rows": Choice("Training rows", ("20", "60", "120"), "120", segments=True),
        "scaler": scaler_choice("standard", "standard", "min-max", "robust"),
    },
)
SCALER_ROW = Style("Scaler saw all rows", BLUE, "solid", "circle")
SELECTION_ROW = Style("Selection saw all rows", VERMILION, "dash", "square")
SHUFFLED_ROW = Style("The same, labels shuffled", PURPLE, "longdash", "triangle-up")


def points(leak: Leak) -> str:
    """Write the gain by leaking, in percentage points, with its interval."""
    mean, low, high = (100 * value for value in (leak.interval.mean, leak.interval.low, leak.interval.high))
    return f"{number(mean, 2)} points (95 % interval {number(low, 2)} to {number(high, 2)})"


def detected(leak: Leak) -> bool:
    """Say whether the interval leaves out zero."""
    return leak.interval.low > 0 or leak.interval.high < 0


def title(scaler: Leak, selection: SelectionLeak) -> str:
    """Say what to see."""
    gain = 100 * selection.shuffled.interval.mean
    first = f"{number(100 * scaler.interval.mean, 2)} points" if detected(scaler) else "nothing that shows"
    return f"The scaler leaks {first}, the selection up to {number(gain, 2)} points"


def sentence(scaler: Leak, selection: SelectionLeak, train_rows: int) -> str:
    """Answer the page's question."""
    shuffled = selection.shuffled
    return (
        f"With {train_rows} training rows, a scaler that also saw the test rows changes the test accuracy by "
        f"{points(scaler)}. Choosing 10 columns by the labels, out of the features and {NOISE} columns of noise, is another matter: "
        f"with shuffled labels nothing can be learned and chance is {percent(selection.chance)}, yet a selection that saw "
        f"the test rows reports {percent(float(shuffled.leaking.mean()))}, an honest one "
        f"{percent(float(shuffled.honest.mean()))}."
    )


def computed() -> None:
    """Say how both are measured."""
    st.markdown(
        "Each random split is used twice with the same training and test rows: once prepared on the training rows alone, "
        "once on all rows. The difference in test accuracy of the five-neighbour vote is what leaked. The figure shows "
        "its mean over 200 splits (60 for the selection) and a 95 % *t* interval over splits of this data set."
    )
    st.latex(
        r"\text{leak} = \text{accuracy}_{\text{prepared on all rows}} - \text{accuracy}_{\text{prepared on training rows}}"
    )
    st.markdown(
        "A scaler never looks at labels, so it has little to give away: mostly a better estimate of the range or the "
        "spread. That is why the leak of min-max scaling grows when 20 rows have to say what the range is. A selection by "
        "class separation looks at labels. Among hundreds of noise columns a few agree with the labels of the test rows "
        "by luck, and those are the ones it picks."
    )
    st.markdown(
        "Fit on training rows anyway. It costs nothing, it is the only way that works for data that are not there yet, "
        "and it spares you the question how large the leak is."
    )
    st.markdown("How many unseen values fall outside the fitted range follows from order alone:")
    st.latex(r"P(\text{outside}) = \frac{2}{n + 1}")
    st.markdown(
        "Of *n* + 1 values in random order, the last is the smallest or the largest with probability 1/(*n* + 1) each."
    )


def code(name: str, kind: str, train_rows: int) -> str:
    """Return a program that computes the same."""
    made = class_name(kind)
    return f"""from normlib import {made}, data
from normlib.leakage import scaler_leak, selection_leak

known = data.load("{name}")
scaler = scaler_leak(known.x, known.y, scaler={made}(), train_rows={train_rows})
print(scaler.interval)

selection = selection_leak(known.x, known.y, train_rows={train_rows}, noise_features={NOISE}, splits=60)
print(selection.shuffled.interval, selection.chance)
"""


def body(page: Lab) -> None:
    """Draw the controls and, beside them, what they show."""
    panel = page.panel
    with page.controls:
        name = NAMES[panel.choice("data")]
        train_rows = int(panel.choice("rows"))
        with panel.more():
            kind = KIND_OF[panel.choice("scaler")]
    with page.figure:
        with st.spinner("Measuring the leaks on a few hundred splits."):
            scaler = leak_of_scaler(name, kind, train_rows)
            selection = leak_of_selection(name, train_rows)
            beyond = outside(name, SIZES)
        rows = [
            (SCALER_ROW, scaler.interval),
            (SELECTION_ROW, selection.real.interval),
            (SHUFFLED_ROW, selection.shuffled.interval),
        ]
        drawn, narrow, height = interval_dots(
            [Group("", rows)], "accuracy gained by leaking, points", zero=True, suffix=""
        )
        chart(
            drawn,
            key="le_chart",
            title=title(scaler, selection),
            sentence=sentence(scaler, selection, train_rows),
            alt="Dots with 95 % intervals: test accuracy gained when the preparation saw the test rows.",
            height=height + 20,
            narrow=narrow,
            dark=DARK,
            file_name="leaks",
        )
        here = SIZES.index(train_rows)
        n = np.arange(4, SIZES[-1] + 1, dtype=float)
        chart(
            curve_with_band(
                np.array(SIZES, dtype=float),
                beyond.share,
                (beyond.low, beyond.high),
                (n, 2 / (n + 1)),
                style=SCALERS["min-max"],
                titles=("training rows n", "unseen values outside"),
                marked=train_rows,
            ),
            key="le_outside",
            title="Unseen values leave the fitted range: 2 of n\u00a0+\u00a01 on average",
            sentence=(
                f"After fitting on {count(train_rows, 'row')}, {percent(float(beyond.share[here]))} of the unseen values lie "
                f"outside the range of the training rows; theory says {percent(float(beyond.expected[here]))}. Min-max "
                "scaling maps them outside 0 to 1, so whatever comes next must bear that."
            ),
            alt="Curve: share of unseen values outside the fitted range against the number of training rows, with theory.",
            height=320,
            dark=DARK,
            file_name="outside the range",
        )
        explain(
            "le_tabs",
            {
                "Numbers": lambda: st.markdown(
                    table(
                        [
                            "preparation",
                            "honest accuracy",
                            "accuracy with the leak",
                            "difference, points",
                            "95 % interval",
                        ],
                        [
                            [
                                style.name,
                                percent(float(leak.honest.mean())),
                                percent(float(leak.leaking.mean())),
                                number(100 * leak.interval.mean, 2),
                                f"{number(100 * leak.interval.low, 2)} to {number(100 * leak.interval.high, 2)}",
                            ]
                            for style, leak in (
                                (SCALER_ROW, scaler),
                                (SELECTION_ROW, selection.real),
                                (SHUFFLED_ROW, selection.shuffled),
                            )
                        ],
                    )
                ),
                "How it is computed": computed,
                "Code": lambda: st.code(code(name, kind, train_rows), language="python"),
            },
            Download(
                "leaks.csv",
                lambda: csv_text(
                    ["split", "scaler_honest", "scaler_leaking"],
                    [np.arange(scaler.honest.size), scaler.honest, scaler.leaking],
                ),
            ),
        )
        st.caption(f"{data.load(name).title}: {data.load(name).source}.")


lab("leakage", "Change the number of training rows and compare the two leaks.", CONTROLS, body)
what_next("From data to the layers of a network: see which values of a tensor share a mean.", "axes")
