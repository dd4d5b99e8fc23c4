"""The engine and Keras draw the same curves: every method, placement, activation and optimizer, in float64."""

import numpy as np
import pytest

from normlib.training import Experiment, collect, train

pytestmark = pytest.mark.keras

METHODS = ["none", "batch", "layer", "instance", "group", "rms"]
BASE = {
    "width": 32,
    "groups": 2,
    "depth": 3,
    "seeds": [5],
    "steps": 200,
    "points": 200,
    "dtype": "float64",
    "record": ["gradients"],
}
CASES = [
    *({"method": m, "placement": "before", "optimizer": "sgd", "activation": "relu"} for m in METHODS),
    *({"method": m, "placement": "after", "optimizer": "momentum", "activation": "sigmoid"} for m in METHODS[1:]),
    *({"method": m, "placement": "before", "optimizer": "adam", "activation": "tanh"} for m in METHODS),
    {"method": "batch", "layers": "first", "gamma": False, "keep": 0.9, "data": "wine", "activation": "identity"},
    {"method": "group", "groups": 4, "layers": [2, 3], "beta": False, "last_batch": "drop", "init": "xavier"},
    {"method": "batch", "placement": "after", "eps": 1e-5, "data": "breast cancer", "batch_size": 50, "scale": 3.0},
]
# Small enough that rounding errors do not grow from step to step.
RATES = {"sgd": 0.05, "momentum": 0.03, "adam": 0.003}


@pytest.fixture(scope="module")
def peer():
    pytest.importorskip("tensorflow")
    from tests.training import keras_peer  # noqa: PLC0415 - TensorFlow takes seconds to load

    return keras_peer


@pytest.mark.parametrize("case", CASES, ids=lambda case: "-".join(map(str, case.values())))
def test_curves_agree(peer, case):
    e = Experiment(**{**BASE, "learning_rate": RATES[case.get("optimizer", "sgd")], **case})
    ours = collect([e], train([e]))[0]
    theirs = peer.train(e, e.seeds[0])
    assert len(ours.steps) == 200
    for name, values in theirs.items():
        found, expected = ours.values[name][0], values[ours.steps]
        scale = np.maximum(np.abs(expected), 1e-12 if name == "gradient_norm" else 0)
        assert (np.abs(found - expected) <= 1e-8 * scale).all(), (name, np.abs(found / expected - 1).max())
