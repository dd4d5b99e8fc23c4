"""A laboratory in a lesson."""

from __future__ import annotations

import logging
from collections.abc import Collection, Sequence
from typing import Final

import streamlit as st

from normlib.components.link import copy_link
from normlib.course.blocks import Block, Lab, Lesson, Predict, within
from normlib.course.laboratories import no_control
from normlib.course.report import instead, short, unknown
from normlib.words import plain
from pages.catalogue import LABORATORIES
from pages.course.laboratories import controls_of
from pages.parts.control_kinds import Choice
from pages.parts.controls import Controls
from pages.parts.embedding import Embedding, inside
from pages.parts.guess import waits
from pages.parts.lesson.answers import first_answer
from pages.parts.lesson.drawing import Drawing
from pages.parts.lesson.steps import go_to
from pages.parts.lesson.text import draw_text, title_of
from pages.parts.locks import ALL, PARAMETER
from pages.parts.script import run_script

_LOGGER: Final = logging.getLogger(__name__)


def draw_lab(block: Lab, d: Drawing) -> None:
    """Draw what to try and the laboratory with the lesson's settings; its page's own script draws it."""
    learner = d.view == "learner"
    if learner and not d.waits and (step := _predicted_in(block, d)) is not None:
        _send_back(block, d, step)
        return
    draw_text(block.do)
    if block.slug not in LABORATORIES:
        _warn(block, d, [("", unknown("laboratory", block.slug, LABORATORIES))])
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
        {name: f"Line {line} of {d.lesson.file}" for name, line in block.lines.items()},
        known=lockable_in(d.lesson) if PARAMETER in st.query_params else frozenset(),
        whole=block.parts == "all",
        learner=learner,
        guess=not block.after,
    )
    with st.container(key=f"lesson_lab_{block.slug}", gap="small"):
        if d.instructor:
            _hand_out(block, lock)
        try:
            with inside(place):
                run_script(page.path)
            if learner and not d.waits and waits(place):
                d.held = True
                st.caption("This step goes on once you have guessed.")
        except Exception:
            # The lesson goes on, whatever becomes of the laboratory.
            _LOGGER.exception("The laboratory %s stopped in the lesson %s.", block.slug, d.lesson.slug)
            st.error("This laboratory stopped with an error that nobody expected. The rest of the lesson goes on.")


def _fitting(block: Lab, d: Drawing) -> tuple[dict[str, str], tuple[str, ...]]:
    """Return the settings and locks for which the laboratory has a control; say which of them it has not."""
    if not block.settings and not block.lock:
        return {}, ()
    table = controls_of(block.slug).table
    problems: list[tuple[str, str]] = []
    settings: dict[str, str] = {}
    for name, value in block.settings.items():
        control = table.get(name)
        if control is None:
            problems.append((name, no_control(block.slug, name, value, tuple(table))))
        elif isinstance(control, Choice) and control.meant(value) is None:
            problems.append((name, f"“{name}” cannot be “{short(value)}”. {instead(value, control.options)}"))
        else:
            settings[name] = value
    lock = tuple(name for name in block.lock if name in table or name == ALL)
    what = f"control of “{block.slug}” named"
    problems += [("lock", unknown(what, name, table)) for name in block.lock if name not in lock]
    _warn(block, d, problems)
    return settings, lock


def _predicted_in(block: Lab, d: Drawing) -> int | None:
    """Return the step of the prediction that comes first, or None where it was made, or where there is none."""
    if not block.after or first_answer(d, block.after) is not None:
        return None
    steps = enumerate(d.lesson.steps)
    named = (at for at, step in steps for one in within(step.blocks) if _is_prediction(one, block.after))
    return next(named, None)


def _is_prediction(block: Block, name: str) -> bool:
    return isinstance(block, Predict) and block.name == name


def _send_back(block: Lab, d: Drawing, step: int) -> None:
    """Say in the place of a laboratory that its answer is to be predicted first; what follows waits, too."""
    d.held = True
    with st.container(key=d.box("waits", block.line), gap="small"):
        st.markdown(f"Here stands what you are asked to predict in step {step + 1}. Predict first, then come back.")
        st.button(f"Step {step + 1}: {title_of(d.lesson.steps[step].title)}", on_click=go_to, args=(step,))


def _warn(block: Lab, d: Drawing, problems: Sequence[tuple[str, str]]) -> None:
    """Say in its place what a laboratory of the lesson's file cannot be, each with the line of its option."""
    if problems:
        said = [
            f"Line {block.lines.get(option, block.line)} of {plain(d.lesson.file)}: {plain(problem)}"
            for option, problem in dict.fromkeys(problems)
        ]
        st.warning(said[0] if len(said) == 1 else "\n".join(f"- {one}" for one in said))


def lockable_in(lesson: Lesson) -> frozenset[str]:
    """Return what a link can lock somewhere in a lesson, by name and by label, in small letters."""
    tables = [one.lockable for one in controls_in(lesson)]
    return frozenset(text.lower() for table in tables for pair in table.items() for text in pair)


def controls_in(lesson: Lesson) -> list[Controls]:
    """Return the controls of each laboratory of a lesson."""
    slugs = {block.slug for block in lesson.blocks() if isinstance(block, Lab) and block.slug in LABORATORIES}
    return [controls_of(slug) for slug in sorted(slugs)]


def _hand_out(block: Lab, lock: Collection[str]) -> None:
    """Draw what an instructor needs to hand out a link to this laboratory; what the lesson locks stays locked."""
    labels = controls_of(block.slug).lockable
    free = [name for name in labels if name not in lock and ALL not in lock]
    with st.container(key="lesson_hand_out", gap="small"):
        if free:
            st.pills(
                "Lock for learners",
                free,
                selection_mode="multi",
                key=PARAMETER,
                format_func=lambda name: labels.get(name, name),
                bind="query-params",
                help="Set the controls as you want them, lock what shall stay, and hand out the link.",
            )
        copy_link(key="lesson_copy", without=("view",))
