"""The sections of the table, in its order."""

from __future__ import annotations

from typing import Final

from benchmarks.rows import Section
from benchmarks.sections import (
    comparing,
    crowd,
    defaults,
    loading,
    moving,
    passing,
    pressing,
    soaking,
    stepping,
    together,
    whole,
)

APP: Final[tuple[Section, ...]] = tuple(one.SECTION for one in (moving, loading, crowd, together, soaking))
TRAINING: Final[tuple[Section, ...]] = tuple(
    one.SECTION for one in (pressing, comparing, stepping, whole, defaults, passing)
)
SECTIONS: Final[tuple[Section, ...]] = (*APP, *TRAINING)


def named(name: str) -> Section:
    """Return the section of a name."""
    return next(section for section in SECTIONS if section.name == name)
