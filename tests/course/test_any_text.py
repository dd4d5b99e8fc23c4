"""Whatever text it gets, the reader returns a lesson, and soon."""

import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from normlib.course.blocks import Broken, Lesson
from normlib.course.reader import read_lesson
from normlib.course.template import LESSON
from normlib.course.within import links, roles

GOOD = LESSON.replace("{{title}}", "T").replace("{{quoted}}", '"T"').split("\n")
# fmt: off
MARKS = st.sampled_from([
    ":::{quiz} single", ":::{lab} a", ":::{code}", ":::{exercise}", ":::{note} N", ":::", "::::", "---", "```",
    "~~~", "# ", "## ", "### ", "$", "$$", "\\", "`", "``", "{value}`", "{term}`a <b>`", "- [x] a", "- [ ]",
    "  > a", ":a: b", ":answer: 1", "![a](b)", "[a](", "](b)", "[a]: b", "<a>", "<!--", "> ", ">", "- ", "1. ",
    "\t", "a: b", "&a", "*a", "!!a", "{", "[", "'", '"', "\x00", "\r", "\u202e", "\u2028", "\ud800", "\ufeff",
    "\\$", "*", "_", "**", "~~", "www.a", "http://a.b", "&#0;",
])
# fmt: on
HEAD = "---\ntitle: A\n---\n# A\n\n"


def checked(text: str) -> Lesson:
    """Read a text, and look at everything that others look at."""
    lesson = read_lesson(text, "01-a.md")
    number = text.replace("\r\n", "\n").replace("\r", "\n").count("\n") + 1
    assert lesson.slug == "a"
    assert lesson.title.strip()
    assert lesson.steps
    assert all(1 <= problem.line <= number for problem in lesson.problems)
    for block in lesson.blocks():
        assert 1 <= block.line <= number
        if isinstance(block, Broken):
            assert block.problem.severity == "error"
    list(roles(lesson)), list(links(lesson))
    for problem in lesson.problems:
        str(problem).encode("utf-8")
    return lesson


@given(st.text(max_size=400))
@settings(max_examples=100, deadline=None)
def test_any_text_is_a_lesson(text):
    checked(text)
    checked(HEAD + text)
    checked(f"---\n{text}\n---\n# A\n")


@given(st.lists(MARKS | st.sampled_from(["\n", "\n\n", " ", "a", "x y"]), max_size=60))
@settings(max_examples=200, deadline=None)
def test_any_marks_are_a_lesson(marks):
    checked(HEAD + "".join(marks))
    checked("---\ntitle: " + "".join(marks))


EDIT = st.tuples(st.integers(0, len(GOOD) - 1), st.sampled_from(["cut", "twice", "swap", "insert", "tail"]), MARKS)


@given(st.lists(EDIT, min_size=1, max_size=12))
@settings(max_examples=150, deadline=None)
def test_any_change_to_a_good_lesson_is_a_lesson(edits):
    lines = list(GOOD)
    for at, what, mark in edits:
        here = at % len(lines)
        line = lines[here]
        new = {
            "cut": [],
            "twice": [line, line],
            "swap": [lines[here - 1], line],
            "insert": [line[: len(line) // 2] + mark + line[len(line) // 2 :]],
            "tail": [mark, line[1:]],
        }[what]
        lines[here : here + 1] = new
        lines = lines or [""]
    checked("\n".join(lines))


LONG = 48_000
REPEATED = {
    "colons": ":",
    "rows of colons": ":::\n",
    "open notes": ":::{note} a\n",
    "notes": ":::{note} a\nx\n:::\n",
    "open programs": ":::{code}\n",
    "quizzes": ":::{quiz} single\n- [x] a\n:::\n",
    "steps": "## a\nx\n",
    "code blocks": "```\n\n~~~\n",
    "dollars": "$",
    "lone dollars": "$x \n\n",
    "open formulas": "$$\n\n",
    "open roles": "{value}`",
    "backticks": "".join("`" * size + " " for size in range(1, 150)) + "\n\n",
    "brackets": "[" * 40 + "\n\n",
    "pictures": "![a" * 40 + "\n\n",
    "definitions": "[a]: b\n\n",
    "stars": "*a" * 2_000 + "\n\n",
    "quotes": ">>>>>>>>> a\n\n",
    "items": "- a\n\n",
    "tables": "a|b\n-|-\n\n",
    "a wide table": "|" * 20 + "\n" + "|-" * 20 + "|\n" + "|\n" * 97 + "\n",
    "rules": "-" * 4_990 + "x\n",
    "headings": "## " + " " * 4_900 + "#x\n",
    "tags": "<a\n\n",
    "comments": "<!--\n\n",
    "NUL": "\0",
    "turns": "\u202e\n",
    "spaces": " " * 4_990 + "\n",
}


@pytest.mark.parametrize("name", REPEATED)
def test_a_full_file_of_one_thing_takes_time_that_grows_with_its_size(name):
    unit = REPEATED[name]
    times = []
    for size in (LONG // 4, LONG):
        text = HEAD + (unit * (size // len(unit) + 1))[:size]
        began = time.process_time()
        lesson = checked(text)
        times.append(time.process_time() - began)
        assert sum(1 for _ in lesson.blocks()) < 1_000
    # Four times the text takes four times as long. What grew faster took 10 s and more; the
    # seconds are for a machine that does other things meanwhile.
    assert times[1] < 10 * times[0] + 4, times


@pytest.mark.parametrize("unit", ["[", "{", "- ", "? ", "&a ", "*a ", "a: &a [*a]\n", "a: [", "!!a ", "9", "'", "|\n"])
def test_front_matter_of_one_thing_is_soon_given_up(unit):
    began = time.process_time()
    for size in (7_900, LONG):
        checked("---\ntitle: " + (unit * size)[:size] + "\n---\n# A\n")
    assert time.process_time() - began < 5
