"""The same experiment in Keras: same initial weights, same batches, Keras' own layers, losses and optimizers."""

import os

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
os.environ.setdefault("CUDA_VISIBLE_DEVICES", "-1")

import keras
import numpy as np
import tensorflow as tf

from normlib.training.batches import batch_rows
from normlib.training.kernels import initial_weights
from normlib.training.sets import training_set
from tests.training.keras_floats import default_floats


def norm_layer(e):
    given = {"epsilon": e.epsilon, "dtype": e.dtype}
    if e.method == "rms":
        assert e.gamma
        return keras.layers.RMSNormalization(**given)
    given |= {"scale": e.gamma, "center": e.beta}
    match e.method:
        case "batch":
            return keras.layers.BatchNormalization(momentum=e.keep, **given)
        case "layer":
            return keras.layers.LayerNormalization(**given)
        case "instance":
            return keras.layers.GroupNormalization(groups=-1, **given)
        case _:
            return keras.layers.GroupNormalization(groups=e.groups, **given)


def build(e, seed):
    """Return the model with the experiment's initial weights, and its dense layers."""
    model = keras.Sequential([keras.Input((e.size.features,), dtype=e.dtype)])
    dense = []
    for norm, bias in zip(e.norms, e.biases, strict=True):
        dense.append(keras.layers.Dense(e.width, use_bias=bias, dtype=e.dtype))
        layers = [dense[-1]]
        activation = keras.layers.Activation("linear" if e.activation == "identity" else e.activation, dtype=e.dtype)
        if norm and e.placement == "before":
            layers += [norm_layer(e), activation]
        else:
            layers += [activation, *([norm_layer(e)] if norm else [])]
        for layer in layers:
            model.add(layer)
    dense.append(keras.layers.Dense(e.size.classes, dtype=e.dtype))
    model.add(dense[-1])
    for layer, weights in zip(dense, initial_weights(e, seed), strict=True):
        layer.kernel.assign(weights)
    return model, dense


def optimizer(e):
    """Return the optimizer. Keras passes settings that are Python floats through float32, NumPy's as they are."""
    match e.optimizer:
        case "adam":
            return keras.optimizers.Adam(e.learning_rate, beta_1=np.float64(0.9), beta_2=np.float64(0.999))
        case "momentum":
            return keras.optimizers.SGD(e.learning_rate, momentum=np.float64(e.momentum))
        case _:
            return keras.optimizers.SGD(e.learning_rate)


def train(e, seed):
    """Train in Keras and return per step the loss, test loss, and norms of the weights' gradients.

    Keras keeps the learning rate in its default dtype.
    """
    with default_floats(e.dtype):
        return _train(e, seed)


def _train(e, seed):
    model, dense = build(e, seed)
    rule = optimizer(e)
    loss_of = keras.losses.SparseCategoricalCrossentropy(from_logits=True, dtype=e.dtype)
    rows = training_set(e, seed)
    x, y = rows.x.astype(e.dtype), rows.y

    @tf.function(reduce_retracing=True)
    def measure(inputs, labels):
        with tf.GradientTape() as tape:
            loss = loss_of(labels, model(inputs, training=True))
        return loss, tape.gradient(loss, model.trainable_variables)

    @tf.function
    def test():
        return loss_of(y[rows.test], model(x[rows.test], training=False))

    rule.build(model.trainable_variables)
    curves = {"loss": [], "test_nll": [], "gradient_norm": []}
    places = {id(variable): place for place, variable in enumerate(model.trainable_variables)}
    kernels = [places[id(layer.kernel)] for layer in dense]
    for step in range(e.steps + 1):
        batch = batch_rows(e, seed, step)
        curves["test_nll"].append(float(test()))
        loss, gradients = measure(tf.constant(x[batch]), tf.constant(y[batch]))
        curves["loss"].append(float(loss))
        curves["gradient_norm"].append([float(tf.norm(gradients[place])) for place in kernels])
        rule.apply(gradients)
    return {name: np.array(values) for name, values in curves.items()}
