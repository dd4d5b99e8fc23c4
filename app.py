"""The web server of NormLab: `streamlit run app.py`, or any ASGI server with `app:app`."""

from pathlib import Path

import streamlit as st

from normlib.server.memory import share_arenas
from normlib.server.web import app_options
from pages.warm import open_store, start_jobs, warm_up

share_arenas()
app = st.App(
    Path(__file__).resolve().parent / "pages" / "router.py", **app_options(warm=[warm_up, open_store, start_jobs])
)

if __name__ == "__main__":
    app.run()
