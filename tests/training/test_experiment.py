"""Every limit answers with the value at hand, what is allowed and what to do; keys follow what has an effect."""

import pytest
from pydantic import ValidationError

from normlib.training import Experiment, problems
from normlib.training.cost import MOST_SECONDS, seconds


def said(**settings):
    """Return the only problem of these settings."""
    with pytest.raises(ValidationError) as caught:
        Experiment(**settings)
    (problem,) = problems(caught.value, Experiment.model_fields)
    assert problem.message.endswith((".", "?"))
    assert "Input should" not in problem.message
    return problem


@pytest.mark.parametrize(
    ("settings", "parts"),
    [
        ({"steps": 10**9}, ["steps=1000000000", "0 to 20000", "at most 20000"]),
        ({"width": 0}, ["width=0", "1 to 512", "at least 1"]),
        ({"depth": 51}, ["depth=51", "at most 50 hidden layers"]),
        ({"depth": True}, ["depth=True", "1 to 50"]),
        ({"depth": "3"}, ["depth='3'", "no whole number"]),
        ({"learning_rate": 0}, ["learning_rate=0", "1e-06 to 1000"]),
        ({"learning_rate": float("nan")}, ["learning_rate", "no number"]),
        ({"learning_rate": "fast"}, ["learning_rate='fast' is no number"]),
        ({"eps": 0}, ["eps=0", "at least 1e-08"]),
        ({"keep": 1.5}, ["keep=1.5", "at most 1"]),
        ({"scale": float("inf")}, ["at most 1000"]),
        ({"method": "batchnorm"}, ["'batchnorm'", "none, batch, layer", "did you mean 'batch'"]),
        ({"data": 3}, ["data=3", "digits, wine"]),
        ({"widht": 3}, ["'widht'", "did you mean 'width'"]),
        ({"gamma": 1}, ["gamma=1", "true nor false"]),
        ({"seeds": 0}, ["seeds=0", "1 to 32"]),
        ({"seeds": list(range(40))}, ["40 seeds", "at most 32"]),
        ({"seeds": [1, -1]}, ["-1", "from 0"]),
        ({"seeds": "many"}, ["'many'", "[0, 1, 2]"]),
        ({"layers": [1, 9]}, ["hidden layer 9", "depth=4", "1 to 4"]),
        ({"layers": []}, ["names no layer"]),
        ({"layers": "middle"}, ["'middle'", "all, first, last"]),
        ({"record": ["loss"]}, ["'loss'", "gradients, activations, histograms"]),
        ({"method": "group", "groups": 5}, ["groups=5", "64 units", "1, 2, 4, 8, 16, 32, 64"]),
        ({"data": "wine", "batch_size": 200}, ["batch_size=200", "125 training rows of wine", "at most 125"]),
        (
            {"data": "wine", "batch_size": 62, "method": "batch"},
            ["batch_size=62", "125 training rows", "last batch has 1 row", "drop", "61 or 63"],
        ),
        ({"batch_size": 1, "method": "batch"}, ["batch_size=1", "2 rows or more", "layer norm"]),
        ({"depth": 50, "width": 512, "batch_size": 512}, ["depth=50, width=512, batch_size=512", "9.9 times"]),
        (
            {"depth": 50, "width": 256, "batch_size": 128, "steps": 20000},
            ["steps=20000", "3 seeds", f"{MOST_SECONDS} s are allowed", "use about"],
        ),
    ],
)
def test_a_setting_that_cannot_work_is_answered(settings, parts):
    message = said(**settings).message
    for part in parts:
        assert part in message


def test_the_advice_works():
    e = Experiment(depth=50, width=256, batch_size=128, steps=300)
    assert seconds(e) <= MOST_SECONDS
    for batch in (61, 63):
        Experiment(data="wine", batch_size=batch, method="batch")
    Experiment(data="wine", batch_size=62, method="batch", last_batch="drop")
    Experiment(data="wine", batch_size=62, method="layer")
    Experiment(data="wine", batch_size=62, method="batch", placement="none")


def test_several_problems_are_all_named():
    with pytest.raises(ValidationError) as caught:
        Experiment(depth=0, width=0, method="x")
    assert [one.fields for one in problems(caught.value)] == [("depth",), ("width",), ("method",)]


def test_an_experiment_cannot_be_changed():
    with pytest.raises(ValidationError):
        Experiment().depth = 3


@pytest.mark.parametrize(
    ("settings", "part"),
    [
        ({"method": "instance"}, "cannot see its input"),
        ({"method": "group", "groups": 64}, "groups=64 of 64 units"),
        ({"method": "group", "groups": 32}, "2 values"),
        ({"method": "layer", "width": 1}, "width=1"),
        ({"method": "batch", "batch_size": 2}, "2 rows per batch"),
        ({"method": "batch", "steps": 42}, "66 %"),
    ],
)
def test_what_will_surprise_is_said(settings, part):
    assert any(part in warning for warning in Experiment(**settings).warnings)


def test_ordinary_settings_have_no_warning():
    for method in ("none", "batch", "layer", "group", "rms"):
        assert Experiment(method=method).warnings == ()


def test_the_key_is_stable():
    """A stored run is found by it; a change here needs a new schema number."""
    assert Experiment().key == "fb505d56d29cef55ccc63a90a96a8e36cacec137d5a5df78ff3ffb95b9dfd29f"


def test_the_key_follows_what_has_an_effect():
    base = Experiment(method="batch")
    for change in (
        {"seeds": 4},
        {"eps": 1e-4},
        {"keep": 0.9},
        {"gamma": False},
        {"layers": "first"},
        {"placement": "after"},
        {"scale": 2.0},
        {"dtype": "float64"},
        {"points": 41},
        {"last_batch": "drop"},
    ):
        assert base.but(**change).key != base.key, change
    for same in ({"groups": 2}, {"momentum": 0.5}, {"eps": 1e-3}, {"layers": [1, 2, 3, 4]}, {"seeds": 3}):
        assert base.but(**same).key == base.key, same
    none = Experiment()
    assert none.but(placement="none", eps=0.1, keep=0.3, gamma=False).key == none.key
    assert none.but(placement="after").key != none.key  # activations are measured elsewhere
    assert base.but(placement="none").key == none.key


def test_json_both_ways():
    e = Experiment(method="group", groups=4, seeds=[5, 2, 2], layers=[3, 1], eps=1e-4, record=["gradients"])
    assert e.seeds == (2, 5)
    assert Experiment.from_json(e.model_dump_json()) == e
    with pytest.raises(ValidationError) as caught:
        Experiment.from_json('{"depth": 3, "extra": 1}')
    assert "'extra'" in problems(caught.value, Experiment.model_fields)[0].message
