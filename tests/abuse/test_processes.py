"""A server whose browsers send anything goes on; told to stop, or killed, while it trains, it ends as a whole."""

from __future__ import annotations

import asyncio
import json
import math
import os
import signal
import urllib.error
import urllib.request
from urllib.parse import urlencode

import psutil
import pytest
from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ClientState_pb2 import ClientState
from streamlit.proto.Common_pb2 import DoubleArray, StringArray
from streamlit.proto.WidgetStates_pb2 import WidgetState, WidgetStates

from benchmarks.learner import Learner
from benchmarks.serving import serving
from normlib.server.runs import RUNS_PATH
from normlib.training.jobs.keys import job_key
from pages.parts.experiment_wanted import wanted
from tests.abuse.amount import FULL, drawn
from tests.abuse.links import link
from tests.training.jobs.runs import until

LINKS = 300 if FULL else 12
MESSAGES = 100 if FULL else 10
SECONDS = 60.0
LONG = {"tc_data": "Digits", "tc_depth": "8", "tc_width": "64", "tc_steps": "5000", "tc_learning_rate": "0.1"}
KERAS = {"tc_network": "Convolutional", "tc_data": "Digits", "tc_depth": "2", "tc_width": "16", "tc_steps": "5000"}
# fmt: off
RAW = (  # what urlencode does not write
    "%", "%zz", "%00", "%ff%fe", "%ed%a0%80", "&&&===", "?a=1?b=2", "mm_data", "=Wine", "mm_data=%u0057", "a;b;c", "#x",
    "mm_data=+++", "mm_data[]=Wine", "%F0%9F%92%A9=" + "%F0%9F%92%A9" * 3_000,
    "&".join(f"a{at}=1" for at in range(2_000)), "x" * 600_000,
)
VALUES = (
    ("bool_value", True), ("double_value", math.nan), ("double_value", math.inf), ("double_value", 1e308),
    ("int_value", 2**62), ("string_value", ""), ("string_value", "\x00\u202e" + "x" * 50_000),
    ("string_array_value", StringArray(data=["nothing"] * 1_000)), ("trigger_value", True),
    ("double_array_value", DoubleArray(data=[math.nan, math.inf])), ("double_array_value", DoubleArray(data=[])),
    ("bytes_value", b"\xff" * 500), ("json_value", '{"release": {"value": 1' + "0" * 400 + ', "count": 1}}'),
    ("json_value", "[" * 5_000), ("json_value", "no json"), ("json_value", "null"),
)
# fmt: on


def asked(settings):
    """Return a link to a run, which begins with it, and the key of the run."""
    short = {name.removeprefix("tc_"): value for name, value in settings.items()}
    found = wanted("method", ("None", "Batch", "Layer"), short)
    assert found.comparison is not None, found.problems
    engine = "numpy" if settings is LONG else "keras"
    return urlencode({**settings, "tc_run": found.comparison.key[:8]}), job_key(found.comparison.arms, engine)


async def open_once(server, page, query):
    async with Learner(server.port, page, query) as learner:
        await asyncio.wait_for(learner.open(), SECONDS)
        return learner


async def send_links(server, told):
    """Open links of any kind, a few at the same moment."""
    for number in range(LINKS):
        page, parameters = link(drawn("link", 10_000 + number))
        told.append(f"/{page} {parameters!r}"[:2_000])
        # A browser writes what is no text as the sign for it.
        query = urlencode(parameters, doseq=True, errors="replace")
        await open_once(server, page, query)
    for number, query in enumerate(RAW):
        told.append(query[:200])
        await open_once(server, ("min-max", "lesson-start-here", "search", "training-curves")[number % 4], query)


async def send_messages(server, told):
    """Send what no browser sends: values of other types, controls that are not there, and bytes that mean nothing."""
    rng = drawn("messages", 0)
    for page in ("min-max", "group-norm", "training-curves", "my-progress"):
        async with Learner(server.port, page) as learner:
            await asyncio.wait_for(learner.open(), SECONDS)
            names = [*learner.widgets, "$$ID-nothing", ""]
            for _ in range(MESSAGES):
                some = rng.sample(names, min(3, len(names)))
                states = WidgetStates(widgets=[WidgetState(id=name, **dict([rng.choice(VALUES)])) for name in some])
                told.append(str(states)[:500])
                client = ClientState(widget_states=states, fragment_id=rng.choice(("", "", "nowhere")))
                await learner._connection.send(BackMsg(rerun_script=client).SerializeToString())
            await learner._connection.send(rng.randbytes(500))
            await learner._connection.send("text")


def share(server, key):
    """Return how much of a run is done, or nothing before it has begun."""
    try:
        with urllib.request.urlopen(f"{server.url}{RUNS_PATH}/{key}/events", timeout=SECONDS) as answer:  # noqa: S310
            status = json.load(answer)["status"]
    except urllib.error.HTTPError:
        return 0.0
    assert status["state"] in {"queued", "running"}, status
    return status["share"]


def family(server):
    return psutil.Process(server.pid).children(recursive=True)


@pytest.mark.parametrize("settings", [LONG, KERAS] if FULL else [LONG])
def test_a_server_goes_on_whatever_it_is_sent_and_leaves_nothing_when_told_to_stop(settings, tmp_path, told):
    (tmp_path / "scratch").mkdir()
    environment = {"NORMLAB_DATA": str(tmp_path / "data"), "TMPDIR": str(tmp_path / "scratch"), "DATABASE_URL": ""}
    query, key = asked(settings)
    with serving(environment=environment) as server:
        asyncio.run(open_once(server, "training-curves", query))
        until(lambda: share(server, key) > 0, 2 * SECONDS)
        asyncio.run(send_links(server, told))
        assert "Traceback" not in server.log()
        asyncio.run(send_messages(server, told))
        asyncio.run(open_once(server, "min-max", ""))
        workers = family(server)
        assert any("spawn_main" in " ".join(worker.cmdline()) for worker in workers)
        assert share(server, key) > 0
        os.kill(server.pid, signal.SIGTERM)
        assert psutil.wait_procs([psutil.Process(server.pid), *workers], timeout=SECONDS)[1] == []
    assert not list((tmp_path / "scratch").glob("normlab-*"))
    assert not list((tmp_path / "data").rglob("*.part"))


@pytest.mark.skipif(
    not FULL, reason="loads TensorFlow; tests/browser/test_restart.py kills a server with NumPy's engine"
)
def test_a_server_that_is_killed_leaves_no_worker_of_keras(tmp_path):
    query, key = asked(KERAS)
    with serving(environment={"NORMLAB_DATA": str(tmp_path), "DATABASE_URL": ""}) as server:
        asyncio.run(open_once(server, "training-curves", query))
        until(lambda: share(server, key) > 0, 2 * SECONDS)
        workers = family(server)
        os.kill(server.pid, signal.SIGKILL)
        assert psutil.wait_procs(workers, timeout=SECONDS)[1] == []
