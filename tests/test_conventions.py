"""The table of conventions, and what follows from it."""

import dataclasses

import pytest

from normlib import CONVENTIONS, convention


def test_all_four_are_there_under_their_names():
    assert {name: c.name for name, c in CONVENTIONS.items()} == {n: n for n in ("keras", "pytorch", "flax", "paper")}


@pytest.mark.parametrize(
    ("name", "epsilons", "keep", "unbiased", "axis"),
    [
        ("keras", (1e-3, 1e-3), 0.99, False, -1),
        ("pytorch", (1e-5, 1e-5), 0.9, True, 1),
        ("flax", (1e-5, 1e-6), 0.99, False, -1),
    ],
)
def test_documented_defaults(name, epsilons, keep, unbiased, axis):
    c = convention(name)
    assert (c.eps, c.eps_layer) == epsilons
    assert (c.unbiased, c.channel_axis) == (unbiased, axis)
    assert c.keep == pytest.approx(keep)


def test_momentum_weighs_opposite_sides_in_keras_and_pytorch():
    keras, pytorch = convention("keras"), convention("pytorch")
    assert dataclasses.replace(keras, momentum=0.25).keep == 0.25
    assert dataclasses.replace(pytorch, momentum=0.25).keep == 0.75


def test_a_convention_is_a_value():
    assert hash(convention("keras")) == hash(dataclasses.replace(convention("keras")))
    with pytest.raises(dataclasses.FrozenInstanceError):
        convention("keras").eps = 1.0
    with pytest.raises(TypeError):
        CONVENTIONS["jax"] = convention("flax")


def test_messages_name_the_choices():
    with pytest.raises(ValueError, match="no convention 'torch': choose one of keras, pytorch, flax, paper"):
        convention("torch")
    with pytest.raises(ValueError, match=r"momentum=1\.5"):
        dataclasses.replace(convention("keras"), momentum=1.5)
