"""Convolutional networks and transformers as a user of Keras writes them, with an experiment's initial weights."""

import keras
import numpy as np
import tensorflow as tf

from normlib.training.batches import batch_rows
from normlib.training.kernels import initial_weights
from normlib.training.sets import training_set
from tests.training.keras_floats import default_floats
from tests.training.keras_peer import norm_layer, optimizer

layers = keras.layers


def build(e, seed):
    """Return the compiled model, and the layers whose weights are drawn."""
    inputs, x, drawn = convolutions(e) if e.kind == "conv" else blocks(e)
    drawn.append(layers.Dense(10))
    model = keras.Model(inputs, drawn[-1](x))
    for layer, weights in zip(drawn, initial_weights(e, seed), strict=True):
        layer.kernel.assign(weights)
    model.compile(optimizer(e), keras.losses.SparseCategoricalCrossentropy(from_logits=True), metrics=["accuracy"])
    return model, drawn


def convolutions(e):
    def norm():
        return layers.GroupNormalization(groups=1, epsilon=e.epsilon) if e.method == "layer" else norm_layer(e)

    inputs = x = keras.Input((8, 8, 1))
    drawn = []
    for number in range(1, e.depth + 1):
        drawn.append(layers.Conv2D(e.width, (3, 3), padding="same", use_bias=e.biases[number - 1]))
        x = drawn[-1](x)
        if e.method != "none" and e.placement == "before":
            x = norm()(x)
        x = layers.Activation(e.activation)(x)
        if e.method != "none" and e.placement == "after":
            x = norm()(x)
        if e.depth >= 2 and number == (e.depth + 1) // 2:
            x = layers.MaxPooling2D(2)(x)
    return inputs, layers.GlobalAveragePooling2D()(x), drawn


def blocks(e):
    inputs = keras.Input((8, 8))
    # What learns a position is a matrix here, times a one for each token's number.
    drawn = [layers.Dense(e.width), layers.Dense(e.width, use_bias=False)]
    numbers = keras.ops.cumsum(keras.ops.ones_like(inputs[:, :, 0], dtype="int32"), axis=1) - 1
    x = drawn[0](inputs) + drawn[1](keras.ops.one_hot(numbers, 8, dtype=e.dtype))
    for _ in range(e.depth):
        attention = layers.MultiHeadAttention(num_heads=4, key_dim=e.width // 4)
        up, down = layers.Dense(2 * e.width, activation=e.activation), layers.Dense(e.width)
        for f in (lambda h, attention=attention: attention(h, h), lambda h, up=up, down=down: down(up(h))):
            if e.method == "none":
                x = x + f(x)
            elif e.placement == "before":
                x = x + f(norm_layer(e)(x))
            else:
                x = norm_layer(e)(x + f(x))
        drawn += [attention.query_dense, attention.key_dense, attention.value_dense, attention.output_dense]
        drawn += [up, down]
    if e.method != "none" and e.placement == "before":
        x = norm_layer(e)(x)
    return inputs, layers.GlobalAveragePooling1D()(x), drawn


def train(e, seed):
    """Return the loss and accuracy of each batch before its step, and those of the test rows at the end."""
    with default_floats(e.dtype):
        model, _ = build(e, seed)
        rows = training_set(e, seed)
        x = rows.x.reshape(-1, *model.input_shape[1:]).astype(e.dtype)
        steps = []
        for step in range(e.steps):
            batch = batch_rows(e, seed, step)
            model.reset_metrics()
            steps.append(model.train_on_batch(x[batch], rows.y[batch]))
        test = model.evaluate(x[rows.test], rows.y[rows.test], batch_size=len(rows.test), verbose=0)
        return np.array(steps), test


def gradient_norms(e, seed):
    """Return the norm of each layer's gradient on the first batch, of the layers in order."""
    with default_floats(e.dtype):
        model, drawn = build(e, seed)
        rows, batch = training_set(e, seed), batch_rows(e, seed, 0)
        x = rows.x[batch].reshape(-1, *model.input_shape[1:]).astype(e.dtype)
        with tf.GradientTape() as tape:
            loss = model.loss(rows.y[batch], model(x, training=True))
        kernels = [layer.kernel.value for layer in drawn]
        norms = [np.linalg.norm(gradient.numpy()) for gradient in tape.gradient(loss, kernels)]
    if e.kind == "conv":
        return np.array(norms)
    _, _, *inside, last = norms  # an attention has four of them and an MLP two
    blocks = np.square(inside).reshape(-1, 6)
    return np.append(np.sqrt(np.stack([blocks[:, :4].sum(axis=1), blocks[:, 4:].sum(axis=1)], axis=1)).ravel(), last)
