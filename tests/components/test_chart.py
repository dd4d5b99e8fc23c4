import re

import numpy as np
import pytest
from streamlit.testing.v1 import AppTest

from normlib.components.chart import Frames, chart
from normlib.components.payload import unpack
from normlib.components.plotly_asset import PLOTLY_URL, plotly_file, plotly_version
from normlib.components.release import released_value

FIGURE = {"data": [{"type": "scatter", "y": np.array([1.0, np.nan, 3.0])}], "layout": {"height": 1}}


def frames(**changes):
    given = {
        "label": "Outlier",
        "unit": "sd",
        "values": [0.0, 1.0, 3.0],
        "value": 1.2,
        "data": {(0, "y"): np.zeros((3, 4))},
    }
    return Frames(**given | changes)


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"values": [1.0]}, r"at least 2 positions.*shape \(1,\)"),
        ({"values": [0.0, 2.0, 1.0]}, r"values\[1\] is 2 and values\[2\] is 1"),
        ({"values": [0.0, np.nan, 1.0]}, r"values\[0\] is 0 and values\[1\] is nan"),
        ({"value": float("nan")}, "value is nan: give a finite number, as 0"),
        ({"data": {(2, "x"): np.zeros((5, 4))}}, r"data\[2, 'x'\] has 5 entries, but values has 3"),
        ({"layout": {"shapes[0].x0": [1]}}, r"layout\['shapes\[0\].x0'\] has 1 entries, but values has 3"),
        ({"titles": ["a"]}, "titles has 1 entries, but values has 3"),
        ({"sentences": ["a", "b"]}, "sentences has 2 entries, but values has 3"),
    ],
)
def test_frames_that_do_not_fit_are_named(changes, message):
    with pytest.raises(ValueError, match=message):
        frames(**changes)


def test_a_trace_that_is_not_there_is_named():
    with pytest.raises(ValueError, match=r"moves 'y' of trace 1, but the figure has 1 traces: use 0 to 0"):
        chart(FIGURE, key="k", title="t", sentence="s", alt="a", frames=frames(data={(1, "y"): np.zeros((3, 4))}))


def test_positions_read_as_python_writes_them():
    assert frames(format="+.1f", unit="%").texts() == ["+0.0%", "+1.0%", "+3.0%"]
    assert frames(format=".2e", unit="").text(-0.05) == "−5.00e−02"


PAGE = """
import numpy as np
import streamlit as st

from normlib.components.chart import Frames, chart

figure = {"data": [{"type": "scatter", "y": np.array([1.0, np.nan])}], "layout": {"title": {"text": "T"}}}
moving = Frames(
    "Outlier", "sd", [0.0, 1.0], 1.0, {(0, "y"): np.ones((2, 2))}, {"annotations[0].text": ["a", "b"]}
)
value = chart(
    figure,
    key="k",
    title="See",
    sentence="So.",
    alt="A line.",
    frames=moving,
    narrow={"height": 300},
    dark={"#000000": "#ffffff"},
)
st.text(f"value {value}")
"""


def test_what_the_browser_is_given():
    app = AppTest.from_string(PAGE, default_timeout=20).run()
    assert not app.exception
    proto = app.get("bidi_component")[0].proto
    given = unpack(proto.bytes)
    assert proto.component_name == "normlib.chart"
    assert given["plotly"] == PLOTLY_URL
    assert (given["title"], given["sentence"], given["alt"]) == ("See", "So.", "A line.")
    assert given["narrow"] == {"height": 300}
    assert given["dark"] == {"#000000": "#ffffff"}
    np.testing.assert_array_equal(given["figure"]["data"][0]["y"], np.array([1, np.nan], "f4"))
    assert given["figure"]["layout"] == {"title": {"text": "T"}}
    assert given["frames"]["texts"] == ["0.0\xa0sd", "1.0\xa0sd"]
    assert given["frames"]["layout"] == [["annotations[0].text", ["a", "b"]]]
    trace, path, rows = given["frames"]["data"][0]
    assert (trace, path, rows.shape, rows.dtype) == (0, "y", (2, 2), np.float32)
    assert app.text[0].value == "value None"


NOT_RELEASES = [
    None,
    "5",
    {"value": "5", "count": 1},
    {"value": float("nan"), "count": 1},
    {"value": True, "count": 1},
    {"value": 5.0},
]


@pytest.mark.parametrize("message", NOT_RELEASES)
def test_a_message_that_is_not_a_release_is_ignored(message):
    assert released_value(message, frames().values) is None


def test_a_release_is_one_of_the_positions():
    assert released_value({"value": 1e9, "count": 1}, frames().values) == 3.0
    assert released_value({"value": 0.4, "count": 1}, frames().values) == 0.0
    assert released_value({"value": 1.0, "count": 1}, ()) is None


def test_the_address_names_the_version_that_the_file_has():
    assert re.fullmatch(r"/lab/plotly-\d+\.\d+\.\d+\.min\.js", PLOTLY_URL)
    assert f"plotly.js v{plotly_version()}".encode() in plotly_file().read_bytes()[:200]
