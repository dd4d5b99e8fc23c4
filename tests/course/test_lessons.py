"""The course's own lessons: every reference holds, every number is computed, every laboratory runs."""

from itertools import pairwise

import pytest

from normlib.course.around import find_laboratories, find_pages
from normlib.course.blocks import Broken, Items, Lab, Predict, Quiz
from normlib.course.check import check
from normlib.course.library import LESSONS, Library
from normlib.course.within import links

COURSE = Library([LESSONS]).lessons()


def test_the_checker_is_silent():
    outcome = check([LESSONS], find_laboratories(), pages=find_pages())
    assert [str(problem) for problem in outcome.problems] == []
    assert outcome.lessons == len(COURSE) >= 15
    assert outcome.laboratories >= 2 * outcome.lessons


@pytest.mark.parametrize("lesson", COURSE, ids=lambda lesson: lesson.slug)
def test_a_lesson_has_what_every_lesson_has(lesson):
    blocks = list(lesson.blocks())
    assert not [block for block in blocks if isinstance(block, Broken)]
    assert lesson.objectives
    assert 3 <= lesson.minutes <= 9
    assert sum(isinstance(block, Predict) for block in blocks) >= 1
    assert sum(isinstance(block, Lab) for block in blocks) >= 2
    assert sum(isinstance(block, Quiz) for block in blocks) >= 3
    assert any(isinstance(block, Items) and block.kind == "keypoints" for block in blocks)


def test_each_lesson_leads_to_the_next():
    assert [lesson.number for lesson in COURSE] == list(range(1, len(COURSE) + 1))
    for lesson, following in pairwise(COURSE):
        assert f"lesson:{following.slug}" in [href for _, href in links(lesson)], lesson.slug
