"""Scalers side by side: the same features, the same outlier, five rulers."""

from dataclasses import dataclass

import numpy as np
import streamlit as st

from normlib.figures.look import SCALERS
from normlib.figures.side_by_side import LEVELS, Panel, side_by_side
from normlib.outlier import OutlierSweep, outlier_sweep
from normlib.words import listed, number, percent, table
from pages.parts.controls import Controls
from pages.parts.dial import Dial, dial_chart
from pages.parts.frame import what_next
from pages.parts.kinds import SCALER_KINDS
from pages.parts.lab import Download, Lab, explain, lab
from pages.parts.one_feature import OUTLIER, POSITIONS
from pages.parts.rows import csv_text
from pages.parts.source import FEATURE, WITH_OWN, Source, choose, choose_feature

MOST_ROWS = 13
CONTROLS = Controls("sc", {"data": WITH_OWN, "feature": FEATURE, "outlier": OUTLIER})


@dataclass(frozen=True, eq=False)
class Compared:
    """The chosen feature under every scaler, at every position of the outlier."""

    source: Source
    column: int
    shown: list[int]
    sweeps: dict[str, OutlierSweep]

    def kept(self, at: int) -> dict[str, float]:
        """Share of the feature's spread that each scaler leaves, against the data as measured."""
        return {
            kind: float(sweep.fitted.scale[0] / sweep.fitted.scale[at])
            for kind, sweep in self.sweeps.items()
            if kind != "none"
        }


def compare(source: Source, column: int) -> Compared:
    """Fit every scaler at every position of the outlier, and choose the features to show."""
    spread = np.nan_to_num(np.nanstd(source.x, axis=0))
    widest = set(np.argsort(-spread, kind="stable")[: MOST_ROWS - 1].tolist()) | {column}
    sweeps = {kind: outlier_sweep(source.x[:, column], scaler, POSITIONS) for kind, scaler in SCALER_KINDS.items()}
    return Compared(
        source, column, sorted(widest if len(source.features) > MOST_ROWS else range(source.x.shape[1])), sweeps
    )


def panels(compared: Compared) -> list[Panel]:
    """Return what each panel shows. A scaler is an affine map, so it maps percentiles to percentiles."""
    x = compared.source.x[:, compared.shown]
    measured = np.nanpercentile(x, LEVELS, axis=0)
    of_others = np.nanpercentile(compared.sweeps["none"].others, LEVELS)
    made = []
    for kind, scaler in SCALER_KINDS.items():
        sweep = compared.sweeps[kind]
        rest = scaler.fit(x).transform(measured)
        moving = sweep.after(of_others)
        outlier = np.where(POSITIONS > 0, sweep.moved_after(), np.nan)
        low = min(np.nanmin(rest), np.nanmin(moving))
        high = max(np.nanmax(rest), np.nanmax(moving), np.nanmax(outlier))
        pad = 0.04 * ((high - low) or 1.0)
        made.append(Panel(SCALERS[kind], rest, moving, outlier, (float(low - pad), float(high + pad))))
    return made


def title(compared: Compared, at: int) -> str:
    """Say what to see at one position of the outlier."""
    if compared.sweeps["none"].fitted.constant[0]:
        return "A constant feature stays constant under every scaler"
    kept = compared.kept(at)
    worst, best = min(kept, key=kept.__getitem__), max(kept, key=kept.__getitem__)
    if kept[worst] > 0.995:
        return "Four rulers for the same data"
    feature = compared.source.features[compared.column]
    return (
        f"{SCALERS[best].name} keeps {percent(kept[best])} of the spread of {feature}, "
        f"{SCALERS[worst].name.lower()} {percent(kept[worst])}"
    )


def sentence(compared: Compared, at: int) -> str:
    """Answer the page's question for one position of the outlier."""
    sweep, source = compared.sweeps["none"], compared.source
    feature, unit = source.features[compared.column], source.unit(compared.column)
    if sweep.fitted.constant[0]:
        return f"All {source.many()} have {number(float(sweep.moved[0]))}{unit}: there is no spread to keep."
    if POSITIONS[at] == 0:
        wide = int(np.argmax(np.nan_to_num(np.nanstd(source.x, axis=0))))
        return (
            f"Without scaling, {source.features[wide]} spans more of the axis than any other feature. Each scaler gives "
            "all features a common unit: the range, the standard deviation, the middle half, or the largest value."
        )
    parts = [f"{percent(share)} under {SCALERS[kind].name.lower()}" for kind, share in compared.kept(at).items()]
    return f"With one {source.noun} at {number(sweep.moved[at])}{unit}, {feature} keeps {listed(parts)} of its spread."


def numbers(compared: Compared, at: int) -> None:
    """Show what each scaler learned about the chosen feature."""
    rows = []
    middle = np.nanpercentile(compared.sweeps["none"].others, [25, 75])
    for kind, sweep in compared.sweeps.items():
        quartiles = sweep.after(middle)[at]
        rows.append(
            [
                SCALERS[kind].name,
                number(sweep.fitted.shift[at]),
                number(sweep.fitted.scale[at]),
                number(quartiles[1] - quartiles[0]),
                number(sweep.moved_after()[at]),
                percent(sweep.fitted.scale[0] / sweep.fitted.scale[at]),
            ]
        )
    st.markdown(
        table(["scaler", "subtracts", "divides by", "middle half spans", "moved value lands at", "spread kept"], rows)
    )


def computed() -> None:
    """Show the four formulas."""
    st.markdown("All four subtract something and divide by something. They differ in how many values decide.")
    st.latex(
        r"""\begin{aligned}
        \text{min-max} &: \frac{x - \min}{\max - \min} &\quad& \text{two values decide}\\
        \text{standardization} &: \frac{x - \mu}{\sigma} && \text{all values, far ones most}\\
        \text{robust} &: \frac{x - \text{median}}{q_{75} - q_{25}} && \text{the middle half decides}\\
        \text{max-abs} &: \frac{x}{\max |x|} && \text{one value decides, zero stays zero}
        \end{aligned}"""
    )
    st.markdown(
        "Robust scaling does not remove the outlier: it only keeps it from changing the others. "
        "The outlier still lands far out, and a distance or a gradient will still feel it."
    )


def code(source: Source) -> None:
    """Show a program that computes the same."""
    st.code(
        f"""import numpy as np
from normlib import MaxAbsScaler, MinMaxScaler, RobustScaler, StandardScaler, data

{source.code()}
for scaler in (MinMaxScaler(), StandardScaler(), RobustScaler(), MaxAbsScaler()):
    fitted = scaler.fit(x)  # on training rows only, when there is a test set
    z = fitted.transform(x)
    print(scaler, np.nanmin(z, axis=0).round(2), np.nanmax(z, axis=0).round(2))
""",
        language="python",
    )


def body(page: Lab) -> None:
    """Draw the controls and, beside them, what they show."""
    panel = page.panel
    with page.controls:
        source = choose(panel)
        column = choose_feature(panel, source)
        with panel.more():
            outlier = panel.number("outlier")
    compared = compare(source, column)
    at = int(np.argmin(np.abs(POSITIONS - outlier)))
    drawn = side_by_side(
        panels(compared), [source.features[index] for index in compared.shown], compared.shown.index(column), at
    )
    titles = [title(compared, k) for k in range(POSITIONS.size)]
    sentences = [sentence(compared, k) for k in range(POSITIONS.size)]
    with page.figure:
        dial_chart(
            panel,
            drawn,
            Dial("outlier", "Outlier", POSITIONS, at, "sd above the mean", format=".1f"),
            titles=titles,
            sentences=sentences,
            alt="One panel per scaler; in each, a bar per feature from its smallest to its largest scaled value.",
            file_name="scalers side by side",
        )
        if len(source.features) > MOST_ROWS:
            st.caption(
                f"{len(compared.shown)} of {len(source.features)} features are drawn: the chosen one and those with the "
                "largest standard deviations."
            )
        sweep = compared.sweeps["none"]
        explain(
            "sc_tabs",
            {
                "Numbers": lambda: numbers(compared, at),
                "How it is computed": computed,
                "Code": lambda: code(source),
            },
            Download(
                "scalers.csv",
                lambda: csv_text(
                    [source.features[column], *(kind.replace("-", "_") for kind in SCALER_KINDS if kind != "none")],
                    [
                        sweep.values,
                        *(s.after(s.values)[at] for kind, s in compared.sweeps.items() if kind != "none"),
                    ],
                ),
            ),
        )


lab("scalers", "Drag the outlier and compare how much of the feature's spread each scaler keeps.", CONTROLS, body)
what_next("A common unit is not a goal in itself. See which models notice it.", "distances")
