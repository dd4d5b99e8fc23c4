"""What is kept of this learner: where to go on, to take along, to delete."""

from __future__ import annotations

import json
from collections.abc import Collection, Mapping

import streamlit as st

from normlib.course.blocks import Lesson, Predict, Quiz, Term, Text
from normlib.course.step_names import step_names
from normlib.store.identity import COOKIE, DAYS
from normlib.store.progress import Answer, LessonProgress
from normlib.store.store import exported
from normlib.words import count, plain
from pages.catalogue import by_slug
from pages.course import shelf
from pages.course.finished import is_finished
from pages.course.go_on import draw_continue, name_of, stopped_at
from pages.course.lesson import lesson_page
from pages.parts.lesson.answers import forget_shown
from pages.parts.lesson.text import harmless
from pages.parts.progress import Progress

SLUG = "my-progress"
DELETED = "my_progress_deleted"
KEPT = "What you did in the lessons is here again on your next visit with this browser. No account is needed."
NOT_KEPT = "This browser sends no cookie, and so your progress lasts for this visit only."
COOKIE_TEXT = (
    f"NormLab keeps one cookie in your browser for {DAYS} days after your last visit, `{COOKIE}`: a random number by which this server finds your "
    "steps and answers again. It says nothing about you and is used for nothing else; the database has only a fingerprint "
    "of it, from which nobody finds the number."
)


def draw() -> None:
    """Draw the page."""
    st.title(by_slug(SLUG).question, anchor=False)
    progress, lessons = Progress.of_this_learner(), shelf.lessons()
    st.markdown(KEPT if progress.is_kept else NOT_KEPT)
    kept = progress.summary()
    if progress.problem:
        st.caption(plain(progress.problem))
    if said := st.session_state.pop(DELETED, ""):
        st.markdown(plain(said))
    if not kept:
        st.markdown("Nothing is kept yet. It begins with the first step that you open.")
        if lessons:
            st.page_link(lesson_page(lessons[0]), label=f"Begin: {name_of(lessons[0])}")
    else:
        if stopped := stopped_at(lessons):
            draw_continue(*stopped, key="my_progress_continue")
        draw_lessons(lessons, kept)
        draw_yours(progress, kept)
    st.header("What the cookie is for", anchor=False)
    st.markdown(COOKIE_TEXT)


def draw_lessons(lessons: tuple[Lesson, ...], kept: Mapping[str, LessonProgress]) -> None:
    """Draw each lesson with what was done in it; those whose file is gone come last."""
    st.header("What is kept", anchor=False)
    begun = [(lesson, kept[lesson.slug]) for lesson in lessons if lesson.slug in kept]
    finished = sum(is_finished(lesson, done) for lesson, done in begun)
    st.markdown(f"{finished} of {count(len(lessons), 'lesson')} finished.")
    with st.container(key="my_progress_lessons", gap="small"):
        for lesson, done in begun:
            draw_lesson(lesson, done)
        for slug in sorted(set(kept) - {lesson.slug for lesson in lessons}):
            st.markdown(f"{plain(slug)}, a lesson that is no longer here: {amount(kept[slug], None)}.")


def draw_lesson(lesson: Lesson, kept: LessonProgress) -> None:
    """Draw a lesson: how far, and every answer."""
    with st.expander(f"{name_of(lesson)}: {amount(kept, step_names(lesson))}"):
        questions = {block.name: block for block in lesson.blocks() if isinstance(block, Predict | Quiz)}
        lines = [
            f"- {shortened(block.question)} **{told(kept.answers[name], predicted=isinstance(block, Predict))}**"
            for name, block in questions.items()
            if name in kept.answers
        ]
        lines += [
            f"- {plain(name)}, a question that is no longer there. **{told(answer)}**"
            for name, answer in sorted(kept.answers.items())
            if name not in questions
        ]
        if lines:
            st.markdown("\n".join(lines), anchors=False)
        if open_ := len(questions.keys() - kept.answers.keys()):
            st.markdown(f"{count(open_, 'question')} without an answer yet.")
        st.page_link(lesson_page(lesson), label="Open the lesson")


def amount(kept: LessonProgress, steps: Collection[str] | None) -> str:
    """Say in a few words how much was done in a lesson of these steps, or of nobody knows which."""
    done = kept.steps_done()
    if steps is None:
        many = count(len(done), "step")
    else:
        many = f"{len(done.intersection(steps))} of {count(len(steps), 'step')}"
    right = sum(answer.first.right for answer in kept.answers.values())
    answers = f", {count(len(kept.answers), 'answer')}, {right} right at first" if kept.answers else ""
    return f"{many} finished{answers}"


def told(answer: Answer, *, predicted: bool = False) -> str:
    """Say how the answers to a question went; a prediction is a commitment, and only the first one counts."""
    if predicted:
        return "Your first prediction agreed." if answer.first.right else "Your first prediction was another one."
    if answer.first.right:
        return "Right at first."
    if answer.latest.right:
        return f"Right in the end, after {count(answer.attempts, 'answer')}."
    return "Not right yet." if answer.attempts == 1 else f"Not right yet, after {count(answer.attempts, 'answer')}."


def shortened(question: Text) -> str:
    """Return the first paragraph of a question; its numbers are left out, because they would have to be computed."""
    pieces = (
        piece if isinstance(piece, str) else piece.shown if isinstance(piece, Term) else "…"
        for piece in question.pieces
    )
    return harmless(" ".join("".join(pieces).strip().partition("\n\n")[0].split()))


def draw_yours(progress: Progress, kept: Mapping[str, LessonProgress]) -> None:
    """Draw the way to take everything along, and to delete it."""
    with st.container(horizontal=True, gap="small", key="my_progress_yours"):
        st.download_button(
            "Download all of it (JSON)",
            json.dumps({"lessons": exported(dict(kept))}, indent=2, ensure_ascii=False),
            file_name="normlab-progress.json",
            mime="application/json",
            key="my_progress_download",
            on_click="ignore",
        )
        with st.popover("Delete all of it", key="my_progress_delete"):
            st.markdown("Your steps and answers are deleted at once, and nobody can bring them back.")
            st.button("Yes, delete", key="my_progress_sure", on_click=delete, args=(progress,))


def delete(progress: Progress) -> None:
    """Delete everything (a callback)."""
    problem = progress.delete()
    if not problem:
        forget_shown()
    st.session_state[DELETED] = problem or "Everything is deleted."


draw()
