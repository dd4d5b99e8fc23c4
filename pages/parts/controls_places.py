"""Where the controls of a page stand: beside its figure, or, in a lesson, the first before it and the others after it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext
from dataclasses import dataclass
from typing import Any, Final, Literal

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

MOST_ABOVE: Final = 2
"""Controls that stand before the figure of a lesson: on a phone, each pushes the figure further down."""


@dataclass
class Places:
    """The places for controls in one run of a page.

    Attributes:
        below: where a lesson has the controls of lesser weight; None on a page, which has them beside the figure.
    """

    below: DeltaGenerator | None = None
    _above: int = 0
    _where: Literal["anywhere", "column", "drawer"] = "anywhere"
    _label: str = "More"
    _drawer: DeltaGenerator | None = None

    @contextmanager
    def column(self, place: DeltaGenerator) -> Iterator[None]:
        """Draw into the column of controls."""
        before, self._where = self._where, "column"
        try:
            with place:
                yield
        finally:
            self._where = before

    @contextmanager
    def more(self, label: str, *, now: bool) -> Iterator[None]:
        """Draw into what opens; in a lesson it is made when the first control comes, or `now`."""
        before, self._label = self._where, label
        try:
            if self.below is None or now:
                self._where = "anywhere"
                with self._opened():
                    yield
            else:
                self._where = "drawer"
                yield
        finally:
            self._where = before

    def next(self) -> AbstractContextManager[Any]:
        """Return the place for the next control."""
        if self.below is None or self._where == "anywhere":
            return nullcontext()
        if self._where == "drawer" or self._above >= MOST_ABOVE:
            return self._opened()
        self._above += 1
        return nullcontext()

    def _opened(self) -> DeltaGenerator:
        if self.below is None:
            return st.expander(self._label)
        if self._drawer is None:
            self._drawer = self.below.expander(self._label)
        return self._drawer
