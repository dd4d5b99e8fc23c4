"""What the tests of the server share: a way to ask an ASGI app directly, and one real server."""

import asyncio
import http.client
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import pytest
from starlette.datastructures import Headers
from starlette.responses import PlainTextResponse

from benchmarks.serving import Server, serving

APP = """
from pathlib import Path
import streamlit as st
from normlib.server.web import app_options
app = st.App(Path(__file__).with_name("router.py"), **app_options())
"""
ROUTER = """
from pathlib import Path
import streamlit as st
here = Path(__file__).parent
pages = [st.Page(here / f"{name}.py", url_path=name, default=name == "fine") for name in ("fine", "broken", "part")]
st.navigation(pages, position="hidden").run()
"""
FINE = """
import streamlit as st
st.markdown(f"x is {st.slider('x', 0, 10, 3, key='x')}")
"""
BROKEN = """
import streamlit as st
st.markdown("before the error")
secret = "value-of-the-moment"
raise KeyError(secret)
"""
PART = """
import streamlit as st
@st.fragment
def part():
    st.markdown(f"y is {st.slider('y', 0, 10, 3, key='y')}")
part()
"""


@dataclass
class Answer:
    """What an ASGI app sent."""

    status: int
    headers: Headers
    body: bytes


async def ask(
    app: Any, path: str, headers: Mapping[str, str] | None = None, method: str = "GET", **scope: Any
) -> Answer:
    """Send one request to an ASGI app."""
    messages: list[Any] = []
    raw = [(name.encode(), value.encode()) for name, value in (headers or {}).items()]
    request = {
        "type": "http",
        # Since this version a server breaks off by itself when the client leaves.
        "asgi": {"spec_version": "2.4"},
        "method": method,
        "path": path,
        "headers": raw,
        "query_string": b"",
        **scope,
    }

    async def receive() -> dict[str, Any]:
        return {"type": "http.request", "body": b"", "more_body": False}

    async def send(message: Any) -> None:
        messages.append(message)

    await app(request, receive, send)
    start = messages[0]
    body = b"".join(message.get("body", b"") for message in messages[1:])
    return Answer(start["status"], Headers(raw=start["headers"]), body)


@pytest.fixture
def fetch(site: Server) -> Callable[..., Answer]:
    """Send one request to the real server."""

    def fetch_one(path: str, headers: Mapping[str, str] | None = None, method: str = "GET") -> Answer:
        connection = http.client.HTTPConnection("localhost", site.port, timeout=20)
        try:
            connection.request(method, path, headers=dict(headers or {}))
            answer = connection.getresponse()
            raw = [(name.lower().encode(), value.encode()) for name, value in answer.getheaders()]
            return Answer(answer.status, Headers(raw=raw), answer.read())
        finally:
            connection.close()

    return fetch_one


@pytest.fixture
def get() -> Callable[..., Answer]:
    """Ask an ASGI app and wait for the answer."""
    return lambda *args, **kwargs: asyncio.run(ask(*args, **kwargs))


@pytest.fixture
def ask_app() -> Callable[..., Any]:
    """Give the coroutine itself, for tests with several requests at once."""
    return ask


@pytest.fixture
def inner() -> Any:
    """An app behind a middleware, which says that the request came through."""
    return PlainTextResponse("came through")


@pytest.fixture(scope="session")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """Serve a small Streamlit app with everything that `app.py` puts around the pages."""
    folder = tmp_path_factory.mktemp("site")
    for name, text in {"app": APP, "router": ROUTER, "fine": FINE, "broken": BROKEN, "part": PART}.items():
        (folder / f"{name}.py").write_text(text)
    with serving(folder / "app.py") as server:
        yield server
