"""The app's own server around a page with a tensor view and another one."""

from pathlib import Path

import streamlit as st

from normlib.server.web import app_options

app = st.App(Path(__file__).resolve().parent / "two_pages.py", **app_options())
