import asyncio
import gc
import logging
import subprocess
import sys
import threading

import pytest

from benchmarks.serving import ROOT
from normlib.server import lifespan
from normlib.server.lifespan import make_lifespan, warm_up


@pytest.fixture(autouse=True)
def thaw():
    yield
    gc.unfreeze()


def test_everything_is_called_and_then_frozen():
    frozen_before = gc.get_freeze_count()
    calls = []
    warm_up([lambda: calls.append(gc.get_freeze_count())])
    assert calls == [frozen_before]
    assert gc.get_freeze_count() > frozen_before + 1000


def test_one_failure_is_logged_and_the_others_are_called(caplog, monkeypatch):
    monkeypatch.setattr(lifespan._LOGGER, "propagate", True)
    caplog.set_level(logging.INFO)
    calls = []

    def broken():
        raise ValueError("no data set on Mars")

    warm_up([broken, lambda: calls.append("after")])
    assert calls == ["after"]
    assert "no data set on Mars" in caplog.text
    assert "broken" in caplog.text
    assert "Warmed up in" in caplog.text


def test_the_server_starts_to_answer_before_it_is_warm():
    may_end = threading.Event()
    begun = threading.Event()

    def slow():
        begun.set()
        may_end.wait(20)

    async def start():
        async with make_lifespan([slow])(None):
            # Here the server answers, while the call above still waits.
            while not begun.is_set():
                await asyncio.sleep(0.01)
            may_end.set()

    asyncio.run(start())
    assert begun.is_set()


def test_a_server_that_is_stopped_early_does_not_wait_to_be_warm():
    code = (
        "import asyncio, time\n"
        "from normlib.server.lifespan import make_lifespan\n"
        "async def start():\n"
        "    async with make_lifespan([lambda: time.sleep(60)])(None):\n"
        "        pass\n"
        "asyncio.run(start())"
    )
    subprocess.run([sys.executable, "-c", code], cwd=ROOT, check=True, timeout=30)


def test_the_real_server_says_that_it_is_warm(site):
    site.wait_for_log("Warmed up in")
    assert "failed" not in site.log().split("Warmed up in")[0]
