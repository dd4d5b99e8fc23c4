"""The results file: one entry per section, replaced as a whole when that section is measured again."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from benchmarks import wording
from benchmarks.circumstances import BUSY, Circumstances
from benchmarks.rows import Measured, Row, Section, Spread

TIMES = {"fps", "s", "ms", "µs"}
RESULTS = Path(__file__).with_name("results.json")


@dataclass(frozen=True)
class Record:
    """What became of a section.

    Attributes:
        circumstances: when, on what and beside what.
        rows: what was measured, by the row's key.
        failed: why nothing was; empty where it was.
    """

    circumstances: Circumstances
    rows: Mapping[str, Measured] = field(default_factory=dict)
    failed: str = ""


def cause(row: Row, record: Record) -> str:
    """Say why a row misses: what is written beside it, or else that the machine was busy; empty where neither helps.

    A busy machine makes everything slow, but takes no memory and makes no errors.
    """
    busy = record.circumstances.busy
    if row.cause or busy <= BUSY or row.unit not in TIMES:
        return row.cause
    return f"other programs used {wording.number(round(busy))} % of the processors just before."


Records = Mapping[str, Record]
"""Records by the section's name."""


def merged(records: Records, name: str, record: Record) -> dict[str, Record]:
    """Return the records with one section's replaced; what other sections measured stays."""
    return {**records, name: record}


def document(records: Records, sections: Sequence[Section]) -> dict[str, Any]:
    """Return the records as plain data, with everything that the table says about them.

    A record of a section that there is no more is left out.
    """
    return {section.name: _section(section, records[section.name]) for section in sections if section.name in records}


def _section(section: Section, record: Record) -> dict[str, Any]:
    rows = {row.key: _row(row, record) for row in section.rows if row.key in record.rows}
    about = {"measures": section.what, **asdict(record.circumstances)}
    return {**about, **({"failed": record.failed} if record.failed else {}), "rows": rows}


def _row(row: Row, record: Record) -> dict[str, Any]:
    measured = record.rows[row.key]
    told: dict[str, Any] = {"what": row.what, "unit": row.unit, "measured": asdict(measured.value)}
    if row.budgets:
        told["budgets"] = [
            {"budget": wording.limits([budget], row.unit), "verdict": budget.verdict(measured)}
            for budget in row.budgets
        ]
    if row.missed(measured):
        told["cause"] = cause(row, record)
    if measured.floor:
        told["floor"] = asdict(measured.floor)
    if measured.peers:
        told["ours over a peer's"] = {name: asdict(one) for name, one in measured.peers.items()}
    return told


def read(path: Path = RESULTS) -> dict[str, Record]:
    """Read the records; none where there is no file yet."""
    if not path.exists():
        return {}
    return {name: _record(told) for name, told in json.loads(path.read_text(encoding="utf-8")).items()}


def _record(told: Mapping[str, Any]) -> Record:
    about = {name: told[name] for name in Circumstances.__dataclass_fields__}
    about["load"] = tuple(about["load"])
    rows = {key: measured(row) for key, row in told["rows"].items()}
    return Record(Circumstances(**about), rows, told.get("failed", ""))


def measured(told: Mapping[str, Any]) -> Measured:
    """Return the measurement of a row from plain data."""
    floor = told.get("floor")
    peers = {name: Spread(**one) for name, one in told.get("ours over a peer's", {}).items()}
    return Measured(Spread(**told["measured"]), Spread(**floor) if floor else None, peers)


def write(records: Records, sections: Sequence[Section], path: Path = RESULTS) -> None:
    """Write the records, all or nothing: whoever interrupts finds the file from before."""
    text = json.dumps(document(records, sections), indent=1, ensure_ascii=False)
    beside = path.with_suffix(".new")
    beside.write_text(text + "\n", encoding="utf-8")
    beside.replace(path)
