"""Locked controls: a link, or a lesson, may say what a learner does not move."""

from __future__ import annotations

from collections.abc import Container, Iterable, Mapping
from dataclasses import dataclass
from typing import Final

import streamlit as st

from normlib.words import listed, plain

PARAMETER: Final = "lock"
ALL: Final = "all"


@dataclass(frozen=True)
class Locks:
    """The locks of one laboratory.

    Attributes:
        names: controls that do not move.
        by_lesson: those that a lesson locks, with the lesson's own value; a link does not change them.
        unknown: what the link wants locked and is not there.
        every: whether the link locks whatever there is.
    """

    names: frozenset[str] = frozenset()
    by_lesson: frozenset[str] = frozenset()
    unknown: tuple[str, ...] = ()
    every: bool = False

    def line(self, labels: Mapping[str, str]) -> str:
        """Say what is locked and by whom.

        >>> Locks(frozenset({"data", "scaler"})).line({"data": "Data", "scaler": "Scaler", "size": "Size"})
        'Locked by this link: Data, Scaler.'
        """
        parts = []
        for who, names in (("in this lesson", self.by_lesson), ("by this link", self.names - self.by_lesson)):
            shown = dict.fromkeys(label for name, label in labels.items() if name in names)
            if shown:
                whole = set(names) == set(labels)
                parts.append(f"Locked {who}: {'all controls' if whole else ', '.join(shown)}.")
        return " ".join(parts)

    def problem(self, labels: Mapping[str, str]) -> str:
        """Say which wish of the link cannot be met; empty when there is none."""
        if not self.unknown:
            return ""
        wishes = listed([f"“{plain(one[:40])}”" for one in self.unknown[:5]])
        return (
            f"The link locks {wishes} (`{PARAMETER}`), which this laboratory does not have. It can lock "
            f"{', '.join(labels)}, or {ALL}."
        )


def locks(labels: Mapping[str, str], lesson: Iterable[str] = (), known: Container[str] = ()) -> Locks:
    """Return what is locked now: by the lesson, and by the address, which may use names or labels.

    Args:
        labels: the controls that can be locked, by name.
        lesson: what the lesson locks, or "all".
        known: what the address may lock elsewhere in the lesson.
    """
    there = frozenset(labels)
    by_lesson = frozenset(lesson)
    by_lesson = there if ALL in by_lesson else by_lesson & there
    names: dict[str, list[str]] = {}
    for name, label in labels.items():
        names.setdefault(label.lower(), []).append(name)
    wanted: list[str] = []
    for text in st.query_params.get_all(PARAMETER):
        for one in [text] if text.strip().lower() in names else text.split(","):
            asked = one.strip().lower()
            wanted += [asked] if asked in there else names.get(asked, [asked])
    wanted = [one for one in dict.fromkeys(wanted) if one]
    every = ALL in wanted
    by_link = there if every else there & frozenset(wanted)
    unknown = tuple(one for one in wanted if one != ALL and one not in there and one not in known)
    return Locks(by_lesson | by_link, by_lesson, unknown, every)
