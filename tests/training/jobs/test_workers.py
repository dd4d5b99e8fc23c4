"""Worker processes: what happens when one is killed, and what is left over."""

import os
import signal
import socket
import subprocess
import sys
import threading
from pathlib import Path
from types import ModuleType

import psutil
import pytest

from normlib.training import collect, train
from normlib.training.jobs import DaskJobs, Store
from normlib.training.jobs.store import differences
from tests.training.jobs.runs import SHORT, begun, ended, long, until

MEDIUM = SHORT.but(steps=2500, seeds=8)


def own_workers():
    """Return the processes that dask started from this one."""
    alive = [child for child in psutil.Process().children() if child.status() != psutil.STATUS_ZOMBIE]
    return [child for child in alive if "spawn_main" in " ".join(child.cmdline())]


def kill_a_worker():
    (worker,) = own_workers()
    os.kill(worker.pid, signal.SIGKILL)


def ports(process):
    return [one.laddr.port for one in process.net_connections("tcp") if one.status == psutil.CONN_LISTEN]


def test_a_killed_worker_costs_a_restart_and_nothing_else(dask):
    kept = dask.submit(SHORT, learner="bob")
    assert ended(dask, kept).state == "done"
    key = dask.submit(MEDIUM, learner="ada")
    waiting = dask.submit(SHORT.but(seeds=5), learner="eve")
    until(lambda: dask.status(key).share > 0.1)
    kill_a_worker()
    status = ended(dask, key)
    assert status.state == "done"
    assert "The worker process ended with" in status.notes[0]
    assert "started again" in status.notes[0]
    assert not differences(dask.result(key), collect([MEDIUM], train([MEDIUM])))
    assert ended(dask, waiting).notes == ()
    assert dask.result(kept)


def test_killed_twice_a_run_fails_and_others_go_on(dask):
    key = dask.submit(long(5), learner="ada")
    waiting = dask.submit(SHORT.but(seeds=6), learner="eve")
    for _ in range(2):
        had = {worker.pid for worker in own_workers()}
        reached = dask.status(key).share
        until(lambda reached=reached: dask.status(key).share > reached)
        kill_a_worker()
        until(lambda had=had: own_workers() and not had & {worker.pid for worker in own_workers()})
    status = ended(dask, key)
    assert status.state == "failed"
    assert "ended 2 times" in status.message
    assert ended(dask, waiting).state == "done"


def test_a_worker_does_not_run_the_page(tmp_path, monkeypatch):
    ran = tmp_path / "ran"
    page = tmp_path / "page.py"
    page.write_text(
        f"from pathlib import Path\nPath({str(ran)!r}).touch()\nraise RuntimeError('a page ran in a worker')\n"
    )
    # What Streamlit does while a page is open.
    stand_in = ModuleType("__main__")
    stand_in.__file__ = str(page)
    monkeypatch.setitem(sys.modules, "__main__", stand_in)
    jobs = DaskJobs()
    status = ended(jobs, jobs.submit(SHORT, learner="ada"))
    jobs.close()
    assert status.state == "done"
    assert not ran.exists()


def test_an_error_in_a_worker_is_said():
    jobs = DaskJobs(engines={"numpy": "normlib.training.nowhere:train"})
    status = ended(jobs, jobs.submit(SHORT, learner="ada"))
    jobs.close()
    assert status.state == "failed"
    assert "normlib.training.nowhere" in status.message


def test_closing_leaves_nothing(tmp_path):
    before = {child.pid for child in own_workers()}, set(ports(psutil.Process()))
    threads = set(threading.enumerate())
    jobs = DaskJobs(Store(tmp_path))
    running = jobs.submit(long(6), learner="ada")
    waiting = jobs.submit(long(7), learner="bob")
    begun(jobs, running)
    folder = Path(jobs._made._connection._folder.name)
    assert folder.exists()
    assert len(own_workers()) == len(before[0]) + 1
    jobs.close()
    assert not folder.exists()
    assert ({child.pid for child in own_workers()}, set(ports(psutil.Process()))) == before
    # distributed keeps two idle threads for the life of the process.
    left = [one.name for one in set(threading.enumerate()) - threads if one.is_alive()]
    assert [name for name in left if not name.startswith(("Dask-Offload", "Dask-Callback"))] == []
    assert {jobs.status(key).state for key in (running, waiting)} == {"stopped"}
    with pytest.raises(RuntimeError, match="closed"):
        jobs.submit(SHORT, learner="ada")
    assert not list(tmp_path.rglob("*.*"))


def test_our_own_scheduler_opens_no_page(dask):
    ended(dask, dask.submit(SHORT, learner="ada"))
    mine = psutil.Process()
    for process in (mine, *own_workers()):
        for port in ports(process):
            with socket.create_connection(("127.0.0.1", port), timeout=2) as opened:
                opened.settimeout(0.3)
                opened.sendall(b"GET /status HTTP/1.0\r\n\r\n")
                try:
                    answer = opened.recv(100)
                except TimeoutError:
                    answer = b""
            assert not answer.startswith(b"HTTP/")


SCRIPT = """
import sys
import time
from normlib.training import Experiment
from normlib.training.jobs import DaskJobs, shared_jobs

jobs = shared_jobs()
assert "distributed" not in sys.modules, "The workers' packages were loaded before the first run."
if __name__ == "__main__":
    key = jobs.submit(Experiment(data="wine", steps=20, seeds=1), learner="ada")
    while not jobs.status(key).ended:
        time.sleep(0.01)
    print(jobs.status(key).state)
    assert "sklearn" not in sys.modules and "tensorflow" not in sys.modules
"""


def test_a_process_that_never_closes_its_jobs_ends_quietly(tmp_path):
    script = tmp_path / "script.py"
    script.write_text(SCRIPT)
    environment = {**os.environ, "NORMLAB_DATA": str(tmp_path / "data"), "PYTHONPATH": str(Path.cwd())}
    done = subprocess.run(
        [sys.executable, str(script)], env=environment, capture_output=True, text=True, timeout=30, check=False
    )
    assert (done.stdout, done.stderr, done.returncode) == ("done\n", "", 0)
    assert len(list((tmp_path / "data").rglob("*.npz"))) == 1


def loads_tensorflow(worker):
    return any("tensorflow" in one.path for one in worker.memory_maps())


def test_keras_has_a_worker_of_its_own_that_gives_way_to_a_fresh_one_when_it_is_idle():
    others = {worker.pid for worker in own_workers()}
    before = "tensorflow" in sys.modules
    jobs = DaskJobs(keras_idle=0.5)
    key = jobs.submit(SHORT, engine="keras", learner="ada")
    beside = jobs.submit(SHORT, learner="bob")
    assert beside != key
    assert ended(jobs, beside).state == "done"
    status = ended(jobs, key, 60)
    assert status.state == "done", status.message
    assert "keras" in jobs.result(key)[0].made_by
    (loaded,) = [one for one in own_workers() if one.pid not in others and loads_tensorflow(one)]
    until(lambda: not loaded.is_running())
    until(lambda: len({worker.pid for worker in own_workers()} - others) == 2)
    assert not any(loads_tensorflow(one) for one in own_workers() if one.pid not in others)
    assert ("tensorflow" in sys.modules) is before  # other tests of this process may have loaded it
    jobs.close()


def test_the_worker_for_keras_is_there_before_the_first_run_without_tensorflow():
    others = {worker.pid for worker in own_workers()}
    jobs = DaskJobs()
    jobs.start()
    mine = [worker for worker in own_workers() if worker.pid not in others]
    assert len(mine) == 2
    until(lambda: any("pandas" in one.path for worker in mine for one in worker.memory_maps()))
    assert not any(loads_tensorflow(one) for one in mine)
    key = jobs.submit(SHORT, engine="keras", learner="ada")
    assert ended(jobs, key, 60).state == "done"
    assert {worker.pid for worker in own_workers()} - others == {worker.pid for worker in mine}
    assert len([one for one in mine if loads_tensorflow(one)]) == 1
    jobs.close()
