"""Measure, section by section, and keep what was measured in benchmarks/results.json: `make bench`.

    python -m benchmarks                           every section, then the table and README's
    python -m benchmarks --only loading,moving     some sections
    python -m benchmarks --table                   print the table from the file
    python -m benchmarks --readme                  write README's tables from the file

Each section has a process and a time limit of its own. What it measured is in the file as soon as it ends, so the
whole can be interrupted; one that fails is told with its reason and leaves the others alone. Leave the machine alone
meanwhile: machines are noisy, and the floor and the peers of the same section are what a figure can be compared with.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path

from benchmarks import readme, results
from benchmarks.results import Record, Records
from benchmarks.rows import Section
from benchmarks.section import record
from benchmarks.sections import APP, SECTIONS, TRAINING, named
from benchmarks.table import FLOOR, PEERS, Line, Table


def whole_table(records: Records) -> str:
    """Return all rows, the causes of what is missed, and the circumstances of every section."""
    table = Table(SECTIONS, records)
    parts = []
    for sections, beside in ((APP, FLOOR), (TRAINING, PEERS)):
        lines = [Line(row.what, (row.key,)) for section in sections for row in section.rows]
        parts += [table.write(lines, beside), "\n".join(table.causes(lines))]
    parts.append("\n".join(circumstances(name, one) for name, one in records.items()))
    return "\n\n".join(part for part in parts if part)


def circumstances(name: str, one: Record) -> str:
    """Write when a section was measured, beside what, and whether it failed."""
    told = one.circumstances
    line = (
        f"{name}: {told.date} UTC, {told.seconds:.0f} s, {told.cores} cores, load {told.load[0]} to {told.load[1]}, "
        f"others used {told.busy} %"
    )
    return f"{line}. NOT MEASURED: {one.failed}" if one.failed else line


def measure(
    sections: Sequence[Section],
    repeats: int | None = None,
    *,
    path: Path = results.RESULTS,
    known: Sequence[Section] = SECTIONS,
) -> Records:
    """Measure sections one after the other, and keep each as soon as it ends.

    Args:
        sections: to be measured.
        repeats: repetitions of each; by default its own number.
        path: the file that keeps them.
        known: all sections of the table.

    Returns: what is known of all sections now.
    """
    records: Records = results.read(path)
    for section in sections:
        print(f"{section.name}: {section.what}, about {section.takes} s ...", flush=True)
        found = record(section, repeats)
        # Read anew: another section may have been measured meanwhile.
        records = results.merged(results.read(path), section.name, found)
        results.write(records, known, path)
        print(f"  {circumstances(section.name, found)}", flush=True)
    return records


def chosen_sections(text: str) -> list[Section]:
    """Return the sections that are named, separated by commas.

    Raises: argparse.ArgumentTypeError naming the sections that there are.
    """
    known = [section.name for section in SECTIONS]
    wrong = [name for name in text.split(",") if name not in known]
    if wrong:
        raise argparse.ArgumentTypeError(f"no section {', '.join(wrong)!s}; there are {', '.join(known)}")
    return [named(name) for name in text.split(",")]


def main() -> None:
    """Do what is asked for."""
    seconds = sum(section.takes for section in SECTIONS)
    listed = "\n".join(f"  {one.name:10} {one.takes:4} s   {one.what}" for one in SECTIONS)
    parser = argparse.ArgumentParser(
        prog="python -m benchmarks",
        description=__doc__,
        epilog=f"sections, and what each takes on a quiet machine of two cores ({seconds / 60:.0f} minutes together):\n"
        + listed,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("--only", type=chosen_sections, help="names of sections, separated by commas")
    parser.add_argument("--repeats", type=int, help="repetitions of each; by default enough to publish")
    parser.add_argument("--table", action="store_true", help="measure nothing, print the table")
    parser.add_argument("--readme", action="store_true", help="measure nothing, write README's tables")
    chosen = parser.parse_args()
    records: Records = results.read()
    if not (chosen.table or chosen.readme):
        records = measure(chosen.only or SECTIONS, chosen.repeats)
    if chosen.readme or not (chosen.table or chosen.only):
        # What the file says of budgets follows the rows as they are now.
        results.write(records, SECTIONS)
        readme.write(records)
    if not chosen.readme:
        print(whole_table(records))


if __name__ == "__main__":
    try:
        main()
    except KeyboardInterrupt:
        sys.exit("Interrupted. What sections measured that had ended is in benchmarks/results.json.")
