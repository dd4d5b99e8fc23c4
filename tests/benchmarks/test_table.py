"""Lines of the table: medians, ranges, budgets, verdicts, the floor and the peers."""

import pytest

from benchmarks.readme import BEGIN, END, about, notes, replaced
from benchmarks.results import cause
from benchmarks.rows import Budget, Row
from benchmarks.table import FLOOR, Line, Table
from tests.benchmarks.made_up import FIRST, SECOND, SLOW, measured, record, section

ROWS = {
    "p50": measured(71, 75.04, 96),
    "p95": measured(98, 160, 214),
    "frames": measured(60, 60),
    "memory": measured(119, 135.2, 144, floor=(53, 53.4)),
}
STEPS = {
    "step none": measured(57.2, Keras=(0.0371,), products=(2.31,)),
    "step batch": measured(62, products=(3.1,)),
    "cold": measured(0.973),
}


def table(first=None, second=None):
    records = {"first": record(ROWS if first is None else first), "second": record(STEPS if second is None else second)}
    return Table((FIRST, SECOND), records)


@pytest.mark.parametrize(
    ("keys", "cells"),
    [
        (("frames",), "60 fps | at least 50 fps | met |  |"),
        (("memory",), "135 kB (119 to 144) | 100 kB | **missed** | 53.2 kB |"),
        (("p50", "p95"), "75 / 160 ms (71 to 96 / 98 to 214) | 80 / 150 ms | met / **missed** |  |"),
        (("cold",), "0.973 s |  |  |  |"),
        (
            ("step none", "step batch"),
            "57.2 / 62 µs | 1/25 of Keras, 3 × products | met / not measured, met / **missed** "
            "| Keras 1/27, –; products 2.3, 3.1 |",
        ),
    ],
)
def test_a_line(keys, cells):
    assert table().line(Line("what", keys)) == f"| what | {cells}"


def test_a_row_without_a_budget_beside_one_with():
    rows = (FIRST.rows[0], FIRST.rows[1])
    assert rows[0].budgets != rows[1].budgets
    mixed = Table((FIRST, SECOND), {"second": record(STEPS)})
    mixed.rows["cold budget"] = FIRST.rows[0]
    mixed.measured["cold budget"] = measured(2)
    assert mixed.line(Line("x", ("cold", "cold budget"))) == "| x | 0.973 / 2 s | – / 80 s | – / met |  |"


def test_what_was_not_measured_is_said():
    assert table(first={}).line(Line("x", ("p50",))) == "| x | not measured | 80 ms | not measured |  |"
    part = table(first={"p95": measured(100)})
    assert part.line(Line("x", ("p50", "p95"))) == "| x | – / 100 ms | 80 / 150 ms | not measured / met |  |"


def test_a_cause_is_told_while_its_budget_is_missed():
    lines = [Line("x", (row.key,)) for row in FIRST.rows]
    assert table().causes(lines) == [f"- release, p95; memory per learner: {SLOW}"]
    good = {**ROWS, "p95": measured(100), "memory": measured(90)}
    assert table(first=good).causes(lines) == []


def test_others_are_to_blame_only_where_nothing_is_written_and_they_were_busy():
    (bare,) = section("third", Row("bare", "a row", "ms", (Budget(1),))).rows
    busy, quiet = record({"bare": measured(2)}, busy=97.6), record({"bare": measured(2)}, busy=3.0)
    assert cause(bare, busy) == "other programs used 98 % of the processors just before."
    assert cause(bare, quiet) == ""
    assert cause(FIRST.rows[0], busy) == SLOW
    third = section("third", bare)
    assert Table((third,), {"third": busy}).causes([Line("x", ("bare",))]) == [f"- a row: {cause(bare, busy)}"]
    assert Table((third,), {"third": quiet}).causes([Line("x", ("bare",))]) == ["- a row: why is not known yet."]


def test_a_table_has_a_head():
    written = table().write([Line("x", ("cold",))], FLOOR)
    assert written.splitlines()[:2] == [
        "| what | measured | budget | verdict | Streamlit's floor |",
        "|---|---|---|---|---|",
    ]


def test_it_is_said_when_on_what_and_beside_what():
    records = {
        "first": record(ROWS, busy=0.4, load=(0.2, 1.8)),
        "second": record(STEPS, date="2031-05-05 01:00", busy=31.0, load=(1.5, 2.25)),
    }
    said = about(records)
    for part in (
        "2031-05-04 to 2031-05-05",
        "2 cores (Some processor)",
        "0.4 to 31 %",
        "0.2 to 1.5 then",
        "1.8 to 2.25",
    ):
        assert part in said
    assert "Python 3.11.7" in said


def test_a_section_that_failed_is_told_below():
    records = {"first": record(failed="It ended with code 1: OSError: no port"), "second": record(STEPS)}
    said = "\n".join(notes([], records, (FIRST, SECOND, section("third"))))
    assert "section first: It ended with code 1: OSError: no port" in said
    assert "section third: not yet." in said
    assert "second" not in said
    assert "PyTorch was not installed" in said
    assert "PyTorch" not in "".join(notes([], {"second": record(STEPS, versions={"torch": "2.9"})}))


def test_readme_keeps_what_stands_around_the_tables():
    text = f"# Title\n\nbefore\n\n{BEGIN}\n\nold | table\n\n{END}\n\nafter\n"
    once = replaced(text, "new")
    assert once == f"# Title\n\nbefore\n\n{BEGIN}\n\nnew\n\n{END}\n\nafter\n"
    assert replaced(once, "new") == once


@pytest.mark.parametrize("text", ["", BEGIN, END, f"{END} {BEGIN}", f"{BEGIN} {END} {BEGIN} {END}"])
def test_readme_without_the_comments_is_refused(text):
    with pytest.raises(ValueError, match="needs these two lines"):
        replaced(text, "new")
