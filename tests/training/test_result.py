"""Records become plain arrays and come back."""

import io

import numpy as np
import pytest

from normlib.training import Collector, Experiment, Result, collect, train
from normlib.training.schedule import recorded_steps

DIVERGING = Experiment(data="wine", depth=8, learning_rate=1000.0, seeds=2, steps=30, points=5)


def test_there_and_back_through_a_file():
    result = collect([DIVERGING], train([DIVERGING]))[0]
    file = io.BytesIO()
    np.savez(file, **result.to_arrays())
    file.seek(0)
    with np.load(file, allow_pickle=False) as arrays:
        found = Result.from_arrays(arrays)
    assert found.experiment == DIVERGING
    assert found.stopped == result.stopped
    assert len(found.stopped) == 2
    assert found.made_by.startswith("numpy")
    assert (found.steps == result.steps).all()
    assert found.values.keys() == result.values.keys()
    assert all(np.array_equal(found.values[name], result.values[name], equal_nan=True) for name in found.values)


def test_another_schema_is_refused():
    arrays = collect([DIVERGING], [])[0].to_arrays()
    text = bytes(arrays["header"]).replace(b'"schema": 1', b'"schema": 99')
    with pytest.raises(ValueError, match="schema 99, and this version reads 1"):
        Result.from_arrays({**arrays, "header": np.frombuffer(text, np.uint8)})


def test_results_may_be_read_before_the_end():
    e = Experiment(data="wine", steps=30, points=5, seeds=2)
    collected = Collector([e])
    seen = []
    for event in train([e]):
        collected.add(event)
        loss = collected.results()[0].values.get("loss", np.full((2, 5), np.nan))
        seen.append(int(np.isfinite(loss).all(axis=0).sum()))
    assert seen == sorted(seen)
    assert seen[-1] == 5


@pytest.mark.parametrize("steps", [0, 1, 2, 5, 39, 40, 500, 20_000])
@pytest.mark.parametrize("points", [1, 2, 3, 40, 200])
def test_recorded_steps(steps, points):
    found = recorded_steps(steps, points)
    assert len(found) == min(points, steps + 1)
    assert list(found) == sorted(set(found))
    assert found[-1] == steps
    gaps = np.diff(found)
    assert len(found) == 1 or found[0] == 0
    assert len(gaps) < 2 or gaps[0] <= gaps[-1]
