"""A laboratory in a lesson."""

from __future__ import annotations

import logging
from typing import Final

import streamlit as st

from normlib.components.link import copy_link
from normlib.course.blocks import Lab, Lesson
from normlib.course.report import instead, short, unknown
from normlib.words import plain
from pages.catalogue import LABORATORIES
from pages.course.laboratories import controls_of
from pages.parts.control_kinds import Choice
from pages.parts.embedding import Embedding, inside
from pages.parts.lesson.drawing import Drawing
from pages.parts.lesson.text import draw_text
from pages.parts.locks import ALL, PARAMETER
from pages.parts.script import run_script

_LOGGER: Final = logging.getLogger(__name__)


def draw_lab(block: Lab, d: Drawing) -> None:
    """Draw what to try and the laboratory with the lesson's settings; its page's own script draws it."""
    draw_text(block.do)
    if block.slug not in LABORATORIES:
        _warn(block, d, [unknown("laboratory", block.slug, LABORATORIES)])
        return
    if block.slug in d.labs:
        st.info("This step shows this laboratory already. Put the second one into a step of its own.")
        return
    d.labs.add(block.slug)
    page = LABORATORIES[block.slug]
    if d.waits and not st.toggle(f"Run the laboratory “{page.title}”", key=d.key(f"runs_{block.slug}")):
        return
    settings, lock = _fitting(block, d)
    place = Embedding(
        f"{d.lesson.slug}/{d.step}/{block.line}",
        settings,
        lock,
        lockable_in(d.lesson) if PARAMETER in st.query_params else frozenset(),
        whole=block.show == "all",
    )
    with st.container(key=f"lesson_lab_{block.slug}", gap="small"):
        if d.instructor:
            _hand_out(block)
        try:
            with inside(place):
                run_script(page.path)
        except Exception:
            # The lesson goes on, whatever becomes of the laboratory.
            _LOGGER.exception("The laboratory %s stopped in the lesson %s.", block.slug, d.lesson.slug)
            st.error("This laboratory stopped with an error that nobody expected. The rest of the lesson goes on.")


def _fitting(block: Lab, d: Drawing) -> tuple[dict[str, str], tuple[str, ...]]:
    """Return the settings and locks for which the laboratory has a control; say which of them it has not."""
    if not block.settings and not block.lock:
        return {}, ()
    table = controls_of(block.slug).table
    what = f"control of “{block.slug}” named"
    problems: list[str] = []
    settings: dict[str, str] = {}
    for name, value in block.settings.items():
        control = table.get(name)
        if control is None:
            problems.append(unknown(what, name, table))
        elif isinstance(control, Choice) and control.meant(value) is None:
            problems.append(f"“{name}” cannot be “{short(value)}”. {instead(value, control.options)}")
        else:
            settings[name] = value
    lock = tuple(name for name in block.lock if name in table or name == ALL)
    problems += [unknown(what, name, table) for name in block.lock if name not in lock]
    _warn(block, d, list(dict.fromkeys(problems)))
    return settings, lock


def _warn(block: Lab, d: Drawing, problems: list[str]) -> None:
    """Say in its place what a laboratory of the lesson's file cannot be."""
    if problems:
        st.warning(f"Line {block.line} of {plain(d.lesson.file)}: {plain(' '.join(problems))}")


def lockable_in(lesson: Lesson) -> frozenset[str]:
    """Return what a link can lock somewhere in a lesson, by name and by label, in small letters."""
    slugs = {block.slug for block in lesson.blocks() if isinstance(block, Lab) and block.slug in LABORATORIES}
    tables = [controls_of(slug).lockable for slug in slugs]
    return frozenset(text.lower() for table in tables for pair in table.items() for text in pair)


def _hand_out(block: Lab) -> None:
    """Draw what an instructor needs to hand out a link to this laboratory."""
    labels = controls_of(block.slug).lockable
    with st.container(key="lesson_hand_out", gap="small"):
        st.pills(
            "Lock for learners",
            list(labels),
            selection_mode="multi",
            key=PARAMETER,
            format_func=lambda name: labels.get(name, name),
            bind="query-params",
            help="Set the controls as you want them, lock what shall stay, and hand out the link.",
        )
        copy_link(key="lesson_copy", without=("view",))
