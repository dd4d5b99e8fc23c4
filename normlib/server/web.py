"""The parts of the web process put together."""

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TypedDict

import streamlit as st
from starlette.middleware import Middleware
from starlette.routing import Route

from normlib.server.alike import use_alike
from normlib.server.closed import ClosedPaths, streamlit_files
from normlib.server.component_state import use_plain_component_state
from normlib.server.compressed import CompressedFiles, compressible_files
from normlib.server.errors import NetworkErrors, log_error_ids, show_script_error
from normlib.server.headers import SecurityHeaders, security_headers
from normlib.server.learners import LearnerCookie
from normlib.server.lifespan import Lifespan, Warm, make_lifespan
from normlib.server.runs import run_routes
from normlib.server.sessions import use_patient_sessions
from normlib.server.settings import Settings, SettingsError


class AppOptions(TypedDict):
    """Keyword arguments of `st.App`."""

    lifespan: Lifespan
    routes: list[Route]
    middleware: list[Middleware]
    on_script_error: Callable[[Exception], bool | None]


def app_options(settings: Settings | None = None, warm: Sequence[Warm] = ()) -> AppOptions:
    """Return what makes Streamlit's server this app's server.

    `app.py` calls `st.App` itself, because `streamlit run` looks for that call in the file.

    Args:
        settings: the operator's choices; read from the environment when left out.
        warm: functions to call once after the start, such as loading data sets.

    Returns: keyword arguments for `st.App`.

    Raises: SystemExit with the message of a setting that cannot be used.
    """
    if settings is None:
        try:
            settings = Settings.from_environment()
        except SettingsError as error:
            # The operator needs the sentence, not the way it came.
            raise SystemExit(str(error)) from None
    log_error_ids()
    use_patient_sessions()
    use_alike()
    use_plain_component_state()
    files = compressible_files()
    return AppOptions(
        lifespan=make_lifespan(warm),
        routes=run_routes(),
        # From the outside in: every answer gets the headers, the answer to a failure too.
        middleware=[
            Middleware(SecurityHeaders, security_headers(settings.frame_ancestors)),
            Middleware(NetworkErrors),
            Middleware(CompressedFiles, files),
            Middleware(ClosedPaths, streamlit_files()),
            Middleware(LearnerCookie),
        ],
        on_script_error=show_script_error,
    )


def build_app(script: Path, settings: Settings | None = None, warm: Sequence[Warm] = ()) -> st.App:
    """Return the server around any script, as `app.py` has it around the pages.

    Args:
        script: the Streamlit script, best as an absolute path.
        settings: the operator's choices; read from the environment when left out.
        warm: functions to call once after the start.

    Returns: the ASGI app.
    """
    return st.App(script, **app_options(settings, warm))
