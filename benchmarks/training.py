"""Time a training step against Keras, PyTorch and the bare matrix products: python -m benchmarks.training

Dense, 4 hidden layers of 64 units, digits, batches of 32, plain gradient descent. We train 8 members at once, the
others one after the other, as a user of theirs would; figures are per member and step. Every one is the median of
turns that alternate between the peers. Our steps include drawing batches and looking for values that are not
finite; "recorded" adds 40 records of 500 steps with everything the laboratory shows. Keras runs with its own
number of threads and without its first call, which compiles.
"""

# ruff: noqa: I001, PLC0415
# Threads are limited before NumPy is loaded, and peers that are not installed are left out.

from __future__ import annotations

import argparse
import os
from itertools import pairwise

from benchmarks import one_thread  # noqa: F401

import numpy as np

from benchmarks.turns import Run, medians, turns
from benchmarks.whole_runs import MEMBERS, STEPS, keras_model
from normlib.training import Experiment, train
from normlib.training.batches import batches_per_epoch
from normlib.training.sets import training_set

EPOCHS = 5


def peers(method: str) -> dict[str, tuple[Run, int]]:
    """Return what to time for a method, and how many steps of a member each call takes."""
    seeds = tuple(range(MEMBERS))
    e = Experiment(method=method, seeds=seeds, steps=STEPS, points=2, record=())
    recorded = Experiment(method=method, seeds=seeds, steps=STEPS, points=40)
    found: dict[str, tuple[Run, int]] = {
        "ours": (lambda: list(train([e])), MEMBERS * STEPS),
        "ours, recorded": (lambda: list(train([recorded])), MEMBERS * STEPS),
        "matrix products": (products(e), MEMBERS),
    }
    # PyTorch first: loaded into a process after TensorFlow it can end it.
    for name, make in (("torch", torch_loop), ("keras fit", keras_fit)):
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


def measure(method: str, repeats: int) -> dict[str, list[float]]:
    """Return the seconds per member and step of ours and each peer, turn by turn."""
    found = peers(method)
    taken = turns({name: run for name, (run, _) in found.items()}, repeats)
    return {name: [one / found[name][1] for one in taken[name]] for name in found}


def main() -> None:
    """Print a table per method."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--repeats", type=int, default=9, help="timed turns per peer (default 9)")
    repeats = parser.parse_args().repeats
    told = os.environ.get("OPENBLAS_CORETYPE")
    kernels = f" with the kernels of OPENBLAS_CORETYPE={told}" if told else ""
    print(f"NumPy {np.__version__}{kernels}; microseconds per member and step, medians")
    for method in ("none", "batch"):
        seconds = medians(measure(method, repeats))
        print(f"\nnormalization: {method}")
        for name, one in seconds.items():
            print(f"  {name:16}{1e6 * one:10.0f} us   {one / seconds['ours']:6.2f} times ours")


if __name__ == "__main__":
    main()
