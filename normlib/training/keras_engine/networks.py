"""Dense networks, convolutional networks and transformers from Keras' layers."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, NamedTuple

import keras

from normlib.training.experiment import Experiment
from normlib.training.kernels import HEADS, SIDE, pool_after

Tensor = Any


class Site(NamedTuple):
    """Where to look at a hidden layer: numbers of outputs.

    Attributes:
        inside: what enters the norm, or would.
        outside: what leaves it, or the same as `inside`.
        activation: what the activation gives, None where there is none.
        made: what the layer computes, in order, and how it is called when it is not finite.
    """

    inside: int
    outside: int
    activation: int | None
    made: tuple[tuple[str, int], ...]


@dataclass
class Network:
    """A network that is being built.

    Attributes:
        inputs, logits: of the model.
        outputs: what the sites name.
        sites: of each hidden layer.
        norms: of each hidden layer, None for those without; and the one after the last block of a transformer.
        kernels: variables in the order of `normlib.training.kernels`.
        layers: the Keras layers of what is before the hidden layers, of each of them and of the last layer.
    """

    inputs: Tensor
    logits: Tensor = None
    outputs: list[Tensor] = field(default_factory=list)
    sites: tuple[Site, ...] = ()
    norms: list[keras.Layer | None] = field(default_factory=list)
    kernels: list[Any] = field(default_factory=list)
    layers: list[list[keras.Layer]] = field(default_factory=list)

    def show(self, tensor: Tensor) -> int:
        """Make a tensor an output and return its number."""
        self.outputs.append(tensor)
        return len(self.outputs) - 1

    def see(self, inside: Tensor, outside: Tensor | None, activation: Tensor | None, made: dict[str, Tensor]) -> None:
        """Add the site of a hidden layer."""
        places = {id(tensor): self.show(tensor) for tensor in made.values()}

        def place(tensor: Tensor) -> int:
            return places[id(tensor)] if id(tensor) in places else self.show(tensor)

        entering = place(inside)
        leaving = entering if outside is None else place(outside)
        named = tuple((where, places[id(tensor)]) for where, tensor in made.items())
        self.sites += (Site(entering, leaving, None if activation is None else place(activation), named),)


def shape(experiment: Experiment) -> tuple[int, ...]:
    """Return the shape of a sample as the network takes it."""
    shapes = {"conv": (SIDE, SIDE, 1), "transformer": (SIDE, SIDE)}
    return shapes.get(experiment.kind, (experiment.size.features,))


def build(e: Experiment) -> Network:
    """Return the network of an experiment."""
    network = Network(keras.Input(shape(e), dtype=e.dtype))
    x = _blocks(e, network) if e.kind == "transformer" else _stack(e, network)
    if e.kind != "dense":
        pool = keras.layers.GlobalAveragePooling2D if e.kind == "conv" else keras.layers.GlobalAveragePooling1D
        x = pool(dtype=e.dtype)(x)
    last = keras.layers.Dense(e.size.classes, dtype=e.dtype)
    network.logits = last(x)
    network.kernels.append(last.kernel)
    network.layers.append([last, *(norm for norm in network.norms[e.hidden :] if norm is not None)])
    return network


def _stack(e: Experiment, network: Network) -> Tensor:
    """Add hidden layers one after the other, dense ones or convolutions."""
    x = network.inputs
    network.layers.append([])
    for layer, (normed, bias) in enumerate(zip(e.norms, e.biases, strict=True), 1):
        if e.kind == "conv":
            product = keras.layers.Conv2D(e.width, 3, padding="same", use_bias=bias, dtype=e.dtype)
        else:
            product = keras.layers.Dense(e.width, use_bias=bias, dtype=e.dtype)
        activation, norm = _activation(e), _norm(e) if normed else None
        x = product(x)
        made = {"linear output": x}
        order = {"norm output": norm, "activation": activation}
        for name in order if e.site == "before" else reversed(order):
            own = order[name]
            if own is not None:
                x = made[name] = own(x)
        inside = made["linear output" if e.site == "before" else "activation"]
        network.see(inside, made.get("norm output"), made["activation"], made)
        network.norms.append(norm)
        network.kernels.append(product.kernel)
        network.layers.append([product, *([] if norm is None else [norm])])
        if layer == pool_after(e):
            x = keras.layers.MaxPooling2D(2, dtype=e.dtype)(x)
    return x


def _blocks(e: Experiment, network: Network) -> Tensor:
    """Add the blocks of a transformer: attention and MLP, each beside the way on which x goes through."""
    embedding, position = keras.layers.Dense(e.width, dtype=e.dtype), Position(dtype=e.dtype)
    x = position(embedding(network.inputs))
    network.kernels += [embedding.kernel, position.table]
    network.layers.append([embedding, position])
    for layer, normed in enumerate(e.norms):
        norm = _norm(e) if normed else None
        inside, outside, activated = x, None, None
        made: dict[str, Tensor] = {}
        if norm is not None and e.site == "before":
            x = outside = made["norm output"] = norm(x)
        if layer % 2 == 0:
            attention = keras.layers.MultiHeadAttention(HEADS, e.width // HEADS, dtype=e.dtype)
            own = [attention]
            out = attention(x, x)
            network.kernels += [attention.query_dense.kernel, attention.key_dense.kernel]
            network.kernels += [attention.value_dense.kernel, attention.output_dense.kernel]
        else:
            own = [keras.layers.Dense(width, dtype=e.dtype) for width in (2 * e.width, e.width)]
            made["activation"] = activated = _activation(e)(own[0](x))
            out = own[1](activated)
            network.kernels += [one.kernel for one in own]
        made["linear output"] = out
        x = keras.layers.Add(dtype=e.dtype)([inside, out])
        if e.site == "after":
            inside = x
            if norm is not None:
                x = outside = made["norm output"] = norm(x)
        network.see(inside, outside, activated, made)
        network.norms.append(norm)
        network.layers.append([*own, *([] if norm is None else [norm])])
    if e.site == "before" and e.norms[-1]:
        final = _norm(e)
        x = final(x)
        network.norms.append(final)
    return x


class Position(keras.layers.Layer):  # type: ignore[misc]
    """Adds what was learned for each token's place."""

    def build(self, input_shape: tuple[int | None, ...]) -> None:
        """Make the table, (tokens, width)."""
        self.table = self.add_weight(shape=input_shape[1:], initializer="zeros", name="table")

    def call(self, x: Tensor) -> Tensor:
        """Add the table to each sample."""
        return x + self.table


def _activation(e: Experiment) -> keras.layers.Layer:
    return keras.layers.Activation("linear" if e.activation == "identity" else e.activation, dtype=e.dtype)


def _norm(e: Experiment) -> keras.layers.Layer:
    """Return the normalization layer; its epsilon and momentum are set for each member later."""
    if e.method == "rms":
        layer = keras.layers.RMSNormalization(epsilon=e.epsilon, dtype=e.dtype)
        layer.trainable = e.gamma  # Keras always has the factor: untrained it stays 1
        return layer
    given = {"epsilon": e.epsilon, "scale": e.gamma, "center": e.beta, "dtype": e.dtype}
    groups = {"instance": -1, "group": e.groups, "layer": 1}
    if e.method == "batch":
        return keras.layers.BatchNormalization(momentum=e.keep, **given)
    if e.method == "layer" and e.kind != "conv":
        return keras.layers.LayerNormalization(**given)
    return keras.layers.GroupNormalization(groups=groups[e.method], **given)
