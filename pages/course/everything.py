"""All that a search goes through, read once until a lesson or a term changes."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from typing import Any, Final

from normlib.course.glossary import glossary
from normlib.course.passages import Passage, laboratory, passage_of, passages_of
from normlib.course.search import Index
from pages.catalogue import LABORATORIES
from pages.course import shelf

_LOCK: Final = threading.Lock()
_MADE: Final[dict[str, Any]] = {}


def index() -> Index:
    """Return the index over the lessons, the glossary and the laboratories."""
    lessons, terms = tuple(shelf.lessons()), glossary().entries
    with _LOCK:
        # Whatever is read anew is another object; what was read is kept here, so that no other takes its place.
        before = _MADE.get("of", ((), None))
        same = len(before[0]) == len(lessons) and all(old is new for old, new in zip(before[0], lessons, strict=True))
        if not same or before[1] is not terms:
            _MADE.update(of=(lessons, terms), index=Index(tuple(_passages())))
        made: Index = _MADE["index"]
    return made


def _passages() -> Iterator[Passage]:
    yield from (passage_of(one) for one in glossary().entries)
    for lesson in shelf.lessons():
        yield from passages_of(lesson)
    for page in LABORATORIES.values():
        yield laboratory(page.slug, page.title, page.question, page.summary)
