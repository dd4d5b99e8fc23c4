"""Running a page's script inside another page: compiled once per file, run anew each time, as Streamlit does."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path
from types import CodeType


def run_script(path: Path) -> None:
    """Run a page's script here and now."""
    # The name that Streamlit gives to a page, too: classes of the script look their module up by it.
    exec(_compiled(path, path.stat().st_mtime_ns), {"__name__": "__main__", "__file__": str(path)})  # noqa: S102


@lru_cache(maxsize=256)
def _compiled(path: Path, changed: int) -> CodeType:
    """Compile a file; a changed one has another time, and so another place in the cache."""
    return compile(path.read_bytes(), str(path), "exec", dont_inherit=True)
