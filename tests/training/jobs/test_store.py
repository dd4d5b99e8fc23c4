"""What is kept, what is not believed, and what happens when there is no room."""

import errno
import os

import numpy as np
import pytest

from normlib.training import Result, collect, result, train
from normlib.training.jobs import InlineJobs, Store
from normlib.training.jobs.store import differences
from tests.training.jobs.runs import SHORT


def trained(**changes):
    experiments = [SHORT.but(**changes)]
    return collect(experiments, train(experiments))


def only_file(folder):
    (file,) = folder.rglob("*.npz")
    return file


def run_once(store, **more):
    jobs = InlineJobs(store, threaded=False)
    key = jobs.submit(SHORT, learner="ada", **more)
    return jobs, key, jobs.status(key)


def test_what_is_stored_comes_back_to_the_last_bit(store):
    # A rate at which the loss overflows: stopped seeds and missing values come back as well.
    results = trained(learning_rate=1000.0, scale=1000.0, depth=8)
    assert results[0].stopped
    assert store.put("a1", results) == ""
    again, problem = store.get("a1")
    assert problem == ""
    assert not differences(results, again)


def test_a_stored_run_is_replayed_and_trained_again_only_when_asked(store):
    _, _, first = run_once(store)
    assert first.state == "done"
    assert not first.stored
    assert first.agrees is None
    jobs, key, second = run_once(store)
    assert second.state == "done"
    assert second.stored
    update = jobs.events(key)
    assert update.results is not None
    assert not differences(update.results, jobs.result(key))
    _, _, third = run_once(store, again=True)
    assert not third.stored
    assert third.agrees is True


def test_a_second_run_that_differs_is_reported(store):
    _, key, _ = run_once(store)
    results, _ = store.get(key)
    results[0].values["loss"][0, 0] = np.nextafter(results[0].values["loss"][0, 0], 9)
    store.put(key, results)
    _, _, status = run_once(store, again=True)
    assert status.state == "done"
    assert status.agrees is False
    assert "loss of arm 1" in " ".join(status.notes)


def damage_half(file):
    file.write_bytes(file.read_bytes()[: file.stat().st_size // 2])


def damage_one_byte(file):
    content = bytearray(file.read_bytes())
    content[len(content) // 2] ^= 1
    file.write_bytes(content)


def damage_all(file):
    file.write_bytes(b"")


def damage_pickle(file):
    with file.open("wb") as opened:
        np.savez(opened, run=np.array([{"key": 1}], dtype=object))


@pytest.mark.parametrize("damage", [damage_half, damage_one_byte, damage_all, damage_pickle])
def test_a_damaged_file_is_said_and_trained_again(store, tmp_path, damage):
    jobs, key, _ = run_once(store)
    good = jobs.result(key)
    damage(only_file(tmp_path))
    jobs, key, status = run_once(store)
    assert status.state == "done"
    assert not status.stored
    assert "could not be used and was trained again" in status.notes[0]
    assert not differences(good, jobs.result(key))
    assert run_once(store)[2].stored


def test_a_file_of_an_older_form_is_said_and_trained_again(store, monkeypatch):
    with monkeypatch.context() as patched:
        patched.setattr(result, "SCHEMA", 0)
        _, _, status = run_once(store)
        assert not status.notes[1:]
    _, key, _ = run_once(store)
    with monkeypatch.context() as patched:
        patched.setattr(result, "SCHEMA", 0)
        store.put(key, trained())
    _, _, status = run_once(store)
    assert not status.stored
    assert "schema 0" in status.notes[0]


def test_a_file_under_another_name_is_not_believed(store, tmp_path):
    store.put("a1", trained())
    only_file(tmp_path).rename(tmp_path / "runs" / "b2.npz")
    results, problem = store.get("b2")
    assert results is None
    assert "holds the run a1" in problem


def test_on_a_full_disk_the_result_stays_in_memory_and_that_is_said(store, tmp_path, monkeypatch):
    def full(*_args, **_kwargs):
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    with monkeypatch.context() as patched:
        patched.setattr(np, "savez", full)
        jobs, key, status = run_once(store)
    assert status.state == "done"
    assert "No space left on device" in status.notes[0]
    assert "memory" in status.notes[0]
    assert not differences(jobs.result(key), trained())
    assert list(tmp_path.rglob("*.*")) == []
    # The next learner of this process still gets it at once.
    assert jobs.submit(SHORT, learner="bob") == key
    assert jobs.status(key).state == "done"


def test_a_folder_that_cannot_be_made_is_said(tmp_path):
    (tmp_path / "file").write_text("")
    _, _, status = run_once(Store(tmp_path / "file"))
    assert status.state == "done"
    assert "could not be stored" in status.notes[0]


def test_the_least_used_goes_first(tmp_path):
    results = trained()
    Store(tmp_path).put("a1", results)
    store = Store(tmp_path, most_bytes=int(2.5 * only_file(tmp_path).stat().st_size))
    store.put("b2", results)
    for order, key in enumerate(("a1", "b2")):
        os.utime(tmp_path / "runs" / f"{key}.npz", (order, order))
    store.get("a1")
    store.put("c3", results)
    assert sorted(file.stem for file in tmp_path.rglob("*.npz")) == ["a1", "c3"]


def test_a_key_is_no_path(store):
    with pytest.raises(ValueError, match="not a key"):
        store.get("../a1")


def test_results_are_told_apart_bit_by_bit():
    one = trained()
    zero = Result(one[0].experiment, one[0].steps, {"loss": np.array([0.0])})
    minus = Result(one[0].experiment, one[0].steps, {"loss": np.array([-0.0])})
    assert differences([zero], [minus]) == ("loss of arm 1",)
    assert differences([zero], [zero]) == ()
