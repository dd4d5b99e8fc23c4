"""Time a training step against Keras, PyTorch and the bare matrix products: python -m benchmarks.training

Dense, 4 hidden layers of 64 units, digits, batches of 32, plain gradient descent. We train 8 members at once, the
others one after the other, as a user of theirs would; figures are per member and step. Every one is the median of
turns that alternate between the peers. Our steps include drawing batches and looking for values that are not
finite; "recorded" adds 40 records of 500 steps with everything the laboratory shows. Keras runs with its own
number of threads and without its first call, which compiles.

Then whole runs of 8 seeds and 500 steps in Keras: `fit` once per seed, as a user would, and our Keras engine, without
and with 40 records. Each has a fresh process, and building, tracing and compiling count; loading TensorFlow does not.
"Again" is the second run of that structure in a process, which finds everything traced. The same of a convolutional
network of 2 layers with 16 channels.

Last, what a learner waits for: a comparison of four methods with 8 seeds and 500 steps each, with everything recorded
that is by default, asked of the jobs, whose one worker has run before.
"""

# ruff: noqa: PLC0415
# Peers that are not installed are left out.

from __future__ import annotations

import argparse
import os
import statistics
import time
from concurrent.futures import ProcessPoolExecutor
from importlib.util import find_spec
from itertools import pairwise
from multiprocessing import get_context
from typing import Any

import numpy as np

from benchmarks.core import Run, medians
from normlib.training import Comparison, Experiment, train
from normlib.training.batches import batch_rows, batches_per_epoch
from normlib.training.jobs import DaskJobs
from normlib.training.kernels import initial_weights, pool_after
from normlib.training.sets import training_set

MEMBERS, STEPS, EPOCHS = 8, 500, 5
BUDGETS = {"keras fit": 25, "torch": 4}
WHOLE_RUNS = {"dense": 8, "conv": 1.5}
"""How many times faster than each peer we mean to be; the last are our Keras engine against `fit`, in whole runs."""
METHODS, WAITING = ("none", "batch", "layer", "group"), 2.5
"""What a comparison compares, and how many seconds it may take."""
PRODUCTS = 3
"""How many times the bare matrix products we may take."""


def peers(method: str) -> dict[str, tuple[Run, int]]:
    """Return what to time for a method, and how many steps of a member each call takes."""
    e = Experiment(method=method, seeds=MEMBERS, steps=STEPS, points=2, record=[])
    recorded = Experiment(method=method, seeds=MEMBERS, steps=STEPS, points=40)
    found: dict[str, tuple[Run, int]] = {
        "ours": (lambda: list(train([e])), MEMBERS * STEPS),
        "ours, recorded": (lambda: list(train([recorded])), MEMBERS * STEPS),
        "matrix products": (products(e), MEMBERS),
    }
    for name, make in (("keras fit", keras_fit), ("torch", torch_loop)):
        run = make(e)
        if run is not None:
            found[name] = (run, EPOCHS * batches_per_epoch(e))
    return found


def products(e: Experiment) -> Run:
    """Return one step's matrix products of all members, and nothing else."""
    rng = np.random.default_rng(0)
    shapes = list(pairwise(e.widths))
    x = [rng.normal(size=(MEMBERS, e.batch_size, width)).astype(e.dtype) for width in e.widths]
    weights = [rng.normal(size=(MEMBERS, *shape)).astype(e.dtype) for shape in shapes]
    gradients = [np.empty_like(weight) for weight in weights]

    def step() -> None:
        for layer, weight in enumerate(weights):
            np.matmul(x[layer], weight, out=x[layer + 1])
        for layer in reversed(range(len(weights))):
            np.matmul(x[layer].transpose(0, 2, 1), x[layer + 1], out=gradients[layer])
            if layer:
                np.matmul(x[layer + 1], weights[layer].transpose(0, 2, 1), out=x[layer])

    def call() -> None:
        with np.errstate(all="ignore"):  # the values grow; their number is what counts
            step()

    return call


def keras_fit(e: Experiment) -> Run | None:
    """Return some epochs of Keras' own training loop."""
    try:
        model = keras_model(e, 0)
    except ModuleNotFoundError:
        return None
    rows = training_set(e, 0)
    x, y = rows.x[rows.train].astype(np.float32), rows.y[rows.train]
    return lambda: model.fit(x, y, batch_size=e.batch_size, epochs=EPOCHS, verbose=0)


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


def whole_runs(method: str, repeats: int, kind: str = "dense") -> dict[str, float]:
    """Return the median seconds of whole runs in Keras, taking turns; nothing where Keras is not installed."""
    e = Experiment(method=method, seeds=MEMBERS, steps=STEPS, points=2, record=[], last_batch="drop")
    if kind == "conv":
        e = e.but(kind=kind, depth=2, width=16)
    recorded = e.but(points=40, record=["gradients", "activations"])
    kinds = {"ours": e, "ours, recorded": recorded, "ours, again": e, "keras fit": e}
    if find_spec("keras") is None:
        return {}
    taken: dict[str, list[float]] = {who: [] for who in kinds}
    for _ in range(repeats):
        for who, own in kinds.items():
            with ProcessPoolExecutor(1, get_context("spawn")) as process:
                taken[who].append(process.submit(whole_run, who, own).result())
    return {who: statistics.median(seconds) for who, seconds in taken.items()}


def comparisons(repeats: int) -> tuple[float, float]:
    """Return the median seconds from asking the jobs for a comparison until its first point, and until its end."""
    jobs = DaskJobs(workers=1)
    taken = []
    try:
        for turn in range(repeats + 1):
            base = Experiment(seeds=[MEMBERS * turn + member for member in range(MEMBERS)], steps=STEPS)
            begin, first = time.perf_counter(), 0.0
            key = jobs.submit(Comparison(base=base, factor="method", values=METHODS), learner="benchmark")
            while not jobs.status(key).ended:
                if not first and jobs.events(key).cursor:
                    first = time.perf_counter() - begin
                time.sleep(0.005)
            jobs.result(key)
            taken.append((first, time.perf_counter() - begin))
    finally:
        jobs.close()
    firsts, ends = zip(*taken[1:], strict=True)  # the first turn starts the worker
    return statistics.median(firsts), statistics.median(ends)


def torch_loop(e: Experiment) -> Run | None:
    """Return some epochs of the training loop of PyTorch's tutorials, on one thread."""
    try:
        import torch
    except ModuleNotFoundError:
        return None
    torch.set_num_threads(1)
    layers: list[torch.nn.Module] = []
    for (inputs, outputs), norm, bias in zip(pairwise(e.widths[:-1]), e.norms, e.biases, strict=True):
        layers += [torch.nn.Linear(inputs, outputs, bias=bias), torch.nn.ReLU()]
        if norm:
            layers.insert(-1, torch.nn.BatchNorm1d(outputs))
    model = torch.nn.Sequential(*layers, torch.nn.Linear(e.width, e.size.classes))
    rule = torch.optim.SGD(model.parameters(), lr=e.learning_rate)
    rows = training_set(e, 0)
    x, y = torch.tensor(rows.x[rows.train], dtype=torch.float32), torch.tensor(rows.y[rows.train])

    def call() -> None:
        for _ in range(EPOCHS):
            for batch in torch.randperm(len(x)).split(e.batch_size):
                rule.zero_grad()
                torch.nn.functional.cross_entropy(model(x[batch]), y[batch]).backward()
                rule.step()

    return call


def measure(method: str, repeats: int) -> dict[str, float]:
    """Return the median seconds per member and step of ours and each peer."""
    found = peers(method)
    taken = medians({name: run for name, (run, _) in found.items()}, repeats)
    return {name: taken[name] / found[name][1] for name in found}


def verdict(peer: str, seconds: dict[str, float]) -> str:
    """Say how a peer's time compares with ours, and with what we mean to reach.

    >>> verdict("keras fit", {"ours": 1.0, "keras fit": 30.0})
    '30.0 times ours (budget 25 or more)'
    >>> verdict("matrix products", {"ours": 1.0, "matrix products": 0.25})
    '0.25 times ours: we take 4.0 times as long (budget 3)'
    """
    ratio = seconds[peer] / seconds["ours"]
    if peer == "matrix products":
        return f"{ratio:.2f} times ours: we take {1 / ratio:.1f} times as long (budget {PRODUCTS})"
    return f"{ratio:.1f} times ours" + (f" (budget {BUDGETS[peer]} or more)" if peer in BUDGETS else "")


def main() -> None:
    """Print a table per method."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--repeats", type=int, default=9, help="timed turns per peer (default 9)")
    repeats = parser.parse_args().repeats
    told = os.environ.get("OPENBLAS_CORETYPE")
    kernels = f" with the kernels of OPENBLAS_CORETYPE={told}" if told else ""
    print(f"NumPy {np.__version__}{kernels}; microseconds per member and step, medians")
    for method in ("none", "batch"):
        seconds = measure(method, repeats)
        print(f"\nnormalization: {method}")
        for name, one in seconds.items():
            print(f"  {name:16}{1e6 * one:10.0f} us   {'' if name == 'ours' else verdict(name, seconds)}")
    for kind, method in (("dense", "none"), ("dense", "batch"), ("conv", "none"), ("conv", "batch")):
        whole = whole_runs(method, max(1, repeats // 3), kind)
        print(f"\nKeras, {kind}, {MEMBERS} seeds and {STEPS} steps from a cold start, normalization: {method}")
        for name, one in whole.items():
            ratio = f"fit takes {whole['keras fit'] / one:.1f} times as long (budget {WHOLE_RUNS[kind]})"
            print(f"  {name:16}{one:10.2f} s    {'' if name == 'keras fit' else ratio}")
    first, end = comparisons(max(1, repeats // 2))
    print(f"\nComparison of {len(METHODS)} methods, {MEMBERS} seeds and {STEPS} steps, through the jobs")
    print(f"  {'first point':16}{first:10.2f} s\n  {'end':16}{end:10.2f} s    (budget {WAITING})")


if __name__ == "__main__":
    main()
