"""The results file: what one section measured replaces what it measured before, and nothing else."""

import json

import pytest

from benchmarks import results
from benchmarks.rows import Budget, Spread
from tests.benchmarks.made_up import FIRST, SECOND, SLOW, measured, record

BOTH = (FIRST, SECOND)


def first():
    return record({
        "p50": measured(71, 75, 96, floor=(30, 31)),
        "p95": measured(98, 160, 214),
        "frames": measured(60),
        "memory": measured(135, 119, 144, floor=(53,)),
    })  # fmt: skip


def second():
    return record({
        "step none": measured(57, Keras=(0.037,), products=(2.3, 2.2)),
        "step batch": measured(62, Keras=(0.036,), products=(3.1,)),
        "cold": measured(1.5),
    })  # fmt: skip


def test_a_section_replaces_itself_and_leaves_the_others_alone():
    before = {"first": first(), "second": second()}
    new = record({"p50": measured(60)}, date="2032-01-01 00:00")
    after = results.merged(before, "first", new)
    assert after == {"first": new, "second": second()}
    assert before["first"] == first()


def test_a_section_that_fails_says_why_and_shows_no_old_figures(tmp_path):
    path = tmp_path / "results.json"
    results.write({"first": first(), "second": second()}, BOTH, path)
    failed = record(failed="It took more than 60 s and was ended.")
    results.write(results.merged(results.read(path), "first", failed), BOTH, path)
    told = json.loads(path.read_text())
    assert told["first"]["failed"] == "It took more than 60 s and was ended."
    assert told["first"]["rows"] == {}
    assert told["second"]["rows"]["cold"]["measured"]["median"] == 1.5
    assert "failed" not in told["second"]


def test_what_is_written_is_read_again(tmp_path):
    path = tmp_path / "results.json"
    records = {"first": first(), "second": second()}
    results.write(records, BOTH, path)
    assert results.read(path) == records
    assert [one.name for one in tmp_path.iterdir()] == ["results.json"]


def test_there_is_nothing_before_the_first_measurement(tmp_path):
    assert results.read(tmp_path / "results.json") == {}


def test_the_file_says_what_the_table_says():
    told = results.document({"first": first(), "second": second()}, BOTH)
    late = told["first"]["rows"]["p95"]
    assert late["measured"] == {"median": 160.0, "low": 98.0, "high": 214.0, "times": 3}
    assert late["budgets"] == [{"budget": "150 ms", "verdict": "missed"}]
    assert late["cause"] == SLOW
    assert "cause" not in told["first"]["rows"]["p50"]
    assert told["first"]["rows"]["p50"]["floor"]["median"] == 30.5
    batch = told["second"]["rows"]["step batch"]
    assert [one["verdict"] for one in batch["budgets"]] == ["met", "missed"]
    assert batch["ours over a peer's"]["Keras"]["median"] == 0.036
    assert told["first"]["load"] == (0.1, 1.9)
    assert told["first"]["versions"]["numpy"] == "2.4.0"


def test_sections_and_rows_that_there_are_no_more_are_left_out():
    records = {"gone": first(), "second": record({"cold": measured(1), "warm": measured(2)})}
    told = results.document(records, BOTH)
    assert list(told) == ["second"]
    assert list(told["second"]["rows"]) == ["cold"]


def test_repetitions_become_a_median_and_a_range():
    assert Spread.of([4, 1, 3, 2]) == Spread(2.5, 1, 4, 4)


@pytest.mark.parametrize("values", [[], [1.0, float("nan")], [float("inf")]])
def test_repetitions_that_are_no_numbers_are_refused(values):
    with pytest.raises(ValueError, match="finite numbers"):
        Spread.of(values)


@pytest.mark.parametrize(
    ("budget", "verdict"),
    [
        (Budget(75), "met"),
        (Budget(74.9), "missed"),
        (Budget(75, at_least=True), "met"),
        (Budget(76, at_least=True), "missed"),
        (Budget(0.5, of="Keras"), "met"),
        (Budget(0.3, of="Keras"), "missed"),
        (Budget(0.3, of="PyTorch"), "not measured"),
    ],
)
def test_the_median_is_judged(budget, verdict):
    assert budget.verdict(measured(10, 75, 1000, Keras=(0.1, 0.4, 0.9))) == verdict


def test_what_was_not_measured_is_not_judged():
    assert Budget(1).verdict(None) == "not measured"
