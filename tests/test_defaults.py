"""The tables of defaults, and Keras' against the installed Keras."""

import inspect

import numpy as np
import pytest

from normlib.conventions import convention
from normlib.defaults import LAYER_DEFAULTS, VERSIONS, layer_defaults
from normlib.layer_facts import LAYERS
from normlib.layers import batch_norm, group_norm, instance_norm, layer_norm, rms_norm

KERAS = {one.method: one for one in LAYER_DEFAULTS if one.library == "keras"}


@pytest.mark.parametrize("method", LAYERS)
def test_every_layer_has_a_row_per_library_with_its_source(method):
    rows = layer_defaults(method)
    assert [one.library for one in rows] == ["keras", "pytorch", "flax", "paper"]
    for one in rows:
        assert one.source.startswith("https://")
        assert (one.version == "") == (one.library == "paper")
        assert (one.momentum is not None) == (method == "batch" and one.library != "paper")


@pytest.mark.parametrize("library", ["keras", "pytorch", "flax"])
def test_epsilons_are_those_of_the_conventions(library):
    found = {one.method: one.eps for one in LAYER_DEFAULTS if one.library == library}
    known = convention(library)
    assert found == {
        "batch": known.eps,
        "layer": known.eps_layer,
        "instance": known.eps_instance,
        "group": known.eps_group,
        "rms": known.eps_rms,
    }


def test_an_unknown_layer_is_named():
    with pytest.raises(ValueError, match="no defaults of 'spectral': choose one of batch, layer, instance, group, rms"):
        layer_defaults("spectral")


@pytest.mark.keras
@pytest.mark.parametrize("method", LAYERS)
def test_keras_has_these_defaults(method):
    keras = pytest.importorskip("keras")
    row = KERAS[method]
    assert keras.__version__.startswith(VERSIONS["keras"] + ".")
    given = inspect.signature(getattr(keras.layers, row.name.partition("(")[0]).__init__).parameters
    assert given["epsilon"].default == row.eps
    assert given["axis"].default == -1
    if row.momentum is not None:
        assert given["momentum"].default == row.momentum
    if method == "group":
        assert given["groups"].default == row.groups
    for learned in ("center", "scale"):
        assert learned not in given or given[learned].default is True


@pytest.mark.keras
@pytest.mark.parametrize("method", LAYERS)
def test_keras_with_nothing_set_computes_what_the_row_says(method):
    keras = pytest.importorskip("keras")
    x = np.random.default_rng(0).normal(size=(4, 3, 5, 64)).astype("float32") * 2 + 1
    row = KERAS[method]
    named, _, groups = row.name.partition("(groups=")
    layer = getattr(keras.layers, named)(**({"groups": int(groups[:-1])} if groups else {}))
    theirs = np.asarray(layer(x, training=True) if method == "batch" else layer(x))
    ours = {
        "batch": lambda: batch_norm(x, eps=row.eps),
        "layer": lambda: layer_norm(x, axes=(-1,), eps=row.eps),
        "instance": lambda: instance_norm(x, eps=row.eps),
        "group": lambda: group_norm(x, row.groups, eps=row.eps),
        "rms": lambda: rms_norm(x, eps=row.eps),
    }[method]()
    np.testing.assert_allclose(theirs, ours.output, atol=2e-5)
    shapes = [tuple(one.shape) for one in layer.trainable_variables]
    assert shapes == [(64,)] * (1 if method == "rms" else 2)
    assert len(layer.non_trainable_variables) == (2 if method == "batch" else 0)
