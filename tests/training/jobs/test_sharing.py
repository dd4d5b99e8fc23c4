"""Who gets which run: sharing, order, stopping, limits, late joiners. Both backends."""

import threading
import time

import numpy as np
import pytest

from normlib.training import Comparison, Experiment, Point, collect, train
from normlib.training.jobs import InlineJobs, NotDoneError, QueueFullError, UnknownJobError, job_key
from normlib.training.jobs.store import differences
from tests.training.jobs.runs import SHORT, begun, ended, long, until


def test_a_run_gives_what_the_engine_gives(jobs):
    compared = Comparison(base=SHORT, factor="method", values=["none", "batch"])
    key = jobs.submit(compared, learner="ada")
    assert ended(jobs, key).state == "done"
    assert not differences(jobs.result(key), collect(compared.arms, train(compared.arms)))


def test_thirty_who_ask_for_the_same_get_one_run(jobs):
    experiment = long(0)
    barrier, keys = threading.Barrier(30), []

    def ask(n):
        barrier.wait()
        keys.append(jobs.submit(experiment, learner=f"learner {n}"))

    threads = [threading.Thread(target=ask, args=(n,)) for n in range(30)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert set(keys) == {job_key([experiment], "numpy")}
    assert len(keys) == 30
    begun(jobs, keys[0])
    assert jobs.status(keys[0]).learners == 30
    # Nothing else was begun or waits: the next one is first in the line.
    other = jobs.submit(long(1), learner="somebody else")
    assert jobs.status(other).place == 1
    jobs.stop(other, "somebody else")
    for n in range(29):
        assert jobs.stop(keys[0], f"learner {n}").state == "running"
    assert jobs.stop(keys[0], "nobody").state == "running"
    assert jobs.stop(keys[0], "learner 29").state == "stopped"


def test_runs_start_in_the_order_they_were_asked_for(jobs):
    first = jobs.submit(long(0), learner="0")
    begun(jobs, first)
    keys = [jobs.submit(SHORT.but(learning_rate=0.01 * n), learner=str(n)) for n in range(1, 7)]
    statuses = [jobs.status(key) for key in keys]
    assert [status.place for status in statuses] == [1, 2, 3, 4, 5, 6]
    seconds = [status.seconds for status in statuses]
    assert seconds == sorted(seconds)
    assert seconds[0] > 0.1
    order = []
    jobs.stop(first, "0")
    while len(order) < len(keys):
        order += [key for key in keys if jobs.status(key).ended and key not in order]
        waiting = [jobs.status(key).place for key in keys if jobs.status(key).state == "queued"]
        assert waiting == sorted(waiting)
    assert order == keys


def test_a_run_stops_and_frees_its_worker(jobs):
    key = jobs.submit(long(2), learner="ada")
    begun(jobs, key)
    time.sleep(0.3)
    status = jobs.stop(key, "ada")
    assert status.state == "stopped"
    assert 0 < status.share < 1
    assert f"{100 * status.share:.0f}\N{NO-BREAK SPACE}%" in status.message
    following = jobs.submit(SHORT.but(seeds=3), learner="bob")
    until(lambda: jobs.events(following).cursor > 0)  # the worker is free for another run
    recorded = jobs.result(key)[0].values["loss"]
    assert np.isfinite(recorded[:, 0]).all()
    assert np.isnan(recorded[:, -1]).all()
    ended(jobs, following)


def test_a_run_that_was_stopped_can_be_asked_for_again(jobs):
    experiment = Experiment(data="wine", steps=3000, seeds=2, learning_rate=0.01)
    key = jobs.submit(experiment, learner="ada")
    jobs.stop(key, "ada")
    assert jobs.submit(experiment, learner="ada") == key
    assert ended(jobs, key).state == "done"
    assert not differences(jobs.result(key), collect([experiment], train([experiment])))


def test_a_learner_has_one_run_at_a_time(jobs):
    first = jobs.submit(long(3), learner="ada")
    begun(jobs, first)
    second = jobs.submit(SHORT.but(seeds=4), learner="ada")
    assert jobs.status(first).state == "stopped"
    assert ended(jobs, second).state == "done"


def test_a_late_joiner_gets_everything_so_far_and_then_what_is_new(jobs):
    key = jobs.submit(long(4), learner="ada")
    until(lambda: jobs.events(key).cursor >= 5)
    joined = jobs.events(key)
    assert joined.events == ()
    assert joined.results is not None
    have = np.isfinite(joined.results[0].values["loss"]).all(axis=0).sum()
    assert have == joined.cursor  # one point is one recorded step of all seeds here
    until(lambda: jobs.events(key, joined.cursor).cursor > joined.cursor)
    new = jobs.events(key, joined.cursor)
    assert new.results is None
    assert [point.step for point in new.events] == joined.results[0].steps[have : new.cursor].tolist()
    assert all(isinstance(point, Point) for point in new.events)
    assert jobs.events(key, new.cursor + 1000).results is not None  # a cursor from somewhere else
    jobs.stop(key, "ada")


def test_following_a_run_to_its_end_misses_nothing(jobs):
    experiment = SHORT.but(seeds=2, points=40, steps=400)
    key, cursor, steps = jobs.submit(experiment, learner="ada"), 0, []
    while True:
        update = jobs.events(key, cursor)
        if update.results is not None:
            recorded = np.isfinite(update.results[0].values.get("loss", np.full((1, 1), np.nan))).all(axis=0)
            steps = update.results[0].steps[recorded].tolist()
        steps += [point.step for point in update.events]
        cursor = update.cursor
        if update.status.ended:
            break
    assert steps == jobs.result(key)[0].steps.tolist()


def test_a_full_queue_names_its_numbers():
    jobs = InlineJobs(most_waiting=2)
    keys = [jobs.submit(long(n), learner=str(n)) for n in range(3)]
    with pytest.raises(QueueFullError, match=r"2 runs are waiting, and 2 may wait.*about \d+ s"):
        jobs.submit(long(3), learner="3")
    # Who already waits may change their mind, and joining a run needs no room.
    jobs.submit(long(3), learner="2")
    assert jobs.status(keys[2]).state == "stopped"
    assert jobs.submit(long(1), learner="4") == keys[1]
    jobs.close()


def test_an_engine_that_fails_says_so_and_the_next_run_goes_on():
    jobs = InlineJobs(engines={"numpy": "normlib.training.engine:train", "gone": "normlib.training.nowhere:train"})
    key = jobs.submit(SHORT, engine="gone", learner="ada")
    status = ended(jobs, key)
    assert status.state == "failed"
    assert "normlib.training.nowhere" in status.message
    with pytest.raises(NotDoneError, match="nowhere"):
        jobs.result(key)
    assert ended(jobs, jobs.submit(SHORT, learner="ada")).state == "done"
    jobs.close()


def test_unknown_engines_and_keys_are_refused(inline):
    with pytest.raises(ValueError, match=r"'torch'.*numpy"):
        inline.submit(SHORT, engine="torch", learner="ada")
    for key in ("0" * 64, "../../etc/passwd"):
        with pytest.raises(UnknownJobError, match="press Run again"):
            inline.status(key)


def test_old_results_are_forgotten_when_memory_is_short():
    jobs = InlineJobs(threaded=False, most_kept=1)
    keys = [jobs.submit(SHORT.but(learning_rate=rate), learner="ada") for rate in (0.1, 0.2)]
    with pytest.raises(UnknownJobError):
        jobs.result(keys[0])
    assert jobs.result(keys[1])
