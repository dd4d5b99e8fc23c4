"""A laboratory on one feature: the feature, one value to drag away, a scaler, and the picture of both."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Final

import numpy as np
import streamlit as st
from numpy.typing import NDArray

from normlib.figures.before_after import before_after
from normlib.figures.look import Style
from normlib.outlier import OutlierSweep, Scaler, outlier_sweep
from normlib.scalers import FittedScaler
from pages.parts.control_kinds import Number
from pages.parts.controls import Panel
from pages.parts.dial import Dial, dial_chart
from pages.parts.lab import Download, Section, explain
from pages.parts.rows import all_features_table, csv_text, measures_table, training_rows
from pages.parts.source import Source

POSITIONS: Final = np.round(np.arange(0, 51) * 0.2, 1)
OUTLIER: Final = Number(
    "Outlier",
    0,
    10,
    4,
    0.2,
    "sd above the mean",
    field=True,
    help="The value nearest to the mean is moved this many standard deviations (sd) above it. At 0 the data are as measured.",
)


@dataclass(frozen=True, eq=False)
class View:
    """What the page shows: a feature, the scaler at every position of the outlier, and the present position."""

    source: Source
    column: int
    scaler: Scaler
    sweep: OutlierSweep
    outlier: float
    fitted_on: str

    @property
    def feature(self) -> str:
        """Name of the feature."""
        return self.source.features[self.column]

    @property
    def unit(self) -> str:
        """Unit of the feature as it follows a number."""
        return self.source.unit(self.column)

    @property
    def at(self) -> int:
        """Index of the present position."""
        return int(np.argmin(np.abs(self.sweep.positions - self.outlier)))

    @cached_property
    def moved(self) -> NDArray[np.float64]:
        """The feature with its outlier, (N,)."""
        values = self.sweep.values.copy()
        values[self.sweep.row] = self.sweep.moved[self.at]
        return values

    @cached_property
    def fitted(self) -> FittedScaler:
        """The scaler at the present position."""
        return self.scaler.fit(self.moved[self.sweep.trained])

    @cached_property
    def scaled(self) -> NDArray[np.float64]:
        """The feature after scaling, (N,)."""
        return np.asarray(self.fitted.transform(self.moved.reshape(-1, 1))[:, 0], dtype=np.float64)

    @cached_property
    def ends_after(self) -> NDArray[np.float64]:
        """Smallest and largest scaled value of all samples but the moved one, at every position, (F, 2)."""
        others = self.sweep.others
        return self.sweep.after([others.min(), others.max()])

    @cached_property
    def unseen(self) -> NDArray[np.float64]:
        """Values that the scaler never saw, missing ones left out, in rising order."""
        values = self.sweep.values[~self.sweep.trained]
        return np.sort(values[~np.isnan(values)])

    @cached_property
    def others(self) -> NDArray[np.float64]:
        """The measured values of all samples but the moved one, missing ones left out, in rising order."""
        return np.sort(self.sweep.others)

    @cached_property
    def range_of_others(self) -> float:
        """Range of what the scaler saw, the moved value left out."""
        seen = self.sweep.trained.copy()
        seen[self.sweep.row] = False
        values = self.sweep.values[seen & ~np.isnan(self.sweep.values)]
        return float(np.ptp(values)) if values.size else 0.0


def view(source: Source, column: int, scaler: Scaler, outlier: float, fitted_on: str) -> View:
    """Fit the scaler at every position of the outlier."""
    trained = training_rows(source, fitted_on)
    sweep = outlier_sweep(source.x[:, column], scaler, POSITIONS, trained)
    return View(source, column, scaler, sweep, outlier, fitted_on)


Words = Callable[[View, int], str]
"""What to say of a view at one position of the outlier."""


def draw(
    shown: View,
    panel: Panel,
    *,
    name: str,
    style: Style,
    after_range: tuple[float, float],
    marks: Sequence[float],
    title: Words,
    sentence: Words,
    normal_curve: bool = False,
) -> None:
    """Draw the feature before and after, with the range that drags the outlier."""
    positions = range(shown.sweep.positions.size)
    titles = [title(shown, at) for at in positions]
    sentences = [sentence(shown, at) for at in positions]
    drawn = before_after(
        shown.sweep,
        shown.at,
        style=style,
        after_range=after_range,
        before_title=shown.source.axis_title(shown.column),
        after_title=f"{shown.feature}, {name}",
        marks=tuple(marks),
        normal_curve=normal_curve,
    )
    dial_chart(
        panel,
        drawn,
        Dial("outlier", OUTLIER.label, shown.sweep.positions, shown.at, "sd above the mean", format=".1f"),
        titles=titles,
        sentences=sentences,
        alt=f"Histograms of {shown.feature} before and after ({name}), joined by lines from value to value.",
        height=460,
        file_name=f"{name} {shown.feature}",
    )


def sections(shown: View, name: str, computed: Section, code: Callable[[], str]) -> dict[str, Section]:
    """Return the tabs of a page on one feature."""

    def numbers() -> None:
        st.markdown(
            measures_table([("measured", shown.sweep.values), ("with the outlier", shown.moved), (name, shown.scaled)])
        )

    def everything() -> None:
        table = shown.source.x.copy()
        table[:, shown.column] = shown.moved
        st.markdown(all_features_table(shown.source, table, shown.scaler.fit(table[shown.sweep.trained])))

    return {
        "Numbers": numbers,
        "All features": everything,
        "How it is computed": computed,
        "Code": lambda: st.code(code(), language="python"),
    }


def explain_one(shown: View, panel: Panel, name: str, computed: Section, code: Callable[[], str]) -> None:
    """Draw the tabs below the figure."""
    feature = shown.feature
    # The session keeps the download's function, so it holds settings, not arrays, and computes when asked.
    settings = shown.source, shown.column, shown.scaler, shown.outlier, shown.fitted_on

    def text() -> str:
        again = view(*settings)
        return csv_text(
            [feature, "with_outlier", name.replace(" ", "_"), "fitted_on"],
            [again.sweep.values, again.moved, again.scaled, again.sweep.trained],
        )

    explain(
        f"{panel.controls.prefix}_tabs",
        sections(shown, name, computed, code),
        Download(f"{name} {feature}.csv".replace(" ", "-"), text),
    )
