"""The tables of README, made from the results between two comments."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Final

from benchmarks import wording
from benchmarks.results import Record, Records
from benchmarks.rows import Section
from benchmarks.sections import SECTIONS
from benchmarks.serving import ROOT
from benchmarks.table import FLOOR, PEERS, Line, Table

README: Final = ROOT / "README.md"
BEGIN: Final = "<!-- Measured: written by `python -m benchmarks --readme` from benchmarks/results.json -->"
END: Final = "<!-- Measured: end -->"

APP: Final = (
    Line("frames while dragging on `/min-max`", ("drag frames",)),
    Line("network messages while dragging", ("drag messages",)),
    Line("release until the new figure is painted, p50 / p95", ("release p50", "release p95")),
    Line("over the wire, first load / reload", ("cold bytes", "warm bytes")),
    Line("until readable, first load / reload / reload of a lesson", ("cold seconds", "warm seconds", "warm lesson")),
    Line("start command until a page is shown", ("start",)),
    Line("300 learners, a move each 10 s, p50 / p95", ("moves p50", "moves p95")),
    Line("errors among them", ("errors",)),
    Line("server CPU per move", ("processor per move",)),
    Line("web process without learners", ("memory alone",)),
    Line("memory per learner", ("memory per learner",)),
    Line("growth while learners wander over all pages", ("growth",)),
    Line("30 learners press Run on one link: longest wait for points", ("one link points",)),
    Line("30 learners' runs: a move on another page, p95", ("moves beside runs",)),
)
TRAINING: Final = (
    Line("Run pressed until points are drawn, NumPy engine", ("run numpy",)),
    Line("the same, Keras engine, first time / warm", ("run keras first", "run keras warm")),
    Line("4 methods x 8 seeds x 500 steps through a worker", ("comparison",)),
    Line("NumPy engine, a step of a network, no norm / batch norm", ("step none", "step batch")),
    Line("Keras engine, 8 dense networks, no norm / batch norm", ("whole dense none", "whole dense batch")),
    Line("Keras engine, 8 convolutional networks, batch norm", ("whole conv batch",)),
    Line("default runs of the measured pages, the slowest", ("slowest default",)),
    Line("batch / layer / instance / group norm forward, (32, 64, 56, 56)",
         ("batch norm", "layer norm (sample)", "instance norm", "group norm")),
)  # fmt: skip


def block(records: Records, sections: Sequence[Section] = SECTIONS) -> str:
    """Return what stands between the comments."""
    table = Table(sections, records)
    lines = (*APP, *TRAINING)
    parts = [
        about(records),
        table.write(APP, FLOOR),
        "Training and the core:",
        table.write(TRAINING, PEERS),
        *notes(table.causes(lines), records, sections),
    ]
    return "\n\n".join(parts)


def about(records: Records) -> str:
    """Say when, on what and beside what all this was measured.

    >>> about({})
    'Nothing has been measured yet: `make bench`.'
    """
    if not records:
        return "Nothing has been measured yet: `make bench`."
    told = [record.circumstances for record in records.values()]
    days = sorted({one.date[:10] for one in told})
    when = days[0] if len(days) == 1 else f"{days[0]} to {days[-1]}"
    where = " and ".join(dict.fromkeys(f"{one.cores} cores ({one.processor})" for one in told))
    versions = told[-1].versions
    packages = ", ".join(f"{name} {versions[key]}" for key, name in _NAMES.items() if key in versions)
    return (
        f"`make bench`, {when}, {where}, with the browser and the simulated learners on the same machine; {packages}. "
        f"Other programs used {_range(one.busy for one in told)} % of the processors when a section began; the load "
        f"average was {_range(one.load[0] for one in told)} then, {_range(one.load[1] for one in told)} at its end. "
        "Medians, with the range of the repetitions; the floor is the smallest Streamlit page in the same section."
    )


_NAMES: Final = {
    "python": "Python", "streamlit": "Streamlit", "numpy": "NumPy", "keras": "Keras", "torch": "PyTorch",
    "chromium": "Chromium",
}  # fmt: skip


def _range(values: Iterable[float]) -> str:
    kept = sorted(values)
    low, high = wording.number(kept[0]), wording.number(kept[-1])
    return low if low == high else f"{low} to {high}"


def notes(causes: Sequence[str], records: Records, sections: Sequence[Section] = ()) -> list[str]:
    """Return the paragraphs below the tables: why budgets are missed, what failed, and which peer was not there."""
    parts = ["Missed, and why:\n\n" + "\n".join(causes)] if causes else []
    failed = [f"- section {name}: {record.failed}" for name, record in records.items() if record.failed]
    failed += [f"- section {section.name}: not yet." for section in sections if section.name not in records]
    if failed:
        parts.append("Not measured:\n\n" + "\n".join(failed))
    if records and not any(_has_torch(record) for record in records.values()):
        parts.append("PyTorch was not installed, so budgets that name it were not measured.")
    return parts


def _has_torch(record: Record) -> bool:
    return "torch" in record.circumstances.versions


def replaced(text: str, new: str) -> str:
    """Return README's text with what stands between the comments replaced.

    Raises: ValueError when the comments are not there, once each and in order.
    """
    before, begin, rest = text.partition(BEGIN)
    _, end, after = rest.partition(END)
    if not (begin and end) or BEGIN in rest or END in after:
        raise ValueError(f"README needs these two lines, once each: {BEGIN} and {END}")
    return f"{before}{BEGIN}\n\n{new}\n\n{END}{after}"


def write(records: Records, path: Path = README) -> None:
    """Rewrite README's tables."""
    path.write_text(replaced(path.read_text(encoding="utf-8"), block(records)), encoding="utf-8")
