"""The names by which a learner's steps are kept."""

from hypothesis import given
from hypothesis import strategies as st

from normlib.course.library import LESSONS, Library
from normlib.course.reader import read_lesson
from normlib.course.step_names import step_names
from normlib.store.events import Visited


def named(*headings, title="Scale", file="02-scale.md"):
    steps = "\n\n".join(f"## {heading}\n\nText." for heading in headings)
    return step_names(read_lesson(f"# {title}\n\nText.\n\n{steps}\n", file))


def test_a_name_is_made_of_the_words_of_the_heading():
    assert named("What stays?", "Divide by `n`, or by $n − 1$?", "Naïve  VIEWS", "snake_case") == (
        "scale",
        "what-stays",
        "divide-by-n-or-by-n-1",
        "naive-views",
        "snake-case",
    )


def test_steps_that_come_and_go_leave_the_names_of_the_others():
    before, after = named("A", "B", "C"), named("New", "B", "C", "D")
    assert set(before) & set(after) == {"scale", "b", "c"}
    assert named("A", title="Another title") == named("A")


def test_every_alphabet_has_names_of_its_own():
    assert named("Среднее и дисперсия", "均值", "Größe") == ("scale", "среднее-и-дисперсия", "均值", "grosse")


def test_names_are_unique_whatever_the_headings_are():
    assert named("Scale", "A", "A 2", "a", "?", "!", "A") == (
        "scale",
        "scale-2",
        "a",
        "a-2",
        "a-3",
        "step",
        "step-2",
        "a-4",
    )


@given(st.lists(st.text(max_size=150), max_size=10))
def test_any_heading_gives_a_name_that_can_be_kept(headings):
    lesson = read_lesson("# T\n\nText.\n" + "".join(f"\n## {one}\n\nText.\n" for one in headings), "t" * 150 + ".md")
    names = step_names(lesson)
    assert len(set(names)) == len(names) == len(lesson.steps)
    for name in names:
        Visited("a", name)


def test_in_the_course_each_heading_is_enough():
    for lesson in Library([LESSONS]).lessons():
        assert [named(step.title)[-1] for step in lesson.steps[1:]] == list(step_names(lesson)[1:]), lesson.slug
