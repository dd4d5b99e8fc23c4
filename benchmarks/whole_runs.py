"""Time whole runs of 8 seeds and 500 steps in Keras: python -m benchmarks.whole_runs

`fit` once per seed, as a user would, and our Keras engine, without and with 40 records. Each has a fresh process, and
building, tracing and compiling count; loading TensorFlow does not. "Again" is the second run of that structure in a
process, which finds everything traced. The same of a convolutional network of 2 layers with 16 channels.
"""

# ruff: noqa: PLC0415
# TensorFlow is loaded in the processes that need it.

from __future__ import annotations

import argparse
import time
from collections.abc import Collection
from concurrent.futures import ProcessPoolExecutor
from importlib.util import find_spec
from multiprocessing import get_context
from typing import Any

import numpy as np

from benchmarks.turns import medians
from normlib.training import Experiment
from normlib.training.batches import batch_rows
from normlib.training.kernels import initial_weights, pool_after
from normlib.training.sets import training_set

MEMBERS, STEPS = 8, 500
WHO = ("ours", "ours, recorded", "ours, again", "keras fit")


def keras_model(e: Experiment, seed: int) -> Any:
    """Return a seed's network as a user of Keras writes and compiles it."""
    import keras

    conv = e.kind == "conv"
    layers: list[keras.Layer] = [keras.Input(shape(e))]
    for number, (norm, bias) in enumerate(zip(e.norms, e.biases, strict=True), 1):
        if conv:
            layers.append(keras.layers.Conv2D(e.width, 3, padding="same", use_bias=bias))
        else:
            layers.append(keras.layers.Dense(e.width, use_bias=bias))
        if norm:
            layers.append(keras.layers.BatchNormalization())
        layers.append(keras.layers.ReLU())
        if number == pool_after(e):
            layers.append(keras.layers.MaxPooling2D(2))
    if conv:
        layers.append(keras.layers.GlobalAveragePooling2D())
    model = keras.Sequential([*layers, keras.layers.Dense(e.size.classes)])
    drawn = [one for one in model.layers if isinstance(one, keras.layers.Dense | keras.layers.Conv2D)]
    for layer, weights in zip(drawn, initial_weights(e, seed), strict=True):
        layer.kernel.assign(weights)
    model.compile(keras.optimizers.SGD(e.learning_rate), keras.losses.SparseCategoricalCrossentropy(from_logits=True))
    return model


def whole_run(who: str, e: Experiment) -> float:
    """Return the seconds that all seeds of an experiment take in this process, with Keras' `fit` or our engine."""
    from normlib.training.keras_engine import train as keras_train

    if who == "keras fit":
        # The same number of batches in one epoch, so that fit has little to do besides.
        rows = {seed: np.concatenate([batch_rows(e, seed, step) for step in range(e.steps)]) for seed in range(MEMBERS)}
        begin = time.perf_counter()
        for seed, own in rows.items():
            data = training_set(e, seed)
            x = data.x[own].astype(np.float32).reshape(-1, *shape(e))
            keras_model(e, seed).fit(x, data.y[own], batch_size=e.batch_size, shuffle=False, verbose=0)
    else:
        for _ in range(2 if who == "ours, again" else 1):
            begin = time.perf_counter()
            for _ in keras_train([e]):
                pass
    return time.perf_counter() - begin


def shape(e: Experiment) -> tuple[int, ...]:
    """Return the shape of a sample as the network takes it."""
    return (8, 8, 1) if e.kind == "conv" else (e.size.features,)


def measure(method: str, repeats: int, kind: str = "dense", who: Collection[str] = WHO) -> dict[str, list[float]]:
    """Return the seconds of whole runs in Keras, turn by turn; nothing where Keras is not installed."""
    if find_spec("keras") is None:
        return {}
    e = Experiment(method=method, seeds=tuple(range(MEMBERS)), steps=STEPS, points=2, record=(), last_batch="drop")
    if kind == "conv":
        e = e.but(kind=kind, depth=2, width=16)
    recorded = e.but(points=40, record=["gradients", "activations"])
    taken: dict[str, list[float]] = {name: [] for name in WHO if name in who}
    for _ in range(repeats):
        for name, seconds in taken.items():
            with ProcessPoolExecutor(1, get_context("spawn")) as process:
                own = recorded if name == "ours, recorded" else e
                seconds.append(process.submit(whole_run, name, own).result())
    return taken


def main() -> None:
    """Print a table per network and method."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--repeats", type=int, default=3, help="turns (default 3)")
    repeats = parser.parse_args().repeats
    for kind, method in (("dense", "none"), ("dense", "batch"), ("conv", "none"), ("conv", "batch")):
        whole = medians(measure(method, repeats, kind))
        print(f"\nKeras, {kind}, {MEMBERS} seeds and {STEPS} steps from a cold start, normalization: {method}")
        for name, one in whole.items():
            ratio = f"fit takes {whole['keras fit'] / one:.1f} times as long"
            print(f"  {name:16}{one:10.2f} s    {'' if name == 'keras fit' else ratio}")


if __name__ == "__main__":
    main()
