"""What was found by poking at a layer, against the layer's own statistics."""

import warnings
from math import prod

import numpy as np
import pytest

from normlib import batch_norm, group_norm, instance_norm, layer_norm, rms_norm
from normlib.layer_facts import LAYERS, layer_facts

SHAPES = [(5, 4, 6, 8), (2, 1, 1, 8), (7, 4, 4, 1), (1, 5, 2, 8), (3, 2, 2, 8)]


def run(method, x, groups, axes):
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        match method:
            case "batch":
                return batch_norm(x)
            case "layer":
                return layer_norm(x, axes=axes)
            case "instance":
                return instance_norm(x)
            case "group":
                return group_norm(x, groups)
            case _:
                return rms_norm(x, axes=axes)


@pytest.mark.parametrize("axes", [(1, 2, 3), (3,)])
@pytest.mark.parametrize("groups", [1, 2, 8])
@pytest.mark.parametrize("shape", SHAPES)
@pytest.mark.parametrize("method", LAYERS)
def test_the_counts_are_those_of_the_layer_on_the_whole_tensor(method, shape, groups, axes):
    groups = min(groups, shape[-1])
    facts = layer_facts(method, shape, groups=groups, axes=axes)
    result = run(method, np.random.default_rng(1).normal(size=shape), groups, axes)
    assert facts.values == result.count
    assert facts.means == result.mean.size
    assert facts.values * facts.means == prod(shape)


def test_only_batch_norm_looks_at_other_samples_and_keeps_statistics():
    found = {method: layer_facts(method, (8, 4, 4, 8), groups=4) for method in LAYERS}
    assert [method for method in LAYERS if found[method].other_samples] == ["batch"]
    assert [method for method in LAYERS if not found[method].training_is_inference] == ["batch"]
    assert {method: one.stored for method, one in found.items() if one.stored} == {"batch": 16}


def test_only_the_counts_of_batch_norm_follow_the_batch():
    for method in LAYERS:
        few, many = (layer_facts(method, (n, 4, 4, 8), groups=4) for n in (2, 200))
        assert many.values == (100 if method == "batch" else 1) * few.values
        assert many.means == (1 if method == "batch" else 100) * few.means


def test_axes_of_large_images_are_found_on_a_small_piece():
    facts = layer_facts("group", (32, 56, 56, 256), groups=32)
    assert facts.reach == (1, 56, 56, 8)
    assert facts.means == 32 * 32
    assert layer_facts("layer", (32, 56, 56, 256), axes=(3,)).reach == (1, 1, 1, 256)


def test_messages_name_the_values():
    with pytest.raises(ValueError, match="no layer 'none': choose one of batch"):
        layer_facts("none", (2, 2, 2, 2))
    with pytest.raises(ValueError, match=r"shape=\(2, 0, 2, 2\)"):
        layer_facts("batch", (2, 0, 2, 2))
    with pytest.raises(ValueError, match="groups=3 does not divide the 8 channels"):
        layer_facts("group", (2, 2, 2, 8), groups=3)
