"""Files that never change, compressed once and sent compressed.

Streamlit sends its own scripts as they are: 7 MB for a page with a chart. Compressed they are 2 MB, and
because their names contain a hash of their content, a browser asks for each of them once.
"""

import asyncio
import gzip
import hashlib
import mimetypes
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path

import anyio.to_thread
from starlette.datastructures import Headers
from starlette.responses import FileResponse, Response
from starlette.types import ASGIApp, Receive, Scope, Send
from streamlit import file_util

from normlib.components.plotly_asset import PLOTLY_URL, plotly_file
from normlib.server.paths import app_path, base_path

# Pictures and fonts are compressed already; Streamlit serves those.
_TEXT = {".css", ".js", ".json", ".svg", ".wasm"}
_HASHED_NAME = re.compile(r"\.[A-Za-z0-9_-]{8}\.[a-z0-9]+$|-\d+\.\d+\.\d+\.min\.js$")
_FOR_GOOD = "public, immutable, max-age=31536000"
_ASK_AGAIN = "no-cache"


def compressible_files() -> dict[str, Path]:
    """Return the files to compress by their path inside the app: Streamlit's scripts and plotly.js."""
    static = Path(file_util.get_static_dir())
    files = {
        f"/{file.relative_to(static).as_posix()}": file
        for file in (static / "static").rglob("*")
        if file.suffix in _TEXT
    }
    files[PLOTLY_URL] = plotly_file()
    return files


def _gzip(content: bytes) -> bytes:
    # mtime=0: the same file gives the same bytes on every server behind a load balancer.
    return gzip.compress(content, 9, mtime=0)


def _brotli(content: bytes) -> bytes:
    # Quality 9 takes 0.35 s for plotly.js and saves 16 % on gzip; 11 would save 24 % and take 6 s.
    return bytes(import_module("brotli").compress(content, quality=9))


# Best first. Browsers take brotli over https and from localhost, and gzip everywhere.
ENCODINGS: dict[str, Callable[[bytes], bytes]] = {"gzip": _gzip}
if find_spec("brotli"):
    ENCODINGS = {"br": _brotli, **ENCODINGS}


def choose_encoding(accept_encoding: str) -> str | None:
    """Choose the best encoding that a client takes, from its Accept-Encoding header.

    Source: RFC 9110, section 12.5.3.

    >>> choose_encoding("gzip;q=0.8"), choose_encoding("gzip;q=0, br;q=0, *"), choose_encoding("")
    ('gzip', None, None)
    """
    weights: dict[str, float] = {}
    for item in accept_encoding.lower().split(","):
        coding, _, parameters = item.partition(";")
        weight = parameters.strip().removeprefix("q=")
        try:
            weights[coding.strip()] = float(weight) if weight else 1.0
        except ValueError:
            weights[coding.strip()] = 0.0
    everything_else = weights.get("*", 0.0)
    return next((name for name in ENCODINGS if weights.get(name, everything_else) > 0), None)


@dataclass(frozen=True)
class _Compressed:
    """A file's compressed bytes and the hash of its content."""

    body: bytes
    digest: str


def _compress(file: Path, encoding: str) -> _Compressed:
    content = file.read_bytes()
    return _Compressed(ENCODINGS[encoding](content), hashlib.blake2b(content, digest_size=12).hexdigest())


class CompressedFiles:
    """ASGI middleware that answers for a fixed set of files.

    The compressed bytes stay in memory: 8 MB per encoding when every file was asked for once, and nothing
    a client sends can make it more. Compressing happens in a worker thread, once, however many clients wait for it.
    """

    def __init__(self, app: ASGIApp, files: Mapping[str, Path]) -> None:
        self.app = app
        self.files = files
        self.base = base_path()
        self._compressing: dict[tuple[str, str], asyncio.Task[_Compressed]] = {}

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request."""
        if scope["type"] != "http" or scope["method"] not in {"GET", "HEAD"}:
            await self.app(scope, receive, send)
            return
        path = app_path(scope, self.base)
        if path not in self.files:
            await self.app(scope, receive, send)
            return
        response = await self._respond(path, Headers(scope=scope))
        await response(scope, receive, send)

    async def _respond(self, path: str, request: Headers) -> Response:
        """Choose between "not modified", a compressed form and the file itself."""
        file = self.files[path]
        encoding = None if "range" in request else choose_encoding(request.get("accept-encoding", ""))
        # A client that takes no compressed form is rare: the hash comes from the form that is made anyway.
        compressed = await self._compressed(path, encoding or "gzip")
        # A strong tag names the bytes sent, so every form of a file has its own.
        etag = f'"{compressed.digest}-{encoding}"' if encoding else f'"{compressed.digest}"'
        headers = {
            "etag": etag,
            "vary": "Accept-Encoding",
            "cache-control": _FOR_GOOD if _HASHED_NAME.search(path) else _ASK_AGAIN,
        }
        if etag in (tag.strip().removeprefix("W/") for tag in request.get("if-none-match", "").split(",")):
            return Response(status_code=304, headers=headers)
        media_type = mimetypes.guess_type(file.name)[0]
        if encoding is None:
            return FileResponse(file, headers=headers, media_type=media_type)
        headers["content-encoding"] = encoding
        return Response(compressed.body, headers=headers, media_type=media_type)

    async def _compressed(self, path: str, encoding: str) -> _Compressed:
        """Return a compressed form of a file, waiting for whoever compresses it already."""
        key = (path, encoding)
        task = self._compressing.get(key)
        if task is None:
            task = asyncio.create_task(anyio.to_thread.run_sync(_compress, self.files[path], encoding))
            self._compressing[key] = task
        try:
            # Shielded: a client that goes away does not cancel the work of the others.
            return await asyncio.shield(task)
        except OSError:
            self._compressing.pop(key, None)
            raise
