"""The least a Streamlit page can do, served by the same Streamlit with the same settings: the floor."""

from pathlib import Path

import streamlit as st

app = st.App(Path(__file__).resolve().with_name("page.py"))
