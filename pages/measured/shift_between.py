"""Covariate shift between data sets: rows that move after training, and which network notices."""

import numpy as np
import streamlit as st

from normlib.figures.deployed import ARMS, MEASURES, train_against_deployed
from normlib.figures.look import SCALERS
from normlib.words import number, percent, table, tex
from pages.parts.control_kinds import Choice, Number, Switch
from pages.parts.controls import Controls, Panel
from pages.parts.deployed import (
    BY,
    SPLITS,
    Setting,
    accuracy_curves,
    answered,
    distance,
    ends,
    first,
    gaps,
    outside,
    seen,
)
from pages.parts.deployed_words import ARM_NAMES, EXPECTATIONS, changed, sentences, titles
from pages.parts.dial import Dial, dial_chart
from pages.parts.frame import what_next
from pages.parts.kinds import KIND_OF, class_name, scaler_choice
from pages.parts.lab import Download, Lab, explain, lab
from pages.parts.measured import share
from pages.parts.rows import csv_text
from pages.parts.source import BUILT_IN, FEATURE, choose, choose_feature

ALL_ROWS = "All"
PLACES = {"On the inputs": "inputs", "In the hidden layer": "hidden"}
CONTROLS = Controls(
    "sb",
    {
        "data": BUILT_IN,
        "moves": Choice("What moves", ("All features", "One feature"), "All features", segments=True),
        "spread": Number(
            "Spread", 0.25, 4, 1, 0.25, "times", help="Factor on the distances from the training mean. 1 leaves them."
        ),
        "one_class": Switch(
            "One class per batch",
            help="Deployed rows often come in blocks: all scans of one clinic, all wines of one grower.",
        ),
        "feature": FEATURE,
        "rows": Choice("Rows in a deployed batch", (ALL_ROWS, "32", "16", "8", "4", "2", "1"), ALL_ROWS),
        "place": Choice("Where batch norm stands", tuple(PLACES), "On the inputs"),
        "scaler": scaler_choice("standard", "standard", "min-max"),
        "by": Number(
            "Move",
            -3,
            3,
            1,
            0.25,
            "sd",
            field=True,
            help="In standard deviations (sd) of the training rows, feature by feature.",
        ),
    },
)


def asked(panel: Panel) -> tuple[Setting, int]:
    """Draw the controls; return what they are set to, and the position of the move."""
    source = choose(panel)
    everything = panel.choice("moves") == "All features"
    spread, one_class = panel.number("spread"), panel.switch("one_class")
    with panel.more():
        column = choose_feature(panel, source)
        rows = panel.choice("rows")
        place, scaler = PLACES[panel.choice("place")], KIND_OF[panel.choice("scaler")]
        by = panel.number("by")
    size = None if rows == ALL_ROWS else int(rows)
    setting = Setting(source.title, column, everything, spread, size, one_class, scaler, place)
    return setting, int(np.argmin(np.abs(BY - by)))


def draw(panel: Panel, setting: Setting, at: int) -> None:
    """Draw the four panels with the range that moves the rows."""
    drawn = train_against_deployed(
        seen(setting),
        BY,
        distances=[(style, distance(setting, name)) for name, style in MEASURES.items()],
        outside=(SCALERS[setting.scaler], outside(setting)),
        accuracies=[(style, *accuracy_curves(setting, arm)) for arm, style in ARMS.items()],
        position=at,
    )
    dial_chart(
        panel,
        drawn,
        Dial("by", "Move", [float(one) for one in BY], at, "sd", format=".2f"),
        titles=titles(setting),
        sentences=sentences(setting),
        alt=(
            f"Four panels: {setting.feature} in training rows and deployed rows; accuracy without a norm, with running and "
            "with fresh statistics over the move; three distances; and the share of values out of the scaler's range."
        ),
        file_name=f"moved {setting.data}",
    )


def numbers(setting: Setting, at: int) -> None:
    """Show accuracies with their intervals, and how far the deployed rows are."""
    rows = []
    for arm, style in ARMS.items():
        mean, low, high = (float(one[at]) for one in accuracy_curves(setting, arm))
        rows.append(
            [
                style.name,
                share(mean),
                f"{share(low)} to {share(high)}",
                changed(setting, arm, at, brief=True),
                share(float(answered(setting, arm).same[at].mean())),
            ]
        )
    head = ["statistics", "rows right", "95 % interval", "change, 95\u00a0% interval", "answers that stay"]
    st.markdown(table(head, rows))
    found, way = gaps(setting)[at], distance(setting, "means")[at]
    measures = [
        ["difference of the means, in standard deviations (sd)", "location", _shown(found.means)],
        ["Wasserstein, in sd of the training rows", "every shift of mass", _shown(found.wasserstein)],
        ["Kolmogorov-Smirnov (KS), 0 to 1", "the widest gap of the distribution functions", _shown(found.ks)],
        ["ratio of the variances", "spread", _shown(found.variances)],
        ["population stability index", "ten bins of the training rows", _shown(found.psi)],
    ]
    st.markdown(f"**{setting.feature}**, deployed against training rows:")
    st.markdown(table(["measure", "what it sees", "now"], measures))
    low, high = ends(setting)
    what = "values of the features that move" if setting.everything else f"values of {setting.feature}"
    st.caption(
        f"{percent(float(outside(setting)[at]))} of the {what} are out of the range, for {setting.feature} {number(low)} to "
        f"{number(high)}. Distances and values are those of the first of {SPLITS} splits; accuracies are means over all."
        + ("" if np.isfinite(way) else " A dash stands where a constant feature leaves nothing to divide by.")
    )


def _shown(value: float) -> str:
    return number(value) if np.isfinite(value) else "–"


def computed(setting: Setting, at: int) -> None:
    """Say how rows move, why fresh statistics undo it, what is contested, and what was expected."""
    split, column, by = first(setting), setting.column, float(BY[at])
    mean, std, value = float(split.mean[column]), float(split.std[column]), float(split.test[0, column])
    after = mean + setting.spread * (value - mean) + by * std
    st.markdown(f"A deployed row moves, feature by feature; here {setting.feature} of one {setting.source.noun}:")
    st.latex(r"x' = \mu + s\,(x - \mu) + b\,\sigma")
    st.latex(
        rf"{tex(after, 4)} = {tex(mean, 4)} + {tex(setting.spread)} \cdot ({tex(value, 4)} - {tex(mean, 4, after_sign=True)}) "
        rf"+ {tex(by, after_sign=True)} \cdot {tex(std, 4)}"
    )
    st.markdown(
        "$\\mu$ and $\\sigma$ are those of the training rows. The mean of the moved rows is $\\bar x' = \\mu + s(\\bar x - \\mu) + "
        "b\\sigma$ and their deviation $s$ times as large, so on the inputs fresh statistics cancel both $b$ and $s$:"
    )
    st.latex(r"\frac{x' - \bar x'}{\sigma_{x'}} = \frac{s\,(x - \bar x)}{s\,\sigma_x} = \frac{x - \bar x}{\sigma_x}")
    st.markdown(
        "up to epsilon, which does not grow with $s$. In the hidden layer a move of any features adds a constant to every "
        "unit, which cancels too; a spread cancels only if all features share it. Running statistics stay at the training "
        "rows, and on standardized inputs they do what the scaler has done already."
    )
    st.markdown(
        "**What kind of shift is this?** Covariate shift means that $p(x)$ changes while $p(y \\mid x)$ stays "
        "([Shimodaira 2000](https://doi.org/10.1016/S0378-3758(00)00115-4)). Moving $x$ and keeping $y$, as this page does, is a "
        "sensor out of tune: a given value now belongs to another class than before, so $p(y \\mid x)$ changes as well, and "
        "stays the same only in the value with the move undone. That is why undoing it helps. Where rows themselves are of "
        "another kind there is nothing to undo, and fresh statistics can do harm: batches of one class are the extreme of it."
    )
    st.markdown("Expected before anything was measured, and what came out for these data, this scaler and this place:")
    st.markdown(
        table(
            ["expected", "would be refuted by", "measured"],
            [[one.expected, one.refuted_by, one.measured(setting)] for one in EXPECTATIONS],
        )
    )
    st.markdown(
        f"Each of {SPLITS} random splits has its own scaler, fitted on the 70\u00a0% training rows, and its own networks of 16 hidden "
        "units: 300 steps, batches of 32. The intervals are corrected for splits that share training rows (Nadeau and Bengio "
        "2003) and compare each network with itself before the move.\n\n"
        "Published, on other data and far larger networks: fresh statistics bring the mean corruption error of ResNet-50 on "
        "ImageNet-C from 76.7\u00a0% to 62.2\u00a0% ([Schneider et al. 2020](https://arxiv.org/abs/2006.16971)). "
        "[Nado et al. 2020](https://arxiv.org/abs/2006.10963) find the same for corrupted images, and mixed results under more "
        "natural shifts. The idea of a fresh set of statistics for another set of data is older "
        "([Li et al. 2017](https://arxiv.org/abs/1603.04779)). How far it helps outside such corruptions is contested."
    )


def code(setting: Setting, at: int) -> str:
    """Return a program that computes the same."""
    made, features = class_name(setting.scaler), setting.features
    return f"""import numpy as np
from normlib import {made}
from normlib import data
from normlib.deployed import answers, drifted, gap, train_on_splits

{setting.source.code()}
splits = train_on_splits(x, known.y, {made}(), place="{setting.place}", splits={SPLITS})
move = dict(spread={setting.spread:g}, features={None if features is None else list(features)})
for statistics in ("running", "fresh"):
    found = answers(splits, [{BY[at]:g}], statistics=statistics, rows={setting.rows}, one_class={setting.one_class}, **move)
    print(statistics, found.accuracy.mean().round(3), "before the move", found.usual.mean().round(3))

first = splits[0]
deployed = drifted(first.test, first.mean, first.std, by={BY[at]:g}, **move)
print(gap(first.train[:, {setting.column}], deployed[:, {setting.column}]))

# In Keras, model(x, training=True) takes the statistics of the batch x. It also moves the running ones,
# and switches dropout on.
"""


def body(page: Lab) -> None:
    """Draw the controls and, beside them, what they show."""
    with page.controls:
        setting, at = asked(page.panel)
    with page.figure:
        draw(page.panel, setting, at)
        explain(
            "sb_tabs",
            {
                "Numbers": lambda: numbers(setting, at),
                "How it is computed": lambda: computed(setting, at),
                "Code": lambda: st.code(code(setting, at), language="python"),
            },
            Download("moved-rows.csv", lambda: accuracies_csv(setting)),
        )


def accuracies_csv(setting: Setting) -> str:
    """Return the accuracy of every split at every move."""
    found = {arm: answered(setting, arm) for arm in ARM_NAMES}
    moves, splits = np.repeat(BY, SPLITS), np.tile(np.arange(1, SPLITS + 1), BY.size)
    columns = [one.accuracy.ravel() for one in found.values()]
    return csv_text(
        ["move_sd", "split", *(ARMS[arm].name.lower().replace(" ", "_") for arm in found)], [moves, splits, *columns]
    )


lab(
    "shift-between",
    "Drag the move: running statistics remember training, fresh ones see the new batch.",
    CONTROLS,
    body,
)
what_next("A batch of few rows is a noisy witness: see how noisy its mean is.", "batch-size")
