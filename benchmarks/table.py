"""Rows as lines of a Markdown table."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import zip_longest

from benchmarks import wording
from benchmarks.results import Records, cause
from benchmarks.rows import Measured, Row, Section

HEAD = "| what | measured | budget | verdict | {beside} |\n|---|---|---|---|---|"
FLOOR, PEERS = "Streamlit's floor", "our time over a peer's"


@dataclass(frozen=True)
class Line:
    """One line: a row, or some that belong together, whose values stand side by side.

    Attributes:
        what: is measured.
        keys: of the rows; they share a unit.
    """

    what: str
    keys: tuple[str, ...]


class Table:
    """What was measured, ready to be written.

    Args:
        sections: of the table.
        records: what became of them.
    """

    def __init__(self, sections: Sequence[Section], records: Records) -> None:
        self.records = records
        self.rows: dict[str, Row] = {row.key: row for section in sections for row in section.rows}
        self.section_of = {row.key: section.name for section in sections for row in section.rows}
        self.measured: dict[str, Measured] = {
            key: one
            for section in sections
            if section.name in records
            for key, one in records[section.name].rows.items()
            if key in self.rows
        }

    def write(self, lines: Iterable[Line], beside: str) -> str:
        """Write lines under a head whose last column is named."""
        return "\n".join([HEAD.format(beside=beside), *(self.line(one) for one in lines)])

    def line(self, line: Line) -> str:
        """Write one line."""
        rows = [self.rows[key] for key in line.keys]
        found = [self.measured.get(key) for key in line.keys]
        unit = rows[0].unit
        cells = [
            line.what,
            wording.medians([one.value if one else None for one in found], unit) or "not measured",
            _budgets(rows),
            _verdicts(rows, found),
            "; ".join(part for part in (_floors(found, unit), _peers(found)) if part),
        ]
        return "| " + " | ".join(cells) + " |"

    def causes(self, lines: Iterable[Line]) -> list[str]:
        """Write why budgets are missed, a sentence for each row that misses."""
        told: dict[str, list[str]] = {}
        for key in (key for line in lines for key in line.keys):
            row = self.rows[key]
            if row.missed(self.measured.get(key)):
                why = cause(row, self.records[self.section_of[key]]) or "why is not known yet."
                told.setdefault(why, []).append(row.what)
        return [f"- {'; '.join(whats)}: {why}" for why, whats in told.items()]


def _budgets(rows: Sequence[Row]) -> str:
    columns = zip_longest(*(row.budgets for row in rows))
    return ", ".join(wording.limits(column, rows[0].unit) for column in columns)


def _verdicts(rows: Sequence[Row], found: Sequence[Measured | None]) -> str:
    columns = zip_longest(*(row.verdicts(one) for row, one in zip(rows, found, strict=True)), fillvalue="")
    return ", ".join(wording.joined([f"**{one}**" if one == "missed" else one for one in column]) for column in columns)


def _floors(found: Sequence[Measured | None], unit: str) -> str:
    return wording.medians([one.floor if one else None for one in found], unit, ranges=False)


def _peers(found: Sequence[Measured | None]) -> str:
    names = dict.fromkeys(name for one in found if one for name in one.peers)
    ratios = {
        name: [wording.ratio(one.peers[name].median) if one and name in one.peers else "" for one in found]
        for name in names
    }
    return "; ".join(f"{name} {', '.join(one or '–' for one in several)}" for name, several in ratios.items())
