"""The glossary: every entry leads somewhere, and a broken file is told in a sentence."""

import re

import pytest

from normlib.course.glossary import FILE, entry, glossary, key, read, terms
from normlib.course.library import LESSONS, Library
from pages.catalogue import LABORATORIES


@pytest.fixture(scope="module")
def entries():
    return glossary().entries


def written(tmp_path, text, name="glossary.yaml"):
    file = tmp_path / name
    file.write_bytes(text if isinstance(text, bytes) else text.encode())
    return file


def test_it_is_whole_and_in_the_order_of_the_alphabet(entries):
    assert glossary().problems == ()
    assert len(entries) >= 45
    names = [one.term.lower() for one in entries]
    assert names == sorted(names)
    assert len({one.anchor for one in entries}) == len(entries)


def test_every_term_can_be_tried_in_a_laboratory_that_there_is(entries):
    assert {one.try_ for one in entries if one.try_} <= set(LABORATORIES)


def test_every_term_belongs_to_a_lesson_that_there_is(entries):
    assert {one.lesson for one in entries} <= {lesson.slug for lesson in Library([LESSONS]).lessons()}


def test_every_lesson_has_terms(entries):
    assert {lesson.slug for lesson in Library([LESSONS]).lessons() if lesson.number is not None} <= {
        one.lesson for one in entries
    }


def test_definitions_are_short_and_say_it_without_a_formula(entries):
    for one in entries:
        assert one.definition.endswith((".", ".)")), one.term
        assert len(re.findall(r"[.;?](?: |$)", one.definition)) <= 4, one.term
        assert not re.search(r"!|--|\bdoes?n't\b", one.definition), one.term
        assert "$" not in one.formula, one.term


def test_terms_are_found_by_every_form_and_in_any_case():
    assert entry("BN") is entry("batch  norm") is entry("Batch Normalization")
    assert all(name == key(name) for name in terms())
    with pytest.raises(KeyError, match="flux capacitor"):
        entry("flux capacitor")


def test_it_is_read_once_until_its_file_changes(monkeypatch, tmp_path):
    file = written(tmp_path, FILE.read_bytes())
    monkeypatch.setattr("normlib.course.glossary.FILE", file)
    first = glossary()
    assert glossary() is first
    file.write_text("- term: one\n  definition: The first number there is.\n")
    assert [one.term for one in glossary().entries] == ["one"]


def test_a_broken_entry_is_named_with_its_line_and_the_others_stay(tmp_path):
    found = read(
        written(
            tmp_path,
            "- term: mean\n  definition: The sum divided by the number.\n"
            "- term: x\n"
            "- term: sd\n  definition: The root of the variance.\n  tyr: axes\n"
            "- term: bad\n  definition: Leads to nothing at all.\n  try: ../etc\n"
            "- just text\n",
        )
    )
    assert [one.term for one in found.entries] == ["mean"]
    lines = {problem.line: problem.message for problem in found.problems}
    assert set(lines) == {3, 4, 7, 10}
    assert "definition" in lines[3]
    assert "tyr" in lines[4]
    assert "../etc" in lines[7]
    assert "just text" in lines[10]


def test_two_entries_for_one_word_are_told(tmp_path):
    text = "- term: mean\n  definition: The sum divided by the number.\n"
    found = read(written(tmp_path, text + text.replace("mean", "average") + "  forms: [Mean]\n"))
    assert [problem.message for problem in found.problems] == ["“mean” is explained twice: under “mean” and “average”."]
    assert found.by_name["mean"].term == "mean"
    assert found.by_name["average"].term == "average"


def test_a_term_that_points_to_nothing_is_told(tmp_path):
    found = read(written(tmp_path, "- term: mean\n  definition: The sum divided by the number.\n  see: [median]\n"))
    (problem,) = found.problems
    assert problem.severity == "warning"
    assert "“median”" in problem.message


@pytest.mark.parametrize(
    ("text", "line", "says"),
    [
        ("- term: mean\n  definition: one: two\n", 2, "not valid YAML"),
        ("term: mean\n", 1, "not a list"),
        ("", 1, "not a list"),
        (b"- term: \xff\xfe\n", 1, "not UTF-8"),
        ("[" * 5000, 1, "glossary"),
        ("# " + "x" * 200_001, 1, "at most 200000"),
        ("- &a term\n- !!python/object/apply:os.system [ls]\n", 2, "cannot be read"),
    ],
)
def test_a_file_that_cannot_be_read_says_why(tmp_path, text, line, says):
    found = read(written(tmp_path, text))
    assert found.entries == ()
    assert any(says in problem.message and problem.line == line for problem in found.problems), found.problems


def test_a_missing_file_says_so(tmp_path):
    (problem,) = read(tmp_path / "gone.yaml").problems
    assert "gone.yaml cannot be read" in problem.message
