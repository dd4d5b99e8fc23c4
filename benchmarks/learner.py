"""One simulated learner: a browser's half of Streamlit's websocket protocol, without the browser."""

import random
import time
from dataclasses import dataclass, field
from types import TracebackType
from typing import Any, Self

from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ClientState_pb2 import ClientState
from streamlit.proto.Element_pb2 import Element
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from streamlit.proto.WidgetStates_pb2 import WidgetState
from websockets.asyncio.client import ClientConnection, connect

_MOVABLE = ("slider", "selectbox", "radio", "button_group", "number_input", "checkbox")
_DONE = {ForwardMsg.FINISHED_SUCCESSFULLY, ForwardMsg.FINISHED_FRAGMENT_RUN_SUCCESSFULLY}


class PageError(RuntimeError):
    """The page showed an error where a learner would have seen one."""


@dataclass
class Widget:
    """A control that the page sent, and what it needs to be moved."""

    kind: str
    proto: Any
    fragment: str

    @property
    def label(self) -> str:
        """The words beside the control."""
        return str(self.proto.label)

    def move(self, state: WidgetState, rng: random.Random) -> bool:
        """Write another value into the state that goes to the server.

        Returns: False when the control has only one value.
        """
        before = state.SerializeToString()
        _WRITERS[self.kind](self.proto, state, rng)
        return bool(state.SerializeToString() != before)


def _move_slider(proto: Any, state: WidgetState, rng: random.Random) -> None:
    if proto.options:  # a select slider names its options
        state.string_array_value.data[:] = [rng.choice(list(proto.options))]
        return
    steps = max(1, round((proto.max - proto.min) / (proto.step or 1)))
    values = sorted(rng.randint(0, steps) for _ in proto.default)
    state.double_array_value.data[:] = [proto.min + value * proto.step for value in values]


def _move_number(proto: Any, state: WidgetState, rng: random.Random) -> None:
    low = proto.min if proto.has_min else proto.default - 10 * proto.step
    high = proto.max if proto.has_max else proto.default + 10 * proto.step
    state.double_value = low + rng.randint(0, max(1, round((high - low) / proto.step))) * proto.step


def _move_choice(proto: Any, state: WidgetState, rng: random.Random) -> None:
    state.string_value = rng.choice(list(proto.options))


def _move_buttons(proto: Any, state: WidgetState, rng: random.Random) -> None:
    state.string_array_value.data[:] = [rng.choice(list(proto.options)).content]


def _move_checkbox(proto: Any, state: WidgetState, _rng: random.Random) -> None:
    now = state.bool_value if state.HasField("bool_value") else proto.default
    state.bool_value = not now


_WRITERS = {
    "slider": _move_slider,
    "selectbox": _move_choice,
    "radio": _move_choice,
    "button_group": _move_buttons,
    "number_input": _move_number,
    "checkbox": _move_checkbox,
}


@dataclass
class Learner:
    """A session on one page.

    Use it as an async context manager; `open` runs the page, `move` changes one control, `go` turns to another page,
    and `reconnect` goes on in the same session after the connection was lost.
    """

    port: int
    page: str = ""
    query: str = ""
    seed: int = 0
    widgets: dict[str, Widget] = field(default_factory=dict)
    texts: list[str] = field(default_factory=list)
    received_bytes: int = 0

    def __post_init__(self) -> None:
        self.rng = random.Random(self.seed)  # noqa: S311  moves need no secrecy
        self._states: dict[str, WidgetState] = {}
        self._cached: dict[str, ForwardMsg] = {}
        self._page_hash = ""
        self._whole_run = True
        self._connection: ClientConnection | None = None
        self.session = ""

    async def __aenter__(self) -> Self:
        await self._connect(["streamlit"])
        return self

    async def _connect(self, protocols: list[str]) -> None:
        self._connection = await connect(
            f"ws://localhost:{self.port}/_stcore/stream",
            subprotocols=protocols,  # type: ignore[arg-type]
            max_size=None,
            compression=None,
            # Names the Host as well, as a browser does.
            origin=f"http://localhost:{self.port}",  # type: ignore[arg-type]
        )

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._connection is not None:
            await self._connection.close()

    async def open(self) -> float:
        """Run the page for the first time and return the seconds until it was complete."""
        return await self._run(ClientState(query_string=self.query, page_name=self.page))

    async def go(self, page: str, query: str = "") -> float:
        """Turn to another page in the same session and return the seconds until it was complete."""
        self.page, self.query = page, query
        self._states.clear()
        return await self.open()

    async def reconnect(self) -> float:
        """Lose the connection, come back to the same session, and return the seconds until the page was complete.

        Raises: PageError when the server gives another session.
        """
        assert self._connection is not None, "Use the learner in an async with block."  # noqa: S101
        before = self.session
        await self._connection.close()
        # The second place is for a token against forged requests, which a browser without an account may leave out.
        await self._connect(["streamlit", "none", before])
        seconds = await self.open()
        if self.session != before:
            raise PageError(f"Page {self.page!r}: the session was not there any more after the connection was lost.")
        return seconds

    async def move(self, label: str | None = None) -> float:
        """Change one control and return the seconds until the page was complete again.

        Args:
            label: which control; a random one when left out.

        Raises: LookupError naming the page's controls when there is none to move.
        """
        candidates = [(name, item) for name, item in self.widgets.items() if label in {None, item.label}]
        self.rng.shuffle(candidates)
        for name, widget in candidates:
            state = self._states.setdefault(name, WidgetState(id=name))
            # A random value is now and then the old one, which a browser would not send.
            if any(widget.move(state, self.rng) for _ in range(20)):
                request = ClientState(
                    query_string=self.query, page_script_hash=self._page_hash, fragment_id=widget.fragment
                )
                return await self._run(request)
        labels = ", ".join(repr(widget.label) for widget in self.widgets.values()) or "none"
        raise LookupError(f"No control {label or ''} to move on page {self.page!r}. Its controls: {labels}.")

    async def _run(self, request: ClientState) -> float:
        assert self._connection is not None, "Use the learner in an async with block."  # noqa: S101
        self._whole_run = not request.fragment_id
        request.widget_states.widgets.extend(self._states.values())
        request.cached_message_hashes.extend(self._cached)
        started = time.perf_counter()
        await self._connection.send(BackMsg(rerun_script=request).SerializeToString())
        while True:
            payload = await self._connection.recv()
            assert isinstance(payload, bytes)  # noqa: S101
            self.received_bytes += len(payload)
            message = ForwardMsg.FromString(payload)
            if message.WhichOneof("type") == "script_finished":
                # A page that reruns itself ends early first; the learner waits for the last run.
                if message.script_finished in _DONE:
                    return time.perf_counter() - started
                if message.script_finished == ForwardMsg.FINISHED_WITH_COMPILE_ERROR:
                    raise PageError(f"The script of page {self.page!r} does not compile.")
            self._take(message)

    def _take(self, message: ForwardMsg) -> None:
        """Keep what a browser keeps of a message."""
        if message.WhichOneof("type") == "ref_hash":
            message = self._cached[message.ref_hash]
        elif message.metadata.cacheable and message.hash:
            self._cached[message.hash] = message
        kind = message.WhichOneof("type")
        if kind == "new_session":
            self._page_hash = message.new_session.page_script_hash
            self.session = message.new_session.initialize.session_id
            if self._whole_run:
                self.widgets.clear()
                self.texts.clear()
        elif kind == "navigation":
            # Where the script has pages of its own making, this one names the page.
            self._page_hash = message.navigation.page_script_hash
        elif kind == "page_not_found":
            raise PageError(f"There is no page {self.page!r}.")
        elif kind == "delta" and message.delta.WhichOneof("type") == "new_element":
            self._take_element(message.delta.new_element, message.delta.fragment_id)

    def _take_element(self, element: Element, fragment: str) -> None:
        kind = element.WhichOneof("type")
        if kind == "exception":
            raise PageError(f"{element.exception.type}: {element.exception.message}")
        if kind == "alert":
            self.texts.append(element.alert.body)
            if "error id" in element.alert.body:
                raise PageError(element.alert.body)
        elif kind == "markdown":
            self.texts.append(element.markdown.body)
        elif kind in _MOVABLE:
            proto = getattr(element, kind)
            if not proto.disabled and not proto.form_id:
                self.widgets[proto.id] = Widget(kind, proto, fragment)
