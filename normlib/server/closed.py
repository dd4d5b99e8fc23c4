"""Paths that answer 404 although Streamlit would answer something else."""

from collections.abc import Set as AbstractSet
from pathlib import Path

from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Receive, Scope, Send
from streamlit import file_util

from normlib.server.paths import app_path, base_path

# What the server measures about itself, and Streamlit's interface for other programs: nobody needs them here.
_CLOSED = ("/_stcore/metrics", "/_stcore/agent")
# Streamlit looks after what it serves below these.
_STREAMLIT = ("/_stcore/", "/media/", "/component/", "/app/static/")


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
    if path.startswith(_STREAMLIT) or path in files:
        return False
    return "." in path.rstrip("/").rpartition("/")[2]


class ClosedPaths:
    """ASGI middleware that answers 404 for what does not exist here."""

    def __init__(self, app: ASGIApp, files: AbstractSet[str]) -> None:
        self.app = app
        self.files = files
        self.base = base_path()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request."""
        if scope["type"] == "http" and is_closed(app_path(scope, self.base), self.files):
            await PlainTextResponse("Not found.", status_code=404)(scope, receive, send)
            return
        await self.app(scope, receive, send)
