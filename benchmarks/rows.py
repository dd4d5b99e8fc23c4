"""What a row of the table is: what was measured how often, what it may be, and whether it is."""

from __future__ import annotations

import math
import statistics
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Literal, Self

Verdict = Literal["met", "missed", "not measured"]


@dataclass(frozen=True)
class Spread:
    """The middle and the range of repetitions.

    Attributes:
        median: of the repetitions.
        low: the least of them, and `high` the most.
        times: how many there were.
    """

    median: float
    low: float
    high: float
    times: int

    @classmethod
    def of(cls, values: Iterable[float]) -> Self:
        """Return the spread of repetitions.

        Raises: ValueError when there is none, or one that is no finite number.

        >>> Spread.of([3.0, 1.0, 2.0])
        Spread(median=2.0, low=1.0, high=3.0, times=3)
        """
        kept = [float(value) for value in values]
        if not kept or not all(math.isfinite(value) for value in kept):
            raise ValueError(f"Repetitions must be finite numbers, at least one; these were measured: {kept}.")
        return cls(statistics.median(kept), min(kept), max(kept), len(kept))


@dataclass(frozen=True)
class Measured:
    """What was measured for a row.

    Attributes:
        value: in the row's unit.
        floor: the same of the smallest Streamlit page, where that says anything.
        peers: our time over a peer's, by the peer's name.
    """

    value: Spread
    floor: Spread | None = None
    peers: Mapping[str, Spread] = field(default_factory=dict)


@dataclass(frozen=True)
class Budget:
    """What a row's value, or its ratio to a peer, is allowed to be.

    Attributes:
        limit: the most, or the least where `at_least` says so.
        of: the peer whose time is multiplied by the limit; empty for a limit in the row's unit.
    """

    limit: float
    at_least: bool = False
    of: str = ""

    def verdict(self, measured: Measured | None) -> Verdict:
        """Judge the median.

        >>> Budget(80).verdict(Measured(Spread.of([70, 90, 75])))
        'met'
        >>> Budget(2.5, of="PyTorch").verdict(Measured(Spread.of([9.0])))
        'not measured'
        """
        if measured is None:
            return "not measured"
        found = measured.peers.get(self.of) if self.of else measured.value
        if found is None:
            return "not measured"
        good = found.median >= self.limit if self.at_least else found.median <= self.limit
        return "met" if good else "missed"


@dataclass(frozen=True)
class Row:
    """One line of the table, before anything is measured.

    Attributes:
        key: by which the results name it.
        what: is measured, in a few words.
        unit: of the value; empty for a count.
        budgets: what is allowed.
        cause: why a budget is missed, one sentence, shown while it is.
    """

    key: str
    what: str
    unit: str
    budgets: tuple[Budget, ...] = ()
    cause: str = ""

    def verdicts(self, measured: Measured | None) -> tuple[Verdict, ...]:
        """Judge what was measured, budget by budget."""
        return tuple(budget.verdict(measured) for budget in self.budgets)

    def missed(self, measured: Measured | None) -> bool:
        """Say whether any budget is missed."""
        return "missed" in self.verdicts(measured)


Measure = Callable[[int], Mapping[str, Measured]]


@dataclass(frozen=True)
class Section:
    """Rows that are measured together, in a process of their own.

    Attributes:
        name: by which it is asked for.
        what: it measures.
        rows: that it gives.
        measure: takes the number of repetitions and gives every row's measurement by the row's key.
        repeats: how many repetitions make the figures that are published.
        takes: seconds on a quiet machine of two cores.
        limit: seconds after which it is ended.
        environment: variables that its process needs before anything is loaded.
    """

    name: str
    what: str
    rows: tuple[Row, ...]
    measure: Measure
    repeats: int
    takes: int
    limit: int
    environment: Mapping[str, str] = field(default_factory=dict)
