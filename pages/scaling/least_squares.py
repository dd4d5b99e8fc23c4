"""Least squares: the model that gives the same predictions on every scale."""

import numpy as np
import streamlit as st

from normlib.components.chart import chart
from normlib.figures.agreement import agreement, weight_bars
from normlib.figures.look import DARK, SCALERS
from normlib.least_squares import fit_line, prediction_change
from normlib.words import count, number, table
from pages.parts.control_kinds import Choice
from pages.parts.controls import Controls
from pages.parts.frame import what_next
from pages.parts.kinds import KIND_OF, SCALER_KINDS, class_name, scaler_choice, spoken
from pages.parts.lab import Download, Lab, explain, lab
from pages.parts.rows import csv_text
from pages.parts.source import WITH_OWN, Source, choose

MOST_ROWS = 13
TARGET = {"Wine": "alcohol", "Breast cancer": "worst area", "Digits": "pixel 3,4"}
CONTROLS = Controls(
    "ls",
    {
        "data": WITH_OWN,
        "scaler": scaler_choice("standard", "min-max", "standard", "robust", "max-abs"),
        "target": Choice("Predict", ("alcohol",), "alcohol", help="All other features predict this one.", varies=True),
    },
)


def without_gaps(source: Source) -> np.ndarray:
    """Return the rows that have a value in every column."""
    return source.x[~np.isnan(source.x).any(axis=1)]


def computed() -> None:
    """Show why scaling cannot matter."""
    st.markdown(
        "Least squares looks for the weights with the smallest sum of squared errors, and solves for them directly."
    )
    st.latex(r"\min_{b, w} \sum_i \Big( y_i - b - \sum_j w_j x_{ij} \Big)^2")
    st.markdown(
        "Write a scaled feature as $x' = (x - s)/c$. Then $w\\,x = (c\\,w)\\,x' + w\\,s$: the weight grows by the factor "
        "that the feature shrinks by, and the intercept takes up the shift. Whatever one can predict from the raw features "
        "one can predict from the scaled ones, so the best predictions are the same. What is left is rounding."
    )
    st.markdown(
        "This holds for decision trees too, which ask whether a feature exceeds a threshold. It does not hold as soon as "
        "the size of the weights is penalized (ridge, lasso, weight decay) or the solution is approached in steps."
    )


def code(source: Source, target: int, made: str) -> str:
    """Return a program that computes the same."""
    return f"""import numpy as np
from normlib import {made}, data
from normlib.least_squares import fit_line, prediction_change

{source.code()}
target, others = x[:, {target}], np.delete(x, {target}, axis=1)  # {source.features[target]}
print(prediction_change(others, target, {made}()).absolute)

raw = fit_line(others, target).weights[:, 0]
scaled = fit_line({made}().fit(others).transform(others), target).weights[:, 0]
print((scaled / np.where(raw == 0, np.nan, raw)).round(3))  # the scale of each feature
"""


def body(page: Lab) -> None:
    """Draw the controls and, beside them, what they show."""
    panel = page.panel
    with page.controls:
        source = choose(panel)
        kind = KIND_OF[panel.choice("scaler")]
        with panel.more():
            target = source.features.index(
                panel.choice("target", source.features, TARGET.get(source.title, source.features[-1]))
            )
    rows = without_gaps(source)
    others = [index for index in range(rows.shape[1]) if index != target]
    with page.figure:
        if len(rows) < 3 or not others:
            st.info(
                f"Least squares needs at least two numeric columns and three rows without gaps; this table has "
                f"{count(rows.shape[1], 'numeric column')} and {count(len(rows), 'complete row')}. Choose another file."
            )
            st.stop()
        x, y = rows[:, others], rows[:, target]
        change = prediction_change(x, y, SCALER_KINDS[kind])
        raw, scaled = change.raw[:, 0], change.scaled[:, 0]
        style, feature = SCALERS[kind], source.features[target]
        spread = number(float(np.ptp(raw)))
        chart(
            agreement(
                raw,
                scaled,
                style,
                (f"{source.axis_title(target)}, predicted from raw features", "predicted from scaled features"),
                ("raw", "scaled"),
            ),
            key="ls_chart",
            title="All predictions stay where they were",
            sentence=(
                f"{source.many(len(rows)).capitalize()}: the predictions of {feature} span {spread}{source.unit(target)}, and "
                f"the largest change by {spoken(kind)} is "
                f"{number(change.absolute, 2)}{source.unit(target)}. That is rounding."
            ),
            alt="Scatter: predictions from scaled features against predictions from raw features, all on the diagonal.",
            height=380,
            dark=DARK,
            file_name="least squares predictions",
        )
        raw_weights = fit_line(x, y).weights[:, 0]
        scaled_weights = fit_line(SCALER_KINDS[kind].fit(x).transform(x), y).weights[:, 0]
        ratio = np.abs(scaled_weights) / np.where(raw_weights == 0, np.nan, np.abs(raw_weights))
        order = np.argsort(-np.nan_to_num(ratio), kind="stable")[:MOST_ROWS]
        names = [source.features[others[index]] for index in order]
        drawn, narrow = weight_bars(names, raw_weights[order], scaled_weights[order], style)
        chart(
            drawn,
            key="ls_weights",
            title="The weights take up the change of units",
            sentence=(
                f"The weight of {names[0]} grows by a factor of {number(float(np.nan_to_num(ratio[order[0]])))}, which is "
                f"the number that {names[0]} was divided by."
            ),
            alt="Points: the size of each weight before and after scaling, on a logarithmic axis.",
            height=90 + 26 * len(names),
            narrow=narrow,
            dark=DARK,
            file_name="least squares weights",
        )
        made = class_name(kind)
        explain(
            "ls_tabs",
            {
                "Numbers": lambda: st.markdown(
                    table(
                        ["feature", "weight, raw", "weight, scaled", "ratio"],
                        [
                            [
                                source.features[others[index]],
                                number(raw_weights[index]),
                                number(scaled_weights[index]),
                                number(ratio[index]),
                            ]
                            for index in np.argsort(-np.nan_to_num(ratio), kind="stable")
                        ],
                    )
                ),
                "How it is computed": computed,
                "Code": lambda: st.code(code(source, target, made), language="python"),
            },
            Download("least-squares.csv", lambda: csv_text([feature, "raw", "scaled"], [y, raw, scaled])),
        )


lab("least-squares", "Switch the scaler: the weights move, the predictions do not.", CONTROLS, body)
what_next("Scaling is fitted on data. See what happens when those data include the test rows.", "leakage")
