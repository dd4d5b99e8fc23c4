"""Where the app is served."""

from __future__ import annotations

import streamlit as st


def base_path() -> str:
    """Return the prefix that the app is served under, without a final slash."""
    path = str(st.get_option("server.baseUrlPath") or "").strip("/")
    return f"/{path}" if path else ""
