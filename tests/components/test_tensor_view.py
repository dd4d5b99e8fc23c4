import re
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from streamlit.testing.v1 import AppTest

import normlib
from normlib.activations import activations
from normlib.components.payload import unpack
from normlib.components.tensor_view import Step, parse_place, place_text, tensor_view
from normlib.figures.look import METHODS

SCRIPT = Path(__file__).parents[1] / "browser" / "tensor_app" / "script.py"
DIGITS = activations("digits")


def opened(**link):
    app = AppTest.from_file(str(SCRIPT), default_timeout=30)
    for name, value in link.items():
        app.query_params[name] = value
    app.run()
    assert not app.exception
    return app


def given_to_the_browser(app):
    (proto,) = [part.proto for part in app.get("bidi_component") if part.proto.component_name == "normlib.tensor_view"]
    return unpack(proto.bytes), len(proto.bytes)


@pytest.mark.parametrize("data", ["digits", "photographs", "dense"])
def test_the_browser_gets_the_values_and_the_statistics_as_the_core_has_them(data):
    shown, _ = given_to_the_browser(opened(ax_data=data, ax_method="group", ax_groups="2", ax_affine="per channel"))
    x = activations(data).x
    (step,) = shown["steps"]
    assert shown["shape"] == list(x.shape)
    assert shown["x"].dtype == np.float32
    np.testing.assert_array_equal(shown["x"], x.ravel())
    assert shown["ends"] == [x.min(), x.max()]
    draw = np.random.default_rng(1)
    gamma, beta = draw.uniform(0.5, 1.5, x.shape[3]), draw.normal(0, 1, x.shape[3])
    result = normlib.group_norm(x.astype(np.float64), 2, gamma=gamma, beta=beta)
    regions = step["regions"]
    assert regions["mean"].dtype == np.float64
    np.testing.assert_array_equal(regions["mean"], result.mean.ravel())
    np.testing.assert_array_equal(regions["variance"], result.variance.ravel())
    np.testing.assert_array_equal(regions["gamma"]["values"], gamma)
    np.testing.assert_array_equal(regions["beta"]["values"], beta)
    assert regions["gamma"]["shape"] == [1, 1, 1, x.shape[3]]
    grey = np.clip(result.output.ravel(), -3, 3)
    np.testing.assert_allclose(step["levels"] / 255 * 6 - 3, grey, atol=3 / 255 + 1e-9)
    halves = np.split(result.output, 2, axis=3)
    means = np.stack([half.mean(axis=(1, 2, 3)) for half in halves], axis=1).ravel()
    sds = np.stack([half.std(axis=(1, 2, 3)) for half in halves], axis=1).ravel()
    np.testing.assert_allclose(regions["afterMean"], means, atol=1e-6)
    np.testing.assert_allclose(regions["afterSd"], sds, rtol=1e-6)


@pytest.mark.parametrize("link", [
    {"ax_method": "batch"}, {"ax_method": "layer", "ax_axes": "C"}, {"ax_method": "layer", "ax_affine": "per element"},
    {"ax_steps": "groups"}, {"ax_steps": "batch size"},
])  # fmt: skip
def test_the_largest_tensor_stays_small(link):
    _, size = given_to_the_browser(opened(ax_data="photographs", **link))
    assert 57_600 < size < 180_000


def test_a_step_that_cannot_be_normalized_says_so_and_shows_nothing_after():
    shown, _ = given_to_the_browser(opened(ax_data="dense", ax_steps="batch size"))
    first, second, *_ = shown["steps"]
    assert "at least 2 values per channel" in first["problem"]
    assert first["regions"] is None
    assert "levels" not in first
    assert first["samples"] == 1
    assert (second["problem"], second["samples"], len(second["levels"])) == ("", 2, 2 * 12)


def test_without_normalization_the_values_stay():
    shown, _ = given_to_the_browser(opened(ax_method="none"))
    (step,) = shown["steps"]
    assert step["regions"] is None
    low, high = shown["ends"]
    assert shown["afterEnds"] == [low, high, False]
    assert high > 3
    np.testing.assert_allclose(
        step["levels"] / 255 * (high - low) + low, DIGITS.x.ravel(), atol=(high - low) / 510 + 1e-6
    )


PLACES = st.tuples(*[st.integers(0, 400)] * 4)


@given(PLACES)
def test_a_place_comes_back_from_the_address(place):
    assert parse_place(place_text(place)) == place
    assert re.fullmatch(r"[1-9]\d*(\.[1-9]\d*){3}", place_text(place))


@pytest.mark.parametrize("text", ["", "1", "1.1.1", "1.1.1.1.1", "0.1.1.1", "-1.1.1.1", "a.b.c.d", "1.1.1.²", "1..1.1",
                                  "9" * 400 + ".1.1.1", "1,1,1,1", "1e1.1.1.1", "١.1.1.1"])  # fmt: skip
def test_what_is_no_place(text):
    assert parse_place(text) is None


def place(app):
    return app.text[0].value


def test_a_link_names_a_place():
    app = opened(ax_at="6.8.1.3")
    assert not app.warning
    assert place(app) == "place (5, 7, 0, 2)"
    assert given_to_the_browser(app)[0]["place"] == [5, 7, 0, 2]


@pytest.mark.parametrize("asked", ["7.1.1.1", "1.9.1.1", "none of these", "", "1.1.1", "<b>1</b>"])
def test_a_link_that_names_no_place_is_answered(asked):
    app = opened(ax_at=asked)
    (message,) = [warning.value for warning in app.warning]
    assert "ax_at" in message
    assert "up to 6.8.8.6" in message
    assert "1.5.5.2 is used" in message
    assert place(app) == "place (0, 4, 4, 1)"
    app.run()
    assert not app.warning


def test_a_place_outside_a_smaller_tensor_moves_inside_silently():
    app = opened(ax_data="photographs", ax_at="6.20.20.6")
    assert place(app) == "place (5, 19, 19, 5)"
    app.get_by_key("ax_data").set_value("digits").run()
    assert not app.warning
    assert place(app) == "place (5, 7, 7, 5)"


def test_reset_forgets_the_place():
    app = opened(ax_at="6.8.1.3")
    before = given_to_the_browser(app)[0]["forgotten"]
    next(button for button in app.button if button.label == "Reset").click().run()
    assert not app.exception
    assert place(app) == "place (0, 4, 4, 1)"
    assert "ax_at" not in app.query_params
    assert given_to_the_browser(app)[0]["forgotten"] == before + 1


def step(**changes):
    return Step(**{"text": "1", "value": 1.0, "result": None, "title": "t", "sentence": "s."} | changes)


def draw(x=DIGITS.x, steps=None, samples=DIGITS.samples, channels=DIGITS.channels, **options):
    given = {"value": 1.0, "key": "k", "style": METHODS["batch"], "alt": "a"} | options
    return tensor_view(x, steps or [step()], samples=samples, channels=channels, **given)


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"x": DIGITS.x[0]}, r"x has the shape \(8, 8, 6\), but the view shows \(N, H, W, C\)"),
        ({"samples": ["one"]}, r"samples names 1, but x of shape \(6, 8, 8, 6\) has 6"),
        ({"channels": ["one"]}, r"channels names 1, but x of shape \(6, 8, 8, 6\) has 6"),
        ({"place": (0, 8, 0, 0)}, r"place=\(0, 8, 0, 0\) is not inside x of shape \(6, 8, 8, 6\)"),
        ({"steps": [step(), step()]}, r"steps must ascend, but 1 follows 1"),
        ({"steps": [step(samples=7)]}, r"Step '1' has 7 samples, but x has 6"),
        ({"steps": [step(result=normlib.batch_norm(DIGITS.x[..., :2]))]}, r"result of shape \(6, 8, 8, 2\)"),
    ],
)
def test_what_does_not_fit_is_named(changes, message):
    with pytest.raises(ValueError, match=message):
        draw(**changes)


def test_a_step_has_a_result_or_a_problem():
    with pytest.raises(ValueError, match="Step '1' has a result and a problem"):
        step(result=normlib.batch_norm(DIGITS.x), problem="p")
