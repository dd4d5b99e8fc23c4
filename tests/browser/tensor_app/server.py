"""The app's own server around a page that holds only a tensor view."""

from pathlib import Path

import streamlit as st

from normlib.server.web import app_options

app = st.App(Path(__file__).resolve().parent / "script.py", **app_options())
