"""What happens when the server starts: load what the first learner would otherwise wait for."""

import gc
import importlib
import pkgutil
import threading
import time
from collections.abc import AsyncGenerator, Callable, Sequence
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from typing import Any

import anyio.to_thread
from streamlit.logger import get_logger

import normlib.figures
from normlib import data
from normlib.training.jobs import close_shared_jobs

_LOGGER = get_logger(__name__)

Warm = Callable[[], object]
Lifespan = Callable[[Any], AbstractAsyncContextManager[None]]


def load_figures() -> None:
    """Load every module that draws."""
    for module in pkgutil.walk_packages(normlib.figures.__path__, "normlib.figures."):
        importlib.import_module(module.name)


def load_data() -> None:
    """Load the data sets."""
    for name in data.names():
        data.load(name)


def warm_up(warm: Sequence[Warm] = ()) -> None:
    """Load what the pages use, call what they want called, and keep the collector off all of it.

    A failure is logged and nothing more: whatever is broken shows on the page that needs it.

    Args:
        warm: functions that load or compute something that stays in the process.
    """
    started = time.perf_counter()
    for call in (load_figures, load_data, *warm):
        try:
            call()
        except Exception:
            _LOGGER.exception("Warming up with %s failed; the server goes on without.", call)
    # Modules never become garbage; a collection that walks them stops every learner for 60 ms.
    gc.collect()
    gc.freeze()
    _LOGGER.info("Warmed up in %.1f s.", time.perf_counter() - started)


def make_lifespan(warm: Sequence[Warm] = ()) -> Lifespan:
    """Return the start and end of the web process.

    Args:
        warm: functions to call once in the background after the server started to answer.

    Returns: an async context manager function for `st.App(lifespan=...)`.
    """

    @asynccontextmanager
    async def lifespan(_app: Any) -> AsyncGenerator[None, None]:
        # In the background: the browser needs a second to load its scripts anyway. A daemon: a server that
        # is stopped early does not wait for it.
        threading.Thread(target=warm_up, args=(warm,), name="warm-up", daemon=True).start()
        try:
            yield
        finally:
            await anyio.to_thread.run_sync(close_shared_jobs)

    return lifespan
