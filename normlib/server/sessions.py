"""Sessions that answer a browser whose earlier session is gone, as after a restart of the server."""

from typing import Any

from streamlit.proto.ClientState_pb2 import ClientState
from streamlit.runtime import websocket_session_manager
from streamlit.runtime.app_session import AppSession


class PatientSession(AppSession):
    """A session that runs the whole page when it is asked for a part of it that it does not have yet.

    A move of a control on a laboratory page asks for the part between heading and end alone. Streamlit drops that
    request when it does not know the part, and the figure stays as it was while the control moves on.
    """

    def request_rerun(self, client_state: ClientState | None) -> None:
        """Run the script, as a whole if the wanted part of the page is unknown."""
        if client_state is not None and self._is_missing(client_state):
            client_state.fragment_id = ""
        super().request_rerun(client_state)

    def _is_missing(self, asked: ClientState) -> bool:
        # A part of a page that the learner has left is dropped as before: nobody is to be brought back to it.
        here = self.page_script_hash in {"", asked.page_script_hash}
        return bool(asked.fragment_id) and not asked.is_auto_rerun and here and not self.has_fragment(asked.fragment_id)


def use_patient_sessions() -> None:
    """Let Streamlit's server make these sessions; calling it again changes nothing."""
    manager: Any = websocket_session_manager
    manager.AppSession = PatientSession
