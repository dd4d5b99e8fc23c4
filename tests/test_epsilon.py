"""What an epsilon leaves: measured, by formula, and with the defaults of the installed Keras."""

import numpy as np
import pytest

from normlib import convention
from normlib.epsilon import AXES, GROUPS, defaults, half_point, left_over, measure, some_values, unit_slices

METHODS = ("batch", "layer", "instance", "group", "rms")
INPUTS = (1.0, 0.1, 0.03, 0.01, 0.001)
TABLE = {
    1e-3: [0.9995, 0.953, 0.688, 0.302, 0.032],
    1e-5: [1.0, 0.9995, 0.994, 0.953, 0.302],
    1e-6: [1.0, 1.0, 0.999, 0.995, 0.707],
}
OVER = {"batch": (0, 1, 2), "layer": (1, 2, 3), "rms": (1, 2, 3), "instance": (1, 2), "group": (1, 2, 4)}


@pytest.mark.parametrize("eps", TABLE)
@pytest.mark.parametrize("method", METHODS)
def test_the_layers_leave_what_was_once_measured_by_other_means(method, eps):
    np.testing.assert_allclose(measure(method, eps, INPUTS).std, TABLE[eps], atol=6e-4)


@pytest.mark.parametrize("eps", [0.0, 1e-12, 1e-4, 1.0])
@pytest.mark.parametrize("method", METHODS)
def test_measured_and_formula_are_the_same(method, eps):
    found = measure(method, eps, INPUTS)
    np.testing.assert_allclose(found.std, left_over(INPUTS, eps), rtol=1e-9)
    before = some_values(method, unit_slices(method))
    np.testing.assert_allclose(found.values, np.outer(found.std, before), atol=1e-9)


@pytest.mark.parametrize("method", METHODS)
def test_the_data_have_unit_slices(method):
    x = unit_slices(method)
    if method == "group":
        x = x.reshape(*x.shape[:-1], GROUPS, -1)
    np.testing.assert_allclose(x.mean(axis=OVER[method]), 0, atol=1e-12)
    np.testing.assert_allclose(x.std(axis=OVER[method]), 1)
    assert x.max() > 2


def test_half_is_lost_at_the_half_point():
    for eps in TABLE:
        assert left_over(half_point(eps), eps) == pytest.approx(0.5)


@pytest.mark.parametrize("method", METHODS)
def test_every_framework_stands_in_exactly_one_group(method):
    titles = [title for one in defaults(method) for title in one.titles]
    assert sorted(titles) == ["Flax", "Keras", "PyTorch"]
    epsilons = [one.eps for one in defaults(method)]
    assert epsilons == sorted(set(epsilons), reverse=True)


def test_the_groups_follow_the_conventions():
    assert [(one.eps, one.titles) for one in defaults("layer")] == [
        (convention("keras").eps_layer, ("Keras",)),
        (convention("pytorch").eps_layer, ("PyTorch",)),
        (convention("flax").eps_layer, ("Flax",)),
    ]
    assert defaults("rms")[0].titles == ("Keras", "Flax")
    assert defaults("rms")[1].eps == np.finfo(np.float32).eps


def test_another_name_is_refused_with_the_names_there_are():
    with pytest.raises(ValueError, match="'none' has no epsilon: choose one of batch, layer, instance, group, rms"):
        defaults("none")


@pytest.mark.keras
def test_the_defaults_are_those_of_the_installed_keras():
    keras = pytest.importorskip("keras")
    layers = {
        "batch": keras.layers.BatchNormalization(),
        "layer": keras.layers.LayerNormalization(axis=list(AXES)),
        "instance": keras.layers.GroupNormalization(groups=-1),
        "group": keras.layers.GroupNormalization(groups=GROUPS),
        "rms": keras.layers.RMSNormalization(axis=list(AXES)),
    }
    for method, layer in layers.items():
        (ours,) = [one for one in defaults(method) if "Keras" in one.titles]
        assert layer.epsilon == ours.eps, method
        x = (0.01 * unit_slices(method)).astype(np.float32)
        output = layer(x, training=True) if method == "batch" else layer(x)
        assert np.asarray(output).std() == pytest.approx(measure(method, ours.eps, (0.01,)).std[0], rel=1e-4)
