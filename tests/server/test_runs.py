"""The routes that follow a run, against the jobs themselves."""

import json
import time

import numpy as np
import pytest
from starlette.applications import Starlette

from normlib.components.payload import unpack
from normlib.server.closed import ClosedPaths
from normlib.server.runs import RUNS_PATH, run_routes
from normlib.training import Comparison, Experiment
from normlib.training.jobs import InlineJobs

WINE = Experiment(data="wine", depth=2, width=8, steps=30, points=6, seeds=[3, 5], record=["gradients", "histograms"])
COMPARED = Comparison(base=WINE, factor="method", values=["none", "batch"])


@pytest.fixture(scope="module")
def jobs():
    return InlineJobs(threaded=False)


@pytest.fixture
def app(jobs):
    return ClosedPaths(Starlette(routes=run_routes(lambda: jobs)), frozenset())


def said(get, app, path, query=""):
    answer = get(app, path, query_string=query.encode())
    assert answer.headers["cache-control"] == "no-store"
    return answer.status, json.loads(answer.body)


def test_everything_so_far_is_what_the_run_recorded(get, app, jobs):
    key = jobs.submit(COMPARED, learner="ada")
    status, message = said(get, app, f"{RUNS_PATH}/{key}/events")
    assert status == 200
    assert message["reset"] is True
    assert message["status"]["state"] == "done"
    assert [arm["steps"] for arm in message["arms"]] == [list(WINE.recorded)] * 2
    assert message["arms"][0]["seeds"] == [3, 5]
    results = jobs.result(key)
    for point in message["points"]:
        result = results[point["arm"]]
        record = result.steps.tolist().index(point["step"])
        np.testing.assert_allclose(point["values"]["test_nll"], result.values["test_nll"][:, record], rtol=1e-5)
        whole = np.linalg.norm(result.values["gradient_norm"][:, record], axis=1)
        np.testing.assert_allclose(point["values"]["gradient"], whole, rtol=1e-5)
    assert len(message["points"]) == 2 * len(WINE.recorded)
    assert "test_accuracy_batch" in message["points"][-1]["values"]


def test_nothing_new_is_said_with_an_empty_list(get, app, jobs):
    key = jobs.submit(COMPARED, learner="ada")
    _, first = said(get, app, f"{RUNS_PATH}/{key}/events")
    _, second = said(get, app, f"{RUNS_PATH}/{key}/events", f"cursor={first['cursor']}")
    assert (second["reset"], second["points"], second["cursor"]) == (False, [], first["cursor"])


@pytest.mark.parametrize("cursor", ["-1", "x", "1e9", "9" * 400, "٣", ""])
def test_a_cursor_that_means_nothing_gives_everything(get, app, jobs, cursor):
    key = jobs.submit(COMPARED, learner="ada")
    status, message = said(get, app, f"{RUNS_PATH}/{key}/events", f"cursor={cursor}")
    assert status == 200
    assert message["reset"] is True


def test_a_run_that_diverges_is_told_without_a_value_that_json_does_not_have(get, app, jobs):
    steep = WINE.but(learning_rate=1000, optimizer="momentum", steps=60, activation="identity")
    key = jobs.submit(steep, learner="ada")
    _, message = said(get, app, f"{RUNS_PATH}/{key}/events")
    assert {one["seed"] for one in message["stopped"]} == {3, 5}
    assert all(str(one["step"]) in one["message"] for one in message["stopped"])
    json.dumps(message, allow_nan=False)


def test_what_is_inside_belongs_to_the_seed(get, app, jobs):
    key = jobs.submit(COMPARED, learner="ada")
    answer = get(app, f"{RUNS_PATH}/{key}/inside", query_string=b"seed=5")
    message = unpack(answer.body)
    assert message["seed"] == 5
    result = jobs.result(key)[1]
    inside = message["arms"][1]
    assert inside["steps"].tolist() == list(WINE.recorded)
    np.testing.assert_allclose(inside["values"]["gradient_norm"], result.values["gradient_norm"][1], rtol=1e-5)
    bars = result.values["output_histogram"][1]
    shown = inside["values"]["output_histogram"]
    assert shown.dtype == np.uint8
    assert (shown.max(axis=-1) == 255).all()
    np.testing.assert_allclose(shown / 255, bars / bars.max(axis=-1, keepdims=True), atol=0.002)


@pytest.mark.parametrize("what", ["events", "inside"])
def test_a_run_that_is_not_there_is_said(get, app, what):
    status, message = said(get, app, f"{RUNS_PATH}/{'ab' * 32}/{what}")
    assert status == 404
    assert "abababababab" in message["message"]
    assert "press Run again" in message["message"]


@pytest.mark.parametrize("key", ["..", "%2e%2e%2fetc", "a.npz", "x" * 5000])
def test_a_key_that_is_no_key_reads_no_file(get, app, key):
    answer = get(app, f"{RUNS_PATH}/{key}/events")
    assert answer.status == 404


def test_who_closes_the_page_lets_go_of_the_run():
    jobs = InlineJobs(patience=0.05)
    long = WINE.but(steps=20_000, points=200)
    key = jobs.submit(long, learner="ada")
    while jobs.events(key, 0, learner="ada").status.state == "queued":
        pass
    for _ in range(600):
        if jobs.status(key).ended:
            break
        time.sleep(0.05)
    assert jobs.status(key).state == "stopped"


def test_who_never_asked_is_waited_for():
    jobs = InlineJobs(patience=0.0)
    key = jobs.submit(WINE.but(steps=300), learner="a program")
    while not jobs.status(key).ended:
        pass
    assert jobs.status(key).state == "done"
