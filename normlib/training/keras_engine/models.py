"""The network of an experiment in Keras, and which of its variables is which of the parameters."""

from __future__ import annotations

from typing import Any, NamedTuple

import keras

from normlib.training.experiment import Experiment


class Model(NamedTuple):
    """A Keras model that gives the logits, and beside them what its hidden layers compute.

    Attributes:
        model: outputs (logits, then linear output, norm output or none, activation of each hidden layer).
        norms: the normalization layer of each hidden layer, None where it has none.
        places: (kind, layer) of each trainable variable; kinds are the fields of `parameters.Views`.
    """

    model: keras.Model
    norms: tuple[keras.Layer | None, ...]
    places: tuple[tuple[str, int], ...]


def build(experiment: Experiment) -> Model:
    """Return the model of an experiment with Keras' own initial weights."""
    e = experiment
    inputs = x = keras.Input((e.size.features,), dtype=e.dtype)
    taps: list[Any] = []
    norms: list[keras.Layer | None] = []
    names: dict[int, tuple[str, int]] = {}
    for layer, (normed, bias) in enumerate(zip(e.norms, e.biases, strict=True)):
        dense = keras.layers.Dense(e.width, use_bias=bias, dtype=e.dtype)
        activation = keras.layers.Activation("linear" if e.activation == "identity" else e.activation, dtype=e.dtype)
        norm = _norm(e) if normed else None
        linear = x = dense(x)
        outputs = {}
        order = {"norm": norm, "activation": activation}
        for name in order if e.site == "before" else reversed(order):
            own = order[name]
            if own is not None:
                x = outputs[name] = own(x)
        taps += [linear, *([outputs["norm"]] if norm else []), outputs["activation"]]
        norms.append(norm)
        names |= {id(dense.kernel): ("weights", layer), id(dense.bias): ("biases", layer)}
        if norm is not None:
            gamma = norm.scale if e.method == "rms" else norm.gamma
            names |= {id(gamma): ("gammas", layer), id(getattr(norm, "beta", None)): ("betas", layer)}
    last = keras.layers.Dense(e.size.classes, dtype=e.dtype)
    logits = last(x)
    names |= {id(last.kernel): ("weights", e.depth), id(last.bias): ("last_bias", 0)}
    model = keras.Model(inputs, [logits, *taps])
    return Model(model, tuple(norms), tuple(names[id(variable)] for variable in model.trainable_variables))


def _norm(e: Experiment) -> keras.layers.Layer:
    """Return the normalization layer; its epsilon and momentum are set for each member later."""
    if e.method == "rms":
        layer = keras.layers.RMSNormalization(epsilon=e.epsilon, dtype=e.dtype)
        layer.trainable = e.gamma  # Keras always has the factor: untrained it stays 1
        return layer
    given = {"epsilon": e.epsilon, "scale": e.gamma, "center": e.beta, "dtype": e.dtype}
    match e.method:
        case "batch":
            return keras.layers.BatchNormalization(momentum=e.keep, **given)
        case "layer":
            return keras.layers.LayerNormalization(**given)
        case "instance":
            return keras.layers.GroupNormalization(groups=-1, **given)
        case _:
            return keras.layers.GroupNormalization(groups=e.groups, **given)
