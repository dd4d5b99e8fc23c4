"""When, on what and beside what a section was measured."""

from __future__ import annotations

import os
import platform
import subprocess
from dataclasses import dataclass
from datetime import UTC, datetime
from importlib.metadata import PackageNotFoundError, version

import psutil  # type: ignore[import-untyped]

from benchmarks.browser import CHROMIUM

PACKAGES = (
    "streamlit",
    "plotly",
    "numpy",
    "keras",
    "tensorflow-cpu",
    "tensorflow",
    "torch",
    "onnxruntime",
    "distributed",
)
LOOK = 2.0
"""Seconds for which others are watched before a section begins."""
BUSY = 20.0
"""Percent of the processors above which others are to blame for what has no cause of its own."""


@dataclass(frozen=True)
class Circumstances:
    """What stands beside the figures of a section.

    Attributes:
        date: of the start, in UTC.
        seconds: that the section took.
        cores: of the machine, and `processor` their name.
        load: average of a minute at the start and at the end; the section before is in the first, itself in the last.
        busy: percent of the processors that others used just before the start.
        versions: of Python, the browser and the packages, where they are installed.
    """

    date: str
    seconds: float
    cores: int
    processor: str
    load: tuple[float, float]
    busy: float
    versions: dict[str, str]


@dataclass(frozen=True)
class Before:
    """What can only be known before the start."""

    date: datetime
    load: float
    busy: float


def look() -> Before:
    """Look at the machine before a section begins."""
    busy = 100 - psutil.cpu_times_percent(LOOK).idle
    return Before(datetime.now(UTC), os.getloadavg()[0], round(busy, 1))


def after(before: Before) -> Circumstances:
    """Return the circumstances of a section that has just ended."""
    return Circumstances(
        date=before.date.strftime("%Y-%m-%d %H:%M"),
        seconds=round((datetime.now(UTC) - before.date).total_seconds(), 1),
        cores=os.cpu_count() or 1,
        processor=processor(),
        load=(round(before.load, 2), round(os.getloadavg()[0], 2)),
        busy=before.busy,
        versions=versions(),
    )


def processor() -> str:
    """Name the processor."""
    try:
        with open("/proc/cpuinfo", encoding="utf-8") as lines:  # noqa: PTH123  read to the first match
            return next(line.partition(":")[2].strip() for line in lines if line.startswith("model name"))
    except (OSError, StopIteration):
        return platform.processor() or platform.machine()


def versions() -> dict[str, str]:
    """Return the versions of what takes part, of packages without loading them."""
    found = {"python": platform.python_version()}
    for package in PACKAGES:
        try:
            found[package] = version(package)
        except PackageNotFoundError:
            continue
    try:
        said = subprocess.run([CHROMIUM, "--version"], capture_output=True, text=True, timeout=30, check=False).stdout
        found["chromium"] = next(word for word in said.split() if word[0].isdigit())
    except (OSError, StopIteration, subprocess.TimeoutExpired):
        pass
    return found
