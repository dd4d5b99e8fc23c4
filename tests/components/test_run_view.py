import re

import numpy as np
import pytest
from streamlit.testing.v1 import AppTest

from normlib.components.payload import unpack
from normlib.components.plotly_asset import PLOTLY_URL
from normlib.components.run_view import RUNS_URL, Measure, RunArm, Toy, ended_runs, run_view
from normlib.server.runs import RUNS_PATH

ARMS = [RunArm("Batch", "#0072B2", "solid", "circle"), RunArm("None", "#6B7280", "dot", norms=False, idle="saturated")]
SHOW = Measure("loss", "Loss", log=True)


def draw(arms=ARMS, **options):
    given = {"key": "view", "run": None, "show": SHOW, "title": "t", "sentence": "s.", "alt": "a", "learner": "ada"}
    return run_view(arms=arms, **given | options)


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"arms": []}, "There are 0 arms: show 1 to 12"),
        ({"arms": ARMS * 7}, "There are 14 arms: show 1 to 12"),
        ({"seeds": ()}, "seeds is empty"),
        ({"steps": (0, 5, 5)}, "steps must ascend, but 5 follows 5"),
        (
            {"arms": [RunArm("x", "#000000", norms=(True, False))], "layers": 3},
            r"Arm 'x' says of 2 layers .* there are 3",
        ),
    ],
)
def test_what_does_not_fit_is_named(changes, message):
    with pytest.raises(ValueError, match=message):
        draw(**changes)


@pytest.mark.parametrize(
    ("x", "y", "extent", "message"),
    [
        (np.zeros((3, 3)), np.zeros(3, int), (0, 1, 0, 1), r"x has the shape \(3, 3\) and y \(3,\)"),
        (np.zeros((3, 2)), np.zeros(2, int), (0, 1, 0, 1), r"x has the shape \(3, 2\) and y \(2,\)"),
        (np.zeros((3, 2)), np.zeros(3, int), (0, 1, 2, 1), r"extent=\(0, 1, 2, 1\) has no area"),
    ],
)
def test_points_that_do_not_fit_are_named(x, y, extent, message):
    with pytest.raises(ValueError, match=message):
        Toy(x, y, extent)


def test_the_browser_asks_where_the_server_answers():
    assert RUNS_URL == RUNS_PATH


PAGE = """
import numpy as np
import streamlit as st

from normlib.components.run_view import Measure, RunArm, Toy, run_view

st.session_state["view/told"] = ["other/0", "ab12/3"]
run_view(
    key="view",
    run="ab12",
    check="cd34",
    turn=3,
    arms=[
        RunArm("Batch", "#000000", norms=(True, False)),
        RunArm("None", "#111111", "dot", "square", norms=False, idle="saturated"),
    ],
    show=Measure("test_accuracy", "Test accuracy", percent=True),
    title="T",
    sentence="S.",
    alt="A.",
    learner="ada",
    steps=(0, 4, 9),
    seeds=(3, 5),
    layers=["one", "two"],
    toy=Toy(np.array([[0.5, 1.5]]), np.array([1]), (-1, 2, 0, 3), ("#000000", "#222222")),
    waiting="Press Run.",
    step_parameter="tc_step",
    dark={"#000000": "#ffffff"},
)
"""


def test_what_the_browser_is_given():
    app = AppTest.from_string(PAGE, default_timeout=20).run()
    assert not app.exception
    proto = app.get("bidi_component")[0].proto
    assert proto.component_name == "normlib.run_view"
    given = unpack(proto.bytes)
    assert (given["plotly"], given["runs"]) == (PLOTLY_URL, RUNS_URL)
    assert (given["run"], given["check"], given["turn"], given["learner"]) == ("ab12", "cd34", 3, "ada")
    assert [arm["name"] for arm in given["arms"]] == ["Batch", "None"]
    assert [arm["color"] for arm in given["arms"]] == [["#000000", "#ffffff"], ["#111111", "#111111"]]
    assert [arm["norms"] for arm in given["arms"]] == [[True, False], [False, False]]
    assert [arm["idle"] for arm in given["arms"]] == ["dead", "saturated"]
    assert given["show"] == {"name": "test_accuracy", "label": "Test accuracy", "percent": True, "log": False}
    assert (given["steps"], given["seeds"], given["layers"]) == ([0, 4, 9], [3, 5], ["one", "two"])
    assert given["told"] == ["ab12/3"]
    np.testing.assert_array_equal(given["toy"]["x"], np.array([[0.5, 1.5]], "f4"))
    assert given["toy"]["y"].tolist() == [1]
    assert given["toy"]["extent"] == [-1.0, 2.0, 0.0, 3.0]
    assert given["toy"]["colors"] == [["#000000", "#ffffff"], ["#222222", "#222222"]]
    assert (given["stepParameter"], given["forgotten"], given["waiting"]) == ("tc_step", 0, "Press Run.")


def test_a_number_of_layers_counts_them():
    app = AppTest.from_string(re.sub(r'layers=\["one", "two"\]', "layers=2", PAGE), default_timeout=20).run()
    assert not app.exception
    assert unpack(app.get("bidi_component")[0].proto.bytes)["layers"] == ["1", "2"]


FORGET = """
import streamlit as st

from normlib.components.run_view import forget_step

st.button("Reset", on_click=forget_step, args=("tc_step",))
st.text(f"{st.session_state.get('tc_step/forgotten', 0)}")
"""


def test_reset_forgets_the_step():
    app = AppTest.from_string(FORGET, default_timeout=20)
    app.query_params["tc_step"] = "12"
    app.run()
    app.button[0].click().run()
    assert not app.exception
    assert "tc_step" not in app.query_params
    assert app.text[0].value == "1"


CALLBACKS = """
import streamlit as st

from normlib.components.run_view import _ended, stopped

heard, halted = [], []
for message in st.session_state.messages:
    st.session_state["view"] = message
    _ended("view", heard.append)()
    stopped("view", halted.append)()
st.text(f"{heard} {halted} {st.session_state['view/told']}")
"""


def called(*messages):
    app = AppTest.from_string(CALLBACKS, default_timeout=20)
    app.session_state["messages"] = messages
    app.run()
    assert not app.exception
    return app.text[0].value


def test_an_end_is_passed_on_once():
    first = {"ended": {"runs": ["ab/0"]}}
    assert called(first, first) == "['ab'] [] ['ab/0']"
    assert called(first, {"ended": {"runs": ["ab/0", "cd/0"]}}) == "['ab', 'cd'] [] ['ab/0', 'cd/0']"
    assert called(first, {"ended": {"runs": ["ab/1"]}}) == "['ab', 'ab'] [] ['ab/0', 'ab/1']"


def test_what_the_session_remembers_is_bounded():
    messages = [{"ended": {"runs": [f"r{number}/0"]}} for number in range(80)]
    assert called(*messages).count("/0") == 64


def test_stop_names_the_run():
    assert called({"stop": {"run": "ab"}}) == "[] ['ab'] []"


@pytest.mark.parametrize(
    "message", [{}, {"stop": "ab"}, {"stop": {"run": 3}}, {"stop": None, "ended": {"runs": "ab/0"}}]
)
def test_what_the_browser_should_not_send_is_ignored(message):
    assert called(message) == "[] [] []"


@pytest.mark.parametrize("message", [None, "ab/0", [], {"runs": None}, {"runs": [3, None, "no slash"]}])
def test_what_is_no_end_of_a_run(message):
    assert ended_runs(message) == []
