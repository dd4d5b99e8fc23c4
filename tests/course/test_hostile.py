"""Ten lessons that are broken or hostile: each is read, says what is wrong, and hands on nothing that does harm."""

import re
from pathlib import Path

import pytest

from normlib.course import blocks as b
from normlib.course.library import Library
from normlib.course.safety import check_markdown
from normlib.course.within import links, texts

FOLDER = Path(__file__).parent / "hostile"
LIBRARY = Library([FOLDER])
SLUGS = [lesson.slug for lesson in LIBRARY.lessons()]
HARM = re.compile(
    r"<\w|!\[|javascript:|data:|file:|http://|\\(?:href|url|include|def|rule|html)|[\x00\u202a-\u202e]", re.I
)


def shown(lesson: b.Lesson) -> list[str]:
    """Everything that a page draws as Markdown."""
    found = [lesson.title, lesson.summary, *lesson.objectives, *lesson.authors, *lesson.sources]
    found += [step.title for step in lesson.steps]
    for block in lesson.blocks():
        found += [piece for text in texts(block) for piece in text.pieces if isinstance(piece, str)]
        found += [block.title] if isinstance(block, b.Note) else []
        found += [block.by] if isinstance(block, b.Claim) else []
    return found


def test_there_are_ten():
    assert len(SLUGS) == 10
    assert LIBRARY.folder_problems() == ()


@pytest.mark.parametrize("slug", SLUGS)
def test_a_hostile_lesson_is_read_and_told_about(slug):
    lesson = LIBRARY.by_slug(slug)
    assert any(problem.severity == "error" for problem in lesson.problems)
    assert all(problem.line >= 1 and len(problem.message) < 400 for problem in lesson.problems)
    assert lesson.steps


@pytest.mark.parametrize("slug", SLUGS)
def test_nothing_that_does_harm_is_handed_on(slug):
    lesson = LIBRARY.by_slug(slug)
    for text in shown(lesson):
        assert not HARM.search(text), text
        faults = []
        check_markdown(text, 1, lambda _, message, faults=faults: faults.append(message))
        assert [one for one in faults if "HTML" in one or "picture" in one] == []
    for _, href in links(lesson):
        assert re.match(r"https://|(?:lesson|page):[a-z0-9-]+\Z", href), href
    for block in lesson.blocks():
        if isinstance(block, b.Figure):
            assert re.fullmatch(r"[a-z/]+\.png", block.path)
        if isinstance(block, b.Lab):
            assert re.fullmatch(r"[a-z-]+", block.slug)


@pytest.mark.parametrize("slug", SLUGS)
def test_no_two_blocks_of_a_lesson_share_a_name(slug):
    blocks = list(LIBRARY.by_slug(slug).blocks())
    names = [block.name for block in blocks if isinstance(block, b.Quiz | b.Predict | b.Claim)]
    assert len(names) == len(set(names))
    for step in LIBRARY.by_slug(slug).steps:
        assert sum(isinstance(block, b.Lab) for block in step.blocks) <= 1


def test_text_around_what_is_hostile_is_still_there():
    whole = {slug: " ".join(shown(LIBRARY.by_slug(slug))) for slug in SLUGS}
    assert "This paragraph is fine." in whole["html"]
    assert "The text goes on." in whole["yaml"]
    assert "This text is fine." in whole["deep"]
    assert "Which eno?" in whole["characters"]


def test_no_code_of_a_lesson_has_run():
    assert not Path("/tmp/normlab-was-here").exists()  # noqa: S108  # what the hostile lessons try to write
