"""What one may multiply or shift without changing the output: the table of invariances, measured."""

from dataclasses import replace
from typing import Final

import numpy as np
import streamlit as st
from numpy.typing import NDArray

from normlib.figures.bar_table import bar_table
from normlib.invariance import CHANGES, PUBLISHED, UNCHANGED
from normlib.invariance import METHODS as ROWS
from normlib.words import number, table, tex
from pages.parts.control_kinds import Choice, Number
from pages.parts.controls import Controls
from pages.parts.dial import Dial, dial_chart
from pages.parts.frame import what_next
from pages.parts.invariances import (
    FACTORS,
    GROUPS,
    NEURONS,
    STYLES,
    Setting,
    cell,
    layer_of,
    measured,
    sentence,
    title,
)
from pages.parts.lab import Download, Lab, explain, lab
from pages.parts.rows import csv_text

Floats = NDArray[np.float64]
COLUMNS: Final = (
    "scale all<br>weights",
    "shift all<br>weights",
    "scale one<br>neuron",
    "scale<br>the data",
    "shift<br>the data",
    "scale one<br>sample",
)
SHIFTS: Final = {"A pattern": "pattern", "One number": "number"}
CONTROLS = Controls(
    "iv",
    {
        "shift": Choice(
            "Shifting adds",
            tuple(SHIFTS),
            "A pattern",
            help="A pattern: the first neuron's weights to every neuron, or the first sample to every sample. "
            "One number: the same to every weight, or to every value.",
            segments=True,
        ),
        "eps": Choice("Epsilon", ("0", "0.00001", "0.001"), "0", segments=True),
        "factor": Choice("Factor", tuple(f"{one:g}" for one in FACTORS), "3"),
        "batch": Choice("Samples in the batch", ("2", "8", "32", "64", "128"), "64"),
        "data": Choice(
            "Data",
            ("Digits", "Wine", "Breast cancer"),
            "Digits",
            help="Pixels are divided by 16; the other two are standardized.",
        ),
        "seed": Number("Seed of the weights", 0, 9, 0),
    },
)


def numbers(now: Floats) -> None:
    """Show the exact relative changes."""
    head = ["", *(name.replace("<br>", " ") for name in COLUMNS)]
    rows = [[STYLES[m].name, *(relative(float(one)) for one in now[m])] for m in range(len(ROWS))]
    st.markdown(table(head, rows))
    st.caption("Change of the output relative to its size: 0.1 is 10 %; powers around 10⁻¹⁶ are rounding.")


def relative(share: float) -> str:
    """Write a relative change; of one that is rounding, only the power of ten means something."""
    if share == 0 or share >= UNCHANGED:
        return number(share, 2)
    return "10" + f"{round(np.log10(share)):d}".translate(str.maketrans("-0123456789", "⁻⁰¹²³⁴⁵⁶⁷⁸⁹"))


def published(setting: Setting) -> None:
    """Compare with the table of the paper on layer normalization."""
    exact = measured(replace(setting, eps=0.0, shift="pattern")).exact
    rows, agree = [], 0
    for method, entries in PUBLISHED.items():
        cells = []
        for k, name in enumerate(CHANGES):
            same = bool(exact[ROWS.index(method), k]) == entries[name]
            agree += same
            cells.append(("same" if entries[name] else "changes") + ("" if same else " (not here)"))
        rows.append([STYLES[ROWS.index(method)].name, *cells])
    total = sum(len(entries) for entries in PUBLISHED.values())
    st.markdown(
        f"Ba, Kiros and Hinton (2016), [Table 1](https://arxiv.org/abs/1607.06450), says what should stay the same. "
        f"Measured here with epsilon 0 and a pattern as shift, **{agree} of {total} entries agree**:"
    )
    st.markdown(table(["", *(name.replace("<br>", " ") for name in COLUMNS)], rows))
    st.markdown(
        "One entry needs care. The paper's text says that all three methods ignore a rescaling of the data, its table "
        "says no for weight norm. The table is right: weight norm never looks at the data, so its output grows with them."
    )


def computed(x: Floats, w: Floats, at: int) -> None:
    """Show the measure, and why two entries are what they are."""
    st.latex(
        r"\text{change} = \frac{\lVert f(x', W') - f(x, W) \rVert}{\lVert f(x, W) \rVert}, \qquad f = \text{norm}(x W)"
    )
    st.markdown(
        f"Here $x$ are {x.shape[0]} samples of {x.shape[1]} values and $W$ random weights of {w.shape[1]} neurons, without "
        f"bias; group norm has {GROUPS} groups. A factor $a = {tex(FACTORS[at])}$ scales, and shifting adds $a - 1$ times "
        "the pattern or the number, so that 1 is no change."
    )
    st.markdown(
        "**Why layer norm ignores a shift of all weights.** With the same vector $v$ added to every neuron, each unit of a "
        "sample grows by the same $v \\cdot x$. The mean over the units grows by as much, and is subtracted. For batch "
        "norm $v \\cdot x$ differs from sample to sample, so it stays.\n\n"
        "**Why batch norm ignores a shift of the data.** The vector $b$ added to every sample adds $b \\cdot w$ to a neuron, "
        "the same in all samples: the mean over the batch takes it away.\n\n"
        "**Why weight standardization depends on the kind of shift.** The weights of each neuron sum to 0. One number "
        "added to all data, or to all weights, is multiplied by that 0; a pattern is not.\n\n"
        "Instance norm is left out: in a dense layer it would average over one value, and everything would be 0."
    )


def code(setting: Setting, factor: float) -> str:
    """Return a program that measures the same."""
    name, digits = setting.data.lower(), setting.data == "Digits"
    standard = "" if digits else "x = StandardScaler().fit(x).transform(x)\n"
    return f"""import numpy as np
from normlib import {"" if digits else "StandardScaler, "}data
from normlib.invariance import CHANGES, METHODS, invariance

x = data.load("{name}").x{" / 16" if digits else ""}
{standard}rng = np.random.default_rng({setting.seed})
x = x[np.sort(rng.permutation(len(x))[:{setting.batch}])]
w = rng.normal(size=(x.shape[1], {NEURONS})) / np.sqrt(x.shape[1])

found = invariance(x, w, [{factor:g}], eps={setting.eps:g}, groups={GROUPS}, shift="{setting.shift}")[0]
for method, row in zip(METHODS, found):
    print(method)
    for change, size in zip(CHANGES, row):
        print(f"    {{change}}: {{size:.2g}}")
"""


def body(page: Lab) -> None:
    """Draw the controls and, beside them, what they show."""
    panel = page.panel
    with page.controls:
        shift = SHIFTS[panel.choice("shift")]
        eps = float(panel.choice("eps"))
        with panel.more():
            factor = float(panel.choice("factor"))
            batch = int(panel.choice("batch"))
            data = panel.choice("data")
            seed = int(panel.number("seed"))
    setting = Setting(data, batch, seed, eps, shift)
    found, at = measured(setting), FACTORS.index(factor)
    drawn = bar_table(found.changes, at, rows=STYLES, columns=COLUMNS, words=cell)
    titles = [title(found, f, setting) for f in range(len(FACTORS))]
    sentences = [sentence(found, f, setting) for f in range(len(FACTORS))]

    def text() -> str:
        every = measured(setting).changes
        shape = every.shape
        head = ["factor", "method", "change", "relative_change"]
        labels = [np.repeat(FACTORS, shape[1] * shape[2]), np.tile(np.repeat(ROWS, shape[2]), shape[0])]
        return csv_text(head, [*labels, np.tile(CHANGES, shape[0] * shape[1]), every.ravel()])

    with page.figure:
        dial_chart(
            panel,
            drawn,
            Dial("factor", "Factor", FACTORS, at, format="g"),
            titles=titles,
            sentences=sentences,
            alt="A table of methods and changes; each cell is filled as far as the output changed, up to 100 percent.",
            narrow={
                "margin.l": 62,
                "margin.t": 62,
                "xaxis.ticktext": [
                    "scale<br>all<br>weights",
                    "shift<br>all<br>weights",
                    "scale<br>one<br>neuron",
                    "scale<br>the<br>data",
                    "shift<br>the<br>data",
                    "scale<br>one<br>sample",
                ],
                "yaxis.ticktext": [
                    style.name.replace(" ", "<br>").replace("standardization", "stand.") for style in STYLES
                ],
            },
            file_name="invariance",
        )
        explain(
            "iv_tabs",
            {
                "Numbers": lambda: numbers(found.changes[at]),
                "Published table": lambda: published(setting),
                "How it is computed": lambda: computed(*layer_of(setting), at),
                "Code": lambda: st.code(code(setting, factor), language="python"),
            },
            Download("invariance.csv", text),
        )


lab("invariance", "Drag the factor: the fuller a cell, the more that change moved the output.", CONTROLS, body)
what_next("One sample changed all others in its batch. See how noisy a batch is without any change.", "batch-size")
