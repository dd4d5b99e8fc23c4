"""Measure one section: in this process, for the program that asks, or in a process of its own.

    python -m benchmarks.section moving --repeats 1 --into /tmp/moving.json

prints nothing; it is what `python -m benchmarks` starts for each section.
"""

from __future__ import annotations

import argparse
import json
import os
import sys
import tempfile
from collections.abc import Mapping
from dataclasses import asdict
from pathlib import Path

from benchmarks import circumstances, isolated
from benchmarks.results import Record, measured
from benchmarks.rows import Measured, Section
from benchmarks.sections import SECTIONS, named
from benchmarks.serving import ROOT


def record(section: Section, repeats: int | None = None) -> Record:
    """Measure a section in a process of its own, which gets its time limit and an empty data folder.

    Args:
        section: to be measured.
        repeats: repetitions; the section's own number when left out.

    Returns: what was measured, or why nothing was.
    """
    before = circumstances.look()
    with tempfile.TemporaryDirectory(prefix="normlab-bench-") as folder:
        into = Path(folder) / "rows.json"
        command = [sys.executable, "-m", "benchmarks.section", section.name, "--into", str(into)]
        command += ["--repeats", str(repeats or section.repeats)]
        environment = {**os.environ, **section.environment, "NORMLAB_DATA": str(Path(folder) / "data")}
        try:
            isolated.run(command, limit=section.limit, environment=environment, folder=ROOT)
            rows = {key: measured(told) for key, told in json.loads(into.read_text(encoding="utf-8")).items()}
            return Record(circumstances.after(before), rows)
        except isolated.FailedError as error:
            return Record(circumstances.after(before), failed=str(error))


def checked(section: Section, rows: Mapping[str, Measured]) -> Mapping[str, Measured]:
    """Return the measurements when they are those of the section's rows.

    Raises: ValueError naming the rows that are too many or missing.
    """
    wanted, found = {row.key for row in section.rows}, set(rows)
    if wanted != found:
        raise ValueError(
            f"Section {section.name}: missing {sorted(wanted - found)}, too many {sorted(found - wanted)}."
        )
    return rows


def main() -> None:
    """Measure one section here."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("section", choices=[section.name for section in SECTIONS])
    parser.add_argument("--repeats", type=int, required=True)
    parser.add_argument("--into", type=Path, required=True, help="the file that gets the rows")
    chosen = parser.parse_args()
    isolated.end_with_parent()
    section = named(chosen.section)
    rows = checked(section, section.measure(chosen.repeats))
    plain = {
        key: {
            "measured": asdict(one.value),
            "floor": one.floor and asdict(one.floor),
            "ours over a peer's": {name: asdict(peer) for name, peer in one.peers.items()},
        }
        for key, one in rows.items()
    }
    chosen.into.write_text(json.dumps(plain), encoding="utf-8")


if __name__ == "__main__":
    main()
