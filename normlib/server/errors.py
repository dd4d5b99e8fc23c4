"""Errors that nobody expected: a sentence and an id for the learner, the traceback and that id in the log."""

import hashlib
import json
import logging
import traceback
from urllib.parse import quote, urlsplit

import streamlit as st
from starlette.datastructures import Headers
from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send
from streamlit.logger import get_logger

_LOGGER = get_logger(__name__)
# Streamlit logs an exception of a page before it asks us what to show.
_STREAMLIT_LOGGER = "streamlit.error_util"
_NAMED = "_normlab_error_id_logged"


def error_id(error: BaseException) -> str:
    """Return a short id of an exception: the same fault in the same place has the same id.

    Thirty learners who meet one fault report one id, and searching the log for it finds every occurrence.
    The message is left out, because it often contains the values of the moment.

    Args:
        error: an exception that was raised.

    Returns: eight hexadecimal digits.

    >>> error_id(ValueError("a")) == error_id(ValueError("b"))
    True
    >>> error_id(ValueError("a")) == error_id(TypeError("a"))
    False
    """
    frames = traceback.extract_tb(error.__traceback__)
    # Above the page's own code, the frames differ between a whole run and a run of one fragment.
    own = [frame for frame in frames if "site-packages" not in frame.filename] or frames
    places = [f"{frame.filename}:{frame.lineno}:{frame.name}" for frame in own]
    text = "\n".join([type(error).__qualname__, *places])
    return hashlib.blake2b(text.encode(), digest_size=4).hexdigest()


class _AddErrorId(logging.Filter):
    """Put the id in front of what Streamlit logs about an exception, instead of logging it twice."""

    def filter(self, record: logging.LogRecord) -> bool:
        error = record.exc_info[1] if record.exc_info else None
        if error is not None and not hasattr(error, _NAMED):
            record.msg = f"Error {error_id(error)}. {record.msg}"
            setattr(error, _NAMED, True)
        return True


def log_error_ids() -> None:
    """Let Streamlit's log lines about exceptions in pages carry the id; calling it again changes nothing."""
    logger = logging.getLogger(_STREAMLIT_LOGGER)
    if not any(isinstance(item, _AddErrorId) for item in logger.filters):
        logger.addFilter(_AddErrorId())


def show_script_error(error: Exception) -> bool:
    """Show what the learner can do about an exception that a page did not expect.

    Args:
        error: the exception.

    Returns: True, so that Streamlit shows no box of its own.
    """
    name = error_id(error)
    # Streamlit's line has the id already, unless rich output is on or a new version logs elsewhere.
    if not hasattr(error, _NAMED):
        _LOGGER.error("Error %s.", name, exc_info=error)
    st.error(error_text(name, st.context.url))
    return True


def error_text(name: str, url: str | None = None) -> str:
    """Return the words of the error box, in Markdown.

    Args:
        name: the error's id.
        url: the page's address as the browser knows it, if it is known.

    Returns: what happened, what to do next, and the id.
    """
    path = quote(urlsplit(url).path, safe="/") if url else ""
    reset = f"[open it with its default settings]({path})" if path else "open it without the part after the ?"
    return (
        f"This page met an error that we did not foresee, so the rest of it is missing. Reload the page. "
        f"If the error comes back, {reset}. If it still stays, report the error id **{name}**."
    )


class NetworkErrors:
    """ASGI middleware that answers a failed request in plain words, with an id that the log has too."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        started = False

        async def watch(message: Message) -> None:
            nonlocal started
            started = started or message["type"] == "http.response.start"
            await send(message)

        try:
            await self.app(scope, receive, watch)
        except Exception as error:
            name = error_id(error)
            _LOGGER.exception("Error %s. %s %s failed.", name, scope["method"], scope["path"])
            if started:  # Half an answer is out; only the server can still break the connection.
                raise
            await _failure(name, Headers(scope=scope))(scope, receive, send)


def _failure(name: str, request: Headers) -> Response:
    """Return the answer to a failed request, as JSON for who asks for it."""
    text = f"The server met an unforeseen error. Try again; if it stays, report the error id {name}."
    if "application/json" in request.get("accept", ""):
        return Response(json.dumps({"error": text, "id": name}), 500, media_type="application/json")
    return Response(text, 500, media_type="text/plain")
