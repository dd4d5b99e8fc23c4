"""The data that a page works on: a built-in data set, or the learner's own CSV file.

A learner's table lives in the browser session alone: it is never written down and goes with the session.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Final

import numpy as np
import streamlit as st
from numpy.typing import NDArray

from normlib import data
from normlib.table import Table, TableError, read_csv
from normlib.words import count, listed, number, plain
from pages.parts.control_kinds import Choice
from pages.parts.controls import Panel

OWN: Final = "Your own CSV"
_BUILT_IN: Final = {"Wine": "wine", "Breast cancer": "breast cancer", "Digits": "digits"}
_FEATURE: Final = {"Wine": "proline", "Breast cancer": "area error", "Digits": "pixel 3,4"}
_NOUN: Final = {"Wine": "wine", "Breast cancer": "tumour", "Digits": "image", OWN: "row"}
_KEPT: Final = "own_table"
LIMIT_MB: Final = 5
LARGEST: Final = 1e100
"""Numbers beyond this size are refused: their squares, which every variance needs, would not fit into float64."""

BUILT_IN: Final = Choice("Data", tuple(_BUILT_IN), "Wine")
WITH_OWN: Final = Choice("Data", (*_BUILT_IN, OWN), "Wine")
FEATURE: Final = Choice("Feature", ("proline",), "proline", varies=True)


@dataclass(frozen=True, eq=False)
class Source:
    """What a page shows: values, (N, C), with names, units and what a row is called."""

    title: str
    noun: str
    x: NDArray[np.float64]
    features: tuple[str, ...]
    units: tuple[str, ...]
    preferred: str
    y: NDArray[np.int64] | None = None
    classes: tuple[str, ...] = ()
    origin: str = ""
    stand_in: bool = False

    @property
    def rows(self) -> int:
        """How many samples there are."""
        return int(self.x.shape[0])

    def unit(self, feature: int) -> str:
        """The unit of a feature as it follows a number, with a space before it; a scale of 0 to 16 is no unit."""
        unit = self.units[feature]
        return f" {unit}" if unit and not unit.startswith("intensity") else ""

    def axis_title(self, feature: int) -> str:
        """Name and unit of a feature, as they stand at an axis."""
        name, unit = self.features[feature], self.units[feature]
        return f"{name}, {unit}" if unit else name

    def code(self) -> str:
        """The lines of a program that load these data as x, (N, C)."""
        if self.title in _BUILT_IN:
            return f'known = data.load("{_BUILT_IN[self.title]}")\nx = known.x'
        return f'x = np.genfromtxt("{self.title}", delimiter=",", skip_header=1)  # numeric columns only'

    def many(self, number: int | None = None) -> str:
        """Write how many samples, in their own word."""
        return count(self.rows if number is None else number, self.noun)


def built_in(title: str) -> Source:
    """Return one of the built-in data sets by the name that the control shows."""
    found = data.load(_BUILT_IN[title])
    return Source(
        title,
        _NOUN[title],
        found.x,
        found.features,
        found.units,
        _FEATURE[title],
        found.y,
        found.classes,
        found.source,
    )


def choose(panel: Panel, name: str = "data") -> Source:
    """Draw the choice of data and, when asked for, the way to bring one's own."""
    title = panel.choice(name)
    if title != OWN:
        return built_in(title)
    own = _own_table(panel.controls.key("upload"))
    if own is None:
        st.caption("Until there is a file, the wines are shown. Neither a link nor a reload brings a file along.")
        return replace(built_in("Wine"), stand_in=True)
    # Plotly reads some HTML in names; angle quotes cannot be read as a tag.
    names = tuple(name.replace("<", "‹").replace(">", "›") for name in own.columns)
    return Source(own.name, _NOUN[OWN], own.x, names, ("",) * len(names), names[0], origin="Your own file")


def choose_feature(panel: Panel, source: Source, name: str = "feature") -> int:
    """Draw the choice of one feature and return its column."""
    return source.features.index(panel.choice(name, source.features, source.preferred, quiet=source.stand_in))


@dataclass(frozen=True, eq=False)
class _Kept:
    """A table that was read, and which upload it came from."""

    upload: str
    table: Table


def _own_table(key: str) -> Table | None:
    """Draw the way to bring a file; return the table of this session, read once per upload."""
    kept: _Kept | None = st.session_state.get(_KEPT)
    round_ = st.session_state.setdefault(f"{_KEPT}_round", 0)
    upload = st.file_uploader(
        "A table with a header line",
        type=["csv", "tsv", "txt"],
        key=f"{key}_{round_}",
        max_upload_size=LIMIT_MB,
        help=f"Up to {LIMIT_MB} MB. The file stays in this session's memory and is stored nowhere.",
    )
    if upload is not None and (kept is None or kept.upload != upload.file_id):
        try:
            kept = _Kept(upload.file_id, _usable(read_csv(upload.getvalue(), name=upload.name)))
        except TableError as problem:
            st.error(plain(str(problem)))
        else:
            st.session_state[_KEPT] = kept
    if kept is None:
        return None
    _report(kept.table)
    st.button("Forget this table", key=f"{key}_forget", on_click=_forget)
    return kept.table


def _usable(table: Table) -> Table:
    """Return the table, or say which column holds numbers that no variance can be computed of."""
    sizes = np.nanmax(np.abs(table.x), axis=0)
    for column, size in zip(table.columns, sizes, strict=True):
        if size > LARGEST:
            raise TableError(
                f"{table.name}: column {column} holds {number(float(size))}, and numbers are read up to "
                f"{number(LARGEST)}: divide the column by a power of ten, or leave it out."
            )
    return table


def _forget() -> None:
    st.session_state.pop(_KEPT, None)
    # A new key empties the uploader too.
    st.session_state[f"{_KEPT}_round"] += 1


def _report(table: Table) -> None:
    st.caption(f"{plain(table.name)}: {count(table.rows, 'row')}, {count(len(table.columns), 'numeric column')}.")
    if table.text_columns:
        st.caption(f"Left out as text: {plain(listed(table.text_columns[:6]))}.")
    if sum(table.missing):
        st.caption(f"{count(sum(table.missing), 'empty cell')}, left out feature by feature.")
    if table.total_problems:
        with st.expander(count(table.total_problems, "cell or line", "cells or lines") + " to look at"):
            lines = []
            for bad in table.problems:
                where = f"Line {bad.line}, {bad.column}" if bad.column else f"Line {bad.line}"
                lines.append(f"{where}: {bad.message}")
            # As plain text: what stands in a learner's file is not markdown.
            st.text("\n".join(lines))
            if table.total_problems > len(table.problems):
                st.caption(f"The first {len(table.problems)} are shown.")
