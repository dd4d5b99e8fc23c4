"""A laboratory inside a lesson: what its page's script leaves out there, and what its controls show at first.

A lesson runs the very script that the laboratory's page runs. The script's own pieces (`lab`, `what_next`,
`explain`) ask here whether they stand in a lesson. A fragment runs again on its own later, long after the lesson
has run, so `lab` keeps the answer and gives it back to its body each time.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field

from pages.parts.controls import Controls


@dataclass(frozen=True)
class Embedding:
    """How a laboratory stands in a lesson.

    Attributes:
        place: which laboratory of which lesson this is; another place begins with its own settings again.
        settings: control -> value, as it stands in a link.
        lock: controls that do not move, or "all".
        lines: where the lesson sets a control, control -> such as "Line 12 of 03-min-max.md".
        known: what a link may lock in other laboratories of the lesson, in small letters.
        whole: with the tabs below the figure.
        learner: for one who learns: what is locked takes no room, and a guess comes before what was measured.
        guess: with the laboratory's own guess.
        trial: nobody looks: whatever does not fit is told, and the tools below the laboratory are left out.
    """

    place: str
    settings: Mapping[str, str] = field(default_factory=dict)
    lock: tuple[str, ...] = ()
    lines: Mapping[str, str] = field(default_factory=dict)
    known: frozenset[str] = frozenset()
    whole: bool = False
    learner: bool = False
    guess: bool = True
    trial: bool = False


_HERE: ContextVar[Embedding | None] = ContextVar("embedding", default=None)
_SURVEY: ContextVar[list[Controls] | None] = ContextVar("survey", default=None)


def embedding() -> Embedding | None:
    """Return the lesson's place that is being drawn, or None on a page of its own."""
    return _HERE.get()


def brief() -> bool:
    """Say whether few words are wanted: somebody reads a lesson, and this is one figure of it."""
    place = _HERE.get()
    return place is not None and place.learner


@contextmanager
def inside(place: Embedding | None) -> Iterator[None]:
    """Draw as in a place of a lesson."""
    token = _HERE.set(place)
    try:
        yield
    finally:
        _HERE.reset(token)


@contextmanager
def survey() -> Iterator[list[Controls]]:
    """Let scripts say what they declare instead of drawing it."""
    found: list[Controls] = []
    token = _SURVEY.set(found)
    try:
        yield found
    finally:
        _SURVEY.reset(token)


def surveyed(controls: Controls) -> bool:
    """Note the controls that a script declares, when that is all that is asked; the script then draws nothing."""
    found = _SURVEY.get()
    if found is not None:
        found.append(controls)
    return found is not None


def surveying() -> bool:
    """Say whether scripts are only asked what they declare."""
    return _SURVEY.get() is not None
