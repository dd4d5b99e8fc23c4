"""A page with the tensor view, and another one to go to."""

import runpy
from pathlib import Path

import streamlit as st

SCRIPT = Path(__file__).with_name("script.py")

st.navigation(
    [
        st.Page(lambda: st.title("Elsewhere"), url_path="elsewhere", title="To elsewhere", default=True),
        st.Page(lambda: runpy.run_path(str(SCRIPT)), url_path="tensor", title="To the tensor"),
    ]
).run()
