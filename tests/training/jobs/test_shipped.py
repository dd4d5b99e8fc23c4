"""Results that come with NormLab: found by their settings, close to what was measured, and replaced by a run."""

import numpy as np
import pytest

from normlib.training import Experiment, collect, train
from normlib.training.jobs import InlineJobs, Shipped, Store, shipped

WINE = Experiment(
    data="wine", depth=4, width=8, steps=30, points=12, seeds=4, record=["gradients", "activations", "histograms"]
)


@pytest.fixture
def results():
    return collect([WINE], train([WINE]))


@pytest.fixture
def folder(tmp_path, results):
    Shipped(tmp_path).put([WINE], "numpy", results)
    return tmp_path


def test_what_comes_back_is_what_was_measured_to_single_precision(folder, results):
    (read,) = Shipped(folder).get([WINE], "numpy").results
    assert read.values.keys() == results[0].values.keys()
    assert read.made_by == results[0].made_by
    for name, values in results[0].values.items():
        histogram = name.endswith("histogram")
        np.testing.assert_allclose(
            read.values[name], values, rtol=0 if histogram else 1e-6, atol=0.002 if histogram else 1e-7
        )


def test_a_file_is_small(folder, results):
    (file,) = folder.iterdir()
    assert file.stat().st_size < sum(values.nbytes for values in results[0].values.values()) / 3


def test_who_asks_gets_it_at_once_and_is_told(folder, tmp_path):
    jobs = InlineJobs(Store(tmp_path / "store"), shipped=Shipped(folder), engines={"numpy": "normlib.nothing:train"})
    status = jobs.status(jobs.submit(WINE, learner="ada"))
    assert (status.state, status.stored) == ("done", True)
    assert "came with NormLab" in status.notes[0]
    assert "earlier state" not in status.notes[0]


def test_older_code_is_said(folder, monkeypatch):
    monkeypatch.setattr(shipped, "code_version", lambda engine: "another")
    jobs = InlineJobs(shipped=Shipped(folder), threaded=False)
    assert "earlier state of its code" in jobs.status(jobs.submit(WINE, learner="ada")).notes[0]


def test_who_asks_again_gets_a_run_of_his_own_and_the_next_learner_gets_that(folder, tmp_path):
    jobs = InlineJobs(Store(tmp_path / "store"), shipped=Shipped(folder), threaded=False)
    key = jobs.submit(WINE, learner="ada")
    jobs.submit(WINE, learner="ada", again=True)
    assert not jobs.status(key).stored
    assert not jobs.status(key).notes
    after = InlineJobs(Store(tmp_path / "store"), shipped=Shipped(folder), threaded=False)
    assert not after.status(after.submit(WINE, learner="bob")).notes


@pytest.mark.parametrize("other", [{"steps": 31}, {"seeds": 3}, {"method": "batch"}])
def test_other_settings_find_nothing(folder, other):
    assert Shipped(folder).get([WINE.but(**other)], "numpy") is None


@pytest.mark.parametrize("damage", [b"", b"PK\x03\x04 half a file", None])
def test_a_file_that_cannot_be_read_is_no_file(folder, damage):
    (file,) = folder.iterdir()
    if damage is None:
        file.write_bytes(file.read_bytes()[:-200])
    else:
        file.write_bytes(damage)
    assert Shipped(folder).get([WINE], "numpy") is None
    assert not Shipped(folder).holds([WINE], "numpy")


def test_whether_there_is_a_result_is_read_once(folder, monkeypatch):
    assert Shipped(folder).holds([WINE], "numpy")
    monkeypatch.setattr(Shipped, "get", lambda *_: pytest.fail("read again"))
    assert Shipped(folder).holds([WINE], "numpy")
    assert not Shipped(folder).holds([WINE.but(steps=31)], "numpy")


def test_the_file_of_another_experiment_is_not_taken(folder, tmp_path):
    (file,) = folder.iterdir()
    other = WINE.but(steps=31)
    made = Shipped(tmp_path / "made")
    made.put([other], "numpy", collect([other], train([other])))
    (wrong,) = (tmp_path / "made").iterdir()
    file.write_bytes(wrong.read_bytes())
    assert Shipped(folder).get([WINE], "numpy") is None
