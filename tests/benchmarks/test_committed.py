"""README says what benchmarks/results.json says, and both say what the rows of the table say now."""

import json

import pytest

from benchmarks import readme, results
from benchmarks.readme import APP, BEGIN, END, README, TRAINING, block
from benchmarks.sections import SECTIONS

LINES = (*APP, *TRAINING)
ROWS = {row.key: (section, row) for section in SECTIONS for row in section.rows}


@pytest.fixture(scope="module")
def records():
    return results.read()


def test_readme_is_written_from_the_results(records):
    text = README.read_text(encoding="utf-8")
    shown = text.partition(BEGIN)[2].partition(END)[0].strip()
    assert shown == block(records), "README's tables are old: run `python -m benchmarks --readme`."


def test_the_results_say_what_the_rows_say(records):
    told = json.loads(results.RESULTS.read_text(encoding="utf-8"))
    now = json.loads(json.dumps(results.document(records, SECTIONS)))
    assert told == now, "The results speak of other rows or budgets: run `python -m benchmarks --readme`."


def measured(records, section):
    record = records.get(section.name)
    if record is None or record.failed:
        # README says so.
        pytest.skip(f"{section.name} was not measured")
    return record


@pytest.mark.parametrize("key", ROWS)
def test_every_budget_has_a_verdict(records, key):
    section, row = ROWS[key]
    record = measured(records, section)
    for budget, verdict in zip(row.budgets, row.verdicts(record.rows[key]), strict=True):
        # PyTorch is a peer that need not be there.
        absent = budget.of == "PyTorch" and "torch" not in record.circumstances.versions
        assert (verdict == "not measured") == absent


@pytest.mark.parametrize("key", ROWS)
def test_a_missed_budget_carries_its_cause(records, key):
    section, row = ROWS[key]
    record = measured(records, section)
    if row.missed(record.rows[key]):
        why = results.cause(row, record)
        assert why.endswith("."), f"{key} is missed: write its cause beside the row, in benchmarks/sections."
        assert ". " not in why, "one sentence"


def test_lines_of_readme_are_few_and_put_rows_of_one_unit_side_by_side():
    assert len(LINES) <= 25
    keys = [key for line in LINES for key in line.keys]
    assert len(set(keys)) == len(keys)
    for line in LINES:
        assert len({ROWS[key][1].unit for key in line.keys}) == 1, line.what


def test_readme_tells_of_every_missed_row(records):
    shown = {key for line in LINES for key in line.keys}
    known = {name: one for name, one in records.items() if not one.failed}
    rows = {key: one for key, one in ROWS.items() if one[0].name in known}
    hidden = {key for key, (section, row) in rows.items() if row.missed(known[section.name].rows[key])} - shown
    # The default runs stand in README as their slowest.
    runs = {row.key for row in ROWS["slowest default"][0].rows}
    assert not hidden - runs
    assert not hidden or ROWS["slowest default"][1].missed(known["defaults"].rows["slowest default"])


def test_writing_readme_again_changes_nothing(records, tmp_path):
    copy = tmp_path / "README.md"
    copy.write_text(README.read_text(encoding="utf-8"), encoding="utf-8")
    readme.write(records, copy)
    assert copy.read_text(encoding="utf-8") == README.read_text(encoding="utf-8")
