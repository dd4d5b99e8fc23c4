"""Settings on their way from a laboratory in a lesson to its own page, which has the same names in the address.

Streamlit takes a setting out of a link when it is the default of the page that is left, whatever it is on the page
that the link leads to. So what a lesson shows goes through the session, and the link only says so.
"""

from __future__ import annotations

from typing import Any, Final

import streamlit as st

from pages.parts.controls import Controls

HANDED: Final = "from"
"""Parameter of a link that leads from a lesson to a laboratory."""


def hand_over(controls: Controls) -> None:
    """Keep what the controls of a laboratory in a lesson show, for its own page."""
    keys = [controls.key(name) for name in controls.table]
    st.session_state[_kept(controls)] = {key: st.session_state[key] for key in keys if key in st.session_state}


def take_over(controls: Controls) -> None:
    """Take up what was shown in the lesson that led here; a link that was opened elsewhere has it all in itself."""
    if HANDED not in st.query_params:
        return
    del st.query_params[HANDED]
    kept: dict[str, Any] = st.session_state.pop(_kept(controls), {})
    for key, value in kept.items():
        st.query_params[key] = written(value)
    if kept:
        st.rerun()  # Streamlit takes a first value from the address alone.


def written(value: Any) -> str | list[str]:
    """Return a control's value as it stands in a link.

    >>> written(True), written(2.5), written(["None", "Batch"])
    ('true', '2.5', ['None', 'Batch'])
    """
    if isinstance(value, bool):
        return str(value).lower()
    return [str(one) for one in value] if isinstance(value, list | tuple) else str(value)


def _kept(controls: Controls) -> str:
    return f"{controls.prefix}/shown"
