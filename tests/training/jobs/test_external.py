"""A scheduler that somebody else started, with workers of its own, on this machine."""

import socket
import subprocess
import sys

import pytest

from normlib.training import collect, train
from normlib.training.jobs import DaskJobs
from normlib.training.jobs.store import differences
from tests.training.jobs.runs import SHORT, begun, ended, long, until

ALONE = ["--nthreads", "1", "--no-nanny", "--no-dashboard", "--local-directory"]


def free_port():
    try:
        with socket.socket() as opened:
            opened.bind(("127.0.0.1", 0))
            return opened.getsockname()[1]
    except OSError as error:
        pytest.skip(f"No port can be opened here: {error}")


def dask_process(*arguments):
    command = [sys.executable, "-m", "dask", *arguments]
    return subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)


def end(*processes):
    for process in processes:
        process.kill()
    for process in processes:
        process.wait(10)


@pytest.fixture(scope="module")
def address(tmp_path_factory):
    """A scheduler and two workers of one thread each."""
    where = f"tcp://127.0.0.1:{free_port()}"
    host, port = where.removeprefix("tcp://").split(":")
    options = ["--no-dashboard", "--dashboard-address", "127.0.0.1:0"]
    folder = str(tmp_path_factory.mktemp("workers"))
    started = [dask_process("scheduler", "--host", host, "--port", port, *options)]
    for _ in range(2):
        started.append(dask_process("worker", where, "--host", host, *ALONE, folder))
    yield where
    end(*started)


@pytest.fixture
def jobs(address):
    made = DaskJobs(scheduler=address)
    yield made
    made.close()


def test_two_workers_take_two_runs(jobs):
    ended(jobs, jobs.submit(SHORT, learner="ada"))
    keys = [jobs.submit(long(n), learner=str(n)) for n in range(3)]
    until(lambda: [jobs.status(key).state for key in keys] == ["running", "running", "queued"])
    assert jobs.status(keys[2]).place == 1
    jobs.stop(keys[0], "0")
    begun(jobs, keys[2])
    for n in (1, 2):
        jobs.stop(keys[n], str(n))


def test_two_web_processes_share_a_run_and_one_of_them_may_leave(jobs, address):
    other = DaskJobs(scheduler=address)
    medium = SHORT.but(steps=3000, seeds=8, points=60)
    key = jobs.submit(medium, learner="ada")
    until(lambda: jobs.status(key).share > 0.1)
    assert other.submit(medium, learner="bob") == key
    # What was sent before the other one listened arrives as well.
    until(lambda: other.events(key).cursor >= jobs.events(key).cursor > 0)
    tasks = jobs._made._connection.client.run_on_scheduler(lambda dask_scheduler: list(dask_scheduler.tasks))
    assert len([name for name in tasks if key in name]) == 1
    jobs.stop(key, "ada")
    assert ended(other, key).state == "done"
    assert not differences(other.result(key), collect([medium], train([medium])))
    other.close()


def test_a_scheduler_that_is_not_there_or_has_no_workers_is_said(tmp_path):
    workers = []
    where = f"tcp://127.0.0.1:{free_port()}"
    jobs = DaskJobs(scheduler=where)
    key = jobs.submit(SHORT, learner="ada")
    status = ended(jobs, key)
    assert status.state == "failed"
    assert where in status.message
    assert "NORMLAB_SCHEDULER" in status.message
    # It is tried again at the next run.
    host, port = where.removeprefix("tcp://").split(":")
    scheduler = dask_process("scheduler", "--host", host, "--port", port, "--dashboard-address", "127.0.0.1:0")
    try:
        until(lambda: answers(host, int(port)))
        status = ended(jobs, jobs.submit(SHORT, learner="ada"))
        assert status.state == "failed"
        assert "no worker" in status.message
        assert f"dask worker {where}" in status.message
        # With a worker there is nothing in the way. A second one that comes while a run goes on takes the next.
        workers.append(dask_process("worker", where, *ALONE, str(tmp_path)))
        first, second = (jobs.submit(long(n), learner=str(n)) for n in range(2))
        begun(jobs, first)
        assert jobs.status(second).state == "queued"
        workers.append(dask_process("worker", where, *ALONE, str(tmp_path)))
        begun(jobs, second)
        assert jobs.status(first).state == "running"
        # And without any, the run waits and says so.
        end(*workers)
        until(lambda: "waits for one" in jobs.status(first).message)
    finally:
        end(scheduler, *workers)
        jobs.close()


def test_a_scheduler_that_goes_away_in_the_middle_is_said(tmp_path):
    where = f"tcp://127.0.0.1:{free_port()}"
    host, port = where.removeprefix("tcp://").split(":")
    scheduler = dask_process("scheduler", "--host", host, "--port", port, "--dashboard-address", "127.0.0.1:0")
    worker = dask_process("worker", where, *ALONE, str(tmp_path))
    jobs = DaskJobs(scheduler=where)
    try:
        until(lambda: answers(host, int(port)))
        key = jobs.submit(long(0), learner="ada")
        begun(jobs, key)
        scheduler.kill()
        status = ended(jobs, key)
        assert status.state == "failed"
        assert where in status.message
        assert "lost" in status.message
    finally:
        end(scheduler, worker)
        jobs.close()


def answers(host, port):
    with socket.socket() as opened:
        return opened.connect_ex((host, port)) == 0
