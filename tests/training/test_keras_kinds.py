"""Convolutional networks and transformers in the Keras engine, against Keras' own training and NumPy."""

import numpy as np
import pytest

from normlib.layers import layer_norm
from normlib.training import Experiment, Stopped, collect
from normlib.training import train as numpy_train
from normlib.training.batches import batch_rows
from normlib.training.kernels import initial_weights
from normlib.training.sets import training_set

pytestmark = pytest.mark.keras

ALL = ("gradients", "activations", "histograms")
# 160 rows to train on: the sixth batch of every epoch has 10 rows.
BASE = {"dtype": "float64", "test_share": 0.9, "batch_size": 34, "width": 8, "groups": 2, "depth": 2, "points": 200}
CASES = [
    {"kind": "conv", "method": "none", "optimizer": "momentum", "scale": 1.5},
    {"kind": "conv", "method": "batch", "optimizer": "sgd", "depth": 3, "keep": 0.9},
    {"kind": "conv", "method": "batch", "placement": "after", "optimizer": "adam", "activation": "tanh"},
    {"kind": "conv", "method": "group", "optimizer": "sgd", "init": "xavier"},
    {"kind": "conv", "method": "layer", "optimizer": "momentum", "placement": "after"},
    {"kind": "conv", "method": "instance", "optimizer": "sgd", "activation": "sigmoid", "depth": 1},
    {"kind": "conv", "method": "rms", "optimizer": "sgd", "activation": "relu"},
    {"kind": "transformer", "method": "layer", "optimizer": "adam"},
    {"kind": "transformer", "method": "layer", "placement": "after", "optimizer": "sgd", "activation": "tanh"},
    {"kind": "transformer", "method": "rms", "optimizer": "momentum", "init": "normal"},
    {"kind": "transformer", "method": "batch", "optimizer": "sgd", "depth": 1, "scale": 0.5},
    {"kind": "transformer", "method": "none", "optimizer": "sgd", "depth": 1},
]
RATES = {"sgd": 0.05, "momentum": 0.02, "adam": 0.003}


@pytest.fixture(scope="module")
def train():
    pytest.importorskip("tensorflow")
    from normlib.training.keras_engine import train  # noqa: PLC0415 - TensorFlow takes seconds to load

    return train


@pytest.mark.parametrize("case", CASES, ids=lambda case: "-".join(map(str, case.values())))
def test_one_member_is_what_keras_trains(train, case):
    from tests.training import keras_kinds_peer  # noqa: PLC0415

    e = Experiment(**{**BASE, "steps": 30, "seeds": [5], "record": [], **case}, learning_rate=RATES[case["optimizer"]])
    assert e.train_rows % e.batch_size not in {0, 1}
    ours = collect([e], train([e]))[0].values
    steps, (nll, accuracy) = keras_kinds_peer.train(e, 5)
    assert np.abs(ours["loss"][0, :-1] / steps[:, 0] - 1).max() < 1e-8
    assert np.abs(ours["accuracy"][0, :-1] - steps[:, 1]).max() < 1e-12
    assert abs(ours["test_nll"][0, -1] / nll - 1) < 1e-8
    assert abs(ours["test_accuracy"][0, -1] - accuracy) < 1e-6
    if case["method"] != "none":  # a transformer without norm may take longer than 30 steps
        assert steps[-5:, 0].mean() < steps[:5, 0].mean()


def blocks(e, seed, x):
    """Return logits, and what enters and leaves each norm, of a transformer with layer norm at its start."""
    embedding, position, *rest, last = initial_weights(e, seed)
    inside, outside = [], []

    def norm(h):
        inside.append(h)
        outside.append(layer_norm(h, eps=e.epsilon).output)
        return outside[-1]

    def attention(h, query, key, value, output):
        q, k, v = (np.einsum("btw,whd->bhtd", h, weights) for weights in (query, key, value))
        scale = np.float64(np.float32(1 / np.sqrt(e.width // 4)))  # Keras casts the Python number on the way
        scores = np.exp(q @ k.transpose(0, 1, 3, 2) * scale)
        mixed = scores / scores.sum(axis=-1, keepdims=True) @ v
        return np.einsum("bhtd,hdw->btw", mixed, output)

    def mlp(h, up, down):
        return np.maximum(h @ up, 0) @ down

    h = x @ embedding + position
    for first in range(0, 6 * e.depth, 6):
        for f, own in ((attention, rest[first : first + 4]), (mlp, rest[first + 4 : first + 6])):
            h = h + f(norm(h), *own) if e.site == "before" else norm(h + f(h, *own))
    if e.site == "before":
        h = layer_norm(h, eps=e.epsilon).output
    return h.mean(axis=1) @ last, inside, outside


@pytest.mark.parametrize("placement", ["before", "after"])
def test_where_the_norms_of_a_transformer_stand(train, placement):
    e = Experiment(**BASE, kind="transformer", method="layer", placement=placement, steps=0, seeds=[2], record=ALL)
    ours = {name: values[0, 0] for name, values in collect([e], train([e]))[0].values.items()}
    rows, batch = training_set(e, 2), batch_rows(e, 2, 0)
    logits, inside, outside = blocks(e, 2, rows.x[batch].reshape(-1, 8, 8))
    losses = np.log(np.exp(logits).sum(axis=1)) - logits[np.arange(len(batch)), rows.y[batch]]
    assert abs(ours["loss"] / losses.mean() - 1) < 1e-12
    for name, arrays in (("input", inside), ("output", outside)):
        assert len(arrays) == e.hidden == 4
        assert np.abs(ours[f"{name}_mean"] - [one.mean() for one in arrays]).max() < 1e-12
        assert np.abs(ours[f"{name}_sd"] - [one.std() for one in arrays]).max() < 1e-12
        middle = np.stack([np.percentile(one, (15, 50, 85)) for one in arrays])
        assert np.abs(ours[f"{name}_percentiles"] - middle).max() < 1e-12


@pytest.mark.parametrize(("kind", "method"), [("conv", "batch"), ("transformer", "layer")])
def test_gradients_of_each_layer_are_those_of_keras(train, kind, method):
    from tests.training import keras_kinds_peer  # noqa: PLC0415

    e = Experiment(**BASE, kind=kind, method=method, steps=0, seeds=[1], record=["gradients"])
    ours = collect([e], train([e]))[0].values["gradient_norm"][0, 0]
    assert ours.shape == (e.hidden + 1,)
    assert np.abs(ours / keras_kinds_peer.gradient_norms(e, 1) - 1).max() < 1e-8


def test_statistics_of_batch_norm_are_over_rows_and_positions(train):
    e = Experiment(**BASE, kind="conv", method="batch", steps=12, seeds=[0, 3], record=ALL)
    found = collect([e], train([e]))[0].values
    shapes = {"input_mean": (2,), "output_percentiles": (2, 3), "input_histogram": (2, 40), "gradient_norm": (3,)}
    for name, shape in shapes.items():
        assert found[name].shape == (2, 13, *shape), name
    assert np.abs(found["output_mean"][:, 0]).max() < 1e-12
    assert np.abs(found["output_sd"][:, 0] - 1).max() < 0.01
    assert np.abs(found["input_histogram"].sum(axis=-1) - 1).max() < 1e-12
    # Before the first step the running variance is 1, so the ratio is the spread of what enters.
    about = np.sqrt(found["input_sd"] ** 2 + found["input_mean"] ** 2)[:, 0]
    there = np.sqrt(found["running_sd_ratio"] ** 2 + found["running_mean_gap"] ** 2)[:, 0]
    assert np.abs(there / about - 1).max() < 1e-12
    assert found["test_accuracy_batch"].shape == (2, 13)


def test_members_are_runs_of_their_own_to_the_last_bit(train):
    for kind, method in (("conv", "batch"), ("transformer", "layer")):
        base = Experiment(
            **{**BASE, "dtype": "float32", "points": 4}, kind=kind, method=method, steps=20, record=ALL, seeds=[0, 1, 2]
        )
        ladder = [base, base.but(learning_rate=0.05, scale=2.0, eps=1e-2, keep=0.5, seeds=[1])]
        together, again = (collect(ladder, train(ladder)) for _ in range(2))
        alone = collect([ladder[1]], train([ladder[1]]))[0]
        for name, values in alone.values.items():
            assert np.array_equal(together[1].values[name], values, equal_nan=True), name
        for one, other in zip(together, again, strict=True):
            assert all(np.array_equal(one.values[name], other.values[name], equal_nan=True) for name in one.values)


@pytest.mark.parametrize("kind", ["conv", "transformer"])
def test_a_member_that_leaves_the_numbers_stops_and_the_others_go_on(train, kind):
    # Dead units would keep the loss finite.
    base = Experiment(
        **{**BASE, "points": 5}, kind=kind, method="none", activation="identity", steps=40, seeds=[0, 4], record=ALL
    )
    ladder = [base.but(learning_rate=rate) for rate in (0.001, 1000.0)]
    events = list(train(ladder))
    stopped = [event for event in events if isinstance(event, Stopped)]
    assert sorted((one.arm, one.seed) for one in stopped) == [(1, 0), (1, 4)]
    for one in stopped:
        assert 0 < one.step < 40
        assert 0 <= one.layer <= base.hidden + 1
        assert f"after {one.step} update" in one.message
        assert one.where in {"weights", "linear output", "norm output", "activation", "logits"}
    ours, alone = collect(ladder, events)[0], collect(ladder[:1], train(ladder[:1]))[0]
    assert all(np.array_equal(ours.values[name], values) for name, values in alone.values.items())
    # A step earlier everything was still finite.
    for one in stopped:
        short = ladder[1].but(seeds=[one.seed], steps=one.step - 1, points=1)
        assert np.isfinite(collect([short], train([short]))[0].values["loss"]).all()


def test_regions_are_those_of_the_other_engine(train):
    e = Experiment(
        data="spirals", method="batch", depth=2, width=8, steps=20, points=3, record=["regions"], dtype="float64"
    )
    ours, theirs = (collect([e], run([e]))[0].values["regions"] for run in (train, numpy_train))
    assert ours.shape == (3, 3, 1024)
    assert ours.dtype == np.float32
    assert np.abs(ours - theirs).max() < 1e-6
    assert ours[:, -1].std() > 0.1
