"""Where this program keeps its files."""

from __future__ import annotations

import os
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Final

DATA: Final = "NORMLAB_DATA"


def data_folder(environment: Mapping[str, str] | None = None) -> Path:
    """Return the folder of results and of learners' progress; it need not exist.

    Args:
        environment: variables by name; the process's own when left out.

    Returns: the folder that `NORMLAB_DATA` names, or else `normlab` in this user's cache folder.

    >>> data_folder({"NORMLAB_DATA": "/srv/normlab"}).as_posix()
    '/srv/normlab'
    """
    given = os.environ if environment is None else environment
    data = given.get(DATA, "").strip()
    return Path(data).expanduser() if data else _cache(given)


def _cache(given: Mapping[str, str]) -> Path:
    home = Path(given.get("HOME") or given.get("USERPROFILE") or "~").expanduser()
    if sys.platform == "win32":
        base = Path(given.get("LOCALAPPDATA") or home / "AppData" / "Local")
    elif sys.platform == "darwin":
        base = home / "Library" / "Caches"
    else:
        base = Path(given.get("XDG_CACHE_HOME") or home / ".cache")
    return base / "normlab"
