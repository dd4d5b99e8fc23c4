"""Security headers on every answer of the server."""

import base64
import hashlib
from html.parser import HTMLParser
from pathlib import Path

from starlette.datastructures import MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send
from streamlit import file_util

# Browsers that know a feature deny it to the pages and to anything framed in them.
_DENIED_FEATURES = ("camera", "geolocation", "microphone", "midi", "payment", "serial", "usb")
_OWN_FEATURES = ("clipboard-write", "fullscreen")


class _InlineScripts(HTMLParser):
    """Collect the text of every script element that has no src."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=False)
        self.texts: list[str] = []
        self._inside = False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag == "script" and "src" not in dict(attrs):
            self._inside = True
            self.texts.append("")

    def handle_data(self, data: str) -> None:
        if self._inside:
            self.texts[-1] += data

    def handle_endtag(self, tag: str) -> None:
        if tag == "script":
            self._inside = False


def inline_script_hashes(html: str) -> list[str]:
    """Return the Content-Security-Policy source of every inline script of a page.

    Args:
        html: the page's text.

    Returns: one `'sha256-...'` per script element without `src`, in the page's order.

    Source: Content Security Policy Level 3, section 6.7.3.3.

    >>> inline_script_hashes("<script src='a.js'></script><script>alert('Hello, world.');</script>")
    ["'sha256-qznLcsROx4GACP2dm0UCKCzCG+HiZ1guq6ZZDob/Tng='"]
    """
    parser = _InlineScripts()
    parser.feed(html)
    parser.close()
    digests = (hashlib.sha256(text.encode()).digest() for text in parser.texts)
    return [f"'sha256-{base64.b64encode(digest).decode()}'" for digest in digests]


def content_security_policy(script_hashes: list[str], frame_ancestors: tuple[str, ...] = ()) -> str:
    """Return the policy: everything from this server, nothing evaluated from strings.

    Args:
        script_hashes: sources of the inline scripts that may run.
        frame_ancestors: who may show the pages in a frame.

    Returns: the header's value.
    """
    directives = {
        "default-src": ["'self'"],
        # Streamlit's protocol library compiles a few bytes of WebAssembly for 64-bit integers.
        "script-src": ["'self'", "'wasm-unsafe-eval'", *script_hashes],
        # Streamlit and Plotly write their styles into the page.
        "style-src": ["'self'", "'unsafe-inline'"],
        # Icons arrive as data, pictures saved from a figure as blob.
        "img-src": ["'self'", "data:", "blob:"],
        "font-src": ["'self'", "data:"],
        "connect-src": ["'self'"],
        "worker-src": ["'self'", "blob:"],
        "object-src": ["'none'"],
        "base-uri": ["'self'"],
        "form-action": ["'self'"],
        "frame-ancestors": list(frame_ancestors) or ["'none'"],
    }
    return "; ".join(f"{name} {' '.join(sources)}" for name, sources in directives.items())


def security_headers(frame_ancestors: tuple[str, ...] = (), index_html: str | None = None) -> dict[str, str]:
    """Return the headers by name.

    Args:
        frame_ancestors: who may show the pages in a frame; empty means nobody.
        index_html: text of the page that starts the app; Streamlit's own when left out, read now so that
            another version of Streamlit gets its own hashes.

    Returns: header names and values.
    """
    html = _streamlit_index() if index_html is None else index_html
    features = [f"{name}=()" for name in _DENIED_FEATURES] + [f"{name}=(self)" for name in _OWN_FEATURES]
    headers = {
        "content-security-policy": content_security_policy(inline_script_hashes(html), frame_ancestors),
        "x-content-type-options": "nosniff",
        # Settings live in the address: other sites are not told more than the host.
        "referrer-policy": "strict-origin-when-cross-origin",
        "permissions-policy": ", ".join(features),
    }
    # The older header knows these two cases only; for a list of hosts it would contradict the policy.
    if not frame_ancestors:
        headers["x-frame-options"] = "DENY"
    elif frame_ancestors == ("'self'",):
        headers["x-frame-options"] = "SAMEORIGIN"
    return headers


def _streamlit_index() -> str:
    return (Path(file_util.get_static_dir()) / "index.html").read_text(encoding="utf-8")


class SecurityHeaders:
    """ASGI middleware that adds the headers to every HTTP answer."""

    def __init__(self, app: ASGIApp, headers: dict[str, str]) -> None:
        self.app = app
        self.headers = headers

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return

        async def send_with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                MutableHeaders(scope=message).update(self.headers)
            await send(message)

        await self.app(scope, receive, send_with_headers)
