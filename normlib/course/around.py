"""Find what the app offers to lessons: its laboratories and its pages. They are loaded by name, when they are there."""

from __future__ import annotations

import importlib
import sys
from pathlib import Path
from typing import Final, cast

from normlib.course.laboratories import Laboratories

ADAPTER: Final = "pages.course.laboratories"
CATALOGUE: Final = "pages.catalogue"
_ROOT: Final = Path(__file__).resolve().parents[2]


def find_laboratories() -> Laboratories:
    """Return the app's laboratories; raises `LookupError` with a sentence where they cannot be loaded."""
    return cast(Laboratories, _attribute(ADAPTER, "LABORATORIES"))


def find_pages() -> tuple[str, ...]:
    """Return the addresses of the app's pages; raises `LookupError` with a sentence."""
    return tuple(page.slug for page in cast(tuple[object, ...], _attribute(CATALOGUE, "PAGES")))  # type: ignore[attr-defined]


def _attribute(module: str, name: str) -> object:
    if (_ROOT / "pages").is_dir() and str(_ROOT) not in sys.path:
        sys.path.append(str(_ROOT))
    try:
        return getattr(importlib.import_module(module), name)
    except (ImportError, AttributeError) as error:
        raise LookupError(f"{module}:{name} cannot be loaded: {error}. Run it where the app is.") from error
