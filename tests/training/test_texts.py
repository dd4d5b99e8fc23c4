"""What an engine writes besides numbers is collected, kept and compared; steps can be recorded at even distances."""

from dataclasses import replace

import numpy as np
import pytest

from normlib.training import Collector, Experiment, Result, Text
from normlib.training.batches import batches_per_epoch
from normlib.training.jobs import Store
from normlib.training.jobs.buffer import Buffer
from normlib.training.jobs.store import differences
from normlib.training.programs import in_epochs
from normlib.training.schedule import recorded_steps

E = Experiment(data="wine", steps=4, points=2, seeds=1)


def written(*texts):
    collected = Collector([E])
    for name, text in texts:
        collected.add(Text(0, name, text))
    return collected.results()


def test_the_last_text_of_a_name_is_kept():
    (result,) = written(("summary", "one"), ("program", "x"), ("summary", "two"))
    assert result.texts == {"summary": "two", "program": "x"}
    assert Result.from_arrays(result.to_arrays()).texts == result.texts


def test_texts_survive_the_store(tmp_path):
    store = Store(tmp_path)
    results = written(("output", "−1 ≤ x\n\tend"))
    assert store.put("a1", results) == ""
    found, problem = store.get("a1")
    assert problem == ""
    assert found[0].texts == {"output": "−1 ≤ x\n\tend"}


def test_a_program_that_differs_is_a_difference_and_the_time_it_took_is_none():
    one, other = written(("program", "a"), ("seconds", "1"), ("output", "1 s")), written(("program", "a"))
    assert differences(one, other) == ()
    assert differences(one, [replace(other[0], texts={"program": "b"})]) == ("the program of arm 1",)
    assert differences(one, [replace(other[0], texts={})]) == ("the program of arm 1",)


def test_a_run_that_starts_again_reports_a_text_once():
    buffer = Buffer([E])
    first, changed = Text(0, "output", "1 s"), Text(0, "output", "2 s")
    assert [buffer.add([one]) for one in (first, first, changed)] == [1, 0, 1]
    assert buffer.since(1)[2] == (changed,)
    assert buffer.results()[0].texts == {"output": "2 s"}


@pytest.mark.parametrize("steps", [0, 1, 2, 5, 39, 480, 20_000])
@pytest.mark.parametrize("points", [1, 2, 3, 13, 200])
def test_even_steps_are_as_far_apart_as_whole_numbers_allow(steps, points):
    found = recorded_steps(steps, points, "even")
    assert len(found) == min(points, steps + 1)
    assert found[-1] == steps
    gaps = np.diff(found)
    assert len(gaps) == 0 or (found[0] == 0 and gaps.min() >= 1 and gaps.max() - gaps.min() <= 1)


@pytest.mark.parametrize("many", [1, 7, 30])
def test_even_steps_are_the_ends_of_epochs(many):
    e = in_epochs(Experiment(data="wine", batch_size=50), many)
    assert e.recorded == tuple(range(0, e.steps + 1, batches_per_epoch(e)))
    assert len(e.recorded) == many + 1


def test_spacing_has_a_key_of_its_own_only_where_it_changes_something():
    plain = Experiment(steps=100, points=10)
    assert "spacing" not in plain.canonical
    assert plain.but(spacing="even").key != plain.key
    assert plain.but(points=2).key == plain.but(points=2, spacing="even").key
