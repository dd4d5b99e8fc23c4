"""Convolutional networks and transformers as settings: what they refuse, what they draw, what they cost."""

import numpy as np
import pytest
from pydantic import ValidationError

from normlib.training import Comparison, Experiment, draws, link, problems, train
from normlib.training.cost import MOST_SECONDS, seconds, work_per_step
from normlib.training.kernels import initial_weights, kernels
from normlib.training.plan import plan

OTHER = ("conv", "transformer")


@pytest.mark.parametrize(
    ("settings", "parts"),
    [
        ({"kind": "cnn"}, ["'cnn'", "dense, conv, transformer", "conv"]),
        ({"kind": "conv", "data": "wine"}, ["kind=conv", "data=digits", "wine has none", "kind=dense"]),
        ({"kind": "transformer", "data": "moons"}, ["kind=transformer", "moons has none"]),
        ({"kind": "conv", "depth": 9}, ["depth=9", "1 to 8 convolutions", "kind=dense"]),
        ({"kind": "transformer", "depth": 50}, ["depth=50", "1 to 8 blocks"]),
        ({"kind": "transformer", "width": 30}, ["width=30", "4 heads", "28 or 32"]),
        ({"kind": "transformer", "width": 2}, ["width=2", "such as 4."]),
        ({"kind": "transformer", "method": "group"}, ["method=group", "layer, rms or batch", "kind=conv"]),
        ({"kind": "transformer", "method": "instance"}, ["method=instance", "kind=conv"]),
        ({"kind": "transformer", "depth": 2, "layers": [5]}, ["hidden layer 5", "depth=2 gives 4", "1 to 4"]),
        ({"kind": "conv", "method": "group", "groups": 5}, ["groups=5", "64 channels", "1, 2, 4, 8, 16, 32, 64"]),
        ({"kind": "conv", "depth": 8, "width": 512, "batch_size": 256}, ["width=512", "times what is allowed"]),
        ({"kind": "conv", "steps": 20_000, "seeds": 32}, ["steps=20000", f"{MOST_SECONDS} s are allowed"]),
    ],
)
def test_a_setting_that_cannot_work_is_answered(settings, parts):
    with pytest.raises(ValidationError) as caught:
        Experiment(**settings)
    (problem,) = problems(caught.value, Experiment.model_fields)
    assert problem.message.endswith((".", "?"))
    for part in parts:
        assert part in problem.message


@pytest.mark.parametrize("kind", OTHER)
def test_the_defaults_fit_and_are_not_surprising(kind):
    for method in ("none", "batch", "layer", "rms"):
        assert Experiment(kind=kind, method=method).warnings == ()
    assert Experiment(kind="conv", method="instance").warnings == ()
    (warning,) = Experiment(kind="conv", method="instance", placement="after").warnings
    assert "the mean beta" in warning
    # One row has several positions, over which batch norm can average.
    assert Experiment(kind=kind, method="batch", batch_size=1, steps=200).kind == kind


def test_the_key_tells_kinds_apart():
    keys = {Experiment(kind=kind).key for kind in ("dense", *OTHER)}
    assert len(keys) == 3
    base = Experiment(kind="transformer", depth=2, method="layer")
    assert base.key == base.but(layers=[1, 2, 3, 4], groups=2).key != base.but(layers=[1, 2]).key
    query = link.to_query(base)
    assert query["kind"] == "transformer"
    assert link.from_query(query) == (base, ())


def test_hidden_layers_and_their_names():
    e = Experiment(kind="transformer", depth=2, width=16, method="batch", layers="last")
    assert (e.hidden, e.widths) == (4, (8, 16, 16, 16, 16, 10))
    assert e.norms == (False, False, False, True)
    assert all(e.biases)
    names = [e.layer_name(layer) for layer in range(6)]
    assert names[::2] == ["the embedding", "the MLP of block 1", "the MLP of block 2"]
    assert names[1::2] == ["the attention of block 1", "the attention of block 2", "the last layer"]
    conv = Experiment(kind="conv", depth=3, width=8, method="batch", layers="first")
    assert (conv.hidden, conv.biases) == (3, (False, True, True))


def test_numpy_trains_dense_networks_alone():
    assert Experiment().engines == ("numpy", "keras")
    for kind in OTHER:
        e = Experiment(kind=kind)
        assert e.engines == ("keras",)
        with pytest.raises(ValueError, match=f"kind={kind} is another: choose the Keras engine, or kind=dense"):
            next(train([Experiment(), e]))


@pytest.mark.parametrize("kind", OTHER)
def test_weights_are_the_draws_scaled(kind):
    e = Experiment(kind=kind, depth=2, width=64, scale=0.5)
    he, xavier = (initial_weights(e.but(init=init), 3) for init in ("he", "xavier"))
    for kernel, one, other in zip(kernels(e), he, xavier, strict=True):
        layer, part = kernel.stream
        plain = draws.standard_weights(3, layer, kernel.shape, part)
        assert one.shape == kernel.shape
        if kernel.name == "position":
            assert np.allclose(one, 0.02 * plain, rtol=1e-15)
            assert np.array_equal(one, other)
            continue
        scale = 1.0 if kernel.name == "last" else 0.5
        assert np.allclose(one, plain * scale * np.sqrt(2 / kernel.inputs), rtol=1e-14)
        assert np.allclose(other, plain * scale * np.sqrt(2 / (kernel.inputs + kernel.outputs)), rtol=1e-14)
    streams = [kernel.stream for kernel in kernels(e)]
    assert len(set(streams)) == len(streams)


def test_fans_are_those_of_keras():
    """An output of a convolution is a sum over 9 pixels of each channel; one of attention over the width."""
    fans = {one.name: (one.inputs, one.outputs) for one in kernels(Experiment(kind="conv", depth=2, width=16))}
    assert fans == {"kernel": (144, 144), "last": (16, 10)}
    assert kernels(Experiment(kind="conv", depth=1, width=16))[0][3:5] == (9, 144)
    fans = {one.name: (one.inputs, one.outputs) for one in kernels(Experiment(kind="transformer", depth=1, width=16))}
    assert {fans[name] for name in ("query", "key", "value", "output")} == {(16, 16)}
    assert (fans["up"], fans["down"], fans["embedding"]) == ((16, 32), (32, 16), (8, 16))


@pytest.mark.parametrize("kind", OTHER)
def test_more_layers_leave_those_below_alone(kind):
    shallow, deep = (initial_weights(Experiment(kind=kind, depth=depth, width=8), 0) for depth in (1, 3))
    below = shallow[:-1]
    assert all(np.array_equal(one, other) for one, other in zip(below, deep, strict=False))


FIRST = [-0.285833, -0.029236, -1.032645, 0.105576, 0.994882, -0.872026, -0.334913, 0.390015, -0.049853]


def test_the_first_draws_never_change():
    e = Experiment(kind="transformer", depth=1, width=4)
    assert [round(float(one.ravel()[0]), 6) for one in initial_weights(e, 0)] == FIRST


def test_work_counts_every_product():
    # 3 x 3 x 1 x 4 at 64 pixels, 3 x 3 x 4 x 4 at 16, and 4 x 10 at the end.
    e = Experiment(kind="conv", depth=2, width=4, batch_size=2)
    assert work_per_step(e) == 6 * 2 * (36 * 64 + 144 * 64 // 4 + 40)
    # Embedding, four matrices of attention, scores and sums over 8 x 8 pairs of tokens, two of the MLP, the last.
    e = Experiment(kind="transformer", depth=1, width=4, batch_size=2)
    assert work_per_step(e) == 6 * 2 * (8 * 32 + 8 * 4 * 16 + 2 * 64 * 4 + 8 * 2 * 32 + 40)


def test_the_estimate_grows_with_the_work():
    for kind in OTHER:
        small, long, deep = (
            Experiment(kind=kind, width=16, depth=depth, steps=n) for depth, n in ((1, 99), (1, 999), (4, 99))
        )
        assert seconds(small) < seconds(long) < MOST_SECONDS
        assert seconds(small) < seconds(deep)


def test_a_comparison_of_kinds():
    compared = Comparison(base=Experiment(width=16, depth=2), factor="kind", values=["dense", *OTHER])
    assert [arm.kind for arm in compared.arms] == ["dense", *OTHER]
    assert compared.shared == {"split": True, "batches": True, "draws": False}
    assert len(plan(compared.arms)) == 3
