"""The pages as Streamlit wants them: made once for all learners, and anew when the lessons are others."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import streamlit as st

from normlib.course.blocks import Lesson
from pages.catalogue import COURSE, PAGES, START, sections
from pages.course.lesson import page_at, title_in_menu


@dataclass(frozen=True, eq=False)
class Registered:
    """All pages. Run a copy of one: running uses a page up, and everybody has the same ones.

    Attributes:
        start: the start page.
        lessons: those of the lessons, in their order.
        groups: all of them by menu section, those without a section first.
    """

    start: Any
    lessons: tuple[Any, ...]
    groups: Mapping[str, tuple[Any, ...]]

    @property
    def every(self) -> list[Any]:
        """All pages."""
        return [page for pages in self.groups.values() for page in pages]


def registered(lessons: Sequence[Lesson]) -> Registered:
    """Return the pages, with those of these lessons."""
    return _registered(tuple((lesson.slug, title_in_menu(lesson)) for lesson in lessons))


@lru_cache(maxsize=4)
def _registered(named: tuple[tuple[str, str], ...]) -> Registered:
    # Making them takes 3 ms, as long as a plain page takes to be drawn.
    scripts = {
        page.slug: st.Page(page.path, title=page.title, url_path=page.slug, default=page is START) for page in PAGES
    }
    lessons = tuple(page_at(slug, title) for slug, title in named)
    groups: dict[str, tuple[Any, ...]] = {"": (scripts[START.slug],), COURSE: lessons}
    for name, pages in sections().items():
        groups[name] = (*groups.get(name, ()), *(scripts[page.slug] for page in pages if page is not START))
    return Registered(scripts[START.slug], lessons, groups)
