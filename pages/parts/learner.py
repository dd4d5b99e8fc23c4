"""Who asks for a run: a name made up for this visit, which says nothing about anybody."""

from __future__ import annotations

from uuid import uuid4

import streamlit as st

_KEY = "learner"


def learner_id() -> str:
    """Return the name of this visit, made at the first call."""
    if _KEY not in st.session_state:
        st.session_state[_KEY] = uuid4().hex
    return str(st.session_state[_KEY])
