"""The network of an experiment in Keras, what its hidden layers show, and which of its variables is which."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any, NamedTuple

import keras

from normlib.training.experiment import Experiment
from normlib.training.keras_engine import networks
from normlib.training.keras_engine.networks import Site
from normlib.training.kernels import kernels


class Variable(NamedTuple):
    """What a trainable variable is.

    Attributes:
        layer: hidden layer from 1, 0 for what is before them, one more than there are for the last.
        kernel: its number among `kernels`, None for those that are not drawn.
    """

    layer: int
    kernel: int | None


class Model(NamedTuple):
    """A Keras model that gives the logits, and beside them what its hidden layers compute.

    Attributes:
        model: outputs (logits, then the arrays that `sites` name by their number among these others).
        sites: of each hidden layer, what is measured.
        norms: all normalization layers.
        variables: what each trainable variable is.
        running: for each hidden layer the places of the moving mean and variance among the variables that are not
            trained, None without batch norm.
    """

    model: keras.Model
    sites: tuple[Site, ...]
    norms: tuple[keras.Layer, ...]
    variables: tuple[Variable, ...]
    running: tuple[tuple[int, int] | None, ...]


def build(experiment: Experiment) -> Model:
    """Return the model of an experiment with Keras' own initial weights."""
    e = experiment
    network = networks.build(e)
    model = keras.Model(network.inputs, [network.logits, *network.outputs])
    drawn = {id(variable): place for place, variable in enumerate(network.kernels)}
    for kernel, variable in zip(kernels(e), network.kernels, strict=True):
        assert variable.shape == kernel.shape, (kernel, variable.shape)  # noqa: S101
    layers = {id(variable): layer for layer, variable in _by_layer(network.layers)}
    variables = tuple(Variable(layers[id(one)], drawn.get(id(one))) for one in model.trainable_variables)
    kept = {id(variable): place for place, variable in enumerate(model.non_trainable_variables)}
    running = tuple(_running(norm, kept) for norm in network.norms[: e.hidden])
    return Model(model, network.sites, tuple(norm for norm in network.norms if norm is not None), variables, running)


def _by_layer(layers: Sequence[Sequence[keras.Layer]]) -> Iterator[tuple[int, Any]]:
    for number, own in enumerate(layers):
        for one in own:
            yield from ((number, variable) for variable in one.trainable_variables)


def _running(norm: keras.Layer | None, kept: dict[int, int]) -> tuple[int, int] | None:
    if not isinstance(norm, keras.layers.BatchNormalization):
        return None
    return kept[id(norm.moving_mean)], kept[id(norm.moving_variance)]
