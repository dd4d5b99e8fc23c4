"""Rounding: the variance in one pass and in two, and a mean that grows until nothing is left."""

import math

import numpy as np
import streamlit as st

from normlib.figures.variance_cloud import SHOWN, variance_cloud
from normlib.precision import DIGITS, ORDERS
from normlib.variance import BATCH, CHANNELS, USAGES, Comparison, constant
from normlib.words import count, number, percent, table, tex
from pages.parts.control_kinds import Choice
from pages.parts.controls import Controls
from pages.parts.dial import Dial, dial_chart
from pages.parts.frame import what_next
from pages.parts.lab import Download, Lab, explain, lab
from pages.parts.rounding_words import EPSILONS, LABELS, MEANS, SAME, Setting, arithmetic, found, sentence, title
from pages.parts.rows import csv_text

CONSTANT, COUNTS = 10000.0, (64, 100, 1000)
CONTROLS = Controls(
    "ro",
    {
        "stored": Choice("Values stored in", ("float32", "float16", "bfloat16"), "float32", segments=True),
        "computed": Choice("Computed in", (SAME, "float32", "float64"), SAME, segments=True),
        "std": Choice("Standard deviation", ("0.01", "0.1", "1", "10"), "0.1", segments=True),
        "mean": Choice("Mean", LABELS, "1,000"),
        "order": Choice("Order of the sums", ORDERS, ORDERS[0], help="Another order rounds at other places."),
        "eps": Choice("Epsilon", tuple(EPSILONS), "0.001", segments=True, help="Added before the root is taken."),
    },
)


def cell(value: float) -> str:
    """Write an error in a table."""
    return "–" if math.isnan(value) else "overflow" if math.isinf(value) else number(value, 2)


def numbers(both: Comparison, at: int) -> None:
    """Show both formulas at powers of ten and at the present mean."""
    rows = sorted({at, *(k for k, mean in enumerate(MEANS) if math.log10(mean).is_integer())})
    one, two = both.one, both.two
    head = ["mean", "error, one pass", "error, two passes", "useless, one pass", "useless, two passes"]
    st.markdown(
        table(
            head,
            [
                [
                    LABELS[k],
                    *(cell(float(side.error[k])) for side in (one, two)),
                    *(percent(float(side.unusable[k])) for side in (one, two)),
                ]
                for k in rows
            ],
        )
    )
    st.caption(
        f"{CHANNELS} channels of {BATCH} seeded normal values each. Error: |computed − true| / true, the median over the "
        "channels that have a spread; the truth is the variance of the stored values in float64. A dash: no channel has "
        "a spread. Useless: negative or too large for the format."
    )


def a_constant(setting: Setting) -> None:
    """Show what both formulas make of a constant."""
    form = arithmetic(setting)
    rows = []
    for many in COUNTS:
        for order in ORDERS:
            pair = constant(CONSTANT, many, form, order)
            rows.append(
                [f"{number(many)} values, {order}", *("overflow" if math.isnan(v) else number(v) for v in pair)]
            )
    st.markdown(table([f"all values {number(CONSTANT)}, in {form}", "one pass", "two passes"], rows))
    st.caption(
        "The variance of a constant is 0. What one pass makes of it depends on the order of the sums, which libraries "
        "choose by shape, processor and version: the same code can be right on one machine and give NaN on another."
    )


def who() -> None:
    """Show which library uses which formula."""
    rows = [[one.library, "one pass" if one.one_pass else "two passes", one.guard, one.source] for one in USAGES]
    st.markdown(table(["library", "variance", "guard against a result below 0", "source"], rows))
    st.caption(
        "Keras: the function moments, as BatchNormalization and GroupNormalization call it on one device. Cutting off at "
        "0 prevents NaN, but a spread that is rounded away stays away. Other versions may compute differently."
    )


def computed(setting: Setting, at: int) -> None:
    """Show both formulas and how many digits the present numbers need."""
    mean, std = MEANS[at], float(setting[2])
    form = arithmetic(setting)
    st.latex(
        r"\underbrace{\tfrac1N \textstyle\sum x_i^2 - \bigl(\tfrac1N \sum x_i\bigr)^2}_{\text{one pass}} = "
        r"\underbrace{\tfrac1N \textstyle\sum (x_i - \mu)^2}_{\text{two passes}}"
    )
    st.markdown(
        "On paper both are equal, and the first reads the data once. But it subtracts two large numbers of nearly the "
        "same size. The digits that they share cancel, and the rounding of the others remains:"
    )
    st.latex(
        rf"\frac{{\mu^2}}{{\sigma^2}} = \frac{{{tex(mean**2)}}}{{{tex(std**2)}}} = {tex((mean / std) ** 2)}, \qquad "
        rf"\text{{{form}}}: 2^{{{DIGITS[form]}}} = {tex(2.0 ** DIGITS[form])}"
    )
    st.markdown(
        "Where the left number comes near the right one, one pass is left without digits. Far beyond it, all channels "
        f"round alike, and nearly all or nearly none are negative. Here {BATCH} values are added {setting[3]}, and every "
        f"result is rounded to {form}. bfloat16, which NumPy lacks, is a float32 rounded to its upper 16 bits after each "
        "operation, ties to even. Two passes subtract the mean first, so that small numbers are squared. The cure for "
        "float16 and bfloat16 is to compute the statistics in float32 or more, as batch normalization in Keras and Flax does: "
        "in float16, 256² is too large, and an epsilon of 10⁻⁸ is 0."
    )


def code(setting: Setting, label: str) -> str:
    """Return a program that computes the same."""
    stored, _, std, order, _ = setting
    form = arithmetic(setting)
    return f"""import numpy as np
from normlib.precision import rounded
from normlib.variance import one_pass, two_pass

z = np.random.default_rng(0).standard_normal(({BATCH}, {CHANNELS}))
x = rounded({label.replace(",", "")} + {std} * z, "{stored}")
true = x.astype(float).var(axis=0)
for formula in (one_pass, two_pass):
    variance = formula(rounded(x, "{form}"), "{form}", "{order}")
    print(formula.__name__, "negative:", np.mean(variance < 0), "finite:", np.mean(np.isfinite(variance)))
    print(variance[:4], "instead of", true[:4])
"""


def download(setting: Setting) -> str:
    """Return error and shares of both formulas at every mean as a CSV file."""
    both = found(setting)
    sides = {"one_pass": both.one, "two_passes": both.two}
    head = [f"{name}_{what}" for name in sides for what in ("median_relative_error", "negative", "overflow", "no_root")]
    columns = [column for side in sides.values() for column in (side.error, side.negative, side.lost, side.failed)]
    return csv_text(["mean", *head], [MEANS, *columns])


def body(page: Lab) -> None:
    """Draw the controls and, beside them, what they show."""
    panel = page.panel
    with page.controls:
        stored, form, std = (panel.choice(name) for name in ("stored", "computed", "std"))
        with panel.more():
            label, order, eps = (panel.choice(name) for name in ("mean", "order", "eps"))
    at = LABELS.index(label)
    setting = (stored, form, std, order, eps)
    both = found(setting)
    drawn = variance_cloud(np.array(MEANS), at, float(std), both)
    titles = [title(setting, both, k) for k in range(len(MEANS))]
    sentences = [sentence(setting, both, k) for k in range(len(MEANS))]
    with page.figure:
        dial_chart(
            panel,
            drawn,
            Dial("mean", "Mean", MEANS, at, format=",.7g"),
            titles=titles,
            sentences=sentences,
            alt=f"Computed over true variances of {count(SHOWN, 'channel')} by both formulas; beside it their error over the mean.",
            height=430,
            file_name="one pass or two",
        )
        explain(
            "ro_tabs",
            {
                "Numbers": lambda: numbers(both, at),
                "A constant": lambda: a_constant(setting),
                "Who computes how": who,
                "How it is computed": lambda: computed(setting, at),
                "Code": lambda: st.code(code(setting, label), language="python"),
            },
            Download("one-pass-or-two.csv", lambda: download(setting)),
        )


lab("rounding", "Drag the mean up, and watch two formulas for the same variance.", CONTROLS, body)
what_next("Where a variance is negative, NaN begins. See how far it spreads.", "one-nan")
