"""What runs in a worker process. Nothing here is called in the web process."""

from __future__ import annotations

import gc
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from importlib import import_module
from typing import Final

from distributed import get_worker
from distributed.protocol.serialize import serialize_bytes

from normlib import data
from normlib.training.events import Event
from normlib.training.experiment import Experiment
from normlib.training.jobs.drive import drive
from normlib.training.jobs.keys import code_version, load_engine
from normlib.training.result import Result
from normlib.training.threads import one_thread

TOPIC: Final = "normlab-runs"
"""One topic for all runs: the scheduler keeps its topics for ever, and the last thousand messages of each."""

_BESIDE_KERAS: Final = ("pandas", "sklearn.base")
"""A third of the time that it takes to load Keras."""

_halted: set[str] = set()


class OtherVersionError(Exception):
    """The worker has other code than the web process."""


def perform(name: str, engine: str, path: str, version: str, texts: Sequence[str]) -> tuple[list[Result] | None, int]:
    """Train in this worker; report as messages on `TOPIC`.

    Args:
        name: of the run, in its messages and for `halt`.
        engine, path: the engine's name and where it is.
        version: of the code that the web process has.
        texts: experiments as JSON.

    Returns: the results, or None when halted, and how many messages were sent.
    """
    worker = get_worker()
    own = code_version(engine)
    if own != version:
        raise OtherVersionError(
            f"The worker at {worker.address} has another version of NormLab (code {own[:8]}, here {version[:8]}): "
            "install the same one there."
        )
    sent = 0

    def hear(share: float, events: list[Event]) -> None:
        nonlocal sent
        body = serialize_bytes(events) if events else b""
        message = {"run": name, "part": sent, "share": share, "events": body, "address": worker.address}
        worker.log_event(TOPIC, message)
        sent += 1

    try:
        with _no_collecting():
            trained_by, made_by = load_engine(path)
        experiments = [Experiment.from_json(text) for text in texts]
        results = drive(experiments, trained_by, hear, lambda: name in _halted, made_by)
        return results, sent
    finally:
        _halted.discard(name)


@contextmanager
def _no_collecting() -> Iterator[None]:
    """Look for no garbage while modules are loaded: that takes a third of the time of loading TensorFlow."""
    gc.disable()
    try:
        yield
    finally:
        gc.enable()


def halt(name: str, running: bool) -> None:
    """End a run in this worker at its next event.

    Args:
        name: of the run.
        running: whether it is known to run here. If not, the order is kept for it, in case it is about to begin.
    """
    if not running and len(_halted) > 1000:
        _halted.clear()
    _halted.add(name)


def warm(*, keras: bool = False) -> None:
    """Load what a first run would otherwise wait for.

    Args:
        keras: also what Keras loads besides TensorFlow, which itself waits until a run asks for it.
    """
    one_thread()
    for name in data.names():
        data.load(name)
    for package in _BESIDE_KERAS if keras else ():
        with suppress(ImportError):
            import_module(package)
