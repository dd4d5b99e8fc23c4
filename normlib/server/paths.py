"""Where a request points inside the app, whatever prefix the app is served under."""

from typing import Any

from streamlit import config

Scope = Any  # starlette.types.Scope is a MutableMapping[str, Any]; the middleware only reads it


def base_path() -> str:
    """Return Streamlit's `server.baseUrlPath` as a prefix: empty, or `/lab` without a final slash."""
    path = str(config.get_option("server.baseUrlPath") or "").strip("/")
    return f"/{path}" if path else ""


def app_path(scope: Scope, base: str) -> str:
    """Return the request's path without the mount's and the configured prefix.

    Args:
        scope: an ASGI scope of an HTTP request or a websocket.
        base: what `base_path` returned.

    Returns: a path that starts with a slash.

    >>> app_path({"path": "/lab/static/js/index.js"}, "/lab")
    '/static/js/index.js'
    >>> app_path({"path": "/laboratory"}, "/lab")
    '/laboratory'
    """
    path: str = scope["path"]
    for prefix in (scope.get("root_path", ""), base):
        if prefix and (path == prefix or path.startswith(f"{prefix}/")):
            path = path[len(prefix) :] or "/"
    return path
