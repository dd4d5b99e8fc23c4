"""Paths that answer 404 although Streamlit would answer something else."""

from collections.abc import Set as AbstractSet
from pathlib import Path

from starlette.responses import PlainTextResponse, RedirectResponse
from starlette.types import ASGIApp, Receive, Scope, Send
from streamlit import file_util

from normlib.server.paths import app_path, base_path
from normlib.server.runs import RUNS_PATH

# What the server measures about itself, and Streamlit's interface for other programs: nobody needs them here.
_CLOSED = ("/_stcore/metrics", "/_stcore/agent")
# Streamlit looks after what it serves below these, and `runs` after its own.
_SERVED = ("/_stcore/", "/media/", "/component/", "/app/static/", f"{RUNS_PATH}/")


def streamlit_files() -> frozenset[str]:
    """Return the paths of the files that Streamlit serves from its installation."""
    static = Path(file_util.get_static_dir())
    return frozenset(f"/{file.relative_to(static).as_posix()}" for file in static.rglob("*") if file.is_file())


def is_closed(path: str, files: AbstractSet[str] = frozenset()) -> bool:
    """Say whether a path does not exist here.

    Streamlit answers every unknown path with its start page, so that pages can be opened by address. For
    a file that would be a lie: an old script name after an upgrade came back as a page that cannot run.

    Args:
        path: a request's path inside the app.
        files: paths of files that exist.

    Returns: True for closed routes, and for names that look like a file and are none.

    >>> is_closed("/_stcore/metrics"), is_closed("/min-max"), is_closed("/.env"), is_closed("/_stcore/health")
    (True, False, True, False)
    """
    segments = f"{path.rstrip('/')}/"
    if any(f"{closed}/" in segments for closed in _CLOSED):
        return True
    if path.startswith(_SERVED) or path in files:
        return False
    return "." in path.rstrip("/").rpartition("/")[2]


def page_above(path: str) -> str | None:
    """Return the page that an address below a page belongs to, or None when the address may be served.

    Streamlit would send its start page, whose scripts a browser then looks for in the wrong folder: a blank
    window. What Streamlit itself asks for below a page, to find out where it is served, is left to it.

    >>> page_above("/min-max/extra"), page_above("/min-max/"), page_above("/min-max/_stcore/health")
    ('/min-max', None, None)
    """
    segments = [segment for segment in path.split("/") if segment]
    if len(segments) < 2 or path.startswith(_SERVED) or "_stcore" in segments:
        return None
    return f"/{segments[0]}"


class ClosedPaths:
    """ASGI middleware that answers 404 for what does not exist here, and leads addresses below a page to it."""

    def __init__(self, app: ASGIApp, files: AbstractSet[str]) -> None:
        self.app = app
        self.files = files
        self.base = base_path()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request."""
        if scope["type"] == "http":
            path = app_path(scope, self.base)
            if is_closed(path, self.files):
                await PlainTextResponse("Not found.", status_code=404)(scope, receive, send)
                return
            if path not in self.files and (page := page_above(path)) is not None:
                await RedirectResponse(self.base + page)(scope, receive, send)
                return
        await self.app(scope, receive, send)
