"""The app's own server around a page that follows a run by a line alone."""

from pathlib import Path

import streamlit as st

from normlib.server.runs import run_routes
from normlib.server.web import app_options
from tests.browser.run_app.runs import JOBS

app = st.App(Path(__file__).resolve().parent / "script.py", **app_options() | {"routes": run_routes(lambda: JOBS)})
