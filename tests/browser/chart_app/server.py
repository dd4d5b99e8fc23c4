"""The app's own server, with its policy and its route for plotly.js, around pages that hold only charts."""

from pathlib import Path

import streamlit as st

from normlib.server.web import app_options

app = st.App(Path(__file__).resolve().parent / "script.py", **app_options())
