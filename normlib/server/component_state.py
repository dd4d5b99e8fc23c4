"""What a component says, as a plain dictionary.

Streamlit hands it out as an object that can also be written to, and makes a class of its own for each one, up to a
dozen times in a run: 14 kB of every session, as much again that only a full garbage collection takes away, and
0.4 ms of every run. Nobody here writes to a component's state.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from streamlit.components.v2.bidi_component import main

_TRIGGERS = "json_trigger_value"


def presenter(
    aggregator_id: str, component_id: str | None = None, allowed_state_keys: set[str] | None = None
) -> Callable[[Any, Any], Any]:
    """Return what joins a component's state and what it has just triggered, each by its name.

    Args:
        aggregator_id: of the widget that holds what was triggered.
        component_id: of the component; not needed to read.
        allowed_state_keys: what may be written; not needed to read.
    """

    def present(state: Any, session: Any) -> Any:
        widgets = session._new_widget_state
        about = widgets.widget_metadata.get(aggregator_id)
        if not isinstance(state, dict) or about is None or about.value_type != _TRIGGERS:
            return state
        try:
            triggered = widgets[aggregator_id]
        except KeyError:
            triggered = None
        events = triggered if isinstance(triggered, list) else [triggered]
        named = {
            event["event"]: event.get("value")
            for event in events
            if isinstance(event, dict) and isinstance(event.get("event"), str)
        }
        return {**named, **state}

    return present


def use_plain_component_state() -> None:
    """Let Streamlit's components use it; calling it again changes nothing."""
    components: Any = main
    components.make_bidi_component_presenter = presenter
