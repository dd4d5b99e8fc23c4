"""Trains every preset and puts its results into assets/runs: `make runs`.

Names of pages after it train those alone: `python -m normlib.training.jobs.make_runs small-batches`.
"""

from __future__ import annotations

import sys
import time
from collections.abc import Sequence
from pathlib import Path

from normlib.training.jobs import SHIPPED_RUNS
from normlib.training.jobs.drive import drive
from normlib.training.jobs.keys import ENGINES, load_engine
from normlib.training.jobs.shipped import Shipped
from normlib.training.presets import PRESETS, Preset


def make(preset: Preset, folder: Path = SHIPPED_RUNS) -> int:
    """Train a preset and write its results; return the bytes of the file.

    Raises: ValueError when it could not be trained to the end.
    """
    engine, made_by = load_engine(ENGINES[preset.engine])
    experiments = preset.crossed.experiments
    results = drive(experiments, engine, lambda *_: None, lambda: False, made_by)
    if results is None:
        raise ValueError(f"{preset.slug} was stopped: run it again.")
    return Shipped(folder).put(experiments, preset.engine, results)


def main(names: Sequence[str]) -> int:
    """Make the presets of some pages, or all; return the exit code."""
    unknown = set(names) - {one.slug for one in PRESETS}
    if unknown:
        _say(f"There is no preset {', '.join(sorted(unknown))}: {', '.join(one.slug for one in PRESETS)}.\n")
        return 2
    for preset in PRESETS:
        if names and preset.slug not in names:
            continue
        began = time.perf_counter()
        size = make(preset)
        networks = sum(len(one.seeds) for one in preset.crossed.experiments)
        seconds = time.perf_counter() - began
        _say(f"{preset.slug}, {preset.engine}: {networks} networks in {seconds:.0f} s, {size / 1000:.0f} kB\n")
    return 0


def _say(text: str) -> None:
    sys.stdout.write(text)
    sys.stdout.flush()


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
