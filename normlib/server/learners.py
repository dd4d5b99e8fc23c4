"""The cookie by which a browser finds its learner's progress again."""

from __future__ import annotations

from starlette.datastructures import Headers, MutableHeaders
from starlette.requests import cookie_parser
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from normlib.store.identity import COOKIE, DAYS, is_id, new_id


class LearnerCookie:
    """ASGI middleware that gives a random id to a browser that opens a page, and its own one again to one that has it.

    Browsers drop a cookie 400 days after it was last sent to them. Sent with every page, it stays with whoever comes
    back; sent only when it has become old, its date would have to stand in it, which is one more thing known about a
    learner. Programs that do not ask for HTML, files, and everything behind the page get nothing.
    """

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request."""
        if scope["type"] != "http" or scope["method"] != "GET" or not _wants_page(scope):
            await self.app(scope, receive, send)
            return
        learner = _id_in(scope) or new_id()

        async def send_with_cookie(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                if headers.get("content-type", "").startswith("text/html") or message["status"] == 304:
                    headers.append("set-cookie", set_cookie(learner, secure=is_secure(scope)))
                    # A cache on the way must not hand one browser's id to another.
                    headers["cache-control"] = "private, no-cache"
            await send(message)

        await self.app(scope, receive, send_with_cookie)


def set_cookie(learner: str, *, secure: bool) -> str:
    """Return the header's value.

    >>> set_cookie("ab" * 16, secure=True)
    'normlab_learner=abababababababababababababababab; Max-Age=34560000; Path=/; SameSite=Lax; HttpOnly; Secure'
    """
    return f"{COOKIE}={learner}; Max-Age={DAYS * 86400}; Path=/; SameSite=Lax; HttpOnly" + (
        "; Secure" if secure else ""
    )


def is_secure(scope: Scope) -> bool:
    """Say whether the browser asked by https, as far as this server or the proxy in front of it can tell."""
    forwarded = Headers(scope=scope).get("x-forwarded-proto", "")
    return scope.get("scheme") == "https" or forwarded.split(",")[0].strip().lower() == "https"


def _wants_page(scope: Scope) -> bool:
    return any(name == b"accept" and b"text/html" in value for name, value in scope["headers"])


def _id_in(scope: Scope) -> str | None:
    """Return the id that a browser brings, if there is one."""
    cookies = b";".join(value for name, value in scope["headers"] if name == b"cookie")
    # Read as Streamlit reads it for the page: both see the same id, or none.
    found = cookie_parser(cookies.decode("latin-1")).get(COOKIE)
    return found if is_id(found) else None
