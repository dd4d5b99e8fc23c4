import pytest
from streamlit.testing.v1 import AppTest

from normlib.components.payload import unpack
from normlib.components.run_progress import Heard, heard
from normlib.components.run_view import RUNS_URL

PAGE = """
import streamlit as st
from normlib.components import run_progress as module
from normlib.components.run_progress import Heard, run_progress

said = st.session_state.setdefault("said", [])
st.session_state.setdefault("view/heard", Heard("ab12/3", 7, ended=False))
run_progress(key="view", run=st.session_state.get("run", "ab12"), turn=3, learner="ada")
# What the browser would send, through the callbacks the component was given.
for message in st.session_state.get("messages", []):
    st.session_state["other"] = {"heard": message, "stop": message}
    if "news" not in message:
        module.stopped("other", lambda run: said.append(f"stop {run}"))()
    module._told("other", lambda run: said.append(f"progress {run}"), lambda run: said.append(f"ended {run}"))()
"""


def page(**state):
    app = AppTest.from_string(PAGE)
    for name, value in state.items():
        app.session_state[name] = value
    app.run()
    assert not app.exception
    return app


def payload(app):
    (part,) = [part.proto for part in app.get("bidi_component")]
    assert part.component_name == "normlib.run_progress"
    return unpack(part.bytes)


def test_the_browser_gets_what_the_page_was_told():
    assert payload(page()) == {
        "runs": RUNS_URL,
        "run": "ab12",
        "name": "ab12/3",
        "learner": "ada",
        "news": 7,
        "ended": False,
    }
    other = payload(page(run="cd34"))
    assert (other["name"], other["news"], other["ended"]) == ("cd34/3", 0, False)
    assert payload(page(run=None))["run"] is None


def test_the_page_is_told_of_progress_and_once_of_the_end():
    def message(news, ended):
        return {"run": "ab12/0", "news": news, "ended": ended}

    sent = [message(1, False), message(1, False), message(4, False), message(9, True), message(9, True)]
    assert page(messages=sent).session_state["said"] == ["progress ab12", "progress ab12", "ended ab12"]
    # Whatever comes after the end is no news.
    assert page(messages=[message(9, True), message(10, True)]).session_state["said"] == ["ended ab12"]


def test_stop_names_the_run():
    assert page(messages=[{"run": "ab12"}]).session_state["said"] == ["stop ab12"]


@pytest.mark.parametrize(
    "message",
    [
        None,
        "ab12/0",
        {},
        {"run": 7, "news": 1, "ended": True},
        {"run": "ab12", "news": 1, "ended": True},
        {"run": "ab12/0", "news": "1", "ended": True},
        {"run": "ab12/0", "news": True, "ended": True},
        {"run": "ab12/0", "news": 1e99, "ended": True},
        {"run": "ab12/0", "news": 1, "ended": 1},
        {"run": "x/" * 200, "news": 1, "ended": True},
    ],
)
def test_anything_else_is_not_heard(message):
    assert heard(message) is None
    assert heard({"run": "ab12/0", "news": 1, "ended": True}) == Heard("ab12/0", 1, ended=True)
