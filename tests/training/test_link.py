"""Experiments and comparisons survive the way through an address; what an address may hold is checked."""

from urllib.parse import parse_qsl

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from normlib.training import Comparison, Experiment, comparison, link, problems
from normlib.training.sets import SIZES

SETTINGS = {
    "data": st.sampled_from(sorted(SIZES)),
    "inputs": st.sampled_from(["scaled", "raw"]),
    "test_share": st.floats(0.05, 0.5),
    "depth": st.integers(1, 6),
    "width": st.sampled_from([8, 12, 64]),
    "activation": st.sampled_from(["relu", "sigmoid", "tanh", "identity"]),
    "method": st.sampled_from(["none", "batch", "layer", "instance", "group", "rms"]),
    "eps": st.none() | st.floats(1e-8, 1),
    "keep": st.floats(0, 1),
    "groups": st.sampled_from([1, 2, 4]),
    "gamma": st.booleans(),
    "beta": st.booleans(),
    "placement": st.sampled_from(["none", "before", "after"]),
    "layers": st.sampled_from(["all", "first", "last"]) | st.just((1,)),
    "init": st.sampled_from(["he", "xavier", "normal"]),
    "scale": st.floats(1e-3, 1e3),
    "optimizer": st.sampled_from(["sgd", "momentum", "adam"]),
    "learning_rate": st.floats(1e-6, 1e3),
    "momentum": st.floats(0, 0.999),
    "batch_size": st.integers(2, 60),
    "last_batch": st.just("drop"),
    "steps": st.integers(0, 1000),
    "seeds": st.integers(1, 4) | st.lists(st.integers(0, 2**32 - 1), min_size=1, max_size=4),
    "points": st.integers(1, 200),
    "spacing": st.sampled_from(["early", "even"]),
    "record": st.lists(st.sampled_from(["gradients", "activations", "histograms", "regions", "drift", "shift"])),
    "dtype": st.sampled_from(["float32", "float64"]),
    "noise": st.floats(0, 1),
}
EXPERIMENTS = st.fixed_dictionaries({}, optional=SETTINGS).map(
    lambda some: Experiment(**{"batch_size": 32, "last_batch": "drop", **some})
)


def test_every_setting_is_tried():
    assert set(SETTINGS) | {"kind"} == set(Experiment.model_fields)


@given(EXPERIMENTS)
def test_there_and_back(e):
    address = link.to_link(link.to_query(e))
    query = dict(parse_qsl(address, keep_blank_values=True))
    assert link.from_query(query) == (e, ())
    assert Experiment.from_json(e.model_dump_json()) == e
    assert Experiment.from_json(e.model_dump_json()).key == e.key


def test_only_what_differs_is_written():
    assert link.to_query(Experiment()) == {}
    assert link.to_link(link.to_query(Experiment(method="batch", learning_rate=0.5))) == "method=batch&lr=0.5"


@given(st.dictionaries(st.sampled_from(link.short_names()) | st.text(max_size=5), st.text(max_size=8), max_size=6))
def test_any_address_gives_an_experiment(query):
    e, messages = link.from_query(query)
    assert isinstance(e, Experiment)
    assert all(message.endswith(".") for message in messages)


def test_what_cannot_be_used_falls_back_and_is_said():
    e, messages = link.from_query({"steps": "1000000000", "lr": "0.5", "foo": "1", "method": "group", "groups": "7"})
    assert (e.steps, e.learning_rate, e.method, e.groups) == (500, 0.5, "group", 8)
    text = " ".join(messages)
    for part in ("'foo'", "steps=1000000000", "at most 20000", "groups=7", "1, 2, 4, 8"):
        assert part in text


def test_an_address_speaks_its_own_names():
    _, (message,) = link.from_query({"lr": "-1"})
    assert message.startswith("lr=-1 is out of range")


COMPARED = [
    Comparison(base=Experiment(method="batch"), factor="learning_rate", values=[0.01, 0.1, 1]),
    Comparison(base=Experiment(seeds=[4]), factor="method", values=["none", "batch", "layer"]),
    Comparison(factor="layers", values=["all", [1, 3], [2]]),
    Comparison(factor="seeds", values=[2, [7], [1, 5]]),
    Comparison(factor="eps", values=[None, 1e-5]),
    Comparison(factor="gamma", values=[True, False]),
    Comparison(factor="data", values=["breast cancer", "moons"]),
    Comparison(factor="record", values=[[], ["gradients", "histograms"]]),
]


@pytest.mark.parametrize("compared", COMPARED, ids=lambda compared: compared.factor)
def test_comparisons_there_and_back(compared):
    query = dict(parse_qsl(link.to_link(compared.to_query()), keep_blank_values=True))
    found, messages = comparison.from_query(query, COMPARED[1])
    assert messages == ()
    assert found.arms == compared.arms
    assert Comparison.model_validate_json(compared.model_dump_json()).arms == compared.arms
    assert found.key == compared.key


def test_a_comparison_that_cannot_be_used_falls_back():
    found, messages = comparison.from_query({"method": "batch", "vary": "lr", "values": "0.1~x"}, COMPARED[1])
    assert found.factor == "method"
    assert "'x' is no number" in " ".join(messages)


@pytest.mark.parametrize(
    ("settings", "part"),
    [
        ({"factor": "metod", "values": [1, 2]}, "did you mean 'method'"),
        ({"factor": "depth", "values": [1]}, "1 values"),
        ({"factor": "depth", "values": 3}, "2 to 12"),
        ({"factor": "depth", "values": [1, 99]}, "depth=99"),
        ({"factor": "groups", "values": [2, 5], "base": Experiment(method="group")}, "groups=5 does not divide"),
        ({"factor": "learning_rate", "values": [0.1] * 12, "base": Experiment(steps=9000, seeds=32)}, "12 arms"),
    ],
)
def test_a_comparison_answers(settings, part):
    with pytest.raises(ValidationError) as caught:
        Comparison(**settings)
    assert any(part in one.message for one in problems(caught.value))


def test_what_differs_and_what_is_shared():
    assert COMPARED[1].shared == {"split": True, "batches": True, "draws": True}
    assert "Only method differs (none, batch, layer)" in COMPARED[1].differs
    assert COMPARED[6].shared == {"split": False, "batches": False, "draws": False}
    twice = Comparison(factor="method", values=["none", "batch", "none", "batch"])
    assert twice.equal == ((0, 2), (1, 3))
