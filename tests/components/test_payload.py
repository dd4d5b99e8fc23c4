import json
import struct

import numpy as np
import plotly.graph_objects as go
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from normlib.components.payload import pack, unpack

NUMBERS = st.sampled_from(["f4", "i1", "i2", "i4", "u1", "u2", "u4"])


@given(NUMBERS.flatmap(lambda kind: hnp.arrays(kind, hnp.array_shapes(min_dims=1, max_dims=3, min_side=0))))
def test_arrays_come_back_with_their_values_and_shape(array):
    back = unpack(pack({"before": "text", "array": array, "after": np.arange(3)}))["array"]
    assert back.shape == array.shape
    np.testing.assert_array_equal(back, array)


def test_nan_and_infinities_survive_in_arrays_and_become_null_outside():
    values = np.array([1.0, np.nan, np.inf, -np.inf])
    back = unpack(pack({"array": values, "list": values.tolist(), "one": np.float64("nan")}))
    np.testing.assert_array_equal(back["array"], values)
    assert back["list"] == [1.0, None, None, None]
    assert back["one"] is None


def test_the_text_is_strict_json_and_arrays_are_aligned():
    message = pack({"name": "ä", "a": np.zeros(3, np.uint8), "b": np.ones((2, 5), np.float64)}, double=True)
    (length,) = struct.unpack_from("<I", message)
    head = json.loads(message[4 : 4 + length], parse_constant=pytest.fail)
    assert (4 + length) % 8 == 0
    assert head["a"] == {"$array": ["u1", 0, 3]}
    assert head["b"] == {"$array": ["f8", 8, 2, 5]}
    assert len(message) == 4 + length + 8 + 80


@pytest.mark.parametrize(("double", "kind"), [(False, "f4"), (True, "f8")])
def test_float64_travels_whole_only_when_asked(double, kind):
    array = unpack(pack(np.array([0.1]), double=double))
    assert array.dtype == kind
    assert array[0] == np.array(0.1, kind)


def test_float32_is_not_made_longer():
    both = unpack(pack({"short": np.ones(3, np.float32), "long": np.ones(3)}, double=True))
    assert (both["short"].dtype, both["long"].dtype) == (np.float32, np.float64)


def test_integers_take_the_smallest_type_that_holds_them():
    big = np.array([0, 2**40])
    assert unpack(pack(np.array([0, 200]))).dtype == "u1"
    assert unpack(pack(np.array([-1, 200]))).dtype == "i2"
    assert unpack(pack(big)).dtype == "f8"
    np.testing.assert_array_equal(unpack(pack(big)), big)


def test_text_and_truth_arrays_become_lists():
    assert unpack(pack({"t": np.array(["a", "b"]), "b": np.array([True, False])})) == {
        "t": ["a", "b"],
        "b": [True, False],
    }


def test_a_plotly_figure_may_be_among_the_leaves():
    back = unpack(pack(go.Figure(go.Scatter(y=np.arange(3.0)), {"template": "plotly"}).layout))
    assert back["template"]["data"]["bar"][0]["type"] == "bar"


def test_what_cannot_travel_is_named():
    with pytest.raises(TypeError, match=r"A set cannot travel to the browser"):
        pack({"values": {1, 2}})
