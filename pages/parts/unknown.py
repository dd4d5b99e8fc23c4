"""What a link says and nothing on the page answers to: told in one quiet line, and nothing else comes of it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from difflib import get_close_matches
from typing import Final

import streamlit as st

from normlib.words import listed, plain
from pages.parts.controls import Controls
from pages.parts.handing import HANDED

# Streamlit's own, those of the lessons, and what newsletters and search engines append to every link.
COMMON: Final = frozenset(
    {"embed", "embed_options", "lock", "present", "step", "view", HANDED, "fbclid", "gclid", "msclkid"}
)
APPENDED: Final = "utm_"
# What a page with a run keeps there: which one, and the step that is looked at.
OF_RUNS: Final = ("run", "step")
MOST: Final = 5
LONGEST: Final = 40


def strangers() -> list[str]:
    """Return the names in the address that do not belong to every page."""
    return [name for name in st.query_params if name not in COMMON and not name.startswith(APPENDED)]


def say_unknown(controls: Sequence[Controls]) -> None:
    """Say which names in the address no control has."""
    line = unknown_line(strangers(), controls)
    if line:
        st.caption(line)


def unknown_line(names: Iterable[str], controls: Sequence[Controls]) -> str:
    """Name what no control answers to, and what may have been meant; empty where there is nothing to say.

    Args:
        names: parameters of a link.
        controls: those of the page, or of all laboratories of a lesson.

    >>> from pages.parts.control_kinds import Switch
    >>> mine = Controls("mm", {"data": Switch("Data"), "outlier": Switch("Outlier")})
    >>> unknown_line(["mm_data", "mm_run"], [mine])
    ''
    >>> unknown_line(["data", "mm_outliers"], [mine])
    'No control here has the names “data” and “mm\\\\_outliers”, which stand in the link. Perhaps “mm\\\\_data” and \
“mm\\\\_outlier” are meant.'
    """
    keys = {one.key(name): name for one in controls for name in one.table}
    known = {*keys, *(f"{one.prefix}_{name}" for one in controls for name in OF_RUNS)}
    lost = [name for name in dict.fromkeys(names) if name not in known]
    if not lost:
        return ""
    meant = list(dict.fromkeys(filter(None, (_meant(name, keys) for name in lost[:MOST]))))
    one = len(lost) == 1
    what = f"the name {_quoted(lost)}, which stands" if one else f"the names {_quoted(lost)}, which stand"
    perhaps = f" Perhaps {_quoted(meant)} {'is' if len(meant) == 1 else 'are'} meant." if meant else ""
    return f"No control here has {what} in the link.{perhaps}"


def _meant(name: str, keys: dict[str, str]) -> str | None:
    """Return the parameter that a name comes near to."""
    same = [key for key, control in keys.items() if control == name.lower()]
    return next(iter([*same, *get_close_matches(name.lower(), list(keys), 1, 0.75)]), None)


def _quoted(names: Sequence[str]) -> str:
    shown = [f"“{plain(name if len(name) <= LONGEST else f'{name[: LONGEST - 1]}…')}”" for name in names[:MOST]]
    return listed(shown) if len(names) <= MOST else f"{', '.join(shown)} and {len(names) - MOST} more"
