"""The sections of the table, and what becomes of one that does not measure what it should."""

import pytest

from benchmarks.__main__ import chosen_sections, measure, whole_table
from benchmarks.results import read, write
from benchmarks.section import checked, record
from benchmarks.sections import SECTIONS
from tests.benchmarks.made_up import FIRST, SECOND, measured, section
from tests.benchmarks.made_up import record as made


def test_names_and_keys_are_unique():
    names = [one.name for one in SECTIONS]
    keys = [row.key for one in SECTIONS for row in one.rows]
    assert len(set(names)) == len(names)
    assert len(set(keys)) == len(keys)


def test_the_whole_fits_into_half_an_hour_and_limits_leave_room():
    assert sum(one.takes for one in SECTIONS) <= 25 * 60
    for one in SECTIONS:
        assert one.limit >= 2 * one.takes, one.name
        assert one.repeats >= 1


def test_a_section_must_measure_its_rows():
    rows = {row.key: measured(1) for row in FIRST.rows}
    assert checked(FIRST, rows) == rows
    rows["p99"] = rows.pop("p95")
    with pytest.raises(ValueError, match=r"missing \['p95'\], too many \['p99'\]"):
        checked(FIRST, rows)


def test_a_section_that_crashes_leaves_the_others_alone(tmp_path):
    # Its process does not know the name, and ends with an error.
    broken = section("nowhere", *FIRST.rows)
    path, before = tmp_path / "results.json", made({"cold": measured(2)})
    write({"second": before, "nowhere": made({"p50": measured(70)})}, (broken, SECOND), path)
    after = measure([broken], path=path, known=(broken, SECOND))
    assert after == read(path)
    assert after["second"] == before
    assert after["nowhere"].rows == {}
    assert "ended with code 2" in after["nowhere"].failed
    assert "nowhere" in after["nowhere"].failed


def test_a_section_that_takes_too_long_is_told():
    found = record(section(SECTIONS[0].name, *SECTIONS[0].rows, limit=0.01))
    assert found.rows == {}
    assert found.failed == "It took more than 0 s and was ended."
    assert found.circumstances.cores >= 1


def test_sections_are_chosen_by_name():
    assert [one.name for one in chosen_sections("loading,moving")] == ["loading", "moving"]
    with pytest.raises(Exception, match="no section lodaing; there are moving, loading"):
        chosen_sections("lodaing")


def test_the_whole_table_says_which_section_failed():
    text = whole_table({"moving": made(failed="It ended with code 1: OSError: no port")})
    assert "moving: 2031-05-04 12:00 UTC" in text
    assert "NOT MEASURED: It ended with code 1: OSError: no port" in text
