"""Workers that are killed or stand still, and results that find no room, as a page sees them."""

from __future__ import annotations

import errno
import os
import signal

import numpy as np
import psutil
import pytest

from normlib.training.jobs import DaskJobs, InlineJobs, Store, tasks
from pages.parts import runs
from tests.abuse.disks import fill, small_disk
from tests.abuse.opening import holds, open_at
from tests.pages.opened import control, open_tab, press, run_views
from tests.training.jobs.runs import ended, until

PAGE = "training-curves"
SHORT = {"tc_data": "Wine", "tc_depth": "2", "tc_width": "8", "tc_steps": "100", "tc_seeds": "3"}
LONG = {"tc_data": "Digits", "tc_depth": "8", "tc_width": "64", "tc_steps": "5000", "tc_learning_rate": "0.1"}


@pytest.fixture
def dask(monkeypatch, tmp_path):
    """Real workers behind the pages."""
    jobs = DaskJobs(Store(tmp_path / "runs"))
    monkeypatch.setattr(runs, "shared_jobs", lambda: jobs)
    before = workers()
    yield jobs
    jobs.close()
    assert workers() <= before


def workers():
    """Return the numbers of the processes that train for this one."""
    alive = [child for child in psutil.Process().children() if child.status() != psutil.STATUS_ZOMBIE]
    return {child.pid for child in alive if "spawn_main" in " ".join(child.cmdline())}


def shown(app):
    (view,) = run_views(app)
    return view


def begun(app):
    """Press Run, and return the key of the run."""
    return shown(press(app))["run"]


def test_a_worker_that_is_killed_again_and_again_costs_its_run_and_no_page(dask):
    app = open_at(PAGE, LONG)
    key = begun(app)
    for _ in range(2):
        until(lambda: dask.status(key).state == "running" and dask.status(key).share > 0 and workers())
        reached = dask.status(key).share
        until(lambda reached=reached: dask.status(key).share > reached)
        (worker,) = workers()
        os.kill(worker, signal.SIGKILL)
        until(lambda worker=worker: worker not in workers() and (workers() or dask.status(key).ended))
        holds(app.run(), PAGE)
    assert ended(dask, key).state == "failed"
    assert "ended 2 times" in dask.status(key).message
    holds(app.run(), PAGE)
    # The next one does not notice.
    other = open_at(PAGE, SHORT)
    assert ended(dask, begun(other)).state == "done"
    holds(other.run(), PAGE)
    assert shown(other)["sentence"]
    assert open_tab(other, "Numbers").markdown


def test_a_worker_that_stands_still_is_replaced_once_its_run_is_stopped(dask, monkeypatch):
    monkeypatch.setattr(tasks, "_PATIENCE", 1.0)
    app = open_at(PAGE, LONG)
    key = begun(app)
    until(lambda: dask.status(key).share > 0)
    (worker,) = workers()
    os.kill(worker, signal.SIGSTOP)
    # Another choice of settings lets go of the run; the page does not wait for it.
    for name, value in SHORT.items():
        control(app, name).set_value(value)
    app.run()
    other = begun(app)
    assert other != key
    assert dask.status(key).state == "stopped"
    assert ended(dask, other).state == "done"
    assert worker not in workers()
    holds(app.run(), PAGE)


def test_a_result_that_finds_no_room_is_shown_and_said(monkeypatch, tmp_path):
    with small_disk(tmp_path / "disk", 4_000) as folder:
        jobs = InlineJobs(Store(folder), threaded=False)
        monkeypatch.setattr(runs, "shared_jobs", lambda: jobs)
        filling = fill(folder)
        app = press(open_at(PAGE, SHORT))
        key = shown(app)["run"]
        assert "could not be stored" in jobs.status(key).notes[0]
        assert "memory alone" in jobs.status(key).notes[0]
        assert open_tab(app, "Numbers").markdown
        holds(app, PAGE)
        assert [one.name for one in folder.rglob("*") if one.is_file()] == ["filling"]
        filling.unlink()
        again = press(open_at(PAGE, {**SHORT, "tc_first": "3"}))
        assert jobs.status(shown(again)["run"]).notes == ()
        assert len(list(folder.rglob("*.npz"))) == 1


@pytest.mark.parametrize("kind", [errno.ENOSPC, errno.EROFS, errno.EIO])
def test_a_result_that_cannot_be_written_is_shown_and_said(kind, monkeypatch, tmp_path):
    def fails(*_args, **_kwargs):
        raise OSError(kind, os.strerror(kind))

    jobs = InlineJobs(Store(tmp_path), threaded=False)
    monkeypatch.setattr(runs, "shared_jobs", lambda: jobs)
    monkeypatch.setattr(np, "savez", fails)
    app = press(open_at(PAGE, SHORT))
    key = shown(app)["run"]
    assert os.strerror(kind) in jobs.status(key).notes[0]
    assert open_tab(app, "Numbers").markdown
    holds(app, PAGE)
